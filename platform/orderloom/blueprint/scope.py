"""The parts of a blueprint that run, put together from its document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from orderloom.blueprint import tables as live
from orderloom.blueprint.actions import compile_action
from orderloom.blueprint.document import SEVERITIES
from orderloom.blueprint.findings import Finding, refuse
from orderloom.blueprint.triggers import Triggered, compile_trigger
from orderloom.engine.jsonlogic import CompiledList, CompiledRule, compile_list, compile_rule
from orderloom.engine.rules import Action, Row, RuleList
from orderloom.engine.tables import CourierTable, LiveTable
from orderloom.engine.templates import Text
from orderloom.errors import InputError

Document = Mapping[str, Any]
Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Outbound:
    """Where a warehouse's fulfilments go; `schedule`: see `references.is_schedule`.

    `platforms`: only those of orders of these channels; empty: of all. `label_first`: only once a
    label step for the same warehouse brought the tracking number.
    """

    id: str
    warehouses: frozenset[str]
    send_to: str
    schedule: Any
    options: Mapping[str, str]
    platforms: frozenset[str] = frozenset()
    label_first: bool = False


@dataclass(frozen=True)
class Alert:
    """A message to people, compiled in both languages."""

    id: str
    title: Mapping[str, str]
    severity: str
    send_to: str
    recipients: tuple[str, ...]
    subject: Mapping[str, Text]
    text: Mapping[str, Text]

    def render(self, values: Mapping[str, Any], locale: str = "zh") -> dict[str, str]:
        """The words of a mail or post: {"subject": …, "text": …}."""
        return {
            "subject": self.subject[locale].render(values),
            "text": self.text[locale].render(values),
        }


@dataclass(frozen=True)
class Effect:
    """What follows a crossing; `name` is an alert, a connection role or a pool."""

    do: str
    name: str


@dataclass(frozen=True)
class Threshold:
    """A total to watch; `key` names it across blueprints."""

    key: str
    title: Mapping[str, str]
    subject: str
    measure: str
    period: str
    reaches: int
    effects: tuple[Effect, ...]


def entries(document: Document, section: str) -> Sequence[Document]:
    """A section's entries; none where the document leaves it out."""
    found: Sequence[Document] = document.get(section, [])
    return found


def numbered(document: Document, section: str) -> list[tuple[int, Document]]:
    """The same with their places."""
    return list(enumerate(entries(document, section)))


class Scope:
    """Parameter values, sets and tables of one document, put in place of their names."""

    def __init__(
        self,
        document: Document,
        values: Parameters,
        tables: Mapping[str, LiveTable] | None = None,
    ) -> None:
        defaults = {p["key"]: p["default"] for p in entries(document, "parameters")}
        self.key = document["key"]
        self.parameters = {**defaults, **values}
        self.document = document
        self.sets = live.sets_of(document)
        self.tables = live.initial(document) if tables is None else tables
        self.look_up = live.words(document, self.tables)
        self.texts: dict[tuple[str, str], Any] = {}
        self.values: dict[str, tuple[str, Any]] = {}
        self.facts: set[str] = set()

    def resolve(self, value: Any) -> Any:
        """`value` with every {"param": …} and {"set": …} replaced by what it stands for."""
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, inner), *_ = value.items()
            if name == "param":
                return self.parameters[inner]
            if name == "set":
                return list(self.sets[inner])
        return {name: self.resolve(inner) for name, inner in value.items()}

    def rule_lists(self) -> tuple[tuple[RuleList, ...], dict[str, Triggered], tuple[str, ...]]:
        """The stages of an order's way, all other lists, and the facts the stages read."""
        stages, triggered, read = [], {}, set[str]()
        for index, document in numbered(self.document, "rules"):
            self.facts = set()
            rules = self.rule_list(document, f"/rules/{index}")
            if "trigger" in document:
                triggered[rules.id] = compile_trigger(document, rules, sorted(self.facts))
            else:
                stages.append(rules)
                read |= self.facts
        return tuple(stages), triggered, tuple(sorted(read))

    def rule_list(self, document: Document, at: str) -> RuleList:
        texts = [self.resolve(row["when"]) for row in document["rows"]]
        conditions = self._conditions(texts, at)
        rows = []
        for number, row in enumerate(document["rows"]):
            rule = conditions.rules[number]
            self.texts[document["id"], row["id"]] = texts[number]
            self.facts.update(rule.facts)
            actions = self._actions(row["then"], f"{at}/rows/{number}/then")
            rows.append(Row(row["id"], row["title"], _later(rule), actions))
        otherwise = self._actions(document.get("otherwise", []), f"{at}/otherwise")
        stage, mode = document.get("stage"), document.get("mode", "first")
        return RuleList(document["id"], stage, mode, tuple(rows), conditions, otherwise)

    def _actions(self, documents: Sequence[Document], at: str) -> tuple[Action, ...]:
        return tuple(
            compile_action(
                action, self.resolve, partial(self._value, f"{at}/{number}"), self._couriers
            )
            for number, action in enumerate(documents)
        )

    def _couriers(self, key: str) -> CourierTable:
        return live.courier_table(self.document, key, self.tables[key])

    def _value(self, at: str, place: str, name: str, text: Any) -> CompiledRule:
        where, formula = f"{at}/{place}", self.resolve(text)
        self.values[where] = (name, formula)
        try:
            rule = compile_rule(formula, sets=self.sets, tables=self.look_up)
        except InputError as error:
            refuse([Finding(error.code, f"{where}{error.where or ''}", error.params)])
            raise
        self.facts.update(rule.facts)
        return rule

    def _conditions(self, texts: Sequence[Any], at: str) -> CompiledList:
        try:
            return compile_list(texts, sets=self.sets, tables=self.look_up)
        except InputError as error:
            _, number, rest = [*(error.where or "/0").split("/", 2), ""][:3]
            where = f"{at}/rows/{number}/when" + (f"/{rest}" if rest else "")
            refuse([Finding(error.code, where, error.params)])
            raise

    def outbound(self, document: Document) -> Outbound:
        return Outbound(
            document["id"],
            frozenset(document["warehouses"]),
            document["send_to"],
            self.resolve(document["hand_over"]),
            document.get("options", {}),
            frozenset(document.get("platforms", ())),
            document.get("label_first", False),
        )

    def threshold(self, document: Document) -> Threshold:
        named = {"notify": "alert", "send": "send_to", "pool": "pool"}
        return Threshold(
            f"{self.key}/{document['id']}",
            document["title"],
            document["subject"],
            document["measure"],
            document["period"],
            int(self.resolve(document["reaches"])),
            tuple(Effect(e["do"], e[named[e["do"]]]) for e in document["then"]),
        )

    def alert(self, document: Document, at: str) -> Alert:
        return Alert(
            document["id"],
            document["title"],
            document.get("severity", SEVERITIES[1]),
            document["send_to"],
            tuple(self.resolve(document["recipients"])),
            _texts(document["subject"], f"{at}/subject"),
            _texts(document["text"], f"{at}/text"),
        )


def _later(rule: CompiledRule) -> Callable[[Mapping[str, Any]], bool]:
    """The row's own test; its code is generated only if somebody asks for this row alone."""
    return lambda data: rule.test(data)


def _texts(document: Document, at: str) -> dict[str, Text]:
    return {locale: _text(source, f"{at}/{locale}") for locale, source in document.items()}


def _text(source: str, where: str) -> Text:
    try:
        return Text(source, where)
    except InputError as error:
        refuse([Finding(error.code, where, error.params)])
        raise
