from __future__ import annotations

from pathlib import Path

from darkwake.imagery import content_sha256
from darkwake.imagery.sentinel1.files import Folder, files_of, processor_version, product_names
from tests.imagery.sentinel1.safes import echoes, without, write_safe


def test_files_are_found_by_polarisation_and_the_processor_s_version_in_the_manifest(shared: Path, tmp_path: Path) -> None:
    files = files_of(Folder(write_safe(shared, tmp_path, {"vv": echoes(), "vh": echoes(2)})))
    found = (files.measurements, files.annotations, files.calibrations, files.noises)
    assert [list(part) for part in found] == [["VV", "VH"]] * 4
    assert processor_version(Path(files.path) / "manifest.safe", "m") == files.version
    assert (files.version, files.notes) == ("003.52", ("the manifest names files that are absent: preview/quick-look.png",))


def test_without_a_manifest_files_are_found_by_their_names(shared: Path, tmp_path: Path) -> None:
    files = files_of(Folder(without(write_safe(shared, tmp_path, {"vv": echoes()}), "manifest.safe")))
    assert (list(files.measurements), files.version) == (["VV"], None)
    assert files.notes == ("the manifest is absent: files were found by their names",)


def test_a_path_in_the_manifest_is_never_followed(shared: Path, tmp_path: Path) -> None:
    safe = write_safe(shared, tmp_path, {"vv": echoes()})
    manifest = safe / "manifest.safe"
    manifest.write_text(manifest.read_text().replace("./measurement/", "../../../elsewhere/"))
    found = files_of(Folder(safe)).measurements["VV"]
    assert isinstance(found, Path)
    assert found.parent == safe / "measurement"


def test_the_hash_is_that_of_the_product_and_not_of_its_preview(shared: Path, tmp_path: Path) -> None:
    safe = write_safe(shared, tmp_path, {"vv": echoes()})
    before = content_sha256(safe)
    without(safe, "preview")
    assert (content_sha256(safe), content_sha256(safe / "manifest.safe")) == (before, before)
    assert len(product_names(Folder(safe).names)) == 8
    noise = next((safe / "annotation" / "calibration").glob("noise-*-vv-*"))
    noise.write_bytes(noise.read_bytes() + b" ")
    assert content_sha256(safe) != before
