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

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from darkwake.events.grid import SMALLEST_RADIUS_M, distance_um, in_slices, numbered, on_grid
from darkwake.events.track import US_PER_MINUTE, mean_lat_e10, mean_lon_e10, sessions, whole, wrap_e10
from darkwake.geo import EARTH_RADIUS_M
from darkwake.units import METRES_PER_SECOND_PER_KNOT

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

PAIR = ["track_id", "other_track_id"]
SIDE = ["ship", "other_ship", "side"]
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
    heard = engine.keep(on_grid(positions, step_us=step_us, silence_us=round(rule.silence_minutes * US_PER_MINUTE)))
    points, tracks = numbered(heard, engine)
    near = in_slices(points, rule.radius_m, engine).mutate(side=ibis.literal(0, "int64"))
    if not rule.judged:
        near = ibis.union(near, _other_side(near))
    runs = engine.gather([_in_runs(near, rule)])
    summed = _summed(runs.inner_join(_joined(runs, rule), [*SIDE, "run"]), step_us)
    touched = (summed.closest_um <= round(rule.touch_m * 1e6)) & (summed.minutes >= rule.touch_minutes)
    # Kept before names are joined: few rows then meet the many of the clock.
    long_enough = engine.keep(summed.filter((summed.minutes >= rule.min_minutes) | touched))
    named = _named(long_enough, heard, engine.table(tracks), engine)
    return _merged(named, rule) if rule.sides == "merged" else named


def _other_side(near: ir.Table) -> ir.Table:
    """The same pairs seen from the other ship."""
    swapped = {word: f"other_{word}" for word in near.columns if f"other_{word}" in near.columns}
    swapped |= {f"other_{word}": word for word in swapped}
    columns = {word: near[swapped.get(word, word)] for word in near.columns if word != "side"}
    return near.select(**columns, side=ibis.literal(1, "int64")).select(*near.columns)


def _moved(near: ir.Table, rule: EncounterRule) -> ir.Table:
    """Near pairs with the place that stands for both, the steps since the last one, and the speed of each over them."""
    along = ibis.window(group_by=SIDE, order_by="tick")
    since = near.tick - near.tick.lag().over(along)
    own = near.number - near.number.lag().over(along)
    other = near.other_number - near.other_number.lag().over(along)
    counted = (since == 1) if rule.judged else own == 1
    time_us = since * (rule.step_minutes * US_PER_MINUTE)
    um, other_um = (
        distance_um(
            *(near[f"{side}{word}_e10"].lag().over(along) for word in ("lat", "lon")),
            *(near[f"{side}{word}_e10"] for word in ("lat", "lon")),
        )
        for side in ("", "other_")
    )
    scale = rule.sphere_m / EARTH_RADIUS_M
    over_us = ibis.ifelse(counted, time_us, ibis.null("int64")).nullif(0).cast("float64")
    # A micrometre in a microsecond is a metre in a second; a billionth of a knot is told.
    nkn_per_m_s = scale * rule.kn_per_m_s * 1e9
    share = 2 if rule.judged else 1
    # Every column that is handed on is sorted along with the pairs.
    return near.select(
        *SIDE,
        "tick",
        "number",
        "other_number",
        since=since if rule.judged else own,
        silent=ibis.least(own, other),
        um=whole(near.um.cast("float64") * scale),
        rank=ibis.greatest(near["rank"], near.other_rank),
        middle_lat_e10=near.lat_e10 + (near.other_lat_e10 - near.lat_e10) // 2 * (share - 1),
        middle_lon_e10=wrap_e10(near.lon_e10 + wrap_e10(near.other_lon_e10 - near.lon_e10) // 2 * (share - 1)),
        nkn=whole(um.cast("float64") * nkn_per_m_s / over_us),
        other_nkn=whole(other_um.cast("float64") * nkn_per_m_s / over_us),
    )


def _in_runs(near: ir.Table, rule: EncounterRule) -> ir.Table:
    """Near pairs with the ``run`` that they are part of."""
    moved = _moved(near, rule)
    ends = moved.since * rule.step_minutes > rule.bridge_minutes
    if rule.judged:
        ends = ends & ~((moved.silent == 1) & (moved.since * rule.step_minutes < rule.silent_join_minutes))
    if rule.day_ends_runs:
        along, ticks_a_day = ibis.window(group_by=SIDE, order_by="tick"), 24 * 60 // rule.step_minutes
        ends = ends | (moved.tick // ticks_a_day != moved.tick.lag().over(along) // ticks_a_day)
    return sessions(moved, SIDE, "tick", ends, "run").drop("since", "silent")


def _joined(rows: ir.Table, rule: EncounterRule) -> ir.Table:
    """The runs that are long enough, with the ``meeting`` that each is part of."""
    of_pair = {"first_number": rows.number.min(), "last_number": rows.number.max()}
    of_pair |= {"other_first_number": rows.other_number.min(), "other_last_number": rows.other_number.max()}
    runs = rows.group_by([*SIDE, "run"]).aggregate(first=rows.tick.min(), last=rows.tick.max(), um=rows.um.min(), **of_pair)
    span = (runs["last"] - runs["first"]) * rule.step_minutes
    touched = (runs.um <= round(rule.touch_m * 1e6)) & (span >= rule.touch_minutes)
    long_runs = runs.filter((span >= rule.run_minutes) | touched)
    along = ibis.window(group_by=SIDE, order_by="run")
    apart = (long_runs["first"] - long_runs["last"].lag().over(along)) * rule.step_minutes
    steps = [long_runs[f"{ship}first_number"] - long_runs[f"{ship}last_number"].lag().over(along) for ship in ("", "other_")]
    near_by = apart < rule.join_minutes
    if rule.sides == "merged":
        near_by = ibis.literal(False)
    elif rule.judged:
        near_by = near_by | ((ibis.least(*steps) == 1) & (apart < rule.silent_join_minutes))
    told = long_runs.mutate(starts=(~near_by).fill_null(True))
    return sessions(told, SIDE, "run", told.starts, "meeting").select(*SIDE, "run", "meeting")


def _summed(met: ir.Table, step_us: int) -> ir.Table:
    """One row a meeting."""
    rows = met.group_by([*SIDE, "meeting"]).aggregate(
        first_tick=met.tick.min(),
        last_tick=met.tick.max(),
        ticks_near=met.count(),
        lat_e10=mean_lat_e10(met.middle_lat_e10),
        lon_e10=mean_lon_e10(met.middle_lon_e10),
        end_lat_e10=met.middle_lat_e10.argmax(met.tick),
        end_lon_e10=met.middle_lon_e10.argmax(met.tick),
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


def _named(met: ir.Table, heard: ir.Table, tracks: ir.Table, engine: Engine) -> ir.Table:
    """Meetings under the tracks and MMSIs of the two, with the sources of their first and last points."""
    for side in ("", "other_"):
        met = met.inner_join(tracks.rename({f"{side}{word}": word for word in tracks.columns}), f"{side}ship")
    met = engine.keep(met.drop("ship", "other_ship"))
    ends = [(side, end) for side in ("", "other_") for end in ("first", "last")]
    wanted = ibis.union(
        *(met.select(track_id=met[f"{side}track_id"], tick=met[f"{end}_tick"]) for side, end in ends), distinct=True
    )
    # The many points of the clock are passed once; what is wanted of them is few.
    points = engine.keep(heard.select("track_id", "tick", "source_id").inner_join(engine.keep(wanted), ["track_id", "tick"]))
    for side, end in ends:
        words = {f"{side}track_id": "track_id", f"{end}_tick": "tick", f"{side}{end}_source": "source_id"}
        met = met.inner_join(points.rename(words), list(words)[:2])
    return met


def _merged(sided: ir.Table, rule: EncounterRule) -> ir.Table:
    """The two sides' meetings of one pair joined: medians of their medians, means weighted by how long each lasted."""
    swap = sided.side == 1
    names = {word: f"other_{word}" for word in ("track_id", "mmsi", "first_source", "last_source")}
    turned = {a: ibis.ifelse(swap, sided[b], sided[a]) for one, two in names.items() for a, b in ((one, two), (two, one))}
    pairs = sided.mutate(**turned)
    along = ibis.window(group_by=PAIR, order_by=["start_us", "side"])
    before = ibis.window(group_by=PAIR, order_by=["start_us", "side"], preceding=(None, 1))
    late = (pairs.start_us - pairs.end_us.max().over(before)) >= round(rule.join_minutes * US_PER_MINUTE)
    order = pairs.mutate(at=ibis.row_number().over(along))
    joined = sessions(order.mutate(late=late), PAIR, "at", late, "joined")
    first_lon = joined.lon_e10.argmin(joined["at"]).over(ibis.window(group_by=[*PAIR, "joined"]))
    joined = joined.mutate(east=wrap_e10(joined.lon_e10 - first_lon), first_lon=first_lon)
    spans = joined.minutes.sum().cast("int64").nullif(0)
    rows = joined.group_by([*PAIR, "joined"]).aggregate(
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
