"""The verbs ``screen`` and ``lists``: what they print, what they refuse, what they leave in a store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest
import typer
from typer.testing import CliRunner, Result

from darkwake.cli import lists, screen
from darkwake.errors import InputError, UsageError
from darkwake.identity.lists import bundled
from darkwake.store import Store

SCREEN = typer.Typer()
SCREEN.command()(screen.command)
FIELDS = {"query", "vessel", "score", "reasons", "list", "version", "listed_on", "measures", "text", "line", "entry_id", "imo"}


def run(app: typer.Typer, *arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def answer(app: typer.Typer, *arguments: object) -> dict[str, Any]:
    done = run(app, *arguments, "--json")
    assert done.exit_code == 0, done.output
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def older(tmp_path: Path) -> Path:
    """A version of the UN list of our own making: one ship fewer, one more, one under another measure."""
    head, first, second, *rest = bundled().read_text(encoding="utf-8").splitlines()
    path = tmp_path / "un_1718_2018-05-01.csv"
    gone = first.replace("7303803", "9074729").replace("AN SAN 1", "GONE SHIP")
    path.write_text("\n".join([head, gone, second.replace(",0,1,0,1,0,", ",0,0,0,1,0,"), *rest]), encoding="utf-8")
    return path


def test_a_number_is_found_on_the_bundled_list_without_any_option():
    read = answer(SCREEN, "9020534")
    assert [hit["vessel"] for hit in read["hits"]] == ["RUNG RA 2"]
    assert set(read["hits"][0]) >= FIELDS
    assert read["searched"][0] | {"entries": 59} == read["searched"][0]


def test_a_person_reads_list_date_measures_reason_line_and_what_was_searched():
    text = run(SCREEN, "9020534").stdout
    for words in (
        "9020534: RUNG RA 2 (vessel, IMO 9020534), score 1.0",
        "un-1718, version 2018-10-16, line 40, listed on 2017-12-28",
        "measures: port ban (2371 (2017) para 6; 2375 (2017) para 6)",
        "because: IMO number 9020534 is equal",
        "line: name: RUNG RA 2;",
        "  un-1718, version 2018-10-16: 59 entries, 59 vessels",
        "A listing is information, not proof",
    ):
        assert words in text


def test_no_hit_is_said_to_prove_nothing():
    assert "No listing found. That proves nothing beyond the lists named below." in run(SCREEN, "9074729").stdout


def test_a_file_of_queries_is_screened_row_by_row(tmp_path: Path):
    path = tmp_path / "ships.csv"
    path.write_text("imo,name\n9020534,RUNG RA 2\n,MIN NING DE YOU 078\n9074729,\n", encoding="utf-8")
    read = answer(SCREEN, path)
    assert (read["queries"], [hit["vessel"] for hit in read["hits"]]) == (3, ["RUNG RA 2", "MIN NING DE YOU 078"])


def test_a_folder_of_lists_is_searched_and_the_other_files_are_named(folder: Path):
    read = answer(SCREEN, "IMO 9058713", "--lists", folder)
    assert [(hit["list"], hit["vessel"]) for hit in read["hits"]] == [("uk-sanctions-ships", "AVAX")]
    assert len(read["searched"]) == 8
    assert "particulars.csv" in read["not_lists"]


def test_a_day_is_asked_for():
    assert answer(SCREEN, "9020534", "--on", "2017-12-27")["hits"] == []
    assert len(answer(SCREEN, "9020534", "--on", "2017-12-28")["hits"]) == 1


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (["9020534", "--on", "soon"], UsageError, "--on: 'soon' is not a day; write it like 2024-03-31"),
        (["9020534", "--lists", "/nowhere"], UsageError, "/nowhere: is not a folder"),
        (["no-such-ships.csv"], InputError, "no-such-ships.csv: is not a file; check the path"),
    ],
)
def test_wrong_options_are_one_clear_line(arguments: list[str], kind: type[Exception], message: str):
    done = run(SCREEN, *arguments)
    assert isinstance(done.exception, kind)
    assert str(done.exception).startswith(message)


def test_a_folder_without_lists_is_never_a_clean_answer(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("nothing here", encoding="utf-8")
    done = run(SCREEN, "9020534", "--lists", tmp_path)
    assert isinstance(done.exception, InputError)
    assert "holds no list that is known" in str(done.exception)


def test_text_of_a_list_cannot_steer_the_terminal(tmp_path: Path):
    path = tmp_path / "un_1718.csv"
    path.write_text(bundled().read_text(encoding="utf-8").replace("RUNG RA 2", "RUNG\x1b[2J RA 2"), encoding="utf-8")
    text = run(SCREEN, "9020534", "--lists", path).stdout
    assert "\x1b" not in text
    assert "RUNG�[2J RA 2" in text


def test_a_very_long_name_is_a_name():
    assert answer(SCREEN, "A" * 5000)["hits"] == []


def test_versions_are_taken_in_one_after_the_other(tmp_path: Path):
    store = tmp_path / "store"
    first = answer(lists.app, "import", older(tmp_path), "--store", store)
    assert {word: first[word] for word in ("entries", "added", "removed", "changed")} == {
        "entries": 59,
        "added": 59,
        "removed": 0,
        "changed": 0,
    }
    second = answer(lists.app, "import", bundled(), "--store", store, "--version", "2018-10-16")
    assert {word: second[word] for word in ("entries", "added", "removed", "changed", "set_aside")} == {
        "entries": 59,
        "added": 1,
        "removed": 1,
        "changed": 1,
        "set_aside": 0,
    }
    with Store.open(store) as held:
        versions = held.arrow("listings").column("version")
        assert pc.value_counts(versions).to_pylist() == [
            {"values": "2018-05-01", "counts": 59},
            {"values": "2018-10-16", "counts": 59},
        ]
        assert held.arrow("evidence").num_rows == 2


def test_a_version_taken_in_twice_is_there_once(tmp_path: Path):
    for _ in range(2):
        read = answer(lists.app, "import", bundled(), "--store", tmp_path / "store")
    assert (read["added"], read["lists"][0]["before"]) == (59, None)
    with Store.open(tmp_path / "store") as held:
        assert held.count("listings") == 59


def test_a_damaged_list_leaves_the_store_as_it_was(tmp_path: Path):
    answer(lists.app, "import", bundled(), "--store", tmp_path / "store")
    torn = tmp_path / "un_1718_2019-01-01.csv"
    torn.write_bytes(bundled().read_bytes()[:4000])
    done = run(lists.app, "import", torn, "--store", tmp_path / "store")
    assert isinstance(done.exception, InputError)
    with Store.open(tmp_path / "store") as held:
        assert held.count("listings") == 59


def test_the_lists_of_a_case_are_not_taken_in_behind_its_back(tmp_path: Path, readings: dict[str, Any]):
    with Store.open(tmp_path / "store", write=True, create=True) as held:
        held.commit([held.staged("listings", readings["un-1718"].listings)])
    done = run(lists.app, "import", bundled(), "--store", tmp_path / "store")
    assert isinstance(done.exception, UsageError)
    assert "add the files to sources.lists in its case.toml" in str(done.exception)


def test_two_files_are_compared_in_words(tmp_path: Path):
    text = run(lists.app, "diff", older(tmp_path), bundled()).stdout
    assert text == (
        "un-1718 2018-10-16: 59 entries, against 2018-05-01\n"
        "  added: 1\n    imo-7303803  AN SAN 1\n"
        "  removed: 1\n    imo-9074729  GONE SHIP\n"
        "  changed: 1\n    imo-8916580  ASIA BRIDGE 1 (measures, text)\n"
        "\n0 rows set aside\n"
    )


def test_two_lists_in_one_folder_are_not_compared(folder: Path):
    done = run(lists.app, "diff", bundled(), folder / "eu_vessels_2026-03.csv")
    assert isinstance(done.exception, UsageError)
    assert "un-1718 and eu-833-annex-xlii are different lists" in str(done.exception)
