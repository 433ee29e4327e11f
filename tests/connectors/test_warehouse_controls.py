"""The conformance suite can fail on warehouses: one mistake each, and the check that tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from connectors.jushuitan import Jushuitan
from connectors.qimen import Qimen
from connectors.wangdian import Wangdian
from orderloom.connect import (
    Confirmation,
    ConfirmationPage,
    ConnectorError,
    Message,
    Permanent,
    Receipt,
    TryLater,
)
from orderloom.connect.conformance import Stage
from tests.connectors.staging import assert_noticed
from tests.connectors.warehouse_stages import JushuitanStage, QimenStage, WangdianStage


class GuessesAbsence(Qimen):
    """When nobody answers, says it never arrived."""

    def read_back(self, messages: Sequence[Message]) -> list[Receipt | None]:
        try:
            return super().read_back(messages)
        except ConnectorError:
            return [None for _ in messages]


class DeniesDoubt(Qimen):
    """A lost answer reads as a plain failure."""

    def send(self, messages: Sequence[Message]) -> list[Receipt]:
        return [
            replace(receipt, error=TryLater("connect.dropped")) if receipt.error else receipt
            for receipt in super().send(messages)
        ]


class FailsOnRepeats(Qimen):
    """ "Exists already" is an error."""

    def _says(self, answer: Any, setting: str) -> bool:
        return setting != "exists_words" and super()._says(answer, setting)


class GivesUpTogether(Qimen):
    """One bad message condemns its neighbours."""

    def send(self, messages: Sequence[Message]) -> list[Receipt]:
        receipts = super().send(messages)
        if any(receipt.error for receipt in receipts):
            error = Permanent("connect.refused")
            return [Receipt(message.id, False, error=error) for message in messages]
        return receipts


class TakesSilenceForAnAnswer(Qimen):
    """When nobody answers, there is nothing new."""

    def inquire(self, messages: Sequence[Message]) -> list[Confirmation]:
        try:
            return super().inquire(messages)
        except TryLater:
            return []


class TellsTheSameAnew(Qimen):
    """Each answer is other news."""

    told = 0

    def inquire(self, messages: Sequence[Message]) -> list[Confirmation]:
        TellsTheSameAnew.told += 1
        return [replace(one, key=f"{self.told}/{one.key}") for one in super().inquire(messages)]


class ReadsPastChanges(Jushuitan):
    """Goes on a little behind the last row it saw."""

    def confirmations(self, cursor: Any, until_ms: int) -> ConfirmationPage:
        page = super().confirmations(cursor, until_ms)
        return replace(page, cursor={"ts": page.cursor["ts"] + (10 if page.more else 0)})


class AcknowledgesAtOnce(Wangdian):
    """Says that a page is kept before it is."""

    def confirmations(self, cursor: Any, until_ms: int) -> ConfirmationPage:
        page = super().confirmations(cursor, until_ms)
        self._acknowledge(page.cursor.get("acks", []))
        return replace(page, cursor={**page.cursor, "acks": []})


CASES = [
    (WangdianStage, AcknowledgesAtOnce, "what_left_is_told"),
    (QimenStage, GuessesAbsence, "reading_back_does_not_guess"),
    (QimenStage, DeniesDoubt, "a_lost_answer_is_found_by_reading_back"),
    (QimenStage, FailsOnRepeats, "the_same_message_twice_is_one_effect"),
    (QimenStage, GivesUpTogether, "a_bad_message_stands_alone"),
    (QimenStage, TakesSilenceForAnAnswer, "asking_does_not_guess"),
    (QimenStage, TellsTheSameAnew, "a_silent_warehouse_tells_when_asked"),
    (JushuitanStage, ReadsPastChanges, "no_parcel_is_missed_while_reading"),
]


@pytest.mark.parametrize(
    ("stage", "mistaken", "name"), [pytest.param(*case, id=case[1].__name__) for case in CASES]
)
def test_the_suite_notices(stage: type[Stage], mistaken: type[Any], name: str) -> None:
    assert_noticed(stage, mistaken, name)
