"""On what the chance depends, and what others print: said beside the finding."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa
from markupsafe import escape

from darkwake.dossier.account import monthly, visits
from darkwake.dossier.book import Book
from darkwake.dossier.dependence import AS_HERE, dependence, totals_in_print
from darkwake.dossier.finding import standings
from darkwake.dossier.page import Header, dossier
from darkwake.dossier.seen import seen
from darkwake.dossier.ships import ships
from darkwake.dossier.stands import limits
from darkwake.dossier.words import significant
from darkwake.ledger.assumptions import in_print, mode_if
from darkwake.schema import Claims, Ledger

HEADER = Header("A case", "Was the cap passed?", (date(2024, 1, 1), date(2024, 12, 31)))
MAIN = "observed and published visits"


def assuming(tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables with the last day of the visits under each assumption, each with a chance of its own."""
    rows = tables["ledger"].to_pylist()
    last = max((row for row in rows if row["mode"] == MAIN), key=lambda row: row["day"])
    more = [last | {"mode": mode_if(MAIN, one), "chance_exceeded": 0.1 * k} for k, one in enumerate(in_print())]
    return tables | {"ledger": Ledger.rows([*rows, *more])}


def test_each_assumption_stands_beside_the_finding_with_its_chance_and_source(tables: dict[str, pa.Table]) -> None:
    book = Book(assuming(tables))
    lines = dependence(book, standings(book)[0]).lines
    assert lines[0].cells[0] == AS_HERE
    assert [line.cells[2] for line in lines[1:4]] == ["under 1 %", "10 %", "20 %"]
    assert all(escape(one.source) in line.cells[0] for one, line in zip(in_print(), lines[1:], strict=True))


def test_an_assumption_that_touches_nothing_is_named_and_is_no_row(tables: dict[str, pa.Table]) -> None:
    rows = assuming(tables)["ledger"].to_pylist()
    last = max((row for row in rows if row["mode"] == MAIN), key=lambda row: row["day"])
    first = in_print()[0]
    same = [row | {"chance_exceeded": last["chance_exceeded"]} if row["mode"] == mode_if(MAIN, first) else row for row in rows]
    book = Book(tables | {"ledger": Ledger.rows(same)})
    found = dependence(book, standings(book)[0])
    assert len(found.lines) == len(in_print())
    assert found.remark.endswith(f"In print, but touches nothing that this sum stands on: {first.words}.")


def test_an_assumption_is_no_curve_of_its_own(tables: dict[str, pa.Table]) -> None:
    assert [one.mode for one in standings(Book(assuming(tables)))] == [one.mode for one in standings(Book(tables))]


def test_the_mean_load_that_would_pass_the_cap_is_said(tables: dict[str, pa.Table]) -> None:
    assert "more than 11,628 bbl each on the mean" in dossier(assuming(tables), HEADER).replace("\N{NO-BREAK SPACE}", " ")


def test_without_assumptions_no_table_of_them_is_shown(tables: dict[str, pa.Table]) -> None:
    assert "On what the chance depends" not in dossier(tables, HEADER)


def test_totals_in_print_keep_their_bound_and_stand_beside_the_sum_of_the_same_days(tables: dict[str, pa.Table]) -> None:
    claim = next(row for row in tables["claims"].to_pylist() if row["kind"] == "aggregate")
    period = {"period_start": date(2024, 3, 1), "period_end": date(2024, 3, 31), "count": None, "product": "refined"}
    said = claim | period | {"fill": None, "lo": 165_000.0, "central": None, "hi": None, "unit": "bbl", "bound": "at least"}
    book = Book(tables | {"claims": Claims.rows([said])})
    found = totals_in_print(book, standings(book)[0]).lines
    march = next(row for row in standings(book)[0].days if row["day"] == date(2024, 3, 31))
    assert [str(line.cells[2]) for line in found] == ["at least 165,000 bbl"]
    assert f"<b>{significant(march['bbl_p50'])}</b>" in found[0].cells[3]


def test_a_visit_that_is_only_published_has_no_chance_of_its_own(tables: dict[str, pa.Table]) -> None:
    published = [line for line in visits(Book(tables)).lines if 'class="tag published"' in str(line.cells[-1])]
    assert {str(line.cells[6]) for line in published} == {"as published, not assessed"}


def test_a_number_under_two_names_is_marked_at_both(tables: dict[str, pa.Table]) -> None:
    cells = {str(line.cells[0]): str(line.cells[1]) for line in ships(Book(tables)).vessels.lines}
    shared = {name: cell for name, cell in cells.items() if "9020534" in cell}
    assert len(shared) == 2
    assert all("here; that they are one ship is not shown" in cell for cell in shared.values())


def test_no_id_of_an_event_stands_in_a_sentence_about_silence(tables: dict[str, pa.Table]) -> None:
    rows = tables["sightings"].to_pylist()
    event = tables["events"].to_pylist()[0]["event_id"]
    hidden = [row | {"silence": f'{{"gaps": ["{event}"]}}'} for row in rows[:1]]
    book = Book(tables | {"sightings": pa.Table.from_pylist(hidden, schema=tables["sightings"].schema)})
    said = str(seen(book).sightings.lines[0].cells[6])
    assert event not in said
    assert "silent from 20" in said


def test_a_reckoning_without_visits_has_no_column_of_visits(tables: dict[str, pa.Table]) -> None:
    bare = [row | {"visits": 0.0} for row in tables["ledger"].to_pylist()]
    one = standings(Book(tables | {"ledger": Ledger.rows(bare)}))[0]
    assert "Visits (mean)" not in [column.head for column in monthly(one).columns]


def test_what_is_said_of_unseen_visits_is_said_once(tables: dict[str, pa.Table]) -> None:
    said = limits(Book(tables), ("visits that nobody saw or published are not estimated and not added",))
    assert sum("nobody saw or published" in one for one in said) == 1
    assert said[0] == "Visits that nobody saw or published are not estimated and not added."


def test_the_plan_says_which_days_its_passes_are_of(tables: dict[str, pa.Table]) -> None:
    first = min(row["culmination"] for row in tables["opportunities"].to_pylist())
    assert isinstance(first, datetime)
    assert "which the plan was asked; they are not days of the visits above" in dossier(tables, HEADER)
