"""What is particular to mail: encryption, log-in, refusals, and sessions that end too soon."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from connectors.simulators.mail import MailServer, MailSimulator
from connectors.smtp import Smtp
from orderloom.connect import (
    AddressGuard,
    AuthFailed,
    HttpClient,
    ManualClock,
    Message,
    Permanent,
    TryLater,
    UrllibTransport,
)
from orderloom.connect.conformance.stage import NOON

LOGIN = {"username": "hub", "password": "s3cret-mail-password"}


def _smtp(port: int, **settings: Any) -> Smtp:
    given = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "hub@x.example"}
    guard = AddressGuard([f"127.0.0.1:{port}"])
    client = HttpClient(UrllibTransport(guard), Smtp.limits, guard)
    return Smtp({**given, **settings}, client, ManualClock(NOON))


def _mail(number: int = 1, **body: Any) -> Message:
    whole = {"to": "ops@x.example", "subject": "缺货", "text": "TEE-BLK-M 只剩 2 件", **body}
    return Message(str(number), "mail", "ops", f"alert-{number}", whole)


@pytest.fixture
def catcher() -> MailSimulator:
    return MailSimulator(ManualClock(NOON))


@pytest.fixture
def plain(catcher: MailSimulator) -> Iterator[int]:
    server = MailServer(catcher).start()
    yield server.port
    server.stop()


def _check_login(_server: Any, _session: Any, _envelope: Any, _kind: str, data: Any) -> AuthResult:
    right = (data.login, data.password) == (b"hub", LOGIN["password"].encode())
    return AuthResult(success=right, handled=False)


@pytest.fixture
def encrypted(
    catcher: MailSimulator, certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[int]:
    """STARTTLS with a log-in, and a certificate this process trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    options: dict[str, Any] = {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": _check_login,
    }
    server = MailServer(catcher, **options).start()
    yield server.port
    server.stop()


def test_a_mail_arrives_as_written(catcher: MailSimulator, plain: int) -> None:
    receipts = _smtp(plain).send([_mail(), _mail(2, to=["a@x.example", "b@x.example"])])
    assert [receipt.ok for receipt in receipts] == [True, True]
    first, second = catcher.mails()
    assert first["subject"] == "缺货"
    assert first["text"].strip() == "TEE-BLK-M 只剩 2 件"
    assert first["message_id"] == receipts[0].reference
    assert second["to"] == ["a@x.example", "b@x.example"]


def test_the_same_message_has_the_same_id(catcher: MailSimulator, plain: int) -> None:
    for _ in range(2):
        _smtp(plain).send([_mail()])
    assert len({mail["message_id"] for mail in catcher.mails()}) == 1


def test_a_line_break_in_the_subject_is_no_header(catcher: MailSimulator, plain: int) -> None:
    _smtp(plain).send([_mail(subject="x\r\nBcc: other@x.example")])
    (mail,) = catcher.mails()
    assert mail["to"] == ["ops@x.example"]
    assert mail["subject"] == "x Bcc: other@x.example"


@pytest.mark.parametrize(
    "to", ["", [], None, "a\nb@x.example", ["a@x.example\r\nBcc: b@x.example"]]
)
def test_unusable_recipients(catcher: MailSimulator, plain: int, to: Any) -> None:
    receipts = _smtp(plain).send([_mail(to=to), _mail(2)])
    assert isinstance(receipts[0].error, Permanent)
    assert receipts[0].error.item
    assert receipts[1].ok
    assert len(catcher.mails()) == 1


def test_a_refused_recipient_stands_alone(catcher: MailSimulator, plain: int) -> None:
    some = _mail(3, to=["nobody@x.example", "ops@x.example"])
    receipts = _smtp(plain).send([_mail(1, to="nobody@x.example"), _mail(2), some])
    assert isinstance(receipts[0].error, Permanent)
    assert receipts[0].error.params["platform_code"] == "550"
    assert receipts[1].ok
    assert receipts[2].detail == {"refused": ["nobody@x.example"]}
    assert len(catcher.mails()) == 2


def test_encrypted_with_login(catcher: MailSimulator, encrypted: int) -> None:
    connector = _smtp(encrypted, security="starttls", **LOGIN)
    assert connector.check().seller_id == "hub@x.example"
    assert connector.send([_mail()])[0].ok
    assert len(catcher.mails()) == 1


def test_a_wrong_password(encrypted: int) -> None:
    connector = _smtp(encrypted, security="starttls", username="hub", password="wrong-password")
    with pytest.raises(AuthFailed) as refused:
        connector.check()
    assert "wrong-password" not in f"{refused.value!r} {refused.value.params}"
    assert isinstance(connector.send([_mail()])[0].error, AuthFailed)


def test_a_certificate_nobody_trusts(encrypted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(Permanent, match=r"connect\.tls"):
        _smtp(encrypted, security="starttls").check()


def test_no_password_over_an_open_line(plain: int) -> None:
    with pytest.raises(Permanent, match=r"connect\.login_needs_encryption"):
        _smtp(plain, **LOGIN).check()


def test_encryption_the_server_does_not_offer(plain: int) -> None:
    with pytest.raises(Permanent, match=r"connect\.not_offered"):
        _smtp(plain, security="starttls").check()


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    connector = _smtp(port)
    with pytest.raises(TryLater, match=r"connect\.unreachable"):
        connector.check()
    receipts = connector.send([_mail(1), _mail(2)])
    assert [receipt.uncertain for receipt in receipts] == [False, False]


def _one_session(answers: list[bytes]) -> int:
    """A port that greets, answers each line with the next of `answers`, then hangs up."""
    server = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        visitor, _ = server.accept()
        with server, visitor, visitor.makefile("rb") as lines:
            visitor.sendall(b"220 hello\r\n")
            for answer in answers:
                lines.readline()
                visitor.sendall(answer)

    threading.Thread(target=talk, daemon=True).start()
    return int(server.getsockname()[1])


def test_hanging_up_before_the_answer_leaves_doubt() -> None:
    port = _one_session([b"250 hi\r\n", b"250 from\r\n", b"250 to\r\n", b"354 go\r\n"])
    receipts = _smtp(port).send([_mail(1), _mail(2)])
    assert [receipt.uncertain for receipt in receipts] == [True, False]
    assert [receipt.ok for receipt in receipts] == [False, False]


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([b"250 hi\r\n", b"451 try later\r\n", b"250 reset\r\n"], TryLater),
        ([b"250 hi\r\n", b"550 not you\r\n", b"250 reset\r\n"], Permanent),
        ([b"502 no\r\n", b"502 no\r\n"], Permanent),
        ([], TryLater),
    ],
)
def test_refusals_of_the_whole_session(answers: list[bytes], kind: type[Exception]) -> None:
    receipts = _smtp(_one_session(answers)).send([_mail(1), _mail(2)])
    assert type(receipts[0].error) is kind
    assert not getattr(receipts[0].error, "item", False)
    assert not receipts[1].ok
