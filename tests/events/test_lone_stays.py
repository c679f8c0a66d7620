"""Lone stays told by the reports at which lying begins and ends are those told report by report."""

from __future__ import annotations

import numpy as np
import pytest

from darkwake.events.berths import Berths, stays
from darkwake.events.unheard.stays import LEAST_US, LIES_KN, STAY_MISSES, STAY_SILENT_US, lone_stays
from darkwake.schema import Places
from darkwake.units import epoch_us
from tests.events.rows import EVENING, fixes, shuffled


def report_by_report(minutes: list[int], sog: list[float]) -> list[tuple[int, int, int]]:
    """First and last minute and the reports of each stay, in plain Python."""
    spells: list[list[int]] = []
    last = None
    for at, (minute, kn) in enumerate(zip(minutes, sog, strict=True)):
        if kn >= LIES_KN:
            continue
        if last is None or (minute - minutes[last]) * 60e6 > STAY_SILENT_US or at - last > STAY_MISSES:
            spells.append([minute, minute, 0])
        spells[-1][1:] = [minute, spells[-1][2] + 1]
        last = at
    return [(first, until, count) for first, until, count in spells if (until - first) * 60e6 >= LEAST_US]


@pytest.mark.parametrize("seed", range(8))
def test_stays_are_those_told_report_by_report(duck, seed):
    draw = np.random.default_rng(seed)
    minutes = np.cumsum(draw.choice([2, 10, 40, 149, 151, 400], 500, p=[0.4, 0.4, 0.14, 0.02, 0.02, 0.02])).tolist()
    sog = [9.0 if fast else 0.1 for fast in np.repeat(draw.random(250) < 0.3, 2).tolist()]
    positions = duck.table(shuffled(fixes("a", [(minute, 42.0, 133.0, kn) for minute, kn in zip(minutes, sog, strict=True)])))
    berths = Berths(duck.arrow(stays(positions)), Places.empty())
    start_us = epoch_us(EVENING)
    told = [
        ((stay.start_us - start_us) / 60e6, (stay.end_us - start_us) / 60e6, stay.reports)
        for stay in lone_stays(positions, berths, duck)
    ]
    assert told == report_by_report(minutes, sog)
    assert len(told) > 3
