"""Every code the rule engine can give has its words in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from orderloom import texts
from orderloom.engine import jsonlogic
from orderloom.engine.jsonlogic.check import FieldSpec, Schema, check

CODE = re.compile(r'"rules\.([a-z_]+)"|\bsay\(\s*"([a-z_]+)"|"(missing_matches|missing_unsaid)"')
FILLS = ("late", "masked", "never")


def codes() -> set[str]:
    home = Path(jsonlogic.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in home.rglob("*.py"))
    found = {next(filter(None, groups)) for groups in CODE.findall(source)}
    return {f"rules.{name}" for name in found} | {f"rules.field_{fill}" for fill in FILLS}


def test_every_code_has_words() -> None:
    assert len(codes()) > 30
    assert codes() <= texts.catalogue().keys()
    for code in codes():
        for locale in texts.LOCALES:
            message, how = texts.say(code, locale)
            assert message
            assert how


def test_findings_are_said_in_whole_sentences() -> None:
    schema = Schema({"note": FieldSpec("text"), "total": FieldSpec("money")})
    rule = {"or": [{">": [{"var": "note"}, 1]}, {"==": [{"var": "total"}, "1"]}, {"var": "totl"}]}
    said = [texts.say(f.code, "en", f.params)[0] for f in check(rule, schema)]
    assert said == [
        "“note”: a number is needed here, this is text.",
        "Values of different kinds are never equal: a number, text.",
        "There is no field “totl”. Do you mean “total”?",
    ]
    assert texts.say("rules.missing_matches", "zh", {"field": ""})[0] == (
        "可能缺失,缺失时这个条件也会成立。"
    )
