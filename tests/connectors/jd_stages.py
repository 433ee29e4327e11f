"""JD on stage."""

from __future__ import annotations

from typing import Any

from connectors.jd import Jd
from connectors.simulators.jd import JdSimulator, Options
from connectors.simulators.jd_orders import JD_ORDERS
from connectors.simulators.serve import demo_settings
from connectors.simulators.shop import Record
from orderloom.clock import Clock
from tests.connectors.staging import ShopStage


class JdStage(ShopStage):
    connector = Jd
    dialect = JD_ORDERS
    names_the_wait = False
    options = Options()

    def simulate(self, clock: Clock) -> JdSimulator:
        return JdSimulator(clock, self.options)

    def settings(self) -> dict[str, Any]:
        ours = {"overlap_s": 300, "lag_s": 60, "history_hours": 1}
        places = {
            "gateway": "http://jos/routerjson",
            "token_address": "http://jos/oauth2/refresh_token",
        }
        return {**demo_settings(80, 25)["jd"], **places, **ours}

    def wrong_secret(self) -> dict[str, Any]:
        return {**self.settings(), "app_secret": "not_the_secret_at_all"}

    def tracking_numbers(self, record: Record) -> list[str]:
        return [record["waybill"]] if record["waybill"] else []


class JdThinListStage(JdStage):
    """The same shop on a gateway whose lists lack lines and receivers."""

    options = Options(thin_list=True)
