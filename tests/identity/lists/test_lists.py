"""All lists together: recognised by content, every row accounted for, damage refused."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from darkwake.errors import InputError
from darkwake.identity.lists import FORMATS, Collection, bundled, read_lists, recognise
from darkwake.identity.lists.reading import Reading
from darkwake.schema import Listings

FILES = {
    "un_1718_vessels.csv": "un-1718",
    "un_consolidated_2018-10-29.xml.gz": "un-consolidated",
    "ofac_sdn_2019-01.csv.gz": "ofac-sdn",
    "ofac_vessels_dprk_2023-01.csv.gz": "ofac-sdn-extract",
    "eu_vessels_2026-03.csv": "eu-833-annex-xlii",
    "uk_ships_2026-08.csv.gz": "uk-sanctions-ships",
    "uk_dprk_regime.jsonl.gz": "uk-sanctions-dprk",
    "uk_conlist_2018-04-13_head.csv": "uk-conlist",
}


@pytest.mark.parametrize(("name", "list_"), FILES.items())
def test_a_list_is_told_by_its_content_whatever_its_name(folder: Path, tmp_path: Path, name: str, list_: str):
    shutil.copyfile(folder / name, tmp_path / "list.bin")
    found = recognise(tmp_path / "list.bin")
    assert found is not None
    assert (found.form.list, found.part) == (list_, "")


def test_every_format_has_a_real_file_that_tests_it():
    assert {form.list for form in FORMATS} == set(FILES.values())


def test_what_is_no_list_is_named_and_not_read(collection: Collection):
    names = [path.name for path, _ in collection.not_lists]
    assert names == ["README.md", "mids.csv", "name_pairs.csv", "particulars.csv"]


@pytest.mark.parametrize("list_", sorted(set(FILES.values())))
def test_every_row_is_accounted_for(readings: dict[str, Reading], list_: str):
    reading = readings[list_]
    entries = reading.listings.num_rows
    assert reading.rows + reading.shared == entries + reading.joined + reading.quarantine.num_rows
    assert Listings.check(reading.listings).equals(reading.listings)


def test_the_account_stands_in_the_evidence(readings: dict[str, Reading]):
    rows = readings["ofac-sdn"].evidence.to_pylist()
    account = "28757 rows: 7379 entries, 21378 joined to them, 0 set aside"
    assert [(row["href"], row["published"], row["where_in_it"]) for row in rows] == [
        ("ofac_sdn_2019-01.csv.gz", "2019-01", account),
        ("ofac_add_2019-01.csv.gz", "2019-01", account),
        ("ofac_alt_2019-01.csv.gz", "2019-01", account),
    ]


def test_versions_come_from_the_content_or_the_name(readings: dict[str, Reading]):
    assert {name: reading.version for name, reading in readings.items()} == {
        "eu-833-annex-xlii": "2026-03",
        "ofac-sdn": "2019-01",
        "ofac-sdn-extract": "2023-01",
        "uk-conlist": "2018-04-13",
        "uk-sanctions-dprk": "2026-02-13",
        "uk-sanctions-ships": "2026-08-06",
        "un-1718": "2018-10-16",
        "un-consolidated": "2018-10-29",
    }


def test_a_list_without_any_date_asks_for_one(folder: Path, tmp_path: Path):
    path = tmp_path / "vessels.csv"
    shutil.copyfile(folder / "eu_vessels_2026-03.csv", path)
    with pytest.raises(
        InputError, match=r"carries the date of the list; name it like vessels_2026-01-31.csv, or give --version"
    ):
        read_lists([path])
    assert read_lists([path], version="2026-03-15").readings[0].version == "2026-03-15"


def test_a_date_against_the_lists_own_is_refused(folder: Path):
    with pytest.raises(InputError, match="says it is of 2018-10-29, not 2020-01-01"):
        read_lists([folder / "un_consolidated_2018-10-29.xml.gz"], version="2020-01-01")


def test_a_truncated_gzip_is_refused_in_one_line(folder: Path, tmp_path: Path):
    path = tmp_path / "uk_ships_2026-08.csv.gz"
    path.write_bytes((folder / path.name).read_bytes()[:20_000])
    with pytest.raises(InputError, match=r"uk_ships_2026-08.csv.gz:byte \d+ unpacked: the gzip ends too early"):
        read_lists([tmp_path], strict=False)


def test_a_damaged_gzip_is_refused_in_one_line(folder: Path, tmp_path: Path):
    path = tmp_path / "ofac_sdn_2019-01.csv.gz"
    data = bytearray((folder / path.name).read_bytes())
    data[150_000:150_010] = b"\xff" * 10
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match=r"ofac_sdn_2019-01.csv.gz: damaged gzip"):
        read_lists([path])


def test_a_binary_file_called_csv_is_no_list(tmp_path: Path):
    path = tmp_path / "list.csv"
    path.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(InputError, match=r"list.csv: is not a list that is known; known by content: un-1718"):
        read_lists([path])


def test_a_list_turned_binary_in_the_middle_is_refused(tmp_path: Path):
    path = tmp_path / "un_1718.csv"
    path.write_bytes(bundled().read_bytes() + b"\0\0\0")
    with pytest.raises(InputError, match=r"un_1718.csv:byte \d+: is a binary file"):
        read_lists([path])


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("eu_vessels_2026-03.csv", "imo"),
        ("un_1718_vessels.csv", "port_ban_2371_6_2375_6"),
        ("uk_ships_2026-08.csv.gz", "sanctions"),
    ],
)
def test_a_missing_column_is_named_with_its_file_and_line(folder: Path, tmp_path: Path, name: str, column: str):
    stored = (folder / name).read_bytes()
    text = (gzip.decompress(stored) if name.endswith(".gz") else stored).decode()
    path = tmp_path / name.removesuffix(".gz")
    path.write_text(text.replace(column, "Something", 1), encoding="utf-8")
    with pytest.raises(InputError) as fault:
        read_lists([path])
    assert f"{path.name}:line 1: no column {column}; the header has " in fault.value.line()


def test_a_column_that_is_not_known_is_warned_of(tmp_path: Path):
    path = tmp_path / "un_1718.csv"
    head, *rows = bundled().read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head + ",colour", *(row + ",red" for row in rows)]), encoding="utf-8")
    assert read_lists([path]).readings[0].warnings == ("un_1718.csv: column 'colour' is not known and was not read",)


def test_a_list_that_lost_rows_is_refused(tmp_path: Path):
    path = tmp_path / "un_1718.csv"
    path.write_text("\n".join(bundled().read_text(encoding="utf-8").splitlines()[:40]), encoding="utf-8")
    with pytest.raises(InputError, match="39 entries where un-1718 has at least 59; the file is cut or its layout has changed"):
        read_lists([path])


def test_more_entries_than_expected_are_warned_of(tmp_path: Path):
    path = tmp_path / "un_1718.csv"
    more = "NEW SHIP,,9074729,2018-10-16,,0,1,0,1,0,,,,basis,source,2026-10-06\n"
    path.write_text(bundled().read_text(encoding="utf-8") + more, encoding="utf-8")
    assert read_lists([path]).readings[0].warnings == ("un_1718.csv: 60 entries where at most 59 were expected",)


def test_a_row_of_the_wrong_length_is_set_aside_with_its_line(tmp_path: Path):
    path = tmp_path / "un_1718.csv"
    path.write_text(bundled().read_text(encoding="utf-8") + "HALF A ROW,,907", encoding="utf-8")
    reading = read_lists([path]).readings[0]
    assert reading.quarantine.drop(["source_id"]).to_pylist() == [
        {"line": 61, "reason": "it has 3 cells where 16 are expected", "raw": "HALF A ROW,,907"}
    ]


def test_an_entry_that_stands_twice_is_set_aside_the_second_time(tmp_path: Path):
    path = tmp_path / "un_1718.csv"
    text = bundled().read_text(encoding="utf-8")
    path.write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    reading = read_lists([path]).readings[0]
    assert reading.listings.num_rows == 59
    assert reading.quarantine.column("reason").to_pylist() == ["its entry id stands on an earlier line"]


def test_one_version_given_twice_is_refused(folder: Path):
    with pytest.raises(InputError, match="is un-1718 of 2018-10-16, which another file is too"):
        read_lists([bundled(), folder / "un_1718_vessels.csv"])


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path):
    with pytest.raises(InputError, match=r"nothing.csv: cannot be read: No such file or directory; check the path"):
        read_lists([tmp_path / "nothing.csv"])


def test_cells_that_are_no_number_or_date_are_left_out_and_said(tmp_path: Path):
    path = tmp_path / "un_1718.csv"
    text = bundled().read_text(encoding="utf-8").replace("7303803,2018-03-30", "73O3803,March", 1)
    path.write_text(text.replace("8916580", "8916581", 1), encoding="utf-8")
    reading = read_lists([path]).readings[0]
    assert reading.warnings == (
        "line 2: imo '73O3803' is no IMO number and was left out",
        "line 2: date_designated 'March' is no date and was left out",
        "line 3: the IMO number 8916581 of ASIA BRIDGE 1 fails its check digit and is not searched for",
    )
    assert "imo: 73O3803; date_designated: March" in reading.listings.column("text")[0].as_py()
