"""What is the same with every ERP where the hub is one of the shops."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.simulators.wire import Fault
from orderloom.connect import Message, Permanent, StockCount, TryLater
from tests.connectors.staging import delivery_order
from tests.connectors.warehouse_stages import (
    CANCEL,
    CREATE,
    TEE,
    ErpStage,
    JushuitanStage,
    WangdianStage,
)

pytestmark = pytest.mark.parametrize("made", [JushuitanStage, WangdianStage])
_PLACE = {JushuitanStage: "10001", WangdianStage: "HZ"}
_MERGED: dict[type[ErpStage], dict[str, Any]] = {
    JushuitanStage: {
        "data": {"orders": [{"o_id": 7, "so_id": "F0001,F0002", "status": "Delivering", "ts": 1}]}
    },
    WangdianStage: {
        "trades": [{"trade_id": 1, "trade_status": 55, "src_tids": "F0001,F0002", "goods_list": []}]
    },
}


def test_a_clock_that_is_off_is_corrected_by_the_platform_s(made: type[ErpStage]) -> None:
    stage = made()
    connector = stage.connect()
    stage.simulator.clock = type(stage.clock)(stage.clock.now() + 3_600_000)
    with pytest.raises(TryLater):
        connector.check()
    shop = stage.settings()[stage.connector.shop]  # type: ignore[attr-defined]
    assert connector.check().seller_id == str(shop)


def test_a_shop_that_is_not_there_is_told(made: type[ErpStage]) -> None:
    stage = made()
    name = stage.connector.shop  # type: ignore[attr-defined]
    with pytest.raises(Permanent, match=r"connect\.permission"):
        stage.connect({**stage.settings(), name: "404"}).check()


@pytest.mark.parametrize("answer", [[], {"code": None}, {"code": "ok"}, {"code": ""}])
def test_an_answer_without_a_code_is_no_answer(made: type[ErpStage], answer: Any) -> None:
    connector, _ = made().against(answer)
    with pytest.raises(TryLater, match=r"connect\.bad_answer"):
        connector.check()


def test_what_has_left_the_house_cannot_be_cancelled(made: type[ErpStage]) -> None:
    stage = made()
    stage.send(CREATE)
    stage.simulator.room.ship("F0001")
    error = stage.send(CANCEL).error
    assert isinstance(error, Permanent)
    assert error.item


def test_what_was_merged_with_others_is_not_cancelled_with_them(made: type[ErpStage]) -> None:
    connector, transport = made().against({"code": 0, **_MERGED[made]})
    (receipt,) = connector.send([Message("1", CANCEL, "s", "k", delivery_order(1))])
    assert isinstance(receipt.error, Permanent)
    assert len(transport.requests) == 1


def test_an_order_that_is_refused_stands_alone(made: type[ErpStage]) -> None:
    stage = made()
    stage.simulator.faults.add(Fault("refused"))
    receipts = stage.connect().send([stage.message(n, CREATE) for n in (1, 2)])
    assert [receipt.ok for receipt in receipts] == [False, True]
    assert receipts[0].error.params["reason"]  # type: ignore[union-attr]


def test_stock_is_what_orders_do_not_hold(made: type[ErpStage]) -> None:
    stage, place = made(), _PLACE[made]
    stage.simulator.room.set_counts({f"{place}/{TEE}": [7, 2], f"{place}/BAG-CAN": [0, 1]})
    counts = stage.connect().stock("HZ", [TEE, "NOBODY-HAS", "BAG-CAN"])
    assert counts == [StockCount("HZ", TEE, 5, 2), StockCount("HZ", "BAG-CAN", -1, 1)]
