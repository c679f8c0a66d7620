"""Call: a track stays at a place of one of three scales: a port, a terminal in it, a berth in that.

    distance  >exit |  ring   | entry      ring     | >exit
                    |    x    x  x  x  x    x       |  x
                              |-------------|
    states             approach  alongside  leaving   departed

A call begins with the first position within the place's extent and ends with the last one before the track is heard beyond
4/3 of it; in the ring between the two nothing changes. Inside the ship has to stop or to fall silent: sailing past is no
call. Each scale makes a row of its own and names the one around it; who lies at a part is at the whole. Where other ships
lay made fast and no berth is listed, the berth is learned and its row has no place.

A long silence inside gives the call a probability, or cuts it in two where she more likely left and came back
(``absence.py``). Draughts are what the crew typed, with their age (``draughts.py``).

What it is not: proof of loading, or of what she did while silent.

Source: Global Fishing Watch, anchorages_pipeline (commit 099169e, ``anchorage_cfg.yaml``): entry within 3 km and exit
beyond 4 km of an anchorage point (the same ratio, here of each place's own extent), a stop begins at 0.2 kn and ends at
0.5 kn, port gap of 240 min, and the four levels of confidence. Its own answers: ``CallRule.as_anchorages_pipeline``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from darkwake.events.absence import AbsenceRule
from darkwake.events.berths import Berths
from darkwake.events.berths import stays as still_places
from darkwake.events.call_lots import called
from darkwake.events.call_rows import FIRST_OUTSIDE
from darkwake.events.called import Known
from darkwake.events.draughts import DraughtRule, draught_runs
from darkwake.events.mesh import storage_cells
from darkwake.events.parts import Parts
from darkwake.events.places import Site, circles, nested
from darkwake.events.reachable import sent_types
from darkwake.events.record import record, sources
from darkwake.events.states import Lying
from darkwake.events.stay import StayLimits, spells

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

LAST_INSIDE = "last inside"
SELDOM = "a draught is seldom retyped: in 22 of 786 calls at four Canadian terminals were two reports of it heard at all"
"""Counted in the data of ``draughts.py``."""


@dataclass(frozen=True)
class CallRule:
    """When a ship called."""

    exit_ratio: float = 4.0 / 3.0
    """The exit lies at so many extents (anchorages_pipeline: entry 3 km, exit 4 km)."""
    stop_kn: float = 0.2
    """At this speed and below a stop begins (anchorages_pipeline: 0.2 kn)."""
    moving_kn: float = 0.5
    """At this speed and above it ends; between the two nothing changes (anchorages_pipeline: 0.5 kn)."""
    gap_minutes: float = 240.0
    """A silence this long inside stands for a stop (anchorages_pipeline: 240 min)."""
    min_confidence: int = 2
    """Lowest level that is a call: 4 entry, exit and a stop or gap; 3 one of entry and exit, and a stop or gap; 2 a stop or
    gap alone; 1 an entry or exit alone (anchorages_pipeline)."""
    ends: str = LAST_INSIDE
    """Whether a call ends with the ``last inside``, or with the ``first outside`` (anchorages_pipeline)."""
    split_below: float = 0.5
    """At a silence through which she stayed with less than this chance a call is cut in two; 0: never (anchorages_pipeline)."""
    absence: AbsenceRule = field(default_factory=AbsenceRule)
    """How a silence inside is weighed."""
    draughts: DraughtRule = field(default_factory=DraughtRule)
    """Which draughts belong to a call."""

    def __post_init__(self) -> None:
        """Refuse limits that make no sense.

        Raises:
            ValueError: an exit inside the entry, a stop that ends before it begins, a confidence beyond 1 to 4, or no such end.
        """
        if self.exit_ratio < 1:
            raise ValueError("exit_ratio has to be at least 1")
        if not 0 <= self.stop_kn <= self.moving_kn:
            raise ValueError("stop_kn has to be at least 0 and at most moving_kn")
        if self.min_confidence not in (1, 2, 3, 4):
            raise ValueError("min_confidence has to be 1, 2, 3 or 4")
        if self.ends not in (LAST_INSIDE, FIRST_OUTSIDE):
            raise ValueError(f"ends has to be {LAST_INSIDE!r} or {FIRST_OUTSIDE!r}")
        if not 0 <= self.split_below <= 1:
            raise ValueError("split_below has to be between 0 and 1")

    @classmethod
    def as_anchorages_pipeline(cls) -> CallRule:
        """The rule whose calls are Global Fishing Watch's port visits of every confidence."""
        return cls(min_confidence=1, ends=FIRST_OUTSIDE, split_below=0.0)

    @property
    def limits(self) -> StayLimits:
        """What the stays need."""
        return StayLimits(self.exit_ratio, self.stop_kn, self.moving_kn, self.gap_minutes, self.min_confidence)

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        return (
            f"entry within the place's extent, exit beyond {self.exit_ratio:.3g} of it, inside a position of at most "
            f"{self.stop_kn:g} kn or a silence of at least {self.gap_minutes:g} min, confidence {self.min_confidence} of 4 "
            f"or more; {self.absence.words}; the probability says that the positions stand so and that no silence inside hides "
            f"a departure, NOT that anything was loaded; {SELDOM}"
        )


def calls(positions: ir.Table, statics: ir.Table, places: pa.Table, engine: Engine, rule: CallRule) -> ir.Table:
    """Stays of each track at each place as rows of ``Events``.

    ``lat``, ``lon`` are the first position inside, ``end_lat``, ``end_lon`` the last. A call that the data do not see end has
    no end. ``not_inside_before_s`` and ``not_inside_after_s`` say how long before the start and after the end the track was
    last and next heard elsewhere: the true arrival and departure lie in between.

    Args:
        positions: rows of ``Positions``.
        statics: rows of ``Statics``, for draughts and for the speed of the ship's type.
        places: rows of ``Places``; few enough for memory.
        engine: where the tables are. It reduces positions to spells; what follows needs a few hundred bytes a spell.
        rule: the parameters.
    """
    sites = nested(places)
    around = circles(sites)
    near = _near(places, engine, rule)
    reduced = engine.keep_alone(lambda: spells(positions, near, around, rule.limits, engine))
    known = _known(reduced, positions.semi_join(near, "cell"), statics, places, sites, engine, rule)
    rows = called(reduced, known, engine)
    evidence = sources(rows.first_source, rows.last_source)
    return record(rows, "call", rule.words, factors=rows.factors, evidence=evidence, place_id=rows.place_id)


def _near(places: pa.Table, engine: Engine, rule: CallRule) -> ir.Table:
    """The storage cells that the exits touch: no other position takes part."""
    lat, lon, extent = (places[word].to_numpy() for word in ("lat", "lon", "extent_m"))
    return engine.table(pa.table({"cell": pa.array(storage_cells(lat, lon, extent * rule.exit_ratio), pa.int64())}))


def _known(
    reduced: ir.Table, positions: ir.Table, statics: ir.Table, places: pa.Table, sites: Mapping[str, Site], engine: Engine,
    rule: CallRule,
) -> Known:  # fmt: skip
    parts: dict[str, list[Site]] = {}
    for place_id, site in circles(sites):
        parts.setdefault(place_id, []).append(site)
    lain = engine.arrow(still_places(positions))
    mmsis = sorted(engine.arrow(reduced.select("mmsi").distinct())["mmsi"].to_pylist())
    asked = engine.table(pa.table({"of_mmsi": pa.array(mmsis, pa.int64())}))
    sent = statics.filter(statics.ship_type.notnull()).semi_join(asked, [("mmsi", "of_mmsi")])
    types = sent_types(engine.arrow(sent.group_by("mmsi", "ship_type").aggregate(sent=sent.count())))
    return Known(
        rule=rule,
        sites=sites,
        parts={place_id: Parts(made_of) for place_id, made_of in parts.items()},
        to_lie_at={place_id: Parts.to_lie_at(made_of, place_id) for place_id, made_of in parts.items()},
        lying=Lying(Berths(lain, places), sites),
        draughts=draught_runs(statics, mmsis, engine, rule.draughts),
        types=types,
    )
