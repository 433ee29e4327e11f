"""After-sale records follow what the channel says of each line."""

from __future__ import annotations

from typing import Any

import pytest

from orderloom.store.db import Database
from tests.support.hub import Hub

TEE, BAG = "TEE-BLK-S", "BAG-CAN"
SHOWN = "SELECT kind, state, refund_no, quantity, amount, goods FROM after_sale ORDER BY id"


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def tell(hub: Hub, status: str, later: int, number: int = 1, **changes: Any) -> None:
    """The channel says something of the first of an order's two lines."""
    trade = hub.trade(number, {TEE: 3, BAG: 1}, later=later, **changes)
    trade["orders"]["order"][0] |= {"refund_status": status, "refund_id": 9000 + later}
    hub.take(trade)


def record(hub: Hub) -> dict[str, Any]:
    (row,) = hub.rows(SHOWN)
    return row


def told(hub: Hub) -> list[str]:
    notes = hub.rows("SELECT detail FROM timeline WHERE kind = 'after_sale' ORDER BY id")
    return [note["detail"].partition('"refund_state":"')[2].partition('"')[0] for note in notes]


def test_a_refund_is_followed_from_its_request_to_its_end(hub: Hub) -> None:
    hub.take(hub.trade(1, {TEE: 3, BAG: 1}))
    assert hub.rows(SHOWN) == []
    tell(hub, "WAIT_SELLER_AGREE", 1)
    opened = record(hub)
    assert opened == {
        "kind": "refund",
        "state": "requested",
        "refund_no": "9001",
        "quantity": 3,
        "amount": 3 * 6900,
        "goods": "none",
    }
    tell(hub, "WAIT_BUYER_RETURN_GOODS", 2)
    assert (record(hub)["kind"], record(hub)["goods"]) == ("return", "awaited")
    tell(hub, "SUCCESS", 3)
    assert (record(hub)["state"], record(hub)["goods"]) == ("refunded", "awaited")
    assert told(hub) == ["requested", "returning", "refunded"]
    assert hub.value("SELECT count(*) FROM after_sale WHERE closed_at IS NOT NULL") == 1


@pytest.mark.parametrize(
    ("status", "state"), [("SELLER_REFUSE_BUYER", "rejected"), ("CLOSED", "withdrawn")]
)
def test_one_that_came_to_nothing_is_closed_and_the_line_is_sent(
    hub: Hub, status: str, state: str
) -> None:
    tell(hub, "WAIT_BUYER_RETURN_GOODS", 1)
    assert [f["state"] for f in hub.fulfilments(1)] == ["waiting"]
    assert hub.levels()["HZ", TEE][1] == 0
    tell(hub, status, 2)
    assert (record(hub)["state"], record(hub)["goods"]) == (state, "none")
    assert hub.levels()["HZ", TEE][1] == 3


def test_a_platform_that_falls_silent_has_withdrawn_it(hub: Hub) -> None:
    tell(hub, "WAIT_SELLER_AGREE", 1)
    tell(hub, "NO_REFUND", 2)
    assert (record(hub)["state"], hub.order(1)["after_sale_state"]) == ("withdrawn", "none")


def test_asking_again_opens_the_same_record_with_its_new_number(hub: Hub) -> None:
    for later, status in enumerate(("WAIT_SELLER_AGREE", "CLOSED", "WAIT_SELLER_AGREE")):
        tell(hub, status, later)
        hub.advance(60)
    assert (record(hub)["state"], record(hub)["refund_no"]) == ("requested", "9002")
    row = hub.rows("SELECT opened_at, closed_at FROM after_sale")[0]
    assert row == {"opened_at": hub.clock.now() - 60_000, "closed_at": None}


def test_what_does_not_change_is_told_once(hub: Hub) -> None:
    for later in (1, 2):
        tell(hub, "WAIT_SELLER_AGREE", 1, seller_memo=str(later))
    assert told(hub) == ["requested"]


def partly(document: dict[str, Any]) -> None:
    """A mapping for a channel that says how many pieces and how much money are asked back."""
    fields = document["mappings"][0]["lines"]["fields"]
    fields.append({"to": "refund_quantity", "from": "back", "steps": [{"do": "integer"}]})
    fields.append({"to": "refund_amount", "from": "money", "steps": [{"do": "yuan"}]})


def test_only_the_pieces_asked_back_stay_here(hub: Hub) -> None:
    hub.republish(partly)
    trade = hub.trade(1, {TEE: 3})
    trade["orders"]["order"][0] |= {"refund_status": "SUCCESS", "back": 1, "money": "50.00"}
    hub.take(trade)
    assert (record(hub)["quantity"], record(hub)["amount"]) == (1, 5000)
    assert hub.levels()["HZ", TEE][1] == 2
    order = hub.order(1)
    assert (order["after_sale_state"], order["state"]) == ("none", "to_ship")
