"""The channel's side: a page server with everything rendered beforehand, so that it costs little.

Run as `python -m bench.feed`; prints its port, serves `/router?page_no=N` until it is ended.
"""

from __future__ import annotations

import asyncio
import re

from bench.data import make

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
_PAGE_NO = re.compile(rb"page_no=(\d+)")


class Feed(asyncio.Protocol):
    """One kept-alive connection; a request is its head, since nothing is ever sent in a body."""

    def __init__(self, answers: list[bytes]) -> None:
        self._answers = answers
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            asked = _PAGE_NO.search(self._received[:end].split(b"\r\n", 1)[0])
            self._received = self._received[end + 4 :]
            self._transport.write(self._answer(int(asked[1]) if asked else 0))

    def _answer(self, page: int) -> bytes:
        return self._answers[page - 1] if 1 <= page <= len(self._answers) else _NOT_FOUND


async def serve() -> None:
    """Listen on a free port of this machine and say which."""
    answers = [_HEAD % len(page) + page for page in make().pages]
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Feed(answers), "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
