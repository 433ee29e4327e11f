"""What can go wrong while talking to a platform, sorted by how to recover.

ConnectorError
├── AuthFailed      somebody has to authorise the shop again; stop the account
├── TryLater        the same call may work after `after_s` seconds
└── Permanent       repeating cannot help; `item` tells one record from the whole account
"""

from __future__ import annotations

from typing import Any

from orderloom.errors import OrderloomError


class ConnectorError(OrderloomError):
    """A platform, or the way to it, failed."""


class AuthFailed(ConnectorError):
    """The credentials are not (or no longer) accepted."""


class TryLater(ConnectorError):
    """The same call may work later.

    `after_s`: seconds the platform asked for, None when it did not say.
    `uncertain`: the request may have been carried out although no usable answer came back.
    """

    def __init__(
        self,
        code: str,
        where: str | None = None,
        *,
        after_s: float | None = None,
        uncertain: bool = False,
        **params: Any,
    ) -> None:
        super().__init__(code, where, **params)
        self.after_s = after_s
        self.uncertain = uncertain


class Permanent(ConnectorError):
    """Repeating the call cannot help.

    `item` True: only this record or message is refused, the account itself works.
    """

    def __init__(
        self, code: str, where: str | None = None, *, item: bool = False, **params: Any
    ) -> None:
        super().__init__(code, where, **params)
        self.item = item
