"""`python -m bench.pusher PORT PATH CONNECTIONS SECONDS FIRST`: pushes signed orders.

Each connection sends its next order when the last one was answered, as a platform does. No order
is sent twice: FIRST is the number of the first. Prints `{"sent", "refused", "seconds", "p50_ms",
"p99_ms"}`.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import orjson

from connectors.simulators.rest_orders import make_order

SECRET = "invented-secret-of-a-bench"
SEED = "bench"


@dataclass
class Outcome:
    """Milliseconds of each accepted call, and how many were not."""

    took: list[float] = field(default_factory=list)
    refused: int = 0


def request(path: str, number: int) -> bytes:
    """One push as it goes over the wire, signed over its time and body."""
    now = int(time.time())
    body = orjson.dumps({"orders": [make_order(number, now * 1000, SEED)]})
    signed = hmac.new(SECRET.encode(), b"%d\n" % now + body, hashlib.sha256).hexdigest()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Timestamp: {now}\r\nX-Signature: {signed}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _connection(port: int, requests: Iterator[bytes], until: float, outcome: Outcome) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(next(requests))
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(_length(head))
        if head.startswith(b"HTTP/1.1 200 "):
            outcome.took.append((time.perf_counter() - began) * 1000)
        else:
            outcome.refused += 1
    writer.close()


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


async def _push(port: int, path: str, connections: int, seconds: float, first: int) -> Outcome:
    outcome = Outcome()
    requests = (request(path, number) for number in count(first))
    until = time.perf_counter() + seconds
    await asyncio.gather(*(_connection(port, requests, until, outcome) for _ in range(connections)))
    return outcome


def main() -> None:
    port, path, connections, seconds, first = sys.argv[1:6]
    began = time.perf_counter()
    outcome = asyncio.run(_push(int(port), path, int(connections), float(seconds), int(first)))
    took = sorted(outcome.took) or [0.0]
    found = {
        "sent": len(outcome.took),
        "refused": outcome.refused,
        "seconds": time.perf_counter() - began,
        "p50_ms": took[len(took) // 2],
        "p99_ms": took[int(len(took) * 0.99)],
    }
    print(orjson.dumps(found).decode(), flush=True)


if __name__ == "__main__":
    main()
