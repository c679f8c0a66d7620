"""What the two ships of each meeting did: the ticks that tell, and what is measured over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from darkwake.events.alongside.held import TOUCH_M, contact_ends, held_ticks, parted_us
from darkwake.events.alongside.measures import Chosen, Contacts, measured
from darkwake.events.alongside.medians import Flags, counted
from darkwake.events.alongside.phases import phases, within
from darkwake.events.alongside.reports import CLOCK_US, Reports
from darkwake.events.alongside.scene import Meetings, Scene, scenes, speed_kn
from darkwake.events.columns import Columns
from darkwake.events.hulls import Floats


def contacts(reports: Reports, meetings: Meetings) -> Contacts:
    """What two ships did in each meeting, or in each of its phases, where they were heard together for three ticks.

    In order of the meetings' numbers and of time; the same whichever ship comes first and whatever else is in the lot.

    Args:
        reports: those of the ships, from three hours before their meetings to three hours after.
        meetings: when and where they met.
    """
    found, pieces = _looked(reports, meetings)
    found += _looked(reports, pieces)[0]
    told = Contacts.joined(found) if found else Contacts.none()
    return told.take(np.lexsort((told.from_us, told.meeting)))


def _looked(reports: Reports, meetings: Meetings) -> tuple[list[Contacts], Meetings]:
    """What is whole, measured, on a coarse clock and where hulls may have touched on a fine one; and the pieces of the rest."""
    nobody = meetings.take(np.arange(0))
    found, pieces, touching = list[Contacts](), [nobody], [nobody]

    def measure(seen: _Seen) -> None:
        cut, parts = phases(seen.scene, seen.meetings, seen.near, seen.speed, seen.held)
        pieces.append(parts)
        found.append(_contacts(reports, seen.where(~cut)))

    for seen in _seen(reports, meetings, coarse=True):
        fine = seen.touching & (seen.scene.step_us > CLOCK_US)
        touching.append(seen.meetings.where(fine))
        measure(seen.where(~fine))
    for seen in _seen(reports, Meetings.joined(touching), coarse=False):
        measure(seen)
    return found, Meetings.joined(pieces)


@dataclass(frozen=True)
class _Seen(Columns):
    """Meetings in their scene: when the two were near, how fast, and when in contact."""

    meetings: Meetings
    scene: Scene
    near: Flags
    speed: Floats
    held: Flags

    @property
    def touching(self) -> Flags:
        """Whether the hulls may ever have touched."""
        return np.asarray((self.near & (self.scene.gap_m <= TOUCH_M)).any(axis=1))


def _seen(reports: Reports, meetings: Meetings, *, coarse: bool) -> Iterator[_Seen]:
    for some, scene in scenes(reports, meetings, coarse=coarse):
        near = scene.known & (scene.apart_m <= some.radius_m[:, None])
        near &= some.whole[:, None] | within(scene, some)
        yield _Seen(some, scene, near, speed_kn(scene), held_ticks(scene, near & (scene.gap_m <= TOUCH_M)))


def _contacts(reports: Reports, every: _Seen) -> Contacts:
    seen = every.where(counted(every.near) >= 3)
    scene, touching = seen.scene, np.asarray(seen.held.any(axis=1))
    ticks = np.where(touching[:, None], seen.held, _steadier(seen))
    parted = parted_us(scene, ticks)
    start, end = contact_ends(scene, ticks, parted)
    start, end = np.maximum(start, scene.heard_from_us), np.minimum(end, scene.heard_until_us)
    ends = np.where(touching, start, seen.meetings.start_us), np.where(touching, end, seen.meetings.end_us)
    return measured(scene, reports, seen.meetings, Chosen(ticks, touching, ends, parted, seen.speed))


def _steadier(seen: _Seen) -> Flags:
    """Of ships that lay still near each other and sailed near each other, what they did longer; three ticks at least."""
    inside = seen.near & within(seen.scene, seen.meetings)
    still = inside & (seen.speed < 0.5)
    longer = np.where((counted(still) * 2 >= counted(inside))[:, None], still, inside & ~still)
    return np.where((counted(longer) < 3)[:, None], seen.near, longer)
