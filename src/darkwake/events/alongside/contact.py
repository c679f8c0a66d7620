"""What the two ships of each meeting did: the ticks that tell, and what is measured over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from darkwake.events.alongside.held import contact_ends, held_ticks, parted_us
from darkwake.events.alongside.measures import Chosen, Contacts, measured
from darkwake.events.alongside.medians import Among, Flags, counted
from darkwake.events.alongside.phases import phases
from darkwake.events.alongside.reports import CLOCK_US, Reports
from darkwake.events.alongside.scene import (
    COARSE,
    FINE,
    FINEST,
    TOUCH_M,
    Meetings,
    Scene,
    finest_us,
    scenes,
    speed_kn,
    within,
)
from darkwake.events.columns import Columns
from darkwake.events.hulls import Floats
from darkwake.events.track import US_PER_MINUTE

SHORT_US = 60 * US_PER_MINUTE
"""Contacts of which less is seen are looked at on the finest clock, however seldom the ships are heard."""


def contacts(reports: Reports, meetings: Meetings) -> Contacts:
    """What two ships did in each meeting, or in each of its phases, where they were heard together for three ticks.

    In order of the meetings' numbers and of time; the same whichever ship comes first and whatever else is in the lot.

    Args:
        reports: those of the ships, from three hours before their meetings to three hours after.
        meetings: when and where they met.
    """
    found, pieces = _looked(reports, meetings)
    found += _looked(reports, pieces)[0]
    told = Contacts.joined(found).double() if found else Contacts.none()
    return told.take(np.lexsort((told.from_us, told.meeting)))


def _looked(reports: Reports, meetings: Meetings) -> tuple[list[Contacts], Meetings]:
    """What is whole, measured, on a coarse clock and where hulls may have touched on a fine one; and the pieces of the rest."""
    nobody = meetings.take(np.arange(0))
    found, pieces, finer, finest = list[Contacts](), [nobody], [nobody], [nobody]

    def measure(seen: _Seen, asked: Flags) -> None:
        held = held_ticks(seen.scene, seen.touching & asked[:, None])
        cut, parts = phases(seen.scene, seen.meetings, seen.speed, held, asked)
        told = asked & ~cut & (counted(seen.scene.near) >= 3)
        pieces.append(parts)
        found.append(_contacts(reports, seen.where(told), held[told]))

    for seen in _seen(reports, meetings, COARSE):
        touching, step_us = counted(seen.touching), seen.scene.step_us
        # Of a short contact few ticks are seen, and three have to be.
        short = (touching > 0) & (touching * step_us < SHORT_US) & (step_us > CLOCK_US)
        fine = (touching > 0) & ~short & (step_us > finest_us(reports, seen.meetings))
        finest.append(seen.meetings.where(short))
        finer.append(seen.meetings.where(fine))
        measure(seen, ~fine & ~short)
    for some, clock in ((finer, FINE), (finest, FINEST)):
        for seen in _seen(reports, Meetings.joined(some), clock):
            measure(seen, np.ones(len(seen.touching), np.bool_))
    return found, Meetings.joined(pieces)


@dataclass(frozen=True)
class _Seen(Columns):
    """Meetings in their scene: when their hulls may have touched, and how fast the two were."""

    meetings: Meetings
    scene: Scene
    touching: Flags
    speed: Floats


def _seen(reports: Reports, meetings: Meetings, clock: str) -> Iterator[_Seen]:
    for some, scene in scenes(reports, meetings, clock):
        yield _Seen(some, scene, scene.near & (scene.gap_m <= TOUCH_M), speed_kn(scene))


def _contacts(reports: Reports, seen: _Seen, held: Flags) -> Contacts:
    scene, touching = seen.scene, np.asarray(held.any(axis=1))
    ticks = np.where(touching[:, None], held, _steadier(seen))
    among = Among.of(ticks)
    apart = among.medians(among.table(among.values(scene.apart_m)))
    parted = parted_us(scene, ticks, apart)
    start, end = contact_ends(scene, ticks, parted)
    start, end = np.maximum(start, scene.heard_from_us), np.minimum(end, scene.heard_until_us)
    ends = np.where(touching, start, seen.meetings.start_us), np.where(touching, end, seen.meetings.end_us)
    return measured(scene, reports, seen.meetings, Chosen(ticks, among, touching, ends, apart, parted, seen.speed))


def _steadier(seen: _Seen) -> Flags:
    """Of ships that lay still near each other and sailed near each other, what they did longer; three ticks at least."""
    near = seen.scene.near
    inside = near & within(seen.scene.ticks, seen.meetings)
    still = inside & (seen.speed < 0.5)
    longer = np.where((counted(still) * 2 >= counted(inside))[:, None], still, inside & ~still)
    return np.where((counted(longer) < 3)[:, None], near, longer)
