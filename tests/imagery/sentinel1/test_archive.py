from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from darkwake.errors import InputError
from darkwake.imagery import Window, open_product
from darkwake.imagery.sentinel1.archive import Archive
from tests.imagery.sentinel1.safes import S1A, S1B, archive, echoes, write_safe, zipped


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_reads_as_its_folder(shared: Path, tmp_path: Path, method: int) -> None:
    safe = write_safe(shared, tmp_path, {"vv": echoes(), "vh": echoes(2)})
    folder, packed = open_product(safe), open_product(zipped(safe, method))
    window = Window(30, 600, 400, 700)
    np.testing.assert_array_equal(packed.read(window).values, folder.read(window).values)
    assert packed.about.notes == folder.about.notes


def test_the_full_size_image_of_a_real_zip_is_read_where_it_lies(shared: Path) -> None:
    product = open_product(archive(shared, S1B))
    pixels = product.read(Window(25_000, 16_000, 25_788, 16_685))
    assert (product.about.width, product.about.height, product.about.bands) == (25_788, 16_685, ("VV",))
    assert (pixels.values == 1).all()
    assert pixels.valid.all()


def test_a_zip_without_an_image_names_what_is_absent(shared: Path) -> None:
    with pytest.raises(InputError, match="the measurement of VV and VH is absent: there is no image to search"):
        open_product(archive(shared, S1A))


@pytest.mark.parametrize(
    ("members", "told"),
    [
        (["a.txt"], "a zip without a Sentinel-1 product"),
        (["a.SAFE/manifest.safe", "b.SAFE/manifest.safe"], "a zip with 2 Sentinel-1 products"),
        (["a.SAFE/manifest.safe", "a.SAFE/../../etc/passwd"], "a member's name leaves its folder"),
        (["a.SAFE/manifest.safe", *(f"a.SAFE/{n}" for n in range(2_001))], "a zip of 2,002 members"),
    ],
)
def test_a_strange_zip_is_refused(tmp_path: Path, members: list[str], told: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name in members:
            packed.writestr(name, b"<a/>")
    with pytest.raises(InputError, match=told):
        open_product(path)


def test_an_annotation_packed_beyond_reason_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.SAFE/manifest.safe", b" " * 30_000_000)
    with pytest.raises(InputError, match=r"declares 30,000,000 bytes in .* packed ones; do not trust this zip"):
        Archive(path).part("manifest.safe")


def test_a_zip_that_lies_about_a_size_is_damaged(shared: Path, tmp_path: Path) -> None:
    path = zipped(write_safe(shared, tmp_path, {"vv": echoes()}))
    data = bytearray(path.read_bytes())
    name = f"{S1A}/manifest.safe".encode()
    entry = data.rindex(name) - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    struct.pack_into("<I", data, entry + 16, 1)  # the CRC
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"manifest\.safe cannot be unpacked"):
        open_product(path)


def test_a_zip_cut_short_is_damaged(shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(archive(shared, S1B).read_bytes()[:500_000])
    with pytest.raises(InputError, match=r"a\.zip: the zip is damaged or cut short"):
        open_product(path)
