"""What kind of place points are, asked together, is what looking at every ship and every place says of each."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from darkwake.events.berths import (
    ANCHORAGE_M,
    ANCHORAGE_SHIPS,
    AT_ANCHORAGE,
    AT_BERTH,
    BERTH_M,
    BERTH_SHIPS,
    ELSEWHERE,
    IN_TRANSFER_AREA,
    Berths,
    Where,
    unit_points,
)
from darkwake.geo import EARTH_RADIUS_M
from tests.events.rows import place

SUMS = ("east", "north", "headed", "reports", "up", "right", "up_squared", "right_squared")
KINDS = {"berth": AT_BERTH, "anchorage": AT_ANCHORAGE, "transfer area": IN_TRANSFER_AREA, "terminal": AT_BERTH}


def lain(count: int, seed: int) -> tuple[pa.Table, list[bool]]:
    """Where ships lay around a spot on the antimeridian; some keep their heading, some swing."""
    generator = np.random.default_rng(seed)
    fixed = generator.random(count) < 0.5
    columns = {word: np.zeros(count, np.int64) for word in SUMS} | {"headed": np.full(count, 9), "reports": np.full(count, 9)}
    columns["north"] = np.where(fixed, 9_000_000, 1_000_000)
    spots = {"lat": 10 + generator.normal(0, 0.03, count), "lon": (360 + generator.normal(0, 0.03, count)) % 360 - 180}
    named = {"track_id": [f"t{at}" for at in generator.integers(0, count // 2, count)]}
    return pa.table(named | columns | spots), fixed.tolist()


def one_by_one(rows: list[dict], fixed: list[bool], places: list[dict], at: tuple[float, float], but: set[str]) -> Where:
    """The same by looking at everything."""

    def line_m(row: dict) -> float:
        ends = unit_points(np.array([at[0], row["lat"]]), np.array([at[1], row["lon"]]))
        return float(np.linalg.norm(ends[1] - ends[0])) * EARTH_RADIUS_M

    near = [
        {row["track_id"] for row, lay in zip(rows, fixed, strict=True) if line_m(row) <= far and (lay or swung)} - but
        for far, swung in ((BERTH_M, False), (ANCHORAGE_M, True))
    ]
    inside = [row for row in places if row["kind"] in KINDS and line_m(row) <= row["extent_m"]]
    named = min(inside, key=lambda row: (row["extent_m"], line_m(row)), default=None)
    kind = KINDS[named["kind"]] if named else None
    learned = AT_BERTH if len(near[0]) >= BERTH_SHIPS else AT_ANCHORAGE if len(near[1]) >= ANCHORAGE_SHIPS else None
    if kind in (None, AT_BERTH):
        listed = ELSEWHERE if kind is None else AT_BERTH
        kind = listed if learned is None else learned
    return Where(kind, len(near[0]), len(near[1]), named["place_id"] if named else None)


def test_points_asked_together_are_told_as_looking_at_everything_tells_each():
    rows, fixed = lain(80, 4)
    generator = np.random.default_rng(5)
    kinds = [*KINDS, "port"] * 8
    near = zip(10 + generator.normal(0, 0.03, 40), 180 + generator.normal(0, 0.03, 40), strict=True)
    extents = generator.choice([150.0, 800.0, 900.0, 3_000.0, 400_000.0], 40, p=[0.4, 0.2, 0.2, 0.15, 0.05])
    made = [
        place(f"p{at}", lat, (lon + 180) % 360 - 180, extents[at], kind)
        for at, ((lat, lon), kind) in enumerate(zip(near, kinds, strict=True))
    ]
    places = pa.concat_tables(made)
    lat, lon = 10 + generator.normal(0, 0.05, 120), (360 + generator.normal(0, 0.05, 120)) % 360 - 180
    but = [{f"t{at % 40}", "nobody"} if at % 3 else set() for at in range(120)]
    told = Berths(rows, places).at_each(lat, lon, but)
    # Berths take what they are given in an order of their own; whether a ship lay fixed goes with her row.
    expected = [
        one_by_one(rows.to_pylist(), fixed, places.to_pylist(), spot, some)
        for spot, some in zip(zip(lat.tolist(), lon.tolist(), strict=True), but, strict=True)
    ]
    assert told == expected
    assert len({where.kind for where in told}) > 2
    assert told[7:8] == Berths(rows, places).at_each(lat[7:8], lon[7:8], but[7:8])


def test_without_ships_and_places_every_point_is_elsewhere_and_no_point_is_nowhere():
    rows, _ = lain(8, 1)
    empty = Berths(rows.slice(0, 0), place("p", 0.0, 0.0, 1.0).slice(0, 0))
    assert empty.at_each(np.array([1.0]), np.array([2.0]), [()]) == [Where(ELSEWHERE, 0, 0)]
    assert Berths(rows, place("p", 0.0, 0.0, 1.0)).at_each(np.empty(0), np.empty(0), []) == []
