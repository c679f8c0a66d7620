"""Danish rows, the names of other years, Parquet with columns or with points."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from tests.ais.reading import taken


def test_danish_words_and_days_are_read(shared: Path, tmp_path: Path) -> None:
    done = taken(shared / "ais/aisdk_sample.csv", tmp_path / "out")
    fisher = next(row for row in done.rows("reports") if row["mmsi"] == 219024000)
    assert (fisher["time"].isoformat(), fisher["nav_status"], fisher["ais_class"]) == ("2025-09-01T00:00:00+00:00", 7, "A")
    base = next(row for row in done.rows("reports") if row["mmsi"] == 2190064)
    assert (base["ais_class"], base["nav_status"], base["sog_kn"]) == (None, None, None)


def test_a_danish_row_without_position_keeps_the_draught(shared: Path, tmp_path: Path) -> None:
    (guard,) = taken(shared / "ais/aisdk_sample.csv", tmp_path / "out").rows("statics")
    expected = {
        "mmsi": 219472000, "imo": 9686429, "name": "GUARDVESSEL ADVANCER", "callsign": "OWMI2", "ship_type": 90,
        "draught_m": 1.9, "length_m": 23.0, "beam_m": 8.0, "to_bow_m": 16.0,
        "to_stern_m": 7.0, "to_port_m": 5.0, "to_starboard_m": 3.0,
    }  # fmt: skip
    assert {word: guard[word] for word in expected} == expected


def test_a_danish_day_that_does_not_exist_is_set_aside(shared: Path, tmp_path: Path) -> None:
    text = (shared / "ais/aisdk_sample.csv").read_text().replace("18/03/2023", "31/02/2023").replace("01/09/2025", "01/03/2025")
    (tmp_path / "a.csv").write_text(text)
    done = taken(tmp_path / "a.csv", tmp_path / "out")
    assert dict(done.account.quarantined) == {"time is missing or cannot be read": 9}
    assert {row["time"].month for row in done.rows("reports")} == {2, 3, 7}


def test_the_columns_of_2024_and_the_status_in_words_of_2016_are_known(tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text(
        "mmsi,base_date_time,longitude,latitude,sog,cog,heading,vessel_name,imo,call_sign,vessel_type,status,length,width,draft,"
        "cargo,transceiver\n338075892,2025-01-01 00:00:03,-70.25,43.65,0.1,360,511,OLD,IMO9307839,W1,31,0,20,6,2.5,31,A\n"
    )
    (tmp_path / "old.csv").write_text(
        "MMSI,BaseDateTime,LAT,LON,Status,TranscieverClass\n"
        "338075892,2016-01-01T00:00:03,43.65,-70.25,under way using engine,B\n"
    )
    new, old = (taken(tmp_path / name, tmp_path / name[:3]).rows("reports")[0] for name in ("new.csv", "old.csv"))
    assert (new["lat"], new["lon"], new["sog_kn"], new["ais_class"], new["time"].second) == (43.65, -70.25, 0.1, "A", 3)
    assert (old["lat"], old["lon"], old["nav_status"], old["ais_class"]) == (43.65, -70.25, 0, "B")


def parquet(path: Path, **columns: list[object]) -> Path:
    times = pa.array([0, 1_000_000, 2_000_000], pa.timestamp("us")).cast(pa.int64())
    moments = pa.array([value + 1_700_000_000_000_000 for value in times.to_pylist()]).cast(pa.timestamp("us"))
    pq.write_table(pa.table({"mmsi": [273215713, 0, 445125820], "base_date_time": moments, **columns}), path)
    return path


def test_parquet_is_read_by_its_columns(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", latitude=[42.0, 42.0, 91.0], longitude=[133.0, 133.0, 181.0], heading=[511, 1, 2])
    done = taken(path, tmp_path / "out")
    assert [(row["line"], row["lat"], row["heading_deg"]) for row in done.rows("reports")] == [(1, 42.0, None)]
    assert done.reasons() == {2: "MMSI is not a whole number from 1 to 999999999", 3: "no position"}


def test_geoparquet_gives_the_position_as_a_point(tmp_path: Path) -> None:
    points = shapely.to_wkb([shapely.Point(133.1, 42.7), shapely.Point(1, 1), None]).tolist()
    done = taken(parquet(tmp_path / "a.parquet", geometry=points), tmp_path / "out")
    assert [(row["lat"], row["lon"]) for row in done.rows("reports")] == [(42.7, 133.1)]
    assert done.reasons()[3] == "no position"
