"""OFAC's lists, as published and re-saved."""

from __future__ import annotations

import gzip
import shutil
from collections import Counter
from pathlib import Path

import pytest

from darkwake.errors import InputError
from darkwake.identity.lists import ofac, read_lists, recognise
from darkwake.identity.lists.reading import Reading
from darkwake.identity.lists.sources import open_source
from tests.identity.conftest import by_name, vessels

HEAD = '36,"AEROCARIBBEAN AIRLINES",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'
SHIP = '17,"A SHIP","vessel","DPRK4",-0- ,"P5AB","Tanker","12,345","9",-0- ,-0- ,"{remarks}"\r\n'


def test_the_whole_list_of_2019(readings: dict[str, Reading]):
    rows = readings["ofac-sdn"].listings.to_pylist()
    assert Counter(row["kind"] for row in rows) == {"person": 3845, "entity": 2994, "vessel": 323, "aircraft": 217}
    dprk = [row for row in vessels(readings["ofac-sdn"]) if any("DPRK" in p for p in row["programmes"])]
    assert len(dprk) == 101


def test_the_extract_of_2023(readings: dict[str, Reading]):
    """685 vessels; 678 say IMO and pass, two of them after two blanks and one before a flag; two more are seven bare digits."""
    rows = vessels(readings["ofac-sdn-extract"])
    assert (len(rows), sum(bool(row["imo_ok"]) for row in rows), sum(row["imo_ok"] is False for row in rows)) == (685, 680, 0)
    assert sum(any("DPRK" in p for p in row["programmes"]) for row in rows) == 106


def test_teriberka_is_two_ships(readings: dict[str, Reading]):
    found = [row["imo"] for row in vessels(readings["ofac-sdn-extract"]) if row["name"] == "TERIBERKA"]
    assert found == [8931748, 9081291]


def test_seven_bare_digits_that_pass_are_the_number_and_this_is_said(readings: dict[str, Reading]):
    reading = readings["ofac-sdn"]
    assert by_name(reading)["RYONG GUN BONG"]["imo"] == 8606173
    assert reading.warnings == ("line 4349: the registration 8606173 of RYONG GUN BONG was read as an IMO number",)


def test_identifiers_in_the_remarks_are_read(readings: dict[str, Reading]):
    row = by_name(readings["ofac-sdn"])["ARTAVIL"]
    assert (row["imo"], row["mmsi"], row["dwt_t"], row["flag"], row["programmes"]) == (
        9187629,
        572469210,
        99144.0,
        "Iran",
        ["IRAN"],
    )
    assert "Linked To: NATIONAL IRANIAN TANKER COMPANY" in row["text"]


def test_a_yacht_register_number_is_no_imo_number(readings: dict[str, Reading]):
    rows = by_name(readings["ofac-sdn"])
    assert [rows[name]["imo"] for name in ("BONU 5", "ZEUS")] == [None, None]


def test_programmes_are_told_apart(readings: dict[str, Reading]):
    assert {"NPWMD", "IFSR"} <= {p for row in readings["ofac-sdn"].listings.to_pylist() for p in row["programmes"]}
    assert not any("[" in p or "]" in p for row in readings["ofac-sdn"].listings.to_pylist() for p in row["programmes"])


def test_aliases_and_addresses_join_their_entry(readings: dict[str, Reading]):
    row = by_name(readings["ofac-sdn"])["BANCO NACIONAL DE CUBA"]
    assert "NATIONAL BANK OF CUBA" in row["names"]
    assert "address: Zweierstrasse 35, Zurich CH-8022, Switzerland" in row["text"]


def test_no_date_of_listing_is_made_up(readings: dict[str, Reading]):
    assert readings["ofac-sdn"].listings.column("listed_on").null_count == 7379


def test_windows_line_ends_and_ctrl_z_change_nothing(folder: Path, readings: dict[str, Reading], tmp_path: Path):
    text = gzip.decompress((folder / "ofac_sdn_2019-01.csv.gz").read_bytes())
    path = tmp_path / "SDN_2019-01.CSV"
    path.write_bytes(text.replace(b"\n", b"\r\n") + b"\r\n\x1a")
    words = ["entry_id", "kind", "imo", "mmsi", "name", "programmes", "flag", "dwt_t", "line"]
    assert read_lists([path]).readings[0].listings.select(words).equals(readings["ofac-sdn"].listings.select(words))


def test_two_numbers_give_two_listings_and_the_valid_one_comes_first(tmp_path: Path):
    remarks = "Vessel Registration Identification IMO 9187628; Vessel Registration Identification IMO 9187629; MMSI 445000001."
    path = tmp_path / "SDN.CSV"
    path.write_text(HEAD + SHIP.format(remarks=remarks), encoding="ascii")
    draft = ofac.read(open_source(path), {})
    assert [(e.entry_id, e.imo, e.mmsi, e.line) for e in draft.entries[1:]] == [
        ("17", 9187629, 445000001, 2),
        ("17/2", 9187628, 445000001, 2),
    ]
    assert draft.rows + draft.shared == len(draft.entries)


def test_a_row_of_an_unknown_kind_and_an_orphan_alias_are_set_aside(tmp_path: Path):
    main, alt = tmp_path / "SDN.CSV", tmp_path / "ALT.CSV"
    main.write_text(HEAD + SHIP.format(remarks="-0- ").replace('"vessel"', '"submarine"'), encoding="ascii")
    alt.write_text('36,12,"aka","AERO-CARIBBEAN",-0- \n99,13,"aka","NOBODY",-0- \n', encoding="ascii")
    draft = ofac.read(open_source(main), {"alt": open_source(alt)})
    assert [(s.line, s.reason) for s in draft.set_aside] == [
        (2, "its number or its kind is none of OFAC's"),
        (2, "its entry is not in SDN.CSV"),
    ]
    assert (draft.rows, len(draft.entries), draft.joined) == (4, 1, 1)


def test_aliases_alone_are_refused(folder: Path):
    with pytest.raises(InputError, match=r"ofac_alt_2019-01.csv.gz: belongs to a list of the same date that was not given"):
        read_lists([folder / "ofac_alt_2019-01.csv.gz"])


def test_published_names_take_their_date_from_the_folder(folder: Path, tmp_path: Path):
    day = tmp_path / "2019-01-15"
    day.mkdir()
    for part in ("sdn", "alt", "add"):
        shutil.copyfile(folder / f"ofac_{part}_2019-01.csv.gz", day / f"{part.upper()}.CSV")
    found = recognise(day / "ADD.CSV")
    assert found is not None
    assert found.part == "add"
    reading = read_lists([day]).readings[0]
    assert (reading.version, reading.joined) == ("2019-01-15", 21378)
