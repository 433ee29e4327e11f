"""Requests that write at the same time share a transaction, and none is told what is not so."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from orderloom.api.together import Interrupted, Together


class Store:
    """Keeps what it is given; the first write waits until somebody lets it go."""

    def __init__(self) -> None:
        self.writes: list[list[str]] = []
        self.busy, self.go_on = threading.Event(), threading.Event()

    def write(self, items: Sequence[str]) -> None:
        first = not self.busy.is_set()
        self.busy.set()
        if first:
            assert self.go_on.wait(30)
        if "stop" in items:
            raise KeyboardInterrupt
        if "bad" in items:
            raise ValueError("bad")
        self.writes.append(list(items))


def crowd(*others: str) -> tuple[Store, dict[str, BaseException | None]]:
    """What is written, and what each was told, when all the others come while one is written."""
    store, told = Store(), dict[str, BaseException | None]()
    together = Together(store.write)

    def call(item: str) -> None:
        try:
            together.do(lambda: item)
            told[item] = None
        except BaseException as error:  # noqa: BLE001 - what it was told is what is tested
            told[item] = error

    threads = [threading.Thread(target=call, args=(item,)) for item in ("first", *others)]
    threads[0].start()
    assert store.busy.wait(30)
    for number, thread in enumerate(threads[1:], 1):
        thread.start()
        while together.waiting < number:
            pass
    store.go_on.set()
    for thread in threads:
        thread.join(30)
    return store, told


def test_all_who_came_meanwhile_share_the_next_write() -> None:
    store, told = crowd("a", "b", "c")
    assert store.writes == [["first"], ["a", "b", "c"]]
    assert told == dict.fromkeys(("first", "a", "b", "c"))


@pytest.mark.parametrize(("last", "written"), [("late", ["early", "late"]), ("", ["early"])])
def test_whoever_writes_waits_for_those_whose_item_is_being_made(
    last: str, written: list[str]
) -> None:
    store = Store()
    store.go_on.set()
    together, begun, go_on = Together(store.write, 30), threading.Event(), threading.Event()

    def make() -> str:
        begun.set()
        assert go_on.wait(30)
        if not last:
            raise ValueError(last)
        return last

    with ThreadPoolExecutor(2) as pool:
        late = pool.submit(together.do, make)
        assert begun.wait(30)
        early = pool.submit(together.do, lambda: "early")
        while not together.waiting:
            assert not early.done()
        go_on.set()
        assert early.result() == "early"
        assert isinstance(late.exception(), ValueError) or late.result() == "late"
    assert store.writes == [written]


def test_one_that_cannot_be_stored_takes_nobody_with_it() -> None:
    store, told = crowd("a", "bad", "c")
    assert store.writes == [["first"], ["a"], ["c"]]
    assert isinstance(told.pop("bad"), ValueError)
    assert told == dict.fromkeys(("first", "a", "c"))


def test_when_the_writer_is_stopped_nobody_hears_that_it_is_stored() -> None:
    store, told = crowd("a", "stop", "c")
    assert store.writes == [["first"]]
    assert told.pop("first") is None
    assert {type(error) for error in told.values()} == {KeyboardInterrupt, Interrupted}


def test_a_single_failure_is_raised() -> None:
    store = Store()
    store.go_on.set()
    with pytest.raises(ValueError, match="bad"):
        Together(store.write).do(lambda: "bad")


def test_as_many_as_wrote_a_moment_ago_are_waited_for() -> None:
    store = Store()
    together = Together(store.write, 30)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(together.do, lambda: "first")
        assert store.busy.wait(30)
        early = pool.submit(together.do, lambda: "early")
        while not together.waiting:
            assert not early.done()
        store.go_on.set()
        assert first.result() == "first"
        assert not early.done()
        assert pool.submit(together.do, lambda: "late").result() == "late"
    assert store.writes == [["first"], ["early", "late"]]


def test_one_who_comes_alone_again_and_again_never_waits() -> None:
    store = Store()
    store.go_on.set()
    together = Together(store.write, 30)
    with ThreadPoolExecutor(1) as pool:
        for item in ("a", "b", "c"):
            assert pool.submit(together.do, partial(str, item)).result(10) == item
    assert store.writes == [["a"], ["b"], ["c"]]
