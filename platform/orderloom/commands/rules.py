"""`orderloom rules`: evaluate, check, explain and analyse rules outside the browser."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from orderloom import config
from orderloom.connect import Registry
from orderloom.console import Console
from orderloom.engine.jsonlogic import compile_rule
from orderloom.engine.say import say
from orderloom.engine.words import Words
from orderloom.errors import InputError, OrderloomError
from orderloom.services.deciding import rulebook, vocabulary
from orderloom.services.publishing import drafts
from orderloom.services.publishing.wording import row_name
from orderloom.texts import Locale

FINDINGS = 1
_TICKS = {True: "✓", False: "✗"}


def configure(parser: argparse.ArgumentParser, console: Console) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    evaluate = verbs.add_parser("eval", help=console.text("cli.rules_eval"))
    evaluate.add_argument("file", nargs="?", type=Path, help=console.text("cli.rules_lines"))
    evaluate.add_argument("--jsonl", action="store_true", help=console.text("cli.rules_jsonl"))
    for verb in ("check", "explain", "analyse"):
        one = verbs.add_parser(verb, help=console.text(f"cli.rules_{verb}"))
        one.add_argument("file", type=Path, help=console.text("cli.rules_file"))
        one.add_argument("--json", action="store_true", help=console.text("cli.as_json"))
        if verb == "explain":
            one.add_argument("--order", type=Path, help=console.text("cli.rules_order"))


def run(args: argparse.Namespace, console: Console) -> int:
    if args.verb == "eval":
        return _evaluate(args)
    document = _read(args.file)
    settings = config.load()
    registry = Registry.load(settings.home / "connectors")
    words = vocabulary.words(registry, settings.zone)
    if args.verb == "explain":
        return _explain(document, words, args, console)
    found = drafts.findings(document, {}, vocabulary.installed(registry), words)
    if args.verb == "check":
        found = [item for item in found if item["level"] == "error"]
    _show(found, args, console)
    return FINDINGS if found else 0


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError("rules.no_file", str(path), reason=error.strerror) from error
    except ValueError as error:
        raise InputError("rules.file_not_json", str(path)) from error


def _evaluate(args: argparse.Namespace) -> int:
    """One answer per line, in order; a line that fails says so and the next one goes on."""
    failed = False
    with _lines(args.file) as lines:
        for line in lines:
            if line.strip():
                answer = _answer(line)
                failed = failed or "error" in answer
                print(json.dumps(answer, ensure_ascii=False), flush=True)
    return FINDINGS if failed else 0


def _lines(path: Path | None) -> TextIO:
    if path is None:
        return sys.stdin
    try:
        return path.open(encoding="utf-8")
    except OSError as error:
        raise InputError("rules.no_file", str(path), reason=error.strerror) from error


def _answer(line: str) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        rule = compile_rule(asked["rule"])
        return {"result": rule.evaluate(asked.get("data"))}
    except (ValueError, KeyError, TypeError):
        return {"error": {"code": "rules.not_json", "where": None}}
    except OrderloomError as error:
        return {"error": {"code": error.code, "where": error.where}}


def _explain(document: Any, words: Words, args: argparse.Namespace, console: Console) -> int:
    order = _read(args.order) if args.order else {}
    if isinstance(document, dict) and "rule" in document:
        rule = document["rule"]
        traced = compile_rule(rule).trace(document.get("data", order)).to_json()
        explained: Any = {"sentence": say(rule, words), "trace": traced}
        steps = _Steps(rule, words, console.locale)
        told = [explained["sentence"][console.locale], *steps.of(traced, 1)]
    else:
        explained = rulebook.on_data(document, {}, order, words)
        told = [line for rules in explained for line in _told(rules, console)]
    print(json.dumps(explained, ensure_ascii=False) if args.json else "\n".join(told))
    return 0


def _told(rules: dict[str, Any], console: Console) -> Iterator[str]:
    yield str(rules["title"][console.locale])
    for position, row in enumerate(rules["rows"]):
        tick = _TICKS[row["matched"]]
        name = row_name(row, position)[console.locale]
        failed = "" if row["failed"] is None else f" {console.text(row['failed'])}"
        yield f"  {tick} {name}: {row['sentence'][console.locale]}{failed}"


@dataclass(frozen=True)
class _Steps:
    """What each part of a rule came to, as it was evaluated."""

    rule: Any
    words: Words
    locale: Locale

    def of(self, node: dict[str, Any], depth: int) -> Iterator[str]:
        """A line for the node, then its parts, deeper."""
        if node["op"] == "literal":
            return
        yield f"{'  ' * depth}{self._said(node)}"
        for arg in node["args"] if "var" not in node else ():
            yield from self.of(arg, depth + 1)

    def _said(self, node: dict[str, Any]) -> str:
        value, name = node["value"], node.get("var")
        about = None if name is None else self.words.field(name)
        if name is None and isinstance(value, bool):
            return f"{_TICKS[value]} {self._sentence(node)}"
        return f"{self._sentence(node)} = {self.words.value(value, about, self.locale)}"

    def _sentence(self, node: dict[str, Any]) -> str:
        return say(_part(self.rule, node["pointer"]), self.words)[self.locale]


def _part(rule: Any, pointer: str) -> Any:
    for key in pointer.split("/")[1:]:
        name = key.replace("~1", "/").replace("~0", "~")
        rule = rule[int(name)] if isinstance(rule, list) else rule[name]
    return rule


def _show(found: list[dict[str, Any]], args: argparse.Namespace, console: Console) -> None:
    if args.json:
        print(json.dumps({"findings": found}, ensure_ascii=False))
        return
    for item in found:
        for line in _finding(item, console):
            print(line)
    if not found:
        console.say("rules.nothing_found")


def _finding(item: dict[str, Any], console: Console) -> Iterator[str]:
    said = [item[key][console.locale] for key in ("place", "message", "how") if item[key]]
    place = f"{said.pop(0)}: " if item["place"] else ""
    yield f"{place}{' '.join(said)} ({item['where'] or '/'})"
    if item["example"]:
        yield f"  {console.text('rules.example', order=item['example'])}"
