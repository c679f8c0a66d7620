"""Ships and listings: an entry concerns a ship by its IMO number or a stated link, and nothing else."""

from __future__ import annotations

import json

import pyarrow as pa

from darkwake.dossier.account import visits
from darkwake.dossier.book import Book
from darkwake.dossier.factors import factors
from darkwake.dossier.ships import ships


def test_only_entries_of_ships_of_the_case_are_shown(tables: dict[str, pa.Table]) -> None:
    found = ships(Book(tables))
    assert found.entries == 2
    assert [line.cells[2].split("<br>")[0] for line in found.listings.lines] == ["RUNG RA 2", "RUNG RA 2"]


def test_an_entry_found_by_a_number_from_memory_says_so(tables: dict[str, pa.Table]) -> None:
    reasons = {line.cells[0].split("<br>")[0]: line.cells[0] for line in ships(Book(tables)).listings.lines}
    assert "from memory" in reasons["Paek Yang San 1"]
    assert "from memory" not in reasons["Rung Ra 2"]


def test_an_imo_number_from_memory_is_marked(tables: dict[str, pa.Table]) -> None:
    rows = {str(line.cells[0]): line.cells[1] for line in ships(Book(tables)).vessels.lines}
    angara = next(cell for name, cell in rows.items() if "Angara" in name)
    assert "9179842" in angara
    assert "from memory, not verified" in angara


def test_relations_name_both_ends_and_the_sentence(tables: dict[str, pa.Table]) -> None:
    line = ships(Book(tables)).relations.lines[0]
    assert [str(cell).strip() for cell in line.cells[:3]] == ["Paek Yang San 1", "linked to", "Rung Ra 2"]


def test_each_factor_stands_once_with_its_source_and_how_many_visits_use_it(tables: dict[str, pa.Table]) -> None:
    shown = [[str(cell) for cell in line.cells] for line in factors(Book(tables)).lines if not line.simulated]
    assert shown == [
        ["barrels per tonne", "7.9 bbl/t", "7.46 to 8.33 bbl/t", "BP; UN 1718 chart", "43"],
        ["laden fraction", "0.8", "0.5 to 0.93", "OSC: up to 90 %", "43"],
    ]


def test_factors_that_cannot_be_read_leave_the_page_standing(tables: dict[str, pa.Table]) -> None:
    payloads = tables["payloads"]
    odd = pa.array([json.dumps({"not": "a list"}), "torn ["] * (payloads.num_rows // 2), pa.string())
    torn = payloads.set_column(payloads.column_names.index("factors"), "factors", odd)
    assert factors(Book({"payloads": torn})).lines == ()


def test_counted_visits_are_drawn_together_and_named_ones_are_not(tables: dict[str, pa.Table]) -> None:
    lines = visits(Book(tables)).lines
    assert len(lines) == 5 + 1 + 1 + 1
    assert lines[-1].simulated
    assert [str(line.cells[4]).split("<br>")[0] for line in lines if "38 visits" in line.cells[0]] == [
        "each about 9,430 – <b>23,300</b> – 48,100 bbl"
    ]
