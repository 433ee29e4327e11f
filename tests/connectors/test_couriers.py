"""Every shop's platform can be told of every courier that the demo's table may choose."""

from __future__ import annotations

import pytest

from orderloom.blueprint import library
from orderloom.connect import Registry
from orderloom.connect.couriers import courier_codes
from orderloom.run import demo

REGISTRY = Registry.load()
KEYS = REGISTRY.keys()
REPORTING = sorted(key for key in KEYS if "shipment.report" in REGISTRY.get(key).effects)


def chosen() -> set[str]:
    """The couriers the demo's table names."""
    document = library.read(demo.BLUEPRINT)
    table = next(table for table in document["tables"] if table["values"] == "couriers")
    return {share["courier"] for row in table["entries"] for share in row["value"]}


@pytest.mark.parametrize("key", REPORTING)
def test_a_parcel_of_any_courier_can_be_reported(key: str) -> None:
    codes = courier_codes(getattr(REGISTRY.get(key), "couriers", {}), None)
    assert chosen() <= codes.keys()


def test_shops_do_report() -> None:
    assert {"taobao", "jd", "pdd", "douyin", "wxshop", "rest"} <= set(REPORTING)
