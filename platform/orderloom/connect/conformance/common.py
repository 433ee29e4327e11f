"""What every connector promises."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from ..errors import AuthFailed, ConnectorError, Permanent, TryLater
from ..registry import contract_faults
from ..settings import MASK, mask_settings
from .stage import NETWORK_FAULTS, STAGED_FAULTS, Check, Stage, promise, raised


def _contract(stage: Stage) -> None:
    faults = contract_faults(stage.connector, stage.connector.key)
    promise(not faults, "; ".join(faults))


def _settings_masked(stage: Stage) -> None:
    shown = mask_settings(stage.connector.settings, stage.settings())
    for setting in stage.connector.settings:
        if setting.secret and stage.settings().get(setting.name):
            promise(shown[setting.name] == MASK, f"{setting.name} is shown")


def _checks(stage: Stage) -> None:
    seller = stage.connect().check()
    promise(bool(seller.seller_id) and bool(seller.title), "check() names no seller")
    promise(seller == stage.connect().check(), "check() answers differently the second time")


def _wrong_signature(stage: Stage) -> None:
    wrong = stage.wrong_secret()
    if wrong is not None:
        error = raised(stage.connect(wrong).check, Permanent)
        promise(error.code == "connect.signature", f"a wrong signature reads {error.code}")
        promise(not getattr(error, "item", False), "a wrong signature is no single record's fault")


def _expired(stage: Stage) -> None:
    stage.expire()
    raised(stage.connect().check, AuthFailed)


def _renews(stage: Stage) -> None:
    """What a renewal returns replaces the settings and works at once; the old ones need not."""
    before = stage.settings()
    stage.expire()
    raised(stage.connect().check, AuthFailed)
    renewed = stage.connect().renew()
    known = {setting.name for setting in stage.connector.settings}
    promise(set(renewed.settings) <= known, "renewal returns settings the form does not have")
    promise(renewed.settings != before, "renewal changes nothing")
    ends = renewed.expires_ms
    promise(ends is None or ends > stage.clock.now(), "what was renewed is over already")
    stage.connect({**before, **renewed.settings}).check()


def _network(stage: Stage) -> None:
    for kind in NETWORK_FAULTS:
        if kind in stage.faults:
            stage.disturb(kind)
            raised(stage.connect().check, TryLater)
    stage.connect().check()


def _throttled(stage: Stage) -> None:
    stage.disturb("throttled")
    error = raised(stage.connect().check, TryLater)
    heard = getattr(error, "after_s", 0) == 7 or not stage.names_the_wait
    promise(heard, "the platform asked for 7 seconds, nobody heard")
    promise(error.code == "connect.throttled", f"throttling reads {error.code}")


def _silent(stage: Stage) -> None:
    """Provokes everything that can go wrong while listening to logs, texts and representations."""
    heard: list[str] = []
    with _Listening(heard):
        connector = stage.connect()
        heard.append(f"{connector!r} {connector}")
        for provoke in _provocations(stage):
            try:
                provoke()
            except ConnectorError as error:
                heard.append(f"{error} {error!r} {error.args} {error.params} {error.__cause__}")
        stage.expire()
        heard.append(str(raised(stage.connect().check, AuthFailed).params))
    told = "\n".join(heard)
    for secret in stage.secrets():
        promise(secret not in told, "a secret shows in logs, errors or representations")


def _provocations(stage: Stage) -> list[Callable[[], Any]]:
    def disturbed(kind: str) -> Callable[[], Any]:
        def call() -> Any:
            stage.disturb(kind)
            return stage.connect().check()

        return call

    wrong = stage.wrong_secret()
    calls = [disturbed(kind) for kind in sorted(stage.faults - STAGED_FAULTS)]
    return [*calls, lambda: stage.connect(wrong).check()] if wrong else calls


class _Listening(logging.Handler):
    """Collects every log record of the process while it is entered."""

    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(record.getMessage())

    def __enter__(self) -> None:
        root = logging.getLogger()
        self._before = root.level
        root.setLevel(logging.DEBUG)
        root.addHandler(self)

    def __exit__(self, *_: Any) -> None:
        root = logging.getLogger()
        root.removeHandler(self)
        root.setLevel(self._before)


_CHECK = frozenset({"check"})
_RENEW = frozenset({"check", "renew"})
COMMON_CHECKS = (
    Check("contract", _contract),
    Check("settings_masked", _settings_masked),
    Check("check_names_the_seller", _checks, _CHECK),
    Check("wrong_signature_is_permanent", _wrong_signature, _CHECK),
    Check("expired_credentials_are_auth_failed", _expired, _CHECK, frozenset({"expire"})),
    Check("expired_credentials_are_renewed", _renews, _RENEW, frozenset({"expire"})),
    Check("network_trouble_is_try_later", _network, _CHECK),
    Check("throttling_is_honoured", _throttled, _CHECK, frozenset({"throttled"})),
    Check("secrets_stay_secret", _silent, _CHECK, frozenset({"expire"})),
)
