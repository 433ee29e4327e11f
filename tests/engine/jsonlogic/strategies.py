"""Hypothesis strategies of rules, ours and standard, right and wrong, and data for them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from orderloom.engine.jsonlogic.standard import EAGER
from tests.engine.jsonlogic.fuzzing import NUMBERS, PATHS, TEXTS, WILD_PATHS

FACTS = {"seen": 3, "blacklisted": False, "orders_since(60)": 2}
EXAMPLES = st.sampled_from([*TEXTS, "江苏省", "2026-10-01T12:00:00+08:00"])
numbers = st.sampled_from(NUMBERS) | st.integers(-(2**53), 2**53)
scalars = st.none() | st.booleans() | numbers | EXAMPLES
paths = st.sampled_from(
    [*PATHS, *WILD_PATHS, "qty", "price", "current", "accumulator", "current.qty"]
)
variables = st.builds(lambda path: {"var": path}, paths) | st.builds(
    lambda path, default: {"var": [path, default]}, paths, scalars
)
facts = st.sampled_from(
    [{"fact": "seen"}, {"fact": ["orders_since", 60]}, {"fact": "never_supplied"}]
)
leaves = scalars | variables | facts | st.lists(scalars, max_size=3)
LOOPS = st.sampled_from(["map", "filter", "some", "all", "none", "count_if"])


def _grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.sampled_from([*EAGER, "if", "?:", "and", "or"])
    few = st.lists(inner, max_size=5)
    return (
        st.builds(lambda name, args: {name: args}, names, few)
        | st.builds(lambda name, args: {name: args}, LOOPS, st.tuples(inner, inner).map(list))
        | st.builds(lambda args: {"reduce": args}, st.tuples(inner, inner, inner).map(list))
        | st.builds(lambda place: {"in_region": [place, ["江苏", "@remote", "杭州"]]}, inner)
        | st.builds(lambda text, word: {"text_has": [text, word]}, inner, inner)
        | st.builds(lambda text, word: {"starts_with": [text, word]}, inner, inner)
        | st.builds(lambda at: {"time_in": [at, "22:00", "06:00"]}, inner)
        | st.builds(lambda a, b: {"rdiv": [a, b]}, inner, inner)
        | st.builds(lambda items: {"sum_of": [items, "qty"]}, inner)
        | st.builds(lambda value: {"in_set": [value, "vip"]}, inner)
        | st.builds(lambda at: {"dow": [at]}, inner)
        | st.lists(inner, max_size=3)
    )


rules: st.SearchStrategy[Any] = st.recursive(leaves, _grown, max_leaves=12)
_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["x", "y", "qty", "price"]), inner, max_size=3)
    ),
    max_leaves=6,
)
_objects = st.dictionaries(
    st.sampled_from(["a", "b", "n", "t", "flag", "o", "items", "tags", "nums"]), _values, max_size=6
)
data = _objects.map(lambda found: {**found, "$facts": FACTS}) | _values
