"""The timeline never shows a day that nobody knows."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from darkwake.dossier.book import Book
from darkwake.dossier.timeline import description, lanes, timeline

PERIOD = (date(2024, 1, 1), date(2024, 12, 31))


def test_visits_counted_in_a_total_share_one_bar_with_their_number(tables: dict[str, pa.Table]) -> None:
    lane = next(lane for lane in lanes(Book(tables)) if lane.ship == "counted by OSC/BBC")
    assert [(stay.count, stay.is_tick) for stay in lane.stays] == [(38, False)]
    assert (lane.stays[0].low.date(), lane.stays[0].high.date()) == (date(2024, 3, 7), date(2024, 11, 5))


def test_a_known_day_is_a_tick_and_an_interval_is_a_bar(tables: dict[str, pa.Table]) -> None:
    found = {lane.ship: [stay.is_tick for stay in lane.stays] for lane in lanes(Book(tables))}
    assert found["Paek Yang San 1"] == [True, True]
    assert found["two of five tankers"] == [False]


def test_simulated_visits_stand_last_under_a_heading_that_says_so(tables: dict[str, pa.Table]) -> None:
    drawn = lanes(Book(tables))
    assert [lane.simulated for lane in drawn] == sorted(lane.simulated for lane in drawn)
    assert "simulated: SIM TANKER ONE" in description(drawn)
    assert "simulated, not evidence" in timeline(Book(tables), PERIOD, narrow=False, key="t")


def test_without_visits_there_is_no_picture() -> None:
    assert timeline(Book({}), PERIOD, narrow=False, key="t") is None
