"""Reported imports that may be loads that were seen, and what could be known on a day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from darkwake.ledger import caps_of
from darkwake.ledger.reports import reported
from darkwake.ledger.twice import NONE, either_way, shared_with_loads
from darkwake.schema import Caps, Claims
from tests.cargo.rows import places
from tests.ledger.rows import cap, report

YEAR = (date(2024, 1, 1), date(2024, 12, 31))
RUSSIAN_PORT, IMPORTING_PORT = (
    next(row["place_id"] for row in places().to_pylist() if row["country"] == country) for country in ("RU", "KP")
)


def load(month: int, last: int | None = None) -> dict[str, object]:
    utc = ZoneInfo("UTC")
    lo, hi = datetime(2024, month, 3, tzinfo=utc), datetime(2024, last or month, 5, tzinfo=utc)
    return {"activity": "load", "place_id": RUSSIAN_PORT, "arrival_lo": lo, "arrival_hi": hi}


def shared(visits: list[dict[str, object]], *reports: dict[str, object]) -> list[str]:
    (limit,) = caps_of(Caps.rows([cap()]))
    told = reported(Claims.rows(list(reports)), "refined")
    return [one.claim_id for one in shared_with_loads(told, limit, visits, places())]


JANUARY = report("C088", "Russia", "2024-01-01", "2024-01-31", 15_279)
CHINA = report("C092", "China", "2024-01-01", "2024-11-30", 280_928)


def test_a_report_of_the_state_where_ships_loaded_in_those_days_may_be_the_same_barrels():
    assert shared([load(1)], JANUARY, CHINA) == ["C088"]
    assert shared([load(3)], JANUARY, CHINA) == []
    assert shared([load(1, 3)], JANUARY, CHINA) == ["C088"]
    assert shared([load(1) | {"activity": "discharge"}], JANUARY, CHINA) == []


def test_a_discharge_may_be_what_any_state_reported_for_those_days():
    """Nobody says where a cargo was loaded that was only seen to be discharged."""
    landed = load(1) | {"activity": "discharge", "place_id": IMPORTING_PORT}
    assert shared([landed], JANUARY, CHINA) == ["C088", "C092"]
    assert shared([landed | load(12) | {"activity": "discharge", "place_id": IMPORTING_PORT}], JANUARY, CHINA) == []
    (limit,) = caps_of(Caps.rows([cap()]))
    (found,) = shared_with_loads(reported(Claims.rows([JANUARY]), "refined"), limit, [landed], places())
    assert "discharged a cargo of which nobody says where it was loaded, and may be the same barrels" in found.words()


def test_what_may_be_counted_twice_is_said_with_its_amount():
    (limit,) = caps_of(Caps.rows([cap()]))
    found = shared_with_loads(reported(Claims.rows([JANUARY]), "refined"), limit, [load(1)], places())
    assert either_way(found).endswith("may be the same barrels: counted once, the sum with reports is up to 15,279 bbl less")
    assert either_way([]) == NONE


def test_of_a_revised_report_the_one_known_on_a_day_counts_then():
    """China, January and February 2023: 42,207 bbl at first, 35,398 after the page was revised."""
    rows = [report(name, "China", "2023-01-01", "2023-02-28", amount) for name, amount in (("a", 42_207), ("b", 35_398))]
    rows[0]["published"], rows[1]["published"] = "2023-03", "2023-07-13"
    table = Claims.rows(rows)
    known = {day: sum(r.amount for r in reported(table, "refined", day).counted) for day in DAYS}
    assert known == dict(zip(DAYS, (0, 42_207, 42_207, 35_398), strict=True))


DAYS = (date(2023, 3, 30), date(2023, 3, 31), date(2023, 7, 12), date(2023, 7, 13))
