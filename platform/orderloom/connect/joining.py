"""Several notices in one call: for receivers that may be called seldom but told a lot, as robots.

A notice's body: {"subject", "text", "mentions": [{"name", "mobile"}]}; mentions may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import ConnectorError, Permanent, TryLater
from .model import Message, Receipt

_CUT = "…"


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody to be called by name in a group; `mobile` may be empty."""

    name: str
    mobile: str


@dataclass(frozen=True, slots=True)
class Post:
    """One call's worth: what stands in the group, and who is called to it."""

    text: str
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class _Notice:
    text: str
    mentions: tuple[Mention, ...]


def send_joined(
    messages: Sequence[Message],
    room: int,
    post: Callable[[Post], None],
    call: Callable[[Mention], str] = lambda mention: f"@{mention.name}",
) -> list[Receipt]:
    """At most one `post`: the first messages, as many as fit into `room` bytes of UTF-8.

    The same words for several people stand there once. What does not fit comes back as not
    attempted; a notice too long for a post of its own is cut, and its receipt says so. `call`
    writes how somebody is called in the text ("" where the platform adds it by itself).
    """
    receipts: dict[str, Receipt] = {}
    notices: dict[str, _Notice] = {}
    for message in messages:
        try:
            notices[message.id] = _notice(message)
        except Permanent as refusal:
            receipts[message.id] = Receipt(message.id, False, error=refusal)
    chosen, text = _fill(notices, room, call)
    if chosen:
        whole = Post(cut(text, room), _mentions([notices[id_] for id_ in chosen]))
        detail: dict[str, Any] = {"joined": len(chosen)} if len(chosen) > 1 else {}
        detail |= {"shortened": True} if whole.text != text else {}
        receipts |= _posted(chosen, whole, detail, post)
    return [receipts.get(message.id) or _later(message) for message in messages]


def _posted(
    chosen: Sequence[str], whole: Post, detail: Mapping[str, Any], post: Callable[[Post], None]
) -> dict[str, Receipt]:
    try:
        post(whole)
    except ConnectorError as failure:
        return {id_: Receipt(id_, False, detail=detail, error=failure) for id_ in chosen}
    return {id_: Receipt(id_, True, detail=detail) for id_ in chosen}


def _later(message: Message) -> Receipt:
    return Receipt(message.id, False, error=TryLater("connect.not_attempted"))


def _notice(message: Message) -> _Notice:
    body = message.body
    parts = [str(body.get(name) or "").strip() for name in ("subject", "text")]
    text = "\n".join(part for part in parts if part)
    if not text:
        raise Permanent("connect.message_lacks", "text", item=True, field="text")
    people = [person for person in body.get("mentions") or () if isinstance(person, Mapping)]
    mentions = (Mention(str(p.get("name") or ""), str(p.get("mobile") or "")) for p in people)
    return _Notice(text, tuple(m for m in mentions if m.name or m.mobile))


def _fill(
    notices: Mapping[str, _Notice], room: int, call: Callable[[Mention], str]
) -> tuple[list[str], str]:
    """The ids of the first notices that fit together, at least one, and how they read."""
    chosen: list[str] = []
    text = ""
    for id_ in notices:
        longer = _read([notices[name] for name in (*chosen, id_)], call)
        if chosen and len(longer.encode()) > room:
            break
        chosen.append(id_)
        text = longer
    return chosen, text


def _read(notices: Sequence[_Notice], call: Callable[[Mention], str]) -> str:
    """The notices as one text, numbered if there are several; equal ones stand there once."""
    by_text: dict[str, list[_Notice]] = {}
    for notice in notices:
        by_text.setdefault(notice.text, []).append(notice)
    parts = []
    for number, (text, same) in enumerate(by_text.items(), 1):
        called = " ".join(filter(None, map(call, _mentions(same))))
        place = f"({number}/{len(by_text)}) " if len(by_text) > 1 else ""
        parts.append(f"{place}{text}\n{called}".rstrip())
    return "\n\n".join(parts)


def _mentions(notices: Sequence[_Notice]) -> tuple[Mention, ...]:
    return tuple(dict.fromkeys(mention for notice in notices for mention in notice.mentions))


def cut(text: str, room: int) -> str:
    """The beginning of `text` in at most `room` bytes of UTF-8, whole characters, marked as cut."""
    raw = text.encode()
    if len(raw) <= room:
        return text
    return raw[: room - len(_CUT.encode())].decode(errors="ignore") + _CUT
