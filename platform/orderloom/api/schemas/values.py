"""Field types of the API: strict coming in, exact going out. Messages are catalogue codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from orderloom.services.orders.showing import iso

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BIGGEST = 2**63 - 1
_MESSAGES = {
    "required": "field.required",
    "null": "field.null",
    "validator_failed": "field.invalid",
}


class Strict(Schema):
    """A document coming in: unknown names are errors."""

    error_messages = {  # noqa: RUF012 - marshmallow's own name
        "unknown": "field.unknown",
        "type": "field.object",
    }


class Text(fields.String):
    """Text without control characters, at most `most` long."""

    default_error_messages = {**_MESSAGES, "invalid": "field.text", "invalid_utf8": "field.text"}  # noqa: RUF012

    def __init__(self, *, least: int = 0, most: int = 200, **options: Any) -> None:
        length = validate.Length(least, most, error=f"field.length|{least}-{most}")
        super().__init__(validate=length, **options)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if _CONTROL.search(text):
            raise ValidationError("field.characters")
        return text


class Word(Text):
    """One of a few words."""

    def __init__(self, *choices: str, **options: Any) -> None:
        super().__init__(**options)
        shown = ", ".join(choices)
        self.validators.append(validate.OneOf(choices, error=f"field.choice|{shown}"))


class Whole(fields.Integer):
    """A whole number within a range."""

    default_error_messages = {**_MESSAGES, "invalid": "field.whole", "too_large": "field.whole"}  # noqa: RUF012

    def __init__(self, low: int, high: int, **options: Any) -> None:
        bounds = validate.Range(low, high, error=f"field.range|{low}-{high}")
        super().__init__(validate=bounds, **options)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        # Python would take " 1_0" and digits of other scripts as well.
        if not re.fullmatch(r"-?[0-9]{1,18}", str(value)) or isinstance(value, bool):
            raise self.make_error("invalid")
        return int(value)


class Ident(fields.Field[int]):
    """An id: text in JSON, a number inside."""

    default_error_messages = {**_MESSAGES, "invalid": "field.ident"}  # noqa: RUF012

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,19}", value):
            raise self.make_error("invalid")
        if int(value) > _BIGGEST:
            raise self.make_error("invalid")
        return int(value)


class Instant(fields.Field[int]):
    """An instant: ISO 8601 with a zone in JSON, epoch milliseconds inside."""

    default_error_messages = {**_MESSAGES, "invalid": "field.instant"}  # noqa: RUF012

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else iso(value)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise self.make_error("invalid")
            return int(moment.astimezone(UTC).timestamp() * 1000)
        except (TypeError, ValueError, OverflowError) as error:
            if isinstance(error, ValidationError):
                raise
            raise self.make_error("invalid") from error


class Day(fields.Field[date]):
    """A day such as 2026-11-28: of a calendar, not of a zone. What is a text already goes out."""

    default_error_messages = {**_MESSAGES, "invalid": "field.day"}  # noqa: RUF012

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> date:
        if not isinstance(value, str) or not re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", value):
            raise self.make_error("invalid")
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise self.make_error("invalid") from error


class Several(fields.Field[tuple[Any, ...]]):
    """Values separated by commas, each of the inner kind; at most `most`."""

    default_error_messages = {**_MESSAGES, "invalid": "field.text", "many": "field.many|{most}"}  # noqa: RUF012

    def __init__(self, inner: fields.Field[Any], most: int = 50, **options: Any) -> None:
        super().__init__(**options)
        self.inner, self.most = inner, most

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> tuple[Any, ...]:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if len(parts) > self.most:
            raise self.make_error("many", most=self.most)
        return tuple(self.inner.deserialize(part) for part in dict.fromkeys(parts))


class Bilingual(Schema):
    """A text in both languages."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class Named(Schema):
    """Something with an id and a title."""

    id = Ident(required=True)
    title = fields.String(required=True)


class Shop(Named):
    """A shop on a channel."""

    platform = fields.String(required=True)


class Trouble(Schema):
    """What is wrong, and how to put it right, in both languages."""

    message = fields.Nested(Bilingual, required=True)
    how = fields.Nested(Bilingual, required=True, allow_none=True)


class Located(Schema):
    """Where somebody is, as far as it is known."""

    province = fields.String(required=True, allow_none=True)
    city = fields.String(required=True, allow_none=True)
    district = fields.String(required=True, allow_none=True)
    town = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)


class Paged(Strict):
    """One page of a list."""

    limit = Whole(1, 200, load_default=50)
    cursor = Text(most=600, load_default=None)
