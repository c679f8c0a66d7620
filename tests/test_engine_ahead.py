"""Work on threads: results in order, faults where they belong, arguments no further ahead than the threads need."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from darkwake.engine.ahead import in_order


def test_results_come_in_order_whoever_is_done_first() -> None:
    second_done = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            second_done.wait(timeout=30)
        if number == 1:
            second_done.set()
        return number

    assert list(in_order(work, ((n,) for n in range(5)), 2)) == [0, 1, 2, 3, 4]
    assert second_done.is_set()


def test_arguments_are_taken_only_a_few_calls_ahead() -> None:
    taken = []

    def given() -> Iterator[tuple[int]]:
        for number in range(100):
            taken.append(number)
            yield (number,)

    results = in_order(abs, given(), 2)
    assert next(results) == 0
    assert taken == [0, 1, 2]
    assert list(results)[-1] == 99


def test_a_fault_comes_with_the_result_that_it_stands_for() -> None:
    results = in_order(lambda n: 1 // n, [(1,), (0,), (1,)], 2)
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)
