"""Reading what a request carries, up to the limit."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge


def whole_body(request: Request) -> bytes:
    """The body; RequestEntityTooLarge also for one of unknown length that reaches the limit."""
    content = request.get_data()
    if len(content) >= (request.max_content_length or len(content) + 1):
        raise RequestEntityTooLarge  # it was read up to the limit only
    return content


def file_body(request: Request) -> tuple[BinaryIO, int | None]:
    """The file that is the body, not read yet, and the size it was announced with."""
    return cast(BinaryIO, request.stream), request.content_length
