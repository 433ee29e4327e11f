"""A pasted receiver is taken apart whatever the order of its parts."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderloom.engine.receivers import Receiver, dialled, take_apart

ZHANG = Receiver("张三", "13800000000", "浙江", "杭州市", "西湖区", "某路1号")
WHERE = "浙江省杭州市西湖区某路1号"
LABELLED = (
    "收货人：张三\n手机号码：+86 138-0000-0000\n所在地区：浙江省杭州市西湖区\n详细地址：某路1号"
)
PASTED = {
    LABELLED: ZHANG,
    f"张三13800000000{WHERE}": ZHANG,
    f"张三{WHERE}13800000000": ZHANG,
    f"张三 13800000000-1234 {WHERE}": ZHANG._replace(phone="13800000000转1234"),
    f"Li Shili 0571-88000000 {WHERE}": ZHANG._replace(name="Li Shili", phone="057188000000"),
    f"{WHERE} Room 5 B 13800000000": ZHANG._replace(name=None, address="某路1号Room 5 B"),
    "阿依古丽·买买提 13800000000": Receiver("阿依古丽·买买提", "13800000000"),
    "某路1号": Receiver(address="某路1号"),
    "": Receiver(),
}
anything = st.text("张三138 0000-转,\n浙江省杭州市西湖区路号A1·:", max_size=60) | st.text(
    max_size=60
)


@pytest.mark.parametrize("between", [" ", ",", "，", "\n", "\t", "；"])
@pytest.mark.parametrize("where", [WHERE, "杭州市西湖区某路1号", "浙江省 杭州市 西湖区 某路1号"])
def test_the_parts_may_come_in_any_order(where: str, between: str) -> None:
    for parts in permutations(("张三", "138 0000 0000", where)):
        assert take_apart(between.join(parts)) == ZHANG, parts


@pytest.mark.parametrize(("text", "expected"), PASTED.items())
def test_what_people_paste(text: str, expected: Receiver) -> None:
    assert take_apart(text) == expected


@settings(max_examples=50)
@given(anything)
def test_nothing_breaks_it(text: str) -> None:
    assert all(part is None or part for part in take_apart(text))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+86 138-0000-0000", "+8613800000000"),
        ("１３８ 0000 0000转12", "13800000000转12"),
        ("(0571) 8800 0000 ext. 7", "057188000000转7"),
        ("400-000-0000", "4000000000"),
        ("+852 0000 0000", "+85200000000"),
        ("1380000000", None),
        ("138000000000", None),
        ("12800000000", None),
        ("call me", None),
        ("", None),
    ],
)
def test_a_number_can_be_dialled_or_is_none(text: str, number: str | None) -> None:
    assert dialled(text) == number
