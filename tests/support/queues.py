"""What stands in the place of Redis where nobody shall be woken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class SilentRedis:
    """A Redis that forgets everything at once: the tests call the jobs themselves."""

    def __init__(self) -> None:
        self._asked = 0

    @contextmanager
    def pipeline(self, **_options: Any) -> Iterator[SilentRedis]:
        yield self

    def set(self, name: str, *args: Any, **options: Any) -> None:
        self._asked += 1

    def execute(self) -> list[None]:
        asked, self._asked = self._asked, 0
        return [None] * asked

    def delete(self, *_names: Any) -> int:
        return 0


class Calls(SilentRedis):
    """One that remembers which jobs would be woken, once each."""

    def __init__(self) -> None:
        super().__init__()
        self.woken: dict[tuple[str, int], None] = {}

    def set(self, name: str, *args: Any, **options: Any) -> None:
        super().set(name, *args, **options)
        _, _, kind, ref = name.split(":")
        self.woken[kind, int(ref)] = None

    def take(self) -> list[tuple[str, int]]:
        """Kind and reference of each, in order; from now on they are forgotten."""
        taken, self.woken = list(self.woken), {}
        return taken
