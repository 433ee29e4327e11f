"""The XML inside a workbook, taken apart piece by piece within bounds."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from xml.parsers import expat

LONGEST_TOKEN = 1 << 20  # bytes of one tag; texts come in parts
DEEPEST = 100  # elements inside each other
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class BadXml(Exception):
    """Not well-formed, or such as no spreadsheet writes."""


@dataclass(frozen=True, slots=True)
class Element:
    """A start tag; `reference`: its attribute of any namespace called `id`."""

    name: str
    attributes: Mapping[str, str]

    @property
    def reference(self) -> str | None:
        return next((v for k, v in self.attributes.items() if k.endswith(":id")), None)


class Names(dict[str, str]):
    """Tag -> its name without a prefix."""

    def __missing__(self, tag: str) -> str:
        name = self[tag] = tag.rpartition(":")[2]
        return name


class Parser:
    """Feeds XML to handlers; a document type, or a tag without an end, is refused."""

    def __init__(self) -> None:
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.buffer_size = 1 << 16
        self._expat.StartDoctypeDeclHandler = _refuse_doctype
        self._fed = self._depth = 0

    def on(
        self,
        start: Callable[[str, dict[str, str]], object],
        end: Callable[[str], object],
        text: Callable[[str], object],
    ) -> None:
        def started(tag: str, attributes: dict[str, str]) -> None:
            self._depth += 1
            if self._depth > DEEPEST:
                raise BadXml("a nest without an end")
            start(tag, attributes)

        def ended(tag: str) -> None:
            self._depth -= 1
            end(tag)

        self._expat.StartElementHandler = started
        self._expat.EndElementHandler = ended
        self._expat.CharacterDataHandler = text

    def feed(self, piece: bytes) -> None:
        """Raises BadXml."""
        self._fed += len(piece)
        self._parse(piece, final=False)
        if self._fed - self._expat.CurrentByteIndex > LONGEST_TOKEN + len(piece):
            raise BadXml("a tag without an end")

    def end(self) -> None:
        """Raises BadXml when the document is not complete."""
        self._parse(b"", final=True)

    def _parse(self, piece: bytes, final: bool) -> None:
        try:
            self._expat.Parse(piece, final)
        except expat.ExpatError as error:
            raise BadXml(str(error)) from error


def _refuse_doctype(*_args: Any) -> NoReturn:
    raise BadXml("a document type")


def elements(pieces: Iterator[bytes]) -> Iterator[Element]:
    """All start tags of a small document, in order."""
    found: list[Element] = []
    names, parser = Names(), Parser()
    parser.on(
        lambda tag, attributes: found.append(Element(names[tag], attributes)),
        lambda _tag: None,
        lambda _text: None,
    )
    for piece in pieces:
        parser.feed(piece)
        yield from found
        found.clear()
    parser.end()
    yield from found


class Texts:
    """The texts that cells share, by number: their bytes in one buffer, not an object each."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        self._bytes += text.encode()
        self._ends.append(len(self._bytes))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        """Raises IndexError for a number there is no text for."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        start, end = self._ends[number], self._ends[number + 1]
        return self._bytes[start:end].decode()


def read_texts(pieces: Iterator[bytes]) -> Texts:
    """The document of shared texts; hints for pronunciation are left out. Raises BadXml."""
    texts, names, parser = Texts(), Names(), Parser()
    parts: list[str] = []
    inside = aside = False

    def start(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal inside, aside
        name = names[tag]
        if name == "si":
            parts.clear()
        elif name == "rPh":
            aside = True
        elif name == "t":
            inside = not aside

    def end(tag: str) -> None:
        nonlocal inside, aside
        name = names[tag]
        if name == "t":
            inside = False
        elif name == "rPh":
            aside = False
        elif name == "si":
            texts.add(unescaped("".join(parts)))

    parser.on(start, end, lambda text: parts.append(text) if inside else None)
    for piece in pieces:
        parser.feed(piece)
    parser.end()
    return texts


def unescaped(text: str) -> str:
    """Characters XML does not allow are written `_x000D_`."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code < 0xE000 else chr(code)
