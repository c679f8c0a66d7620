"""The case that the press alone gives: 43 visits, 10,000 to 30,000 barrels each, and nothing measured.

The count is that of BBC News / Open Source Centre (22 November 2024), the range that of the UN Panel as VOA used it (18 July
2023). With one load between the two for all visits, each alike, the cap of 500,000 barrels is exceeded with the chance
(30,000 - 500,000 / 43) / (30,000 - 10,000) = 0.919, and not for certain.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.faults.telling import answer, done

COUNT, LEAST, MOST, CAP = 43, 10_000, 30_000, 500_000
CHANCE = (MOST - CAP / COUNT) / (MOST - LEAST)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("press") / "case"
    done("init", folder, "--template", "press-count")
    done("run", folder)
    return folder


@pytest.fixture
def cap(case: Path, capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The state of the one cap, as ``darkwake ledger --json`` tells it."""
    (found,) = answer(capfd, "ledger", case)["caps"]
    return found


def test_the_chance_that_the_cap_was_exceeded_is_the_one_of_the_range_and_below_one(cap: dict[str, Any]) -> None:
    assert cap["chance_exceeded"] == pytest.approx(CHANCE, abs=0.02)
    assert cap["chance_exceeded"] < 1


def test_the_interval_is_the_range_times_the_count(cap: dict[str, Any]) -> None:
    """The ends of 90 % of it, for one load that all visits share; errors of the visits' own would average out."""
    ends = [COUNT * (LEAST + share * (MOST - LEAST)) for share in (0.05, 0.5, 0.95)]
    assert [cap["bbl"][name] for name in ("p05", "p50", "p95")] == pytest.approx(ends, rel=0.03)
    assert cap["bbl"]["p05"] < CAP


def test_the_answer_says_what_would_settle_it(case: Path, capfd: pytest.CaptureFixture[str], cap: dict[str, Any]) -> None:
    assert cap["settle"]
    done("ledger", case)
    words = capfd.readouterr().out
    assert "would settle" in words or "what would settle it" in words


def test_the_dossier_says_what_would_settle_it(case: Path) -> None:
    page = (case / "out" / "dossier.html").read_text(encoding="utf-8")
    assert "settle" in page
    assert "10,000" in page
    assert "30,000" in page


def test_the_range_and_the_count_keep_their_sources(case: Path) -> None:
    with (case / "facts" / "aggregates.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert {row["verified"] for row in rows.values()} == {"yes"}
    assert {key: row["source_publisher"] for key, row in rows.items()} == {
        "A004": "BBC News / Open Source Centre",
        "X061": "VOA / Newsis (Dong-A)",
    }
    assert {(row["bbl_each_low"], row["bbl_each_high"]) for row in rows.values()} == {("10000", "30000")}
