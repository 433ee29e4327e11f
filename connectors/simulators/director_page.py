"""How the director's page looks: HTML without scripts, in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from .director_words import ACTIONS, FAULTS, NAMES, PAGE, STATES, SWITCHES, Tongue, Words, say

CSS = Path(__file__).with_name("director.css")


@dataclass(frozen=True)
class Shown:
    """One simulator as the page shows it. `what` it counts: orders, labels, posts, …

    `waiting`: its faults still to happen; `switches`: name -> whether it is on.
    """

    name: str
    what: str
    count: int
    calls: int
    states: Sequence[str]
    actions: Sequence[str]
    kinds: Sequence[str]
    switches: Mapping[str, bool]
    waiting: Sequence[Mapping[str, Any]]

    @property
    def is_fine(self) -> bool:
        return not self.waiting and not any(self.switches.values())


def page(shown: Sequence[Shown], tongue: Tongue, token: str, said: str, mount: str) -> str:
    """The whole page at `mount`. `said`: what to say of the last deed, by key."""
    pen = _Pen(tongue, token, mount)
    other = "zh" if tongue == "en" else "en"
    return (
        f'<!doctype html><html lang="{"en" if tongue == "en" else "zh-CN"}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{pen.t('title')} · Orderloom</title>"
        f'<link rel="stylesheet" href="{mount}/page.css"></head>'
        f"<body><header><h1>{pen.t('title')}</h1><nav>"
        f'<a href="{mount}/?lang={tongue}">{pen.t("refresh")}</a>'
        f'<a href="{mount}/?lang={other}" lang="{other}">{pen.t("other")}</a></nav></header><main>'
        f"<p>{pen.t('intro')}</p>{pen.said(said)}{pen.overview(shown)}"
        f'<div class="cards">{"".join(map(pen.card, shown))}</div></main></body></html>'
    )


class _Pen:
    """Writes parts of the page in one language, forms with the page's token."""

    def __init__(self, tongue: Tongue, token: str, mount: str) -> None:
        self._tongue = tongue
        self._token = token
        self._mount = mount

    def t(self, key: str, words: Words = PAGE, **values: object) -> str:
        return escape(say(words, key, self._tongue, **values))

    def said(self, key: str) -> str:
        tone = "good" if key == "done" else "bad"
        known = key in ("done", "no_order", "bad")
        return f'<p class="said {tone}" role="status">{self.t(key)}</p>' if known else ""

    def overview(self, shown: Sequence[Shown]) -> str:
        heads = "".join(
            f"<th scope=col>{self.t(k)}</th>" for k in ("who", "has", "calls", "trouble")
        )
        rows = "".join(map(self._row, shown))
        return (
            f'<section class="wide" tabindex="0" aria-label="{self.t("overview")}"><table>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></section>"
        )

    def _row(self, one: Shown) -> str:
        name = f'<a href="#{one.name}">{self.t(one.name, NAMES)}</a>'
        return (
            f'<tr data-row="{one.name}"><th scope=row>{name}</th>'
            f"<td>{self.t(one.what, n=one.count)}</td><td>{one.calls}</td>"
            f"<td>{self._trouble(one)}</td></tr>"
        )

    def _trouble(self, one: Shown) -> str:
        on = [self.t(name, SWITCHES) for name, is_on in one.switches.items() if is_on]
        coming = [
            f"{self.t(fault['kind'], FAULTS)} · {self.t('left', n=fault['times'])}"
            for fault in one.waiting
        ]
        marks = [f'<span class="bad">{words}</span>' for words in (*on, *coming)]
        return " ".join(marks) or f'<span class="good">{self.t("fine")}</span>'

    def card(self, one: Shown) -> str:
        parts = (
            self._make(one),
            self._act(one),
            self._fault(one),
            self._switches(one),
            self._end(one),
        )
        return (
            f'<section class="card" id="{one.name}" aria-labelledby="h-{one.name}">'
            f'<h2 id="h-{one.name}">{self.t(one.name, NAMES)}</h2>'
            f"<p>{self.t(one.what, n=one.count)} · {self._trouble(one)}</p>"
            f"{''.join(parts)}</section>"
        )

    def _make(self, one: Shown) -> str:
        if not one.states:
            return ""
        count = self._box(one, "count", "1", "number")
        return self._form(one, "make", count + self._choice(one, "state", one.states, STATES))

    def _act(self, one: Shown) -> str:
        if not one.actions:
            return ""
        number = self._box(one, "number", "", "text")
        return self._form(one, "act", self._choice(one, "action", one.actions, ACTIONS) + number)

    def _fault(self, one: Shown) -> str:
        if not one.kinds:
            return ""
        times, seconds = (
            self._box(one, "times", "3", "number"),
            self._box(one, "seconds", "5", "number"),
        )
        after = f'<label class="tick"><input type="checkbox" name="after">{self.t("after")}</label>'
        kinds = self._choice(one, "kind", one.kinds, FAULTS)
        return self._form(one, "fault", kinds + times + seconds + after)

    def _switches(self, one: Shown) -> str:
        forms = []
        for name, is_on in one.switches.items():
            words = self.t("off" if is_on else "on", name=say(SWITCHES, name, self._tongue))
            hidden = _hidden({"name": name, "on": "0" if is_on else "1"})
            forms.append(self._form(one, "switch", hidden, words))
        return "".join(forms)

    def _end(self, one: Shown) -> str:
        return "" if one.is_fine else self._form(one, "end", "", self.t("end"))

    def _form(self, one: Shown, do: str, inside: str, button: str = "") -> str:
        hidden = _hidden({"token": self._token, "simulator": one.name, "do": do})
        legend = "" if button else f"<h3>{self.t(do)}</h3>"
        return (
            f'<form method="post" action="{self._mount}/do?lang={self._tongue}" data-do="{do}">'
            f"{hidden}{legend}"
            f'<div class="line">{inside}<button>{button or self.t("go")}</button></div></form>'
        )

    def _box(self, one: Shown, name: str, value: str, kind: str) -> str:
        limits = ' min="1" required' if kind == "number" else ""
        box = f'<input type="{kind}" name="{name}" value="{value}"{limits}>'
        return f"<label>{self.t(name)}{box}</label>"

    def _choice(self, one: Shown, name: str, keys: Iterable[str], words: Words) -> str:
        offered = [key for key in words if key in set(keys)]
        options = "".join(f'<option value="{key}">{self.t(key, words)}</option>' for key in offered)
        return f'<label>{self.t(name)}<select name="{name}">{options}</select></label>'


def _hidden(values: Mapping[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in values.items()
    )
