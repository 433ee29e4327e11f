"""A shop of one's own: what its orders may look like."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from connectors.file import OwnOrders
from orderloom.blueprint import library
from orderloom.blueprint.plan import check, compile_plan
from orderloom.connect import Permanent, beijing_ms
from orderloom.engine.mapping import compile_mapping

ORDER: dict[str, Any] = {
    "number": " 20261009-001 ",
    "placed_at": "2026-10-09 08:57:00",
    "payment": "paid",
    "total": 148,
    "lines": [{"code": "TEE-BLK-S", "quantity": 2, "price": "69.00"}],
}


def normal(**changes: Any) -> Any:
    return OwnOrders.normalise({**ORDER, **changes})


def test_numbers_are_texts_and_the_only_line_has_the_orders_number() -> None:
    found = OwnOrders.read(json.dumps({**ORDER, "freight": 10.10}))
    assert found.external_no == "20261009-001"
    assert (found.body["total"], found.body["freight"]) == ("148", "10.1")
    assert found.body["lines"][0] == {
        **{"code": "TEE-BLK-S", "quantity": "2", "price": "69.00"},
        "line_no": "20261009-001",
    }
    two = normal(lines=[{"code": "a"}, {"line_no": 7}, 3]).body["lines"]
    assert [line["line_no"] for line in two[:2]] == ["20261009-001-1", "7"]
    assert two[2] == 3
    assert normal(total=Decimal("148.50")).body["total"] == "148.50"


@pytest.mark.parametrize(
    ("payment", "paid", "counts_as"),
    [("paid", None, "148"), ("paid", "100", "100"), ("unpaid", None, None), ("unpaid", "1", "1")],
)
def test_what_is_paid_counts_in_full_unless_said(
    payment: str, paid: str | None, counts_as: str | None
) -> None:
    assert normal(payment=payment, paid=paid).body["paid"] == counts_as


def test_the_latest_event_is_the_version_unless_a_change_is_told() -> None:
    assert normal().modified_ms == beijing_ms("2026-10-09 08:57:00")
    assert normal(paid_at="2026-10-10 00:00:00").modified_ms == beijing_ms("2026-10-10 00:00:00")
    assert normal(modified_at="2026-10-01 00:00:00").modified_ms == beijing_ms(
        "2026-10-01 00:00:00"
    )
    assert normal(placed_at="soon").modified_ms is None


def test_who_typed_it_is_no_new_version() -> None:
    assert normal(entered_by="anne").digest == normal(entered_by="bob").digest
    assert normal(note="x").digest != normal().digest


@pytest.mark.parametrize("raw", [[], "x", {}, {"number": ""}, {"number": None}, {"number": [1]}])
def test_an_order_without_a_number_is_refused_by_itself(raw: Any) -> None:
    with pytest.raises(Permanent) as refused:
        OwnOrders.normalise(raw)
    assert refused.value.item


def test_the_starter_maps_all_of_it() -> None:
    document = library.read("spreadsheet-orders")
    check(document)
    compile_plan([("spreadsheet-orders", 1, document, {})])
    mapping = compile_mapping(library.mapping_for("file"))
    found = normal(phone="138 0000 0000", province="浙江省", freight="10", buyer="")
    order, problems = mapping.apply(found.body, found.masked)
    assert problems == []
    assert (order["total"], order["paid"], order["freight"]) == (14800, 14800, 1000)
    assert (order["province"], order["customer_ref"]) == ("浙江", "138 0000 0000")
    (line,) = order["lines"]
    assert (line["sku_code"], line["quantity"], line["price"]) == ("TEE-BLK-S", 2, 6900)
