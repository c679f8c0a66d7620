"""Files from strangers: torn, corrupt, hostile or no AIS at all; each is one line that names file and place."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from darkwake.ais.sources import members
from darkwake.errors import InputError
from tests.ais.reading import HEADER, SHIP, marine, taken


def fault(path: Path, folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        taken(path, folder / "out")
    return caught.value.line()


def test_a_torn_zip(shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "torn.zip"
    path.write_bytes((shared / "ais/synthetic/scene_a.zip").read_bytes()[:50_000])
    assert fault(path, tmp_path).startswith(f"{path}: the zip archive is torn")


def test_a_zip_with_a_byte_changed(shared: Path, tmp_path: Path) -> None:
    data = bytearray((shared / "ais/synthetic/scene_a.zip").read_bytes())
    data[900_000] ^= 0xFF
    (tmp_path / "bad.zip").write_bytes(bytes(data))
    assert f"{tmp_path / 'bad.zip'}:scene_a.csv byte " in (line := fault(tmp_path / "bad.zip", tmp_path))
    assert "corrupt" in line


def test_a_torn_gzip(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "torn.gz").write_bytes((shared / "ais/nmea/class_b_mix_646.nmea.gz").read_bytes()[:5000])
    assert "the data end too early; fetch the file again" in fault(tmp_path / "torn.gz", tmp_path)


def test_a_torn_parquet(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1" + bytes(1000))
    assert f"{tmp_path / 'a.parquet'}:footer: the Parquet file is torn or corrupt" in fault(tmp_path / "a.parquet", tmp_path)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    assert (
        fault(tmp_path / "empty.csv", tmp_path)
        == f"{tmp_path / 'empty.csv'}: the file is empty; leave it out or fetch it again"
    )


def test_a_binary_file_named_csv(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(bytes(range(256)) * 20)
    assert f"{tmp_path / 'a.csv'}: binary data in no known AIS format; known: MarineCadastre" in fault(
        tmp_path / "a.csv", tmp_path
    )


def test_a_text_that_is_no_ais(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,age\nx,1\n")
    assert "text in no known AIS format" in fault(tmp_path / "a.csv", tmp_path)


def test_a_missing_column_is_named_with_the_line_and_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("MMSI,BaseDateTime,LAT,LONG\n1,2024-01-01T00:00:00,2,3\n")
    line = fault(tmp_path / "a.csv", tmp_path)
    assert line.startswith(f"{tmp_path / 'a.csv'}:line 1: no column LON (lon) for MarineCadastre; did you mean LONG")


def test_a_folder_and_a_path_that_is_not_there(tmp_path: Path) -> None:
    assert "is a folder" in fault(tmp_path, tmp_path)
    assert "cannot be opened (No such file or directory)" in fault(tmp_path / "none.csv", tmp_path)


def test_a_header_alone_is_a_file_of_no_rows(tmp_path: Path) -> None:
    done = taken(marine(tmp_path), tmp_path / "out")
    assert (done.account.rows_in, done.account.parts) == (0, [])


def test_an_archive_that_unpacks_to_far_more_than_it_should_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", f"{HEADER}\n".encode() + b"0" * (100 << 20))
    assert "a.csv: unpacks to more than 250 times its size" in fault(tmp_path / "bomb.zip", tmp_path)
    with gzip.open(tmp_path / "bomb.gz", "wb") as stream:
        stream.write(f"{HEADER}\n".encode() + (SHIP + "\n").encode() * 1_000_000)
    assert "unpacks to more than 250 times its size" in fault(tmp_path / "bomb.gz", tmp_path)


def test_members_are_numbered_through_and_their_names_are_never_paths(tmp_path: Path) -> None:
    """The second member's lines follow the first's, headers included; what is no AIS is left out and named."""
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("../../evil.csv", f"{HEADER}\n{SHIP}\n{SHIP}\n")
        archive.writestr("README.txt", "about\n")
        archive.writestr("b.csv", f"{HEADER}\n{SHIP}\n")
    done = taken(tmp_path / "two.zip", tmp_path / "deep" / "out")
    assert [row["line"] for row in done.rows("reports")] == [2, 3, 5]
    assert done.account.notes == ["README.txt is in no known AIS format and was left out"]
    assert not list(tmp_path.parent.glob("evil.csv"))


def test_zstd_is_read(tmp_path: Path) -> None:
    with pa.CompressedOutputStream(str(tmp_path / "a.csv.zst"), "zstd") as stream:
        stream.write(f"{HEADER}\n{SHIP}\n".encode())
    assert taken(tmp_path / "a.csv.zst", tmp_path / "out").account.positions == 1


def test_the_head_of_a_member_is_part_of_its_stream(tmp_path: Path) -> None:
    path = marine(tmp_path, *[SHIP] * 2000)
    (text,) = (b"".join(iter(lambda: member.stream.read(7919), b"")) for member in members(path))  # noqa: B023
    assert text == path.read_bytes()
