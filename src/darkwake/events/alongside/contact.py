"""What two ships did in a meeting: the ticks that tell, and what is measured over them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from darkwake.events.alongside.held import TOUCH_M, contact_ends, held_ticks
from darkwake.events.alongside.measures import Contact, measured
from darkwake.events.alongside.phases import phases
from darkwake.events.alongside.scene import Meeting, Scene, scene_of, speed_kn
from darkwake.events.alongside.tracks import Flags, Track
from darkwake.events.hulls import Hull


def contacts(one: Track, other: Track, hulls: tuple[Hull, Hull], meeting: Meeting) -> Iterator[tuple[Meeting, Contact]]:
    """What two ships did in a meeting, or in each of its phases where they were heard together for three ticks of the clock.

    The same whichever ship comes first.

    Args:
        one: reports of the first ship, from two hours before to two hours after.
        other: reports of the second.
        hulls: their hulls.
        meeting: when and where they met.
    """
    if not len(one.us) or not len(other.us):
        return
    whole = scene_of(one, other, hulls, meeting)
    for part in phases(whole, meeting):
        scene = whole if part is meeting else scene_of(one, other, hulls, part)
        seen = _contact(scene, one, other, hulls, part)
        if seen:
            yield part, seen


def _contact(scene: Scene, one: Track, other: Track, hulls: tuple[Hull, Hull], meeting: Meeting) -> Contact | None:
    start_us, end_us = meeting.start_us, meeting.end_us
    near = scene.known & (scene.apart_m <= meeting.radius_m)
    if not meeting.whole:
        near &= (scene.ticks >= start_us) & (scene.ticks <= end_us)
    if np.count_nonzero(near) < 3:
        return None
    held = held_ticks(scene, near & (scene.gap_m <= TOUCH_M))
    if held is None:
        chosen = _steadier(scene, near & (scene.ticks >= start_us) & (scene.ticks <= end_us))
        if np.count_nonzero(chosen) < 3:
            chosen = near
        return measured(scene, one, other, hulls, chosen, (start_us, end_us), touching=False)
    start, end = contact_ends(scene, held)
    heard = max(int(one.us[0]), int(other.us[0])), min(int(one.us[-1]), int(other.us[-1]))
    return measured(scene, one, other, hulls, held, (max(start, heard[0]), min(end, heard[1])), touching=True)


def _steadier(scene: Scene, near: Flags) -> Flags:
    """Of ships that lay still near each other and sailed near each other, what they did longer."""
    speed = speed_kn(scene)
    still = near & (speed < 0.5)
    return still if np.count_nonzero(still) * 2 >= np.count_nonzero(near) else np.asarray(near & ~still)
