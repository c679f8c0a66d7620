"""Every real AIS file is taken in, and every row of it is accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from darkwake.ais.columns import named_mapping
from tests.ais.reading import taken

# File, column mapping, rows in, positions, static rows, rows set aside.
FILES = [
    ("AIS_2023_01_11_us_1000ships.zip", None, 1000, 1000, 998, 0),
    ("aisdk_sample.csv", None, 13, 12, 1, 0),
    ("synthetic/scene_a.zip", None, 115113, 115113, 4113, 0),
    ("nmea/all_types_26.nmea.gz", None, 26, 5, 2, 4),
    ("nmea/class_b_mix_646.nmea.gz", None, 646, 71, 43, 420),
    ("nmea/comment_blocks_27.nmea.gz", None, 27, 5, 4, 1),
    ("nmea/denmark_20100611_stream.nmea.gz", None, 8551, 3127, 497, 29),
    ("nmea/gatehouse_wrapper.nmea.gz", None, 11, 1, 0, 3),
    ("nmea/kystverket_20190807_1000.nm4.gz", None, 1000, 743, 129, 5),
    ("nmea/mixed_faults_897.nmea.gz", None, 898, 6, 21, 863),
    ("nmea/mixed_gps_ais.nmea.gz", None, 35, 1, 2, 12),
    ("nmea/proprietary_pghp_replay.nmea.gz", None, 108, 47, 3, 0),
    ("real_singapore_2013_2014/tankers_raw.zip", "singapore-raw", 113890, 113856, 0, 34),
    ("real_singapore_2013_2014/two_harbour_tankers_trips.csv.gz", "singapore-trips", 100978, 100978, 0, 0),
    ("real_baltic_20251211/snapshot_20251211T204450Z_full.csv.gz", "baltic-full", 9735, 0, 9734, 0),
    ("real_baltic_20251211/snapshot_20251211T205553Z.csv.gz", "baltic-latest", 9735, 0, 9734, 0),
    ("real_baltic_20251211/snapshot_20251212T123124Z.csv.gz", "baltic-latest", 7762, 0, 7762, 0),
    ("real_vancouver_2024_2026/ships_static_by_visit.csv.gz", "vancouver-visits", 637, 0, 636, 1),
    ("real_vancouver_2024_2026/presence_scans.csv.gz", "vancouver-scans", 19498, 0, 1055, 18440),
    ("tankers_static.csv", "tankers-static", 112, 0, 112, 0),
    ("bunker_vessels_med.csv.gz", "bunker-vessels", 1102, 0, 1064, 38),
]


@pytest.mark.parametrize(("name", "mapping", "rows_in", "positions", "statics", "aside"), FILES)
def test_every_row_of_a_real_file_is_kept_or_set_aside(
    shared: Path, tmp_path: Path, name: str, mapping: str | None, rows_in: int, positions: int, statics: int, aside: int
) -> None:
    """Rows in = positions + static rows - rows that gave both + other + set aside; and the counts are these."""
    done = taken(shared / "ais" / name, tmp_path / "out", columns=named_mapping(mapping) if mapping else None)
    account = done.account
    assert (account.rows_in, account.positions, account.statics) == (rows_in, positions, statics)
    assert account.quarantined.total() == aside == done.tables["quarantine"].num_rows
    assert account.positions == done.tables["reports"].num_rows
    assert account.statics == done.tables["statics"].num_rows
    assert account.balanced()


def test_positions_of_unknown_age_are_not_reports_and_the_account_says_so(shared: Path, tmp_path: Path) -> None:
    """A table of last positions gives what ships say of themselves and no position."""
    path = shared / "ais/real_baltic_20251211/snapshot_20251211T204450Z_full.csv.gz"
    done = taken(path, tmp_path / "out", columns=named_mapping("baltic-full"))
    assert done.account.notes == ["positions carry no age: the time is that of the collection, so none was taken as a report"]
    atlas = next(row for row in done.rows("statics") if row["mmsi"] == 376128000)
    assert (atlas["name"], atlas["draught_m"]) == ("FFS ATLAS", 3.6)
