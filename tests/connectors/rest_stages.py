"""An own shop on stage, described as the demo's blueprint describes its mini-program."""

from __future__ import annotations

from typing import Any

from connectors.rest import Rest
from connectors.simulators.rest import RestSimulator
from connectors.simulators.rest_orders import REST_ORDERS
from connectors.simulators.serve import demo_settings
from connectors.simulators.shop import Record
from orderloom.clock import Clock
from tests.connectors.staging import ShopStage


class RestStage(ShopStage):
    connector = Rest
    dialect = REST_ORDERS
    names_the_wait = False
    masks = frozenset()

    def simulate(self, clock: Clock) -> RestSimulator:
        return RestSimulator(clock)

    def settings(self) -> dict[str, Any]:
        ours = {"base": "http://mini", "overlap_s": 300, "lag_s": 60, "history_hours": 1}
        return {**demo_settings(80, 25)["rest"], **ours}

    def wrong_secret(self) -> dict[str, Any]:
        return {**self.settings(), "secret": "not_the_secret_at_all"}

    def tracking_numbers(self, record: Record) -> list[str]:
        return [parcel["tracking_no"] for parcel in record["parcels"]]
