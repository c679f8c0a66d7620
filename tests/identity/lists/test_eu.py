"""The EU's vessels of Annex XLII."""

from __future__ import annotations

from pathlib import Path

from darkwake.identity.lists import eu
from darkwake.identity.lists.reading import Reading
from darkwake.identity.lists.sources import open_source
from darkwake.identity.measures import kind_of
from tests.identity.conftest import by_name


def test_597_vessels_each_with_a_valid_number(readings: dict[str, Reading]):
    assert readings["eu-833-annex-xlii"].listings.column("imo_ok").to_pylist() == [True] * 597


def test_annex_xlii_is_no_asset_freeze_whatever_the_table_says(readings: dict[str, Reading]):
    rows = readings["eu-833-annex-xlii"].listings.to_pylist()
    assert {kind_of(m) for row in rows for m in row["measures"]} == {"port ban", "services ban"}
    assert all("effects: asset_freeze|transport_sanction" in row["text"] for row in rows)


def test_former_names_are_names(readings: dict[str, Reading]):
    assert by_name(readings["eu-833-annex-xlii"])["Aqua Titan"]["names"] == ["Aqua Titan", "Lang Ya"]
    assert by_name(readings["eu-833-annex-xlii"])["Noctis"]["names"] == ["Noctis", "Luna", "Asher"]


def test_a_row_without_a_number_is_set_aside(tmp_path: Path):
    path = tmp_path / "eu.csv"
    path.write_text("imo,name,listed_date,effects\n9270749,Lang Ya,2025-02-24,\n12,Nobody,2025-02-24,\n", encoding="utf-8")
    draft = eu.read(open_source(path), {})
    assert [entry.entry_id for entry in draft.entries] == ["imo-9270749"]
    assert [(s.line, s.reason) for s in draft.set_aside] == [(3, "its IMO number is not seven digits")]
