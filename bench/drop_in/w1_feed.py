"""W1's shop: pages of Taobao-shaped trades, oldest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.connect import (
    Connector,
    Limits,
    Normal,
    Page,
    Permanent,
    RawItem,
    Seller,
    Setting,
    Text,
    bad_answer,
    beijing_ms,
    cover,
    digest,
    split_json,
)

_PATH = ("trades_sold_get_response", "trades", "trade")


class W1Feed(Connector):
    """The cursor is the number of the page to read next."""

    key = "w1_feed"
    title = Text("W1 订单源", "W1 feed")
    api_version = "1"
    kind = "channel"
    settings = (Setting("address", Text("地址", "Address"), "url"),)
    limits = Limits(per_second=1000, burst=1000)
    coverage = cover(
        filled="external_no placed_at paid_at modified_at payment_state total paid freight"
        " discount customer_ref buyer_note seller_note receiver_name phone province city district"
        " address"
    )

    def check(self) -> Seller:
        """There is one shop."""
        return Seller("w1", "W1")

    def pull(self, cursor: Any, until_ms: int) -> Page:
        """One page of trades."""
        number = int(cursor or 1)
        answer = self.client.send("GET", f"{self.values['address']}?page_no={number}&page_size=100")
        try:
            found = split_json(answer.text(), *_PATH)
        except ValueError:
            raise bad_answer("json") from None
        more = bool(found.outer.get("has_next"))
        items = [_item(trade, text) for trade, text in found.records]
        return Page(items, number + more, more)

    @classmethod
    def normalise(cls, raw: Any) -> Normal:
        """A trade with its lines as a plain list."""
        if not isinstance(raw, dict) or "tid" not in raw:
            raise Permanent("connect.no_number", "tid", item=True)
        body = {**raw, "orders": raw["orders"]["order"]}
        modified = beijing_ms(body["modified"])
        return Normal(body["tid"], None, modified, body, frozenset(), digest(body))


def _item(trade: Mapping[str, Any], text: str) -> RawItem:
    return RawItem("order", str(trade["tid"]), beijing_ms(trade["modified"]), text, trade)
