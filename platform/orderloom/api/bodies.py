"""Reading what a request carries, up to the limit."""

from __future__ import annotations

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge


def whole_body(request: Request) -> bytes:
    """The body; RequestEntityTooLarge also for one of unknown length that reaches the limit."""
    content = request.get_data()
    if len(content) >= (request.max_content_length or len(content) + 1):
        raise RequestEntityTooLarge  # it was read up to the limit only
    return content
