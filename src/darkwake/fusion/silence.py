"""What was and was not observable about a detection that fits no ship heard.

Nobody heard nearby means that reception is not shown there, and then silence says nothing. Ships in a gap that could have
been there without sailing faster than a stated speed are named as candidates, never as the ship.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from darkwake import geo, units
from darkwake.fusion.heard import Heard, near
from darkwake.fusion.rule import MatchRule


class Gap(NamedTuple):
    """A silence of a ship: where and when she was last and next heard."""

    event_id: str
    mmsi: int
    start: datetime
    end: datetime | None
    lat: float
    lon: float
    end_lat: float | None
    end_lon: float | None


@dataclass(frozen=True)
class Silence:
    """Why no AIS fits a detection, as far as the data say."""

    heard_nearby: int
    candidates: tuple[int, ...]
    """MMSI of silent ships that could have been there."""
    events: tuple[str, ...]
    """Their gaps."""

    def words(self, rule: MatchRule) -> str:
        """The silence in a sentence."""
        if not self.heard_nearby:
            reception = f"nobody was heard within {rule.nearby_km:g} km, so reception there is not shown"
        else:
            reception = f"{self.heard_nearby} ships were heard within {rule.nearby_km:g} km, so AIS could be received"
        silent = f"{len(self.candidates)} silent ships could have been there" if self.candidates else "no known silence fits"
        return f"no ship heard fits; {reception}; {silent}"

    def facts(self) -> dict[str, object]:
        """The silence as named values."""
        return {
            "heard_nearby": self.heard_nearby,
            "reception_shown": self.heard_nearby > 0,
            "silent_candidates": list(self.candidates),
            "gaps": list(self.events),
        }


def silence_at(
    lat: float, lon: float, moment: datetime, ships: Sequence[Heard], gaps: Sequence[Gap], rule: MatchRule
) -> Silence:
    """What the data say about silence at a point and a moment."""
    fitting = [gap for gap in gaps if could_have_been(gap, lat, lon, moment, rule.silent_speed_kn)]
    return Silence(
        heard_nearby=len(near(ships, lat, lon, rule.nearby_km * 1000)),
        candidates=tuple(sorted({gap.mmsi for gap in fitting})),
        events=tuple(sorted(gap.event_id for gap in fitting)),
    )


def could_have_been(gap: Gap, lat: float, lon: float, moment: datetime, speed_kn: float) -> bool:
    """Whether the silent ship could have been at a point at a moment, sailing straight and no faster than a speed.

    Land is not considered: a ship that would have had to cross it counts as possible.

    >>> from datetime import UTC
    >>> gap = Gap("e", 1, datetime(2024, 5, 1, tzinfo=UTC), datetime(2024, 5, 2, tzinfo=UTC), 42.0, 131.0, 42.0, 131.0)
    >>> noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    >>> could_have_been(gap, 42.0, 133.0, noon, 10.0), could_have_been(gap, 42.0, 135.0, noon, 10.0)
    (True, False)
    """
    if not gap.start < moment or (gap.end is not None and not moment < gap.end):
        return False
    metres_per_s = speed_kn * units.METRES_PER_SECOND_PER_KNOT
    there = float(geo.distance_m(lat, lon, gap.lat, gap.lon)) <= (moment - gap.start).total_seconds() * metres_per_s
    if gap.end is None or gap.end_lat is None or gap.end_lon is None:
        return there
    left_m = (gap.end - moment).total_seconds() * metres_per_s
    return there and float(geo.distance_m(lat, lon, gap.end_lat, gap.end_lon)) <= left_m
