"""The ledger curve says the same as the ledger."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pyarrow as pa
import pytest

from darkwake import schema
from darkwake.dossier import standings
from darkwake.dossier.book import Book
from darkwake.dossier.charts import NARROW, WIDE, ledger_curve, passing_weeks
from darkwake.dossier.finding import answer, month_ends, when_passed


def made_of(chances: list[float], *, origin: str = "inferred") -> Book:
    """A ledger of as many days as there are chances; the median grows by 1,000 barrels a day."""
    cap = {"cap_id": "c", "title": "Refined", "product": "refined", "amount": 2000.0, "unit": "bbl", "instrument": "rule"}
    first = date(2024, 1, 1)
    rows = [
        {
            "cap_id": "c",
            "mode": "both",
            "day": first + timedelta(days=k),
            "bbl_p05": 500.0 * k,
            "bbl_p50": 1000.0 * k,
            "bbl_p95": 2000.0 * k,
            "chance_exceeded": chance,
            "visits": float(k),
            "origin": origin,
            "evidence": [],
        }
        for k, chance in enumerate(chances)
    ]
    period = {"period_start": first, "period_end": date(2024, 12, 31), "verified": True, "evidence": []}
    return Book({"ledger": schema.Ledger.rows(rows), "caps": schema.Caps.rows([cap | period])})


def test_the_weeks_add_up_to_the_chance_on_the_last_day() -> None:
    one = standings(made_of([0.0] * 6 + [0.1, 0.1, 0.4, 0.4] + [0.9] * 20))[0]
    weeks = passing_weeks(one)
    assert [round(chance, 6) for _, _, chance in weeks] == [0.1, 0.8, 0.0, 0.0, 0.0]
    assert sum(chance for _, _, chance in weeks) == pytest.approx(one.chance)


def test_the_day_on_which_the_cap_was_passed_is_read_off_the_chances() -> None:
    one = standings(made_of([0.0, 0.04, 0.3, 0.5, 0.96]))[0]
    assert [one.passed_by(share) for share in (0.05, 0.5, 0.95)] == [date(2024, 1, 3), date(2024, 1, 4), date(2024, 1, 5)]
    assert "with a chance of 50 % by 4 January 2024" in when_passed(one)


def test_a_cap_that_was_hardly_reached_gets_no_day() -> None:
    book = made_of([0.0, 0.02])
    one = standings(book)[0]
    assert one.passed_by(0.05) is None
    assert when_passed(one).startswith("On no day did the chance")
    assert "There is almost no chance (2 %) that the cap of 2,000 bbl was passed." in answer(book, one)


def test_a_simulated_ledger_says_so_in_its_sentence_and_in_its_title() -> None:
    book = made_of([0.0, 0.5], origin="simulated")
    one = standings(book)[0]
    assert answer(book, one).startswith("By 2 January 2024, 1 simulated visit adds up to")
    assert "(simulated)</title>" in ledger_curve(one, WIDE, "k")


def test_the_picture_has_a_title_a_description_and_readable_letters(tables: dict[str, pa.Table]) -> None:
    one = standings(Book(tables))[0]
    for canvas in (WIDE, NARROW):
        picture = ledger_curve(one, canvas, "k")
        assert "1,040,000 bbl" in picture.split("</desc>")[0]
        assert float(re.search(r'font-size="([\d.]+)"', picture).group(1)) >= 12
        assert "cap 500,000 bbl" in picture


def test_no_text_of_the_picture_leaves_it_to_the_right(tables: dict[str, pa.Table]) -> None:
    from darkwake.dossier.svg import text_width

    for one in standings(Book(tables)):
        for canvas in (WIDE, NARROW):
            for x, anchor, words in re.findall(
                r'<text x="([\d.]+)"[^>]*?(?:text-anchor="(\w+)")?>([^<]*)</text>', ledger_curve(one, canvas, "k")
            ):
                assert float(x) + (0 if anchor == "end" else text_width(words, canvas.font)) <= canvas.width + 8


def test_months_end_on_the_last_day_that_the_ledger_has() -> None:
    one = standings(made_of([0.0] * 40))[0]
    assert [row["day"] for row in month_ends(one.days)] == [date(2024, 1, 31), date(2024, 2, 9)]


def test_the_simulated_reckoning_never_stands_first(tables: dict[str, pa.Table]) -> None:
    found = standings(Book(tables))
    assert [one.mode for one in found] == ["observed and published visits", "both", "simulated"]
    assert standings(Book(tables), cap_id="refined-2024", mode="both")[0].mode == "both"
