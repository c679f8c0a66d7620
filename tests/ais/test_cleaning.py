"""Codes for "none" become null, and what cannot be is set aside with its reason."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from darkwake.ais.cleaning import BAD_LAT, BAD_LON, BAD_MMSI, NO_POSITION
from tests.ais.reading import SHIP, changed, marine, taken


def test_a_full_row_gives_a_position_and_what_the_ship_says_of_itself(tmp_path: Path) -> None:
    done = taken(marine(tmp_path, SHIP), tmp_path / "out")
    report, static = done.rows("reports")[0], done.rows("statics")[0]
    moment = datetime(2024, 5, 1, tzinfo=UTC)
    expected = {
        "line": 2, "mmsi": 273215713, "time": moment, "lat": 42.7, "lon": 133.1, "sog_kn": 9.5, "nav_status": 0,
        "ais_class": "A", "cell": 132228,
    }  # fmt: skip
    assert {word: report[word] for word in expected} == expected
    assert (static["imo"], static["name"], static["length_m"], static["draught_m"]) == (9307839, "TEST SHIP", 208.0, 8.1)


@pytest.mark.parametrize(
    ("column", "code", "table", "word"),
    [
        ("SOG", "102.3", "reports", "sog_kn"),
        ("SOG", "-0.1", "reports", "sog_kn"),
        ("COG", "360.0", "reports", "cog_deg"),
        ("Heading", "511.0", "reports", "heading_deg"),
        ("Status", "15.0", "reports", "nav_status"),
        ("TransceiverClass", "BASE", "reports", "ais_class"),
        ("IMO", "IMO0000000", "statics", "imo"),
        ("Length", "0", "statics", "length_m"),
        ("Draft", "0.0", "statics", "draught_m"),
        ("VesselType", "1024", "statics", "ship_type"),
        ("VesselName", " @@@ ", "statics", "name"),
    ],
)
def test_a_code_for_none_is_null_and_the_row_stays(tmp_path: Path, column: str, code: str, table: str, word: str) -> None:
    done = taken(marine(tmp_path, changed(**{column: code})), tmp_path / "out")
    assert done.rows(table)[0][word] is None
    assert done.account.positions == 1


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"MMSI": "12a"}, BAD_MMSI),
        ({"MMSI": ""}, BAD_MMSI),
        ({"MMSI": "0"}, BAD_MMSI),
        ({"MMSI": "1000000000"}, BAD_MMSI),
        ({"MMSI": "273215713.5"}, BAD_MMSI),
        ({"LAT": "90.1"}, BAD_LAT),
        ({"LON": "-180.5"}, BAD_LON),
        ({"LAT": "north"}, "lat cannot be read"),
        ({"SOG": "fast"}, "sog_kn cannot be read"),
        ({"BaseDateTime": "2024-02-31T00:00:00"}, "time is missing or cannot be read"),
        ({"BaseDateTime": "1924-02-01T00:00:00"}, "time is missing or cannot be read"),
    ],
)
def test_what_cannot_be_is_set_aside_and_its_neighbours_stay(tmp_path: Path, values: dict[str, str], reason: str) -> None:
    bad = changed(**values)
    done = taken(marine(tmp_path, SHIP, bad, SHIP), tmp_path / "out")
    assert done.rows("quarantine") == [{"source_id": done.account.source_id, "line": 3, "reason": reason, "raw": bad}]
    assert [row["line"] for row in done.rows("reports")] == [2, 4]


def test_a_short_mmsi_is_kept(tmp_path: Path) -> None:
    """Files lose the leading zeros."""
    assert taken(marine(tmp_path, changed(MMSI="3669971.0")), tmp_path / "out").rows("reports")[0]["mmsi"] == 3669971


def test_a_row_without_position_keeps_what_the_ship_says(tmp_path: Path) -> None:
    done = taken(marine(tmp_path, changed(LAT="91.0", LON="181.0")), tmp_path / "out")
    assert (done.account.positions, done.account.statics, done.account.both) == (0, 1, 0)


def test_a_row_with_neither_position_nor_name_is_set_aside(tmp_path: Path) -> None:
    empty = dict.fromkeys(("LAT", "LON", "VesselName", "IMO", "CallSign", "VesselType", "Length", "Width", "Draft"), "")
    assert taken(marine(tmp_path, changed(**empty)), tmp_path / "out").reasons() == {2: NO_POSITION}


def test_a_static_row_is_kept_when_it_differs_from_the_one_before_of_the_ship(tmp_path: Path) -> None:
    lines = [changed(Draft=draft, MMSI=mmsi) for draft, mmsi in (("8", "5"), ("8", "5"), ("7", "6"), ("9", "5"), ("8", "5"))]
    done = taken(marine(tmp_path, *lines), tmp_path / "out")
    assert [(row["line"], row["draught_m"]) for row in done.rows("statics")] == [(2, 8.0), (4, 7.0), (5, 9.0), (6, 8.0)]
    assert done.account.balanced()


VALUE = st.one_of(
    st.sampled_from(["", "91", "181", "511", "102.3", "360", "0", "-0", "nan", "inf", "1e99", "x", '"', "Unknown", "\u00a0"]),
    st.floats(-400, 400).map(lambda x: f"{x:.3f}"),
    st.text(st.characters(exclude_characters=",\r\n", exclude_categories=["Cs"]), max_size=4),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["MMSI", "LAT", "LON", "SOG", "COG", "Heading", "Draft", "IMO"]), VALUE), max_size=6
    )
)
@example(rows=[{}, {"MMSI": '0"', "LAT": '"'}, {}])
def test_whatever_stands_in_a_file_every_row_is_accounted_for(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    """The tables keep the ranges of the schema (checked on reading), and the sum holds."""
    done = taken(marine(tmp_path, *(changed(**row) for row in rows)), tmp_path / "out")
    assert done.account.rows_in == len(rows)
    assert done.account.balanced()
    lines = {row["line"] for table in ("reports", "statics", "quarantine") for row in done.rows(table)}
    assert len(lines) + done.account.other.total() == len(rows)
