"""What a notebook shows of the ledger's answers: their words, with nothing of the data run as markup."""

from __future__ import annotations

from datetime import UTC, date, datetime

from darkwake.ledger import exchange_sheet, unseen_visits
from darkwake.ledger.in_print import CHECKS, figures_in_print
from darkwake.schema import Exchange


def test_the_visits_that_nobody_saw_are_shown_in_a_sentence():
    found = unseen_visits(5, datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC), draws=500)
    assert found._repr_html_() == f"<p>{found.words()}</p>"


def test_the_lines_of_an_exchange_are_a_list_and_their_words_are_escaped():
    row = {"exchange_id": "x", "from_party": "KP", "to_party": "RU", "goods": "<b>boxes</b>", "unit": "containers", "lo": 20.0}
    rest = {"period_start": date(2024, 3, 1), "period_end": date(2024, 5, 31), "basis": "b", "counted": True}
    sheet = exchange_sheet(Exchange.rows([row | rest | {"origin": "published", "evidence": []}]))
    assert sheet._repr_html_() == "<ul><li>KP to RU, &lt;b&gt;boxes&lt;/b&gt;: at least 20 containers</li></ul>"


def test_an_empty_exchange_says_so():
    assert exchange_sheet(Exchange.empty())._repr_html_() == "<p>Nothing that counts is known.</p>"


def test_figures_in_print_are_shown_as_their_words():
    found = figures_in_print(checks=CHECKS[:2])
    assert found._repr_html_().startswith("<pre>")
    assert found.findings[0].id in found._repr_html_()
