"""MMSI: kind of station and administration."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from darkwake.identity import mmsi


@pytest.mark.parametrize(
    ("number", "kind", "country"),
    [
        (445539000, "ship", "KP"),
        (273385420, "ship", "RU"),
        (2730001, "coast station", "RU"),
        (44500001, "group of ships", "KP"),
        (111440001, "search and rescue aircraft", "KR"),
        (994121234, "aid to navigation", "CN"),
        (982731234, "craft of a parent ship", "RU"),
        (844512345, "hand-held radio", "KP"),
        (970123456, "search and rescue transmitter", None),
        (972123456, "man overboard device", None),
        (974123456, "emergency beacon", None),
        (123456789, "not a valid identity", None),
        (0, "coast station", None),
    ],
)
def test_the_digits_tell_the_station_and_the_administration(number: int, kind: str, country: str | None):
    read = mmsi.read(number)
    assert (read.kind, read.administration.country if read.administration else None) == (kind, country)


def test_digits_given_to_nobody_have_no_administration():
    assert mmsi.read(299123456) == mmsi.Identity("ship", None)


def test_the_bundled_table_says_what_the_shared_one_says(shared: Path):
    with (shared / "lists/mids.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 292
    for row in rows:
        found = mmsi.read(int(row["mid"]) * 1_000_000).administration
        assert found == mmsi.Administration(int(row["mid"]), row["iso2"], row["administration"])
