"""How alike the name of something sold is to the products there are: proposals, never decisions."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Why = Literal["same_code", "alike"]
LEAST = 0.3
_GRAM = 2
_MOST_LOOKED_AT = 500  # products a lookup: pairs of characters that most have tell nothing


@dataclass(frozen=True, slots=True)
class Known:
    """A product there is."""

    id: int
    code: str
    title: str = ""
    spec: str | None = None
    barcode: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """`score`: 0 to 1."""

    id: int
    score: float
    why: Why


class Shelf:
    """All products, laid out by pairs of characters so that many names can be looked up."""

    def __init__(self, products: Iterable[Known]) -> None:
        self._ids: list[int] = []
        self._codes = _Index()
        self._texts = _Index()
        self._exact: dict[str, list[int]] = defaultdict(list)
        for product in products:
            self._ids.append(product.id)
            self._codes.add(product.code)
            self._texts.add(f"{product.title} {product.spec or ''}")
            for code in filter(None, {plain(product.code), plain(product.barcode or "")}):
                self._exact[code].append(product.id)

    def like(self, name: str, text: str = "", most: int = 5) -> list[Match]:
        """The products most like a name and a title, best first."""
        same = [Match(id_, 1.0, "same_code") for id_ in self._exact.get(plain(name), ())]
        codes, texts = self._codes.scores(name), self._texts.scores(text)
        found = [
            (_score(codes.get(place, 0.0), texts.get(place, 0.0)), place)
            for place in {*codes, *texts}
        ]
        ids = {match.id for match in same}
        alike = [
            Match(self._ids[place], round(score, 3), "alike")
            for score, place in sorted(found, key=lambda pair: (-pair[0], pair[1]))
            if score >= LEAST and self._ids[place] not in ids
        ]
        return [*same, *alike][:most]


def plain(text: str) -> str:
    """Without width, case and everything that is neither letter nor digit."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def _score(code: float, text: float) -> float:
    """Either may be all there is: platforms' own numbers say nothing, titles are often alike."""
    return max(0.6 * code + 0.4 * text, 0.85 * code, 0.75 * text)


def _grams(text: str) -> set[str]:
    letters = plain(text)
    return {letters[at : at + _GRAM] for at in range(len(letters) - _GRAM + 1)} or {letters} - {""}


class _Index:
    """Pairs of characters -> the places they are in; Dice's coefficient for what is asked."""

    def __init__(self) -> None:
        self._places: dict[str, list[int]] = defaultdict(list)
        self._texts: list[str] = []

    def add(self, text: str) -> None:
        for gram in _grams(text):
            self._places[gram].append(len(self._texts))
        self._texts.append(text)

    def scores(self, text: str) -> dict[int, float]:
        """Place -> likeness, for the places that share the rarest pairs."""
        grams = _grams(text)
        return {place: _dice(grams, _grams(self._texts[place])) for place in self._near(grams)}

    def _near(self, grams: set[str]) -> set[int]:
        found: set[int] = set()
        for places in sorted((self._places.get(gram, []) for gram in grams), key=len):
            if found and len(found) + len(places) > _MOST_LOOKED_AT:
                break
            found.update(places[:_MOST_LOOKED_AT])
        return found


def _dice(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
