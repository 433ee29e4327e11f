"""The template of a platform can be imported as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from orderloom.blueprint import library
from orderloom.connect import Registry
from orderloom.engine.mapping import compile_mapping
from orderloom.errors import NotFound
from orderloom.services.files import file_templates
from orderloom.services.files.file_source import open_source
from orderloom.services.files.file_templates import Form

REGISTRY = Registry.load()
WITH_TABLES = [key for key in REGISTRY.keys() if REGISTRY.get(key).columns]  # noqa: SIM118


def test_the_shops_of_every_platform_have_one() -> None:
    assert {"file", "taobao", "jd", "pdd"} <= set(WITH_TABLES)


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("key", WITH_TABLES)
def test_its_example_becomes_a_paid_order(
    key: str, form: Form, locale: str, tmp_path: Path
) -> None:
    connector = REGISTRY.get(key)
    path = tmp_path / "template"
    file_templates.write(path, connector, form, "en" if locale == "en" else "zh")
    with open_source(path, connector) as source:
        (record,) = source.records
    assert record.error is None
    assert source.own == ()
    normal = connector.read(record.text)
    order, problems = compile_mapping(library.mapping_for(key)).apply(normal.body, normal.masked)
    assert problems == []
    assert (order["payment_state"], order["receiver_name"]) == ("paid", "李示例")
    assert (order["phone"], order["lines"][0]["sku_code"]) == ("13800000000", "TEE-BLK-S")
    assert order["placed_at"]
    assert source.header
    missing = {
        column.path for column in connector.columns if column.required and not column.example
    }
    assert missing == set()


def test_the_starter_speaks_both_languages(tmp_path: Path) -> None:
    own = REGISTRY.get("file")
    headers = {}
    for locale in ("zh", "en"):
        file_templates.write(tmp_path / locale, own, "csv", "en" if locale == "en" else "zh")
        headers[locale] = (tmp_path / locale).read_text("utf-8-sig").split("\n")[0].split(",")[:3]
    assert headers == {
        "zh": ["订单号", "下单时间", "付款状态"],
        "en": ["Order number", "Placed at", "Payment"],
    }


def test_what_takes_no_tables_has_none(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        file_templates.write(tmp_path / "x", REGISTRY.get("smtp"), "xlsx", "zh")
