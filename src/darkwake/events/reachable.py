"""Reachable set: where a ship could have been while nobody heard her.

For each silence and place: the way by sea there and back, the earliest arrival, the latest departure, the longest time
alongside, the mean speed that a stay of the usual length asks for, and the chance of a call there.

The chance weighs one call at one of the places that can be reached against none of them. How likely the silence's length is
under each comes from the law of speed (``ship_speeds.py``) and the law of the stay; before the silence is looked at, none of
the places has the share ``none_share``, and the places share the rest alike. It says which calls fit the silence, NOT that
there was one: orders, draught, flag, sanctions, weather and who else lies there are not looked at, two calls in one silence
are not weighed, and a place that is not listed is part of "none". 0 means that the way cannot be sailed in the time at the
greatest speed. The case that this is for: Chongjin, Vostochny, Chongjin with the transponder off.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from darkwake.events.prism import US_PER_HOUR, Floats, Silence, SpeedLaw, TimeLaw, arrived_share, call_density, straight_density
from darkwake.events.ship_speeds import type_speed
from darkwake.events.ways import Ways, ways_to
from darkwake.geo import distance_m
from darkwake.schema import Reachable, weakest
from darkwake.seaways import Seas, world_seas
from darkwake.units import EPOCH, METRES_PER_NAUTICAL_MILE, epoch_us

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

GAP_COLUMNS = ("event_id", "mmsi", "start", "end", "lat", "lon", "end_lat", "end_lon", "factors", "origin")

ASHORE = ("depot", "rail crossing", "town")
"""Kinds of places that no ship lies at."""


@dataclass(frozen=True)
class ReachRule:
    """How far a silent ship is taken to have got, and how calls are weighed."""

    median_kn: float | None = None
    """Median of the mean speed at sea; null: by the ship's AIS type (``ship_speeds``)."""
    greatest_kn: float | None = None
    """Mean speed that is not exceeded; null: by the ship's AIS type."""
    usual_stay_h: float = 22.6
    """Median stay at a berth: 0.94 days, liquid bulk carriers in port in 2018 (UNCTAD, Review of Maritime Transport 2019;
    not read in a stored copy)."""
    stay_sigma: float = 0.8
    """Spread of stays, of their logarithm (assumed: nine in ten between a quarter of the median and four times it)."""
    none_share: float = 0.5
    """Share of silences without a call at any of the places, before their length is looked at (assumed: even odds)."""
    idle_share: float = 0.5
    """Share of those in which the ship lies or drifts on the way (assumed: even odds)."""
    idle_median_h: float = 24.0
    """How long she then does (assumed; the spread is wide)."""
    idle_sigma: float = 1.5
    """Spread of that, of its logarithm (assumed: nine in ten between two hours and twelve days)."""
    off_water_m: float = 15_000.0
    """A place farther than this and its own extent from water is not reached by sea (assumed; coasts are known to some
    hundred metres, town points lie inland)."""

    def __post_init__(self) -> None:
        """Refuse shares and times that make no sense.

        Raises:
            ValueError: a share beyond 0 to 1, or a speed or time that is not above zero.
        """
        if not (0 < self.none_share < 1 and 0 <= self.idle_share <= 1):
            raise ValueError("none_share has to lie between 0 and 1, idle_share too")
        if self.greatest_kn is not None and self.greatest_kn <= 0:
            raise ValueError("greatest_kn has to be above 0")
        self.stay.density(np.ones(1))
        self.idle.density(np.ones(1))
        self.law(None)

    @property
    def stay(self) -> TimeLaw:
        """The law of stays."""
        return TimeLaw(self.usual_stay_h, self.stay_sigma)

    @property
    def idle(self) -> TimeLaw:
        """The law of lying or drifting on the way."""
        return TimeLaw(self.idle_median_h, self.idle_sigma)

    def law(self, ship_type: int | None) -> SpeedLaw:
        """The law of speeds of a ship of an AIS type."""
        by_type = type_speed(ship_type).law
        greatest = self.greatest_kn or by_type.greatest_kn
        return SpeedLaw(min(self.median_kn or by_type.median_kn, greatest), by_type.sigma, greatest)

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        return (
            "could have been there: the way by sea there and back fits the silence at the greatest speed; probability: one "
            f"call there weighed against the other places within reach and none of them ({self.none_share:.0%} before the "
            f"silence's length is looked at), stays of {self.usual_stay_h:g} h (median), speeds by type; it does NOT say that "
            "she was there"
        )


def silences(gaps: Iterable[Mapping[str, Any]], rule: ReachRule, ship_types: Mapping[int, int]) -> list[Silence]:
    """Gap events as silences, each with the speeds of its ship; an open gap lasts its ``minutes`` so far.

    Args:
        gaps: rows of ``Events`` of the kind gap, as mappings.
        rule: the parameters.
        ship_types: AIS ship type of each MMSI that sent one.
    """
    found = []
    for gap in gaps:
        start = epoch_us(gap["start"])
        lasting = timedelta(minutes=json.loads(gap["factors"])["minutes"]) if gap["end"] is None else gap["end"] - gap["start"]
        until = epoch_us(gap["start"] + lasting)
        end = None if gap["end"] is None else (gap["end_lat"], gap["end_lon"])
        law = rule.law(ship_types.get(gap["mmsi"]))
        found.append(Silence(gap["event_id"], start, gap["lat"], gap["lon"], until, end, law))
    return found


def reachable_sets(events: ir.Table, statics: ir.Table, places: pa.Table, *, engine: Engine, reach: ReachRule) -> pa.Table:
    """The stage ``reachable``: the places that each silent ship could have been at, of all gaps of a store.

    Gaps and the types of their ships are reduced by the engine; the rest is small.

    Args:
        events: rows of ``Events``.
        statics: rows of ``Statics``.
        places: rows of ``Places``.
        engine: where the expressions run.
        reach: the parameters.
    """
    gaps = events.filter(events.kind == "gap")
    rows = engine.arrow(gaps.select(*GAP_COLUMNS)).to_pylist()
    types = sent_types(engine.arrow(_types_sent(gaps, statics)))
    origins = {row["event_id"]: row["origin"] for row in rows}
    return reachable(silences(rows, reach, types), places, reach, origins=origins)


def _types_sent(gaps: ir.Table, statics: ir.Table) -> ir.Table:
    """How often each ship with a gap sent each ship type."""
    sent = statics.filter(statics.ship_type.notnull()).semi_join(gaps, "mmsi")
    return sent.group_by("mmsi", "ship_type").aggregate(sent=sent.count())


def sent_types(counted: pa.Table) -> dict[int, int]:
    """The ship type that each MMSI sent most often; the smaller of two sent alike."""
    rows = sorted(counted.to_pylist(), key=lambda row: (-row["sent"], row["ship_type"]))
    return {row["mmsi"]: row["ship_type"] for row in reversed(rows)}


def reachable(
    gaps: Sequence[Silence],
    places: pa.Table,
    rule: ReachRule | None = None,
    *,
    everything: bool = False,
    seas: Seas | None = None,
    origins: Mapping[str, str] | None = None,
) -> pa.Table:
    """Rows of ``Reachable``: for each silence the places that she could have been at.

    Args:
        gaps: the silences.
        places: rows of ``Places``; depots, towns and crossings are left out.
        rule: the parameters.
        everything: also give the places out of reach, with the probability 0.
        seas: where distances come from; the world's seas when left out.
        origins: origin of each silence's event by its key; observed when left out.

    >>> from datetime import UTC, datetime
    >>> from darkwake.schema import Places
    >>> port = {"name": "a", "kind": "port", "extent_m": 6000.0, "verified": True, "origin": "published", "evidence": []}
    >>> ports = Places.rows([port | {"place_id": "vostochny", "lat": 42.7333, "lon": 133.05}])
    >>> start = epoch_us(datetime(2024, 3, 7, tzinfo=UTC))
    >>> rule = ReachRule(median_kn=10.0, greatest_kn=13.0)
    >>> off = Silence("gap-1", start, 41.75, 129.85, start + 40 * US_PER_HOUR, (41.75, 129.85), rule.law(None))
    >>> row = reachable([off], ports, rule).to_pylist()[0]
    >>> row["place_id"], round(row["way_in_nm"]), round(row["alongside_longest_h"]), round(row["probability"], 1)
    ('vostochny', 156, 17, 0.8)
    """
    rule = rule or ReachRule()
    kept = places.filter(pa.array([kind not in ASHORE for kind in places["kind"].to_pylist()], pa.bool_()))
    kept = kept.sort_by("place_id")
    ordered = sorted(gaps, key=lambda gap: gap.key)
    if not ordered or not kept.num_rows:
        return Reachable.empty()
    ways = ways_to(ordered, kept, rule.off_water_m, seas or world_seas())
    rows: list[dict[str, object]] = []
    for number, gap in enumerate(ordered):
        origin = (origins or {}).get(gap.key, "observed")
        rows += _rows(gap, number, ways, kept, rule, everything, origin)
    return Reachable.rows(rows)


def _rows(
    gap: Silence, number: int, ways: Ways, places: pa.Table, rule: ReachRule, everything: bool, origin: str
) -> list[dict[str, object]]:
    words = rule.words
    least_nm = (ways.there_least[number] + ways.back_least[number]) / METRES_PER_NAUTICAL_MILE
    possible = least_nm <= gap.hours * gap.speed.greatest_kn
    chances, none = _chances(gap, least_nm, possible, places, rule, float(_straight_nm(gap)))
    arrive, depart = gap.times_us(ways.there_least[number], ways.back_least[number])
    rows: list[dict[str, object]] = []
    for at, place in enumerate(places.select(["place_id", "origin", "evidence"]).to_pylist()):
        if not (possible[at] or everything):
            continue
        there, back = ways.there[number, at], ways.back[number, at]
        sailing_h = gap.hours - rule.usual_stay_h
        needed = (there + back) / METRES_PER_NAUTICAL_MILE / sailing_h if sailing_h > 0 else math.inf
        rows.append(
            {
                "event_id": gap.key,
                "place_id": place["place_id"],
                "possible": bool(possible[at]),
                "way_in_nm": _nm(there),
                "way_out_nm": _nm(back) if gap.end else None,
                "off_water_m": _finite(ways.off_water_m[at]),
                "arrive_earliest": _moment(arrive[at]) if possible[at] else None,
                "depart_latest": _moment(depart[at]) if possible[at] and gap.end else None,
                "alongside_longest_h": float(depart[at] - arrive[at]) / US_PER_HOUR if possible[at] else None,
                "speed_needed_kn": _finite(needed),
                "greatest_kn": gap.speed.greatest_kn,
                "probability": float(chances[at]),
                "none_probability": none,
                "rule": words,
                "origin": weakest({origin, place["origin"], "inferred"}),
                "evidence": place["evidence"],
            }
        )
    return rows


def _straight_nm(gap: Silence) -> float:
    """The great circle between the ends of a silence; 0 for an open one."""
    return float(distance_m(gap.lat, gap.lon, *gap.end)) / METRES_PER_NAUTICAL_MILE if gap.end else 0.0


def _chances(
    gap: Silence, way_nm: Floats, possible: NDArray[np.bool_], places: pa.Table, rule: ReachRule, straight_nm: float
) -> tuple[Floats, float]:
    """The chance of a call at each place, and of none of them."""
    shares = np.where(possible, prior_shares(places, possible), 0.0) * (1 - rule.none_share)
    finite = np.where(possible, way_nm, 0.0)
    if gap.end is None:
        chances = np.where(possible, shares * arrived_share(gap, finite), 0.0)
        return with_parts(chances, places), float(1.0 - chances.sum())
    weights = np.where(possible, shares * call_density(gap, finite, rule.stay), 0.0)
    none = rule.none_share * straight_density(gap, straight_nm, rule.idle, rule.idle_share)
    whole = float(weights.sum()) + none
    if not whole > 0:
        return np.zeros(len(weights)), 1.0
    return with_parts(weights / whole, places), none / whole


def prior_shares(places: pa.Table, possible: NDArray[np.bool_]) -> Floats:
    """What each place within reach has before the silence is looked at: all ports alike, the parts of a port share alike.

    A berth is a part of its port; a port that has berths listed stands for its other berths as one part more.
    """
    tops = _tops(places)
    members: dict[str, int] = {}
    for top, can in zip(tops, possible, strict=True):
        members[top] = members.get(top, 0) + bool(can)
    groups = sum(1 for count in members.values() if count)
    return np.array([1.0 / (groups * members[top]) if can else 0.0 for top, can in zip(tops, possible, strict=True)])


def with_parts(chances: Floats, places: pa.Table) -> Floats:
    """Chances in which that of a place holds those of its parts."""
    ids = places["place_id"].to_pylist()
    parents = dict(zip(ids, places["parent_id"].to_pylist(), strict=True))
    at = {place_id: number for number, place_id in enumerate(ids)}
    held = chances.copy()
    for number, place_id in enumerate(ids):
        seen, above = {place_id}, parents[place_id]
        while above in at and above not in seen:
            held[at[above]] += chances[number]
            seen.add(above)
            above = parents[above]
    return np.minimum(held, 1.0)


def _tops(places: pa.Table) -> list[str]:
    """The outermost listed place that each place is part of."""
    ids = places["place_id"].to_pylist()
    parents = dict(zip(ids, places["parent_id"].to_pylist(), strict=True))
    tops = []
    for place_id in ids:
        seen, top = {place_id}, place_id
        while parents[top] in parents and parents[top] not in seen:
            top = parents[top]
            seen.add(top)
        tops.append(top)
    return tops


def _nm(metres: float) -> float | None:
    return _finite(metres / METRES_PER_NAUTICAL_MILE)


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _moment(us: int) -> object:
    return EPOCH + timedelta(microseconds=int(us))
