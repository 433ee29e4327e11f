"""Settings, content, XML, time: the small judgements every connector leans on."""

from __future__ import annotations

from typing import Any

import pytest

from orderloom.connect import (
    Setting,
    Text,
    beijing_ms,
    beijing_text,
    build_xml,
    child_text,
    complete_settings,
    digest,
    is_masked,
    is_unset,
    mask_settings,
    masked_fields,
    parse_xml,
    quantities,
    redact,
)
from orderloom.errors import InputError
from orderloom.texts import LOCALES, catalogue

LABEL = Text("标签", "Label")
FORM = (
    Setting("key", LABEL),
    Setting("token", LABEL, secret=True),
    Setting("url", LABEL, "url", required=False),
    Setting("size", LABEL, "number", default=50, minimum=1, maximum=100),
    Setting("mode", LABEL, "choice", default="a", choices=("a", "b")),
    Setting("on", LABEL, "bool", default=True),
    Setting("mail", LABEL, "email", required=False),
    Setting("host", LABEL, "host", required=False),
)
GIVEN = {"key": " k ", "token": "s3cret-token"}


def test_settings_are_completed() -> None:
    values = complete_settings(FORM, {**GIVEN, "size": "20", "on": "false", "host": "mail.example"})
    assert values["key"] == "k"
    assert (values["size"], values["on"], values["mode"]) == (20, False, "a")
    assert values["url"] is None


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("key", "", "setting_missing"),
        ("key", 5, "setting_not_text"),
        ("kye", "x", "setting_unknown"),
        ("url", "shop.example", "setting_not_url"),
        ("url", "http://[bad", "setting_not_url"),
        ("url", "ftp://x/", "setting_not_url"),
        ("size", "many", "setting_not_number"),
        ("size", True, "setting_not_number"),
        ("size", 1.5, "setting_not_number"),
        ("size", 0, "setting_out_of_range"),
        ("size", 101, "setting_out_of_range"),
        ("mode", "c", "setting_not_choice"),
        ("on", "perhaps", "setting_not_bool"),
        ("mail", "a b@c", "setting_not_email"),
        ("mail", "a@b\nBcc: x@y", "setting_not_email"),
        ("host", "mail.example/path", "setting_not_host"),
    ],
)
def test_each_wrong_setting_is_named(name: str, value: Any, code: str) -> None:
    with pytest.raises(InputError) as wrong:
        complete_settings(FORM, {**GIVEN, name: value})
    (fault,) = wrong.value.params["faults"]
    assert (fault["field"], fault["code"]) == (name, f"connect.{code}")


def test_all_wrong_settings_are_named_at_once() -> None:
    with pytest.raises(InputError) as wrong:
        complete_settings(FORM, {"size": 0})
    assert {fault["field"] for fault in wrong.value.params["faults"]} == {"key", "token", "size"}


def test_secrets_read_as_dots() -> None:
    shown = mask_settings(FORM, complete_settings(FORM, GIVEN))
    assert shown["key"] == "k"
    assert "s3cret" not in str(shown)
    assert mask_settings(FORM, {"key": "k"})["token"] is None


def test_redaction_knows_url_encoding() -> None:
    secret = "a+b/c=我"
    text = "x a+b/c=我 y a%2Bb%2Fc%3D%E6%88%91 z"
    assert redact(text, [secret]) == "x *** y *** z"
    assert redact("abc", ["", "ab"]) == "abc"
    assert len(redact("长" * 1000, [])) <= 301


@pytest.mark.parametrize("text", ["李**", "138********", "左**街道**路**栋", "＊＊"])
def test_stars_are_masks(text: str) -> None:
    assert is_masked(text)


@pytest.mark.parametrize("value", ["李小禾", "", None, 5, ["*"]])
def test_no_stars_no_mask(value: Any) -> None:
    assert not is_masked(value)


def test_a_clear_field_wins_over_a_masked_one() -> None:
    fields = {"mobile": "phone", "phone": "phone", "name": "receiver_name"}
    assert masked_fields({"mobile": "1**", "phone": "", "name": "李"}, fields) == {"phone"}
    assert masked_fields({"mobile": "1**", "phone": "0571-1"}, fields) == frozenset()


def test_the_digest_sees_content_only() -> None:
    one = digest({"a": 1, "b": [1, {"c": "我"}], "oaid": "x"}, ("oaid",))
    assert one == digest({"b": [1, {"c": "我"}], "oaid": "y", "a": 1}, ("oaid",))
    assert one != digest({"a": 1, "b": [{"c": "我"}, 1]}, ("oaid",))
    assert digest({"n": 10**30}) != digest({"n": 10**30 + 1})


@pytest.mark.parametrize(
    "value", [None, "", " ", 0, "0", "0000-00-00 00:00:00", "0001-01-01 00:00:00"]
)
def test_unset_times(value: Any) -> None:
    assert is_unset(value)
    assert beijing_ms(value) is None


def test_beijing_time() -> None:
    assert beijing_ms("2026-10-03 09:30:00") == 1_790_991_000_000
    assert beijing_text(1_790_991_000_999) == "2026-10-03 09:30:00"
    for odd in ("2026-13-45 09:30:00", "1790991000", "20261003", "soon"):
        with pytest.raises(ValueError, match=odd):
            beijing_ms(odd)


def test_xml_round_trip() -> None:
    content = {"a": "<&>\x00\x0b我", "none": None, "list": {"item": [{"n": 1}, {"n": 2}]}}
    root = parse_xml(build_xml("request", content))
    assert child_text(root, "a") == "<&>我"
    assert root.find("none") is None
    assert [item.findtext("n") for item in root.iterfind("list/item")] == ["1", "2"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<a>",
        b"<a></b>",
        b"text",
        b'<!DOCTYPE a [<!ENTITY x "xxxx">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="klingon"?><a/>',
        b"<a>" * 1000 + b"</a>" * 1000,
        b"<a>\xff</a>",
        b"<a>&unknown;</a>",
    ],
)
def test_dangerous_and_broken_xml(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the class is the promise
        parse_xml(data)


def test_every_error_code_has_its_words(connect_codes: set[str]) -> None:
    entries = catalogue()
    assert len(connect_codes) > 40
    assert connect_codes - set(entries) == set()
    for code in connect_codes:
        assert all(entries[code].message[locale] for locale in LOCALES), code
    spoken = {code for code in entries if code.startswith("connect.")}
    assert spoken - connect_codes == set()


@pytest.mark.parametrize("count", ["", "x", "-1", None, "9" * 5000, "1e3"])
def test_what_is_no_count_of_pieces_is_passed_over(count: str | None) -> None:
    assert quantities([("TEE", 2), ("TEE", "3.00"), ("TEE", count), ("", 4)]) == {"TEE": 5}
