"""`orderloom rules`: evaluate, check, explain and analyse rules outside the browser."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from orderloom.console import Console
from orderloom.engine.jsonlogic import compile_rule
from orderloom.engine.say import say as sentence
from orderloom.errors import InputError, OrderloomError
from orderloom.services.deciding import rulebook
from orderloom.services.publishing import drafts

FINDINGS = 1


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
    if args.verb == "explain":
        order = _read(args.order) if args.order else {}
        return _explain(document, order, args, console)
    found = drafts.findings(document, {})
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


def _explain(document: Any, order: Any, args: argparse.Namespace, console: Console) -> int:
    if isinstance(document, dict) and "rule" in document:
        traced = compile_rule(document["rule"]).trace(document.get("data", order)).to_json()
        lists: Any = {"sentence": sentence(document["rule"]), "trace": traced}
    else:
        lists = rulebook.on_data(document, {}, order)
    if args.json:
        print(json.dumps(lists, ensure_ascii=False))
    else:
        for line in _told(lists, console.locale):
            print(line)
    return 0


def _told(lists: Any, locale: str) -> Iterator[str]:
    if isinstance(lists, dict):
        yield lists["sentence"][locale]
        yield from _nodes(lists["trace"], 1)
        return
    for rules in lists:
        yield rules["id"]
        for row in rules["rows"]:
            tick = "✓" if row["matched"] else "✗"
            yield f"  {tick} {row['id']}: {row['sentence'][locale]}"


def _nodes(node: dict[str, Any], depth: int) -> Iterator[str]:
    name = node.get("var") or node["op"]
    yield f"{'  ' * depth}{name} = {json.dumps(node['value'], ensure_ascii=False)}"
    for arg in node["args"]:
        yield from _nodes(arg, depth + 1)


def _show(found: list[dict[str, Any]], args: argparse.Namespace, console: Console) -> None:
    if args.json:
        print(json.dumps({"findings": found}, ensure_ascii=False))
        return
    for item in found:
        how = item["how"][console.locale] if item["how"] else ""
        print(f"{item['where']}: {item['message'][console.locale]} {how}".rstrip())
    if not found:
        console.say("rules.nothing_found")
