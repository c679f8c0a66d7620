from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from darkwake.errors import InputError
from darkwake.imagery import Options, Window, open_product, scene_row
from darkwake.imagery.protocol import Radiometry, ground_spacing_m
from darkwake.imagery.sentinel1 import Sentinel1Files, Served, open_files
from darkwake.imagery.sentinel1.files import Folder, files_of
from tests.imagery.sentinel1.safes import LINES, PIXELS, echoes, edit, stem, without, write_safe

WHOLE = Window(0, 0, PIXELS, LINES)


def test_a_folder_and_its_manifest_open_as_one_image_of_both_polarisations(shared: Path, tmp_path: Path) -> None:
    safe = write_safe(shared, tmp_path, {"vv": echoes(), "vh": echoes(2)})
    product = open_product(safe)
    about = product.about
    assert (about.sensor, about.bands, about.radiometry, about.polarisation) == ("sentinel1", ("VV", "VH"), "linear", "VV+VH")
    assert (about.platform, about.passing, about.look, about.looks) == ("S1A", "descending", "right", 4.4)
    assert about.time == datetime(2022, 10, 2, 20, 51, 27, 515826, UTC)
    assert product.read(WHOLE).values.shape == (2, LINES, PIXELS)
    np.testing.assert_array_equal(open_product(safe / "manifest.safe").read(WHOLE).values, product.read(WHOLE).values)


def test_a_window_holds_what_the_whole_holds_there(shared: Path, tmp_path: Path) -> None:
    product = open_product(write_safe(shared, tmp_path, {"vv": echoes(), "vh": echoes(2)}))
    part, whole = product.read(Window(37, 600, 411, 699)), product.read(WHOLE)
    np.testing.assert_allclose(part.values, whole.values[:, 600:699, 37:411], rtol=2e-6)


def test_its_row_of_scenes_says_how_it_was_taken(shared: Path, tmp_path: Path) -> None:
    product = open_product(write_safe(shared, tmp_path, {"vv": echoes()}))
    row = scene_row(product, sha256="ab" * 32, searched_px=1)
    assert (row["platform"], row["polarisation"], row["passing"], row["look"]) == ("S1A", "VV", "descending", "right")
    assert row["incidence_deg"] == pytest.approx(30.9, abs=0.2)
    assert row["spacing_m"] == pytest.approx(10.1, abs=0.2)
    assert ground_spacing_m(product, 250, 350) == pytest.approx((10.0, 10.1), abs=0.2)


def test_pixels_that_are_0_in_all_polarisations_are_outside_the_swath(shared: Path, tmp_path: Path) -> None:
    vv, vh = echoes(), echoes(2)
    vv[:50], vh[:50] = 0, 0
    vh[100] = 0
    valid = open_product(write_safe(shared, tmp_path, {"vv": vv, "vh": vh})).read(WHOLE).valid
    assert not valid[:50].any()
    assert valid[50:].all()


def test_a_scene_without_data_opens_and_nothing_in_it_is_valid(shared: Path, tmp_path: Path) -> None:
    pixels = open_product(write_safe(shared, tmp_path, {"vv": np.zeros((LINES, PIXELS), np.uint16)})).read(WHOLE)
    assert not pixels.valid.any()
    assert (pixels.values == 0).all()


@pytest.mark.parametrize(
    ("pattern", "radiometry", "told"),
    [
        ("annotation/calibration/noise-*-vv-*", "linear", "no noise vectors of VV: thermal noise stays in the image"),
        ("annotation/calibration/calibration-*-vh-*", "dn", "no calibration of VH: pixels are squared digital numbers"),
        ("measurement/*-vh-*", "linear", "VH has no measurement and is left out"),
        ("annotation/*-vh-*.xml", "linear", "VH has no annotation and is left out"),
    ],
)
def test_what_is_absent_is_said_and_gone_round(
    shared: Path, tmp_path: Path, pattern: str, radiometry: Radiometry, told: str
) -> None:
    product = open_product(without(write_safe(shared, tmp_path, {"vv": echoes(), "vh": echoes(2)}), pattern))
    assert product.about.radiometry == radiometry
    assert told in " ".join(product.about.notes)
    assert product.read(WHOLE).valid.all()


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("measurement", "the measurement of VV and VH is absent: there is no image to search"),
        ("annotation/*.xml", "the annotation of VV and VH is absent; fetch the product whole"),
    ],
)
def test_without_image_or_annotation_there_is_nothing_to_open(shared: Path, tmp_path: Path, pattern: str, told: str) -> None:
    safe = without(write_safe(shared, tmp_path, {"vv": echoes(), "vh": echoes(2)}), pattern)
    with pytest.raises(InputError, match=told):
        open_product(safe)


def test_a_truncated_image_is_named_when_its_missing_rows_are_read(shared: Path, tmp_path: Path) -> None:
    safe = write_safe(shared, tmp_path, {"vv": echoes()})
    image = safe / "measurement" / f"{stem('vv')}.tiff"
    image.write_bytes(image.read_bytes()[: image.stat().st_size // 2])
    with pytest.raises(InputError, match=rf"{image.name}.*the image is damaged or cut short"):
        open_product(safe).read(WHOLE)


def test_an_image_of_another_size_than_its_annotation_says_is_refused(shared: Path, tmp_path: Path) -> None:
    safe = write_safe(shared, tmp_path, {"vv": echoes()})
    edit(safe / "annotation" / f"{stem('vv')}.xml", "<numberOfLines>700<", "<numberOfLines>701<")
    with pytest.raises(InputError, match="has 500 x 700 pixels, its annotation says 500 x 701"):
        open_product(safe)


def test_polarisations_of_different_size_are_refused(shared: Path, tmp_path: Path) -> None:
    safe = write_safe(shared, tmp_path, {"vv": echoes(), "vh": echoes(2)[:-1]})
    with pytest.raises(InputError, match="VV and VH differ in size or time"):
        open_product(safe)


def test_noise_that_the_processor_removed_is_not_removed_again(shared: Path, tmp_path: Path) -> None:
    safe = write_safe(shared, tmp_path, {"vv": echoes()})
    edit(safe / "annotation" / f"{stem('vv')}.xml", "(thermalNoiseCorrectionPerformed>)false", r"\1true")
    product = open_product(safe)
    assert "thermal noise of VV was removed by the processor" in product.about.notes
    assert (product.read(WHOLE).values > 0).all()


def test_a_product_is_not_declared_to_be_what_it_is_not(shared: Path, tmp_path: Path) -> None:
    safe = write_safe(shared, tmp_path, {"vv": echoes()})
    with pytest.raises(
        InputError, match="Sentinel-1 pixels are not db: their own tables say what they are; leave --radiometry out"
    ):
        open_product(safe, Options(radiometry="db"))
    with pytest.raises(InputError, match="a radar product, declared optical"):
        open_product(safe, Options(kind="optical"))


def handed(safe: Path, source: Served) -> Sentinel1Files:
    """The folder's tables with an image from elsewhere."""
    files = files_of(Folder(safe))
    return Sentinel1Files(files.path, {"VV": source}, files.annotations, files.calibrations, files.noises)


def test_an_image_that_a_program_serves_reads_like_the_file(shared: Path, tmp_path: Path) -> None:
    safe = write_safe(shared, tmp_path, {"vv": echoes()})
    path = safe / "measurement" / f"{stem('vv')}.tiff"
    served = open_files(handed(safe, Served("a.tif", lambda _name, mode="rb", **_: path.open(mode), lambda: None)))
    np.testing.assert_array_equal(served.read(WHOLE).values, open_product(safe).read(WHOLE).values)


def test_what_went_wrong_in_serving_is_told_and_not_a_damaged_image(shared: Path, tmp_path: Path) -> None:
    safe = write_safe(shared, tmp_path, {"vv": echoes()})
    absent = Served(
        "a.tif", lambda _name, mode="rb", **_: (tmp_path / "none").open(mode), lambda: InputError("the server stalls")
    )
    with pytest.raises(InputError, match=r"^the server stalls$"):
        open_files(handed(safe, absent))
