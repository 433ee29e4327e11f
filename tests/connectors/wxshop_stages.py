"""微信小店 on stage."""

from __future__ import annotations

from typing import Any

from connectors.simulators.shop import Record
from connectors.simulators.wx_orders import WX_ORDERS, parcels_of
from connectors.simulators.wxshop import TOKEN, Options, WxshopSimulator, demo_settings
from connectors.wxshop import Wxshop
from orderloom.clock import Clock
from tests.connectors.staging import ShopStage


class WxshopStage(ShopStage):
    """A shop whose token has been fetched before."""

    connector = Wxshop
    dialect = WX_ORDERS
    names_the_wait = False
    shipping_call = "/delivery/send"
    options = Options()

    def simulate(self, clock: Clock) -> WxshopSimulator:
        return WxshopSimulator(clock, self.options)

    def settings(self) -> dict[str, Any]:
        ours = {"overlap_s": 300, "lag_s": 60, "history_hours": 1, "access_token": TOKEN}
        return {**demo_settings("http://wx"), **ours}

    def tracking_numbers(self, record: Record) -> list[str]:
        return [parcel["waybill_id"] for parcel in parcels_of(record)]
