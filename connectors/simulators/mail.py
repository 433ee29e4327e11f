"""A mail catcher: takes every mail, delivers none, shows them all."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from orderloom.connect import Clock, beijing_text

from .journal import Journal
from .wire import Call, Reply, Simulator, json_reply

_KEPT = 1000


class MailSimulator(Simulator):
    """The last mails, also as JSON under `/_sim/mails`.

    `refuse(address)` True answers 550 for that recipient.
    """

    fault_kinds = ()
    holds = "mails"

    def __init__(
        self,
        clock: Clock | None = None,
        on_change: Callable[[str, str, Any], None] | None = None,
        refuse: Callable[[str], bool] = lambda address: address.startswith("nobody@"),
    ) -> None:
        super().__init__(clock)
        self._on_change = on_change or (lambda kind, key, document: None)
        self._refuse = refuse
        self._mails: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._number = 0

    def recall(self, journal: Journal) -> None:
        mails = journal.all("mail")
        self._mails.extend(mails.values())
        self._number = max((mail["number"] for mail in mails.values()), default=0)

    def count_of(self) -> int:
        return self._number

    def mails(self) -> list[dict[str, Any]]:
        """Number, message_id, from, to, subject, text and time of arrival, oldest first."""
        return list(self._mails)

    def answer(self, call: Call) -> Reply:
        """Mail servers speak no HTTP."""
        return json_reply({"error": "only /_sim/ here"}, 404)

    def direct(self, verb: str, path: list[str], call: Call) -> Any:
        """`mails` (GET)."""
        return {"mails": self.mails()} if path == ["mails"] else None

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Accepts everybody but those to be refused."""
        if self._refuse(address):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keeps one mail."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        mail = message_from_bytes(content, _class=EmailMessage, policy=default)
        text = mail.get_body(("plain",))
        self._number += 1
        kept = {
            "number": self._number,
            "message_id": str(mail["Message-ID"] or ""),
            "from": envelope.mail_from,
            "to": list(envelope.rcpt_tos),
            "subject": str(mail["Subject"] or ""),
            "text": str(text.get_content()) if text is not None else "",
            "at": beijing_text(self.clock.now()),
        }
        self._mails.append(kept)
        self._on_change("mail", str(self._number), kept)
        return "250 OK"


class MailServer:
    """SMTP on a port of its own, in its own thread."""

    def __init__(
        self, catcher: MailSimulator, host: str = "127.0.0.1", port: int = 0, **options: Any
    ) -> None:
        """`options` go to aiosmtpd's SMTP: tls_context, authenticator, …"""
        self._catcher = catcher
        self._address = (host, port)
        self._options = options
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._failure: OSError | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = 0

    def start(self) -> MailServer:
        """Listens; OSError when the port is taken."""
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure
        return self

    def stop(self) -> None:
        """Closes the port and waits for the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            server = self._loop.run_until_complete(self._listen())
        except OSError as failure:
            self._failure = failure
        self._ready.set()
        if self._failure is None:
            self._loop.run_forever()
            server.close()
            self._end_sessions()
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        host, port = self._address

        def session() -> SMTP:
            return SMTP(self._catcher, hostname="simulator", loop=self._loop, **self._options)

        server = await self._loop.create_server(session, host, port)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def _end_sessions(self) -> None:
        sessions = asyncio.all_tasks(self._loop)
        for task in sessions:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*sessions, return_exceptions=True))
