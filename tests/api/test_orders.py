"""The order grid: every page, filter and order against a plain search in Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import event

from orderloom.services.orders.showing import iso
from orderloom.store.queries.orders import SORTS
from tests.support.shop import START, Shop
from tests.support.site import Browser, Site

Row = dict[str, Any]
MINUTE = 60_000


@pytest.fixture
def shop(site: Site) -> Shop:
    return Shop(site.database)


def fetch(browser: Browser, **asked: Any) -> dict[str, Any]:
    response = browser.get(f"/api/v1/orders?{urlencode(asked)}")
    assert response.status_code == 200, response.get_data(as_text=True)
    page: dict[str, Any] = response.get_json()
    return page


def pages(browser: Browser, **asked: Any) -> Iterator[dict[str, Any]]:
    page = fetch(browser, **asked)
    yield page
    while page["next"]:
        page = fetch(browser, **asked, cursor=page["next"])
        yield page


def ids(rows: list[Row]) -> list[str]:
    return [str(row["id"]) for row in rows]


def in_order(rows: list[Row], sort: str) -> list[str]:
    column, backwards = sort.lstrip("-"), sort.startswith("-")
    return ids(sorted(rows, key=lambda row: (row[column], row["id"]), reverse=backwards))


def test_a_row_has_everything_the_grid_shows(viewer: Browser, shop: Shop) -> None:
    (row,) = shop.add({"external_no": "2489001234567890123", "tags": ["VIP"], "courier": "SF"})
    shop.trouble(row["id"])
    page = fetch(viewer)
    assert page == {
        "items": [
            {
                "id": str(row["id"]),
                "external_no": "2489001234567890123",
                "platform": "taobao",
                "account": {"id": str(shop.taobao), "title": "天猫主店"},
                "state": "to_ship",
                "payment_state": "paid",
                "hold_state": "none",
                "fulfil_state": "waiting",
                "after_sale_state": "none",
                "total": 9900,
                "paid": 9900,
                "currency": "CNY",
                "item_count": 1,
                "province": "浙江",
                "city": "杭州",
                "receiver_name": "张三",
                "warehouse": {"id": str(shop.hangzhou), "title": "杭州仓"},
                "courier": "SF",
                "placed_at": iso(START),
                "paid_at": None,
                "updated_at": iso(START),
                "tags": ["VIP"],
                "open_exceptions": 1,
            }
        ],
        "next": None,
        "total": 1,
        "total_capped": False,
    }


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("asked", [{}, {"state": "held,short"}, {"q": "张"}])
def test_pages_hold_every_order_once_and_in_order(
    viewer: Browser, shop: Shop, sort: str, asked: Row
) -> None:
    rows = [row for row in shop.add_random(120) if matches(row, asked)]
    found = list(pages(viewer, sort=sort, limit=7, **asked))
    assert [i for page in found for i in ids(page["items"])] == in_order(rows, sort)
    assert {page["total"] for page in found} == {len(rows)}


def matches(row: Row, asked: Row) -> bool:
    states = asked.get("state")
    name = row["receiver_name"] or ""
    return (not states or row["state"] in states.split(",")) and name.startswith(asked.get("q", ""))


def test_what_changes_between_pages_neither_repeats_nor_hides_others(
    viewer: Browser, shop: Shop
) -> None:
    rows = shop.add_random(50)
    first = fetch(viewer, limit=20)
    shop.add({"placed_at": START + MINUTE}, {"placed_at": START + 2 * MINUTE})
    rest = fetch(viewer, limit=200, cursor=first["next"])
    assert ids(first["items"]) + ids(rest["items"]) == in_order(rows, "-placed_at")


Filter = tuple[dict[str, str], Callable[[Row], bool]]


def filters(shop: Shop) -> list[Filter]:
    early, late = START - 30 * MINUTE, START - 10 * MINUTE
    return [
        ({"state": "held"}, lambda r: r["state"] == "held"),
        ({"platform": "jd"}, lambda r: r["platform"] == "jd"),
        ({"platform": "jd,taobao"}, lambda r: True),
        ({"warehouse": str(shop.yiwu)}, lambda r: r["warehouse_id"] == shop.yiwu),
        ({"province": "西藏,上海"}, lambda r: r["province"] in ("西藏", "上海")),
        ({"hold": "risk,manual"}, lambda r: r["hold_state"] in ("risk", "manual")),
        ({"placed_from": iso(early)}, lambda r: r["placed_at"] >= early),
        ({"placed_to": iso(late)}, lambda r: r["placed_at"] < late),
        ({"q": "张"}, lambda r: (r["receiver_name"] or "").startswith("张")),
        ({"q": "张三"}, lambda r: r["receiver_name"] == "张三"),
        ({"q": "2026"}, lambda r: r["external_no"].startswith("2026")),
        ({"q": "202600007"}, lambda r: r["external_no"] == "202600007"),
        ({"q": "XCX-"}, lambda r: r["external_no"].startswith("XCX-")),
        ({"q": "An"}, lambda r: r["receiver_name"] == "Anna"),
        ({"q": "an"}, lambda r: False),
        ({"q": "%"}, lambda r: False),
        ({"q": "2026_"}, lambda r: False),
        ({"q": "  77  "}, lambda r: r["external_no"].startswith("77")),
        (
            {"state": "held,to_ship", "platform": "taobao", "province": "浙江", "q": "李"},
            lambda r: (
                r["state"] in ("held", "to_ship")
                and r["platform"] == "taobao"
                and r["province"] == "浙江"
                and r["receiver_name"] == "李四"
            ),
        ),
        ({"state": "nonsense"}, lambda r: False),
        ({"state": ","}, lambda r: True),
    ]


@pytest.mark.parametrize("sort", ["-placed_at", "total"])
def test_filters_find_what_a_plain_search_finds(viewer: Browser, shop: Shop, sort: str) -> None:
    rows = shop.add_random(150)
    for asked, wanted in filters(shop):
        expected = [row for row in rows if wanted(row)]
        page = fetch(viewer, sort=sort, limit=200, **asked)
        assert ids(page["items"]) == in_order(expected, sort), asked
        assert (page["total"], page["total_capped"]) == (len(expected), False)


def test_the_total_stops_at_its_cap(viewer: Browser, shop: Shop) -> None:
    shop.add(*({"external_no": str(n)} for n in range(10_050)))
    page = fetch(viewer, limit=1)
    assert (page["total"], page["total_capped"]) == (10_000, True)
    assert fetch(viewer, limit=1, q="9")["total"] == 1111
    for sort in SORTS:  # many matches take another way than few
        found = fetch(viewer, limit=3, sort=sort, platform="taobao", q="1")
        assert len(found["items"]) == 3


# -- cursors -----------------------------------------------------------------------------------


def test_a_cursor_is_good_for_its_own_question_only(viewer: Browser, shop: Shop) -> None:
    shop.add_random(20)
    cursor = fetch(viewer, limit=5)["next"]
    for other in ({"sort": "total"}, {"state": "held"}, {"q": "1"}):
        assert_refused(viewer, {**other, "cursor": cursor})


def test_a_forged_cursor_is_refused(viewer: Browser, shop: Shop) -> None:
    shop.add_random(20)
    cursor = fetch(viewer, limit=5)["next"]
    exceptions = viewer.get("/api/v1/exceptions?cursor=" + cursor)
    assert (exceptions.status_code, exceptions.get_json()["code"]) == (422, "orders.cursor")
    other = "B" if cursor[0] == "A" else "A"
    for forged in (cursor[:-2], other + cursor[1:], cursor + "AAAA", "x", "@@", "é", "[1,2]"):
        assert_refused(viewer, {"cursor": forged})


def assert_refused(browser: Browser, asked: Row) -> None:
    response = browser.get(f"/api/v1/orders?{urlencode(asked)}")
    assert response.status_code == 422, asked
    assert response.get_json()["code"] == "orders.cursor"


def test_a_cursor_of_another_installation_is_refused(
    site: Site, viewer: Browser, shop: Shop
) -> None:
    shop.add_random(20)
    cursor = fetch(viewer, limit=5)["next"]
    stranger = Site(site.database, site.settings.home).signed_in("viewer")
    assert_refused(stranger, {"cursor": cursor})


# -- facets ------------------------------------------------------------------------------------


def facets(browser: Browser, **asked: Any) -> dict[str, dict[str, int]]:
    response = browser.get(f"/api/v1/orders/facets?{urlencode(asked)}")
    assert response.status_code == 200
    found = response.get_json()
    for values in found.values():
        counts = [value["count"] for value in values]
        assert counts == sorted(counts, reverse=True)
    return {name: {v["value"]: v["count"] for v in values} for name, values in found.items()}


def counted(rows: list[Row], column: str) -> dict[str, int]:
    return dict(Counter(str(row[column]) for row in rows if row[column] is not None))


def test_facets_count_all_orders(viewer: Browser, shop: Shop) -> None:
    rows = shop.add_random(80)
    found = facets(viewer)
    assert found["states"] == counted(rows, "state")
    assert found["platforms"] == counted(rows, "platform")
    assert found["warehouses"] == counted(rows, "warehouse_id")
    assert found["provinces"] == counted(rows, "province")
    titles = viewer.get("/api/v1/orders/facets").get_json()["warehouses"]
    assert {entry["title"] for entry in titles} == {"杭州仓", "义乌保税仓"}


@pytest.mark.parametrize("asked", [{"platform": "jd"}, {"platform": "jd", "q": "张"}])
def test_a_facet_counts_under_all_filters_but_its_own(
    viewer: Browser, shop: Shop, asked: Row
) -> None:
    rows = [r for r in shop.add_random(80) if matches(r, asked)]
    found = facets(viewer, **asked)
    mine = [row for row in rows if row["platform"] == "jd"]
    assert found["states"] == counted(mine, "state")
    assert found["provinces"] == counted(mine, "province")
    assert found["platforms"] == counted(rows, "platform")


def test_facets_are_kept_for_a_moment(site: Site, viewer: Browser, shop: Shop) -> None:
    shop.add({"state": "held"})
    assert facets(viewer)["states"] == {"held": 1}
    with statements(site) as asked:
        facets(viewer)
    assert not [sql for sql in asked if "GROUP BY" in sql]


# -- cost ----------------------------------------------------------------------------------------


@contextmanager
def statements(site: Site) -> Iterator[list[str]]:
    """The statements sent to the database meanwhile."""
    asked: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    event.listen(site.database.reader, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(site.database.reader, "before_cursor_execute", note)


def test_a_page_costs_the_same_statements_however_long_it_is(
    site: Site, viewer: Browser, shop: Shop
) -> None:
    for row in shop.add_random(120):
        shop.trouble(row["id"]) if row["id"] % 9 == 0 else None
    costs = []
    for limit in (1, 100):
        with statements(site) as asked:
            fetch(viewer, limit=limit)
        costs.append(len(asked))
    assert costs[0] == costs[1]
    assert costs[0] == 4  # session, total, page, exceptions
