"""Access tokens that run out, and the tokens that renew them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .http import bad_answer
from .model import Renewed, Setting, Text

REFRESH_TOKEN = Setting(
    "refresh_token",
    Text("续期令牌 refresh_token", "Refresh token"),
    required=False,
    secret=True,
    help=Text("填写后授权到期前自动续期。", "With it the authorisation renews itself in time."),
)


def renewed(answer: Mapping[str, Any], used: str, now: int) -> Renewed:
    """The tokens of an answer {access_token, refresh_token, expires_in: seconds}.

    `used`: the refresh token it was asked with, which stays where the answer names no other.
    """
    if not answer.get("access_token"):
        raise bad_answer("access_token")
    tokens = {
        "access_token": str(answer["access_token"]),
        "refresh_token": str(answer.get("refresh_token") or used),
    }
    lasts = str(answer.get("expires_in", ""))
    return Renewed(tokens, now + int(lasts) * 1000 if lasts.isdecimal() else None)
