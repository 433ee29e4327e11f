"""Texts written by users: filled in, bounded, and never a way into the machine."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.engine.templates import MAX_SOURCE, Text, yuan
from orderloom.errors import InputError


def render(source: str, **values: Any) -> str:
    return Text(source, "/alerts/0/text/zh").render(values)


def refusal(source: str, **values: Any) -> InputError:
    with pytest.raises(InputError) as refused:
        render(source, **values)
    return refused.value


def test_values_are_filled_in() -> None:
    text = "订单 {{ order.no }}(¥{{ order.total | yuan }}){% for h in holds %}{{ h }};{% endfor %}"
    rendered = render(text, order={"no": "17", "total": 1_234_567}, holds=["a", "b"])
    assert rendered == "订单 17(¥12,345.67)a;b;"


def test_a_missing_value_is_named_with_its_place() -> None:
    error = refusal("{{ order.nope }}", order={})
    assert (error.code, error.where) == ("template.failed", "/alerts/0/text/zh")
    assert "nope" in error.params["problem"]


@pytest.mark.parametrize("source", ["{{ order.no", "{% if %}", "{{ 1 + }}", "{% endfor %}"])
def test_a_malformed_text_is_refused_before_it_is_used(source: str) -> None:
    error = refusal(source)
    assert (error.code, error.where) == ("template.syntax", "/alerts/0/text/zh")


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ order.__class__ }}",
        "{{ order['__class__'] }}",
        "{{ order | attr('__class__') }}",
        "{{ order.update({'no': 1}) }}",
        "{{ items.append(1) }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ self.__init__ }}",
        "{{ lipsum }}",
        "{{ range(10**9) }}",
        "{% include 'x' %}",
        "{% import 'os' as os %}",
        "{% extends 'x' %}",
    ],
)
def test_nothing_leads_out_of_the_sandbox(source: str) -> None:
    try:
        rendered = render(source, order={"no": "17"}, items=[])
    except InputError:
        return
    assert "class" not in rendered
    assert "function" not in rendered


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'x' * 1000000000 }}",
        "{{ [0] * 1000000000 }}",
        "{{ n * 'x' }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '%*d' % (1000000000, 1) }}",
        "{{ 'a' + 'b' }}",
    ],
)
def test_operators_are_for_numbers(source: str) -> None:
    assert refusal(source, n=10**9).code == "template.operator"


def test_numbers_can_be_reckoned_with() -> None:
    assert render("{{ (n + 1) * 2 - n // 3 }}{{ n % 4 }}{{ n / 4 }}{{ -n }}", n=7) == "1431.75-7"
    assert refusal("{{ n / 0 }}", n=7).code == "template.failed"


def test_texts_and_results_are_bounded() -> None:
    assert refusal("x" * (MAX_SOURCE + 1)).code == "template.too_long"
    loop = "{% for a in many %}{% for b in many %}{{ a }}{% endfor %}{% endfor %}"
    assert refusal(loop, many=["x" * 10] * 200).code == "template.too_long"


@pytest.mark.parametrize(
    "source",
    [
        "{{ 9 ** 9 ** 9 }}",
        "{{ text ~ text }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ 'x'.ljust(1000000000) }}",
        "{{ range(10**9) }}",
        "{% set text = text %}{{ text }}",
        "{% macro m() %}{% endmacro %}",
        "{% filter upper %}x{% endfilter %}",
        "{% block b %}{% endblock %}",
        "{% for x in [1] recursive %}{{ x }}{% endfor %}",
        "{% for a in text %}{% for b in text %}{% for c in text %}{% endfor %}{% endfor %}"
        "{% endfor %}",
        "{% include 'x' %}",
        "{% import 'os' as os %}",
        "{% extends 'x' %}",
    ],
)
def test_what_could_grow_or_run_for_ever_is_refused_when_it_is_written(source: str) -> None:
    with pytest.raises(InputError) as refused:
        Text(source, "/x")
    assert refused.value.code == "template.not_allowed"


@pytest.mark.parametrize(
    "source",
    [
        "{{ text | batch(1000000000, 'x') | list }}",
        "{{ text | slice(1000000000) | list }}",
        "{{ text | center(1000000000) }}",
        "{{ text | indent(1000000000) }}",
        "{{ text | replace('', text) }}",
        "{{ '%1000000000d' | format(1) }}",
        "{{ text | map('center', 1000000000) | list }}",
    ],
)
def test_filters_that_pad_or_replace_do_not_exist(source: str) -> None:
    assert refusal(source, text="abc").code in ("template.syntax", "template.failed")


def test_joining_is_bounded_before_it_is_done() -> None:
    assert render("{{ items | join('、') }}", items=["a", "b"]) == "a、b"
    assert refusal("{{ text | join(text) | join(text) }}", text="x" * 2000).code == (
        "template.too_long"
    )


@pytest.mark.parametrize(
    "source", ["{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}", "{% if 1 %}" * 500, "{{ [" * 900]
)
def test_deep_nesting_is_refused_like_any_mistake(source: str) -> None:
    assert refusal(source).code == "template.syntax"


@given(st.integers(-(10**13), 10**13))
def test_yuan_is_exact(fen: int) -> None:
    text = yuan(fen)
    assert int(text.replace(",", "").replace(".", "")) == fen
    assert text[-3] == "."


@given(st.text(max_size=40))
def test_whatever_is_written_renders_or_is_refused(source: str) -> None:
    with suppress(InputError):
        assert isinstance(render(source), str)
