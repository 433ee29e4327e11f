"""PostgreSQL arrays in their binary form, for bulk statements.

The driver's own form is text, in which every quote of every document is escaped, one by one: that
was the larger half of all processor time spent on an order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from struct import Struct, pack
from struct import error as StructError
from typing import Any, ClassVar

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

_NULL = pack(">i", -1)
_LENGTH = Struct(">i").pack


class Array:
    """Values of one column; see the kinds below."""

    __slots__ = ("values",)

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values


class Texts(Array):
    """Texts, as str or as UTF-8 bytes."""


class Numbers(Array):
    """64-bit integers."""


class Flags(Array):
    """Yes or no."""


def array_of(kind: str, values: Sequence[Any]) -> Array:
    """Values of a column of this PostgreSQL type."""
    return _KINDS[kind](values)


_KINDS: dict[str, type[Array]] = {"text": Texts, "bigint": Numbers, "boolean": Flags}


class _ArrayDumper(Dumper):
    """The header of every array: dimensions, whether there are nulls, type, length, first index."""

    format = Format.BINARY
    element_oid: ClassVar[int]

    def dump(self, obj: Array) -> bytes:
        values = obj.values
        if not values:
            return pack(">iii", 0, 0, self.element_oid)
        header = pack(">iiiii", 1, None in values, self.element_oid, len(values), 1)
        try:
            return header + self.elements(values)
        except (StructError, UnicodeEncodeError) as error:  # no such number, no such text
            raise psycopg.DataError(str(error)) from error

    @staticmethod
    def elements(values: Sequence[Any]) -> bytes:
        raise NotImplementedError


class _TextsDumper(_ArrayDumper):
    oid = psycopg.adapters.types["text"].array_oid
    element_oid = psycopg.adapters.types["text"].oid

    @staticmethod
    def elements(values: Sequence[Any]) -> bytes:
        return b"".join(_text_parts(values))


def _text_parts(values: Iterable[Any]) -> list[bytes]:
    parts: list[bytes] = []
    add = parts.append
    for value in values:
        if value is None:
            add(_NULL)
        else:
            data = value if value.__class__ is bytes else value.encode()
            add(_LENGTH(len(data)))
            add(data)
    return parts


class _NumbersDumper(_ArrayDumper):
    oid = psycopg.adapters.types["int8"].array_oid
    element_oid = psycopg.adapters.types["int8"].oid

    @staticmethod
    def elements(values: Sequence[Any]) -> bytes:
        if None in values:
            number = Struct(">iq").pack
            return b"".join(_NULL if v is None else number(8, v) for v in values)
        flat = [8] * (2 * len(values))
        flat[1::2] = values
        return _pairs(len(values)).pack(*flat)


@lru_cache(maxsize=64)
def _pairs(count: int) -> Struct:
    return Struct(">" + "iq" * count)


class _FlagsDumper(_ArrayDumper):
    oid = psycopg.adapters.types["bool"].array_oid
    element_oid = psycopg.adapters.types["bool"].oid

    @staticmethod
    def elements(values: Sequence[Any]) -> bytes:
        flag = Struct(">i?").pack
        return b"".join(_NULL if v is None else flag(1, v) for v in values)


for _kind, _dumper in ((Texts, _TextsDumper), (Numbers, _NumbersDumper), (Flags, _FlagsDumper)):
    psycopg.adapters.register_dumper(_kind, _dumper)
