"""Pinduoduo on stage."""

from __future__ import annotations

from typing import Any

from connectors.pdd import Pdd
from connectors.simulators.pdd import Options, PddSimulator, demo_settings
from connectors.simulators.pdd_orders import ORDERS
from connectors.simulators.shop import Record
from orderloom.clock import Clock
from tests.connectors.staging import ShopStage

LAG_S = 180


class PddStage(ShopStage):
    """Lists are whole; what changed in the last three minutes is not in them yet."""

    connector = Pdd
    dialect = ORDERS
    names_the_wait = False
    options = Options(settle_s=LAG_S)

    def simulate(self, clock: Clock) -> PddSimulator:
        return PddSimulator(clock, self.options)

    def settings(self) -> dict[str, Any]:
        ours = {"overlap_s": 300, "lag_s": LAG_S, "history_hours": 1}
        return {**demo_settings("http://pop"), **ours}

    def wrong_secret(self) -> dict[str, Any]:
        return {**self.settings(), "client_secret": "not_the_secret_at_all"}

    def tracking_numbers(self, record: Record) -> list[str]:
        parcels = [record, *record["extra_delivery_list"]]
        return [parcel["tracking_number"] for parcel in parcels if parcel["tracking_number"]]


class PddThinListStage(PddStage):
    """The same shop on a gateway whose lists only name the orders."""

    options = Options(thin_list=True, settle_s=LAG_S)


class PddSplitWindowStage(PddStage):
    """So few pages are allowed that windows must be halved."""

    def settings(self) -> dict[str, Any]:
        return {**super().settings(), "max_pages": 2, "page_size": 20}
