"""Contact: the ticks at which two ships kept their places hull to hull, its ends, and how they came and left."""

from __future__ import annotations

import numpy as np

from darkwake.events.alongside.scene import Scene
from darkwake.events.alongside.tracks import LINE_US, Flags, median
from darkwake.events.hulls import Floats, body_frame
from darkwake.events.track import US_PER_HOUR, US_PER_MINUTE
from darkwake.units import METRES_PER_SECOND_PER_KNOT

TOUCH_M = 60.0
"""Hulls no farther apart may be in contact (assumed: fenders of 5 m, and three times the 15 m error of two antennas)."""
HELD_M = 30.0
"""Seen from the one's deck the other keeps her place this well (three times the error of two GNSS fixes of 7 m each)."""
MOST_HELD_M = 50.0
"""The same where headings or places are poor: up to two and a half times what she mostly strays, and no more."""
SLIP_US = 10 * US_PER_MINUTE
"""Contact outlasts so long a time out of place: single bad fixes, headings of the wrong minute (assumed)."""
HIDDEN_US = 90 * US_PER_MINUTE
"""Where a silence up to this hides a beginning or an end, it is put into the middle (a satellite's time between two passes);
behind a longer one it is when they were first or last heard in contact."""
SILENT_CONTACT_US = 24 * US_PER_HOUR
"""Contact is bridged across at most so long a silence."""


def held_ticks(scene: Scene, touching: Flags) -> Flags | None:
    """The ticks of the longest time that the two kept their places hull to hull; ``None`` where it is under ten minutes."""
    if np.count_nonzero(touching) < 3:
        return None
    strays = strays_m(scene, touching)
    limit_m = min(max(HELD_M, 2.5 * median(strays[touching])), MOST_HELD_M)
    held = touching & (strays <= limit_m)
    # Ships that swing fast and are heard minutes apart seem to slip; gone is who leaves the side or moves along it.
    runs = _runs(scene, held, scene.known & (~touching | (strays > 2.0 * limit_m)))
    if not runs:
        return None
    first, last = max(runs, key=lambda run: (np.count_nonzero(held[run[0] : run[1] + 1]), -run[0]))
    if scene.ticks[last] - scene.ticks[first] < SLIP_US:
        return None
    inside = np.zeros(len(held), dtype=bool)
    inside[first : last + 1] = True
    return np.asarray(held & inside)


def strays_m(scene: Scene, chosen: Flags) -> Floats:
    """How far the other is from where she mostly is: seen from both decks in turn, or by distance alone."""
    if not deck_known(scene, chosen):
        return np.asarray(np.abs(scene.apart_m - median(scene.apart_m[chosen])))
    strays = np.zeros(len(chosen))
    for ship in (scene.one, scene.other):
        ahead, right = body_frame(scene.east_m, scene.north_m, ship.heading_deg)
        seen = chosen & scene.turned
        strays += np.hypot(ahead - median(ahead[seen]), right - median(right[seen])) / 2
    return np.where(np.isnan(strays), np.abs(scene.apart_m - median(scene.apart_m[chosen])), strays)


def deck_known(scene: Scene, chosen: Flags) -> bool:
    """Whether headings are known well enough to look from the deck."""
    return bool(np.count_nonzero(chosen & scene.turned) >= max(3, 0.5 * np.count_nonzero(chosen)))


def _runs(scene: Scene, held: Flags, gone: Flags) -> list[tuple[int, int]]:
    """Times of contact as first and last index: across bad fixes and silences, not across a time when she was gone."""
    at = np.flatnonzero(held)
    if not len(at):
        return []
    # Time heard gone before each tick; the clock runs evenly.
    step = int(scene.ticks[1] - scene.ticks[0])
    out = np.cumsum(gone * step)
    parted = (np.diff(out[at]) > SLIP_US) | (np.diff(scene.ticks[at]) > SILENT_CONTACT_US)
    firsts, lasts = at[np.r_[True, parted]], at[np.r_[parted, True]]
    return [(int(first), int(last)) for first, last in zip(firsts, lasts, strict=True)]


def contact_ends(scene: Scene, held: Flags) -> tuple[int, int]:
    """When the contact began and ended; where a short silence hides it, its middle, which errs by half of it at most."""
    at = np.flatnonzero(held)
    start, end = int(scene.ticks[at[0]]), int(scene.ticks[at[-1]])
    before, after = parted(scene, held)
    if before is not None and SLIP_US < start - before <= HIDDEN_US:
        start -= (start - before) // 2
    if after is not None and SLIP_US < after - end <= HIDDEN_US:
        end += (after - end) // 2
    return start, end


def parted(scene: Scene, held: Flags) -> tuple[int | None, int | None]:
    """The last time before a contact, and the first after it, when the two were heard well apart."""
    at = np.flatnonzero(held)
    off = np.abs(scene.apart_m - median(scene.apart_m[held])) > 2 * HELD_M
    apart = np.flatnonzero(scene.known & ~held & (off | (scene.gap_m > TOUCH_M)))
    before, after = apart[apart < at[0]], apart[apart > at[-1]]
    return (
        int(scene.ticks[before[-1]]) if len(before) else None,
        int(scene.ticks[after[0]]) if len(after) else None,
    )


def edge_kn(scene: Scene, held: Flags) -> float | None:
    """How fast the two came together or parted, whichever was slower, over the half hour beyond the contact.

    Where they are as far apart as ever half an hour beyond, they did not part there: nothing is said of that end.
    """
    at, speeds = np.flatnonzero(held), []
    usual = median(scene.apart_m[held])
    for edge, sign in ((at[0], -1), (at[-1], 1)):
        beyond = np.flatnonzero(scene.known & (np.abs(scene.ticks - scene.ticks[edge] - sign * LINE_US) <= SLIP_US))
        if len(beyond):
            hours = float(np.mean(np.abs(scene.ticks[beyond] - scene.ticks[edge]))) / US_PER_HOUR
            metres = abs(median(scene.apart_m[beyond]) - usual)
            if metres > HELD_M:
                speeds.append(metres / (hours * 3600.0) / METRES_PER_SECOND_PER_KNOT)
    return min(speeds) if speeds else None
