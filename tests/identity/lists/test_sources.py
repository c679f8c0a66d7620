"""Files of lists: gzip bombs, dates."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.errors import InputError
from darkwake.identity.lists.sources import iso_date, open_source, records


def test_a_gzip_that_unpacks_to_too_much_is_refused(tmp_path: Path):
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes((2 << 20) + 1)))
    with pytest.raises(InputError, match=r"bomb.gz: unpacks to more than 2 MiB"):
        open_source(path, most_bytes=2 << 20)
    assert len(open_source(path, most_bytes=(2 << 20) + 1).data) == (2 << 20) + 1


def test_a_file_that_is_too_large_as_it_lies_is_refused(tmp_path: Path):
    path = tmp_path / "large.csv"
    path.write_bytes(bytes((1 << 20) + 1))
    with pytest.raises(InputError, match=r"large.csv: is larger than 1 MiB"):
        open_source(path, most_bytes=1 << 20)


def test_a_closing_ctrl_z_is_taken_away_and_one_inside_is_kept(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a\x1ab\r\n\x1a\r\n")
    assert open_source(path).text == "a\x1ab\r\n"


def test_the_hash_is_that_of_the_stored_bytes(tmp_path: Path):
    plain, packed = tmp_path / "a.csv", tmp_path / "a.csv.gz"
    plain.write_bytes(b"one")
    packed.write_bytes(gzip.compress(b"one", mtime=0))
    one, other = open_source(plain), open_source(packed)
    assert one.data == other.data
    assert one.sha256 != other.sha256


def test_a_record_over_several_lines_is_named_by_its_first(tmp_path: Path):
    assert list(records('a,"b\nc"\n\nd,e\n', tmp_path)) == [(1, ["a", "b\nc"]), (4, ["d", "e"])]


def test_a_quote_that_is_never_closed_is_refused_with_its_line(tmp_path: Path):
    with pytest.raises(InputError, match=r"a.csv:line 2: not readable as CSV"):
        list(records('a,b\nc,"d\n', tmp_path / "a.csv"))


@pytest.mark.parametrize(
    ("written", "iso"),
    [("29/02/2024", "2024-02-29"), ("30/02/2024", None), ("00/05/1970", "1970-05"), ("2024-00-00", "2024"), ("", None)],
)
def test_dates_are_read_as_far_as_they_are_known(written: str, iso: str | None):
    assert iso_date(written) == iso


@given(st.dates())
def test_both_ways_of_writing_a_day_are_one_day(day):
    assert iso_date(day.isoformat()) == iso_date(f"{day.day:02d}/{day.month:02d}/{day.year:04d}") == day.isoformat()
