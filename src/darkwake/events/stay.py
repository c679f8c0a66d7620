"""Stays: a track within a place, cut into spells in which it lies still, moves or is silent; what calls are made of.

    distance  >exit |  ring   | entry      ring     | >exit
                    |    x    x  x  x  x    x       |  x
    stay                      |-------------|
    spells                    mv |still| mv |

All of it is one expression in whole numbers, equal on every engine. What the spells mean is said in ``call.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa

from darkwake.events.places import Site
from darkwake.events.track import (
    US_PER_MINUTE,
    along_track,
    distance_mm,
    e10,
    fixes,
    mean_lat_e10,
    mean_lon_e10,
    sessions,
    speed_mkn,
    whole,
    with_next,
)
from darkwake.geo import EARTH_RADIUS_M, cells

if TYPE_CHECKING:
    import ibis.expr.types as ir

PLACE = ["track_id", "place_id"]
STAY = [*PLACE, "stay"]
AT_ANCHOR, MOORED = 1, 5
"""Navigational status (ITU-R M.1371, table 45)."""


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


def touched(lat: float, lon: float, radius_m: float) -> list[int]:
    """Storage cells that a circle touches: no cell is narrower than a degree, so half-degree steps of a box miss none."""
    reach = math.degrees(radius_m / EARTH_RADIUS_M) * 1.01
    south, north = max(lat - reach, -90.0), min(lat + reach, 90.0)
    poleward = max(abs(south), abs(north))
    aside = min(reach / math.cos(math.radians(poleward)), 180.0) if poleward < 89.0 else 180.0
    lats = np.linspace(south, north, 2 + math.ceil(2 * (north - south)))
    lons = np.linspace(lon - aside, lon + aside, 2 + math.ceil(4 * aside))
    return sorted({int(cell) for cell in np.unique(cells(*np.meshgrid(lats, lons)))})


def near_circles(circles: Sequence[tuple[str, Site]], exit_ratio: float) -> pa.Table:
    """The cells that each circle's exit touches, with its middle and limits: the key of the join."""
    rows: list[dict[str, object]] = []
    for place_id, site in circles:
        exit_m = site.extent_m * exit_ratio
        shape = {"place_id": place_id, "at_lat": site.lat, "at_lon": site.lon}
        limits = {"entry_mm": round(site.extent_m * 1000), "exit_mm": round(exit_m * 1000)}
        rows += [{"cell": cell} | shape | limits for cell in touched(site.lat, site.lon, exit_m)]
    columns = {"cell": pa.int64(), "place_id": pa.string(), "at_lat": pa.float64(), "at_lon": pa.float64()}
    return pa.Table.from_pylist(rows, pa.schema(columns | {"entry_mm": pa.int64(), "exit_mm": pa.int64()}))


def spells(positions: ir.Table, circles: Sequence[tuple[str, Site]], limits: StayLimits) -> ir.Table:
    """One row a spell of each stay at each place: unbroken fixes within the exit, from the first one within the entry on.

    Args:
        positions: rows of ``Positions``.
        circles: place ids with the circles that make them up.
        limits: the limits.
    """
    inside = _inside(positions, circles, limits)
    numbered = sessions(inside, PLACE, "number", _broken(inside), "stay")
    entry = numbered.number.min(where=numbered.entered).over(ibis.window(group_by=STAY))
    stayed = _judged(numbered.mutate(entry=entry).filter(lambda row: row.number >= row.entry), limits)
    return _summed(_in_spells(stayed, limits))


def _broken(inside: ir.Table) -> ir.BooleanValue:
    along = ibis.window(group_by=PLACE, order_by="number")
    broken: ir.BooleanValue = inside.number - inside.number.lag().over(along) > 1
    return broken


def _inside(positions: ir.Table, circles: Sequence[tuple[str, Site]], limits: StayLimits) -> ir.Table:
    """The fixes within each place's exit, with their number on the track, their speed and their neighbours in time."""
    heard = fixes(positions)
    order = along_track()
    fixed = with_next(heard, "us", "lat_e10", "lon_e10").mutate(
        number=ibis.row_number().over(order), before_us=heard.us.lag().over(order)
    )
    near = fixed.join(ibis.memtable(near_circles(circles, limits.exit_ratio)), "cell")
    mm = distance_mm(near.lat_e10, near.lon_e10, e10(near.at_lat), e10(near.at_lon))
    step_mm = distance_mm(near.lat_e10, near.lon_e10, near.next_lat_e10, near.next_lon_e10)
    speed = whole(near.sog_kn * 1000.0).fill_null(speed_mkn(step_mm, near.next_us - near.us))
    within = near.mutate(mm=mm, mkn=speed).filter(lambda row: row.mm <= row.exit_mm)
    told = within.mutate(entered=within.mm <= within.entry_mm, room_mm=within.exit_mm - within.mm)
    alone = len({place_id for place_id, _ in circles}) == len(circles)
    return told.select(*PLACE, "number", *_KEPT, "entered", "room_mm") if alone else _once(told)


_KEPT = (
    *("mmsi", "us", "before_us", "next_us", "lat_e10", "lon_e10", "next_lat_e10", "next_lon_e10"),
    *("mkn", "nav_status", "source_id", "rank", "mm"),
)
"""What is asked of a fix within a place; the rest would only be carried along."""


def _once(told: ir.Table) -> ir.Table:
    """Each fix once a place, however many of its circles hold it."""
    kept = {word: told[word].min() for word in _KEPT}
    entered = told.entered.cast("int64").max() == 1
    return told.group_by([*PLACE, "number"]).aggregate(**kept, entered=entered, room_mm=told.room_mm.max())


def _judged(stayed: ir.Table, limits: StayLimits) -> ir.Table:
    """Fixes of the stays that are sure enough, with what the whole stay says: entered, left, held, and the level from that.

    Whether a fix lies still follows from the last speed on the way to it that was low or high enough to tell.
    """
    stay, so_far = ibis.window(group_by=STAY), ibis.window(group_by=STAY, order_by="number", following=0)
    along = ibis.window(group_by=STAY, order_by="number")
    stopped, moved = stayed.mkn <= round(limits.still_kn * 1000), stayed.mkn >= round(limits.moving_kn * 1000)
    timed = stayed.mutate(
        since=stayed.us - stayed.us.lag().over(along),
        stopped=stopped.fill_null(False).cast("int64"),
        code=ibis.cases((stopped, stayed.number * 2 + 1), (moved, stayed.number * 2)),
        last=stayed.number.max().over(stay),
    )
    enters = (timed.before_us.notnull() & (timed.number == timed.entry)).cast("int64")
    leaves = (timed.next_us.notnull() & (timed.number == timed.last)).cast("int64")
    silent = timed.since.max().over(stay) >= round(limits.gap_minutes * US_PER_MINUTE)
    told = timed.mutate(
        entered=enters.max().over(stay) == 1,
        left=leaves.max().over(stay) == 1,
        held=(timed.stopped.max().over(stay) == 1) | silent.fill_null(False),
        still=(timed.code.max().over(so_far) % 2 == 1).fill_null(False),
    )
    level = ibis.cases(
        (told.held & told.entered & told.left, 4),
        (told.held & (told.entered | told.left), 3),
        (told.held, 2),
        (told.entered | told.left, 1),
        else_=0,
    )
    return told.filter(level >= limits.min_confidence)


def _in_spells(stayed: ir.Table, limits: StayLimits) -> ir.Table:
    """Fixes with the number of their spell: a new one where lying still begins or ends, and behind a long silence."""
    along = ibis.window(group_by=STAY, order_by="number")
    changes = stayed.still.cast("int64") != stayed.still.cast("int64").lag().over(along)
    breaks = (changes | (stayed.since >= round(limits.gap_minutes * US_PER_MINUTE))).fill_null(True)
    told = stayed.mutate(breaks=breaks, since=ibis.ifelse(breaks, 0, stayed.since))
    return sessions(told, STAY, "number", told.breaks, "spell")


def _summed(cut: ir.Table) -> ir.Table:
    ends = {f"end_{word}": cut[word].argmax(cut.number) for word in ("lat_e10", "lon_e10", "room_mm")}
    after = {f"after_{word}": cut[f"next_{word}"].argmax(cut.number) for word in ("us", "lat_e10", "lon_e10")}
    return cut.group_by([*STAY, "spell"]).aggregate(
        mmsi=cut.mmsi.min(),
        still=cut.still.cast("int64").max() == 1,
        entered=cut.entered.cast("int64").max() == 1,
        left=cut.left.cast("int64").max() == 1,
        start_us=cut.us.min(),
        last_us=cut.us.max(),
        before_us=cut.before_us.argmin(cut.number),
        slowest_mkn=cut.mkn.min(),
        silence_us=cut.since.max(),
        closest_mm=cut.mm.min(),
        positions=cut.count(),
        lat_e10=cut.lat_e10.argmin(cut.number),
        lon_e10=cut.lon_e10.argmin(cut.number),
        room_mm=cut.room_mm.argmin(cut.number),
        **ends,
        **after,
        mean_lat_e10=mean_lat_e10(cut.lat_e10),
        mean_lon_e10=mean_lon_e10(cut.lon_e10),
        at_anchor=(cut.nav_status == AT_ANCHOR).fill_null(False).cast("int64").sum().cast("int64"),
        moored=(cut.nav_status == MOORED).fill_null(False).cast("int64").sum().cast("int64"),
        first_source=cut.source_id.argmin(cut.number),
        last_source=cut.source_id.argmax(cut.number),
        rank=cut["rank"].max(),
    )
