"""Whether the false-alarm rate that is asked for holds, and how many ships are found at it.

    python benchmarks/false_alarms.py [--mpx 100] [--rates 1e-6] [--shapes 1 2 5 inf] [--ships 300]
    python benchmarks/false_alarms.py --rare 8 --mpx 0 --ships 0 --rates 1e-7 1e-8 --shapes 1 2 10 inf
    python benchmarks/false_alarms.py --calibrate fine --rates 1e-4 1e-6 1e-8 [--samples 4000]

Prints one JSON object a line. A false alarm is a group of linked hits with one that passed, that is what becomes one detection;
the rate is their number per searched pixel, with the ends of a 90 % interval (Poisson), over the rate asked for. The clutter
has 4.4 looks on independent gamma texture. Ships are bars one pixel wide at 10 m (``--length`` pixels long, straight or in any
direction), whose mean is 10 dB over the mean of the sea and which have speckle of the same looks, 160 pixels apart.

``--rare`` counts the whole search's false alarms on so many fields by importance sampling (``rare.py``), in one band and in two
together, with 90 % intervals: 1e-8 would else take thousands of fields. ``--calibrate`` counts what
``darkwake.detection.windows.COUNTED`` holds, in the same way: detections on fields of independent surprises, which is what
clutter of any law becomes once its law is known, when the tests of a set are given a rate between them.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import rare
from numpy.typing import NDArray
from scipy import stats

from darkwake.detection import windows
from darkwake.detection.cfar import search_radar
from darkwake.detection.clutter import surprise_gamma, surprise_k
from darkwake.detection.components import link
from darkwake.detection.grid import Grid
from darkwake.detection.hits import Hits
from darkwake.detection.parameters import SearchParameters
from darkwake.detection.passing import passing
from darkwake.detection.survey import Clutter, clutter_of
from darkwake.imagery import Pixels

LOOKS, LEVEL, SIDE, APART = 4.4, 0.01, 2000, 160
GRID = Grid(SIDE, SIDE, 10.0, 4, 6, 13)
NO_LAND = np.zeros((SIDE // 4, SIDE // 4), np.bool_)
BETWEEN = 80
ROUGH_SEED = 5.5
"""Surprise of seeds in clutter of shape 1: more are tried than in other seas."""


def k_clutter(shape: float, random: np.random.Generator) -> NDArray[np.float32]:
    speckle = random.standard_gamma(LOOKS, (SIDE, SIDE), dtype=np.float32) * np.float32(LEVEL / LOOKS)
    if np.isinf(shape):
        return np.asarray(speckle, np.float32)
    return np.asarray(speckle * random.standard_gamma(shape, (SIDE, SIDE), dtype=np.float32) / np.float32(shape), np.float32)


def separate(hits: Hits) -> int:
    return len(np.unique(link(hits.y, hits.x, 1)[hits.strong]))


def searched(values: NDArray[np.float32], rate: float, told: Sequence[Clutter] = ()) -> tuple[Hits, int]:
    values = values.reshape(-1, SIDE, SIDE)
    pixels = Pixels(values, np.ones(values.shape[1:], np.bool_))
    hits, where = search_radar(pixels, NO_LAND, GRID, replace(SearchParameters(), false_alarm_rate=rate), "linear", told)
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


def drawn_rarely(shape: float, rate: float, fields: int, bands: int) -> dict[str, object]:
    """False alarms by importance sampling (``rare.py``): the whole search, on fields with places in which pixels are drawn."""
    given = windows.given(rate / windows.tests_of(bands), windows.FINE)
    made = rare.tilts(windows.FINE, given, [(0,)] if bands == 1 else [(0,), (1,), (0, 1)])
    level = np.exp(np.linspace(np.log(1e-6), np.log(3e3), 60_001))
    law = surprise_gamma(level, LOOKS) if np.isinf(shape) else surprise_k(level, LOOKS, shape)
    corners = [(y, x) for y in range(100, SIDE - 100, BETWEEN) for x in range(100, SIDE - 100, BETWEEN)]
    counts, ratios = [], []
    began = time.process_time()
    for seed in range(fields):
        random = np.random.default_rng(500_000 + seed)
        values = np.stack([k_clutter(shape, random) for _ in range(bands)])
        told = [clutter_of([(band, np.ones(band.shape, np.bool_))], GRID.spacing_m) for band in values]
        parts = [values[:, y : y + rare.PATCH, x : x + rare.PATCH] for y, x in corners]
        surprises = np.interp(np.array(parts) / LEVEL, level, law)
        for part, patch in zip(parts, surprises, strict=True):
            clean = patch.copy()
            part[...] = np.where(rare.draw(patch, made, random) != clean, LEVEL * np.interp(patch, law, level), part)
        ratios.append(rare.likelihoods(made, surprises))
        counts.append(within(searched(values, rate, told)[0], corners))
    over = [round(one / rate, 2) for one in rare.rate_of(np.concatenate(counts), np.concatenate(ratios))]
    answer = {"shape": shape, "bands": bands, "asked": rate, "places": fields * len(corners), "over_asked": over}
    return answer | {"seconds": round(time.process_time() - began)}


def within(hits: Hits, corners: list[tuple[int, int]]) -> NDArray[np.float64]:
    """False alarms whose brightest pixel lies in the region of each patch."""
    y, x = brightest(hits)
    counts = np.zeros(len(corners))
    for n, (top, left) in enumerate(corners):
        row, column = y - top - rare.MARGIN, x - left - rare.MARGIN
        counts[n] = ((row >= 0) & (row < rare.REGION) & (column >= 0) & (column < rare.REGION)).sum()
    return counts


def brightest(hits: Hits) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The brightest pixel of each detection."""
    labels = link(hits.y, hits.x, 1)
    strong = np.bincount(labels, hits.strong) > 0 if len(hits) else np.zeros(0, np.bool_)
    order = np.argsort(hits.value, kind="stable")
    peak = np.zeros(len(strong), np.int64)
    peak[labels[order]] = order
    return hits.y[peak[strong]], hits.x[peak[strong]]


def calibrate(name: str, channels: int, rate: float, samples: int) -> dict[str, object]:
    """What is counted when the tests of a set are given a rate, by importance sampling on fields of surprises."""
    tested = {"fine": windows.FINE, "coarse": windows.COARSE}[name]
    trials = windows.trials_of(tested, windows.counted(rate, tested, channels), {}, channels=channels)
    made = rare.tilts(tested, rate, [tuple(range(channels))])
    counts, ratios = [], []
    for seed in range(max(1, samples // 1000)):
        random = np.random.default_rng(seed)
        fields = random.standard_exponential((1000, channels, rare.PATCH, rare.PATCH))
        for patch in fields:
            rare.draw(patch, made, random)
        ratios.append(rare.likelihoods(made, fields))
        counts.append(np.array([passed(patch, trials) for patch in fields]))
    told = rare.rate_of(np.concatenate(counts), np.concatenate(ratios))
    return {"set": name, "channels": channels, "given": rate, "counted": told[0], "interval": told[1:]}


def passed(patch: NDArray[np.float64], trials: windows.Trials) -> float:
    """Detections in the middle of a patch of surprises, each by its brightest pixel."""
    edge = 2 * rare.REACH + 1
    seeds = (patch > min(trials.seed, ROUGH_SEED)).any(axis=0)
    y, x = np.nonzero(seeds & (patch.sum(axis=0) > windows.SEED_TOGETHER) if len(patch) > 1 else seeds)
    padded = np.pad(patch, ((0, 0), (edge, edge), (edge, edge)))
    rows, columns = passing(y, x, lambda v, u: padded[:, v + edge, u + edge], trials, np.ones(len(y)))
    place = np.unique(np.ravel_multi_index((rows + edge, columns + edge), padded.shape[1:]))
    y, x = np.unravel_index(place, padded.shape[1:])
    value, every = padded[:, y, x].max(axis=0), np.ones(len(y))
    hits = Hits(y, x, value, every, every, every > 0, every.astype(np.uint8))
    return float(within(hits, [(edge, edge)])[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mpx", type=float, default=100)
    parser.add_argument("--rates", type=float, nargs="+", default=[1e-6])
    parser.add_argument("--shapes", type=float, nargs="+", default=[1, 2, 5, np.inf])
    parser.add_argument("--ships", type=int, default=600)
    parser.add_argument("--length", type=int, nargs="+", default=[5, 6, 8, 12])
    parser.add_argument("--rare", type=int, default=4, metavar="FIELDS")
    parser.add_argument("--bands", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--calibrate", choices=["fine", "coarse"])
    parser.add_argument("--samples", type=int, default=4000)
    asked = parser.parse_args()
    for rate in asked.rates:
        if asked.calibrate:
            for channels in (1, 2):
                print(json.dumps(calibrate(asked.calibrate, channels, rate, asked.samples)), flush=True)
            continue
        for shape in asked.shapes:
            for bands in asked.bands if asked.rare else []:
                print(json.dumps(drawn_rarely(shape, rate, asked.rare, bands)), flush=True)
            if asked.mpx:
                print(json.dumps(alarms(shape, rate, asked.mpx)), flush=True)
            for length in asked.length if asked.ships else []:
                print(json.dumps(found(shape, rate, asked.ships, length)), flush=True)


if __name__ == "__main__":
    main()
