"""Logs: one JSON object a line, nothing secret in it."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from orderloom import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where this test's records go; logging is put back afterwards."""
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    target = io.StringIO()
    logs.set_up("test", "INFO", target)
    yield target
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)
    logging.captureWarnings(False)


def entries(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_record_is_one_line_of_json_with_its_extras(stream: io.StringIO) -> None:
    logging.getLogger("orderloom.x").info("two\nlines %d", 2, extra={"account_id": 7})
    (entry,) = entries(stream)
    assert entry["message"] == "two\nlines 2"
    assert (entry["level"], entry["process"], entry["account_id"]) == ("info", "test", 7)
    assert entry["at"].endswith("Z")


@pytest.mark.parametrize(
    "said",
    [
        "cannot reach postgresql://hub:s3cr3t@db/x",
        "redis://:s3cr3t@localhost",
        "GET /router/rest?app_key=1&session=s3cr3t&sign=s3cr3t",
        "Authorization: Bearer s3cr3t",
        'answer {"access_token": "s3cr3t"}',
        "app_secret=s3cr3t&x=1",
        "password: s3cr3t",
    ],
)
def test_secrets_in_sentences_are_masked(stream: io.StringIO, said: str) -> None:
    log = logging.getLogger("orderloom.x")
    log.warning(said)
    log.warning("detail", extra={"error": said, "nested": {"rows": [said]}})
    try:
        raise ValueError(said)
    except ValueError:
        log.exception("failed")
    assert "s3cr3t" not in stream.getvalue()
    assert stream.getvalue().count(logs.MASK) >= 4


@pytest.mark.parametrize("name", ["password", "app_secret", "session_key", "Authorization", "csrf"])
def test_secrets_by_name_are_masked_at_any_depth(stream: io.StringIO, name: str) -> None:
    log = logging.getLogger("orderloom.x")
    log.info("x", extra={name: "s3cr3t", "settings": {"deep": [{name: "s3cr3t"}]}})
    assert "s3cr3t" not in stream.getvalue()


def test_ordinary_words_stay(stream: io.StringIO) -> None:
    said = "session expired for account 12; sign in at http://127.0.0.1:8765/"
    logging.getLogger("orderloom.x").info(said)
    assert entries(stream)[0]["message"] == said


def test_an_uncaught_error_is_logged_with_its_trace(stream: io.StringIO) -> None:
    try:
        raise RuntimeError("boom")
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    (entry,) = entries(stream)
    assert entry["level"] == "critical"
    assert "RuntimeError: boom" in entry["error"]
