"""Call: a track stays at a place.

    distance  >exit |  ring   | entry      ring     | >exit
                    |    x    x  x  x  x    x       |  x
                              |-------------|

A call begins with the first position within the place's extent and ends with the last one before the track is heard beyond
4/3 of it; in the ring between the two nothing changes. Inside the ship has to stop or to fall silent: sailing past is no
call. A berth inside a port makes a row of its own.

What it is not: proof of loading. Whether the ship stayed through a silence inside is not known; it counts as one call.

Source: Global Fishing Watch, anchorages_pipeline (commit 099169e, ``anchorage_cfg.yaml``): entry within 3 km and exit
beyond 4 km of an anchorage point (the same ratio, here of each place's own extent), stop, port gap of 240 min, and the
four levels of confidence.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa

from darkwake.events.record import decimal, flag, record, sources
from darkwake.events.track import (
    US_PER_MINUTE,
    US_PER_SECOND,
    along_track,
    distance_mm,
    e10,
    fixes,
    sessions,
    speed_mkn,
    whole,
    with_next,
)
from darkwake.geo import EARTH_RADIUS_M, cells

if TYPE_CHECKING:
    import ibis.expr.types as ir

STAY = ["track_id", "place_id"]


@dataclass(frozen=True)
class CallRule:
    """When a ship called."""

    exit_ratio: float = 4.0 / 3.0
    """The exit lies at so many extents (anchorages_pipeline: entry 3 km, exit 4 km)."""
    stop_kn: float = 0.5
    """Slower than this is a stop (anchorages_pipeline ends a stop at 0.5 kn)."""
    gap_minutes: float = 240.0
    """A silence this long inside stands for a stop (anchorages_pipeline: 240 min)."""
    min_confidence: int = 2
    """Lowest level that is a call: 4 entry, exit and a stop or gap; 3 one of entry and exit, and a stop or gap; 2 a stop or
    gap alone; 1 an entry or exit alone (anchorages_pipeline)."""

    def __post_init__(self) -> None:
        """Refuse limits that make no sense.

        Raises:
            ValueError: an exit inside the entry, or a confidence beyond 1 to 4.
        """
        if self.exit_ratio < 1:
            raise ValueError("exit_ratio has to be at least 1")
        if self.min_confidence not in (1, 2, 3, 4):
            raise ValueError("min_confidence has to be 1, 2, 3 or 4")

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        return (
            f"entry within the place's extent, exit beyond {self.exit_ratio:.3g} of it, inside a position below "
            f"{self.stop_kn:g} kn or a silence of at least {self.gap_minutes:g} min, confidence {self.min_confidence} of 4 "
            "or more; the probability says that the positions stand so, NOT that anything was loaded"
        )


def calls(positions: ir.Table, places: pa.Table, rule: CallRule) -> ir.Table:
    """Stays of each track at each place as rows of ``Events``.

    ``lat``, ``lon`` are the first position inside, ``end_lat``, ``end_lon`` the last. A call that the data do not see end has
    no end. ``not_inside_before_s`` and ``not_inside_after_s`` say how long before the start and after the end the track was
    last and next heard elsewhere: the true arrival and departure lie in between.

    Args:
        positions: rows of ``Positions``.
        places: rows of ``Places``; few enough for memory.
        rule: the parameters.
    """
    stays = _stays(_inside(positions, places, rule), rule)
    rows = stays.filter(stays.confidence >= rule.min_confidence)
    factors = {
        "minutes": (rows.last_us - rows.start_us) // US_PER_MINUTE,
        "confidence": rows.confidence,
        "entered": flag(rows.entered),
        "left": flag(rows.left),
        "slowest_kn": decimal(rows.slowest_mkn, 3),
        "longest_silence_minutes": rows.silence_us // US_PER_MINUTE,
        "closest_m": rows.closest_mm // 1000,
        "positions": rows.inside_positions,
        "not_inside_before_s": rows.unseen_before_us // US_PER_SECOND,
        "not_inside_after_s": rows.unseen_after_us // US_PER_SECOND,
    }
    evidence = sources(rows.first_source, rows.last_source)
    return record(rows, "call", rule.words, factors=factors, evidence=evidence, place_id=rows.place_id)


def _cells_around(places: pa.Table, rule: CallRule) -> pa.Table:
    """The storage cells that each place's exit circle touches, with its middle and extents: the key of the join."""
    rows: list[dict[str, object]] = []
    for place in places.select(["place_id", "lat", "lon", "extent_m"]).to_pylist():
        exit_m = place["extent_m"] * rule.exit_ratio
        shape = {"place_id": place["place_id"], "at_lat": place["lat"], "at_lon": place["lon"]}
        limits = {"entry_mm": round(place["extent_m"] * 1000), "exit_mm": round(exit_m * 1000)}
        rows += [{"cell": cell} | shape | limits for cell in _touched(place["lat"], place["lon"], exit_m)]
    columns = {"cell": pa.int64(), "place_id": pa.string(), "at_lat": pa.float64(), "at_lon": pa.float64()}
    return pa.Table.from_pylist(rows, pa.schema(columns | {"entry_mm": pa.int64(), "exit_mm": pa.int64()}))


def _touched(lat: float, lon: float, radius_m: float) -> list[int]:
    """Cells that a box around the circle touches: no cell is narrower than a degree, so half-degree steps miss none."""
    reach = math.degrees(radius_m / EARTH_RADIUS_M) * 1.01
    south, north = max(lat - reach, -90.0), min(lat + reach, 90.0)
    poleward = max(abs(south), abs(north))
    aside = min(reach / math.cos(math.radians(poleward)), 180.0) if poleward < 89.0 else 180.0
    lats = np.linspace(south, north, 2 + math.ceil(2 * (north - south)))
    lons = np.linspace(lon - aside, lon + aside, 2 + math.ceil(4 * aside))
    return sorted({int(cell) for cell in np.unique(cells(*np.meshgrid(lats, lons)))})


def _inside(positions: ir.Table, places: pa.Table, rule: CallRule) -> ir.Table:
    """The fixes within each place's exit, with their number on the track, their speed and their neighbours in time."""
    heard = fixes(positions)
    order = along_track()
    fixed = with_next(heard, "us", "lat_e10", "lon_e10").mutate(
        number=ibis.row_number().over(order), before_us=heard.us.lag().over(order)
    )
    near = fixed.join(ibis.memtable(_cells_around(places, rule)), "cell")
    mm = distance_mm(near.lat_e10, near.lon_e10, e10(near.at_lat), e10(near.at_lon))
    step_mm = distance_mm(near.lat_e10, near.lon_e10, near.next_lat_e10, near.next_lon_e10)
    speed = whole(near.sog_kn * 1000.0).fill_null(speed_mkn(step_mm, near.next_us - near.us))
    return near.mutate(mm=mm, mkn=speed).filter(lambda row: row.mm <= row.exit_mm)


def _stays(inside: ir.Table, rule: CallRule) -> ir.Table:
    """One row a stay: unbroken fixes inside the exit, from the first one inside the entry on."""
    along = ibis.window(group_by=STAY, order_by="number")
    numbered = sessions(inside, STAY, "number", inside.number - inside.number.lag().over(along) > 1, "stay")
    entry = numbered.number.min(where=numbered.mm <= numbered.entry_mm).over(ibis.window(group_by=[*STAY, "stay"]))
    stayed = numbered.mutate(entry=entry).filter(lambda row: row.number >= row.entry)
    last = stayed.number.max().over(ibis.window(group_by=[*STAY, "stay"]))
    # The silence after the last fix inside is not one inside.
    silence = ibis.ifelse(stayed.number == last, 0, stayed.next_us - stayed.us)
    return _judged(_summed(stayed.mutate(silence=silence)), rule)


def _summed(stayed: ir.Table) -> ir.Table:
    return stayed.group_by([*STAY, "stay"]).aggregate(
        mmsi=stayed.mmsi.min(),
        start_us=stayed.us.min(),
        last_us=stayed.us.max(),
        before_us=stayed.before_us.argmin(stayed.number),
        after_us=stayed.next_us.argmax(stayed.number),
        slowest_mkn=stayed.mkn.min(),
        silence_us=stayed.silence.max(),
        closest_mm=stayed.mm.min(),
        inside_positions=stayed.count(),
        lat_e10=stayed.lat_e10.argmin(stayed.number),
        lon_e10=stayed.lon_e10.argmin(stayed.number),
        end_lat_e10=stayed.lat_e10.argmax(stayed.number),
        end_lon_e10=stayed.lon_e10.argmax(stayed.number),
        first_source=stayed.source_id.argmin(stayed.number),
        last_source=stayed.source_id.argmax(stayed.number),
        rank=stayed["rank"].max(),
    )


def _judged(stays: ir.Table, rule: CallRule) -> ir.Table:
    """Stays with what confirms them: entered, left, stopped or silent, and the level of confidence from that."""
    entered, left = stays.before_us.notnull(), stays.after_us.notnull()
    stopped = (stays.slowest_mkn < round(rule.stop_kn * 1000)).fill_null(False)
    held = stopped | (stays.silence_us >= round(rule.gap_minutes * US_PER_MINUTE))
    return stays.mutate(
        entered=entered,
        left=left,
        end_us=ibis.ifelse(left, stays.last_us, ibis.null("int64")),
        unseen_before_us=stays.start_us - stays.before_us,
        unseen_after_us=stays.after_us - stays.last_us,
        confidence=ibis.cases(
            (held & entered & left, 4), (held & (entered | left), 3), (held, 2), (entered | left, 1), else_=0
        ).cast("int64"),
    )
