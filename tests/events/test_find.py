"""Events of a store and of files: what is taken, what is refused, and in which words."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from darkwake.cli.events import command
from darkwake.errors import InputError, UsageError
from darkwake.events import KINDS, events, find
from darkwake.schema import Events, Places, Positions, Statics
from darkwake.store import Store
from tests.events.rows import fixes, place, sea, still

SEA = sea(
    fixes("a", [*still(range(0, 301, 10), 42.0, 133.0), (1200, 43.0, 134.0, 9.0)]),
    fixes("b", still(range(0, 301, 10), 42.001, 133.0, None)),
)
"""A meeting of five hours, two slow spells, one gap that closes and one that does not."""
HEADER = "place_id,lat,lon,extent_m\n"


def test_every_kind_is_found_and_the_stage_gives_the_same_rows(duck, tmp_path: Path):
    found = find(SEA, places=place("p", 42, 133, 2000), engine=duck)
    assert found.counts == {"gap": 2, "encounter": 1, "loiter": 2, "call": 2, "identity": 0, "spoofing": 0}
    rules = {kind.name: kind.rule() for kind in KINDS}
    heard = duck.table(SEA), duck.table(Statics.empty()), place("p", 42, 133, 2000)
    with Store.open(tmp_path / "store", create=True) as store:
        store.commit(events(*heard, engine=duck, store=store, **rules))
        staged = store.arrow("events")
    assert staged.sort_by([("start", "ascending"), ("event_id", "ascending")]) == found.table


def test_the_stage_of_a_case_in_which_nobody_was_heard_writes_no_events(duck, tmp_path: Path):
    heard = duck.table(Positions.empty()), duck.table(Statics.empty()), place("p", 42, 133, 2000)
    with Store.open(tmp_path / "store", create=True) as store:
        store.commit(events(*heard, engine=duck, store=store, **{kind.name: kind.rule() for kind in KINDS}))
        assert store.arrow("events") == Events.empty()


def test_an_event_has_the_same_id_whatever_else_is_looked_for():
    alone = find(SEA, kinds=["loiter"]).table["event_id"].to_pylist()
    assert set(alone) <= set(find(SEA).table["event_id"].to_pylist())


def test_no_positions_give_an_empty_table_of_events():
    found = find(Positions.empty(), places=place("p", 42, 133, 2000))
    assert (found.table, found.positions) == (Events.empty(), 0)


def test_every_kind_says_in_its_rule_what_its_probability_is_not():
    assert [kind.name for kind in KINDS if " NOT " not in kind.rule().words] == []


def test_a_store_gives_its_positions_and_its_places(tmp_path: Path):
    with Store.open(tmp_path / "store", create=True) as store:
        store.commit([store.staged("positions", SEA), store.staged("places", place("p", 42, 133, 2000))])
    assert find(tmp_path / "store").counts == {"gap": 2, "encounter": 1, "loiter": 2, "call": 2, "identity": 0, "spoofing": 0}


def test_a_folder_without_a_store_and_an_empty_store_are_named(tmp_path: Path):
    with pytest.raises(InputError, match="nowhere"):
        find(tmp_path / "nowhere")
    Store.open(tmp_path / "empty", create=True).close()
    with pytest.raises(InputError, match="empty: the store holds no AIS reports; take some in: darkwake ais ingest"):
        find(tmp_path / "empty")


def test_a_store_of_static_messages_alone_has_no_events(tmp_path: Path):
    with Store.open(tmp_path / "store", create=True) as store:
        store.commit([store.staged("statics", Statics.rows([{"source_id": "s", "line": 1, "mmsi": 1, "origin": "observed"}]))])
    found = find(tmp_path / "store")
    assert (found.counts, found.positions) == ({"gap": 0, "encounter": 0, "loiter": 0, "identity": 0, "spoofing": 0}, 0)


def test_an_unknown_kind_and_calls_without_places_are_refused():
    with pytest.raises(UsageError, match="no kind of event 'gaps'; did you mean gap"):
        find(SEA, kinds=["gaps"])
    with pytest.raises(UsageError, match="call needs places, and there are none; give --places"):
        find(SEA, kinds=["call"])


def test_places_come_from_a_csv_file(tmp_path: Path):
    path = tmp_path / "places.csv"
    path.write_text("extra,name,place_id,lat,lon,extent_m\n1,Вост.,v,42.0,133.0,2000\n", encoding="utf-8")
    found = find(SEA, kinds=["call"], places=path)
    assert found.table["place_id"].to_pylist() == ["v", "v"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "line 1: no column place_id, lat, lon, extent_m"),
        ("place_id,lat,extent_m\na,1,2\n", "line 1: no column lon"),
        (HEADER + "a,42,east,100\n", "line 2: lon is 'east', not a number"),
        (HEADER + "a,42,133,nan\n", "line 2: extent_m is 'nan', not a number"),
        (HEADER + "a,42,133\n", "line 2: extent_m is None, not a number"),
        (HEADER + ",42,133,100\n", "line 2: place_id is empty"),
        (HEADER + "a,99,133,100\n", "column lat: 99.0 lies beyond 90"),
        (HEADER + "a,42,133,100\na,42,133,100\n", "stands more than once"),
        (HEADER + 'a,42,133,"100\n', "not a CSV file"),
    ],
)
def test_a_bad_file_of_places_is_named_with_the_place_of_the_fault(tmp_path: Path, text, fault):
    path = tmp_path / "places.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        find(SEA, kinds=["call"], places=path)
    assert "places.csv" in str(caught.value)
    assert fault in str(caught.value)


def test_a_file_of_places_that_is_missing_or_binary_is_named(tmp_path: Path):
    with pytest.raises(InputError, match=r"none\.csv: no such file"):
        find(SEA, places=tmp_path / "none.csv")
    (tmp_path / "image.csv").write_bytes(b"\x89PNG\x00\xff\xfe")
    with pytest.raises(InputError, match=r"image\.csv: not a CSV file"):
        find(SEA, places=tmp_path / "image.csv")


def test_the_verb_prints_one_object_and_writes_the_promised_columns(tmp_path: Path, capsys):
    with Store.open(tmp_path / "store", create=True) as store:
        store.commit([store.staged("positions", SEA)])
    command(tmp_path / "store", kinds="gap, encounter", out=tmp_path / "e.csv", as_json=True)
    said = capsys.readouterr()
    assert '"counts": {"gap": 2, "encounter": 1}' in said.out
    assert said.err == ""
    header = (tmp_path / "e.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    promised = ["event_id", "kind", "mmsi", "other_mmsi", "start", "end", "lat", "lon", "probability", "rule", "factors"]
    assert set(promised) <= set(header)


def test_the_verb_says_that_calls_were_not_looked_for(tmp_path: Path, capsys):
    with Store.open(tmp_path / "store", create=True) as store:
        store.commit([store.staged("positions", SEA)])
    command(tmp_path / "store")
    said = capsys.readouterr()
    assert said.out.splitlines()[:3] == ["gap               2", "encounter         1", "loiter            2"]
    assert "give --places" in said.err


def test_found_shows_itself_in_a_notebook():
    assert "<table" in find(SEA)._repr_html_()
    assert isinstance(find(SEA).table, pa.Table)
    assert Places.empty().num_rows == 0
