"""What a good engineer would write by hand to keep pushes: Flask, one insert, nothing else.

It checks the signature and inserts the body; a repeat of an order is not noticed, and nobody is
told that there is work.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from typing import Any

import orjson
import psycopg
from flask import Flask, request

from bench.pusher import SECRET

app = Flask("by hand")
_here = threading.local()


def _connection() -> psycopg.Connection[Any]:
    if not hasattr(_here, "connection"):
        _here.connection = psycopg.connect(
            os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=1
        )
    found: psycopg.Connection[Any] = _here.connection
    return found


@app.post("/push")
def push() -> Any:
    """Kept when answered."""
    body = request.get_data()
    stamp = request.headers.get("X-Timestamp", "")
    signed = hmac.new(SECRET.encode(), f"{stamp}\n".encode() + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signed, request.headers.get("X-Signature", "")):
        return {"ok": False}, 401
    number = orjson.loads(body)["orders"][0]["order_no"]
    _connection().execute(
        "INSERT INTO pushed (channel, order_no, body) VALUES (%s, %s, %s::jsonb)",
        ("rest", number, body.decode()),
    )
    return {"ok": True}
