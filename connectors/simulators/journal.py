"""What the simulators remember between two runs: one line of JSON per change, last line wins."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any


class Journal:
    """Documents by (kind, id). Every `put` is with the operating system before it returns.

    What was found at the start is there until `forget`; what is put afterwards is only written.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "simulators.jsonl"
        self._lock = threading.Lock()
        self._documents = self._load()
        self._compact()
        self._file = self._path.open("a", encoding="utf-8")

    def all(self, kind: str) -> dict[str, Any]:
        """What earlier runs put last, in the order it was first put."""
        return self._documents.get(kind, {})

    def forget(self) -> None:
        """Frees what was read at the start."""
        self._documents = {}

    def put(self, kind: str, key: str, document: Any) -> None:
        with self._lock:
            self._file.write(_line(kind, key, document))
            self._file.flush()

    def close(self) -> None:
        with self._lock:
            self._file.close()

    def _load(self) -> dict[str, dict[str, Any]]:
        documents: dict[str, dict[str, Any]] = {}
        if self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                try:
                    kind, key, document = json.loads(line)
                except ValueError:
                    break  # the last line of a killed process
                documents.setdefault(kind, {})[key] = document
        return documents

    def _compact(self) -> None:
        fresh = self._path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as out:
            for kind, documents in self._documents.items():
                out.writelines(_line(kind, key, doc) for key, doc in documents.items())
        fresh.replace(self._path)


def _line(kind: str, key: str, document: Any) -> str:
    return json.dumps([kind, key, document], ensure_ascii=False, separators=(",", ":")) + "\n"
