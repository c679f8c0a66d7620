"""Spoofing: positions that cannot be where the ship was.

    frozen         the same coordinates for half an hour while the ship says that she makes way
    contradicted   the way made good is not the speed and course that she reports
    circle         round and round one place at one distance
    land           on dry land, away from water and from where other ships are heard
    copied         the same steps as another track, at another place or another time

Hours of tracks that could hold one are found by one pass over all steps on the engine; only these are looked at closely.

What it is not: a finding that the crew did it. GPS jamming moves many ships at once, so ships with the same fault near in
time and place are counted and weigh against the crew; a frozen receiver, a clock, a faulty log, test equipment, barges on
rivers, fishing in circles explain others. The probability is that the positions are false, whoever made them so.

Source: Global Fishing Watch and SkyTruth on false AIS tracks (Bergman 2021, "Systematic data analysis reveals false vessel
tracks"); circles off Shanghai (Harris 2019, MIT Technology Review, on C4ADS). The limits are ours and marked as assumed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa

from darkwake.events.copied import copied
from darkwake.events.falsified import Spell, Track, circles, contradicted, frozen
from darkwake.events.record import record
from darkwake.events.track import US_PER_HOUR, along_track, distance_mm, fixes, whole, wrap_e10
from darkwake.geo import EARTH_RADIUS_M
from darkwake.schema import TEXTS
from darkwake.seaways import World, wet
from darkwake.seaways.water import TILE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

CELLS_PER_DEGREE = 240
"""Cells of the bundled water, 15 seconds of arc."""
AROUND = 360 * CELLS_PER_DEGREE
"""Cells around the globe."""
MM_PER_E10 = math.radians(1e-10) * EARTH_RADIUS_M * 1000.0


@dataclass(frozen=True)
class SpoofingRule:
    """When positions are false."""

    fast_kn: float = 3.0
    """A ship that says so makes way (assumed: above the drift of a ship at anchor)."""
    frozen_minutes: float = 30.0
    """Shortest time at the same coordinates (assumed)."""
    frozen_reports: int = 10
    """Fewest reports there (assumed)."""
    off_kn: float = 5.0
    """Made good and reported speed may differ by this (assumed: current and cut seconds),"""
    off_share: float = 0.25
    """and by this share of the speed."""
    off_deg: float = 60.0
    """Course made good and reported may differ by this (assumed: current and turns)."""
    off_reports: int = 10
    """So many reports in a row have to contradict (assumed)."""
    turns: float = 2.0
    """Fewest rounds of a circle (assumed: a sea trial makes one and a half)."""
    smallest_radius_m: float = 150.0
    """Smaller circles are ships that swing at anchor (assumed)."""
    largest_radius_m: float = 20_000.0
    """Larger ones take longer than a spell is watched (assumed)."""
    spread: float = 0.08
    """Standard deviation of the distance from the middle, as a share of it beyond the error of the positions (assumed)."""
    steady_turn: float = 0.9
    """How steadily a circle is run: length of the mean of unit vectors that turn back with it (assumed; 1 is a clock)."""
    land_reports: int = 5
    """Fewest reports on dry land (assumed)."""
    land_minutes: float = 10.0
    """Shortest time there (assumed)."""
    land_cells: int = 4
    """So many cells of 463 m around hold no water (assumed: 1.9 km; harbour basins and river mouths are narrower than the
    bundled coast knows)."""
    others_on_land: int = 2
    """Where more ships are heard than so many, there is water that the coast does not know: a river, a dock (assumed)."""
    copied_steps: int = 20
    """Fewest sequences of five steps that two tracks share (assumed)."""
    at_once_km: float = 200.0
    """Ships with the same fault within this (assumed: the reach of a strong jammer at sea level over aerials)"""
    at_once_hours: float = 3.0
    """and within this time are told of together (assumed)."""

    def __post_init__(self) -> None:
        """Refuse limits that make no sense.

        Raises:
            ValueError: a limit is not above zero.
        """
        if min(vars(self).values()) <= 0:
            raise ValueError("every limit has to be above 0")

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        return (
            f"the same coordinates for {self.frozen_minutes:g} min at {self.fast_kn:g} kn and more by report; or "
            f"{self.off_reports} reports in a row whose way differs from the reported speed by {self.off_kn:g} kn and "
            f"{100 * self.off_share:g} % or from the course by {self.off_deg:g} degrees; or {self.turns:g} rounds of a "
            f"circle; or {self.land_reports} reports over {self.land_minutes:g} min on land {self.land_cells} cells of 463 m "
            f"from water where no more than {self.others_on_land} ships are heard; or {self.copied_steps} sequences of five "
            "steps that another track has too; the probability says that the positions are false, NOT that the crew falsified "
            "them (jamming, a stuck receiver, a wrong clock or log, inland water explain some)"
        )


CHANCES = {"frozen": 0.9, "contradicted": 0.6, "circle": 0.5, "land": 0.3, "copied": 0.8}
"""Chance that positions of a kind are false before other ships are looked at (assumed: in this order a stuck relay of
messages, a faulty log or clock, turning ships, unknown inland water, one file taken in with two clocks stand against it)."""
SHARES = {"frozen": "claimed_way_nm", "circle": "turns", "contradicted": "reports", "land": "reports", "copied": "sequences"}
"""What makes a finding of a kind stronger, and"""
HALVES = {"frozen": 1.0, "circle": 2.0, "contradicted": 10.0, "land": 5.0, "copied": 10.0}
"""the amount of it that gives half of the chance (assumed)."""
OTHER_CAUSES = {
    "frozen": "a receiver that hangs, a relay that repeats an old message",
    "contradicted": "a faulty log or clock, positions that were interpolated",
    "circle": "a sea trial, fishing, a pilot boat, a ship that turns while she waits",
    "land": "a river, lake or dock that the coast does not show, equipment on test ashore",
    "copied": "one recording taken in twice with two clocks, ships in tow",
}

_ROW = pa.schema(
    [(word, pa.int64()) for word in ("mmsi", "other_mmsi", "start_us", "end_us", "rank")]
    + [(word, pa.int64()) for word in ("lat_e10", "lon_e10", "end_lat_e10", "end_lon_e10")]
    + [("track_id", pa.string()), ("other_track_id", pa.string()), ("probability", pa.float64()), ("factors", pa.string())]
    + [("evidence", TEXTS)]
)
Row = dict[str, Any]


def falsehoods(positions: ir.Table, engine: Engine, rule: SpoofingRule) -> ir.Table:
    """Spells of false positions as rows of ``Events``.

    Args:
        positions: rows of ``Positions``.
        engine: where they are.
        rule: the parameters.
    """
    found = [
        *_spells(positions, engine, rule),
        *_on_land(positions, engine, rule),
        *copied(positions, engine, rule.copied_steps),
    ]
    found.sort(key=lambda row: (row["start_us"], row["track_id"], row["end_us"]))
    rows = []
    for what in CHANCES:
        alike = [row for row in found if row["what"] == what]
        rows += [_weighed(row, others) for row, others in zip(alike, _others_at_once(alike, rule), strict=True)]
    table = engine.table(pa.Table.from_pylist(_one_each(rows), _ROW))
    return record(table, "spoofing", rule.words, factors=table.factors, evidence=table.evidence)


def _one_each(rows: Sequence[Row]) -> list[Row]:
    """Of findings of one track that begin at one report the likeliest, which names the others: they are one spell.

    A circle goes first: whoever hears it seldom finds that it contradicts the reported speed and course, and knows why.
    """
    likeliest: dict[tuple[str, int], Row] = {}
    for row in sorted(rows, key=lambda row: ('"what": "circle"' not in row["factors"], -row["probability"])):
        key = (row["track_id"], row["start_us"])
        if key not in likeliest:
            likeliest[key] = row
            continue
        factors = json.loads(likeliest[key]["factors"])
        factors["also"] = [*factors.get("also", []), json.loads(row["factors"])["what"]]
        likeliest[key] = likeliest[key] | {"factors": json.dumps(factors)}
    return list(likeliest.values())


def _weighed(row: Row, at_once: int) -> Row:
    """A finding with its probability and its factors in words."""
    what, amount = row["what"], row["measured"][SHARES[row["what"]]]
    factors = {"what": what} | {word: round(value, 3) for word, value in row["measured"].items()}
    factors |= {"chance_of_kind": CHANCES[what], "strength": round(amount / (amount + HALVES[what]), 4)}
    factors |= {"other_ships_at_once": at_once, "may_also_be": OTHER_CAUSES[what] + (", jamming" if at_once else "")}
    kept = {word: value for word, value in row.items() if word not in ("what", "measured")}
    probability = round(CHANCES[what] * amount / (amount + HALVES[what]), 4)
    return kept | {"probability": probability, "factors": json.dumps(factors)}


def _others_at_once(rows: Sequence[Row], rule: SpoofingRule) -> list[int]:
    """How many other ships had the same fault near in time and place, for each finding of one kind, in order of start.

    Only findings that overlap in time are compared, so a month costs what its fullest hours cost.
    """
    if not rows:
        return []
    room_us = round(rule.at_once_hours * US_PER_HOUR)
    start, end = (np.array([row[word] for row in rows], np.int64) for word in ("start_us", "end_us"))
    # No finding before this one ends later than so.
    latest = np.maximum.accumulate(end)
    where = _on_sphere(*(np.array([row[word] for row in rows], np.float64) / 1e10 for word in ("lat_e10", "lon_e10")))
    chord = 2 * np.sin(min(rule.at_once_km * 1000 / EARTH_RADIUS_M, np.pi) / 2)
    ship = {track: at for at, track in enumerate(dict.fromkeys(row["track_id"] for row in rows))}
    ships = np.array([ship[row["track_id"]] for row in rows])
    counts = []
    for at, row in enumerate(rows):
        near = slice(int(np.searchsorted(latest, start[at] - room_us)), int(np.searchsorted(start, end[at] + room_us, "right")))
        off = where[:, near] - where[:, at, None]
        together = (end[near] >= start[at] - room_us) & (off[0] * off[0] + off[1] * off[1] + off[2] * off[2] <= chord * chord)
        own = {ship[row["track_id"]], ship.get(row["other_track_id"], -1)}
        counts.append(len(set(ships[near][together].tolist()) - own))
    return counts


def _on_sphere(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Positions as points of the unit sphere: chords are cheaper to compare than arcs."""
    north, east = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


# --- Frozen, contradicted, in circles ---------------------------------------------------------------------------------


def _spells(positions: ir.Table, engine: Engine, rule: SpoofingRule) -> Iterator[Row]:
    heard = fixes(positions, ("sog_kn", "cog_deg"))
    close = _suspect_hours(heard, rule)
    rows = engine.arrow(heard.mutate(hour=heard.us // US_PER_HOUR).semi_join(_around(close), ["track_id", "hour"]).drop("hour"))
    rows = rows.sort_by([(word, "ascending") for word in ("track_id", "us", "lat_e10", "lon_e10", "source_id", "line")])
    looks: dict[str, Callable[[Track], Iterator[Spell]]] = {
        "frozen": lambda track: frozen(track, fast_kn=rule.fast_kn, minutes=rule.frozen_minutes, reports=rule.frozen_reports),
        "contradicted": lambda track: contradicted(
            track, off_kn=rule.off_kn, off_share=rule.off_share, off_deg=rule.off_deg, reports=rule.off_reports
        ),
        "circle": lambda track: circles(
            track,
            turns=rule.turns,
            radius_m=(rule.smallest_radius_m, rule.largest_radius_m),
            spread=rule.spread,
            steady=rule.steady_turn,
            gap_s=900.0,
        ),
    }
    for piece in _pieces(rows):
        track = _track(piece)
        for what, look in looks.items():
            for spell in look(track):
                yield _spell_row(piece, spell.first, spell.last, what, spell.measured)


def _suspect_hours(heard: ir.Table, rule: SpoofingRule) -> ir.Table:
    """Hours of tracks that could hold a spell: with fewer signs than a spell has in the fuller of the hours that it spans."""
    order = along_track()
    before = {word: heard[word].lag().over(order) for word in ("us", "lat_e10", "lon_e10", "sog_kn", "cog_deg")}
    steps = heard.mutate(
        hour=heard.us // US_PER_HOUR,
        step_us=heard.us - before["us"],
        step_mm=distance_mm(before["lat_e10"], before["lon_e10"], heard.lat_e10, heard.lon_e10),
        still=(before["lat_e10"] == heard.lat_e10) & (before["lon_e10"] == heard.lon_e10),
        low=ibis.least(before["sog_kn"], heard.sog_kn),
        high=ibis.greatest(before["sog_kn"], heard.sog_kn),
        along=ibis.greatest(*(_along(before, heard, cog) for cog in (before["cog_deg"], heard.cog_deg))),
    )
    made = steps.step_mm.cast("float64") / (steps.step_us.nullif(0).cast("float64") * 0.000514444)
    off = ((made - steps.high).abs() > rule.off_kn) & ((made - steps.low).abs() > rule.off_kn)
    least = math.cos(math.radians(rule.off_deg))
    wrong_way = (steps.along < least * steps.step_mm) & (made > rule.off_kn) & (steps.low > rule.off_kn)
    steady = steps.step_us.between(20_000_000, 600_000_000)
    counted = steps.mutate(
        stuck=(steps.still & (steps.high >= rule.fast_kn)).fill_null(False).cast("int64"),
        off=((off | wrong_way) & steady & ~steps.still).fill_null(False).cast("int64"),
        way_mm=ibis.ifelse(steps.step_us <= 600_000_000, steps.step_mm, 0),
    )
    hours = counted.group_by(["track_id", "hour"]).aggregate(
        stuck=counted.stuck.sum(),
        off=counted.off.sum(),
        way_mm=counted.way_mm.sum(),
        high_mm=whole((counted.lat_e10.max() - counted.lat_e10.min()) * 0.0111195),
    )
    stuck, off_steps = hours.stuck >= rule.frozen_reports // 3, hours.off >= rule.off_reports // 3
    rounds = (hours.way_mm > 2.5 * hours.high_mm) & (hours.high_mm > rule.smallest_radius_m * 1000) & (hours.way_mm > 1_000_000)
    return hours.filter(stuck | off_steps | rounds).select("track_id", "hour")


def _along(before: dict[str, ir.Column], heard: ir.Table, cog_deg: ir.Column) -> ir.NumericValue:
    """How far a step leads along a course, millimetres."""
    east = wrap_e10(heard.lon_e10 - before["lon_e10"]).cast("float64") * (heard.lat_e10 / 1e10).radians().cos()
    north = (heard.lat_e10 - before["lat_e10"]).cast("float64")
    return (north * cog_deg.radians().cos() + east * cog_deg.radians().sin()) * MM_PER_E10


def _around(hours: ir.Table) -> ir.Table:
    """The hours and those beside them."""
    spread = hours.mutate(step=ibis.range(3).unnest())
    return spread.select("track_id", hour=spread.hour + spread.step - 1).distinct()


def _pieces(rows: pa.Table) -> Iterator[pa.Table]:
    """The reports of each track, cut where an hour between was not asked for."""
    if not rows.num_rows:
        return
    track = rows["track_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    us = rows["us"].to_numpy()
    cuts = np.flatnonzero((track[1:] != track[:-1]) | (np.diff(us) > 2 * US_PER_HOUR)) + 1
    for first, last in zip([0, *cuts], [*cuts, rows.num_rows], strict=True):
        yield rows.slice(first, last - first)


def _track(piece: pa.Table) -> Track:
    lat, lon = (piece[word].to_numpy() / 1e10 for word in ("lat_e10", "lon_e10"))
    sog, cog = (piece[word].to_numpy().astype(np.float64) for word in ("sog_kn", "cog_deg"))
    return Track(piece["us"].to_numpy() / 1e6, lat, lon, sog, cog)


def _spell_row(piece: pa.Table, first: int, last: int, what: str, measured: dict[str, float]) -> Row:
    one, other = piece.slice(first, 1).to_pylist()[0], piece.slice(last, 1).to_pylist()[0]
    return {
        "mmsi": one["mmsi"],
        "track_id": one["track_id"],
        "other_mmsi": None,
        "other_track_id": None,
        "start_us": one["us"],
        "end_us": other["us"],
        "lat_e10": one["lat_e10"],
        "lon_e10": one["lon_e10"],
        "end_lat_e10": other["lat_e10"],
        "end_lon_e10": other["lon_e10"],
        "rank": max(one["rank"], other["rank"]),
        "evidence": sorted({one["source_id"], other["source_id"]}),
        "what": what,
        "measured": {"minutes": (other["us"] - one["us"]) / 6e7} | measured,
    }


def _on_land(positions: ir.Table, engine: Engine, rule: SpoofingRule) -> Iterator[Row]:
    heard = fixes(positions, ("sog_kn", "cog_deg"))
    cells = heard.mutate(
        row=(heard.lat_e10 + 900_000_000_000) * CELLS_PER_DEGREE // 10_000_000_000,
        column=(heard.lon_e10 + 1_800_000_000_000) * CELLS_PER_DEGREE // 10_000_000_000 % AROUND,
    )
    visited = engine.arrow(cells.select("row", "column").distinct())
    dry = visited.filter(pa.array(_dry(visited["row"].to_numpy(), visited["column"].to_numpy(), rule.land_cells)))
    if not dry.num_rows:
        return
    # Few cells of real data are dry, so ships are counted in these only.
    there = cells.semi_join(engine.table(dry), ["row", "column"])
    lonely = _lonely(engine.arrow(there.group_by(["row", "column"]).aggregate(ships=there.mmsi.nunique())), rule)
    ashore = cells.semi_join(engine.table(lonely), ["row", "column"]).drop("row", "column")
    rows = engine.arrow(ashore).sort_by(
        [(word, "ascending") for word in ("track_id", "us", "lat_e10", "lon_e10", "source_id", "line")]
    )
    for piece in _pieces(rows):
        us = piece["us"].to_numpy()
        if piece.num_rows >= rule.land_reports and us[-1] - us[0] >= rule.land_minutes * 6e7:
            yield _spell_row(piece, 0, piece.num_rows - 1, "land", {"reports": float(piece.num_rows)})


def _dry(row: np.ndarray, column: np.ndarray, around: int) -> np.ndarray:
    """Cells without water in themselves and so many cells away in eight directions; a tile of the water at a time."""
    world = World()
    dry = np.zeros(len(row), dtype=bool)
    tile = row // TILE * (AROUND // TILE) + column // TILE
    order = np.argsort(tile, kind="stable")
    for within in np.split(order, np.flatnonzero(np.diff(tile[order])) + 1):
        at = within
        for north, east in [(0, 0)] + [(a * around, b * around) for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b]:
            lat = np.clip((row[at] + north + 0.5) / CELLS_PER_DEGREE - 90.0, -90.0, 90.0)
            at = at[~wet(world, lat, (column[at] + east + 0.5) / CELLS_PER_DEGREE - 180.0)] if len(at) else at
        dry[at] = True
    return dry


def _lonely(dry: pa.Table, rule: SpoofingRule) -> pa.Table:
    """Dry cells in which, with the cells around, few ships are heard: elsewhere ships show water that the coast lacks."""
    row, column = dry["row"].to_numpy(), dry["column"].to_numpy()
    cells = row * AROUND + column
    order = np.argsort(cells)
    known, ships = cells[order], dry["ships"].to_numpy()[order]
    most = np.zeros(len(cells), np.int64)
    for north in range(-2, 3):
        for east in range(-2, 3):
            beside = (row + north) * AROUND + (column + east) % AROUND
            at = np.minimum(np.searchsorted(known, beside), len(known) - 1)
            most = np.maximum(most, np.where(known[at] == beside, ships[at], 0))
    return dry.filter(pa.array(most <= rule.others_on_land)).select(["row", "column"])
