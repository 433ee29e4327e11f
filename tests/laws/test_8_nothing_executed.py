"""Law 8: nothing that users or platforms write is ever executed, and none of it costs too much."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from orderloom.engine.jsonlogic import compile_rule
from orderloom.engine.templates import Text
from orderloom.errors import InputError, RuleError
from orderloom.store.db import Database
from tests.support.hub import Hub
from tests.support.processes import ROOT

# What would show itself at once if any of it were evaluated anywhere.
HOSTILE = [
    "__import__('os').system('exit 7')",
    "{{ 7 * 191 }}",
    "{% for x in range(10**9) %}{% endfor %}",
    "${7*191}",
    "'; DROP TABLE orders; --",
    '"); raise SystemExit(7) #',
    "lambda: 7",
    "%(password)s {0.__class__}",
    "../../../../etc/passwd",
    '{"$facts": {"orders_of_customer": 99}}',
]


FREE_TEXTS = (
    "receiver_name",
    "receiver_address",
    "receiver_town",
    "buyer_message",
    "buyer_open_uid",
    "seller_memo",
)


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_platform_sends_stays_text(hub: Hub, text: str) -> None:
    hostile: dict[str, Any] = dict.fromkeys(FREE_TEXTS, text)
    trade = hub.trade(1, **hostile)
    trade["orders"]["order"][0]["title"] = text
    hub.take(trade, hub.trade(2, payment="2000.00", **hostile))
    hub.deliver()
    canonical = hub.order(1)["canonical"]
    assert canonical["seller_note"] == text
    assert canonical["lines"][0]["title"] == text
    (mail,) = hub.rows("SELECT body FROM outbox WHERE effect LIKE 'alert.%'")
    assert "1337" not in mail["body"]
    assert hub.order(1)["state"] == "handed_over"


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "shape",
    [
        lambda text: {"==": [{"var": text}, text]},
        lambda text: {"in": [text, {"var": ["order", text]}]},
        lambda text: {"var": text},
        lambda text: {"cat": [text, text]},
        lambda text: {"map": [[text], {"var": ""}]},
        lambda text: text,
    ],
)
def test_whatever_a_rule_says_is_data(text: str, shape: Any) -> None:
    rule = compile_rule(shape(text))
    value = rule.evaluate({text: text, "$facts": {}})
    assert "1337" not in str(value)


@pytest.mark.parametrize("text", HOSTILE)
def test_an_operator_nobody_knows_is_an_error_and_not_a_call(text: str) -> None:
    with pytest.raises(RuleError):
        compile_rule({text: [1]}).evaluate({})


@pytest.mark.parametrize(
    "path",
    [
        "__class__",
        "__class__.__mro__",
        "keys",
        "items.0",
        "__dict__",
        "__globals__.os",
        "0.__len__",
    ],
)
def test_a_path_leads_to_data_only(path: str) -> None:
    assert compile_rule({"var": path}).evaluate({"a": 1, "0": {}}) is None


def costly(depth: int = 5) -> Any:
    """Sixty items, gone through again for each of sixty, and so on."""
    items: list[Any] = list(range(60))
    rule: Any = {"var": ""}
    for _ in range(depth):
        rule = {"map": [items, rule]}
    return rule


def test_a_rule_that_would_run_for_ever_is_stopped() -> None:
    with pytest.raises(RuleError) as stopped:
        compile_rule(costly()).evaluate({})
    assert stopped.value.code == "rules.too_costly"


def test_control_a_rule_within_its_means_is_not_stopped() -> None:
    assert compile_rule(costly(2)).evaluate({}) == [list(range(60))] * 60


def test_a_costly_rule_keeps_its_order_and_no_other(hub: Hub) -> None:
    def add(document: dict[str, Any]) -> None:
        when = {"and": [{"==": [{"var": "city"}, "贵市"]}, {"!!": [costly()]}]}
        document["rules"][0]["rows"][0]["when"] = when

    hub.put(add)
    hub.take(hub.trade(1, receiver_city="贵市"), hub.trade(2))
    assert (hub.order(1)["state"], hub.order(2)["state"]) == ("exception", "to_ship")
    assert [told["code"] for told in hub.exceptions()] == ["rules.too_costly"]


def test_control_hostile_templates_are_refused_while_harmless_ones_run() -> None:
    assert Text("{{ 7 * 191 }}", "/x").render({}) == "1337"
    with pytest.raises(InputError):
        Text("{{ ''.__class__.__mro__ }}{{ x() }}", "/x")


def calls(tree: ast.AST) -> list[str]:
    return [
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]


ALLOWED = {"platform/orderloom/engine/jsonlogic/codegen/__init__.py": {"exec", "compile"}}


def test_no_code_of_ours_evaluates_text() -> None:
    """The one exception builds syntax trees from checked rules, and never from text."""
    found: dict[str, set[str]] = {}
    for folder in ("platform", "connectors"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            used = {"eval", "exec", "compile", "__import__"} & set(calls(parsed(file)))
            if used:
                found[str(file.relative_to(ROOT))] = used
    assert found == ALLOWED


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def test_control_the_search_finds_what_it_looks_for() -> None:
    assert calls(ast.parse("x = eval('1')")) == ["eval"]
