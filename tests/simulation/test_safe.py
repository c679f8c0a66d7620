"""Simulated Sentinel-1 products: read back, positions agree to a metre and sigma nought to the quantisation."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
import pytest
import rasterio
from defusedxml.ElementTree import parse
from pyproj import Geod

from darkwake.errors import InputError
from darkwake.imagery import scene_row
from darkwake.imagery.opening import open_product
from darkwake.imagery.protocol import Product, Window
from darkwake.simulation.safe import Truth, write_safe
from darkwake.simulation.safe_full import write_full_scene
from darkwake.simulation.safe_geometry import Geometry, orbit_over
from darkwake.simulation.safe_scene import FACILITY, SafeScene, ShipAt, image_heading_deg, seen

GEOD = Geod(ellps="WGS84")
SIZE = 640, 700
PLACES = [(35.0, -10.0, "ascending"), (0.5, 179.98, "descending"), (-55.0, -70.0, "ascending"), (78.0, 15.0, "descending")]


def _scene() -> SafeScene:
    """A calm sea with a ship at rest, one that sails away from the radar, and a boat."""
    geometry = SafeScene(54.2, 8.0, lines=SIZE[0], samples=SIZE[1]).geometry
    lat, lon = geometry.locate([150.0, 350.0, 550.0], [320.0, 320.0, 500.0])
    bearing = float(GEOD.inv(lon[0], lat[0], lon[1], lat[1])[0])
    ships = (
        ShipAt(float(lat[0]), float(lon[0]), 220.0, 32.0, 300.0, "tanker"),
        ShipAt(float(lat[1]), float(lon[1]), 180.0, 28.0, bearing, "container", speed_kn=12.0, brightness_db=4.0),
        ShipAt(float(lat[2]), float(lon[2]), 60.0, 11.0, 20.0),
    )
    moment = datetime(2024, 3, 1, 17, 4, 5, 123456, tzinfo=UTC)
    return SafeScene(54.2, 8.0, moment, lines=SIZE[0], samples=SIZE[1], sea_db=-21.0, ships=ships)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    return write_safe(tmp_path_factory.mktemp("safe"), _scene(), 4)


@pytest.fixture(scope="module")
def product(written: Truth) -> Product:
    return open_product(written.product)


@pytest.mark.parametrize(("lat", "lon", "passing"), PLACES)
def test_pixels_and_places_are_each_others_inverse(lat: float, lon: float, passing: str) -> None:
    geometry = Geometry.over((lat, lon), passing, 38.5, (16_700, 25_000), 10.0)  # type: ignore[arg-type]
    x, y = (axis.ravel() for axis in np.meshgrid([0.5, 9_000.0, 24_999.5], [0.5, 9_000.0, 16_699.5]))
    back = geometry.pixel_of(*geometry.locate(x, y))
    assert np.abs(back[0] - x).max() < 1e-4
    assert np.abs(back[1] - y).max() < 1e-4


@pytest.mark.parametrize(("lat", "lon", "passing"), PLACES)
def test_pixels_are_ten_metres_and_square_and_the_middle_is_where_asked(lat: float, lon: float, passing: str) -> None:
    geometry = Geometry.over((lat, lon), passing, 38.5, (2_000, 3_000), 10.0)  # type: ignore[arg-type]
    lats, lons = geometry.locate([1500.0, 1501.0, 1500.0], [1000.0, 1000.0, 1001.0])
    across, along = (GEOD.inv(lons[0], lats[0], lons[k], lats[k]) for k in (1, 2))
    assert GEOD.inv(lon, lat, lons[0], lats[0])[2] < 0.01
    assert (across[2], along[2]) == pytest.approx((10.0, 10.0), abs=0.01)
    # The flight turns with the Earth: range and azimuth are square to within a degree; the radar looks to the right.
    assert (across[0] - along[0]) % 360 == pytest.approx(90.0, abs=1.0)


def test_a_velocity_is_the_rate_of_the_position() -> None:
    orbit = orbit_over(50.0, 5.0, "ascending", 38.0)
    rate = (orbit.position_m(10.001) - orbit.position_m(9.999)) / 0.002
    assert np.allclose(rate, orbit.velocity_m_s(10.0), atol=1e-3)
    assert 7_500 < float(np.linalg.norm(rate)) < 7_650


def test_a_place_that_no_orbit_passes_is_refused() -> None:
    with pytest.raises(InputError, match="no orbit sees"):
        orbit_over(89.0, 0.0, "ascending", 38.0)


def test_the_product_says_what_was_written(product: Product) -> None:
    about = product.about
    assert (about.width, about.height, about.bands, about.passing) == (700, 640, ("VV", "VH"), "ascending")
    assert about.platform == "S1Z"
    assert about.time == _scene().time
    assert about.notes == ()


def test_read_back_places_agree_to_a_metre(written: Truth, product: Product) -> None:
    located = product.locate([ship.x for ship in written.ships], [ship.y for ship in written.ships])
    assert located is not None
    off_m = [GEOD.inv(lon, lat, ship.lon, ship.lat)[2] for lat, lon, ship in zip(*located, written.ships, strict=True)]
    assert max(off_m) < 1.0


def test_ships_shine_where_the_truth_has_them(written: Truth, product: Product) -> None:
    values = product.read(Window(0, 0, 700, 640)).values[0]
    for ship in written.ships:
        x0, y0, x1, y1 = ship.box
        inside, about = values[y0:y1, x0:x1], values[y0 - 40 : y1 + 40, x0 - 40 : x1 + 40]
        assert float(inside.mean()) > 10 * float(np.median(about))


def test_a_ship_that_sails_away_is_shifted_against_the_flight(written: Truth, product: Product) -> None:
    acquisition, ship = product.acquisition, written.ships[1]
    assert acquisition is not None
    range_m, incidence = float(acquisition.slant_range_m(ship.x, ship.y)), float(acquisition.incidence_deg(ship.x, ship.y))
    away = 12.0 * 0.514444 * np.sin(np.radians(incidence))
    expected_px = -range_m * away / acquisition.velocity_m_s / 10.0
    assert ship.seen_y - ship.y == pytest.approx(expected_px, rel=1e-3)
    assert (written.ships[0].seen_y, written.ships[2].seen_y) == pytest.approx((written.ships[0].y, written.ships[2].y))


def test_the_sea_has_the_level_and_the_looks_asked_for(product: Product) -> None:
    sea = product.read(Window(20, 20, 120, 620)).values[0].astype(np.float64)
    # 60,000 pixels of five cells each and 4.4 looks with a texture of shape 20: the mean is known to 1 %.
    assert 10 * np.log10(sea.mean()) == pytest.approx(-21.0, abs=0.2)


def test_the_mean_power_is_that_of_sea_and_noise_in_digital_numbers(written: Truth) -> None:
    measurement = next((written.product / "measurement").glob("*-vv-*.tiff"))
    with rasterio.open(measurement) as image:
        numbers = image.read(1)[20:620, 20:120].astype(np.float64)
        assert (image.dtypes, len(image.gcps[0])) == (("uint16",), 4 * 21)
    annotation = written.product / "annotation/calibration"
    gain = _table(annotation, "calibration-*-vv-*", "sigmaNought")
    noise = _table(annotation, "noise-*-vv-*", "noiseRangeLut")
    expected = 10**-2.1 * gain[0] ** 2 + noise[:3].mean()
    assert float((numbers**2).mean()) == pytest.approx(expected, rel=0.06)


def _table(folder: Path, pattern: str, name: str) -> np.ndarray:
    root: Element = parse(next(folder.glob(pattern))).getroot()
    return np.array((root.findtext(f".//{name}") or "").split(), np.float64)


def test_every_file_of_the_manifest_is_there_and_the_product_says_it_is_simulated(written: Truth) -> None:
    root = parse(written.product / "manifest.safe").getroot()
    named = {element.get("href") for element in root.iter("fileLocation")}
    found = {f"./{path.relative_to(written.product).as_posix()}" for path in written.product.rglob("*.*") if path.is_file()}
    facility = next(element for element in root.iter() if element.tag.endswith("}facility"))
    assert named == found - {"./manifest.safe"}
    assert facility.get("name") == FACILITY
    assert written.product.name.startswith("S1Z_IW_GRDH_1SDV_20240301T1704")


def test_elements_have_the_names_and_nesting_of_a_real_annotation(written: Truth, shared: Path, tmp_path: Path) -> None:
    real = _paths(_real(shared, tmp_path))
    ours = _paths(next((written.product / "annotation").glob("*-vv-*.xml")))
    assert sorted(ours - real) == []


def _real(shared: Path, folder: Path) -> Path:
    name = "S1A_IW_GRDH_1SDV_20221002T205126_20221002T205156_045268_056950_0664.SAFE.zip"
    with zipfile.ZipFile(shared / "sar/safe_annotation" / name) as archive:
        member = next(n for n in archive.namelist() if "/annotation/s1a-iw-grd-vv" in n)
        return Path(archive.extract(member, folder))


def _paths(path: Path) -> set[str]:
    found: set[str] = set()

    def walk(element: Element, above: str) -> None:
        here = f"{above}/{element.tag}"
        found.add(here)
        for child in element:
            walk(child, here)

    walk(parse(path).getroot(), "")
    return found


def test_the_truth_beside_the_product_is_that_which_is_given_back(written: Truth) -> None:
    told = json.loads((written.product.parent / f"{written.product.name}.truth.json").read_text(encoding="utf-8"))
    assert told["origin"] == "simulated"
    assert [ship["lat"] for ship in told["ships"]] == [ship.lat for ship in written.ships]
    assert tuple(told["ships"][0]["box"]) == written.ships[0].box


def test_the_same_seed_gives_the_same_pixels_and_another_gives_others(tmp_path: Path) -> None:
    scene = SafeScene(10.0, 60.0, lines=64, samples=80, polarisations=("VV",))
    images = []
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        truth = write_safe(tmp_path / folder, scene, seed)
        with rasterio.open(next((truth.product / "measurement").iterdir())) as image:
            images.append(image.read(1))
    assert np.array_equal(images[0], images[1])
    assert not np.array_equal(images[0], images[2])


def test_a_heading_in_the_image_goes_to_the_pixel_ahead() -> None:
    geometry = _scene().geometry
    ship = _scene().ships[0]
    lon, lat, _ = GEOD.fwd(ship.lon, ship.lat, ship.heading_deg, 1000.0)
    x, y = geometry.pixel_of(lat, lon)
    angle = np.radians(image_heading_deg(ship.lat, ship.lon, ship.heading_deg, geometry))
    here = seen(ship, geometry).vessel
    assert (float(x) - here.x, float(y) - here.y) == pytest.approx((100 * np.sin(angle), -100 * np.cos(angle)), abs=0.5)


def test_a_zip_holds_the_folder(tmp_path: Path) -> None:
    truth = write_safe(tmp_path, SafeScene(10.0, 60.0, lines=64, samples=80), 1, zipped=True)
    zipped = open_product(tmp_path / f"{truth.product.name}.zip")
    folder = open_product(truth.product)
    window = Window(0, 0, 80, 64)
    assert np.array_equal(zipped.read(window).values, folder.read(window).values)


def test_a_small_scene_of_the_benchmark_has_its_ships_at_sea(tmp_path: Path) -> None:
    truth = write_full_scene(tmp_path, 3, ships=6, lines=700, samples=1200, bank_px=600)
    product = open_product(truth.product)
    pixels = product.read(Window(0, 0, 1200, 700))
    shining = [pixels.values[0][y0:y1, x0:x1].max() for x0, y0, x1, y1 in (ship.box for ship in truth.ships) if 0 < y0 < 680]
    assert len(truth.ships) == 6
    assert min(shining) > 5 * float(np.median(pixels.values[0]))
    assert {what["what"] for what in truth.structures} >= {"platform", "buoy", "tank"}


def test_a_product_does_not_depend_on_how_many_threads_made_it(tmp_path: Path) -> None:
    made = []
    for threads in (1, 3):
        (tmp_path / str(threads)).mkdir()
        made.append(write_safe(tmp_path / str(threads), _scene(), 4, threads=threads))
    images = [[path.read_bytes() for path in sorted(truth.product.rglob("*.tiff"))] for truth in made]
    assert images[0] == images[1]
    assert made[0].ships == made[1].ships


def test_a_simulated_product_is_never_taken_for_an_observed_one(product: Product) -> None:
    assert scene_row(product, sha256="0" * 64, searched_px=0)["origin"] == "simulated"
