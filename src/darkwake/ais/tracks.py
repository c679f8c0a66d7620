"""First cleaning of positions into tracks, as portable expressions (equal on DuckDB and Spark).

One MMSI is taken for one transmitter here, and one transmitter for one ship. Not solved: an MMSI that two ships share
makes one track that leaps between them (a single report of the one among many of the other is removed), and a ship that
changes its MMSI makes two tracks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from darkwake.geo import haversine_m
from darkwake.ids import id_column
from darkwake.schema import Positions, Tracks
from darkwake.units import METRES_PER_SECOND_PER_KNOT

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class TrackRules:
    """When a position is not believed."""

    jump_kn: float = 100.0
    """Implied speed over which two positions cannot be of one ship; assumed, because no merchant ship does half of it."""
    slack_s: float = 1.0
    """Added to every time between reports, because times are often cut to whole seconds."""


COAST_STATIONS = (2_000_000, 7_999_999)
"""00MIDxxxx: coast stations (Recommendation ITU-R M.585-9, annex 1); leading zeros are lost in numbers."""
AIRCRAFT = (111_000_000, 111_999_999)
"""111MIDxxx: search and rescue aircraft (annex 1)."""
AIDS_TO_NAVIGATION = (990_000_000, 999_999_999)
"""99MIDxxxx: aids to navigation (annex 1)."""
NO_SHIPS = (COAST_STATIONS, AIRCRAFT, AIDS_TO_NAVIGATION)
DEFAULT_RULES = TrackRules()


def of_ships(reports: ir.Table) -> ir.Table:
    """Reports whose MMSI is not of a coast station, an aircraft or an aid to navigation."""
    return reports.filter(*(~reports.mmsi.between(low, high) for low, high in NO_SHIPS))


def without_duplicates(reports: ir.Table) -> ir.Table:
    """Each (MMSI, time, place) once: the report with the smallest source and line."""
    same = ibis.window(
        group_by=[reports.mmsi, reports.origin, reports.time, reports.lat, reports.lon],
        order_by=[reports.source_id, reports.line],
    )
    ranked = reports.mutate(copy=ibis.row_number().over(same))
    return ranked.filter(ranked.copy == 0).drop("copy")


def without_jumps(reports: ir.Table, rules: TrackRules = DEFAULT_RULES) -> ir.Table:
    """Without single positions out of reach of both neighbours while these are in reach of each other.

    A neighbour that is such a position itself is no witness: where two ships share an MMSI and are heard in turn, every
    report would be the odd one out, and removing them would erase both ships.
    """
    order = ibis.window(group_by=[reports.mmsi, reports.origin], order_by=[reports.time, reports.source_id, reports.line])
    beside = reports.mutate(
        seconds=reports.time.epoch_seconds(),
        lat_before=reports.lat.lag().over(order),
        lon_before=reports.lon.lag().over(order),
        s_before=reports.time.epoch_seconds().lag().over(order),
        lat_after=reports.lat.lead().over(order),
        lon_after=reports.lon.lead().over(order),
        s_after=reports.time.epoch_seconds().lead().over(order),
    )
    here, before, after = (
        (beside[f"lat{at}"], beside[f"lon{at}"], beside[name])
        for at, name in (("", "seconds"), ("_before", "s_before"), ("_after", "s_after"))
    )
    odd = _beyond(before, here, rules) & _beyond(here, after, rules) & ~_beyond(before, after, rules)
    judged = beside.mutate(odd=odd.fill_null(False))
    order = ibis.window(group_by=[judged.mmsi, judged.origin], order_by=[judged.time, judged.source_id, judged.line])
    witnessed = judged.mutate(
        alone=~(judged.odd.lag().over(order).fill_null(False) | judged.odd.lead().over(order).fill_null(False))
    )
    return witnessed.filter(~(witnessed.odd & witnessed.alone)).select(reports.columns)


def _beyond(
    one: tuple[ir.Value, ir.Value, ir.Value], other: tuple[ir.Value, ir.Value, ir.Value], rules: TrackRules
) -> ir.BooleanValue:
    """Whether the way between two positions is longer than a ship could have come."""
    metres = haversine_m(one[0], one[1], other[0], other[1])
    return metres > (other[2] - one[2] + rules.slack_s) * (rules.jump_kn * METRES_PER_SECOND_PER_KNOT)


def positions(reports: ir.Table, rules: TrackRules = DEFAULT_RULES) -> ir.Table:
    """Cleaned positions on tracks (schema ``Positions``) from ``Reports``: ships alone, each report once, no single jumps."""
    kept = without_jumps(without_duplicates(of_ships(reports)), rules)
    return kept.mutate(track_id=id_column("track", kept.mmsi, kept.origin)).select(*Positions.columns)


def tracks_of(positions: ir.Table) -> ir.Table:
    """One row a track (schema ``Tracks``) from ``Positions``."""
    return (
        positions.group_by(["track_id", "mmsi", "origin"])
        .aggregate(start=positions.time.min(), end=positions.time.max(), positions=positions.count())
        .select(*Tracks.columns)
    )


def set_aside(reports: ir.Table, rules: TrackRules = DEFAULT_RULES) -> ir.Table:
    """One row: how many reports came in, and how many were set aside for which reason."""
    ships = of_ships(reports)
    single = without_duplicates(ships)
    kept = without_jumps(single, rules)
    counts = [
        table.aggregate(rows=table.count()).mutate(step=ibis.literal(step))
        for step, table in (("reports", reports), ("of ships", ships), ("single", single), ("kept", kept))
    ]
    stacked = ibis.union(*counts)
    step = {name: stacked.rows.sum(where=stacked.step == name) for name in ("reports", "of ships", "single", "kept")}
    return stacked.aggregate(
        reports=step["reports"],
        no_ships=step["reports"] - step["of ships"],
        duplicates=step["of ships"] - step["single"],
        jumps=step["single"] - step["kept"],
        positions=step["kept"],
    )


def tracks(reports: ir.Table, *, cleaning: TrackRules = DEFAULT_RULES) -> dict[str, ir.Table]:
    """The stage: ``tracks`` and ``positions`` from ``reports``."""
    cleaned = positions(reports, cleaning)
    return {"tracks": tracks_of(cleaned), "positions": cleaned}
