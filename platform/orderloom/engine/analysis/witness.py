"""Made-up orders that show what is claimed. Nothing is shown that was not evaluated again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orderloom.engine.analysis import formula as fm
from orderloom.engine.analysis.boxes import Box, Budget
from orderloom.engine.analysis.fields import Schema
from orderloom.engine.analysis.reader import QUANTIFIERS, Reader
from orderloom.engine.jsonlogic import Node, Op

Data = dict[str, Any]
_PLAIN: Data = {
    "external_no": "W1",
    "platform": "taobao",
    "placed_at": 1_790_827_200_000,
    "now": 1_790_827_200_000,
    "payment_state": "paid",
    "delivery_state": "none",
    "currency": "CNY",
    "total": 10_000,
    "paid": 10_000,
    "freight": 0,
    "discount": 0,
    "promotion_tags": [],
    "tags": [],
    "masked": [],
    "province": "浙江",
    "city": "杭州市",
    "item_count": 1,
}
_PLAIN_LINE: Data = {
    "external_line_no": "1",
    "sku_code": "SKU-1",
    "title": "商品",
    "quantity": 1,
    "price": 10_000,
    "paid_share": 10_000,
    "refund_state": "none",
    "gift": False,
}
_COPIES = (1, 2, 3, 5, 10, 50)


class Impossible(Exception):
    """No lines can be as demanded; proven."""


@dataclass
class LineMaker:
    """Builds order lines for given answers of the tests on them."""

    reader: Reader
    bodies: Mapping[str, tuple[str, fm.Formula]]  # key -> (quantifier, formula of its body)

    def lines(self, answers: Mapping[str, bool], budget: Budget) -> list[Data]:
        """Lines for which each test answers so; raises Impossible when there cannot be any."""
        needed: list[fm.Formula] = []
        forbidden: list[fm.Formula] = []
        for key, answer in answers.items():
            quantifier, body = self.bodies[key]
            if quantifier == "all":
                (forbidden if answer else needed).append(fm.Not(body))
            elif answer == (quantifier == "some"):
                needed.append(body)
            else:
                forbidden.append(body)
        rules = tuple(fm.Not(item) for item in forbidden)
        wishes = needed or [fm.TRUE]
        return [self._line(n, wish, rules, budget) for n, wish in enumerate(wishes, 1)]

    def _line(
        self, number: int, wish: fm.Formula, rules: Sequence[fm.Formula], budget: Budget
    ) -> Data:
        boxes = self.reader.boxes(fm.Every((wish, *rules)), budget)
        if not boxes:
            raise Impossible
        line = {**_PLAIN_LINE, "external_line_no": str(number)}
        for key, value in self.reader.values(boxes[0]).items():
            if key.startswith("f:"):
                line[key[2:]] = value
        return line


def line_maker(schema: Schema, keys: Mapping[str, Sequence[Node]], reader: Reader) -> LineMaker:
    """A maker for the tests on lines among `keys`."""
    bodies = {}
    for key, nodes in keys.items():
        node = nodes[0]
        if key.startswith("q:") and isinstance(node, Op) and node.name in QUANTIFIERS:
            bodies[key] = (node.name, reader.read(node.args[1]))
    reader.close()
    return LineMaker(reader, bodies)


def orders(
    reader: Reader, maker: LineMaker, box: Box, schema: Schema, budget: Budget
) -> Iterator[Data]:
    """Orders that should lie in a box, likeliest first. Raises Impossible if lines rule it out."""
    values = reader.values(box)
    answers = {key: bool(value) for key, value in values.items() if key in maker.bodies}
    lines = maker.lines(answers, budget)
    order: Data = dict.fromkeys(schema.order)
    order |= {name: value for name, value in _PLAIN.items() if name in order or name == "now"}
    facts: dict[str, Any] = {}
    for key, value in values.items():
        if key.startswith("f:"):
            order[key[2:]] = value
        elif key.startswith("fact:"):
            facts[key[5:]] = value
    order["$facts"] = facts
    yield from _with_lines(order, lines, counted="f:item_count" in values)


def _with_lines(order: Data, lines: list[Data], *, counted: bool) -> Iterator[Data]:
    """The order with its lines, and with more of them where sums may matter."""
    for copies in _COPIES:
        for quantity in (None, 1, 10, 100):
            made = [
                {**line, "external_line_no": f"{n}-{line['external_line_no']}"}
                | ({} if quantity is None else {"quantity": quantity})
                for n in range(copies)
                for line in lines
            ]
            count = sum(line["quantity"] or 0 for line in made)
            if counted and len(made) == 1 and quantity is None:
                made = [{**made[0], "quantity": order["item_count"]}]
            yield {**order, "lines": made, "item_count": order["item_count"] if counted else count}
