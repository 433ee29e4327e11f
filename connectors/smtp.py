"""Mail to people through any SMTP server."""

from __future__ import annotations

import contextlib
import hashlib
import smtplib
import socket
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate
from typing import Any

from orderloom.connect import (
    AuthFailed,
    Connector,
    ConnectorError,
    HttpClient,
    Limits,
    Message,
    Permanent,
    Receipt,
    Seller,
    Setting,
    Text,
    TryLater,
    send_each,
)

_MAIL = "mail"


class Smtp(Connector):
    """Sends plain-text mail. A repeat after a crash carries the same Message-ID, so it can be told.

    Message body: {"to": address or list, "subject": text, "text": text}.
    """

    key = "smtp"
    title = Text("邮件", "Mail")
    api_version = "RFC 5321"
    verified = Text(
        "真实的邮件服务器(含加密和登录)",
        "a real mail server, with encryption and log-in",
    )
    kind = "alert"
    delivery = "fire_and_forget"
    effects = (_MAIL,)
    settings = (
        Setting("host", Text("邮件服务器", "Mail server"), "host"),
        Setting("port", Text("端口", "Port"), "number", default=465, minimum=1, maximum=65535),
        Setting(
            "security",
            Text("加密方式", "Encryption"),
            "choice",
            default="tls",
            choices=("tls", "starttls", "none"),
        ),
        Setting("username", Text("登录名", "Login"), required=False),
        Setting("password", Text("密码或授权码", "Password"), required=False, secret=True),
        Setting("sender", Text("发件人地址", "Sender's address"), "email"),
    )
    limits = Limits(per_second=5, burst=10, connect_timeout_s=10, timeout_s=30, send_batch=20)

    def check(self) -> Seller:
        """Connects and logs in; sends nothing."""
        _leave(self._session())
        sender = str(self.values["sender"])
        return Seller(sender, sender)

    def send(self, messages: Sequence[Message]) -> list[Receipt]:
        """All messages over one connection."""
        try:
            session = self._session()
        except ConnectorError as failure:
            return [Receipt(message.id, False, error=failure) for message in messages]
        try:
            return send_each(messages, lambda message: self._deliver(session, message))
        finally:
            _leave(session)

    def _deliver(self, session: smtplib.SMTP, message: Message) -> Receipt:
        mail = self._mail(message)
        try:
            refused = session.send_message(mail)
        except (smtplib.SMTPException, OSError) as failure:
            raise self._sorted(failure, item=True) from None
        detail = {"refused": sorted(refused)} if refused else {}
        return Receipt(message.id, True, mail["Message-ID"], detail)

    def _mail(self, message: Message) -> EmailMessage:
        if message.effect != _MAIL:
            raise Permanent("connect.unknown_effect", message.effect, item=True)
        body, mail = message.body, EmailMessage()
        to = body.get("to")
        try:
            mail["From"] = self.values["sender"]
            mail["To"] = ", ".join(to) if isinstance(to, list | tuple) else str(to or "")
            mail["Subject"] = " ".join(str(body.get("subject") or "").split())
            mail["Date"] = formatdate(self.clock.now() / 1000, localtime=False)
            mail["Message-ID"] = self._message_id(message)
            mail.set_content(str(body.get("text") or ""))
        except (ValueError, TypeError):
            raise Permanent("connect.bad_mail", "to", item=True) from None
        if not mail["To"]:
            raise Permanent("connect.message_lacks", "to", item=True, field="to")
        return mail

    def _message_id(self, message: Message) -> str:
        domain = str(self.values["sender"]).rpartition("@")[2]
        unique = hashlib.sha256(message.idempotency_key.encode()).hexdigest()[:32]
        return f"<{unique}@{domain}>"

    def _session(self) -> smtplib.SMTP:
        """A session ready to send; closed again when it cannot be had."""
        values, context = self.values, ssl.create_default_context()
        if values["username"] and values["security"] == "none":
            raise Permanent("connect.login_needs_encryption", "security")
        tls = context if values["security"] == "tls" else None
        session = _Session(self.client, values["host"], tls)
        try:
            session.connect(values["host"], values["port"])
            session.ehlo_or_helo_if_needed()
            if values["security"] == "starttls":
                session.starttls(context=context)
            if values["username"]:
                session.login(values["username"], values["password"] or "")
        except (smtplib.SMTPException, OSError) as failure:
            session.close()
            raise self._sorted(failure, item=False) from None
        return session

    def _sorted(self, failure: Exception, item: bool) -> ConnectorError:
        """The connector error for what smtplib raised; a server's words are made safe to show."""
        where = f"{self.values['host']}:{self.values['port']}"
        if isinstance(failure, smtplib.SMTPAuthenticationError):
            return AuthFailed("connect.auth", where, **self._words(failure.args))
        if isinstance(failure, smtplib.SMTPRecipientsRefused):
            return self._refused(next(iter(failure.recipients.values())), where, item)
        if isinstance(failure, smtplib.SMTPResponseException):
            one = item and not isinstance(failure, smtplib.SMTPSenderRefused)
            return self._refused(failure.args, where, one)
        if isinstance(failure, ssl.SSLCertVerificationError):
            return Permanent("connect.tls", where)
        if isinstance(failure, smtplib.SMTPNotSupportedError):
            return Permanent("connect.not_offered", where)
        return TryLater("connect.dropped", where, uncertain=item)

    def _refused(self, answer: Sequence[Any], where: str, item: bool) -> ConnectorError:
        if answer[0] < 500:
            return TryLater("connect.platform_busy", where, **self._words(answer))
        return Permanent("connect.refused", where, item=item, **self._words(answer))

    def _words(self, answer: Sequence[Any]) -> dict[str, Any]:
        words = answer[1]
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        return {"platform_code": str(answer[0]), "reason": self.say(text)}


class _Session(smtplib.SMTP):
    """SMTP over a connection opened by the hub, so that its address guard holds for mail too."""

    def __init__(self, client: HttpClient, host: str, context: ssl.SSLContext | None) -> None:
        self._client = client
        self._context = context
        super().__init__(local_hostname="orderloom")
        self._host = host  # the name starttls checks the certificate against

    def _get_socket(self, host: str, port: int, _timeout: float) -> socket.socket:
        plain = self._client.open_socket(host, port)
        if self._context is None:
            return plain
        return self._context.wrap_socket(plain, server_hostname=host)


def _leave(session: smtplib.SMTP) -> None:
    """Says goodbye; what was accepted stays accepted whatever the server answers."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        session.quit()
    session.close()
