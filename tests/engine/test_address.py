"""Places are recognised as people write them, and what is vague is said with its reason."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.simulators.goods import invent
from orderloom.engine.address import ISSUES, Place, complete, issues, recognise


def order(address: str = "", *, masked: tuple[str, ...] = (), **fields: Any) -> dict[str, Any]:
    blank = dict.fromkeys(("province", "city", "district", "town"))
    return {**blank, "masked": list(masked), "address": address, **fields}


HANGZHOU: dict[str, Any] = {"province": "浙江", "city": "杭州市", "district": "西湖区"}


@pytest.mark.parametrize(
    ("text", "place", "rest"),
    [
        ("浙江省杭州市余杭区仓前街道示例路1号", ("浙江", "杭州市", "余杭区"), "仓前街道示例路1号"),
        ("杭州西湖区文三路", ("浙江", "杭州市", "西湖区"), "文三路"),
        ("新疆维吾尔自治区 石河子市北三路", ("新疆", "石河子市", None), "北三路"),
        ("吉林省吉林市船营区", ("吉林", "吉林市", "船营区"), ""),
        ("青海省海南藏族自治州共和县", ("青海", "海南藏族自治州", "共和县"), ""),
        ("上海浦东新区世纪大道100号", ("上海", "上海市", "浦东新区"), "世纪大道100号"),
        ("广东省东莞市长安镇振安路8号", ("广东", "东莞市", None), "长安镇振安路8号"),
        ("西湖区文一路", (None, None, "西湖区"), "文一路"),  # Hangzhou has one, Nanchang too
        ("北京朝阳区", ("北京", "北京市", "朝阳区"), ""),
        ("\ufeff\u3000浙江省杭州市", ("浙江", "杭州市", None), ""),
        ("12号楼", (None, None, None), "12号楼"),
    ],
)
def test_recognised(text: str, place: tuple[str | None, ...], rest: str) -> None:
    assert recognise(text) == (Place(*place), rest)


def test_what_is_known_already_decides_between_places_of_one_name() -> None:
    assert recognise("西湖区文一路", Place("江西")).place == ("江西", "南昌市", "西湖区")


@pytest.mark.parametrize(
    ("given_order", "expected"),
    [
        (order("文三路12号", **HANGZHOU), []),
        (order("古荡新村", **HANGZHOU), []),
        (order("油墩街镇张家村", province="江西省", city="上饶", district="鄱阳县"), []),
        (order("长安镇振安路8号", province="广东", city="东莞"), []),
        (order("浙江省杭州市西湖区文三路12号"), []),
        (order("文三路", **HANGZHOU), ["no_number"]),
        (order("文三路12号", province="浙江", city="杭州"), ["no_district"]),
        (order("12号", province="", city=""), ["no_district"]),
        (order("", **HANGZHOU), ["no_detail"]),
        (order("西湖区", **HANGZHOU), ["no_detail"]),
        (order("测试地址1号", **HANGZHOU), ["placeholder"]),
        (order("啊啊啊啊", **HANGZHOU), ["placeholder", "no_number"]),
        (order("广东省深圳市南山区科技路1号", **HANGZHOU), ["contradiction"]),
        (order("文三路1号", province="浙江", city="南京", district="西湖区"), ["contradiction"]),
        (order("文**", masked=("address",), **HANGZHOU), None),
        (order("文三路", masked=("city",), **HANGZHOU), None),
    ],
)
def test_vague(given_order: dict[str, Any], expected: list[str] | None) -> None:
    assert issues(given_order) == expected


def test_only_what_is_missing_is_filled_in_and_nothing_from_stars() -> None:
    found = order("浙江省杭州市西湖区文三路12号", city="杭州")
    complete(found)
    assert (found["province"], found["city"], found["district"]) == ("浙江", "杭州", "西湖区")
    hidden = order("浙江省杭州市**", masked=("address",))
    complete(hidden)
    assert hidden["province"] is None


def test_invented_buyers_live_somewhere() -> None:
    for number in range(300):
        buyer = invent(number).buyer
        where: dict[str, Any] = {"province": buyer.province, "city": buyer.city}
        assert (
            issues(order(buyer.street, **where, district=buyer.district, town=buyer.town)) == []
        ), buyer


@given(st.text(max_size=40), st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_whatever_people_write_is_judged(address: str, name: str, city: str, town: str) -> None:
    found = issues(order(address, province=name, city=city, town=town))
    assert found is not None
    assert set(found) <= set(ISSUES)
    recognised = recognise(address)
    assert recognised.rest == "" or recognised.rest in recognise(address + "").rest
