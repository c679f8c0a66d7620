"""Phases: two ships that lay still near each other and sail on near each other did two things, and are judged twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from darkwake.events.alongside.medians import Flags
from darkwake.events.alongside.reports import Wholes
from darkwake.events.alongside.scene import Meetings, Scene, within
from darkwake.events.hulls import Floats
from darkwake.events.track import US_PER_HOUR

SAILS_KN = 1.5
"""Faster over half an hour is sailing, not lying or drifting (assumed)."""
PHASE_US = 2 * US_PER_HOUR
"""A phase of lying or of sailing lasts so long (assumed: the shortest meeting that is reported)."""


def phases(scene: Scene, meetings: Meetings, speed: Floats, held: Flags, asked: Flags) -> tuple[Flags, Meetings]:
    """Which meetings are cut where two ships that lay still near each other sail on near each other, and the pieces.

    Each phase lasts ``PHASE_US`` at least; a contact that holds through keeps the meeting whole.

    Args:
        scene: the meetings' scene.
        meetings: the meetings.
        speed: what the pair made good at each tick.
        held: ticks of the contact.
        asked: the meetings that may be cut.
    """
    inside = scene.near & ~np.isnan(speed) & within(scene.ticks, meetings)
    sails = speed > SAILS_KN
    pieces: list[tuple[int, int, int]] = []
    cut = np.zeros(len(inside), dtype=bool)
    both = (inside & sails).any(axis=1) & (inside & ~sails).any(axis=1) & meetings.whole & asked
    rows = np.flatnonzero(both)
    for row in rows[_lasted(scene.ticks[rows], inside[rows], sails[rows])].tolist():
        parts = _parts(scene.ticks[row], np.flatnonzero(inside[row]), sails[row])
        if not _spans(parts, held[row]):
            cut[row] = True
            pieces += [(row, *scene.ticks[row, part[[0, -1]]].tolist()) for part in parts]
    rows, start_us, end_us = np.array(pieces, np.int64).reshape(-1, 3).T
    return cut, replace(meetings.take(rows), start_us=start_us, end_us=end_us, whole=np.zeros(len(rows), dtype=bool))


def _lasted(ticks: Wholes, inside: Flags, sails: Flags) -> Flags:
    """Whether two lay for long enough, and sailed for long enough, without a change in between."""
    at = np.flatnonzero(inside)
    row, us, sailed = at // inside.shape[1], ticks.ravel()[at], sails.ravel()[at]
    changed = (row[1:] != row[:-1]) | (sailed[1:] != sailed[:-1])
    first = np.flatnonzero(np.r_[len(at) > 0, changed])
    last = np.r_[first[1:], len(at)][: len(first)] - 1
    long = first[us[last] - us[first] >= PHASE_US]
    did = np.zeros((2, len(inside)), dtype=bool)
    did[sailed[long].astype(np.int64), row[long]] = True
    return np.asarray(did.all(axis=0))


def _parts(ticks: Wholes, at: Wholes, sails: Flags) -> list[Wholes]:
    """Ticks of one meeting in phases that last; short changes between two phases of one kind part nothing."""
    edges = np.flatnonzero(np.diff(sails[at])) + 1
    merged: list[Wholes] = []
    for part in np.split(at, edges):
        if ticks[part[-1]] - ticks[part[0]] < PHASE_US:
            continue
        if merged and sails[merged[-1][-1]] == sails[part[0]]:
            merged[-1] = np.r_[merged[-1], part]
        else:
            merged.append(part)
    return merged


def _spans(parts: list[Wholes], held: Flags) -> bool:
    """Whether a contact holds through most of two phases."""
    return sum(int(np.count_nonzero(held[part]) * 2 >= len(part)) for part in parts) > 1
