"""Field mapping: a channel's order becomes a canonical one.

Compiled once per plan. Applying it never raises for bad data: it returns the problems, all of
them, each naming the field, the value and the step that failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orderloom.engine import address
from orderloom.engine.canonical import (
    LINE_BY_NAME,
    LINE_FIELDS,
    MASKABLE,
    ORDER_BY_NAME,
    ORDER_FIELDS,
    Field,
    Order,
    titled,
)
from orderloom.engine.shares import spread
from orderloom.engine.transforms import CATALOGUE, MAX_INTEGER, Transform

Body = Mapping[str, Any]
Getter = Callable[[Body], Any]
Misfit = Callable[[Any], str | None]  # why a value cannot be the field's
MAX_LINES = 500


@dataclass(frozen=True)
class Problem:
    """`field`: target, `reason`: see texts `mapping.*`, `value`: what was found, shortened."""

    field: str
    reason: str
    value: str | None = None
    step: str | None = None

    @property
    def params(self) -> dict[str, Any]:
        """What fills its text; `title`: the field as people know it."""
        told = {"value": self.value or "", "step": self.step or ""}
        return {"field": self.field, "title": titled(self.field), **told}


@dataclass(frozen=True)
class Step:
    """One named transform, ready to call."""

    name: str
    call: Transform
    takes_none: bool


@dataclass(frozen=True)
class FieldMap:
    """Where one target field comes from and what happens on the way."""

    target: Field
    sources: tuple[str, ...]
    get: Getter
    steps: tuple[Step, ...]
    misfit: Misfit
    name: str
    key: str | None  # where the source is a plain member of the record
    convert: Transform  # all steps, and that the result fits; ValueError if not
    takes_none: bool


@dataclass(frozen=True)
class FieldMapping:
    """A compiled mapping: order fields, the path of the lines, line fields."""

    id: str
    order: tuple[FieldMap, ...]
    lines_at: Getter
    lines: tuple[FieldMap, ...]

    def apply(self, body: Body, masked: frozenset[str]) -> tuple[Order, list[Problem]]:
        """The canonical order and what went wrong; the order is usable only without problems."""
        problems: list[Problem] = []
        order: Order = dict(_ORDER_DEFAULTS)
        order.update((name, []) for name in _LISTS)  # each order its own
        _fill(self.order, body, order, "", problems)
        order["lines"] = self._lines(body, problems)
        order["masked"] = sorted(masked & MASKABLE)
        order["tags"] = []
        _check(order, problems)
        if not problems:
            order["item_count"] = sum(line["quantity"] for line in order["lines"])
            spread(order)
            address.complete(order)
            order["address_issues"] = address.issues(order)
        return order, problems

    def _lines(self, body: Body, problems: list[Problem]) -> list[dict[str, Any]]:
        found = self.lines_at(body)
        if not isinstance(found, list) or not found:
            problems.append(Problem("lines", "no_lines"))
            return []
        if len(found) > MAX_LINES:
            problems.append(Problem("lines", "too_many_lines", str(len(found))))
            return []
        lines = []
        for number, raw in enumerate(found, 1):
            line = dict(_LINE_DEFAULTS)
            if isinstance(raw, dict):
                _fill(self.lines, raw, line, f"lines/{number}/", problems)
            else:
                problems.append(Problem(f"lines/{number}", "not_a_record", _short(raw)))
            lines.append(line)
        return lines


_ORDER_DEFAULTS = {f.name: f.default for f in ORDER_FIELDS}
_LISTS = tuple(f.name for f in ORDER_FIELDS if f.kind == "texts")
_LINE_DEFAULTS = {f.name: f.default for f in LINE_FIELDS}
_REQUIRED_ORDER = tuple(f.name for f in ORDER_FIELDS if f.required)
_REQUIRED_LINE = tuple(f.name for f in LINE_FIELDS if f.required)


def _fill(
    maps: Sequence[FieldMap], body: Body, target: Order, at: str, problems: list[Problem]
) -> None:
    for field_map in maps:
        key = field_map.key
        value = field_map.get(body) if key is None else body.get(key)
        if value is None or value == "":
            if not field_map.takes_none:
                continue
            value = None
        try:
            found = field_map.convert(value)
        except (ValueError, ArithmeticError):
            problems.append(_problem(field_map, value, at))
            continue
        if found is not None:
            target[field_map.name] = found


def _problem(field_map: FieldMap, value: Any, at: str) -> Problem:
    """Go the way again, step by step, to tell where it ended."""
    where, step = at + field_map.name, None
    try:
        for step in field_map.steps:
            if value is not None or step.takes_none:
                value = step.call(value)
    except (ValueError, ArithmeticError) as error:
        name = step.name if step else None
        reason = str(error) if str(error).isidentifier() else "cannot_convert"
        return Problem(where, reason, _short(value), name)
    return Problem(where, field_map.misfit(value) or "cannot_convert", _short(value))


def _check(order: Order, problems: list[Problem]) -> None:
    failed = {problem.field for problem in problems}
    for name in _REQUIRED_ORDER:
        if order[name] is None and name not in failed:
            problems.append(Problem(name, "missing"))
    seen: set[str] = set()
    for number, line in enumerate(order["lines"], 1):
        for name in _REQUIRED_LINE:
            if line[name] is None and (place := f"lines/{number}/{name}") not in failed:
                problems.append(Problem(place, "missing"))
        if line["external_line_no"] in seen:
            problems.append(Problem(f"lines/{number}/external_line_no", "line_twice"))
        seen.add(line["external_line_no"])


def compile_mapping(document: Mapping[str, Any], own_fields: Sequence[Field] = ()) -> FieldMapping:
    """From the blueprint's checked `mappings[]` entry; `own_fields`: added by the blueprint."""
    order_fields = {**ORDER_BY_NAME, **{field.name: field for field in own_fields}}
    lines = document["lines"]
    return FieldMapping(
        id=document["id"],
        order=tuple(_field_map(entry, order_fields) for entry in document["order"]),
        lines_at=_path(lines["each"]),
        lines=tuple(_field_map(entry, LINE_BY_NAME) for entry in lines["fields"]),
    )


def _field_map(entry: Mapping[str, Any], fields: Mapping[str, Field]) -> FieldMap:
    target = fields[entry["to"]]
    sources = entry.get("from", [])
    paths = tuple(sources if isinstance(sources, list) else [sources])
    steps = tuple(_step(step) for step in entry.get("steps", ()))
    if "value" in entry:
        return _made(target, paths, _constant(entry["value"]), steps, None)
    plain = paths[0] if len(paths) == 1 and "." not in paths[0] else None
    return _made(target, paths, _first(paths), steps + _kind_guard(target, steps), plain)


def _made(
    target: Field, paths: tuple[str, ...], get: Getter, steps: tuple[Step, ...], key: str | None
) -> FieldMap:
    misfit = _misfit(target)
    return FieldMap(
        target,
        paths,
        get,
        steps,
        misfit,
        name=target.name,
        key=key,
        convert=_checked(target, _chain(steps), misfit),
        takes_none=any(step.takes_none for step in steps),
    )


def _chain(steps: tuple[Step, ...]) -> Transform:
    """All steps as one."""
    if len(steps) == 1:
        return steps[0].call

    def run(value: Any) -> Any:
        for step in steps:
            if value is not None or step.takes_none:
                value = step.call(value)
        return value

    return run


def _checked(target: Field, call: Transform, misfit: Misfit) -> Transform:
    """`call`, and ValueError for a result that cannot be the field's.

    The two common kinds are judged in place: this runs thirty times an order.
    """
    longest = target.longest

    def text(value: Any) -> Any:
        found = call(value)
        if found is None or (found.__class__ is str and len(found) <= longest):
            return found
        raise ValueError("misfit")

    def number(value: Any) -> Any:
        found = call(value)
        if found is None or (found.__class__ is int and -MAX_INTEGER <= found <= MAX_INTEGER):
            return found
        raise ValueError("misfit")

    def other(value: Any) -> Any:
        found = call(value)
        if found is not None and misfit(found) is not None:
            raise ValueError("misfit")
        return found

    if target.kind == "text":
        return text
    return other if target.kind in ("texts", "yes_no", "choice") else number


def _misfit(target: Field) -> Misfit:
    """Why a value cannot be the field's, whatever steps made it; None for one that can."""
    if target.kind == "text":
        return _misfit_of_text(target.longest)
    if target.kind == "texts":
        return _misfit_of_texts
    if target.kind == "yes_no":
        return lambda value: None if value.__class__ is bool else "not_yes_no"
    if target.kind == "choice":
        return lambda value: None if value.__class__ is str else "not_a_choice"
    return _misfit_of_number


def _misfit_of_text(longest: int) -> Misfit:
    def misfit(value: Any) -> str | None:
        if value.__class__ is not str:
            return "not_text"
        return None if len(value) <= longest else "text_too_long"

    return misfit


def _misfit_of_number(value: Any) -> str | None:
    if value.__class__ is not int:
        return "not_whole"
    return None if -MAX_INTEGER <= value <= MAX_INTEGER else "number_out_of_range"


def _misfit_of_texts(value: Any) -> str | None:
    fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return None if fits else "not_texts"


def _step(document: Mapping[str, Any]) -> Step:
    entry = CATALOGUE[document["do"]]
    return Step(document["do"], entry.make(document), entry.takes_none)


_GUARDS = {
    "text": "text",
    "integer": "integer",
    "money": "fen",
    "instant": "time",
    "choice": None,
    "yes_no": None,
    "texts": None,
}


def _kind_guard(target: Field, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Without steps of its own a value must at least be of the field's kind."""
    if target.kind == "choice":
        return (Step("choice", _one_of(target.choices), False),)
    name = _GUARDS[target.kind]
    return (_step({"do": name}),) if name and not steps else ()


def _one_of(choices: tuple[str, ...]) -> Transform:
    allowed = frozenset(choices)

    def check(value: Any) -> Any:
        if value not in allowed:
            raise ValueError("not_a_choice")
        return value

    return check


def _constant(value: Any) -> Getter:
    return lambda _body: value


def _first(paths: tuple[str, ...]) -> Getter:
    """The first of several places that holds something."""
    getters = [_path(path) for path in paths]
    if len(getters) == 1:
        return getters[0]

    def first(body: Body) -> Any:
        return next((v for get in getters if (v := get(body)) is not None), None)

    return first


def _path(path: str) -> Getter:
    """`a.b.0.c` into nested records and lists; an empty text counts as absent."""
    if "." not in path:
        return lambda body: None if (v := body.get(path)) == "" else v
    keys = [int(key) if key.isdigit() else key for key in path.split(".")]

    def walk(body: Body) -> Any:
        value: Any = body
        for key in keys:
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                return None
        return None if value == "" else value

    return walk


def _short(value: Any) -> str | None:
    return None if value is None else str(value)[:80]


def trace(mapping: FieldMapping, body: Body) -> list[dict[str, Any]]:
    """How each order field came about, for people: source, raw value, value after each step."""
    return [_trace_field(field_map, body) for field_map in mapping.order]


def _trace_field(field_map: FieldMap, body: Body) -> dict[str, Any]:
    value = raw = field_map.get(body)
    steps = []
    for step in field_map.steps:
        if value is None and not step.takes_none:
            break
        before = value
        try:
            value = step.call(value)
        except (ValueError, ArithmeticError) as error:
            steps.append({"name": step.name, "before": before, "failed": str(error)})
            value = None
            break
        steps.append({"name": step.name, "before": before, "after": value})
    used = next((p for p in field_map.sources if _path(p)(body) is not None), None)
    source = used or (field_map.sources[0] if field_map.sources else None)
    name = field_map.target.name
    return {"to": name, "from": source, "raw": raw, "value": value, "transforms": steps}
