"""Phases: two ships that lay still near each other and sail on near each other did two things, and are judged twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from darkwake.events.alongside.held import TOUCH_M, held_ticks
from darkwake.events.alongside.scene import Meeting, Scene, speed_kn
from darkwake.events.alongside.tracks import Flags
from darkwake.events.track import US_PER_HOUR

SAILS_KN = 1.5
"""Faster over half an hour is sailing, not lying or drifting (assumed)."""
PHASE_US = 2 * US_PER_HOUR
"""A phase of lying or of sailing lasts so long (assumed: the shortest meeting that is reported)."""


def phases(scene: Scene, meeting: Meeting) -> list[Meeting]:
    """The meeting cut where two ships that lay still near each other sail on near each other, or the reverse.

    Each phase lasts ``PHASE_US`` at least; a contact that holds through keeps the meeting whole.
    """
    near = scene.known & (scene.apart_m <= meeting.radius_m)
    inside = np.flatnonzero(near & (scene.ticks >= meeting.start_us) & (scene.ticks <= meeting.end_us))
    speed = speed_kn(scene)[inside]
    sails = speed[~np.isnan(speed)] > SAILS_KN
    inside = inside[~np.isnan(speed)]
    if not sails.any() or sails.all():
        return [meeting]
    edges = np.flatnonzero(np.diff(sails)) + 1
    parts = [part for part in np.split(inside, edges) if scene.ticks[part[-1]] - scene.ticks[part[0]] >= PHASE_US]
    # Short changes between two phases of one kind part nothing.
    merged: list[NDArray[np.int64]] = []
    for part in parts:
        if merged and sails[np.searchsorted(inside, merged[-1][-1])] == sails[np.searchsorted(inside, part[0])]:
            merged[-1] = np.r_[merged[-1], part]
        else:
            merged.append(part)
    held = held_ticks(scene, near & (scene.gap_m <= TOUCH_M))
    if len(merged) < 2 or (held is not None and _spans(merged, held)):
        return [meeting]
    cut = [(int(scene.ticks[part[0]]), int(scene.ticks[part[-1]])) for part in merged]
    return [replace(meeting, start_us=start, end_us=end, whole=False) for start, end in cut]


def _spans(parts: list[NDArray[np.int64]], held: Flags) -> bool:
    """Whether a contact holds through most of two phases."""
    return sum(int(np.count_nonzero(held[part]) * 2 >= len(part)) for part in parts) > 1
