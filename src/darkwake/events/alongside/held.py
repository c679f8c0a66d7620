"""Contact: the ticks at which two ships kept their places hull to hull, its ends, and how they came and left."""

from __future__ import annotations

import numpy as np

from darkwake.events.alongside.medians import Among, Counts, Flags, counted, first_of, last_of, means, medians
from darkwake.events.alongside.reports import LINE_US, Wholes
from darkwake.events.alongside.scene import TOUCH_M, Scene
from darkwake.events.hulls import Floats
from darkwake.events.track import US_PER_HOUR, US_PER_MINUTE
from darkwake.units import METRES_PER_SECOND_PER_KNOT

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


def held_ticks(scene: Scene, touching: Flags) -> Flags:
    """The ticks of the longest time that two kept their places hull to hull; none where it is under ten minutes."""
    often = counted(touching) >= 3
    among = Among.of(touching & often[:, None])
    strays = strays_m(scene, among)
    limit_m = np.clip(2.5 * among.medians(among.table(strays)), HELD_M, MOST_HELD_M)[among.row]
    # Ships that swing fast and are heard minutes apart seem to slip; gone is who leaves the side or moves along it.
    held, gone = np.zeros_like(touching), scene.known & ~touching
    held.ravel()[among.at[strays <= limit_m]] = True
    gone.ravel()[among.at[strays > 2.0 * limit_m]] = True
    held[often] &= _longest(scene.ticks[often], scene.step_us[often], held[often], gone[often])
    return held


def strays_m(scene: Scene, among: Among) -> Floats:
    """How far the other is from where she mostly is: seen from both decks in turn, or by distance alone."""
    apart = among.values(scene.apart_m)
    by_distance = np.abs(apart - among.medians(among.table(apart))[among.row])
    seen = Among(among.at[among.values(scene.turned)], among.shape)
    usual = seen.medians(seen.tables(*scene.decks.places))
    off = [(among.values(axis) - middle[among.row]) ** 2 for axis, middle in zip(scene.decks.places, usual, strict=True)]
    strays = np.sqrt(off[0] + off[1]) / 2 + np.sqrt(off[2] + off[3]) / 2
    return np.where(enough(seen.count, among.count)[among.row] & ~np.isnan(strays), strays, by_distance)


def enough(turned: Counts, chosen: Counts) -> Flags:
    """Whether headings are known well enough to look from the deck: at so many of so many ticks."""
    return np.asarray(turned >= np.maximum(3, 0.5 * chosen))


def _longest(ticks: Wholes, step_us: Wholes, held: Flags, gone: Flags) -> Flags:
    """The ticks from first to last of the longest time of contact, by ticks in contact; of equals the earliest.

    Times go on across bad fixes and silences, not across a time when she was gone. What is too short is none.
    """
    row, at = np.nonzero(held)
    us = ticks[row, at]
    # Time heard gone before each tick; the clock runs evenly.
    out = np.cumsum(gone, axis=1)[row, at] * step_us[row]
    parted = (np.diff(out) > SLIP_US) | (np.diff(us) > SILENT_CONTACT_US) | (np.diff(row) > 0)
    begins = np.flatnonzero(np.r_[len(row) > 0, parted])
    several = np.diff(np.append(begins, len(row)))
    # Of each row's times the one with the most ticks stands first, of equals the earliest.
    order = np.lexsort((begins, -several, row[begins]))
    chosen = order[np.diff(row[begins][order], prepend=-1) > 0]
    first, last = begins[chosen], begins[chosen] + several[chosen] - 1
    first, last = (ends[us[last] - us[first] >= SLIP_US] for ends in (first, last))
    # From one past the last tick on it is over.
    steps = np.zeros((len(held), held.shape[1] + 1), np.int8)
    steps[row[first], at[first]] = 1
    steps[row[last], at[last] + 1] = -1
    return np.cumsum(steps, axis=1, dtype=np.int8)[:, :-1] > 0


def contact_ends(scene: Scene, held: Flags, parted: tuple[Floats, Floats]) -> tuple[Wholes, Wholes]:
    """When the contacts began and ended; where a short silence hides it, its middle, which errs by half of it at most."""
    rows = np.arange(len(held))
    start, end = scene.ticks[rows, first_of(held)], scene.ticks[rows, last_of(held)]
    early, late = _hidden(start - parted[0]), _hidden(parted[1] - end)
    return start - early, end + late


def _hidden(silent_us: Floats) -> Wholes:
    """Half of a silence that hides a beginning or an end; nothing of any other."""
    hides = (silent_us > SLIP_US) & (silent_us <= HIDDEN_US)
    return np.asarray(np.where(hides, silent_us, 0.0).astype(np.int64) // 2)


def parted_us(scene: Scene, held: Flags, usual_m: Floats) -> tuple[Floats, Floats]:
    """The last time before a contact, and the first after it, when the two were heard well apart; nan where never.

    Args:
        scene: the meetings' scene.
        held: the ticks of contact.
        usual_m: how far apart the antennas mostly are then.
    """
    off = np.abs(scene.apart_m - usual_m[:, None]) > 2 * HELD_M
    apart = scene.known & ~held & (off | (scene.gap_m > TOUCH_M))
    at, rows = np.arange(held.shape[1]), np.arange(len(held))
    before, after = apart & (at < first_of(held)[:, None]), apart & (at > last_of(held)[:, None])
    return (
        np.where(before.any(axis=1), scene.ticks[rows, last_of(before)], np.nan),
        np.where(after.any(axis=1), scene.ticks[rows, first_of(after)], np.nan),
    )


def edge_kn(ticks: Wholes, apart_m: Floats, known: Flags, held: Flags, usual_m: Floats) -> Floats:
    """How fast two came together or parted, whichever was slower, over the half hour beyond the contact; nan if not known.

    Where they are as far apart as ever half an hour beyond, they did not part there: nothing is said of that end.

    Args:
        ticks: times.
        apart_m: how far apart the antennas are at each.
        known: where that is known.
        held: the ticks of contact.
        usual_m: how far apart they mostly are then.
    """
    slower, rows = np.full(len(held), np.nan), np.arange(len(held))
    for edge, sign in ((first_of(held), -1), (last_of(held), 1)):
        since_us = ticks - ticks[rows, edge][:, None]
        beyond = known & (np.abs(since_us - sign * LINE_US) <= SLIP_US)
        hours = means(np.abs(since_us) / US_PER_HOUR, beyond)
        metres = np.abs(medians(apart_m, beyond) - usual_m)
        speed = np.where(metres > HELD_M, metres / (hours * 3600.0) / METRES_PER_SECOND_PER_KNOT, np.nan)
        slower = np.fmin(slower, speed)
    return slower
