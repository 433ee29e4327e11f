"""What commands print, in the language of the terminal."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from orderloom.errors import OrderloomError
from orderloom.texts import Locale, say


@dataclass(frozen=True)
class Console:
    """Results go to standard output, everything about failures to standard error."""

    locale: Locale

    def text(self, code: str, **params: Any) -> str:
        """The sentence of a code, without how to fix it."""
        return say(code, self.locale, params)[0]

    def say(self, code: str, **params: Any) -> None:
        print(self.text(code, **params), flush=True)

    def warn(self, code: str, **params: Any) -> None:
        """A sentence and, where there is one, how to fix it."""
        print(_joined(say(code, self.locale, params)), file=sys.stderr, flush=True)

    def fail(self, error: OrderloomError) -> None:
        params = {"where": error.where, **error.params}
        print(_joined(say(error.code, self.locale, params)), file=sys.stderr, flush=True)


def _joined(said: tuple[str, str | None]) -> str:
    message, how = said
    return f"{message} {how}" if how else message
