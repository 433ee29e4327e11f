"""The state axes are data, checked at start; an order's one word follows from them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.engine import states
from orderloom.engine.states import AXES, FULFILMENT, Axis
from orderloom.errors import ConfigError, Conflict

WORDS = {
    "awaiting_payment",
    "to_ship",
    "held",
    "short",
    "exception",
    "handed_over",
    "shipped",
    "completed",
    "cancelled",
    "closed",
}


def test_all_axes_pass_their_own_check() -> None:
    states.check_all()


@pytest.mark.parametrize(
    ("moves", "final", "code"),
    [
        ({"a": ("b",), "b": ("c",)}, {"b"}, "states.unknown_target"),
        ({"a": ("b",), "b": (), "c": ("a",)}, {"b"}, "states.unreachable"),
        ({"a": ("b",), "b": ()}, set(), "states.no_way_out"),
    ],
)
def test_a_table_that_cannot_be_right_is_refused(
    moves: dict[str, tuple[str, ...]], final: set[str], code: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        Axis("test", "a", frozenset(final), moves).check()
    assert refused.value.code == code
    assert refused.value.where == "test"


@pytest.mark.parametrize("axis", AXES, ids=lambda axis: axis.name)
def test_exactly_the_moves_of_the_table_are_allowed(axis: Axis) -> None:
    for current, target in itertools.product(axis.moves, repeat=2):
        if target == current or target in axis.moves[current]:
            assert axis.move(current, target) == target
        else:
            with pytest.raises(Conflict):
                axis.move(current, target)


def test_what_is_shipped_or_cancelled_stays_so() -> None:
    for final in ("shipped", "cancelled"):
        with pytest.raises(Conflict):
            FULFILMENT.move(final, "waiting")


@pytest.mark.parametrize(
    ("fulfilments", "short", "state"),
    [
        ([], False, "none"),
        ([], True, "short"),
        (["waiting"], False, "waiting"),
        (["cancelled"], False, "cancelled"),
        (["cancelled", "waiting"], False, "waiting"),
        (["handed_over", "waiting"], False, "handed_over"),
        (["cancelling", "waiting"], False, "cancelling"),
        (["shipped", "handed_over"], False, "partly_shipped"),
        (["shipped", "cancelled"], False, "shipped"),
        (["partly_shipped"], False, "partly_shipped"),
        (["cancelled"], True, "short"),
    ],
)
def test_fulfilment_axis(fulfilments: list[str], short: bool, state: str) -> None:
    assert states.fulfil_state(fulfilments, short=short) == state


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        (["none", "none"], "none"),
        (["requested", "refunded"], "requested"),
        (["returning", "none"], "returning"),
        (["refunded", "refunded"], "refunded"),
        (["refunded", "none"], "none"),
        (["rejected", "none"], "rejected"),
    ],
)
def test_after_sale_axis(lines: list[str], state: str) -> None:
    assert states.after_sale_state(lines) == state


def test_the_most_serious_hold_is_named() -> None:
    assert states.hold_state(["manual", "risk", "platform"]) == "platform"
    assert states.hold_state(["manual", "risk"]) == "risk"
    assert states.hold_state([]) == "none"


DEFAULTS = {
    "payment": "paid",
    "delivery": "none",
    "hold": "none",
    "fulfil": "none",
    "after_sale": "none",
    "stuck": False,
}


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({}, "to_ship"),
        ({"payment": "unpaid"}, "awaiting_payment"),
        ({"payment": "deposit_paid"}, "awaiting_payment"),
        ({"payment": "closed", "hold": "risk"}, "cancelled"),
        ({"payment": "refunded", "fulfil": "handed_over"}, "closed"),
        ({"after_sale": "refunded"}, "closed"),
        ({"hold": "risk"}, "held"),
        ({"hold": "risk", "stuck": True}, "held"),
        ({"stuck": True}, "exception"),
        ({"fulfil": "short"}, "short"),
        ({"fulfil": "waiting"}, "to_ship"),
        ({"fulfil": "handed_over"}, "handed_over"),
        ({"fulfil": "cancelling"}, "handed_over"),
        ({"fulfil": "refused"}, "exception"),
        ({"fulfil": "shipped"}, "shipped"),
        ({"delivery": "shipped"}, "shipped"),
        ({"delivery": "finished", "fulfil": "shipped"}, "completed"),
    ],
)
def test_one_word(facts: dict[str, object], word: str) -> None:
    assert one_word({**DEFAULTS, **facts}) == word


def one_word(facts: dict[str, object]) -> str:
    payment, delivery, hold, fulfil, after_sale, stuck = facts.values()
    return states.one_word(
        str(payment), str(delivery), str(hold), str(fulfil), str(after_sale), stuck=bool(stuck)
    )


@given(
    st.sampled_from(["unpaid", "deposit_paid", "paid", "refunded", "closed"]),
    st.sampled_from(["none", "partial", "shipped", "finished"]),
    st.sampled_from(["none", "risk", "manual", "platform"]),
    st.sampled_from(["none", "short", *FULFILMENT.moves]),
    st.sampled_from(["none", "requested", "returning", "refunded", "rejected"]),
    st.booleans(),
)
def test_every_combination_has_one_of_the_known_words(
    payment: str, delivery: str, hold: str, fulfil: str, after_sale: str, stuck: bool
) -> None:
    word = states.one_word(payment, delivery, hold, fulfil, after_sale, stuck=stuck)
    assert word in WORDS
    if hold != "none" or stuck:
        assert word not in ("to_ship", "short")
