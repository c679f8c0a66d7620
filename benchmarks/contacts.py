"""Every contact that the rules report on real AIS, one line each, with a plot of each to be looked at.

    python benchmarks/contacts.py [--data ../shared/data/ais] [--plots FOLDER]

Ten ships off Singapore (18 months), tankers at four Canadian terminals, the northern Baltic at three instants, 1,000 ships off
the United States, samples of NMEA, and a real meeting of two ships in the Indian Ocean. Printed for each set: how many
positions there are to look at and each row of an encounter; for Singapore also how near the ten came to each other at all.
What the plots show is argued in ``docs/contacts.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from matplotlib.figure import Figure

from darkwake.ais import ingest
from darkwake.ais.cleaned import positions_of
from darkwake.ais.columns import named_mapping
from darkwake.engine import open_engine
from darkwake.errors import InputError
from darkwake.events import EncounterRule, find
from darkwake.geo import distance_m
from darkwake.store import Store

NEAR = EncounterRule(radius_m=500, min_minutes=0, run_minutes=0, sides="merged")
AROUND = timedelta(hours=12)


@dataclass(frozen=True)
class Files:
    """Files of a set and how they are read."""

    name: str
    groups: tuple[tuple[str, str | None], ...]
    """Pattern and bundled column mapping."""


SETS = (
    Files(
        "Singapore",
        (
            ("real_singapore_2013_2014/tankers_raw.zip", "singapore-raw"),
            ("real_singapore_2013_2014/two_harbour_tankers_trips.csv.gz", "singapore-trips"),
        ),
    ),
    Files("Canadian terminals", (("real_vancouver_2024_2026/ships_static_by_visit.csv.gz", "vancouver-visits"),)),
    Files(
        "Baltic",
        (
            ("real_baltic_20251211/*_full.csv.gz", "baltic-full"),
            ("real_baltic_20251211/snapshot_*[0-9]Z.csv.gz", "baltic-latest"),
        ),
    ),
    Files("United States", (("AIS_2023_01_11_us_1000ships.zip", None),)),
    Files("NMEA samples", (("nmea/*.nmea.gz", None), ("nmea/*.nm4.gz", None))),
)
MEETING = {"mmsi": "mmsi", "time": "time", "lat": "lat", "lon": "lon", "sog": "sog_kn"}


def stores(data: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """The sets, each in a store."""
    for number, files in enumerate(SETS):
        store = folder / str(number)
        for pattern, mapping in files.groups:
            columns = named_mapping(mapping) if mapping else None
            ingest(sorted(data.glob(pattern)), store, columns=columns, date=datetime(2020, 1, 1))  # noqa: DTZ001 (samples without a date)
        yield files.name, store
    yield "Indian Ocean 2015", _meeting(data, folder)


def _meeting(data: Path, folder: Path) -> Path:
    """The real meeting of 2015, as it stands in the cases of another project."""
    cases = json.loads((data / "peer_events" / "encounters_pipe_encounters.json").read_text(encoding="utf-8"))["cases"]
    [tracks] = [case["tracks"] for case in cases if "441910000" in (case["tracks"] if isinstance(case["tracks"], dict) else {})]
    lines = [",".join(MEETING)]
    for mmsi, rows in tracks.items():
        lines += [",".join([mmsi, *("" if value is None else str(value) for value in row)]) for row in rows]
    path = folder / "meeting.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    ingest([path], folder / "meeting", columns=MEETING)
    return folder / "meeting"


def main(arguments: list[str]) -> None:
    """Print the rows, draw the plots."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/ais"))
    parser.add_argument("--plots", type=Path)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        for name, store in stores(asked.data, Path(folder)):
            found = find(store, kinds=["encounter"])
            print(f"\n{name}: {found.positions:,} positions to look at, {found.table.num_rows} contacts")
            for row in sorted(found.table.to_pylist(), key=lambda row: row["start"]):
                print(line(row))
                if asked.plots:
                    asked.plots.mkdir(exist_ok=True)
                    plot(row, positions(store), asked.plots / f"{row['event_id'][:14]}.png")
            if name == "Singapore":
                _nearest(store)


def line(row: dict[str, Any]) -> str:
    """An encounter in a line."""
    factors = json.loads(row["factors"])
    ends = f"{row['start']:%Y-%m-%d %H:%M} to {row['end']:%Y-%m-%d %H:%M}"
    place = f"{row['lat']:.4f} {row['lon']:.4f}"
    pair = f"{row['mmsi']}/{row['other_mmsi'] or '?'}"
    heard = factors.get("heard", "both heard")
    return f"{row['event_id'][:14]}  {pair:<20} {ends}  {place}  {row['probability']:.3f}  {factors['class']} ({heard})"


def _nearest(store: Path) -> None:
    """How often two of the ships came within 500 m at all."""
    rows = find(store, kinds=["encounter"], rules=[NEAR]).table.to_pylist()
    print(f"within 500 m on the ten-minute clock: {len(rows)} times")
    for row in sorted(rows, key=lambda row: row["start"]):
        factors = json.loads(row["factors"])
        speed = factors["median_speed_kn"]
        said = "one tick" if speed is None else f"{speed:.1f} kn"
        pair = f"{row['mmsi']}/{row['other_mmsi']}"
        print(
            f"  {pair:<20} {row['start']:%Y-%m-%d %H:%M}  {factors['minutes']:>4} min  {factors['closest_m']:>5.0f} m  {said}"
        )


def positions(store: Path) -> pa.Table:
    """The positions that events are found in."""
    engine = open_engine()
    try:
        with Store.open(store) as opened, positions_of(opened, engine) as (expression, _):
            return engine.arrow(expression)
    finally:
        engine.close()


def plot(row: dict[str, Any], heard: pa.Table, path: Path) -> None:
    """Tracks, the same from near by, speeds and headings, and the distance of the two."""
    matplotlib.use("Agg")
    figure = Figure(figsize=(13, 9))
    (tracks, near), (speed, apart) = figure.subplots(2, 2)
    around = max(AROUND, row["end"] - row["start"])
    ships = [
        _track(heard, mmsi, row["start"] - around, row["end"] + around) for mmsi in (row["mmsi"], row["other_mmsi"]) if mmsi
    ]
    for ship, colour in zip(ships, ("tab:blue", "tab:red"), strict=False):
        for axes in (tracks, near):
            axes.plot(ship["lon"], ship["lat"], ".-", markersize=3, linewidth=0.5, color=colour, label=str(ship["mmsi"][0]))
        speed.plot(ship["time"], ship["sog_kn"], ".", markersize=3, color=colour)
        apart.plot(ship["time"], distance_m(ship["lat"], ship["lon"], row["lat"], row["lon"]), ".", markersize=3, color=colour)
    if len(ships) == 2:
        _together(ships, apart)
    tracks.legend()
    near.set(xlim=(row["lon"] - 0.01, row["lon"] + 0.01), ylim=(row["lat"] - 0.008, row["lat"] + 0.008), title="within a mile")
    speed.set(ylabel="speed, kn")
    apart.set(ylabel="metres: dots from the place of the event, line between the two", yscale="symlog")
    for axes in (speed, apart):
        axes.axvspan(row["start"], row["end"], color="gold", alpha=0.3)
        axes.tick_params("x", rotation=20)
    figure.suptitle(line(row))
    figure.savefig(path, dpi=70)


def _track(heard: pa.Table, mmsi: int, start: datetime, end: datetime) -> dict[str, np.ndarray]:
    time = heard["time"]
    inside = pc.and_(pc.equal(heard["mmsi"], mmsi), pc.and_(pc.greater_equal(time, start), pc.less_equal(time, end)))
    rows = heard.filter(inside).sort_by("time")
    columns = {word: rows[word].to_numpy() for word in ("mmsi", "lat", "lon", "sog_kn")}
    return columns | {"time": rows["time"].cast(pa.timestamp("us")).to_numpy()}


def _together(ships: list[dict[str, np.ndarray]], axes: Any) -> None:
    """The distance between the two, at the times when the first was heard, on straight lines of the second."""
    one, other = ships
    seconds = [ship["time"].astype("int64") / 1e6 for ship in ships]
    lat, lon = (np.interp(seconds[0], seconds[1], other[word]) for word in ("lat", "lon"))
    axes.plot(one["time"], distance_m(one["lat"], one["lon"], lat, lon), "-", linewidth=0.7, color="black")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except InputError as fault:
        sys.exit(str(fault))
