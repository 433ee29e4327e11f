"""Every code somebody raises, stores or says has its words, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from orderloom.errors import OrderloomError
from orderloom.texts import LOCALES, both, both_how, catalogue, heading, locale_of, say

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    file
    for folder in ("platform/orderloom", "connectors")
    for file in (ROOT / folder).rglob("*.py")
    if "simulators" not in file.parts
)
CODE = re.compile(r"[a-z][a-z_]*\.[a-z0-9_]*")
# Where else than in errors a code is an argument: function -> its place among the arguments.
SAYING = {"Finding": 0, "Raised": 1, "Refused": 1, "problem": 1}
SAYING |= dict.fromkeys(("say", "both", "both_how", "text", "warn"), 0)
# Modules whose functions raise short reasons that become `mapping.<reason>`.
REASONS = ("engine/mapping.py", "engine/transforms.py", "engine/regions.py")


def error_classes() -> set[str]:
    """The names of all errors raised on purpose."""
    for module in ("orderloom.connect.errors", "orderloom.services.users.login"):
        import_module(module)
    found, fresh = set[type[OrderloomError]](), {OrderloomError}
    while fresh:
        found |= fresh
        fresh = {sub for kind in fresh for sub in kind.__subclasses__()} - found
    return {kind.__name__ for kind in found}


def codes(tree: ast.AST) -> Iterator[str]:
    """Every code in a source; one made at run time as its beginning and an asterisk."""
    errors = error_classes()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=func, args=args, keywords=keywords):
                name = str(getattr(func, "id", getattr(func, "attr", "")))
                place = 0 if name in errors else SAYING.get(name, len(args))
                yield from (code for arg in args[place : place + 1] for code in literals(arg))
                yield from (c for k in keywords if k.arg == "code" for c in literals(k.value))
            case ast.Assign(targets=[ast.Name(id="code")], value=value):
                yield from literals(value)
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "code":
                        yield from literals(value)
            case _:
                pass


def literals(expression: ast.expr) -> Iterator[str]:
    match expression:
        case ast.Constant(value=str(text)) if CODE.fullmatch(text):
            yield text
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]) if CODE.fullmatch(text):
            yield f"{text}*"
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*literals(body), *literals(orelse))
        case ast.BoolOp(values=values):
            for value in values:
                yield from literals(value)
        case _:
            pass


def reasons(tree: ast.AST) -> Iterator[str]:
    """Short reasons: `ValueError("not_text")`, `Problem(field, "missing")`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            place = {"ValueError": 0, "Problem": 1}.get(node.func.id)
            for arg in node.args[place : place + 1] if place is not None else ():
                for part in ast.walk(arg):
                    text = part.value if isinstance(part, ast.Constant) else None
                    if isinstance(text, str) and text.isidentifier():
                        yield f"mapping.{text}"


def lacking(source: str, known: set[str], *, short: bool = False) -> set[str]:
    """The codes of a source that have no words."""
    tree = ast.parse(source)
    found = {*codes(tree), *(reasons(tree) if short else ())}
    return {
        code
        for code in found
        if code not in known
        and not (code.endswith("*") and any(k.startswith(code[:-1]) for k in known))
    }


def test_every_code_has_words() -> None:
    known = set(catalogue())
    missing = {
        str(file.relative_to(ROOT)): names
        for file in SOURCES
        if (names := lacking(file.read_text("utf-8"), known, short=str(file).endswith(REASONS)))
    }
    assert missing == {}


@pytest.mark.parametrize(
    "source",
    [
        "raise InputError('nowhere.at_all', where)",
        "raise NotLoggedIn('nowhere.at_all')",
        "raise errors.Permanent('nowhere.at_all', item=True)",
        "Raised('sku', 'nowhere.at_all', subject, cause)",
        "Finding('nowhere.at_all', '/rules/0')",
        "code = 'nowhere.at_all' if routed else 'stock.short'",
        "raise ConfigError(f'nowhere.{problem}', name)",
        "console.say('nowhere.at_all')",
        "trouble = {'code': 'nowhere.at_all'}",
    ],
)
def test_a_code_without_words_would_be_found(source: str) -> None:
    """The control."""
    assert lacking(source, set(catalogue())) in ({"nowhere.at_all"}, {"nowhere.*"})


def test_a_short_reason_without_words_would_be_found() -> None:
    source = "raise ValueError('most_unlikely')"
    assert lacking(source, set(catalogue()), short=True) == {"mapping.most_unlikely"}


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_a_text_says_the_same_in_both_languages(code: str) -> None:
    entry = catalogue()[code]
    for texts in (entry.message, entry.how):
        used = [set(re.findall(r"\{([^}]*)\}", texts[locale])) for locale in LOCALES]
        assert used[0] == used[1]
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in used[0])
        assert bool(texts["zh"]) == bool(texts["en"])
        assert not re.search(r"[\u4e00-\u9fff]", texts["en"])
    assert entry.message["zh"] != entry.message["en"] or "{" in entry.message["zh"]


def test_parameters_fill_the_text() -> None:
    message, how = say("users.bad_role", "en", {"role": "boss", "valid": ["viewer", "ops"]})
    assert message == "There is no role boss."
    assert how == "Roles: viewer, ops."
    assert (
        say("users.bad_role", "zh", {"role": "boss", "valid": ["a", "b"]})[1] == "可用的角色:a、b。"
    )


def test_a_text_in_two_languages_may_fill_another() -> None:
    params = {"needed": {"zh": "运营", "en": "operations"}}
    assert "operations" in (say("auth.role", "en", params)[1] or "")
    assert "运营" in (say("auth.role", "zh", params)[1] or "")


def test_a_part_about_something_absent_is_left_out() -> None:
    assert (
        say("request.method", "en", {"method": "PUT", "allowed": ["GET"]})[1] == "It accepts: GET."
    )
    assert say("request.method", "en", {"method": "PUT", "allowed": []})[1] is None


def test_braces_in_what_is_filled_in_are_only_text() -> None:
    said = say("users.bad_login", "en", {"login": "{role} {0.__class__}"})[0]
    assert said == "The login {role} {0.__class__} cannot be used."


def test_a_missing_parameter_is_visible_and_breaks_nothing() -> None:
    assert say("users.bad_login", "en")[0] == "The login ? cannot be used."


def test_an_unknown_code_is_said_as_it_is() -> None:
    assert say("nowhere.at_all", "en") == ("nowhere.at_all", None)
    assert both("nowhere.at_all") == {"zh": "nowhere.at_all", "en": "nowhere.at_all"}
    assert both_how("nowhere.at_all") is None


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("en", "en"),
        ("en_US.UTF-8", "en"),
        ("EN-gb", "en"),
        ("zh-CN", "zh"),
        (None, "zh"),
        ("", "zh"),
    ],
)
def test_language_tags(tag: str | None, locale: str) -> None:
    assert locale_of(tag) == locale


def test_a_reason_that_is_a_sentence_does_not_double_the_full_stop() -> None:
    said = both("connect.refused", {"reason": "有退款申请,请先处理。"})
    assert said["zh"].endswith("请先处理。")
    assert not said["zh"].endswith("。。")


def test_the_name_of_a_cause_leaves_out_what_only_tells_cases_apart() -> None:
    assert heading("risk.held") == {"zh": "订单已挂起。", "en": "The order is on hold."}
    assert "…" in heading("fulfilment.refused")["zh"]
