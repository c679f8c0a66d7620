"""The words: a table that does not keep its promise is refused with the first fault named."""

from __future__ import annotations

import pyarrow as pa
import pytest

from darkwake.errors import TableError
from darkwake.schema import ORIGINS, TABLES, Column, Places, Quarantine, Tracks, weakest

ROW = {"source_id": "a", "line": 1, "reason": "odd", "raw": None}


def test_every_column_says_what_it_means_and_every_table_what_a_row_is() -> None:
    for table in TABLES.values():
        assert (table.__doc__ or "").endswith(".")
        assert all(column.meaning and not column.meaning.endswith(".") for column in table.columns.values())


def test_every_table_has_a_key_that_is_never_null() -> None:
    for table in TABLES.values():
        assert table.keys(), table.table_name
        assert not [word for word, column in table.columns.items() if column.key and column.null]


def test_numbers_with_a_unit_say_it_in_their_name() -> None:
    bare = {"x0", "y0", "x1", "y1", "line", "count", "score", "probability", "chance_exceeded", "rank", "visits"}
    bare |= {"lat", "lon", "end_lat", "end_lon", "west", "south", "east", "north", "cloud", "contrast", "lo", "hi", "central"}
    bare |= {"length_lo", "length_hi", "freeboard_lo", "freeboard_hi", "gt", "imo", "mmsi", "other_mmsi", "norad_id", "cell"}
    bare |= {
        "nav_status",
        "ship_type",
        "positions",
        "built",
        "revision",
        *("run", "found", "revised", "withdrawn", "returned"),
        "bytes",
        "share",
        "seen",
        "looks",
        "amount",
        "alt_amount",
        "area",
        "known",
        "heard",
        "reports",
        "chance",
        "none_probability",
    }
    endings = ("_m", "_kn", "_deg", "_t", "_px", "_s", "_h", "_lo", "_hi", "_p05", "_p50", "_p95", "_stated", "_t_per_cm")
    endings += ("_bbl", "_km2", "_nm")
    for table in TABLES.values():
        for word, column in table.columns.items():
            if column.type in (pa.float64(), pa.int64()):
                assert word in bare or word.endswith(endings), f"{table.table_name}.{word}"


def test_rows_fill_what_they_do_not_name_with_null() -> None:
    assert Quarantine.rows([{k: ROW[k] for k in ("source_id", "line", "reason")}]).to_pylist() == [ROW]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([ROW | {"lines": 1}], "no column 'lines'; did you mean line"),
        ([ROW | {"line": None}], "column line: 1 nulls where none may be"),
        ([ROW, ROW], "stands more than once"),
    ],
)
def test_a_faulty_row_is_refused_by_name(rows: list[dict[str, object]], message: str) -> None:
    with pytest.raises(TableError, match=message):
        Quarantine.rows(rows)


def test_values_beyond_their_bounds_and_unknown_words_are_refused() -> None:
    good = {"place_id": "p", "name": "n", "kind": "port", "lat": 1.0, "lon": 2.0, "extent_m": 1.0, "verified": True}
    good |= {"origin": "published", "evidence": []}
    assert Places.rows([good]).num_rows == 1
    with pytest.raises(TableError, match=r"column lat: 91\.0 lies beyond 90"):
        Places.rows([good | {"lat": 91.0}])
    with pytest.raises(TableError, match="column kind: 'harbour'; known: anchorage"):
        Places.rows([good | {"kind": "harbour"}])


def test_a_missing_column_and_a_wrong_type_are_refused() -> None:
    table = Quarantine.rows([ROW])
    with pytest.raises(TableError, match="column 'raw' is missing"):
        Quarantine.check(table.drop_columns(["raw"]))
    with pytest.raises(TableError, match="column line: not int64"):
        Quarantine.check(table.set_column(1, "line", pa.array(["x"])))


def test_what_stands_on_several_things_is_as_weak_as_the_weakest() -> None:
    assert [weakest(set(ORIGINS[: n + 1])) for n in range(4)] == list(ORIGINS)


def test_columns_are_taken_in_the_order_of_the_file() -> None:
    assert list(Tracks.columns) == [word for word, value in vars(Tracks).items() if isinstance(value, Column)]
