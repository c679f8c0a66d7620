"""Meetings: two tracks near each other for a while, by position alone. What they did there is judged elsewhere.

    ticks     |   |   |   |   |   |   |   |   |   |   |
    near          x   x   x   x       x   x   x             (one tick missed: the run goes on)
                  |---------------------------|

Source: Global Fishing Watch, pipe-encounters (commit df93ee4): positions every 10 minutes, straight lines across less than
1 h, pairs within 0.5 km, runs of at least 60 min, runs of one pair less than 4 h apart joined, the whole at least 2 h.
There a pair is judged twice, from each side on that ship's own clock, and ends at midnight; a run of the one side may go on
through that ship's silence and end ten hours later than the other's. Here both ships share one clock that runs on through
midnight, and a silence with the two near each other at both of its ends does not part them. The peer's two answers, and
what it makes one of them, can be had by ``sides``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import ibis

from darkwake.events.grid import SMALLEST_RADIUS_M, distance_um, in_slices, numbered
from darkwake.events.track import LAST, US_PER_MINUTE, mean_lat_e10, mean_lon_e10, sessions, whole, wrap_e10
from darkwake.geo import EARTH_RADIUS_M
from darkwake.units import METRES_PER_SECOND_PER_KNOT

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

PAIRS_AT_ONCE = 20_000_000
"""So many near pairs are added up at once: half a GiB."""
MOST_SHIPS = 1 << 31
"""More than there are."""
PAIR = ["ship", "other_ship"]
"""Numbers of two ships; of a pair that is seen from each side, first the one whose side it is."""
MEETING = [*PAIR, "meeting"]
TRACKS = ["track_id", "other_track_id"]

SIDES = ("shared", "each", "merged")


@dataclass(frozen=True)
class EncounterRule:
    """When two tracks meet."""

    radius_m: float = 1000.0
    """Farthest apart (pipe-encounters: 0.5 km; here twice that, because neighbours at an anchorage lie 300 m to half a mile
    apart and are to be named)."""
    min_minutes: float = 120.0
    """Shortest meeting, first to last tick (pipe-encounters: 120 min after joining)."""
    run_minutes: float = 60.0
    """Shortest run that counts (pipe-encounters: raw encounters of 60 min)."""
    bridge_minutes: float = 30.0
    """Ticks of one run are at most so far apart: two may be missed (assumed, because class A reports are lost in bursts of
    some minutes; pipe-encounters ends a run at each missed tick, which is 10 here)."""
    join_minutes: float = 240.0
    """Runs less than this apart are one meeting (pipe-encounters: 4 h)."""
    silent_join_minutes: float = 1440.0
    """The same where one of the two was not heard at all in between: near before and after, nowhere else (assumed: longer
    than half of all transfers last). 0: never."""
    touch_m: float = 300.0
    """A shorter meeting counts where the antennas came within this: a tug, a pilot, a boat alongside (two ships of 300 m
    with antennas aft lie up to so far apart while alongside, bow to stern). 0: never."""
    touch_minutes: float = 10.0
    """Shortest of these (a pilot's boat is alongside for some minutes)."""
    step_minutes: int = 10
    """The clock (pipe-encounters: 10 min)."""
    silence_minutes: float = 60.0
    """No straight line across a silence this long (pipe-encounters: 1 h)."""
    sides: str = "shared"
    """``shared``: one clock, one row a meeting, judged. Positions alone, unjudged: ``each``: from each ship's side on her own
    clock, two rows; ``merged``: those joined to one (pipe-encounters, raw and merged)."""
    sphere_m: float = EARTH_RADIUS_M
    """Radius of the sphere on which distances are reckoned (pipe-encounters: 6371 km)."""
    kn_per_m_s: float = 1.0 / METRES_PER_SECOND_PER_KNOT
    """Knots in a metre a second (pipe-encounters: 1.94384)."""
    day_ends_runs: bool = False
    """Whether UTC midnight ends a run (pipe-encounters, which takes day by day; it is a hole)."""

    silent_hours: float = 3.0
    """A silence longer than this may hide the other half of a transfer (assumed: the shortest transfers take as long)."""
    inferred_at_least: float = 0.2
    """Least chance of a transfer that is inferred from a lone ship's stay; rarer ones are left out."""
    possible_pairs: int = 20
    """So many pairs of silences that could have met are named, the likeliest first."""

    def __post_init__(self) -> None:
        """Refuse what the mesh or the clock cannot carry.

        Raises:
            ValueError: a radius below 50 m, a step below a minute, a bridge shorter than a step, or an unknown side.
        """
        if self.radius_m < SMALLEST_RADIUS_M:
            raise ValueError(f"radius_m has to be at least {SMALLEST_RADIUS_M:g}")
        if self.step_minutes < 1:
            raise ValueError("step_minutes has to be at least 1")
        if self.bridge_minutes < self.step_minutes:
            raise ValueError("bridge_minutes has to be at least step_minutes")
        if self.sides not in SIDES:
            raise ValueError(f"sides has to be one of {', '.join(SIDES)}")

    @property
    def judged(self) -> bool:
        """Whether meetings are judged, not only found."""
        return self.sides == "shared"

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        near = (
            f"two tracks within {self.radius_m:g} m for at least {self.min_minutes:g} min (or {self.touch_minutes:g} min "
            f"within {self.touch_m:g} m) on a {self.step_minutes}-minute clock, in runs of at least {self.run_minutes:g} min "
            f"with ticks at most {self.bridge_minutes:g} min apart, runs less than {self.join_minutes:g} min apart joined, "
            f"no line across silences of {self.silence_minutes:g} min; "
        )
        if not self.judged:
            return near + "the probability says that the positions stand so, NOT that anything was handed over"
        return near + (
            "the probability is the chance that the two were made fast to hand over cargo, by the named factors and under "
            "assumed frequencies; rows with inferred in their factors stand on one ship's stay or on two silences alone; it "
            "does NOT say what was handed over, nor that it was forbidden"
        )


def meetings(positions: ir.Table, rule: EncounterRule, engine: Engine) -> ir.Table:
    """Meetings of two tracks by position, one row a meeting (``sides`` may make it two): ends, distances, speeds, sources.

    The track whose id sorts first is ``track_id``. ``lat``, ``lon`` are the mean of the middles between the two over the
    ticks at which they were near, ``end_lat``, ``end_lon`` the middle at the last of these; on one side's own clock they
    are that ship's.
    """
    step_us = rule.step_minutes * US_PER_MINUTE
    silence_us = round(rule.silence_minutes * US_PER_MINUTE)
    points, tracks = numbered(positions, engine, step_us=step_us, silence_us=silence_us)
    moved = points.mutate(nkn=_nkn(points.step_um, points.before, rule)).drop("source_id", "step_um")
    near = in_slices(moved, rule.radius_m, engine, partial(_between if rule.judged else _sided, rule=rule))
    near = near if rule.judged else _with_other_speed(near, rule)
    stretches = engine.keep(_stretches(near, rule))
    joined = stretches.join(_joined(_runs(_within(near, stretches), stretches), rule), [*PAIR, "run"])
    # Kept before names are joined: few rows then meet the many of the clock.
    long_enough = engine.gather(list(_long_enough(near, engine.keep(joined), rule, engine)))
    named = _named(long_enough, points, engine.table(tracks), rule)
    return _merged(named, rule) if rule.sides == "merged" else named


def _long_enough(near: ir.Table, joined: ir.Table, rule: EncounterRule, engine: Engine) -> Iterator[ir.Table]:
    """The meetings that last or come close enough, those of some ships at a time: medians hold all values in memory."""
    pairs = int(engine.arrow(near.count().as_table()).column(0)[0].as_py())
    several = max(-(-pairs // PAIRS_AT_ONCE), 1)
    for number in range(several):
        some, stretches = (table.filter(table.ship % several == number) if several > 1 else table for table in (near, joined))
        summed = _summed(_within(some, stretches), rule.step_minutes * US_PER_MINUTE)
        touched = (summed.closest_um <= round(rule.touch_m * 1e6)) & (summed.minutes >= rule.touch_minutes)
        yield summed.filter((summed.minutes >= rule.min_minutes) | touched)


def _nkn(um: ir.IntegerValue, ticks: ir.IntegerValue, rule: EncounterRule) -> ir.IntegerValue:
    """Speed over so many ticks in billionths of a knot, by the rule's sphere and knot."""
    # A micrometre in a microsecond is a metre in a second.
    nkn_per_m_s = rule.sphere_m / EARTH_RADIUS_M * rule.kn_per_m_s * 1e9
    return whole(um.cast("float64") * nkn_per_m_s / (ticks * (rule.step_minutes * US_PER_MINUTE)).nullif(0).cast("float64"))


def _between(near: ir.Table, rule: EncounterRule) -> ir.Table:
    """Near pairs at the place in the middle between the two."""
    middle = dict(zip(("lat_e10", "lon_e10"), _middle(near), strict=True))
    return near.select(*PAIR, "tick", "before", "other_before", "nkn", "other_nkn", **_of_both(near, rule), **middle)


def _middle(two: ir.Table) -> tuple[ir.IntegerValue, ir.IntegerValue]:
    """Latitude and longitude in the middle between two ships."""
    lat_e10 = two.lat_e10 + (two.other_lat_e10 - two.lat_e10) // 2
    return lat_e10, wrap_e10(two.lon_e10 + wrap_e10(two.other_lon_e10 - two.lon_e10) // 2)


def _of_both(near: ir.Table, rule: EncounterRule) -> dict[str, ir.IntegerValue]:
    """How far apart they are, by the rule's sphere, and the weaker of the origins."""
    um = whole(near.um.cast("float64") * (rule.sphere_m / EARTH_RADIUS_M))
    return {"um": um, "rank": ibis.greatest(near["rank"], near.other_rank)}


def _sided(near: ir.Table, rule: EncounterRule) -> ir.Table:
    """Near pairs from the side of each of the two: on her own clock, at her own place."""
    swapped = {word: f"other_{word}" for word in near.columns if f"other_{word}" in near.columns}
    swapped |= {other: word for word, other in swapped.items()}
    both = ibis.union(near, near.select(**{word: near[swapped.get(word, word)] for word in near.columns}))
    place = [f"{side}{word}_e10" for side in ("", "other_") for word in ("lat", "lon")]
    return both.select(*PAIR, "tick", "number", "before", "nkn", *place, **_of_both(both, rule))


def _with_other_speed(near: ir.Table, rule: EncounterRule) -> ir.Table:
    """Sided pairs with the speed of the other ship between two points of this one."""
    along, lat_e10, lon_e10 = _along_pair("tick"), near.other_lat_e10, near.other_lon_e10
    um = distance_um(lat_e10.lag().over(along), lon_e10.lag().over(along), lat_e10, lon_e10)
    return near.mutate(other_nkn=_nkn(um, near.before, rule)).drop("other_lat_e10", "other_lon_e10")


def _along_pair(order: str) -> ibis.expr.builders.WindowBuilder:
    return ibis.window(group_by=PAIR, order_by=order)


def _stretches(near: ir.Table, rule: EncounterRule) -> ir.Table:
    """The ``first`` tick of each unbroken stretch of near pairs, its last (``until``; null: to the end), and its ``run``.

    Of all windows over the many pairs this is the one; what follows asks the stretches, which are few.
    """
    clock = near.tick if rule.judged else near.number
    before = ("before", "other_before") if rule.judged else ()
    # One number for both ships: of two the many take a third longer to order.
    paired = near.select(*PAIR, "tick", *before, clock=clock, pair=near.ship * MOST_SHIPS + near.other_ship)
    along = ibis.window(group_by="pair", order_by="tick")
    gone = {"since": paired.clock - paired.clock.lag().over(along), "gone": paired.tick.lag().over(along)}
    told = paired.select(*PAIR, *before, first=paired.tick, **gone)
    apart, follows = told.since * rule.step_minutes, told.since == 1
    ends = apart > rule.bridge_minutes
    if rule.judged:
        silent = (told.before == told.since) | (told.other_before == told.since)
        ends = ends & ~(silent.fill_null(False) & (apart < rule.silent_join_minutes))
    if rule.day_ends_runs:
        ticks_a_day = 24 * 60 // rule.step_minutes
        new_day = told["first"] // ticks_a_day != told.gone // ticks_a_day
        ends, follows = ends | new_day, follows & ~new_day
    begun = told.mutate(ends=ends).filter(~follows.fill_null(False))
    cut = begun.mutate(until=begun.gone.lead().over(_along_pair("first")))
    return sessions(cut, PAIR, "first", cut.ends, "run").drop("gone", "ends")


def _within(near: ir.Table, stretches: ir.Table) -> ir.Table:
    """Near pairs with the stretch that each is part of; speeds are known where a pair follows on another."""
    kept = [word for word in near.columns if word not in stretches.columns]
    inside = near.select(*PAIR, *kept).join(
        stretches, [*PAIR, near.tick >= stretches["first"], near.tick <= stretches.until.fill_null(LAST)]
    )
    follows = (inside.tick > inside["first"]) | (inside.since == 1)
    return inside.mutate(**{word: ibis.ifelse(follows, inside[word], ibis.null("int64")) for word in ("nkn", "other_nkn")})


def _runs(met: ir.Table, stretches: ir.Table) -> ir.Table:
    """One row a run, with what its first stretch says."""
    runs = met.group_by([*PAIR, "run"]).aggregate(first=met["first"].min(), last=met.tick.max(), um=met.um.min())
    return runs.join(stretches.drop("run", "until"), [*PAIR, "first"])


def _joined(runs: ir.Table, rule: EncounterRule) -> ir.Table:
    """The runs that are long enough, with the ``meeting`` that each is part of."""
    span = (runs["last"] - runs["first"]) * rule.step_minutes
    touched = (runs.um <= round(rule.touch_m * 1e6)) & (span >= rule.touch_minutes)
    long_runs = runs.filter((span >= rule.run_minutes) | touched)
    since = long_runs["first"] - long_runs["last"].lag().over(_along_pair("run"))
    apart = since * rule.step_minutes
    near_by = apart < rule.join_minutes
    if rule.sides == "merged":
        near_by = ibis.literal(False)
    elif rule.judged:
        silent = (long_runs.before == since) | (long_runs.other_before == since)
        near_by = near_by | (silent & (apart < rule.silent_join_minutes))
    told = long_runs.mutate(starts=(~near_by).fill_null(True))
    return sessions(told, PAIR, "run", told.starts, "meeting").select(*MEETING, "run")


def _summed(met: ir.Table, step_us: int) -> ir.Table:
    """One row a meeting."""
    rows = met.group_by(MEETING).aggregate(
        first_tick=met.tick.min(),
        last_tick=met.tick.max(),
        ticks_near=met.count(),
        lat_e10=mean_lat_e10(met.lat_e10),
        lon_e10=mean_lon_e10(met.lon_e10),
        median_um=whole(met.um.median()),
        closest_um=met.um.min(),
        median_nkn=whole(met.nkn.median()),
        other_median_nkn=whole(met.other_nkn.median()),
        rank=met["rank"].max(),
    )
    spanned = rows.last_tick - rows.first_tick
    return rows.mutate(
        start_us=rows.first_tick * step_us,
        end_us=rows.last_tick * step_us,
        ticks_spanned=spanned + 1,
        minutes=spanned * step_us // US_PER_MINUTE,
    )


def _named(met: ir.Table, points: ir.Table, tracks: ir.Table, rule: EncounterRule) -> ir.Table:
    """Meetings under the tracks and MMSIs of the two, with the sources of their first and last points, and where they ended."""
    ends = [(side, end) for side in ("", "other_") for end in ("first", "last")]
    wanted = ibis.union(
        *(
            met.select(*MEETING, of=ibis.literal(f"{side}{end}"), at_ship=met[f"{side}ship"], at_tick=met[f"{end}_tick"])
            for side, end in ends
        )
    )
    # The many points of the clock are passed once; what is wanted of them is few.
    asked = points.select("source_id", "lat_e10", "lon_e10", at_ship="ship", at_tick="tick")
    few = asked.join(wanted, ["at_ship", "at_tick"])
    told = {f"{side}{end}_source": few.source_id.max(where=few.of == f"{side}{end}") for side, end in ends}
    for word in ("lat_e10", "lon_e10"):
        told |= {f"{side}{word}": few[word].max(where=few.of == f"{side}last") for side in ("", "other_")}
    last = few.group_by(MEETING).aggregate(**told)
    lat_e10, lon_e10 = _middle(last) if rule.judged else (last.lat_e10, last.lon_e10)
    placed = last.mutate(end_lat_e10=lat_e10, end_lon_e10=lon_e10)
    met = met.join(placed.drop(*(f"{side}{word}_e10" for side in ("", "other_") for word in ("lat", "lon"))), MEETING)
    for side in ("", "other_"):
        met = met.inner_join(tracks.rename({f"{side}{word}": word for word in tracks.columns}), f"{side}ship")
    return met.drop(*PAIR)


def _merged(sided: ir.Table, rule: EncounterRule) -> ir.Table:
    """The two sides' meetings of one pair joined: medians of their medians, means weighted by how long each lasted."""
    swap = sided.track_id > sided.other_track_id
    names = {word: f"other_{word}" for word in ("track_id", "mmsi", "first_source", "last_source")}
    turned = {a: ibis.ifelse(swap, sided[b], sided[a]) for one, two in names.items() for a, b in ((one, two), (two, one))}
    pairs = sided.mutate(side=swap.cast("int64"), **turned)
    along = ibis.window(group_by=TRACKS, order_by=["start_us", "side"])
    before = ibis.window(group_by=TRACKS, order_by=["start_us", "side"], preceding=(None, 1))
    late = (pairs.start_us - pairs.end_us.max().over(before)) >= round(rule.join_minutes * US_PER_MINUTE)
    order = pairs.mutate(at=ibis.row_number().over(along))
    joined = sessions(order.mutate(late=late), TRACKS, "at", late, "joined")
    first_lon = joined.lon_e10.argmin(joined["at"]).over(ibis.window(group_by=[*TRACKS, "joined"]))
    joined = joined.mutate(east=wrap_e10(joined.lon_e10 - first_lon), first_lon=first_lon)
    spans = joined.minutes.sum().cast("int64").nullif(0)
    rows = joined.group_by([*TRACKS, "joined"]).aggregate(
        mmsi=joined.mmsi.min(),
        other_mmsi=joined.other_mmsi.min(),
        ticks_near=joined.ticks_near.sum().cast("int64"),
        ticks_spanned=joined.ticks_spanned.sum().cast("int64"),
        lat_e10=(joined.lat_e10 * joined.minutes).sum().cast("int64") // spans,
        lon_e10=wrap_e10(joined.first_lon.min() + (joined.east * joined.minutes).sum().cast("int64") // spans),
        end_lat_e10=joined.end_lat_e10.argmax(joined.end_us),
        end_lon_e10=joined.end_lon_e10.argmax(joined.end_us),
        median_um=whole(joined.median_um.median()),
        closest_um=joined.closest_um.min(),
        median_nkn=whole(joined.median_nkn.median()),
        other_median_nkn=whole(joined.other_median_nkn.median()),
        first_source=joined.first_source.min(),
        last_source=joined.last_source.max(),
        other_first_source=joined.other_first_source.min(),
        other_last_source=joined.other_last_source.max(),
        rank=joined["rank"].max(),
        start_us=joined.start_us.min(),
        end_us=joined.end_us.max(),
    )
    return rows.mutate(minutes=(rows.end_us - rows.start_us) // US_PER_MINUTE)
