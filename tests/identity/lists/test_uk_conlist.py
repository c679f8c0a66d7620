"""OFSI's consolidated list."""

from __future__ import annotations

from pathlib import Path

from darkwake.identity.lists import uk_conlist
from darkwake.identity.lists.reading import Reading
from darkwake.identity.lists.sources import open_source
from tests.identity.conftest import by_name


def test_the_surname_comes_last_and_blanks_are_trimmed(readings: dict[str, Reading]):
    rows = by_name(readings["uk-conlist"])
    assert set(rows) >= {"Sheikh Farooq AL-QAHTANI", "Kim Kyong IL", "ANSAR AL SHARIA", "TONG SAN 2"}


def test_a_ship_is_told_by_its_number_and_not_called_frozen(readings: dict[str, Reading]):
    row = by_name(readings["uk-conlist"])["TONG SAN 2"]
    assert (row["kind"], row["imo"], row["imo_ok"], row["mmsi"], row["listed_on"]) == (
        "vessel",
        8937675,
        True,
        445539000,
        "2017-10-19",
    )
    assert row["measures"] == ["restrictive measures (Annex XIV; the row does not say which)"]


def test_rows_of_one_group_are_one_entry(folder: Path, tmp_path: Path):
    lines = (folder / "uk_conlist_2018-04-13_head.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "conlist.csv"
    path.write_text("\n".join([*lines, lines[-1].replace("AAB", "ABDALLAH AZZAM BRIGADES", 1).replace("AKA", "Prime Alias")]))
    draft = uk_conlist.read(open_source(path), {})
    assert (draft.rows, len(draft.entries), draft.joined) == (11, 10, 1)
    assert draft.entries[-1].names == ("ABDALLAH AZZAM BRIGADES", "AAB")


def test_a_row_without_a_group_is_set_aside(folder: Path, tmp_path: Path):
    lines = (folder / "uk_conlist_2018-04-13_head.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "conlist.csv"
    path.write_text("\n".join([*lines[:-1], lines[-1].removesuffix("13141")]), encoding="utf-8")
    draft = uk_conlist.read(open_source(path), {})
    assert [(s.line, s.reason) for s in draft.set_aside] == [(12, "it has no group or no known type")]
