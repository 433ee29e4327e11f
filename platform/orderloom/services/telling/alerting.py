"""The one door for telling people something: who, over what, in which language.

Each person gets a message of their own, so that everybody's quiet hours and receipts are their
own; robots join equal ones into one post.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from orderloom.blueprint.scope import Alert
from orderloom.errors import InputError
from orderloom.services.deciding.effects import Effects
from orderloom.services.delivering.outbox import Outgoing
from orderloom.services.hub.exceptions import Raised
from orderloom.services.orders.orderbook import OrderState
from orderloom.services.telling.directory import Directory
from orderloom.texts import Locale, locale_of

Words = Mapping[str, str]  # "subject" and "text"


@dataclass(frozen=True)
class Notice:
    """What is to be said. `connection_id`: for addresses, and people without ways of their own.

    `subject` and `version` make it one: written twice, it is sent once.
    """

    name: str
    subject: str
    severity: str
    recipients: Sequence[str]
    words: Callable[[Locale], Words]
    connection_id: int | None
    version: int = 1
    order_id: int | None = None


@dataclass(frozen=True)
class Addressed:
    """The messages of a notice, and the recipients nobody knows."""

    messages: list[Outgoing]
    unknown: list[str]


def address(directory: Directory, notice: Notice, now: int) -> Addressed:
    """A notice as messages; raises InputError when its words cannot be filled in."""
    words = cache(notice.words)
    found = directory.find(notice.recipients)
    messages = []
    if notice.connection_id is not None and (
        found.addresses or found.mobiles or not notice.recipients
    ):
        mentions = [{"name": mobile, "mobile": mobile} for mobile in found.mobiles]
        body = {"to": found.addresses, **words("zh"), "mentions": mentions}
        messages.append(_message(notice, notice.connection_id, body, now))
    for one in found.contacts.values():
        for connection_id in one.reached_over(notice.severity, notice.connection_id):
            body = {
                "to": [one.mail] if one.mail else [],
                **words(locale_of(one.locale)),
                "mentions": [{"name": one.name, "mobile": one.mobile}],
            }
            messages.append(_message(notice, connection_id, body, now, one.id))
    return Addressed(messages, found.unknown)


def _message(
    notice: Notice,
    connection_id: int,
    body: dict[str, Any],
    now: int,
    contact_id: int | None = None,
) -> Outgoing:
    own = "" if contact_id is None else f"/{contact_id}"
    return Outgoing(
        connection_id=connection_id,
        subject=f"{notice.subject}{own}",
        effect=f"alert.{notice.name}",
        version=notice.version,
        body=body,
        not_before=now,
        order_id=notice.order_id,
        contact_id=contact_id,
        severity=notice.severity,
    )


def tell(
    effects: Effects,
    name: str,
    values: Mapping[str, Any],
    subject: str,
    version: int = 1,
    order: OrderState | None = None,
) -> None:
    """Write an alert's messages, rendered now: they tell what was true when it happened.

    What keeps an alert from being written or from reaching somebody stops nothing else.
    """
    alert = effects.bound.blueprint.alerts[name]
    notice = Notice(
        name=name,
        subject=subject,
        severity=alert.severity,
        recipients=alert.recipients,
        words=lambda locale: alert.render(values, locale),
        connection_id=effects.bound.connections[alert.send_to],
        version=version,
        order_id=order.id if order else None,
    )
    try:
        found = address(effects.directory, notice, effects.now)
    except InputError as error:
        params = {**error.params, "where": error.where}
        raised = Raised(
            "rule", error.code, f"alert:{subject}", f"{error.code}/{error.where}", params
        )
        effects.raised.append(_about(order, raised))
        return
    effects.messages.extend(found.messages)
    effects.raised.extend(_about(order, _nobody(notice, alert, who)) for who in found.unknown)


def _nobody(notice: Notice, alert: Alert, who: str) -> Raised:
    code = "alert.unknown_recipient"
    params = {"name": who, "alert": dict(alert.title)}
    return Raised("rule", code, f"alert:{notice.subject}/{who}", unknown_cause(who), params)


def unknown_cause(name: str) -> str:
    """What exceptions about a recipient nobody knows have in common."""
    return f"alert.unknown_recipient/{name}"


def _about(order: OrderState | None, raised: Raised) -> Raised:
    return replace(raised, account_id=order.account_id, order_id=order.id) if order else raised
