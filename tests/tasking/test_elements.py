"""Element sets are read whole, checked line by line, and chosen by date."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.errors import InputError
from darkwake.tasking import newest, read_elements
from darkwake.tasking.elements import checksum, evidence
from darkwake.tasking.satellites import BUNDLED_ELEMENTS

NAME = "TERRA"
LINE1 = "1 25994U 99068A   25255.93351073  .00000282  00000+0  66817-4 0  9994"
LINE2 = "2 25994  97.9893 310.8797 0003065  51.0833 122.3533 14.60795487369126"


def written(folder: Path, *lines: str) -> Path:
    path = folder / "some.tle"
    path.write_text("\n".join(lines) + "\n")
    return path


def set_aside(path: Path) -> list[tuple[int, str]]:
    return [(row["line"], row["reason"]) for row in read_elements([path]).quarantine.to_pylist()]


def test_all_898_satellites_of_a_real_file_are_read_and_nothing_is_set_aside(shared: Path) -> None:
    read = read_elements([shared / "tasking" / "elements" / "eo_active_20250913T18.tle.gz"])
    assert (len(read.sets), read.quarantine.num_rows) == (898, 0)
    assert {e.norad_id: e.name for e in read.sets}[39634] == "SENTINEL-1A"
    assert read.newest_epoch().isoformat()[:10] == "2025-09-13"


def test_the_epoch_agrees_with_the_library(shared: Path) -> None:
    from sgp4.conveniences import sat_epoch_datetime

    sets = read_elements([shared / "tasking" / "elements" / "earth_resources_20220414.tle.gz"]).sets
    assert max(abs(e.epoch - sat_epoch_datetime(e.satrec())) for e in sets) < timedelta(milliseconds=1)


def test_two_line_files_without_names_are_named_by_number(tmp_path: Path) -> None:
    (only,) = read_elements([written(tmp_path, LINE1, LINE2)]).sets
    assert (only.norad_id, only.name, only.line) == (25994, "catalogue number 25994", 2)


def test_a_corrupt_line_is_set_aside_with_its_pair_and_the_rest_is_kept(tmp_path: Path) -> None:
    bad = LINE1.replace("99068A", "99069A")
    path = written(tmp_path, NAME, bad, LINE2, NAME, LINE1, LINE2)
    assert len(read_elements([path]).sets) == 1
    assert set_aside(path) == [(2, "checksum does not fit"), (3, "its other line was set aside")]


def test_lines_without_their_partner_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, LINE2, NAME, LINE1, NAME, LINE1, LINE2, LINE1)
    lone = "line 1 without its line 2"
    assert set_aside(path) == [(1, "line 2 without its line 1"), (3, lone), (7, lone)]


def test_lines_of_two_satellites_do_not_make_a_set(tmp_path: Path) -> None:
    other = LINE2.replace("25994", "25995")
    other = other[:68] + str(checksum(other))
    path = written(tmp_path, LINE1, other, LINE1, LINE2)
    assert set_aside(path)[0] == (2, "its catalogue number differs from line 1")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no readable element set"),
        (bytes(range(256)) * 40, "no readable element set"),
        (gzip.compress(LINE1.encode() * 90, mtime=0)[:60], "cannot be read"),
        (LINE1[:40].encode() + b"\n" + LINE2.encode(), "shorter than 69 columns"),
    ],
)
def test_a_file_without_a_readable_set_is_an_error_that_names_it(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "broken.tle"
    path.write_bytes(data)
    with pytest.raises(InputError, match=words) as fault:
        read_elements([path])
    assert fault.value.source == str(path)


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.tle: cannot be read"):
        read_elements([tmp_path / "none.tle"])


@given(column=st.integers(2, 67), digit=st.integers(0, 9))
def test_no_digit_of_a_line_can_change_unnoticed(column: int, digit: int) -> None:
    changed = LINE2[:column] + str(digit) + LINE2[column + 1 :]
    if LINE2[column].isdigit() and LINE2[column] != str(digit):
        assert checksum(changed) != int(LINE2[68])


def test_the_newest_set_at_or_before_a_time_is_taken_else_the_nearest(every_set) -> None:
    own = [e for e in every_set if e.norad_id == 39634]
    middle = own[5].epoch + timedelta(seconds=1)
    assert newest(own, middle) == (own[5],)
    assert newest(own, own[0].epoch - timedelta(days=30)) == (own[0],)
    assert newest(own, own[-1].epoch + timedelta(days=30)) == (own[-1],)


def test_age_differs_by_satellite_in_one_file(catalogue) -> None:
    ages = {e.name: e.age_h(catalogue[0].epoch) for e in catalogue}
    oldest = {e.name: e.epoch.isoformat()[:10] for e in catalogue}["SENTINEL-1C"]
    assert oldest == "2025-09-10"
    assert ages["SENTINEL-1C"] > ages["SENTINEL-1A"] + 24


def test_the_elements_that_ship_are_readable_and_known() -> None:
    from darkwake.tasking.satellites import satellite

    read = read_elements([BUNDLED_ELEMENTS])
    assert (len(read.sets), read.quarantine.num_rows) == (52, 0)
    assert [e.name for e in read.sets if satellite(e.name).sensor == "unknown"] == []


def test_the_evidence_of_a_file_is_the_one_its_sets_name(tmp_path: Path) -> None:
    path = written(tmp_path, NAME, LINE1, LINE2)
    (row,) = evidence([path, path]).to_pylist()
    assert row["evidence_id"] == read_elements([path]).sets[0].source_id
    assert (row["kind"], row["bytes"]) == ("elements", path.stat().st_size)
