"""Headers that keep browsers careful."""

from __future__ import annotations

from flask import Flask, Response, request

_APP_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Content-Security-Policy": _DATA_POLICY,
    "Cache-Control": "no-store",
}
_YEAR = 31_536_000


def install(app: Flask) -> None:
    app.after_request(_add)


def page_policy(nonce: str) -> str:
    """The content security policy of a page whose own styles carry the nonce."""
    return _APP_POLICY.format(nonce=nonce)


def _add(response: Response) -> Response:
    headers = response.headers
    given = {name.lower() for name, _ in headers}
    headers.extend([(name, value) for name, value in _ALWAYS.items() if name.lower() not in given])
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR}")
    return response
