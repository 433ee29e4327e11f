"""What has left of a fulfilment, from everything its warehouse ever told.

Warehouses repeat themselves, tell things twice in different words and out of order. So nothing is
added up on the way: all parcels told of are kept, and what has left is worked out from all of them
anew. Hearing the same again, or in another order, ends in the same place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Contents = Mapping[str, int]
"""Item code -> pieces; empty when the warehouse did not say."""


@dataclass(frozen=True)
class Left:
    """`shares`: pieces that left of each line, in the lines' order; `beyond`: item -> pieces more
    than was asked for, or of products that were never asked for."""

    shares: list[int]
    beyond: dict[str, int] = field(default_factory=dict)


def left(lines: Sequence[tuple[str, int]], parcels: Iterable[Contents], *, final: bool) -> Left:
    """What has left of `lines` (item code, pieces asked for).

    `final`: the warehouse has done all it will do; then a parcel of unknown contents, or no
    parcel at all, means that everything left.
    """
    told: Counter[str] = Counter()
    known, blank = 0, False
    for contents in parcels:
        told.update({item: pieces for item, pieces in contents.items() if pieces > 0})
        known += 1
        blank = blank or not contents
    shares = _shared(lines, told)
    beyond = {item: pieces for item, pieces in sorted(told.items()) if pieces > 0}
    if final and (blank or not known):
        shares = [asked for _, asked in lines]
    return Left(shares, beyond)


def _shared(lines: Sequence[tuple[str, int]], told: Counter[str]) -> list[int]:
    """Pieces for each line, the first ones first; `told` keeps what no line wants."""
    shares = []
    for item, asked in lines:
        share = min(asked, told[item])
        told[item] -= share
        shares.append(share)
    return shares


def merged(known: Contents, told: Contents) -> dict[str, int]:
    """A parcel's contents after hearing of it once more: the most that was ever said of each."""
    items = {*known, *told}
    return {item: max(known.get(item, 0), told.get(item, 0)) for item in sorted(items)}


def unpacked(
    lines: Sequence[tuple[str, str]], contents: Contents, others: Iterable[Contents]
) -> list[str]:
    """The order lines (in `lines`: order line, item code) that a parcel holds anything of.

    One of unknown contents holds what no other parcel of the fulfilment is known to hold.
    """
    if contents:
        found = [line for line, item in lines if contents.get(item)]
    else:
        elsewhere = {item for other in others for item, pieces in other.items() if pieces}
        found = [line for line, item in lines if item not in elsewhere]
    return list(dict.fromkeys(found))
