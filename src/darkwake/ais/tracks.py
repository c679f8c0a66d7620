"""Reports into tracks: each report once, no ship in two places, several ships of one MMSI apart.

Most MMSIs never leap: their reports pass through as they are, at the speed of the engine. Only of those that do leap the
reports are cut into runs, and the first and last of each run go to :mod:`darkwake.ais.sharing`, which says whose they are.
Nothing is moved or smoothed. The expressions are equal on DuckDB and Spark.

Not solved: a ship that changes her MMSI makes two tracks; two ships that share an MMSI and are never out of each other's
reach make one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import ibis

from darkwake.ais.reckoning import CALM_M, DRIFT_M_S, UNTOLD_M_S
from darkwake.ais.sharing import BESIDE, OUT_OF_REACH, VERDICTS, Limits, Reach, verdicts
from darkwake.engine.clock import clock_us
from darkwake.geo import haversine_m
from darkwake.ids import id_column
from darkwake.schema import Positions, Rejected, Tracks
from darkwake.units import METRES_PER_SECOND_PER_KNOT

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine


@dataclass(frozen=True)
class TrackRules:
    """When a position is not believed, and when an MMSI is two ships."""

    fastest_kn: float = 60.0
    """No two positions of a track lie farther apart than this speed makes; assumed, because the fastest ferry in service
    (Francisco, 2013) makes 58 kn."""
    lasting_kn: float = 40.0
    """No ship keeps up more than this for longer than an hour; assumed, because ferries that fast sail for less than
    three."""
    link_h: float = 8.0
    """Reports at most so far apart support each other (pipe-segment: max_hours 8)."""
    support: int = 5
    """So many reports make a ship beside the first (pipe-segment looks back on 5)."""
    apart_m: float = 500.0
    """Nearer than this to the other ship it is no second one; assumed, because clocks of receivers that differ by a minute
    put a ship at 16 kn as far from herself."""
    head: int = 16
    """So many first reports of a run may be set aside where it follows too soon beside the ship; assumed, because apart_m
    at fastest_kn takes 16 seconds, and a transmitter reports once a second at most."""

    def __post_init__(self) -> None:
        """Refuse limits that make no sense.

        Raises:
            ValueError: a limit is not above zero, or a lasting speed is above the fastest.
        """
        if min(self.lasting_kn, self.link_h, self.support, self.apart_m, self.head) <= 0:
            raise ValueError("lasting_kn, link_h, support, apart_m and head have to be above 0")
        if self.lasting_kn > self.fastest_kn:
            raise ValueError("lasting_kn has to be at most fastest_kn")

    @property
    def reach(self) -> Reach:
        """How far a ship can have come, on the sphere."""
        fast, lasting = (knots * METRES_PER_SECOND_PER_KNOT * _SPHERE for knots in (self.fastest_kn, self.lasting_kn))
        return Reach(fast, lasting)

    @property
    def limits(self) -> Limits:
        """The same as :mod:`darkwake.ais.sharing` takes it."""
        return Limits(self.reach, self.link_h, self.support, self.apart_m)


_SPHERE = 0.994
"""The sphere's distance differs from the ellipsoid's by at most 0.56 %; a speed holds on either."""
COAST_STATIONS = (2_000_000, 7_999_999)
"""00MIDxxxx: coast stations (Recommendation ITU-R M.585-9, annex 1); leading zeros are lost in numbers."""
AIRCRAFT = (111_000_000, 111_999_999)
"""111MIDxxx: search and rescue aircraft (annex 1)."""
AIDS_TO_NAVIGATION = (990_000_000, 999_999_999)
"""99MIDxxxx: aids to navigation (annex 1)."""
NO_SHIPS = (COAST_STATIONS, AIRCRAFT, AIDS_TO_NAVIGATION)
DEFAULT_RULES = TrackRules()
WHOSE = ["mmsi", "origin"]
"""Reports with these alike are looked at together; what is simulated never shares a track with what was heard."""
ORDER = ["time", "lat", "lon", "source_id", "line"]
SAME_DEG = 1e-7
"""Nearer than this (1 cm) is the same place: AIS says a place to 1.7e-6 degrees."""
IN_MEMORY = 120_000
"""So many reports are judged in this process; more are spread by the engine, about as many in a lot."""
NO_SHIP = "of a coast station, an aircraft or an aid to navigation"
AGAIN = "the same MMSI, time and place as another report"
REASONS = (NO_SHIP, AGAIN, OUT_OF_REACH, BESIDE)
"""Why reports are on no track."""


def of_ships(reports: ir.Table) -> ir.Table:
    """Reports whose MMSI is not of a coast station, an aircraft or an aid to navigation."""
    return reports.filter(_is_ship(reports))


def _is_ship(reports: ir.Table) -> ir.BooleanValue:
    ship: ir.BooleanValue = ~ibis.or_(*(reports.mmsi.between(low, high) for low, high in NO_SHIPS))
    return ship


def _marked(reports: ir.Table) -> ir.Table:
    """Reports with ``again``: whether they repeat one with the same MMSI, time and place and a smaller source and line."""
    return reports.mutate(again=_again(reports, ibis.window(group_by=WHOSE, order_by=ORDER)))


def without_duplicates(reports: ir.Table) -> ir.Table:
    """Each (MMSI, time, place) once: the report with the smallest source and line."""
    return _marked(reports).filter(lambda row: ~row.again).drop("again")


def _again(reports: ir.Table, order: ibis.expr.builders.WindowBuilder) -> ir.BooleanValue:
    """Whether a report repeats the one before: the same instant and place."""
    lat, lon = ((reports[word] - reports[word].lag().over(order)).abs() <= SAME_DEG for word in ("lat", "lon"))
    return ((reports.time == reports.time.lag().over(order)) & lat & lon).fill_null(False)


def _steps(reports: ir.Table, order: ibis.expr.builders.WindowBuilder) -> ir.Table:
    """Reports with the way (whole millimetres: engines differ in the last bit of a sine) and time since the one before."""
    metres = haversine_m(reports.lat.lag().over(order), reports.lon.lag().over(order), reports.lat, reports.lon)
    us = clock_us(reports.time)
    return reports.mutate(step_mm=(metres * 1000.0).round(), step_s=(us - us.lag().over(order)).cast("float64") / 1e6)


def _leaps(steps: ir.Table, reach: Reach) -> ir.BooleanValue:
    """Whether a report lies out of reach of the one before; two places at one instant do."""
    soon, later = steps.step_s.clip(upper=3600.0), (steps.step_s - 3600.0).clip(lower=0.0)
    far = steps.step_mm > soon * (reach.fast_m_s * 1000) + later * (reach.lasting_m_s * 1000)
    return (far | (steps.step_s == 0)).fill_null(False)


def _restless(steps: ir.Table, order: ibis.expr.builders.WindowBuilder) -> ir.BooleanValue:
    """Whether a step is longer than the speeds that were reported make it."""
    told = ibis.greatest(steps.sog_kn, steps.sog_kn.lag().over(order)) * METRES_PER_SECOND_PER_KNOT
    longest = (told.fill_null(UNTOLD_M_S) + DRIFT_M_S) * steps.step_s + CALM_M
    return (steps.step_mm > longest * 1000.0).fill_null(False)


def leaping(reports: ir.Table, rules: TrackRules = DEFAULT_RULES) -> ir.Table:
    """The MMSIs (with their origin) that are somewhere out of reach of themselves."""
    slim = reports.select(*WHOSE, "time", "lat", "lon")
    order = ibis.window(group_by=WHOSE, order_by=["time", "lat", "lon"])
    steps = _steps(slim, order)
    marked = steps.mutate(leap=_leaps(steps, rules.reach) & ~_again(slim, order))
    return marked.filter(marked.leap).select(*WHOSE).distinct()


def in_runs(single: ir.Table, rules: TrackRules) -> ir.Table:
    """Reports with the number of their run, unbroken by a leap or a silence, and their place in it from 0."""
    order = ibis.window(group_by=WHOSE, order_by=ORDER)
    steps = _steps(single, order)
    breaks = _leaps(steps, rules.reach) | _restless(steps, order) | (steps.step_s > rules.link_h * 3600.0).fill_null(False)
    marked = steps.mutate(leap=breaks.cast("int64")).drop("step_mm", "step_s")
    so_far = ibis.window(group_by=WHOSE, order_by=ORDER, preceding=None, following=0)
    numbered = marked.mutate(run=marked.leap.sum().over(so_far))
    along = ibis.window(group_by=[*WHOSE, "run"], order_by=ORDER)
    return numbered.mutate(place=ibis.row_number().over(along)).drop("leap")


def _skeleton(runs: ir.Table, statics: ir.Table | None, rules: TrackRules) -> ir.Table:
    """The first reports of each run and its last, with the number of reports and the IMO number that it named."""
    whole = ibis.window(group_by=[*WHOSE, "run"])
    counted = runs.mutate(reports=runs.count().over(whole), us=clock_us(runs.time))
    ends = counted.filter((counted.place < rules.head) | (counted.place == counted.reports - 1))
    slim = ends.select(*WHOSE, "run", "place", "reports", "us", "lat", "lon", "sog_kn", "cog_deg")
    if statics is None:
        return slim.mutate(imo=ibis.null("int64"))
    return slim.left_join(_named(runs, statics), [*WHOSE, "run"]).drop(f"{word}_right" for word in (*WHOSE, "run"))


def _named(runs: ir.Table, statics: ir.Table) -> ir.Table:
    """The one IMO number that was said while a run lasted: then no other ship of the MMSI was heard."""
    spans = runs.group_by([*WHOSE, "run"]).aggregate(since=runs.time.min(), until=runs.time.max())
    said = statics.filter(statics.imo.notnull() & statics.time.notnull()).select("mmsi", "origin", "imo", at="time")
    met = spans.join(said, [*WHOSE, said["at"] >= spans.since, said["at"] <= spans.until])
    named = met.group_by([*WHOSE, "run"]).aggregate(imo=met.imo.min(), most=met.imo.max())
    return named.filter(named.imo == named.most).drop("most")


def _judge(skeleton: ir.Table, engine: Engine, rules: TrackRules) -> ir.Table:
    """The verdicts on all runs, as a table of the engine: they are few, and asked for more than once."""
    judge, kept = partial(verdicts, limits=rules.limits), engine.keep(skeleton)
    lots = -(-int(engine.arrow(kept.count().as_table()).column(0)[0].as_py()) // IN_MEMORY)
    if lots <= 1:
        return engine.table(judge(engine.arrow(kept)))
    # MMSIs are whole in a lot; the remainder of a prime spreads those that a country hands out in steps.
    lot = kept.mutate(lot=kept.mmsi % 1_000_003 % lots)
    return engine.keep(engine.map_groups(lot, "lot", judge, VERDICTS))


@dataclass(frozen=True)
class Cleaned:
    """Reports, each in one of two places."""

    kept: ir.Table
    """Those on tracks, with ``track_id``."""
    rejected: ir.Table
    """The others, rows of ``Rejected``."""


def clean(reports: ir.Table, engine: Engine, *, statics: ir.Table | None = None, rules: TrackRules = DEFAULT_RULES) -> Cleaned:
    """Reports of ships on their tracks, and all others with the reason.

    Args:
        reports: rows of ``Reports``.
        engine: where they are.
        statics: rows of ``Statics``; the IMO numbers in them help to tell ships of one MMSI apart.
        rules: the parameters.
    """
    ships, columns = of_ships(reports), reports.columns
    odd = engine.table(engine.arrow(leaping(ships, rules)))
    calm = without_duplicates(ships.anti_join(odd, WHOSE))
    calm = calm.mutate(track_id=id_column("track", calm.mmsi, calm.origin))
    runs = in_runs(without_duplicates(ships.semi_join(odd, WHOSE)), rules)
    said = statics.semi_join(odd, WHOSE) if statics is not None else None
    judged = runs.join(_judge(_skeleton(runs, said, rules), engine, rules), [*WHOSE, "run"])
    fits = judged.track_id.notnull() & (judged.place >= judged.skip)
    others, marked = reports.filter(~_is_ship(reports)), _marked(ships)
    aside = _told(others, NO_SHIP), _told(marked.filter(marked.again), AGAIN), _told(judged.filter(~fits))
    return Cleaned(ibis.union(calm, judged.filter(fits).select(*columns, "track_id")), ibis.union(*aside))


def _told(reports: ir.Table, reason: str | None = None) -> ir.Table:
    """Reports as rows of ``Rejected``; where no reason is given, they have one."""
    with_reason = reports.mutate(reason=ibis.literal(reason)) if reason else reports
    return with_reason.select(**{word: with_reason[word].cast(kind) for word, kind in Rejected.ibis().items()})


def positions(
    reports: ir.Table, engine: Engine, *, statics: ir.Table | None = None, rules: TrackRules = DEFAULT_RULES
) -> ir.Table:
    """Cleaned positions on tracks (schema ``Positions``) from ``Reports``: see :func:`clean`."""
    return clean(reports, engine, statics=statics, rules=rules).kept.select(*Positions.columns)


def tracks_of(positions: ir.Table) -> ir.Table:
    """One row a track (schema ``Tracks``) from ``Positions``."""
    return (
        positions.group_by(["track_id", "mmsi", "origin"])
        .aggregate(start=positions.time.min(), end=positions.time.max(), positions=positions.count())
        .select(*Tracks.columns)
    )


def set_aside(rejected: ir.Table, engine: Engine) -> dict[str, int]:
    """How many rows of ``Rejected`` there are for each reason."""
    counted = engine.arrow(rejected.group_by("reason").aggregate(reports=rejected.count()))
    found = dict(zip(counted["reason"].to_pylist(), counted["reports"].to_pylist(), strict=True))
    return {reason: found.get(reason, 0) for reason in REASONS}


def tracks(
    reports: ir.Table, statics: ir.Table, *, cleaning: TrackRules = DEFAULT_RULES, engine: Engine
) -> dict[str, ir.Table]:
    """The stage: ``tracks``, ``positions`` and ``rejected`` from ``reports``."""
    cleaned = clean(reports, engine, statics=statics, rules=cleaning)
    kept = cleaned.kept.select(*Positions.columns)
    return {"tracks": tracks_of(kept), "positions": kept, "rejected": cleaned.rejected}
