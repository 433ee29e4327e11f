"""XML of warehouses: parsed without entities or DOCTYPE, built without illegal characters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, tostring
from xml.parsers import expat

_MAX_DEPTH = 64
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _SafeParser:
    def __init__(self) -> None:
        self._tree = TreeBuilder()
        self._depth = 0
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._tree.data
        parser.buffer_text = True
        self._parser = parser

    def parse(self, data: bytes) -> Element:
        self._parser.Parse(data, True)
        return self._tree.close()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ValueError("nested too deeply")
        self._tree.start(tag, attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        self._tree.end(tag)

    def _refuse(self, *_: Any) -> int:
        raise ValueError("document types and entities are not accepted")


def parse_xml(data: bytes) -> Element:
    """The root element. ValueError for broken XML, a DOCTYPE, an entity or bottomless nesting."""
    try:
        return _SafeParser().parse(data)
    except (expat.ExpatError, AssertionError, LookupError) as fault:
        raise ValueError(f"not XML: {type(fault).__name__}") from None


def build_xml(tag: str, content: Mapping[str, Any]) -> bytes:
    """UTF-8 XML with declaration. A mapping nests, a sequence repeats its tag, None is left out."""
    root = Element(tag)
    _fill(root, content)
    text: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode()


def _fill(parent: Element, content: Mapping[str, Any]) -> None:
    for tag, value in content.items():
        many = isinstance(value, Sequence) and not isinstance(value, str)
        for entry in value if many else [value]:
            if entry is not None:
                _add(SubElement(parent, tag), entry)


def _add(element: Element, value: Any) -> None:
    if isinstance(value, Mapping):
        _fill(element, value)
    else:
        element.text = _ILLEGAL.sub("", str(value))


def child_text(parent: Element, path: str) -> str:
    """The stripped text of the element at `path`, "" when it is missing."""
    return (parent.findtext(path) or "").strip()
