"""Proposals for an unknown name: the right product comes first, nonsense proposes nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orderloom.engine.likeness import Known, Shelf, plain

GOODS = [
    Known(1, "TEE-BLK-S", "纯棉T恤", "颜色:黑色;尺码:S"),
    Known(2, "TEE-BLK-M", "纯棉T恤", "颜色:黑色;尺码:M"),
    Known(3, "TEE-WHT-M", "纯棉T恤", "颜色:白色;尺码:M"),
    Known(4, "BAG-CAN", "帆布包", "颜色:本白", "6901234567892"),
    Known(5, "SCARF-GRY", "羊绒围巾", "颜色:灰色"),
]
SHELF = Shelf(GOODS)


def first(name: str, text: str = "") -> int | None:
    found = SHELF.like(name, text)
    return found[0].id if found else None


def test_a_code_that_differs_by_nothing_but_its_spelling_is_the_same() -> None:
    for name in ("tee_blk_m", "ＴＥＥ－ＢＬＫ－Ｍ", "TEE BLK M"):
        match = SHELF.like(name)[0]
        assert (match.id, match.score, match.why) == (2, 1.0, "same_code")


def test_a_barcode_names_its_product() -> None:
    assert first("6901234567892") == 4


def test_a_code_that_is_nearly_right_finds_its_product() -> None:
    assert first("TEE-BLK-M2") == 2
    assert first("TEEWHT-M-2026") == 3


def test_a_platforms_own_number_is_found_by_its_title() -> None:
    assert first("4600000000001", "羊绒围巾 颜色:灰色") == 5
    assert first("4600000000001", "纯棉T恤 白色 M") == 3


def test_nothing_alike_proposes_nothing() -> None:
    assert SHELF.like("4600000000001", "不锈钢保温杯") == []
    assert SHELF.like("", "") == []
    assert Shelf([]).like("TEE") == []


@given(st.text(max_size=30), st.text(max_size=60))
def test_whatever_is_asked_scores_stay_within_bounds_best_first(name: str, text: str) -> None:
    found = SHELF.like(name, text)
    scores = [match.score for match in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert len({match.id for match in found}) == len(found) <= 5


@given(st.sampled_from(GOODS), st.sampled_from(["-", "_", "/", " ", ""]))
def test_every_code_finds_itself_however_it_is_joined(product: Known, mark: str) -> None:
    written = product.code.replace("-", mark).lower()
    assert plain(written) == plain(product.code)
    assert first(written) == product.id
