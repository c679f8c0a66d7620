"""Is the reception model calibrated? Each ship is held out and predicted from all others: heard or not in each known hour.

    python benchmarks/reception.py [--data ../shared/data/ais] [--plot docs/reception.svg]

Printed on the SYNTHETIC scene, on real tankers off Singapore and on a SIMULATED ocean whose receivers are known: the predicted
chance of being heard against how often the ship was heard, in ten equal classes; ``error`` is the mean distance of the two,
weighed by hours. For the ocean also the distance from the true chance, and what becomes of silences that were chosen there.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from darkwake.ais import ingest
from darkwake.ais.cleaned import positions_of
from darkwake.ais.columns import named_mapping
from darkwake.draws import generator
from darkwake.engine import Engine, open_engine
from darkwake.events import GapRule, find
from darkwake.events.reception import ReceptionRule, seen_slots, with_chance
from darkwake.events.silence import SilenceRule
from darkwake.geo import cells
from darkwake.schema import Positions
from darkwake.store import Store

SEED = 20240512
CLASSES = 10
SHIPS, DAYS, EVERY_MIN = 250, 8, 6
HIDING = 0.1
"""Share of the ocean's ships that switch off once."""
WEST, SOUTH, SIDE = 150.0, 30.0, 6.0
START = np.datetime64("2024-05-01T00:00:00", "us")


@dataclass(frozen=True)
class Reliability:
    """Predicted against observed, by class of the prediction."""

    name: str
    hours: NDArray[np.int64]
    predicted: NDArray[np.float64]
    heard: NDArray[np.float64]

    @property
    def error(self) -> float:
        """Mean distance of the two, weighed by hours."""
        return float(np.average(np.abs(self.predicted - self.heard), weights=self.hours))

    def table(self) -> str:
        """As lines of text."""
        rows = [f"{n:>10,}{p:>12.3f}{h:>12.3f}" for n, p, h in zip(self.hours, self.predicted, self.heard, strict=True)]
        head = f"{self.name}: {self.hours.sum():,} ship-hours, error {self.error:.4f}"
        return "\n".join([head, f"{'hours':>10}{'predicted':>12}{'heard':>12}", *rows])


def predictions(positions: object, engine: Engine) -> pa.Table:
    """Known hours of all ships, each predicted from the hours of all others."""
    _, seen, _ = seen_slots(positions, engine, ReceptionRule())
    told = with_chance(seen, seen, ReceptionRule())
    return engine.arrow(told.select("track_id", "slot", "heard", "age", "chance", "lat_e10", "lon_e10", "ais_class"))


def weighed(told: pa.Table) -> NDArray[np.float64]:
    """The chance as silences are judged by: less the longer she was not heard already."""
    s = SilenceRule().persistence
    return np.asarray(told["chance"], np.float64) * s / (s + np.asarray(told["age"], np.float64))


def reliability(name: str, predicted: NDArray[np.float64], heard: NDArray[np.float64]) -> Reliability:
    """Sums by class of the prediction; empty classes are left out."""
    at = np.minimum((predicted * CLASSES).astype(int), CLASSES - 1)
    hours = np.bincount(at, minlength=CLASSES)
    kept = hours > 0
    means = [np.bincount(at, values, CLASSES)[kept] / hours[kept] for values in (predicted, heard)]
    return Reliability(name, hours[kept], *means)


def message_chance(lat: NDArray[np.float64], lon: NDArray[np.float64], weak: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The ocean's truth: chance that one message is heard; a shore station in the west, satellites elsewhere, nobody beyond."""
    from_station = np.hypot(lat - SOUTH - 3, (lon - WEST) * np.cos(np.radians(33)))
    satellite = np.where(lat > SOUTH + 4, 0.0, 0.12)
    chance = np.maximum(0.9 / (1 + np.exp((from_station - 1.2) / 0.15)), satellite)
    return np.asarray(chance * np.where(weak, 0.4, 1.0), np.float64)


def ocean() -> tuple[pa.Table, set[int]]:
    """Positions of ships that cross an ocean, SIMULATED, and the MMSI of those that switched off once for 12 to 30 h."""
    random = generator(SEED, "benchmark", "reception")
    steps = DAYS * 1440 // EVERY_MIN
    weak = random.random(SHIPS) < 0.3
    still = random.random(SHIPS) < 0.3
    speed = np.where(still, 0.05, random.uniform(8, 15, SHIPS))[:, None]
    hours = np.arange(steps)[None, :] * EVERY_MIN / 60
    course = random.uniform(0, 2 * np.pi, (SHIPS, 1))
    start = random.uniform(0, SIDE, (2, SHIPS, 1))
    # Ships turn back at the edges of the square, like a ball.
    lat = SOUTH + _folded(start[0] + speed * hours / 60 * np.cos(course))
    lon = WEST + _folded(start[1] + speed * hours / 60 * np.sin(course) / np.cos(np.radians(33)))
    out = random.random((int(SIDE), DAYS * 24)) < 0.02
    chance = message_chance(lat, lon, np.broadcast_to(weak[:, None], lat.shape))
    column = np.minimum((lon - WEST).astype(int), int(SIDE) - 1)
    heard = (random.random(lat.shape) < chance) & ~out[column, np.minimum(hours.astype(int), DAYS * 24 - 1)]
    hiding = np.flatnonzero(random.random(SHIPS) < HIDING)
    for hider in hiding:
        since = random.uniform(24, DAYS * 24 - 60)
        heard[hider, ((hours >= since) & (hours < since + random.uniform(12, 30)))[0]] = False
    found = np.argwhere(heard)
    ship, step = found[:, 0], found[:, 1]
    jitter = (ship * 37 % (EVERY_MIN * 60)).astype("timedelta64[s]")
    at = START + (step * EVERY_MIN).astype("timedelta64[m]").astype("timedelta64[us]") + jitter.astype("timedelta64[us]")
    columns = {
        word: pa.nulls(len(ship), kind) for word, kind in zip(Positions.arrow().names, Positions.arrow().types, strict=True)
    }
    columns |= {
        "track_id": pa.array([f"ship-{number:04d}" for number in ship]),
        "source_id": pa.array(["file-ocean"] * len(ship)),
        "line": pa.array(np.arange(1, len(ship) + 1)),
        "mmsi": pa.array(200_000_000 + ship),
        "time": pa.array(at).cast(pa.timestamp("us", tz="UTC")),
        "lat": pa.array(lat[ship, step]),
        "lon": pa.array(lon[ship, step]),
        "sog_kn": pa.array(np.broadcast_to(speed, lat.shape)[ship, step]),
        "ais_class": pa.array(np.where(weak[ship], "B", "A")),
        "cell": pa.array(cells(lat[ship, step], lon[ship, step]).astype(np.int64)),
        "origin": pa.array(["simulated"] * len(ship)),
    }
    return Positions.check(pa.table(columns)), {200_000_000 + int(number) for number in hiding}


def _folded(way: NDArray[np.float64]) -> NDArray[np.float64]:
    return SIDE - np.abs(way % (2 * SIDE) - SIDE)


def of_store(name: str, store: Path, engine: Engine) -> Reliability:
    """The reliability on the positions of a store."""
    with Store.open(store) as opened, positions_of(opened, engine) as (positions, _):
        return of_positions(name, positions, engine)


def of_positions(name: str, positions: object, engine: Engine) -> Reliability:
    """The reliability on positions at hand."""
    told = predictions(positions, engine)
    return both(name, told)


def both(name: str, told: pa.Table) -> Reliability:
    """The reliability of the chance that silences are judged by; what the error is without unheard hours is printed beside."""
    heard = np.asarray(told["heard"], np.float64)
    plain = reliability(name, np.asarray(told["chance"], np.float64), heard).error
    print(f"{name}: error {plain:.4f} if the hours unheard before are not looked at")
    return reliability(name, weighed(told), heard)


def against_truth(engine: Engine) -> tuple[Reliability, str]:
    """The ocean: predicted against heard and against the true chance, and the silences of those that hid and of the others."""
    table, hiding = ocean()
    told = predictions(engine.table(table), engine)
    lat, lon = (np.asarray(told[word], np.float64) / 1e10 for word in ("lat_e10", "lon_e10"))
    weak = np.asarray(told["ais_class"].to_pylist()) == "B"
    truth = 1 - (1 - message_chance(lat, lon, weak)) ** (60 / EVERY_MIN)
    off = np.abs(np.asarray(told["chance"], np.float64) - truth)
    gaps = find(table, kinds=["gap"], rules=[GapRule()], engine=engine).table.to_pylist()
    called = [gap for gap in gaps if gap["probability"] > 0.5]
    right = sum(gap["mmsi"] in hiding for gap in called)
    words = (
        f"distance from the true chance: mean {off.mean():.3f}; of {len(gaps)} silences {len(called)} are called chosen "
        f"(over 0.5), {right} of them of the {len(hiding)} that hid; sum of chances {sum(g['probability'] for g in gaps):.1f}"
    )
    return both("simulated ocean (SIMULATED)", told), words


PANEL, LEFT, TOP, BETWEEN, FOOT = 250, 62, 52, 46, 84
"""Layout of the plot: a panel's side, the room left of, above, between and below the panels."""
STYLE = """
svg { font: 13px "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }
svg { --ink: #1a1a1a; --soft: #595959; --rule: #d5dade; --mark: #0072b2; --ground: #fff; }
@media (prefers-color-scheme: dark) {
  svg { --ink: #e8e8e8; --soft: #a8adb3; --rule: #454b52; --mark: #56b4e9; --ground: #15181b; }
}
text { fill: var(--ink); } .soft { fill: var(--soft); font-size: 12px; } .title { font-weight: 600; font-size: 14px; }
.ground { fill: var(--ground); } .panel { fill: none; stroke: var(--rule); } .grid { stroke: var(--rule); stroke-width: 0.7; }
.even { stroke: var(--soft); stroke-dasharray: 5 4; } .off { stroke: var(--mark); stroke-width: 1.3; }
.mark { fill: var(--mark); fill-opacity: 0.55; stroke: var(--mark); stroke-width: 1.2; }
"""


def drawn(found: list[Reliability]) -> str:
    """The reliability plot as SVG: a panel for each data set, classes as circles, their area by hours."""
    wide = LEFT + len(found) * (PANEL + BETWEEN) - BETWEEN + 24
    high = TOP + PANEL + FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img" aria-labelledby="title">',
        '<title id="title">Predicted chance of being heard in an hour, against the share of hours heard</title>',
        f'<style>{STYLE}</style><rect width="{wide}" height="{high}" class="ground"/>',
    ]
    for number, one in enumerate(found):
        parts += _panel(one, LEFT + number * (PANEL + BETWEEN), first=number == 0)
    middle = LEFT + (wide - LEFT - 24) / 2
    parts.append(
        f'<text x="{middle:.0f}" y="{TOP + PANEL + 42}" text-anchor="middle">predicted chance of being heard in an hour</text>'
    )
    key = (
        "circles: one for each tenth of the scale, area by ship-hours; dashed: predicted as it came; upright lines: how far off"
    )
    parts.append(f'<text x="{middle:.0f}" y="{TOP + PANEL + 66}" text-anchor="middle" class="soft">{key}</text>')
    turned = f'transform="translate(18 {TOP + PANEL / 2:.0f}) rotate(-90)" text-anchor="middle"'
    parts.append(f"<text {turned}>share of hours heard</text></svg>")
    return "\n".join(parts) + "\n"


def _panel(one: Reliability, left: int, *, first: bool) -> list[str]:
    """One data set: grid, the line of even chances, and the classes, the largest first so that none is hidden."""
    floor = TOP + PANEL
    said = f"{one.hours.sum():,} ship-hours, mean error {one.error:.3f}"
    parts = [f'<text x="{left}" y="20" class="title">{one.name}</text>', f'<text x="{left}" y="39" class="soft">{said}</text>']
    for tick in (0, 0.25, 0.5, 0.75, 1):
        x, y = left + tick * PANEL, floor - tick * PANEL
        parts.append(f'<path class="grid" d="M{x:.1f} {TOP}V{floor}M{left} {y:.1f}H{left + PANEL}"/>')
        parts.append(f'<text x="{x:.1f}" y="{floor + 18}" text-anchor="middle" class="soft">{tick:g}</text>')
        if first:
            parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end" class="soft">{tick:g}</text>')
    parts.append(f'<rect x="{left}" y="{TOP}" width="{PANEL}" height="{PANEL}" class="panel"/>')
    parts.append(f'<path class="even" d="M{left} {floor}L{left + PANEL} {TOP}"/>')
    for at in np.argsort(-one.hours, kind="stable"):
        x, y, even = left + one.predicted[at] * PANEL, floor - one.heard[at] * PANEL, floor - one.predicted[at] * PANEL
        radius = 2.5 + 13 * np.sqrt(one.hours[at] / one.hours.sum())
        told = f"{one.hours[at]:,} hours: predicted {one.predicted[at]:.2f}, heard {one.heard[at]:.2f}"
        parts.append(f'<path class="off" d="M{x:.1f} {even:.1f}V{y:.1f}"/>')
        parts.append(f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"><title>{told}</title></circle>')
    return parts


def main(arguments: list[str]) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/ais"))
    parser.add_argument("--plot", type=Path)
    asked = parser.parse_args(arguments)
    engine = open_engine()
    with tempfile.TemporaryDirectory() as folder:
        scene, strait = Path(folder) / "scene", Path(folder) / "strait"
        ingest([asked.data / "synthetic" / "scene_a.zip"], scene, origin="simulated")
        tankers = asked.data / "real_singapore_2013_2014" / "tankers_raw.zip"
        ingest([tankers], strait, columns=named_mapping("singapore-raw"))
        found = [of_store("scene_a (SYNTHETIC)", scene, engine), of_store("Singapore tankers", strait, engine)]
    told, words = against_truth(engine)
    found.append(told)
    engine.close()
    print("\n\n".join(one.table() for one in found))
    print(words)
    if asked.plot:
        asked.plot.write_text(drawn(found), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
