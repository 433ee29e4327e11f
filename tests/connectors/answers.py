"""A platform with one answer, for what no simulator would say."""

from __future__ import annotations

import json
from typing import Any

from orderloom.connect import Request, Response


class Fixed:
    """A transport with one answer; it remembers the requests."""

    def __init__(self, answer: Any, status: int = 200, date: str = "") -> None:
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        headers = {"date": date} if date else {}
        self.response = Response(status, headers, body)
        self.requests: list[Request] = []

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        return self.response
