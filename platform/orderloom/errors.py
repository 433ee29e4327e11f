"""Every error the hub raises on purpose.

OrderloomError                  code + where + parameters; the words come from `texts`
├── ConfigError                 the installation cannot run as configured
├── InputError                  somebody sent something unusable
│   ├── BlueprintError          a blueprint document is not valid
│   ├── RuleError               a rule is malformed, too large or too costly
│   └── MappingError            a value could not be mapped
├── NotFound                    the thing named does not exist
│   └── Retired                 it is out of use
├── Forbidden                   the user may not do this
├── Conflict                    the thing changed meanwhile
│   └── LeaseLost               somebody else took over the work
├── InsufficientStock           a guarded stock update found too little
└── ConnectorError              see connect/errors.py
"""

from __future__ import annotations

from typing import Any


class OrderloomError(Exception):
    """`code` names the text, `where` the place (a path, a field, a row), `params` fill the text."""

    def __init__(self, code: str, where: str | None = None, **params: Any) -> None:
        super().__init__(code, where, params)
        self.code = code
        self.where = where
        self.params = params

    def __str__(self) -> str:
        place = f" at {self.where}" if self.where else ""
        return f"{self.code}{place} {self.params}" if self.params else f"{self.code}{place}"


class ConfigError(OrderloomError):
    """The installation cannot run as configured."""


class InputError(OrderloomError):
    """Somebody sent something unusable."""


class BlueprintError(InputError):
    """A blueprint document is not valid; `where` is a JSON pointer."""


class RuleError(InputError):
    """A rule is malformed, too large or too costly; `where` is a JSON pointer."""


class MappingError(InputError):
    """A value could not be mapped; `where` is the target field."""


class NotFound(OrderloomError):
    """The thing named does not exist."""


class Retired(NotFound):
    """The thing named is out of use."""


class Forbidden(OrderloomError):
    """The user may not do this."""


class Conflict(OrderloomError):
    """The thing changed meanwhile."""


class LeaseLost(Conflict):
    """Somebody else took over the work; nothing of ours may be committed."""


class InsufficientStock(OrderloomError):
    """A guarded stock update found too little; `params['stock_ids']` names the rows."""
