"""Jobs side by side: results in order, and one fault or a person's Ctrl-C stops them all."""

from __future__ import annotations

import _thread
import gc
import signal
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from darkwake.engine.garbage import SELDOM, seldom_collected
from darkwake.engine.lanes import Stopped, run


class Room:
    """What a job works in, until it is told to stop."""

    def __init__(self) -> None:
        self.told = threading.Event()

    def stop(self) -> None:
        """Stop."""
        self.told.set()


def wait_for_ever(room: Room, begun: threading.Event) -> None:
    """A job that ends when it is told to."""
    begun.set()
    if room.told.wait(timeout=60):
        raise Stopped


def test_results_come_in_order_whoever_is_done_first() -> None:
    second_done = threading.Event()

    def slow(room: Room) -> str:
        assert second_done.wait(timeout=60)
        return "slow"

    def quick(room: Room) -> str:
        second_done.set()
        return "quick"

    assert run([slow, quick, quick], [Room(), Room()]) == ["slow", "quick", "quick"]
    assert run([slow], [Room(), Room()]) == ["slow"]


def test_a_fault_stops_the_other_jobs_and_those_that_wait_are_not_begun() -> None:
    begun, late = threading.Event(), list[str]()

    def fails(room: Room) -> None:
        assert begun.wait(timeout=60)
        raise ValueError("the first")

    rooms = [Room(), Room()]
    with pytest.raises(ValueError, match="the first"):
        run([partial(wait_for_ever, begun=begun), fails, lambda room: late.append("begun")], rooms)
    assert rooms[0].told.is_set()
    assert late == []


@pytest.fixture
def a_person_may_interrupt() -> Iterator[None]:
    """The signal as Python takes it, which processes that run tests may have turned off."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("a_person_may_interrupt")
def test_ctrl_c_stops_all_jobs() -> None:
    begun = [threading.Event(), threading.Event()]

    def interrupt() -> None:
        assert all(one.wait(timeout=60) for one in begun)
        _thread.interrupt_main()

    person = threading.Thread(target=interrupt)
    person.start()
    with pytest.raises(KeyboardInterrupt):
        run([partial(wait_for_ever, begun=one) for one in begun], [Room(), Room()])
    person.join()


def test_garbage_is_looked_for_as_before_once_the_last_is_done() -> None:
    before = gc.get_threshold()
    one, other = seldom_collected(), seldom_collected()
    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    assert gc.get_threshold() == SELDOM
    other.__exit__(None, None, None)
    assert gc.get_threshold() == before
