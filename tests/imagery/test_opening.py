from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from darkwake.errors import InputError
from darkwake.imagery import Options, Window, open_product
from tests.imagery.rasters import clutter, write_tiff


def test_the_sensor_is_told_by_content_and_metadata(tmp_path: Path) -> None:
    decibel = write_tiff(tmp_path / "a.tif", 10 * np.log10(clutter(300, 300)))
    colour = write_tiff(tmp_path / "b.tif", np.ones((3, 300, 300), np.uint8))
    band = write_tiff(tmp_path / "port_B08.tif", np.ones((300, 300), np.uint16))
    vv = write_tiff(tmp_path / "c.tif", np.full((300, 300), 120, np.uint16), description="VV")
    kinds = [open_product(path).about.kind for path in (decibel, colour, band, vv)]
    assert kinds == ["sar", "optical", "optical", "sar"]


def test_what_cannot_be_told_is_asked_for_and_a_declaration_settles_it(tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "plain.tif", np.full((300, 300), 120, np.uint16))
    with pytest.raises(InputError, match=r"plain\.tif: cannot tell radar from optical; say --sensor"):
        open_product(path)
    assert open_product(path, Options(kind="optical")).about.kind == "optical"
    assert open_product(path, Options(kind="sar")).about.radiometry == "dn"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("text.tif", b"not a picture at all", "not an image that is known here"),
        ("empty.tif", b"", "the file is empty"),
        ("torn.png", b"\x89PNG\r\n\x1a\n\x00\x00", "cannot be read"),
        ("torn.jp2", b"\x00\x00\x00\x0cjP  \r\n\x87\n rest", "damaged or cut short"),
        ("vrt.tif", b"<VRTDataset><SourceFilename>/etc/passwd</SourceFilename></VRTDataset>", "not an image"),
    ],
)
def test_a_file_that_is_no_image_gives_one_line_with_its_name(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=told) as caught:
        open_product(tmp_path / name, Options(spacing_m=10.0))
    assert name in caught.value.line()
    assert "\n" not in caught.value.line()
    assert caught.value.do


def test_a_missing_file_is_named() -> None:
    with pytest.raises(InputError, match=r"^nowhere\.tif: no such file"):
        open_product(Path("nowhere.tif"))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_torn_tiff_is_refused_wherever_it_was_cut(tmp_path: Path, share: float) -> None:
    whole = write_tiff(tmp_path / "whole.tif", clutter(600, 600))
    torn = tmp_path / "torn.tif"
    torn.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * share)])
    with pytest.raises(InputError, match=r"torn\.tif.*damaged or cut short"):
        open_product(torn).read(Window(0, 0, 600, 600))


def test_a_torn_picture_is_refused(tmp_path: Path) -> None:
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (300, 300), np.uint8)).save(tmp_path / "whole.png")
    (tmp_path / "torn.png").write_bytes((tmp_path / "whole.png").read_bytes()[:20_000])
    with pytest.raises(InputError, match=r"torn\.png: the picture is damaged or cut short"):
        open_product(tmp_path / "torn.png", Options(spacing_m=10.0))


def test_a_picture_that_declares_a_bomb_is_not_decoded(tmp_path: Path) -> None:
    for side, told in ((10_000, "declares 10000 x 10000 pixels"), (14_000, "decompression bomb")):
        Image.new("1", (side, side)).save(tmp_path / "bomb.png")
        with pytest.raises(InputError, match=told):
            open_product(tmp_path / "bomb.png", Options(spacing_m=10.0))


def test_a_picture_needs_a_spacing_within_reason(tmp_path: Path) -> None:
    Image.new("L", (64, 64)).save(tmp_path / "a.png")
    with pytest.raises(InputError, match="give it with --spacing METRES"):
        open_product(tmp_path / "a.png")
    with pytest.raises(InputError, match="a pixel of -3 m"):
        open_product(tmp_path / "a.png", Options(spacing_m=-3))


def test_real_products_say_what_they_are(shared: Path) -> None:
    radar = open_product(shared / "sar" / "s1_los_angeles_20210105_db_30m.tif").about
    assert (radar.kind, radar.radiometry, radar.width, radar.height) == ("sar", "db", 756, 550)
    band = open_product(shared / "optical" / "s2ships" / "busan_B08.jp2").about
    assert (band.kind, band.bands, band.width, band.height) == ("optical", ("B08",), 952, 657)
