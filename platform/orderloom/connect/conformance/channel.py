"""What a channel promises: every change arrives, whatever happens on the way."""

from __future__ import annotations

import json
import random
from typing import Any

from ..errors import Permanent
from ..jsontext import parse_json
from ..model import Normal
from .stage import NETWORK_FAULTS, Check, Hub, Stage, promise, raised

_ROWS = 230
_PULL = frozenset({"pull", "normalise"})


def _filled(stage: Stage, count: int = _ROWS) -> Hub:
    """Orders made over half an hour, long enough ago to be pulled."""
    for _ in range(10):
        stage.make(count // 10)
        stage.clock.advance(180_000)
    stage.clock.advance(600_000)
    return Hub(stage)


def _nothing(stage: Stage) -> None:
    hub = Hub(stage)
    hub.pull_all()
    promise(not hub.items, "items out of an empty shop")
    promise(hub.cursor is not None, "an empty pull must leave a cursor")
    stage.clock.advance(600_000)
    stage.make(1)
    stage.clock.advance(600_000)
    hub.pull_all()
    hub.expect_all("after an empty pull")


def _whole(stage: Stage) -> None:
    hub = _filled(stage)
    hub.pull_all()
    hub.expect_all("many pages")
    promise(set(hub.landed) == set(stage.truth()), "orders that nobody placed")


def _idle(stage: Stage) -> None:
    hub = _filled(stage)
    hub.pull_all()
    before = {number: {n.digest for n in normals} for number, normals in hub.landed.items()}
    stage.clock.advance(60_000)
    hub.pull_all()
    after = {number: {n.digest for n in normals} for number, normals in hub.landed.items()}
    promise(before == after, "an order nobody changed comes back with another digest")


def _moving(stage: Stage) -> None:
    """While pages are read, rows not yet read change and slide to the front of the list."""
    hub = _filled(stage)
    luck = random.Random("moving")  # noqa: S311 - not for secrets

    def between(_page: int) -> None:
        unread = sorted(set(stage.truth()) - set(hub.landed))
        for number in luck.sample(unread, min(12, len(unread))):
            stage.touch(number)

    hub.pull_all(between)
    unseen = set(stage.truth()) - set(hub.landed)
    stage.clock.advance(600_000)
    hub.pull_all()
    hub.expect_all(f"rows moved ({len(unseen)} were unseen after the first round)")


def _late_rows(stage: Stage) -> None:
    """Rows that the platform sorts in only after their time was read, as late as the overlap."""
    hub = _filled(stage)
    late_s = stage.connector.lag_s + stage.connector.overlap_s // 2
    hub.pull_all(lambda page: _appear(stage, late_s))
    _appear(stage, late_s)
    stage.clock.advance(60_000)
    hub.pull_all()
    hub.expect_all("rows appeared late")


def _appear(stage: Stage, late_s: int) -> None:
    stage.backdate(stage.clock.now() - late_s * 1000)


def _crash(stage: Stage) -> None:
    """Every second page is read but never lands, as when the process dies before the commit."""
    hub = _filled(stage)
    for turn in range(200):
        kept = hub.cursor, dict(hub.landed), list(hub.items)
        more = hub.pull_once(stage.connect())
        if turn % 2 == 0:
            hub.cursor, hub.landed, hub.items = kept
        elif not more:
            break
    hub.expect_all("crashes between page and commit")


def _faults(stage: Stage) -> None:
    hub = _filled(stage)
    kinds = sorted(stage.faults & {*NETWORK_FAULTS, "throttled", "busy", "duplicates"})

    def between(page: int) -> None:
        if page < 2 * len(kinds):
            stage.disturb(kinds[page % len(kinds)])

    hub.pull_all(between)
    hub.expect_all("every kind of fault on the way")
    for number, normals in hub.landed.items():
        promise(len({n.digest for n in normals}) == 1, f"{number}: repeats differ")


def _skew(stage: Stage) -> None:
    for seconds in (-500, 500):
        stage.skew(seconds)
        hub = Hub(stage)
        for _ in range(12):
            stage.make(3)
            stage.clock.advance(100_000)
            hub.pull_all()
        stage.clock.advance(1_200_000)
        hub.pull_all()
        hub.expect_all(f"the platform's clock is {seconds} s off")


def _normal(stage: Stage) -> None:
    hub = _filled(stage, 20)
    hub.pull_all()
    for item in hub.items:
        raw = parse_json(item.payload_text)
        before = json.dumps(raw, default=str)
        normal = stage.connector.normalise(raw)
        promise(json.dumps(raw, default=str) == before, "normalise changes its argument")
        promise(normal.modified_ms == item.modified_ms, "modified differs from the item's")
        promise(_ids_are_text(normal.body), "an id is a number")
        promise(normal.digest == _reread(stage, raw).digest, "the digest depends on key order")
        promise(normal.masked == stage.masks, f"masked fields: {sorted(normal.masked)}")


def _reread(stage: Stage, raw: Any) -> Normal:
    return stage.connector.normalise(dict(reversed(list(raw.items()))))


def _ids_are_text(value: Any) -> bool:
    """No number so long that a JavaScript client or a spreadsheet would round it."""
    if isinstance(value, dict):
        return all(_ids_are_text(item) for item in value.values())
    if isinstance(value, list):
        return all(_ids_are_text(item) for item in value)
    return not isinstance(value, int) or abs(value) < 10**12


def _strange(stage: Stage) -> None:
    for text in ("", "{", "[]", "{}", "null", "7", '"x"', "[" * 100_000, '{"a": NaN}', "\x00"):
        error = raised(lambda text=text: stage.connector.read(text), Permanent)  # type: ignore[misc]
        promise(getattr(error, "item", False), f"{text[:10]!r} must concern one record only")


def _file(stage: Stage) -> None:
    hub = _filled(stage, 10)
    hub.pull_all()
    for item in hub.items:
        read = list(stage.connector.read_file(parse_json(item.payload_text)))
        promise(len(read) == 1 and read[0].external_no == item.external_no, "file: other records")
        again = stage.connector.read(read[0].payload_text)
        promise(again.digest == hub.landed[item.external_no][-1].digest, "file: another digest")


CHANNEL_CHECKS = (
    Check("nothing_to_pull", _nothing, _PULL),
    Check("every_page_is_read", _whole, _PULL),
    Check("unchanged_orders_keep_their_digest", _idle, _PULL),
    Check("rows_may_move_while_reading", _moving, _PULL),
    Check("late_rows_are_found", _late_rows, _PULL),
    Check("a_crash_between_page_and_commit_loses_nothing", _crash, _PULL),
    Check("faults_lose_nothing", _faults, _PULL, frozenset({"server_error"})),
    Check("clock_skew_loses_nothing", _skew, _PULL, frozenset({"skew"})),
    Check("normal_form", _normal, _PULL),
    Check("strange_payloads_are_refused_one_by_one", _strange, _PULL),
    Check("files_read_like_answers", _file, _PULL | {"read_file"}),
)
