"""Douyin's shops on stage."""

from __future__ import annotations

from typing import Any

from connectors.douyin import Douyin
from connectors.simulators.douyin import DouyinSimulator, Options, demo_settings
from connectors.simulators.douyin_orders import ORDERS
from connectors.simulators.shop import Record
from orderloom.clock import Clock
from tests.connectors.staging import ShopStage


class DouyinStage(ShopStage):
    """Lists are whole; a remark does not move the time of an order's update, a move does."""

    connector = Douyin
    dialect = ORDERS
    names_the_wait = False
    options = Options()
    simulator: DouyinSimulator

    def simulate(self, clock: Clock) -> DouyinSimulator:
        return DouyinSimulator(clock, self.options)

    def settings(self) -> dict[str, Any]:
        ours = {"overlap_s": 300, "lag_s": 60, "history_hours": 1}
        return {**demo_settings("http://doudian"), **ours}

    def wrong_secret(self) -> dict[str, Any]:
        return {**self.settings(), "app_secret": "not_the_secret_at_all"}

    def touch(self, external_no: str) -> None:
        self.simulator.shop.act(external_no, "move", f"{self.clock.now()}区")

    def tracking_numbers(self, record: Record) -> list[str]:
        return [parcel["tracking_no"] for parcel in record["logistics_info"]]


class DouyinThinListStage(DouyinStage):
    """The same shop on a platform whose lists only name the orders."""

    options = Options(thin_list=True)


class DouyinSplitWindowStage(DouyinStage):
    """Answers in the old form, by md5, and so few pages that windows must be halved."""

    options = Options(old_form=True)

    def settings(self) -> dict[str, Any]:
        few = {"max_pages": 2, "page_size": 20}
        return {**super().settings(), **few, "sign_method": "md5", "timestamps": "text"}
