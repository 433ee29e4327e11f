"""The conformance suite can fail: connectors with one mistake each, and the check that tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from connectors.cainiao import Cainiao
from connectors.dingtalk import DingTalk
from connectors.feishu import Feishu
from connectors.jd import Jd
from connectors.kuaidi100 import Kuaidi100
from connectors.smtp import Smtp
from connectors.taobao import Taobao
from connectors.wecom import WeCom
from connectors.wxshop import Wxshop
from orderloom.connect import (
    AuthFailed,
    Clock,
    ConnectorError,
    HttpClient,
    KeyedListing,
    KeyedWindow,
    Listing,
    Message,
    Normal,
    Page,
    Permanent,
    Receipt,
    Renewed,
    Response,
    TryLater,
    UrllibTransport,
    Window,
    digest,
)
from orderloom.connect.conformance import Broken, Stage
from tests.connectors.jd_stages import JdStage
from tests.connectors.stages import (
    CainiaoStage,
    DingTalkStage,
    FeishuStage,
    Kuaidi100Stage,
    SmtpStage,
    TaobaoStage,
    WeComStage,
)
from tests.connectors.staging import CHECKS, assert_noticed
from tests.connectors.wxshop_stages import WxshopStage


class ReadsForward(Taobao):
    """Page 1 first, as the platform's example code does."""

    def _list(self, window: Window, page: int, *, count: bool) -> Listing:
        pages = -(-window.total // self.values["page_size"])
        turned = pages + 1 - page if window.page else page
        listing = super()._list(window, turned, count=count)
        return replace(listing, total=window.total) if window.page == 1 else listing


class LooksNeverBack(Taobao):
    """Windows do not overlap."""

    def __init__(self, settings: dict[str, Any], *rest: Any) -> None:
        super().__init__({**settings, "overlap_s": 0}, *rest)


class TrustsItsClock(Taobao):
    """Reads up to its own now, whatever the platform's clock says."""

    def _platform_now(self, date_ms: int | None) -> int:
        return self.clock.now()


class MovesTooEarly(Taobao):
    """The watermark moves when the window is counted."""

    def pull(self, cursor: Any, until_ms: int) -> Page:
        page = super().pull(cursor, until_ms)
        if page.cursor["page"] and not page.items and not page.refs:
            return replace(page, cursor={"mark": page.cursor["end"]})
        return page


class SwallowsTrouble(Taobao):
    """A failed page counts as an empty one."""

    def pull(self, cursor: Any, until_ms: int) -> Page:
        try:
            return super().pull(cursor, until_ms)
        except TryLater:
            return Page((), {"mark": until_ms}, more=False)


class BelievesEverything(Taobao):
    """Takes any answer for good."""

    def check(self) -> Any:
        try:
            return super().check()
        except TryLater:
            return None


class TellsSecrets(Taobao):
    """Quotes the platform word for word, session key included."""

    def say(self, words: Any) -> str:
        return str(words)


class KeepsNumbers(Taobao):
    """Leaves 19-digit ids as numbers."""

    @classmethod
    def normalise(cls, raw: Any) -> Normal:
        normal = super().normalise(raw)
        return replace(normal, body={**normal.body, "tid": int(normal.external_no)})


class DigestsOrder(Taobao):
    """The digest depends on the order of the keys."""

    @classmethod
    def normalise(cls, raw: Any) -> Normal:
        return replace(super().normalise(raw), digest=digest({"text": str(raw)}))


class SeesNoMasks(Taobao):
    """Takes stars for names."""

    @classmethod
    def normalise(cls, raw: Any) -> Normal:
        return replace(super().normalise(raw), masked=frozenset())


class RetriesSignatures(Taobao):
    """Hopes that a wrong signature will be right next time."""

    def _failure(self, *arguments: Any) -> ConnectorError:
        failure = super()._failure(*arguments)
        return TryLater(failure.code) if failure.code == "connect.signature" else failure


class IgnoresTheBan(Taobao):
    """Comes back at once, however long it was banned."""

    def _failure(self, *arguments: Any) -> ConnectorError:
        failure = super()._failure(*arguments)
        return TryLater(failure.code) if isinstance(failure, TryLater) else failure


class NeverStops(Taobao):
    """Treats an ended authorisation as bad luck."""

    def _failure(self, *arguments: Any) -> ConnectorError:
        return TryLater(super()._failure(*arguments).code)


class SeesNoCiphers(Jd):
    """Knows stars, and takes ciphers for names."""

    @classmethod
    def normalise(cls, raw: Any) -> Normal:
        normal = super().normalise(raw)
        return replace(normal, masked=normal.masked & {"phone"})


class RenewsNothing(Jd):
    """Says that it renewed, and keeps the old token."""

    def renew(self) -> Renewed:
        return replace(super().renew(), settings={"access_token": self.values["access_token"]})


class ShipsTwice(Jd):
    """Believes every refusal."""

    def _shipped(self, order_no: str) -> list[str]:
        return []


class ForgetsTheKey(Wxshop):
    """Takes the first page for the whole window."""

    def _list(self, window: KeyedWindow) -> KeyedListing:
        return replace(super()._list(window), next_key=None)


class MovesTheWindow(Wxshop):
    """Goes on in the next window before this one's keys are used up."""

    def _list(self, window: KeyedWindow) -> KeyedListing:
        return super()._list(replace(window, start=window.end - 60_000) if window.key else window)


class CountsItsTries(Cainiao):
    """Every try is another parcel."""

    tries = 0

    def _parcel(self, body: Any, courier: str) -> dict[str, Any]:
        CountsItsTries.tries += 1
        parcel = super()._parcel(body, courier)
        return {**parcel, "package_info": {**parcel["package_info"], "id": f"P{self.tries}"}}


class OrdersOnlyOnce(Kuaidi100):
    """Does not say that a repeat is a repeat."""

    def _order(self, *arguments: Any) -> dict[str, Any]:
        return {**super()._order(*arguments), "reorder": False}


class LosesReceipts(Smtp):
    """Sends, and forgets to say so."""

    def send(self, messages: Sequence[Message]) -> list[Receipt]:
        return super().send(messages)[1:]


class PostsOneByOne(DingTalk):
    """A post of its own for every message."""

    def send(self, messages: Sequence[Message]) -> list[Receipt]:
        receipts: list[Receipt] = []
        for message in messages:
            receipts += super().send([message])
        return receipts


class ForgetsTheRest(WeCom):
    """What does not fit is cut off and called sent."""

    def send(self, messages: Sequence[Message]) -> list[Receipt]:
        receipts = super().send(messages)
        return [Receipt(receipt.message_id, True) for receipt in receipts]


class ShowsItsAddress(Feishu):
    """The robot's id stands in the path, which is shown."""

    def __init__(self, settings: Any, client: HttpClient, clock: Clock) -> None:
        super().__init__(settings, _Open(client), clock)


class _Open(HttpClient):
    def __init__(self, inner: HttpClient) -> None:
        self._inner = inner

    def post_json(self, url: str, document: Any, shown: str | None = None) -> Response:
        return self._inner.post_json(url, document)


class ChangesItsMind(Smtp):
    """Every attempt has another Message-ID."""

    def _message_id(self, message: Message) -> str:
        return f"<{id(message)}@orderloom.example>"


CASES = [
    (TaobaoStage, ReadsForward, "rows_may_move_while_reading"),
    (TaobaoStage, LooksNeverBack, "late_rows_are_found"),
    (TaobaoStage, TrustsItsClock, "clock_skew_loses_nothing"),
    (TaobaoStage, MovesTooEarly, "every_page_is_read"),
    (TaobaoStage, SwallowsTrouble, "faults_lose_nothing"),
    (TaobaoStage, BelievesEverything, "network_trouble_is_try_later"),
    (TaobaoStage, TellsSecrets, "secrets_stay_secret"),
    (TaobaoStage, KeepsNumbers, "normal_form"),
    (TaobaoStage, DigestsOrder, "normal_form"),
    (TaobaoStage, SeesNoMasks, "normal_form"),
    (TaobaoStage, RetriesSignatures, "wrong_signature_is_permanent"),
    (TaobaoStage, IgnoresTheBan, "throttling_is_honoured"),
    (TaobaoStage, NeverStops, "expired_credentials_are_auth_failed"),
    (JdStage, SeesNoCiphers, "normal_form"),
    (JdStage, ShipsTwice, "the_same_message_twice_is_one_effect"),
    (WxshopStage, ForgetsTheKey, "every_page_is_read"),
    (WxshopStage, MovesTheWindow, "every_page_is_read"),
    (CainiaoStage, CountsItsTries, "a_lost_answer_may_be_repeated"),
    (CainiaoStage, CountsItsTries, "the_same_message_twice_is_one_effect"),
    (Kuaidi100Stage, OrdersOnlyOnce, "a_lost_answer_may_be_repeated"),
    (SmtpStage, LosesReceipts, "one_receipt_per_message"),
    (DingTalkStage, PostsOneByOne, "messages_are_joined"),
    (WeComStage, ForgetsTheRest, "messages_are_joined"),
    (FeishuStage, ShowsItsAddress, "secrets_stay_secret"),
]


@pytest.mark.parametrize(
    ("stage", "mistaken", "name"), [pytest.param(*case, id=case[1].__name__) for case in CASES]
)
def test_the_suite_notices(stage: type[Stage], mistaken: type[Any], name: str) -> None:
    assert_noticed(stage, mistaken, name)


def test_a_renewal_that_renews_nothing_is_noticed() -> None:
    staged = type("Mistaken", (JdStage,), {"connector": RenewsNothing})
    with pytest.raises(AuthFailed):
        CHECKS["expired_credentials_are_renewed"].run(staged())


def test_a_changing_message_id_is_noticed() -> None:
    staged = type("Mistaken", (SmtpStage,), {"connector": ChangesItsMind})
    with pytest.raises(KeyError):  # the stage knows the mails by their Message-ID
        CHECKS["one_receipt_per_message"].run(staged())


def test_the_contract_check_notices_missing_facts() -> None:
    staged = type("Mistaken", (TaobaoStage,), {"connector": ReadsForward})
    with pytest.raises(Broken, match="differs"):
        CHECKS["contract"].run(staged())


def test_mail_does_not_get_round_the_address_guard() -> None:
    """The stage without its allow-list: the catcher on 127.0.0.1 is out of reach."""
    stage = SmtpStage()
    make: Callable[..., Any] = Smtp
    connector = make(stage.settings(), HttpClient(UrllibTransport()), stage.clock)
    with pytest.raises(Permanent, match=r"connect\.address_refused"):
        connector.check()
    receipts = connector.send([stage.message(1, "mail")])
    stage.close()
    assert [type(receipt.error) for receipt in receipts] == [Permanent]
    assert stage.simulator.mails() == []
