"""Whether the false-alarm rate that is asked for holds, and how many ships are found at it.

    python benchmarks/false_alarms.py [--mpx 100] [--rates 1e-6] [--shapes 1 2 5 inf] [--ships 300]
    python benchmarks/false_alarms.py --rare 8 --mpx 0 --ships 0 --rates 1e-7 1e-8 --shapes 1 2 10 inf
    python benchmarks/false_alarms.py --calibrate fine --rates 1e-4 1e-6 1e-8 [--samples 4000]
    python benchmarks/false_alarms.py --needs --rates 1e-7 1e-9 --shapes 1 4 inf
    python benchmarks/false_alarms.py --products --rates 1e-5 1e-7

Prints one JSON object a line. A false alarm is a group of linked hits with one that passed, that is what becomes one detection;
the rate is their number per searched pixel, with the ends of a 90 % interval (Poisson), over the rate asked for. The clutter
has 4.4 looks on independent gamma texture. Ships are bars one pixel wide at 10 m (``--length`` pixels long, straight or in any
direction), whose mean is 10 dB over the mean of the sea and which have speckle of the same looks, 160 pixels apart.

``--rare`` counts the whole search's false alarms on so many fields by importance sampling (``rare.py``), in one band and in two
together, with 90 % intervals: 1e-8 would else take thousands of fields. ``--calibrate`` counts what
``darkwake.detection.windows.COUNTED`` holds, in the same way: detections on fields of independent surprises, which is what
clutter of any law becomes once its law is known, when the tests of a set are given a rate between them.

``--needs`` prints the mean of a ship's echo that a bar needs to pass with a chance of 0.9 as the search tells it, in decibels
over the sea, and how much more it is by counting, on independent speckle and on speckle like Sentinel-1's. ``--products``
counts false alarms on simulated Sentinel-1 products of sea alone, VV and VH, read and calibrated as any: noise taken off and
clipped, speckle correlated, texture or swell, gusts, slicks and streaks. What has structure of its own may give more.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import rare
from numpy.typing import NDArray
from scipy import stats

from darkwake.detection import windows
from darkwake.detection.cfar import WEIGHED, search_radar
from darkwake.detection.clutter import law_of, surprise_gamma, surprise_k
from darkwake.detection.components import link
from darkwake.detection.grid import Grid
from darkwake.detection.hits import Hits
from darkwake.detection.land import find_land
from darkwake.detection.parameters import DetectionParameters, SearchParameters
from darkwake.detection.passing import passing
from darkwake.detection.searched import CHANCE, needed
from darkwake.detection.survey import USUAL_INFLATIONS, Clutter, clutter_of
from darkwake.detection.sweep import Scene, sweep
from darkwake.imagery import Pixels, open_product
from darkwake.imagery.protocol import Window
from darkwake.simulation.safe import write_safe
from darkwake.simulation.safe_scene import SafeScene
from darkwake.simulation.sea import correlated_speckle, gusts, range_trend, slicks, swell, wind_streaks

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


def needs(shape: float, rate: float, related: bool) -> list[dict[str, object]]:
    """For each bar, what a ship's mean has to be as the search says, and how much more by counting."""
    scene = SafeScene(46.2, -7.5)
    speckle = correlated_speckle(Window(0, 0, 1600, 1200), LOOKS, scene.resolution_px, 5)
    random, law = np.random.default_rng(5), law_of(LOOKS)
    variance = (1 + 1 / LOOKS) * (1 + 1 / shape) - 1
    row, answers = law.row(np.array([variance])), []
    for trial in windows.trials_of(windows.FINE, rate, USUAL_INFLATIONS if related else {}).tests:
        pixels = trial.family.pixels
        if not trial.family.straight or not trial.family.linear:
            continue
        ships = random.gamma(LOOKS, 1 / LOOKS, (30_000, pixels))
        if related:
            ships = speckle[:, : 1600 // pixels * pixels].reshape(-1, pixels)[::7].astype(np.float64)
        (limit,), (cap,) = trial.scaled(np.ones(1))
        mean = windows.surprise_of(limit / pixels)
        value = 1 + np.sqrt(variance) * law.deviations(float(mean))[row]
        told = WEIGHED * float(needed(value, LOOKS * pixels / min(trial.inflation, pixels))[0])

        def passes(level: float, ships: NDArray[np.float64] = ships, limit: float = limit, cap: float = cap) -> float:
            surprises = law.surprise((level * ships - 1) / np.sqrt(variance), row)
            return float((windows.weight(np.minimum(surprises, cap)).sum(axis=1) > limit).mean())

        levels = told * 10 ** np.linspace(-0.2, 0.2, 81)
        counted = levels[np.argmax([passes(level) >= CHANCE for level in levels])]
        answer: dict[str, object] = {"shape": shape, "asked": rate, "related": related, "test": trial.family.name}
        told_db, more_db = 10 * np.log10(told), 10 * np.log10(counted / told)
        answers.append(answer | {"told_db": round(float(told_db), 2), "counted_more_db": round(float(more_db), 2)})
    return answers


SEAS: dict[str, dict[str, Any]] = {
    "even": {"sea_shape": np.inf},
    "shape 4": {"sea_shape": 4.0},
    "shape 1.5": {"sea_shape": 1.5},
    "dark": {"sea_db": -24.0},
    "swell and gusts": {"modulations": (swell(18.0, 70.0, 3, depth=0.2), gusts(90.0, 4), range_trend(SIDE))},
    "streaks and slicks": {"modulations": (wind_streaks(40.0, 30.0, 5), slicks(70.0, 6), range_trend(SIDE))},
}


def products(name: str, rates: Sequence[float], seed: int = 11) -> dict[str, object]:
    """False alarms on a simulated product of sea alone."""
    counts = {}
    with tempfile.TemporaryDirectory() as folder:
        write_safe(Path(folder), replace(SafeScene(46.2, -7.5, lines=SIDE, samples=SIDE), **SEAS[name]), seed)
        product = open_product(min(Path(folder).glob("*.SAFE")))
        for rate in rates:
            parameters = DetectionParameters(search=SearchParameters(false_alarm_rate=rate))
            grid = Grid.of(product, parameters.search)
            scene = Scene.of(product, grid, find_land(product, grid, parameters.land), parameters)
            swept = sweep(scene)
            counts[f"{rate:g}"] = [separate(swept.hits), round(rate * swept.searched_px, 2)]
        product.close()
    return {"sea": name, "mpx": swept.searched_px / 1e6, "counted_and_asked": counts}


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
    parser.add_argument("--needs", action="store_true")
    parser.add_argument("--products", action="store_true")
    asked = parser.parse_args()
    for name in SEAS if asked.products else []:
        print(json.dumps(products(name, asked.rates)), flush=True)
    for rate in [] if asked.products else asked.rates:
        for answer in answers(asked, rate):
            print(json.dumps(answer), flush=True)


def answers(asked: argparse.Namespace, rate: float) -> Iterator[dict[str, object]]:
    """What is asked for at a rate."""
    if asked.calibrate:
        yield from (calibrate(asked.calibrate, channels, rate, asked.samples) for channels in (1, 2))
        return
    for shape in asked.shapes:
        if asked.needs:
            yield from needs(shape, rate, related=False) + needs(shape, rate, related=True)
            continue
        for bands in asked.bands if asked.rare else []:
            yield drawn_rarely(shape, rate, asked.rare, bands)
        if asked.mpx:
            yield alarms(shape, rate, asked.mpx)
        yield from (found(shape, rate, asked.ships, length) for length in (asked.length if asked.ships else []))


if __name__ == "__main__":
    main()
