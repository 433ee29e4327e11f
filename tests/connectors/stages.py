"""The stages on which the conformance suite meets the connectors of this repository."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from connectors.cainiao import Cainiao
from connectors.dingtalk import DingTalk
from connectors.feishu import Feishu
from connectors.file import OwnOrders
from connectors.kuaidi100 import Kuaidi100
from connectors.simulators import cainiao, kuaidi100, robots
from connectors.simulators.cainiao import CainiaoSimulator
from connectors.simulators.kuaidi100 import Kuaidi100Simulator
from connectors.simulators.mail import MailServer, MailSimulator
from connectors.simulators.robots import (
    DingTalkSimulator,
    FeishuSimulator,
    RobotSimulator,
    WeComSimulator,
)
from connectors.simulators.serve import demo_settings
from connectors.simulators.server import mounted
from connectors.simulators.taobao import Options, TaobaoSimulator
from connectors.simulators.trades import TRADES
from connectors.simulators.wire import Fault
from connectors.smtp import Smtp
from connectors.taobao import Taobao
from connectors.wecom import WeCom
from orderloom.clock import Clock
from orderloom.connect import AddressGuard, Connector, Message, Transport, WsgiTransport
from orderloom.connect.conformance import Stage
from tests.connectors.douyin_stages import (
    DouyinSplitWindowStage,
    DouyinStage,
    DouyinThinListStage,
)
from tests.connectors.jd_stages import JdStage, JdThinListStage
from tests.connectors.pdd_stages import PddSplitWindowStage, PddStage, PddThinListStage
from tests.connectors.rest_stages import RestStage
from tests.connectors.staging import NETWORK, OAID, ORDER, ShopStage, delivery_order
from tests.connectors.warehouse_stages import JushuitanStage, QimenStage, WangdianStage
from tests.connectors.webhook_stages import WebhookStage
from tests.connectors.wxshop_stages import WxshopStage


class TaobaoStage(ShopStage):
    connector = Taobao
    dialect = TRADES
    options = Options()

    def simulate(self, clock: Clock) -> TaobaoSimulator:
        return TaobaoSimulator(clock, self.options)

    def settings(self) -> dict[str, Any]:
        ours = {"overlap_s": 300, "lag_s": 60, "history_hours": 1}
        return {**demo_settings(80, 25)["taobao"], "gateway": "http://top/router/rest", **ours}

    def wrong_secret(self) -> dict[str, Any]:
        return {**self.settings(), "app_secret": "not_the_secret_at_all"}

    def tracking_numbers(self, record: dict[str, Any]) -> list[str]:
        numbers = (line.get("invoice_no") for line in record["orders"]["order"])
        return [number for number in dict.fromkeys(numbers) if number]


class FullListStage(TaobaoStage):
    """The same shop on a gateway whose lists are complete: no detail calls."""

    options = Options(full_list=True)


class AlwaysDetailStage(TaobaoStage):
    """Complete lists, but the shop insists on asking for every order."""

    options = Options(full_list=True)

    def settings(self) -> dict[str, Any]:
        return {**super().settings(), "details": "always"}


class SplitWindowStage(TaobaoStage):
    """A gateway that allows so few pages that windows must be halved."""

    def settings(self) -> dict[str, Any]:
        return {**super().settings(), "max_pages": 2, "page_size": 20}


def knows(order_no: str, token: str) -> bool:
    """Whether the token stands for the receiver of that order."""
    return (order_no, token) == (ORDER, OAID)


class LabelStage(Stage):
    """A label service; `simulator.office` has its numbers."""

    simulator: CainiaoSimulator | Kuaidi100Simulator
    faults = frozenset({*NETWORK, "busy", "refused", "expire"})

    def transport(self) -> Transport:
        return WsgiTransport(self.simulator)

    def disturb(self, kind: str, *, effect_first: bool = False) -> None:
        self.simulator.faults.add(Fault(kind, seconds=7, after=effect_first))

    def expire(self) -> None:
        self.simulator.expired = True

    def message(self, number: int, effect: str) -> Message:
        body = delivery_order(number)
        return Message(str(number), effect, body["fulfilment_no"], body["fulfilment_no"], body)

    def bad_message(self) -> Message:
        body = {**delivery_order(99), "courier": "NOBODY"}
        return Message("99", "label.create", "F0099", "F0099", body)

    def effects(self) -> list[str]:
        return [waybill["parcel"] for waybill in self.simulator.office.waybills()]


class CainiaoStage(LabelStage):
    connector = Cainiao
    faults = LabelStage.faults | {"throttled"}

    def __init__(self) -> None:
        super().__init__()
        self.simulator = CainiaoSimulator(self.clock, knows)

    def settings(self) -> dict[str, Any]:
        return cainiao.demo_settings("http://top")

    def wrong_secret(self) -> dict[str, Any]:
        return {**self.settings(), "app_secret": "not_the_secret_at_all"}


class Kuaidi100Stage(LabelStage):
    connector = Kuaidi100

    def __init__(self) -> None:
        super().__init__()
        self.simulator = Kuaidi100Simulator(self.clock, knows)

    def settings(self) -> dict[str, Any]:
        return kuaidi100.demo_settings("http://labels")

    def wrong_secret(self) -> dict[str, Any]:
        return {**self.settings(), "secret": "not_the_secret_at_all"}


class SmtpStage(Stage):
    connector = Smtp

    def __init__(self) -> None:
        super().__init__()
        self.simulator = MailSimulator(self.clock)
        self.server = MailServer(self.simulator).start()

    def settings(self) -> dict[str, Any]:
        return demo_settings(80, self.server.port)["smtp"]

    def transport(self) -> Transport:
        return WsgiTransport(self.simulator)

    def guard(self) -> AddressGuard:
        return AddressGuard([f"127.0.0.1:{self.server.port}"])

    def close(self) -> None:
        self.server.stop()

    def message(self, number: int, effect: str) -> Message:
        body = {"to": f"ops{number}@shop.example", "subject": f"告警 {number}", "text": "缺货"}
        return Message(str(number), effect, "ops", f"alert-{number}", body)

    def bad_message(self) -> Message:
        return Message("99", "mail", "ops", "alert-99", {"to": "", "subject": "x", "text": "y"})

    def effects(self) -> list[str]:
        known = {_mail_id(f"alert-{number}"): f"alert-{number}" for number in range(100)}
        return [known[mail["message_id"]] for mail in self.simulator.mails()]


def _mail_id(key: str) -> str:
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@orderloom.example>"


class RobotStage(Stage):
    """A group robot; the group sees texts only, so their numbers tell which messages came."""

    faults = frozenset({*NETWORK, "busy", "expire"})
    robot: ClassVar[type[RobotSimulator]]

    def __init__(self) -> None:
        super().__init__()
        self.simulator = self.robot(self.clock)

    def settings(self) -> dict[str, Any]:
        return demo_settings(80, 25)[self.robot.key]

    def transport(self) -> Transport:
        return WsgiTransport(mounted({self.robot.key: self.simulator}))

    def secrets(self) -> list[str]:
        return [robots.TOKEN, robots.SECRET]

    def disturb(self, kind: str, *, effect_first: bool = False) -> None:
        self.simulator.faults.add(Fault(kind, seconds=7, after=effect_first))

    def expire(self) -> None:
        self.simulator.removed = True

    def message(self, number: int, effect: str) -> Message:
        people = [{"name": "王主管", "mobile": "13800000001"}, {"name": "小李", "mobile": ""}]
        body = {"subject": f"告警<{number}>", "text": "TEE-BLK-M 缺货\n" * 20, "mentions": people}
        return Message(str(number), effect, f"order:{number}", f"alert-{number}", body)

    def bad_message(self) -> Message:
        return Message("99", "post", "order:99", "alert-99", {"subject": " ", "text": ""})

    def effects(self) -> list[str]:
        posted = "".join(post["text"] for post in self.simulator.posts())
        return [f"alert-{number}" for number in re.findall(r"告警<(\d+)>", posted)]

    def calls(self) -> int:
        return sum(self.simulator.calls.values())


class DingTalkStage(RobotStage):
    connector = DingTalk
    robot = DingTalkSimulator
    faults = frozenset({*RobotStage.faults, "throttled"})

    def wrong_secret(self) -> dict[str, Any]:
        return {**self.settings(), "secret": "not_the_secret_at_all"}


class WeComStage(RobotStage):
    connector = WeCom
    robot = WeComSimulator


class FeishuStage(RobotStage):
    connector = Feishu
    robot = FeishuSimulator

    def connect(self, settings: Mapping[str, Any] | None = None) -> Connector:
        self.clock.advance(1000)  # five calls a second are allowed, and checks make more
        return super().connect(settings)

    def wrong_secret(self) -> dict[str, Any]:
        return {**self.settings(), "secret": "not_the_secret_at_all"}


class FileStage(Stage):
    """There is no platform, so there is nothing to go wrong on the way."""

    connector = OwnOrders

    def settings(self) -> dict[str, Any]:
        return {"shop": "电话订单"}

    def transport(self) -> Transport:
        def nobody(*_: Any) -> list[bytes]:
            raise AssertionError("a shop of one's own calls nobody")

        return WsgiTransport(nobody)


STAGES: tuple[type[Stage], ...] = (
    FileStage,
    WebhookStage,
    TaobaoStage,
    FullListStage,
    AlwaysDetailStage,
    SplitWindowStage,
    JdStage,
    JdThinListStage,
    PddStage,
    RestStage,
    PddThinListStage,
    PddSplitWindowStage,
    DouyinStage,
    DouyinThinListStage,
    DouyinSplitWindowStage,
    WxshopStage,
    QimenStage,
    JushuitanStage,
    WangdianStage,
    CainiaoStage,
    Kuaidi100Stage,
    SmtpStage,
    DingTalkStage,
    WeComStage,
    FeishuStage,
)
