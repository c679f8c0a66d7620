"""The exchange sheet and its picture: two directions, lower bounds without an end, spans that nobody splits."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from darkwake import schema
from darkwake.dossier.book import Book
from darkwake.dossier.exchange import amount, exchanges
from darkwake.dossier.exchange_chart import NARROW, WIDE, Panel, chart


def row(low: float | None, middle: float | None, high: float | None, start: date, end: date) -> dict[str, Any]:
    """A counted row of containers."""
    ends = {"lo": low, "central": middle, "hi": high, "unit": "containers", "origin": "published"}
    return ends | {"period_start": start, "period_end": end}


MARCH = (date(2024, 3, 1), date(2024, 3, 31))
HALF = (date(2023, 9, 1), date(2024, 2, 29))


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((6700.0, 6700.0, None), "at least <b>6,700</b> containers"),
        ((None, 168_679.0, None), "as printed <b>168,679</b> containers"),
        ((8_763_253.19, None, None), "at least <b>8,760,000</b> containers"),
        ((None, None, None), "amount not known"),
        ((100.0, None, 200.0), "100 to 200 containers"),
        ((None, None, 200.0), "at most 200 containers"),
        ((100.0, 150.0, 200.0), "<b>150</b> containers<br><small>100 to 200</small>"),
        ((150.0, 150.0, 150.0), "<b>150</b> containers"),
    ],
)
def test_an_amount_says_whether_it_is_a_bound(ends: tuple[float | None, ...], said: str) -> None:
    assert str(amount(row(*ends, *MARCH))) == said


def new_row(**more: Any) -> dict[str, Any]:
    """A row of oil for March."""
    way = {"exchange_id": "o", "from_party": "RU", "to_party": "KP", "goods": "oil", "unit": "bbl", "counted": True}
    rest = {
        "period_start": MARCH[0],
        "period_end": MARCH[1],
        "central": 5.0,
        "basis": "b",
        "origin": "published",
        "evidence": [],
    }
    return way | rest | more


def drawn(rows: list[dict[str, Any]], *, up: bool = False, canvas: Any = WIDE) -> str:
    return str(chart([Panel("North Korea", "Russia", "containers", "containers", up, tuple(rows))], canvas, "k", "t"))


def test_a_lower_bound_of_a_month_is_drawn_without_an_end() -> None:
    assert 'class="given open"' in drawn([row(100.0, None, None, *MARCH)])
    assert 'class="given open"' not in drawn([row(100.0, 150.0, 200.0, *MARCH)])


def test_a_total_over_months_is_one_span_with_its_amount_in_words() -> None:
    picture = drawn([row(6700.0, 6700.0, None, *HALF)])
    assert (picture.count('class="span"'), picture.count('class="given')) == (1, 0)
    assert "at least 6,700 containers in all" in picture


def test_one_direction_stands_on_the_months_and_the_other_hangs_from_them() -> None:
    tall, short = row(None, 200.0, None, *MARCH), row(None, 100.0, None, date(2024, 4, 1), date(2024, 4, 30))
    up = [float(y) for y in re.findall(r'<rect x="[\d.]+" y="([\d.]+)"[^>]*class="given"', drawn([tall, short], up=True))]
    down = [float(y) for y in re.findall(r'<rect x="[\d.]+" y="([\d.]+)"[^>]*class="given"', drawn([tall, short]))]
    assert up[0] < up[1]
    assert down[0] == down[1]


@pytest.mark.parametrize("canvas", [WIDE, NARROW])
def test_nothing_is_drawn_outside_the_picture(canvas: Any) -> None:
    picture = drawn([row(6700.0, None, None, *HALF), row(9.0e6, 9.9e6, 1.1e7, *MARCH)], canvas=canvas)
    width, height = (float(one) for one in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture).groups())  # type: ignore[union-attr]
    assert all(0 <= float(x) <= width for x in re.findall(r'\bx[12]?="([\d.-]+)"', picture))
    assert all(0 <= float(y) <= height for y in re.findall(r'\by[12]?="([\d.-]+)"', picture))


def test_a_line_that_another_holds_is_in_the_table_and_not_in_the_picture(tables: dict[str, pa.Table]) -> None:
    (found,) = exchanges(Book(tables))
    assert found.heading == "North Korea and Russia"
    assert "September 2023 at least 1,000" not in str(found.pictures[0])
    (held,) = found.held.lines
    assert (len(found.counted.lines), found.held.folded) == (6, True)
    assert "held in: containers, September 2023 to February 2024" in str(held.cells[4])


def test_parties_between_whom_nothing_counts_have_no_picture() -> None:
    one = new_row(counted=False)
    (found,) = exchanges(Book({"exchange": schema.Exchange.rows([one])}))
    assert (found.pictures, len(found.counted.lines), len(found.held.lines)) == ((), 0, 1)


def test_oil_stands_above_whatever_else_is_weighed_in_tonnes() -> None:
    shells = new_row(exchange_id="s", from_party="KP", to_party="RU", goods="munitions", unit="t")
    (found,) = exchanges(Book({"exchange": schema.Exchange.rows([new_row(), shells])}))
    picture = str(found.pictures[0]).split("</desc>")[1]
    assert picture.index("Oil (bbl)") < picture.index("Munitions (t)")


def test_the_picture_says_the_same_in_words(tables: dict[str, pa.Table]) -> None:
    (found,) = exchanges(Book(tables))
    for picture in map(str, found.pictures):
        said = picture.split("<desc")[1].split("</desc>")[0]
        assert "North Korea to Russia: Containers: September 2023 to February 2024 at least 6,700 containers." in said
        assert "Russia to North Korea: Refined products (bbl): 1 to 28 March 2024 110,000 bbl" in said
