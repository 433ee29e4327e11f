"""Structured logs: one JSON object a line, and nothing secret in any of them."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import IO, Any

MASK = "***"
_SECRET_NAME = re.compile(
    r"pass(word|wd)?|pwd|secret|token|authorization|cookie|csrf|credential|session_?key|"
    r"app_?key|private|^key$|^sign(ature)?$",
    re.IGNORECASE,
)
_IN_ADDRESS = re.compile(r"(?<=://)([^:@/\s]*):[^@/\s]+@")
_IN_QUERY = re.compile(
    r"\b((?:[\w-]*(?:password|passwd|secret|token|credential)|session(?:_?key)?|sign(?:ature)?"
    r"|authorization)[\"']?\s*[=:]\s*[\"']?)(?:Bearer\s+)?[^\s&\"',;)}\]]+",
    re.IGNORECASE,
)
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "taskName",
    "color_message",
}
# What libraries say at INFO is for their authors.
_QUIET = ("rq", "alembic", "urllib3", "mail.log", "asyncio", "_granian")


def masked(text: str) -> str:
    """The text without passwords in addresses and without values of secret-looking names."""
    return _IN_QUERY.sub(rf"\1{MASK}", _IN_ADDRESS.sub(rf"\1:{MASK}@", text))


class JsonFormatter(logging.Formatter):
    """`extra=` fields become members; their secret-looking names are masked."""

    def __init__(self, process: str = "") -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        entry: dict[str, Any] = {
            "at": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "process": self.process,
            "pid": os.getpid(),
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        extra = {name: value for name, value in vars(record).items() if name not in _OWN}
        entry |= {name: value for name, value in _clean(extra).items() if name not in entry}
        if record.exc_info:
            entry["error"] = masked(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False, default=_plain)


def _clean(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        str(name): MASK if _SECRET_NAME.search(str(name)) else _cleaned(value)
        for name, value in values.items()
    }


def _cleaned(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _clean(value)
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    return masked(value) if isinstance(value, str) else value


def _plain(value: Any) -> str:
    return masked(str(value))


def set_up(process: str, level: str, stream: IO[str] | None = None) -> None:
    """Send every log record of this process to `stream` (standard error) as JSON lines."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(process))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("orderloom").critical("uncaught error", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def granian_config(process: str, level: str) -> dict[str, Any]:
    """The same for the web server, which sets logging up itself in each of its processes."""
    formatter = {"()": "orderloom.logs.JsonFormatter", "process": process}
    handler = {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}
    quiet = {name: {"level": "WARNING"} for name in _QUIET}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"json": handler},
        "root": {"level": level, "handlers": ["json"]},
        "loggers": quiet,
    }
