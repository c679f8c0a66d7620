"""The UK Sanctions List: ships, and the DPRK regime."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from darkwake.errors import InputError
from darkwake.identity.lists import uk
from darkwake.identity.lists.reading import Reading
from darkwake.identity.lists.sources import open_source
from darkwake.identity.measures import kind_of
from tests.identity.conftest import by_name


def test_666_ships_of_which_the_37_of_the_dprk_have_no_number(readings: dict[str, Reading]):
    rows = readings["uk-sanctions-ships"].listings.to_pylist()
    assert len(rows) == 666
    assert {row["programmes"][0][:46] for row in rows if row["imo"] is None} == {
        "The Democratic People's Republic of Korea (Sanc"[:46]
    }
    assert (sum(row["imo"] is None for row in rows), sum(bool(row["imo_ok"]) for row in rows)) == (37, 629)


def test_a_name_made_of_a_number_gives_the_name_in_it(readings: dict[str, Reading]):
    row = by_name(readings["uk-sanctions-ships"])["AVAX"]
    assert (row["entry_id"], row["imo"], row["names"]) == ("LIB0079", 9058713, ["AVAX"])
    assert 'name: IMO 9058713 ("AVAX")' in row["text"]


def test_a_port_ban_is_not_an_asset_freeze(readings: dict[str, Reading]):
    kinds = {row["name"]: [kind_of(m) for m in row["measures"]] for row in readings["uk-sanctions-ships"].listings.to_pylist()}
    assert kinds["Petrel 8"] == ["port ban"]
    assert kinds["Hao Fan 6"] == ["de-registration", "port ban"]
    assert kinds["An San 1"] == ["asset freeze", "port ban"]


def test_every_word_for_a_sanction_is_known(readings: dict[str, Reading]):
    assert readings["uk-sanctions-ships"].warnings == ()
    assert readings["uk-sanctions-dprk"].warnings == ()


def test_the_dprk_regime_holds_persons_entities_and_ships(readings: dict[str, Reading]):
    rows = readings["uk-sanctions-dprk"].listings.to_pylist()
    assert Counter(row["kind"] for row in rows) == {"person": 138, "entity": 86, "vessel": 37}
    row = next(row for row in rows if row["entry_id"] == "DPR0001")
    assert (row["names"], row["listed_on"]) == (["Jong Hyuk An", "Jong Hyok An"], "2020-12-31")


def test_the_tie_between_ship_and_owner_stays_in_the_text(readings: dict[str, Reading]):
    row = by_name(readings["uk-sanctions-dprk"])["Hao Fan 6"]
    assert "Listed as asset of Shen Zhong International Shipping" in row["text"]


@pytest.mark.parametrize(
    ("line", "message"),
    [('{"unique_id": "DPR1"', "line 2: is not a JSON object a line"), ('{"unique_id": "DPR1"}', "line 2: no field names")],
)
def test_a_broken_line_is_named(folder: Path, tmp_path: Path, line: str, message: str):
    first = gzip.decompress((folder / "uk_dprk_regime.jsonl.gz").read_bytes()).decode().splitlines()[0]
    path = tmp_path / "regime.jsonl"
    path.write_text(f"{first}\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        uk.read_regime(open_source(path), {})


def test_an_unknown_sanction_and_field_are_kept_and_warned_of(folder: Path, tmp_path: Path):
    row = json.loads(gzip.decompress((folder / "uk_dprk_regime.jsonl.gz").read_bytes()).decode().splitlines()[0])
    path = tmp_path / "regime.jsonl"
    path.write_text(json.dumps(row | {"sanctions_imposed": "Asset freeze|Bell ringing", "colour": "red"}), encoding="utf-8")
    draft = uk.read_regime(open_source(path), {})
    assert draft.entries[0].measures == ("asset freeze (UK Sanctions List)", "Bell ringing")
    assert [warning.split(": ")[1].split(";")[0] for warning in draft.warnings] == [
        "'Bell ringing' is not known and was kept as printed",
        "field 'colour' is not known and was not read",
    ]
