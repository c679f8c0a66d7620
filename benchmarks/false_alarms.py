"""Whether the false-alarm rate that is asked for holds, and how many ships are found at it.

    python benchmarks/false_alarms.py [--mpx 100] [--rates 1e-6] [--shapes 1 2 5 inf] [--ships 300]
    python benchmarks/false_alarms.py --calibrate fine --rates 1e-4 1e-5 1e-6 --mpx 300

Prints one JSON object a line. A false alarm is a group of linked hits with one that passed, that is what becomes one detection;
the rate is their number per searched pixel, with the ends of a 90 % interval (Poisson), over the rate asked for. The clutter
has 4.4 looks on independent gamma texture. Ships are bars one pixel wide at 10 m (``--length`` pixels long, straight or in any
direction), whose mean is 10 dB over the mean of the sea and which have speckle of the same looks, 160 pixels apart.

``--calibrate`` counts what ``darkwake.detection.windows.COUNTED`` holds: detections on fields of independent surprises, which
is what clutter of any law becomes once its law is known, when the tests of a set are given a rate between them.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from darkwake.detection import windows
from darkwake.detection.cfar import search_radar
from darkwake.detection.components import link
from darkwake.detection.grid import Grid
from darkwake.detection.hits import Hits
from darkwake.detection.parameters import SearchParameters
from darkwake.imagery import Pixels

LOOKS, LEVEL, SIDE, APART = 4.4, 0.01, 2000, 160
GRID = Grid(SIDE, SIDE, 10.0, 4, 6, 13)
NO_LAND = np.zeros((SIDE // 4, SIDE // 4), np.bool_)
EDGE = 10


def k_clutter(shape: float, random: np.random.Generator) -> NDArray[np.float32]:
    speckle = random.standard_gamma(LOOKS, (SIDE, SIDE), dtype=np.float32) * np.float32(LEVEL / LOOKS)
    if np.isinf(shape):
        return np.asarray(speckle, np.float32)
    return np.asarray(speckle * random.standard_gamma(shape, (SIDE, SIDE), dtype=np.float32) / np.float32(shape), np.float32)


def separate(hits: Hits) -> int:
    return len(np.unique(link(hits.y, hits.x, 1)[hits.strong]))


def searched(values: NDArray[np.float32], rate: float) -> tuple[Hits, int]:
    pixels = Pixels(values[np.newaxis], np.ones(values.shape, np.bool_))
    hits, where = search_radar(pixels, NO_LAND, GRID, replace(SearchParameters(), false_alarm_rate=rate), "linear")
    return hits, int(where.sum())


def alarms(shape: float, rate: float, mpx: float) -> dict[str, object]:
    """False alarms of clutter alone."""
    count = pixels = 0
    began = time.process_time()
    for seed in range(max(1, round(mpx * 1e6 / SIDE**2))):
        hits, px = searched(k_clutter(shape, np.random.default_rng(seed)), rate)
        count, pixels = count + separate(hits), pixels + px
    ends = [stats.chi2.ppf(0.05, 2 * count) / 2 if count else 0.0, stats.chi2.ppf(0.95, 2 * count + 2) / 2]
    over = [round(float(n) / pixels / rate, 2) for n in (count, *ends)]
    told = {"shape": shape, "asked": rate, "mpx": pixels / 1e6, "alarms": count, "over_asked": over}
    return told | {"seconds": round(time.process_time() - began)}


def hull(length: int, angle: float, random: np.random.Generator | None) -> NDArray[np.int64]:
    """Pixels whose middles lie in a rectangle of one pixel's width: along a row or column, or turned and moved by chance."""
    dy, dx = random.uniform(-0.5, 0.5, 2) if random else ((length + 1) % 2 / 2 * np.array([np.sin(angle), np.cos(angle)]))
    y, x = np.mgrid[-length : length + 1, -length : length + 1]
    along = (y + dy) * np.sin(angle) + (x + dx) * np.cos(angle)
    across = (y + dy) * np.cos(angle) - (x + dx) * np.sin(angle)
    inside = (np.abs(along) <= length / 2 - 1e-9) & (np.abs(across) <= 0.5 - 1e-9)
    return np.stack([y[inside], x[inside]], axis=1)


def found(shape: float, rate: float, ships: int, length: int) -> dict[str, object]:
    """Ships found among those planted, straight along rows and columns and in any direction."""
    told: dict[str, object] = {"shape": shape, "asked": rate, "length_px": length}
    for name in ("straight", "any"):
        seen = planted = 0
        for seed in range(max(1, -(-ships // (SIDE // APART) ** 2))):
            random = np.random.default_rng(1000 + seed)
            values = k_clutter(shape, random)
            places = [(y, x) for y in range(APART // 2, SIDE, APART) for x in range(APART // 2, SIDE, APART)]
            hulls = []
            for y, x in places:
                angle = random.uniform(0, np.pi) if name == "any" else np.pi / 2 * random.integers(2)
                pixels = np.add(hull(length, angle, random if name == "any" else None), [y, x])
                values[pixels[:, 0], pixels[:, 1]] = 10 * LEVEL * random.gamma(LOOKS, 1 / LOOKS, len(pixels))
                hulls.append({(int(v), int(u)) for v, u in pixels})
            hits, _ = searched(values, rate)
            strong = set(zip(hits.y[hits.strong].tolist(), hits.x[hits.strong].tolist(), strict=True))
            seen, planted = seen + sum(bool(one & strong) for one in hulls), planted + len(hulls)
        told[name] = round(seen / planted, 3)
    return told


def calibrate(name: str, rate: float, mpx: float) -> dict[str, object]:
    tested = {"fine": windows.FINE, "coarse": windows.COARSE}[name]
    wanted = windows.counted(rate, tested)
    trials = windows.trials_of(tested, wanted, {})
    random, count, pixels = np.random.default_rng(0), 0, 0
    while pixels < mpx * 1e6:
        field = random.standard_exponential((SIDE + 2 * EDGE, SIDE + 2 * EDGE), dtype=np.float32)
        y, x = np.divmod(np.flatnonzero(field[EDGE:-EDGE, EDGE:-EDGE] > trials.seed), SIDE)

        def at(rows: NDArray[np.int64], columns: NDArray[np.int64], field: NDArray[np.float32] = field) -> NDArray[np.float64]:
            return field[rows + EDGE, columns + EDGE].astype(np.float64)

        rows, columns = windows.passing(y, x, at, trials, np.ones(len(y)))
        place = np.unique((rows + EDGE) * (SIDE + 2 * EDGE) + columns + EDGE)
        count += len(np.unique(link(*np.divmod(place, SIDE + 2 * EDGE), 1)))
        pixels += SIDE**2
    return {"set": name, "given": rate, "counted": count / pixels, "count": count}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mpx", type=float, default=100)
    parser.add_argument("--rates", type=float, nargs="+", default=[1e-6])
    parser.add_argument("--shapes", type=float, nargs="+", default=[1, 2, 5, np.inf])
    parser.add_argument("--ships", type=int, default=600)
    parser.add_argument("--length", type=int, nargs="+", default=[5, 6, 8, 12])
    parser.add_argument("--calibrate", choices=["fine", "coarse"])
    asked = parser.parse_args()
    for rate in asked.rates:
        if asked.calibrate:
            print(json.dumps(calibrate(asked.calibrate, rate, asked.mpx)), flush=True)
            continue
        for shape in asked.shapes:
            if asked.mpx:
                print(json.dumps(alarms(shape, rate, asked.mpx)), flush=True)
            for length in asked.length if asked.ships else []:
                print(json.dumps(found(shape, rate, asked.ships, length)), flush=True)


if __name__ == "__main__":
    main()
