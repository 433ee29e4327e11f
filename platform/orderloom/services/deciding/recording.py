"""Writing what rules brought about: records first, with all that follows from them, then the rest.

Lists that records set off are judged here, in the transaction that changed the record: cause and
effect are written together or not at all.
"""

from __future__ import annotations

from orderloom.blueprint.plan import CompiledBlueprint
from orderloom.blueprint.triggers import Triggered
from orderloom.engine.rules import Save
from orderloom.services.deciding.doing import about_record, judge_and_do
from orderloom.services.deciding.effects import Effects
from orderloom.services.delivering import outbox
from orderloom.services.hub import exceptions
from orderloom.services.hub.exceptions import Raised
from orderloom.services.records import writing
from orderloom.services.records.writing import Saved
from orderloom.store import locks

MOST_ROUNDS = 5  # records that change records that change records …


def bring_about(effects: Effects) -> None:
    """Write all of it. The caller commits."""
    _save(effects)
    tx, now = effects.tx, effects.now
    outbox.put(tx, effects.messages, now)
    exceptions.resolve(tx, effects.resolved, now)
    exceptions.raise_all(tx, effects.raised, now)


def _save(effects: Effects) -> None:
    if effects.writes:
        _take_turns(effects)
    for _ in range(MOST_ROUNDS):
        if not effects.writes:
            return
        wanted, effects.writes = effects.writes, []
        for saved in writing.save(effects.tx, wanted, effects.now):
            _react(effects, saved)
    if effects.writes:
        effects.raised.extend(_endless(effects))


def _take_turns(effects: Effects) -> None:
    """One round locks records in one order; rounds after it do not: they have them alone."""
    turn = locks.alone if _goes_round(effects.bound.blueprint) else locks.share
    turn(effects.tx, locks.RECORDS)


def _goes_round(blueprint: CompiledBlueprint) -> bool:
    """Whether a list that records set off writes records itself."""
    return any(
        isinstance(action, Save)
        for one in blueprint.triggered.values()
        if one.on == "record"
        for actions in (*(row.actions for row in one.rules.rows), one.rules.otherwise)
        for action in actions
    )


def _react(effects: Effects, saved: Saved) -> None:
    """Run the lists that a created or changed record sets off."""
    event = "created" if saved.before is None else "changed"
    seen = {**saved.after, "old": saved.before, "created": saved.before is None}
    for one in effects.bound.blueprint.triggered.values():
        if _waits_for(one, saved, event):
            about = about_record(saved.model, saved.id, saved.after, one.rules, saved.revision)
            judge_and_do(effects, one.rules, {**seen, "now": effects.now}, about)


def _waits_for(one: Triggered, saved: Saved, event: str) -> bool:
    return one.on == "record" and one.model == saved.model.key and one.event in (event, "any")


def _endless(effects: Effects) -> list[Raised]:
    """Rules about records that go on setting each other off are stopped; a person is told."""
    models = {one.model.key: dict(one.model.title) for one in effects.writes}
    blueprint = effects.bound.blueprint.key
    return [
        Raised(
            "task",
            "record.endless",
            f"endless:{blueprint}/{key}",
            f"record.endless/{blueprint}/{key}",
            {"model": title, "most": MOST_ROUNDS},
        )
        for key, title in models.items()
    ]
