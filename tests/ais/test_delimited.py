"""Blocks of text: true line numbers, no line lost, a bad quote or byte harms its own line alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from darkwake.ais import delimited
from darkwake.ais.sources import members
from darkwake.errors import InputError
from tests.ais.reading import HEADER, SHIP, changed, marine, taken

WIDTH = "the row has another number of columns than the header"


def test_lines_keep_their_numbers_across_blank_and_broken_ones(tmp_path: Path) -> None:
    done = taken(marine(tmp_path, SHIP, "", "1,2,3", SHIP, SHIP + ",more", SHIP), tmp_path / "out")
    assert [row["line"] for row in done.rows("reports")] == [2, 5, 7]
    assert done.reasons() == {4: WIDTH, 6: WIDTH}
    assert done.account.other == {"blank line": 1}
    assert done.account.balanced()


def test_a_quote_that_is_never_closed_spoils_its_own_line_alone(tmp_path: Path) -> None:
    done = taken(marine(tmp_path, SHIP, changed(VesselName='"OPEN'), SHIP, SHIP), tmp_path / "out")
    assert [row["line"] for row in done.rows("reports")] == [2, 4, 5]
    assert done.rows("quarantine")[0]["raw"] == changed(VesselName='"OPEN')


def test_a_quoted_name_may_hold_a_comma(tmp_path: Path) -> None:
    assert taken(marine(tmp_path, changed(VesselName='"A, B"')), tmp_path / "out").rows("statics")[0]["name"] == "A, B"


def test_bytes_that_are_no_utf8_are_marked_in_the_name_and_the_row_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"{HEADER}\n{SHIP}\n".encode().replace(b"TEST", b"T\xc9ST"))
    assert taken(path, tmp_path / "out").rows("statics")[0]["name"] == "T\ufffdST SHIP"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_line_ends_delimiters_and_a_mark_at_the_start_make_no_difference(tmp_path: Path, end: str, delimiter: str) -> None:
    text = end.join([HEADER, SHIP, SHIP]).replace(",", delimiter)
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    done = taken(tmp_path / "a.csv", tmp_path / "out")
    assert [(row["line"], row["lat"], row["ais_class"]) for row in done.rows("reports")] == [(2, 42.7, "A"), (3, 42.7, "A")]


def test_where_blocks_are_cut_makes_no_difference(shared: Path) -> None:
    path = shared / "ais/AIS_2023_01_11_us_1000ships.zip"
    cut = [block for member in members(path) for block in delimited.blocks(member, 1000)]
    whole = [block for member in members(path) for block in delimited.blocks(member, 1 << 22)]
    assert b"".join(block.text for block in cut) == b"".join(block.text for block in whole)
    assert sum(block.lines for block in cut) == sum(block.lines for block in whole) == 1001
    assert [block.lines_before for block in cut[:2]] == [0, cut[0].text.count(b"\n")]


def test_a_file_without_lines_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(HEADER.encode() + b"\n" + b"1" * (3 << 20))
    with pytest.raises(InputError, match=r"a\.csv:line 2: a line is longer than"):
        [block for member in members(path) for block in delimited.blocks(member, 1 << 20)]
