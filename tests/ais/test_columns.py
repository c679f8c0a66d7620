"""Column mappings: bundled and written by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from darkwake.ais.columns import bundled, mapping_layout, named_mapping
from darkwake.errors import InputError, UsageError
from tests.ais.reading import taken

WANTED = {"id": "mmsi", "t": "time", "y": "lat", "x": "lon"}


def test_every_bundled_mapping_can_be_followed() -> None:
    assert [mapping_layout(named_mapping(name)).name for name in bundled()] == bundled()


def test_raw_numbers_are_scaled_and_their_codes_are_null(shared: Path, tmp_path: Path) -> None:
    """The first row of 9116943.csv: 62030050 / 600000 degrees east, 10.7 knots, course 129.0."""
    path = shared / "ais/real_singapore_2013_2014/tankers_raw.zip"
    first = taken(path, tmp_path / "out", columns=named_mapping("singapore-raw")).rows("reports")[0]
    assert (first["mmsi"], first["time"].isoformat()) == (357599000, "2013-09-19T05:24:50+00:00")
    assert first["lon"] == pytest.approx(103.3834166667, abs=1e-9)
    assert (first["lat"], first["sog_kn"], first["cog_deg"]) == pytest.approx((1.2210833333, 10.7, 129.0), abs=1e-9)


@pytest.mark.parametrize(
    ("time_format", "text"),
    [("iso", "2024-05-01 00:00:01Z"), ("iso", "2024-05-01T03:00:01+03:00"),
     ("epoch_s", "1714521601"), ("epoch_ms", "1714521601000"),
     ("%d.%m.%Y %H:%M:%S", "01.05.2024 00:00:01")],
)  # fmt: skip
def test_times_are_read_as_the_mapping_says(tmp_path: Path, time_format: str, text: str) -> None:
    (tmp_path / "a.csv").write_text(f"id,t,y,x\n5,{text},1,2\n")
    columns = {**WANTED, "t": {"to": "time", "time_format": time_format}}
    assert (
        taken(tmp_path / "a.csv", tmp_path / "out", columns=columns).rows("reports")[0]["time"].isoformat()
        == "2024-05-01T00:00:01+00:00"
    )


def test_one_column_may_feed_several_by_patterns_and_words_are_translated(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,t,y,x,size,what\n5,2024-05-01T00:00:00,1,2,183:32,Oil\n")
    size = [{"to": "length_m", "pattern": r"^(\d+):"}, {"to": "beam_m", "pattern": r":(\d+)$"}]
    columns = {**WANTED, "size": size, "what": {"to": "ship_type", "values": {"oil": 80}}}
    static = taken(tmp_path / "a.csv", tmp_path / "out", columns=columns).rows("statics")[0]
    assert (static["length_m"], static["beam_m"], static["ship_type"]) == (183.0, 32.0, 80)


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({**WANTED, "a": "latt"}, "feeds 'latt', which is no column; did you mean lat"),
        ({"y": "lat", "x": "lon", "t": "time"}, "feeds no mmsi"),
        ({"id": "mmsi", "y": "lat", "x": "lon"}, "positions without time"),
        ({"id": "mmsi", "t": "time"}, "neither lat and lon nor a static value"),
        ({**WANTED, "s": {"to": "sog_kn", "scale": "1/0"}}, "column 's'"),
        ({**WANTED, "s": {"to": "sog_kn", "factor": 2}}, "'factor' at column 's'"),
        ({**WANTED, "s": {"to": "sog_kn", "pattern": "("}}, "column 's'"),
        ({"columns": WANTED, "position_age": "old"}, "say reported or unknown"),
        ({"columns": WANTED, "position": "old"}, "'position' in"),
    ],
)
def test_a_mapping_that_cannot_be_followed_says_why(mapping: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        mapping_layout(mapping)
    assert words in caught.value.line()


def test_a_column_that_the_mapping_names_has_to_be_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,t,y,x,speed\n5,2024-05-01T00:00:00,1,2,3\n")
    with pytest.raises(InputError, match=r"a.csv:line 1: no column sped \(sog_kn\) .*did you mean speed"):
        taken(tmp_path / "a.csv", tmp_path / "out", columns={**WANTED, "sped": "sog_kn"})


def test_an_unknown_name_lists_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean singapore-raw"):
        named_mapping("singapore-row")
