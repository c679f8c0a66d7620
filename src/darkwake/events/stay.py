"""Stays: a track within a place, cut into spells in which it lies still, moves or is silent; what calls are made of.

    distance  >exit |  ring   | entry      ring     | >exit
                    |    x    x  x  x  x    x       |  x
    stay                      |-------------|
    spells                    mv |still| mv |

Stays are told by the fixes at which something changes: where a track crosses a circle (``spans.py``), comes to lie still or
moves again, and behind a silence. What lies between is a run of the track, and summed once, however many places it lies in.

All of it is expressions in whole numbers, equal on every engine. What the spells mean is said in ``call.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from darkwake.events.places import Site
from darkwake.events.spans import PACES, circle_rows, mm_of, on_sphere, spans, square_to
from darkwake.events.track import (
    US_PER_MINUTE,
    along_track,
    distance_mm,
    fixes,
    mean_lat_e10,
    mean_lon_e10,
    speed_mkn,
    told_or_made_mkn,
    wrap_e10,
)
from darkwake.schema import TEXT, WHOLE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

PLACE = ["track_id", "place_id"]
STAY = [*PLACE, "stay"]
SPELL = [*STAY, "spell"]
RUN = ["track_id", "spell", "until"]
PIECE = ["track_id", "circle", "since", "to"]
AT_ANCHOR, MOORED = 1, 5
"""Navigational status (ITU-R M.1371, table 45)."""
STOPPED, MOVED = 1, 2
"""Pace of a fix: slow enough to come to lie still, fast enough to move again; 0: neither, and what held before holds on."""


@dataclass(frozen=True)
class StayLimits:
    """The limits of a stay."""

    exit_ratio: float
    """The exit lies at so many extents."""
    still_kn: float
    """At this speed and below a track comes to lie still."""
    moving_kn: float
    """At this speed and above it moves again."""
    gap_minutes: float
    """A silence at least this long is a spell of its own."""
    min_confidence: int
    """Stays of a lower level of confidence are left out."""


def spells(
    positions: ir.Table, near: ir.Table, around: Sequence[tuple[str, Site]], limits: StayLimits, engine: Engine
) -> ir.Table:
    """One row a spell of each stay at each place: unbroken fixes within the exit, from the first one within the entry on.

    Args:
        positions: rows of ``Positions``.
        near: the storage cells (``cell``) that the circles touch.
        around: place ids with the circles that make them up.
        limits: the limits.
        engine: where the positions are.
    """
    sites = {site.place_id: site for _, site in around}
    circles = circle_rows(list(sites.values()), limits.exit_ratio)
    number = {circle_id: at for at, circle_id in enumerate(sites)}
    owned = {"of_circle": pa.array([number[site.place_id] for _, site in around], WHOLE)}
    owners = engine.table(pa.table(owned | {"place_id": pa.array([place_id for place_id, _ in around], TEXT)}))
    fixed = engine.keep(along(positions, limits).semi_join(near, "cell").drop("cell"))
    within = spans(fixed, circles, engine)
    stays = engine.keep(_stays(within.join(owners, within.circle == owners.of_circle).drop("of_circle")))
    cut = engine.keep(_cut(fixed, stays, limits))
    summed = engine.keep(_summed(fixed, cut.select(*RUN).distinct()))
    return summed.join(cut, RUN).join(_near(fixed, _parts(stays, cut), summed, engine.table(circles)), SPELL)


def along(positions: ir.Table, limits: StayLimits) -> ir.Table:
    """Fixes numbered along their tracks, with those before and after, their pace, and whether something changes with them."""
    heard, order = fixes(positions), along_track()
    fixed = heard.mutate(
        number=ibis.row_number().over(order),
        before_sog_kn=heard.sog_kn.lag().over(order),
        **{f"before_{word}": heard[word].lag().over(order) for word in ("us", "lat_e10", "lon_e10")},
        **{f"next_{word}": heard[word].lead().over(order) for word in ("us", "lat_e10", "lon_e10")},
    )
    ahead_mm = distance_mm(fixed.lat_e10, fixed.lon_e10, fixed.next_lat_e10, fixed.next_lon_e10)
    behind_mm = distance_mm(fixed.before_lat_e10, fixed.before_lon_e10, fixed.lat_e10, fixed.lon_e10)
    timed = fixed.mutate(
        mkn=told_or_made_mkn(fixed.sog_kn, speed_mkn(ahead_mm, fixed.next_us - fixed.us)),
        before_mkn=told_or_made_mkn(fixed.before_sog_kn, speed_mkn(behind_mm, fixed.us - fixed.before_us)),
        step_e10=_longer(*(_square_way(fixed, side) for side in ("before_", "next_"))),
        silent=(fixed.us - fixed.before_us >= round(limits.gap_minutes * US_PER_MINUTE)).fill_null(False),
    )
    paced = timed.mutate(pace=_pace(timed.mkn, limits), before_pace=_pace(timed.before_mkn, limits))
    changes = paced.silent | ((paced.pace != paced.before_pace) & (paced.pace > 0))
    return paced.mutate(changes=changes).drop("sog_kn", "before_sog_kn", "before_mkn", "before_pace", "line")


def _square_way(fixed: ir.Table, side: str) -> ir.IntegerValue:
    """North or south and then east or west to the fix before or next, in units of latitude: never less than the way."""
    north, east = fixed[f"{side}lat_e10"] - fixed.lat_e10, wrap_e10(fixed[f"{side}lon_e10"] - fixed.lon_e10)
    return north.abs() + east.abs()


def _longer(one: ir.IntegerValue, other: ir.IntegerValue) -> ir.IntegerValue:
    """The greater of two; null where either is."""
    return one + (other - one).clip(lower=0)


def _pace(mkn: ir.IntegerValue, limits: StayLimits) -> ir.IntegerValue:
    stopped, moved = mkn <= round(limits.still_kn * 1000), mkn >= round(limits.moving_kn * 1000)
    return ibis.cases((stopped, STOPPED), (moved, MOVED), else_=0).cast("int64")


def _stays(within: ir.Table) -> ir.Table:
    """Spans with the number of their stay: those at one place that overlap or follow on each other are one.

    A stay begins with its first fix within the entry; spans without one are left out.
    """
    order = {"group_by": PLACE, "order_by": ["first", "circle"]}
    reached = within["last"].max().over(ibis.window(**order, preceding=(None, 1)))
    begun = within.mutate(begins=(within["first"] > reached + 1).fill_null(True).cast("int64"))
    numbered = begun.mutate(stay=begun.begins.sum().over(ibis.window(**order, following=0)))
    stay = ibis.window(group_by=STAY)
    told = numbered.mutate(
        enter=numbered.enter.min().over(stay),
        end=numbered["last"].max().over(stay),
        left=numbered.final.cast("int64").max().over(stay) == 0,
    )
    begins = {"entry": told.enter // PACES, "entry_pace": told.enter % PACES}
    return told.filter(told.enter.notnull()).select(*STAY, "circle", "first", "last", "end", "left", **begins)


def _cut(fixed: ir.Table, stays: ir.Table, limits: StayLimits) -> ir.Table:
    """The spells of the stays that are sure enough: first fix (``spell``) and last, and whether it lies still.

    Whether a fix lies still follows from the last speed on the way to it that was low or high enough to tell. A new spell
    begins where lying still begins or ends, and behind a long silence.
    """
    told = _timed(_changes(fixed, stays.select(*STAY, "entry", "entry_pace", "end", "left").distinct()))
    level = ibis.cases(
        (told.held & told.entered & told.left, 4),
        (told.held & (told.entered | told.left), 3),
        (told.held, 2),
        (told.entered | told.left, 1),
        else_=0,
    )
    along_stay = ibis.window(group_by=STAY, order_by="number")
    breaks = (told.still != told.still.lag().over(along_stay)).fill_null(True) | told.silent
    sure = told.mutate(breaks=breaks).filter(lambda row: row.breaks & (level >= limits.min_confidence))
    until = (sure.number.lead().over(along_stay) - 1).fill_null(sure.end)
    return sure.select(*STAY, "entered", "left", "still", spell="number", until=until)


def _changes(fixed: ir.Table, stays: ir.Table) -> ir.Table:
    """The first fix of each stay, and those of the rest at which something changes."""
    first = stays.select(
        *STAY, "entry", "end", "left", number="entry", pace="entry_pace", silent=ibis.literal(False).cast("boolean")
    )
    some = fixed.filter(fixed.changes).select("number", "pace", "silent", of_track="track_id")
    later = stays.join(some, [stays.track_id == some.of_track, some.number > stays.entry, some.number <= stays.end])
    types = {word: first.schema()[word].copy(nullable=True) for word in first.columns}
    return ibis.union(
        *[rows.select(**{word: rows[word].cast(kind) for word, kind in types.items()}) for rows in (first, later)]
    )


def _timed(known: ir.Table) -> ir.Table:
    """The changes with what the whole stay says (entered, held), and whether the track lies still from each on."""
    stay, so_far = ibis.window(group_by=STAY), ibis.window(group_by=STAY, order_by="number", following=0)
    stopped = known.pace == STOPPED
    code = ibis.cases((stopped, known.number * 2 + 1), (known.pace == MOVED, known.number * 2))
    return known.mutate(
        still=(code.max().over(so_far) % 2 == 1).fill_null(False),
        held=(stopped | known.silent).cast("int64").max().over(stay) == 1,
        entered=known.entry > 0,
    )


def _summed(fixed: ir.Table, runs: ir.Table) -> ir.Table:
    """What runs of tracks add up to."""
    held = fixed.rename(of_track="track_id").drop("pace", "changes", "silent", "before_lat_e10", "before_lon_e10", "step_e10")
    cut = runs.join(held, [runs.track_id == held.of_track, held.number >= runs.spell, held.number <= runs.until])
    first, last = cut.number == cut.spell, cut.number == cut.until
    begins = {word: cut[word].max(where=first) for word in ("before_us", "lat_e10", "lon_e10")}
    ends = {f"end_{word}": cut[word].max(where=last) for word in ("lat_e10", "lon_e10")}
    after = {f"after_{word}": cut[f"next_{word}"].max(where=last) for word in ("us", "lat_e10", "lon_e10")}
    return cut.group_by(RUN).aggregate(
        mmsi=cut.mmsi.min(),
        start_us=cut.us.min(),
        last_us=cut.us.max(),
        slowest_mkn=cut.mkn.min(),
        silence_us=ibis.ifelse(first, 0, cut.us - cut.before_us).max(),
        positions=cut.count(),
        **begins,
        **ends,
        **after,
        mean_lat_e10=mean_lat_e10(cut.lat_e10),
        mean_lon_e10=mean_lon_e10(cut.lon_e10),
        at_anchor=(cut.nav_status == AT_ANCHOR).fill_null(False).cast("int64").sum().cast("int64"),
        moored=(cut.nav_status == MOORED).fill_null(False).cast("int64").sum().cast("int64"),
        first_source=cut.source_id.max(where=first),
        last_source=cut.source_id.max(where=last),
        rank=cut["rank"].max(),
    )


def _parts(stays: ir.Table, cut: ir.Table) -> ir.Table:
    """The parts of each spell that lie within one circle."""
    spans = stays.select(*STAY, "circle", "first", "last").join(cut.select(*SPELL, "until"), STAY)
    both = {"since": ibis.greatest(spans["first"], spans.spell), "to": ibis.least(spans["last"], spans.until)}
    parts = spans.mutate(**both)
    return parts.filter(parts.since <= parts.to).drop("first", "last")


def _near(fixed: ir.Table, parts: ir.Table, summed: ir.Table, circles: ir.Table) -> ir.Table:
    """How near each spell came to the middle of a circle that holds it, and how far within the exit it began and ended."""
    pieces = parts.select(*PIECE).distinct().join(circles, "circle")
    held = fixed.select("number", of_track="track_id", **on_sphere(fixed.lat_e10, fixed.lon_e10))
    inside = pieces.join(held, [pieces.track_id == held.of_track, held.number >= pieces.since, held.number <= pieces.to])
    nearest = inside.group_by(PIECE).aggregate(square=square_to(inside).min())
    closest = nearest.select(*PIECE, closest_mm=mm_of(nearest.square))
    ends = summed.select(*RUN, "lat_e10", "lon_e10", "end_lat_e10", "end_lon_e10")
    told = parts.join(closest, PIECE).join(ends, RUN).join(circles, "circle")
    first_mm = distance_mm(told.lat_e10, told.lon_e10, told.at_lat_e10, told.at_lon_e10)
    last_mm = distance_mm(told.end_lat_e10, told.end_lon_e10, told.at_lat_e10, told.at_lon_e10)
    roomy = told.mutate(room_mm=told.exit_mm - first_mm, end_room_mm=told.exit_mm - last_mm)
    return roomy.group_by(SPELL).aggregate(
        closest_mm=roomy.closest_mm.min(),
        room_mm=roomy.room_mm.max(where=roomy.since == roomy.spell),
        end_room_mm=roomy.end_room_mm.max(where=roomy.to == roomy.until),
    )
