"""The exchange sheet: months in joint worlds, what counts of what overlaps, lower bounds, and a ship in a dock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import permutations

import numpy as np
import pyarrow as pa
import pytest

from darkwake.cargo import chosen, payloads
from darkwake.cargo.unknowns import Unknowns
from darkwake.ledger import LinkRule, exchange, exchange_sheet
from darkwake.ledger.lines import Line, together
from darkwake.ledger.shipments import Parties, shipments
from darkwake.schema import Claims, Exchange, Vessels, Visits
from tests.cargo.rows import FAST, places, visit, visits
from tests.ledger.rows import report

PERIOD = date(2024, 1, 1), date(2024, 12, 31)
OIL = "refined petroleum products"
CONTAINERS = "containers of munitions"


def line(key: str, start: str, end: str, amount: float | None, **changes: object) -> Line:
    """A lower bound of containers."""
    given: dict[str, object] = {"from_party": "KP", "to_party": "RU", "goods": CONTAINERS, "unit": "containers"}
    given |= {"start": date.fromisoformat(start), "end": date.fromisoformat(end), "ends": (amount, None, None)}
    given |= {"basis": "published", "key": key, "origin": "published", "evidence": (key,)}
    return Line(**(given | changes))


def arms(claim_id: str, start: str, end: str, **changes: object) -> dict[str, object]:
    """A published count of containers or trips."""
    row = report(claim_id, "somebody", start, end, None, kind="munitions", what="containers by sea", product="munitions")
    return row | {"unit": None, "bound": "about", "place": "KP to RU"} | changes


def sheet(stays: pa.Table, *claims: dict[str, object]) -> pa.Table:
    made = payloads(stays, Vessels.empty(), seed=1, cargo=FAST)
    told = Claims.rows(list(claims))
    given = (stays, made["payloads"], made["draws"], told, places())
    return exchange(*given, seed=1, period=PERIOD, linking=LinkRule(), cargo=FAST)


def rows(table: pa.Table, **asked: object) -> list[dict[str, object]]:
    return [row for row in table.to_pylist() if all(row[word] == value for word, value in asked.items())]


def test_the_months_of_the_visits_come_from_joint_worlds_and_their_means_add_up() -> None:
    """In each world a visit falls into one month; the months' line says what they come to, medians do not."""
    table = sheet(visits(43))
    months, (whole,) = rows(table, counted=True), rows(table, counted=False)
    assert [row["period_start"].month for row in months] == [3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert {(row["from_party"], row["to_party"], row["goods"], row["carriage"]) for row in months} == {
        ("RU", "KP", OIL, "ship")
    }
    made = payloads(visits(43), Vessels.empty(), seed=1, cargo=FAST)
    total = np.sum([one.values.to_numpy() for one in made["draws"]["values"]], axis=0)
    assert (whole["lo"], whole["central"], whole["hi"]) == pytest.approx(np.quantile(total, (0.05, 0.5, 0.95)))
    assert sum(row["hi"] for row in months) > 1.2 * whole["hi"]
    assert sum(row["lo"] for row in months) < 0.8 * whole["lo"]


def test_the_sheet_takes_the_total_from_the_joint_worlds_and_not_from_medians() -> None:
    table = sheet(visits(43), report("r", "Russia", "2024-01-01", "2024-01-31", 15_279))
    (whole,) = [row for row in rows(table, counted=False) if row["basis"].startswith("all months together")]
    (found,) = exchange_sheet(table, ("KP", "RU"))
    assert found.total == pytest.approx((whole["lo"] + 15_279, whole["central"] + 15_279, whole["hi"] + 15_279))
    assert (len(found.months), found.spans, found.not_counted) == (10, (), 1)


def test_visits_of_one_month_alone_have_a_line_of_the_month_and_one_of_all() -> None:
    april = {"arrival_lo": datetime(2024, 4, 3, tzinfo=UTC), "arrival_hi": datetime(2024, 4, 5, tzinfo=UTC)}
    table = sheet(visits(2, **april))
    (month,), (whole,) = rows(table, counted=True), rows(table, counted=False)
    assert (month["period_start"], month["period_end"]) == (date(2024, 4, 1), date(2024, 4, 30))
    assert (month["lo"], month["central"], month["hi"]) == (whole["lo"], whole["central"], whole["hi"])


def test_reports_stay_on_their_span_and_what_they_hold_of_each_other_counts_once() -> None:
    """China until August, then until November: the second adds its difference, for the days that the first leaves open."""
    until = report("until-august", "China", "2024-01-01", "2024-08-31", 153_400)
    longer = report("until-november", "China", "2024-01-01", "2024-11-30", 280_928, published="2025-03-14")
    found = rows(sheet(Visits.empty(), until, longer), from_party="CN")
    assert [(row["period_start"], row["period_end"], row["central"]) for row in found] == [
        (date(2024, 1, 1), date(2024, 8, 31), 153_400),
        (date(2024, 9, 1), date(2024, 11, 30), 127_528),
    ]
    assert all(row["lo"] is None and row["hi"] is None and row["counted"] for row in found)


def test_a_report_that_adds_nothing_names_the_line_that_holds_its_barrels() -> None:
    part = report("part", "China", "2024-01-01", "2024-08-31", 153_400)
    less = report("both", "China+Russia", "2024-01-01", "2024-12-04", 100_000)
    table = sheet(Visits.empty(), part, less)
    (counted,), (held,) = rows(table, counted=True), rows(table, counted=False)
    assert held["from_party"] == "CN+RU"
    assert held["within_id"] == counted["exchange_id"]


def test_a_report_of_the_same_giver_for_the_days_of_visits_is_shown_and_not_added() -> None:
    table = sheet(visits(43), report("r", "Russia", "2024-04-01", "2024-04-30", 9_000))
    (found,) = [row for row in rows(table) if row["central"] == 9_000]
    assert not found["counted"]
    assert "may be the same oil as the visits" in found["basis"]
    april = [row for row in rows(table, counted=True) if row["period_start"] == date(2024, 4, 1)]
    assert found["within_id"] == april[0]["exchange_id"]


def test_published_totals_lie_in_the_visits_that_count_and_stay_lower_bounds() -> None:
    said = report("A004", "OSC", "2024-03-07", "2024-11-05", None, kind="aggregate", lo=1_000_000.0, bound="at least")
    vague = report("A003", "US", "2024-01-01", "2024-05-02", None, kind="aggregate", lo=500_000.0, bound="at least")
    table = sheet(visits(43), said | {"place_id": "vostochny"}, vague | {"place": "to KP"})
    totals = [row for row in rows(table, counted=False) if row["basis"].startswith("published")]
    (whole,) = [row for row in rows(table) if row["basis"].startswith("all months together")]
    assert {row["lo"] for row in totals} == {1_000_000, 500_000}
    assert {(row["central"], row["hi"], row["within_id"]) for row in totals} == {(None, None, whole["exchange_id"])}


def test_simulated_visits_and_reports_of_other_years_are_not_on_the_sheet() -> None:
    stays = Visits.rows([visit("v", origin="simulated")])
    assert sheet(stays, report("r", "Russia", "2023-01-01", "2023-01-31", 44_655)).num_rows == 0


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_of_series_with_three_starts_one_counts_whatever_their_order(order: tuple[int, ...]) -> None:
    series = [
        line("seoul", "2022-06-01", "2024-08-27", 13_000.0),
        line("washington", "2023-09-01", "2024-06-17", 11_000.0),
        line("eleven states", "2023-09-01", "2025-05-29", 20_000.0),
        line("from memory", "2023-08-01", "2025-03-31", 40_000.0, verified=False),
    ]
    found = {one.key: one for one in together(series[n] for n in order)}
    assert [one.key for one in found.values() if one.counted] == ["eleven states"]
    held = found["eleven states"].exchange_id
    assert {one.within_id for one in found.values() if not one.counted} == {held}
    assert "lies within" in found["washington"].basis
    assert "crosses" in found["seoul"].basis


def test_series_of_other_days_units_or_directions_count_beside_each_other() -> None:
    series = [
        line("2023", "2023-01-01", "2023-12-31", 100.0),
        line("2024", "2024-01-01", "2024-12-31", 50.0),
        line("back", "2023-01-01", "2023-12-31", 70.0, from_party="RU", to_party="KP"),
        line("rounds", "2023-01-01", "2023-12-31", 9.0, goods="artillery rounds", unit="rounds"),
    ]
    assert all(one.counted for one in together(series))


def test_an_upper_bound_alone_counts_nothing() -> None:
    (found,) = together([line("at most", "2024-01-01", "2024-12-15", None, ends=(None, None, 9e6))])
    assert not found.counted


def test_trips_containers_and_rounds_are_multiplied_by_one_unknown_each() -> None:
    """Lower bounds times the low end stay lower bounds; counts as printed get the interval of the factor."""
    trips = arms("t", "2023-08-01", "2024-02-12", count=32, bound="at least")
    later = arms("u", "2024-03-12", "2024-03-15", count=2, bound="none")
    factors = chosen({"containers per trip": [220, 240, 260], "rounds per container": 450, "kilograms per round": 46})
    claims = Claims.rows([trips, later]).to_pylist()
    found = {(one.unit, one.start): one for one in shipments(claims, Parties("KP", "RU"), factors, Unknowns(1, 4000, "x"))}
    first, second = found["containers", date(2023, 8, 1)], found["containers", date(2024, 3, 12)]
    low = float(np.quantile(factors["containers per trip"].at(Unknowns(1, 4000, "x")("containers per trip")), 0.05))
    assert first.ends == (32 * low, None, None)
    assert second.ends == pytest.approx((2 * low, 480, 2 * (480 - low)), rel=0.01)
    assert found["rounds", date(2023, 8, 1)].ends[0] == pytest.approx(32 * low * 450)
    assert found["t", date(2023, 8, 1)].ends[0] == pytest.approx(32 * low * 450 * 0.046)
    assert {one.origin for one in (first, second)} == {"inferred"}


def test_what_is_worked_out_counts_only_where_nothing_was_published() -> None:
    printed = arms("c", "2023-09-01", "2025-05-29", lo=20_000.0, unit="containers", bound="at least")
    trips = arms("t", "2023-10-01", "2024-02-12", count=32, bound="at least")
    found = rows(sheet(Visits.empty(), printed, trips), unit="containers")
    assert [(row["counted"], row["period_start"]) for row in found] == [(True, date(2023, 9, 1)), (False, date(2023, 10, 1))]
    assert found[1]["within_id"] == found[0]["exchange_id"]


def test_a_ship_in_a_dock_brought_nothing() -> None:
    """A trip of a ship that another source has in a shipyard for all of those days."""
    dock = report("M28", "Reuters", "2024-02-27", "2024-04-25", None, kind="position", what="in repair", vessel_id="angara")
    trip = {"vessel_id": "angara", "place_id": "rajin", "count": 1, "bound": "none"}
    inside, after = arms("in", "2024-03-12", "2024-03-15", **trip), arms("after", "2024-07-12", "2024-07-12", **trip)
    found = rows(sheet(Visits.empty(), dock | {"place_id": "zhoushan", "place": "Zhoushan"}, inside, after), unit="trips")
    assert [(row["period_start"].month, row["counted"]) for row in found] == [(3, False), (7, True)]
    assert "cannot be: Reuters has the ship at Zhoushan then (in repair)" in found[0]["basis"]


def test_people_and_wagons_are_lines_by_their_unit_whatever_the_kind_of_claim() -> None:
    wagons = arms("M25", "2023-10-05", "2023-10-05", kind="other", central=73.0, unit="wagons")
    people = arms("P", "2024-10-01", "2024-12-31", kind="other", lo=10_000.0, unit="persons", bound="at least")
    found = exchange_sheet(sheet(Visits.empty(), wagons, people))
    assert [one.words() for one in found] == [
        "KP to RU, people: at least 10,000 persons",
        "KP to RU, rail wagons: about 73 wagons",
    ]


def test_an_empty_case_has_an_empty_sheet() -> None:
    assert sheet(Visits.empty()).num_rows == 0
    assert exchange_sheet(Exchange.empty()) == []
