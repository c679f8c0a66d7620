"""Jobs side by side: results in order, and one fault or a person's Ctrl-C stops them all."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading

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

    def waits(room: Room) -> None:
        begun.set()
        if room.told.wait(timeout=60):
            raise Stopped

    def fails(room: Room) -> None:
        assert begun.wait(timeout=60)
        raise ValueError("the first")

    def after(room: Room) -> None:
        late.append("begun")

    rooms = [Room(), Room()]
    with pytest.raises(ValueError, match="the first"):
        run([waits, fails, after], rooms)
    assert rooms[0].told.is_set()
    assert late == []


INTERRUPTED = """
import os, signal, threading
from darkwake.engine.lanes import Stopped, run

class Room:
    def __init__(self):
        self.told = threading.Event()
        self.stop = self.told.set

def interrupted_at_once():
    both = threading.Barrier(2)

    def wait_for_ever(room):
        if both.wait() == 0:
            os.kill(os.getpid(), signal.SIGINT)
        room.told.wait()
        raise Stopped

    try:
        run([wait_for_ever, wait_for_ever], [Room(), Room()])
    except KeyboardInterrupt:
        return True

# A process whose parent takes no notice of the signal would take none either.
signal.signal(signal.SIGINT, signal.default_int_handler)
print(sum(interrupted_at_once() for _ in range(20)))
"""


def test_ctrl_c_stops_all_jobs_however_early() -> None:
    told = subprocess.run([sys.executable, "-c", INTERRUPTED], check=False, capture_output=True, text=True, timeout=60)
    assert (told.stdout, told.stderr) == ("20\n", "")


def test_garbage_is_looked_for_as_before_once_the_last_is_done() -> None:
    before = gc.get_threshold()
    one, other = seldom_collected(), seldom_collected()
    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    assert gc.get_threshold() == SELDOM
    other.__exit__(None, None, None)
    assert gc.get_threshold() == before
