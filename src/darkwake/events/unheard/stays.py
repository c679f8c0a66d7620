"""Stays at sea of lone ships: the heard half of a transfer, if it was one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from darkwake.events.berths import ELSEWHERE, IN_TRANSFER_AREA, Berths
from darkwake.events.track import (
    E10_PER_DEGREE,
    LAST,
    US_PER_HOUR,
    along_track,
    by_number,
    distance_mm,
    fixes,
    mean_lat_e10,
    mean_lon_e10,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

LEAST_US = 3 * US_PER_HOUR
"""A stay shorter than this is no half of a transfer."""
LONGEST_STAY_H = 96.0
"""A longer one is waiting (assumed)."""

AT_ANCHOR_STATUS, MOORED_STATUS = 1, 5
"""Navigational status (ITU-R M.1371, table 45)."""
LIES_KN, DRIFTS_KN, ASKEW_DEG = 0.5, 2.0, 40.0
"""A ship lies still below the one speed, and drifts below the other where her course and her heading differ by so much
(RTEC maritime, Pitsikalis et al. 2019: drifting is a difference of more than 40 degrees)."""
STAY_SILENT_US = round(2.5 * US_PER_HOUR)
"""A stay goes on across so long a silence (a satellite's pass, and one that was missed)."""
STAY_MISSES = 6
"""And across so many reports in a row of another kind, less one."""


@dataclass(frozen=True)
class Stay:
    """A time in which a ship lay or drifted."""

    track_id: str
    mmsi: int
    start_us: int
    end_us: int
    lat: float
    lon: float
    sources: tuple[str, ...]
    rank: int
    still: float
    """Share of slow positions with the status at anchor or moored."""
    shift_m: float
    reports: int
    where: int = ELSEWHERE
    """What kind of place it is (:class:`darkwake.events.berths.Where`)."""

    @property
    def hours(self) -> float:
        """How long."""
        return (self.end_us - self.start_us) / US_PER_HOUR


def lone_stays(positions: ir.Table, berths: Berths, engine: Engine) -> list[Stay]:
    """Stays at sea, where no others lie, in order of track and time."""
    rows = engine.arrow(_lain(positions, engine)).sort_by([("track_id", "ascending"), ("start_us", "ascending")])
    lat, lon = (rows[word].to_numpy() / E10_PER_DEGREE for word in ("lat_e10", "lon_e10"))
    kinds = [where.kind for where in berths.at_each(lat, lon, [(track,) for track in rows["track_id"].to_pylist()])]
    found = []
    for row, where in zip(rows.to_pylist(), kinds, strict=True):
        place = (row["lat_e10"] / E10_PER_DEGREE, row["lon_e10"] / E10_PER_DEGREE)
        still, shift_m = row["still"] / row["reports"], row["shift_mm"] / 1000
        named = (row["first_source"], row["last_source"])
        ends = (row["start_us"], row["end_us"])
        stay = Stay(row["track_id"], row["mmsi"], *ends, *place, named, row["rank"], still, shift_m, row["reports"], where)
        if stay.hours <= LONGEST_STAY_H and where in (ELSEWHERE, IN_TRANSFER_AREA):
            found.append(stay)
    return found


def _lain(positions: ir.Table, engine: Engine) -> ir.Table:
    """Times in which a ship lay or drifted, one row each.

    They are told by the reports at which lying begins or ends, which are few; the many that lie are ordered once.
    """
    lying = engine.keep(_lying(positions))
    along = by_number()
    turns = lying.filter(lying.comes | lying.goes).select("track_id", "comes", "us", "number")
    since = turns.mutate(gone=turns.number.lag().over(along), gone_us=turns.us.lag().over(along))
    apart = (since.us - since.gone_us > STAY_SILENT_US) | (since.number - since.gone > STAY_MISSES)
    begun = since.filter(since.comes & apart.fill_null(True))
    spells = begun.select(
        "track_id",
        begins="number",
        until=begun.gone.lead().over(along),
        shut_us=begun.gone_us.lead().over(along),
        begins_us="us",
    )
    spells = spells.filter((spells.shut_us - spells.begins_us >= LEAST_US).fill_null(True))
    held = lying.join(spells, ["track_id", lying.number >= spells.begins, lying.number <= spells.until.fill_null(LAST)])
    rows = _summed(held)
    shift = distance_mm(rows.first_lat_e10, rows.first_lon_e10, rows.last_lat_e10, rows.last_lon_e10)
    return rows.mutate(shift_mm=shift).filter(rows.end_us - rows.start_us >= LEAST_US)


def _lying(positions: ir.Table) -> ir.Table:
    """Reports of ships that lie or drift, by their number on the track; and whether they come to lie then, or go."""
    heard = fixes(positions, ("sog_kn", "cog_deg", "heading_deg", "nav_status"))
    turned = (heard.heading_deg - heard.cog_deg).abs() % 360.0
    askew = (ibis.least(turned, 360.0 - turned) > ASKEW_DEG).fill_null(False)
    lies = (heard.sog_kn < LIES_KN) | ((heard.sog_kn < DRIFTS_KN) & askew)
    still = heard.nav_status.isin((AT_ANCHOR_STATUS, MOORED_STATUS))
    heard = heard.mutate(lies=lies.fill_null(False), still=still.fill_null(False).cast("int64"))
    heard = heard.drop("sog_kn", "cog_deg", "heading_deg", "nav_status")
    order = along_track()
    near = {
        "comes": heard.lies.lag().over(order) & (heard.us - heard.us.lag().over(order) <= STAY_SILENT_US),
        "goes": heard.lies.lead().over(order) & (heard.us.lead().over(order) - heard.us <= STAY_SILENT_US),
    }
    told = heard.mutate(number=ibis.row_number().over(order), **{word: ~by.fill_null(False) for word, by in near.items()})
    return told.filter(told.lies).drop("lies", "line")


def _summed(held: ir.Table) -> ir.Table:
    """One row a spell."""
    first = held.number == held.begins
    return held.group_by(["track_id", "begins"]).aggregate(
        mmsi=held.mmsi.min(),
        start_us=held.us.min(),
        end_us=held.us.max(),
        lat_e10=mean_lat_e10(held.lat_e10),
        lon_e10=mean_lon_e10(held.lon_e10),
        first_lat_e10=held.lat_e10.max(where=first),
        first_lon_e10=held.lon_e10.max(where=first),
        last_lat_e10=held.lat_e10.argmax(held.number),
        last_lon_e10=held.lon_e10.argmax(held.number),
        reports=held.count(),
        still=held.still.sum().cast("int64"),
        first_source=held.source_id.max(where=first),
        last_source=held.source_id.argmax(held.number),
        rank=held["rank"].max(),
    )
