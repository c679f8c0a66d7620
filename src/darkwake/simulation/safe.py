"""Writes a simulated Sentinel-1 IW GRDH product: a SAFE folder with real structure, and the truth beside it.

    DN^2 = (level x A^2 + noise) x speckle + echoes x A^2       A: calibration table, noise: noise tables

The image is made strip by strip, each strip in tiles, so that a full scene needs little memory. The name bears a letter that no
satellite has, and the manifest's processing facility is ``SIMULATED``: such scenes have ``origin = simulated``.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.control import GroundControlPoint
from rasterio.windows import Window as RasterWindow

from darkwake.draws import generator
from darkwake.engine.ahead import in_order
from darkwake.imagery.protocol import Window
from darkwake.simulation import safe_xml
from darkwake.simulation.coast import add_post
from darkwake.simulation.composing import GHOSTS_BELOW_DB, smear_of
from darkwake.simulation.echoes import Echo, View, add, echo, ghost_offset_m, ghosts
from darkwake.simulation.fields import BLOCK_PX, Array
from darkwake.simulation.safe_geometry import Geometry
from darkwake.simulation.safe_manifest import manifest
from darkwake.simulation.safe_scene import CROSS_SEA_DB, MISSION, SafeScene, Seen, in_polarisation, seen
from darkwake.simulation.safe_xml import (
    DATA_TAKE,
    ORBIT_NUMBER,
    Tables,
    first_line,
    grid_axes,
    last_line,
    scallop,
    scallop_lines,
)
from darkwake.simulation.sea import Sea, decibels
from darkwake.simulation.wakes import lay_wake

TILE_PX = 2048
DN_MAX = 65_535
POST_REACH_M = 400.0
"""Side lobes of platforms, cranes and the like are drawn this far."""
CLASS = {1: "1SSV", 2: "1SDV"}

Numbers = NDArray[np.uint16]
Coordinates = NDArray[np.float64]


@dataclass(frozen=True)
class ShipTruth:
    """A ship: her true place on the ground and in pixels, where the image shows her, and the box of her hull there."""

    lat: float
    lon: float
    x: float
    y: float
    seen_x: float
    seen_y: float
    box: tuple[int, int, int, int]
    length_m: float
    beam_m: float
    heading_deg: float
    image_heading_deg: float
    kind: str
    speed_kn: float


@dataclass(frozen=True)
class Truth:
    """What is truly in a product."""

    product: Path
    ships: tuple[ShipTruth, ...]
    structures: tuple[dict[str, object], ...] = field(default=())


def write_safe(folder: Path, scene: SafeScene, seed: int, *, zipped: bool = False, threads: int = 1) -> Truth:
    """Write a product into a folder, and ``NAME.truth.json`` beside it; zipped, the folder is put into a zip as well.

    ``threads`` work at once, each on a strip of its own; the product does not depend on how many.
    """
    geometry = scene.geometry
    product = folder / _name(scene, geometry, seed)
    files: dict[str, str] = {}
    for below in ("measurement", "annotation/calibration"):
        (product / below).mkdir(parents=True, exist_ok=True)
    ships = [seen(ship, geometry) for ship in scene.ships]
    statistics = _write_measurements(product, scene, geometry, ships, seed, threads)
    for polarisation in scene.polarisations:
        stem = _stem(scene, geometry, polarisation)
        files |= _write_parts(product, stem, scene, geometry, polarisation, statistics[polarisation])
    (product / "manifest.safe").write_bytes(manifest(product, scene, geometry, files))
    truth = Truth(product, tuple(_ship(one) for one in ships), _structures(scene, geometry))
    told = asdict(truth) | {"product": product.name, "origin": "simulated", "seed": seed}
    (folder / f"{product.name}.truth.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    if zipped:
        _zip(product)
    return truth


def _zip(product: Path) -> None:
    with zipfile.ZipFile(product.with_suffix(".SAFE.zip"), "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(product.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(product.parent).as_posix())


def _name(scene: SafeScene, geometry: Geometry, seed: int) -> str:
    start, stop = (moment(scene, geometry).strftime("%Y%m%dT%H%M%S") for moment in (first_line, last_line))
    check = zlib.crc32(f"{seed} {scene.lat} {scene.lon}".encode()) & 0xFFFF
    kind = CLASS[len(scene.polarisations)]
    return f"{MISSION}_IW_GRDH_{kind}_{start}_{stop}_{ORBIT_NUMBER:06d}_{DATA_TAKE:06X}_{check:04X}.SAFE"


def _stem(scene: SafeScene, geometry: Geometry, polarisation: str) -> str:
    start, stop = (moment(scene, geometry).strftime("%Y%m%dt%H%M%S") for moment in (first_line, last_line))
    number = scene.polarisations.index(polarisation) + 1
    mission, channel = MISSION.lower(), polarisation.lower()
    return f"{mission}-iw-grd-{channel}-{start}-{stop}-{ORBIT_NUMBER:06d}-{DATA_TAKE:06x}-{number:03d}"


def _write_parts(
    product: Path, stem: str, scene: SafeScene, geometry: Geometry, polarisation: str, statistics: tuple[float, float]
) -> dict[str, str]:
    """The annotation of one polarisation; names of all its files and their kinds."""
    parts = {
        f"annotation/{stem}.xml": ("product", safe_xml.annotation(scene, geometry, polarisation, statistics)),
        f"annotation/calibration/calibration-{stem}.xml": ("calibration", safe_xml.calibration(scene, geometry, polarisation)),
        f"annotation/calibration/noise-{stem}.xml": ("noise", safe_xml.noise(scene, geometry, polarisation)),
    }
    for name, (_, data) in parts.items():
        (product / name).write_bytes(data)
    return {name: kind for name, (kind, _) in parts.items()} | {f"measurement/{stem}.tiff": "measurement"}


def _ship(one: Seen) -> ShipTruth:
    x, y = one.seen_xy
    ship = one.ship
    return ShipTruth(
        *(ship.lat, ship.lon, one.vessel.x, one.vessel.y, x, y, _box(one), ship.length_m, ship.beam_m),
        *(ship.heading_deg, one.vessel.heading_deg, one.vessel.kind, ship.speed_kn),
    )


def _structures(scene: SafeScene, geometry: Geometry) -> tuple[dict[str, object], ...]:
    """Posts of the coast, with their places on the ground."""
    posts = scene.coast.posts if scene.coast else ()
    places = [geometry.locate(post.x, post.y) for post in posts]
    return tuple(
        {"what": post.what, "x": post.x, "y": post.y, "lat": float(lat), "lon": float(lon), "radius_m": post.radius_m}
        for post, (lat, lon) in zip(posts, places, strict=True)
    )


def _write_measurements(
    product: Path, scene: SafeScene, geometry: Geometry, ships: list[Seen], seed: int, threads: int
) -> dict[str, tuple[float, float]]:
    """The images of all polarisations, strip by strip; mean and standard deviation of each."""
    sums = {polarisation: np.zeros(2) for polarisation in scene.polarisations}
    with ExitStack() as stack:
        images = {}
        for polarisation in scene.polarisations:
            path = product / "measurement" / f"{_stem(scene, geometry, polarisation)}.tiff"
            images[polarisation] = stack.enter_context(_opened(path, scene, geometry))
        for row, strips in _strips(scene, geometry, ships, seed, threads):
            for polarisation, numbers in strips.items():
                images[polarisation].write(numbers, 1, window=RasterWindow(0, row, scene.samples, len(numbers)))
                sums[polarisation] += numbers.sum(dtype=np.float64), np.square(numbers, dtype=np.float64).sum()
    count = scene.lines * scene.samples
    return {name: (s / count, float(np.sqrt(max(q / count - (s / count) ** 2, 0)))) for name, (s, q) in sums.items()}


def _opened(path: Path, scene: SafeScene, geometry: Geometry) -> rasterio.io.DatasetWriter:
    """A measurement to be written: rows as strips, places by ground control points, as ESA's."""
    line, pixel = (axis.ravel() for axis in np.meshgrid(*grid_axes(scene), indexing="ij"))
    lat, lon = geometry.locate(pixel + 0.5, line + 0.5)
    points = [
        GroundControlPoint(row=float(r), col=float(c), x=float(x), y=float(y), z=0.0)
        for r, c, x, y in zip(line, pixel, lon, lat, strict=True)
    ]
    profile = {"driver": "GTiff", "dtype": "uint16", "count": 1, "width": scene.samples, "height": scene.lines}
    image = rasterio.open(path, "w", **profile, crs="EPSG:4326", gcps=points, blockysize=1)
    image.update_tags(TIFFTAG_IMAGEDESCRIPTION="Sentinel-1 IW GRD HR L1 (simulated)", TIFFTAG_SOFTWARE="SIMULATED")
    return image


def _strips(
    scene: SafeScene, geometry: Geometry, ships: list[Seen], seed: int, threads: int
) -> Iterator[tuple[int, dict[str, Numbers]]]:
    """First row and digital numbers by polarisation, in order; each strip depends on the seed and its place alone."""
    tables = Tables.of(scene, geometry)
    noises = {polarisation: tables.noise(polarisation).astype(np.float32) for polarisation in scene.polarisations}
    swell = scallop_lines(scene), scallop(scallop_lines(scene))
    painter = _Painter(scene, ships, seed, (tables.gain() ** 2).astype(np.float32), noises, swell)
    echoes = _Echoes(scene, ships, seed)
    windows = [Window(0, row, scene.samples, min(row + BLOCK_PX, scene.lines)) for row in range(0, scene.lines, BLOCK_PX)]
    given = ((window, echoes.about(window.y0, window.y1)) for window in windows)
    yield from zip((window.y0 for window in windows), in_order(painter.strip, given, threads), strict=True)


@dataclass(frozen=True)
class _Painter:
    """What makes strips: power of a digital number by column, thermal noise, its swell from line to line."""

    scene: SafeScene
    ships: list[Seen]
    seed: int
    gain: Array
    noises: dict[str, Array]
    swell: tuple[Coordinates, Coordinates]

    def strip(self, window: Window, patches: dict[str, list[Echo]]) -> dict[str, Numbers]:
        """Digital numbers of a strip, by polarisation."""
        rows = np.interp(np.arange(window.y0, window.y1), *self.swell).astype(np.float32)[:, None]
        level = _level(self.scene, window, self.ships, self.seed)
        found = {}
        for polarisation, noise in self.noises.items():
            below = np.float32(1.0) if polarisation in ("VV", "HH") else decibels(CROSS_SEA_DB)
            power = level * (self.gain * below)
            power += rows * noise
            power *= _speckle(self.scene, window, self.seed, polarisation)
            _add_echoes(power, patches[polarisation], self.scene, window, self.gain, self.seed)
            found[polarisation] = _digital(power, self.scene.border_px)
        return found


def _level(scene: SafeScene, window: Window, ships: list[Seen], seed: int) -> Array:
    """Mean sigma nought (VV) of a strip, tile by tile."""
    sea = Sea(seed, scene.sea_db, scene.sea_shape, scene.looks, modulations=tuple(scene.modulations))
    out = np.empty(window.shape, dtype=np.float32)
    for x0 in range(0, window.x1, TILE_PX):
        tile = Window(x0, window.y0, min(x0 + TILE_PX, window.x1), window.y1)
        level = sea.level(tile)
        for one in ships:
            if one.vessel.speed_kn > 0:
                lay_wake(level, one.vessel, one.view, tile, seed)
        out[:, tile.x0 : tile.x1] = level if scene.coast is None else scene.coast.over(level, tile)
    return out


def _speckle(scene: SafeScene, window: Window, seed: int, polarisation: str) -> Array:
    """Speckle of its own in each polarisation."""
    own = seed + 1000 * (scene.polarisations.index(polarisation) + 1)
    sea = Sea(own, looks=scene.looks, resolution_px=scene.resolution_px, bank_px=scene.bank_px)
    return sea.speckle(window)


def _add_echoes(power: Array, patches: list[Echo], scene: SafeScene, window: Window, gain: Array, seed: int) -> None:
    """Add ships and posts to the power of a strip, in digital numbers squared."""
    for patch in patches:
        x0, x1 = max(patch.x0, 0), min(patch.x0 + patch.intensity.shape[1], scene.samples)
        if x0 < x1:
            add(power, patch.intensity[:, x0 - patch.x0 : x1 - patch.x0] * gain[x0:x1], x0, patch.y0 - window.y0)
    for number, post in enumerate(scene.coast.posts if scene.coast else ()):
        reach = int((post.radius_m + POST_REACH_M) / scene.spacing_m) + 2
        x0, x1 = max(int(post.x) - reach, 0), min(int(post.x) + reach, scene.samples)
        if window.y0 - reach < post.y < window.y1 + reach and x0 < x1:
            lit = np.zeros((window.shape[0], x1 - x0), dtype=np.float32)
            view = View(spacing_m=scene.spacing_m, reach_m=POST_REACH_M)
            add_post(lit, post, Window(x0, window.y0, x1, window.y1), view, generator(seed, "post", str(number)))
            power[:, x0:x1] += lit * gain[x0:x1]


def _digital(power: Array, border_px: int) -> Numbers:
    """Digital numbers, made in place of the power; the border of a swath is 0."""
    np.sqrt(power, out=power)
    power += np.float32(0.5)
    numbers = np.clip(power, 1, DN_MAX, out=power).astype(np.uint16)
    if border_px:
        numbers[:, :border_px] = numbers[:, -border_px:] = 0
    return numbers


class _Echoes:
    """Echoes of ships, made when a strip comes to them and let go when it has passed."""

    def __init__(self, scene: SafeScene, ships: list[Seen], seed: int) -> None:
        self._scene, self._ships, self._seed = scene, ships, seed
        self._made: dict[int, dict[str, list[Echo]]] = {}

    def about(self, first: int, end: int) -> dict[str, list[Echo]]:
        """Patches that touch rows, by polarisation, ghosts among them."""
        near = [number for number, one in enumerate(self._ships) if _reaches(one, first, end)]
        self._made = {number: self._made.get(number) or self._all(number) for number in near}
        return {name: [patch for made in self._made.values() for patch in made[name]] for name in self._scene.polarisations}

    def _all(self, number: int) -> dict[str, list[Echo]]:
        return {name: self._patches(number, name) for name in self._scene.polarisations}

    def _patches(self, number: int, polarisation: str) -> list[Echo]:
        one = self._ships[number]
        random = generator(self._seed, "echo", str(number), polarisation)
        smear_m = smear_of(one.vessel, one.view, generator(self._seed, "smear", str(number)))
        lit = echo(one.vessel, in_polarisation(one, polarisation), random, smear_m=smear_m)
        return [lit, *ghosts(lit, one.view, below_db=float(random.uniform(*GHOSTS_BELOW_DB)))]


def _reaches(one: Seen, first: int, end: int) -> bool:
    """Whether an echo or a ghost of a ship can touch rows."""
    reach = (ghost_offset_m(one.view) + one.view.reach_m + one.vessel.length_m) / one.view.spacing_m
    return first - reach < one.seen_xy[1] < end + reach


def _box(one: Seen) -> tuple[int, int, int, int]:
    """The box of a hull where the image shows it, from its corners."""
    angle, (x, y) = np.radians(one.vessel.heading_deg), one.seen_xy
    half, aside = one.vessel.length_m / 2 / one.view.spacing_m, one.vessel.beam_m / 2 / one.view.spacing_m
    dx = abs(half * np.sin(angle)) + abs(aside * np.cos(angle))
    dy = abs(half * np.cos(angle)) + abs(aside * np.sin(angle))
    return int(np.floor(x - dx)), int(np.floor(y - dy)), int(np.ceil(x + dx)), int(np.ceil(y + dy))
