"""Whatever is asked, the answer is never a fault of ours."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderloom.store.queries.orders import SORTS
from tests.support.shop import Shop
from tests.support.site import Browser, Site

# The database and the browser are the same for all examples: reading leaves no trace.
READING = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

anything = st.text(max_size=40) | st.sampled_from(
    [
        "0",
        "-1",
        "9" * 30,
        "\x00",
        "\ud7ff\ufffe",
        "1e9",
        "NaN",
        "' OR 1=1 --",
        "%",
        "_",
        "西藏",
        ",,,",
    ]
)
instants = st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat()) | st.sampled_from(
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-11-23", "0000-00-00"]
)
questions = st.fixed_dictionaries(
    {},
    optional={
        "limit": st.integers(-5, 300).map(str) | anything,
        "sort": st.sampled_from(SORTS) | anything,
        "cursor": anything,
        "q": anything,
        "state": anything,
        "platform": anything,
        "warehouse": st.integers(-1, 2**65).map(str) | anything,
        "province": anything,
        "hold": anything,
        "placed_from": instants | anything,
        "placed_to": instants | anything,
    },
)


def assert_sound(browser: Browser, path: str) -> None:
    response = browser.get(path)
    assert response.status_code in (200, 404, 422), (path, response.get_data(as_text=True))
    if response.status_code != 200:
        assert set(response.get_json()) == {"code", "message", "where", "how", "errors"}


def ready(site: Site) -> Browser:
    Shop(site.database).add_random(30)
    return site.signed_in("viewer")


def test_the_grid_and_its_facets_withstand_any_question(site: Site) -> None:
    browser = ready(site)

    @READING
    @given(questions)
    def ask(asked: dict[str, str]) -> None:
        assert_sound(browser, f"/api/v1/orders?{urlencode(asked, errors='surrogatepass')}")
        facets = {k: v for k, v in asked.items() if k not in ("limit", "sort", "cursor")}
        assert_sound(browser, f"/api/v1/orders/facets?{urlencode(facets)}")

    ask()


def test_names_nobody_declared_are_errors_not_faults(site: Site) -> None:
    browser = ready(site)

    @READING
    @given(st.dictionaries(anything, anything, min_size=1, max_size=5))
    def ask(asked: dict[str, str]) -> None:
        for path in ("/api/v1/orders", "/api/v1/exceptions"):
            assert_sound(browser, f"{path}?{urlencode(asked)}")

    ask()


def test_the_exceptions_queue_withstands_any_question(site: Site) -> None:
    browser = ready(site)
    names = st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("state", "code", "limit", "cursor"), anything)
    )

    @READING
    @given(names)
    def ask(asked: dict[str, str]) -> None:
        assert_sound(browser, f"/api/v1/exceptions?{urlencode(asked)}")

    ask()


def test_bodies_of_any_shape_are_answered(site: Site) -> None:
    browser = ready(site)
    shapes = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    )

    @READING
    @given(shapes, st.sampled_from(["/api/v1/session/password", "/api/v1/session"]))
    def send(body: Any, path: str) -> None:
        content = json.dumps(body).encode()
        response = browser.send("PATCH", path, data=content, content_type="application/json")
        assert response.status_code in (200, 405, 422), response.get_data(as_text=True)

    send()
