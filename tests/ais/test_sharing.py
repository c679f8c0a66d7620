"""Many ships on one MMSI, with faulty bits among their reports: as many tracks come out, each with its own reports."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from darkwake.ais.tracks import positions
from darkwake.engine import Engine
from darkwake.schema import Reports

EACH, SECONDS = 150, 12 * 3600
BITS = np.array([1 << bit for bit in range(12, 25)]) / 600_000  # of a latitude as it is sent: from 760 m to 28 degrees


def crowd(ships: int, faults: float, seed: int, *, told: bool = True) -> tuple[pa.Table, list[int | None]]:
    """Reports of ships on straight ways, anywhere; and whose each line is, null where its place is wrong."""
    draw = np.random.default_rng(seed)
    lat, lon, kn, course = (draw.uniform(low, high, (ships, 1)) for low, high in ((-60, 60), (-180, 180), (0, 15), (0, 6.28)))
    seconds = np.sort(draw.uniform(0, SECONDS, (ships, EACH)))
    degrees = kn / 60 * seconds / 3600
    north, east = lat + degrees * np.cos(course), lon + degrees * np.sin(course) / np.cos(np.radians(lat))
    wrong = draw.random((ships, EACH)) < faults
    flipped = north + draw.choice(BITS, (ships, EACH)) * np.where(north > 0, -1, 1)
    north = np.where(wrong, np.where(draw.random((ships, EACH)) < 0.5, flipped, draw.uniform(-85, 85, (ships, EACH))), north)
    order = np.argsort(seconds.ravel())
    whose = np.where(wrong, -1, np.arange(ships)[:, None]).ravel()[order]
    columns = {
        "source_id": pa.array(["file"] * len(order)), "line": pa.array(range(len(order))),
        "mmsi": pa.array([273215713] * len(order)), "origin": pa.array(["observed"] * len(order)),
        "time": pa.array((seconds.ravel()[order] * 1e6).astype("int64")).cast(pa.timestamp("us", tz="UTC")),
        "lat": north.ravel()[order], "lon": ((east + 180) % 360 - 180).ravel()[order],
        "cell": pa.array([0] * len(order)),
    }  # fmt: skip
    if told:
        says = {"sog_kn": kn, "cog_deg": np.degrees(course)}
        columns |= {word: np.broadcast_to(value, north.shape).ravel()[order] for word, value in says.items()}
    rows = pa.table({f.name: columns.get(f.name, pa.nulls(len(order), f.type)) for f in Reports.arrow()})
    return Reports.check(rows), [None if ship < 0 else int(ship) for ship in whose]


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize(("ships", "faults"), [(2, 0.05), (7, 0.03), (16, 0.05), (40, 0.0), (40, 0.02), (40, 0.05)])
def test_ships_that_share_an_mmsi_come_out_as_many_tracks(duck: Engine, ships: int, faults: float, told: bool) -> None:
    """Each track has at least 99 % of one ship's true reports; whether or not the ships say speed and course."""
    table, whose = crowd(ships, faults, seed=ships, told=told)
    made = duck.arrow(positions(duck.table(table), duck))
    heard = Counter(ship for ship in whose if ship is not None)
    tracks: dict[str, Counter[int | None]] = {}
    for row in made.select(["track_id", "line"]).to_pylist():
        tracks.setdefault(row["track_id"], Counter())[whose[row["line"]]] += 1
    largest = {ship: max(count[ship] for count in tracks.values()) / heard[ship] for ship in heard}
    assert len(tracks) == ships
    assert min(largest.values()) >= 0.99
