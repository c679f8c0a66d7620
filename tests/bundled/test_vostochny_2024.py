"""The bundled facts are checked against each other: arithmetic, check digits, days, members of totals, places."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from darkwake import schema
from darkwake.claims import claims
from darkwake.geo import distance_m
from darkwake.identity.imo import ship_ok
from darkwake.units import METRES_PER_NAUTICAL_MILE

BUNDLED = Path(schema.__file__).parent / "bundled"
CASE = BUNDLED / "cases" / "vostochny-2024" / "facts"
Rows = dict[str, dict[str, str]]


def sheet(name: str, folder: Path = CASE) -> Rows:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}


def number(row: dict[str, str], column: str) -> float:
    return float(row[column])


@pytest.fixture(scope="module")
def facts() -> dict[str, pa.Table]:
    return claims(facts=CASE)


TOTALS = sheet("aggregates")
REPORTS = sheet("reported_imports")
ARMS = sheet("munitions")


@pytest.mark.parametrize(
    ("name", "worked_out", "printed"),
    [
        ("2018, 90 % to 50 %", number(TOTALS["A011"], "hi") / 0.9 * 0.5, number(TOTALS["A011"], "central")),
        ("2018, 90 % to one third", number(TOTALS["A011"], "hi") / 0.9 / 3, number(TOTALS["A011"], "lo")),
        ("2018, mean a delivery at 90 %", number(TOTALS["A011"], "hi") / 89, 15_367),
        ("2018, year, mean a delivery full", number(TOTALS["A014"], "hi") / 263, 14_373),
        ("2023, 90 % to 60 %", number(TOTALS["A023"], "hi") * 60 / 90, number(TOTALS["A023"], "lo")),
        ("2023 to September, mean at 90 %", number(TOTALS["A023"], "hi") / 87, 17_510),
        ("2023 to May, mean at 90 %", number(TOTALS["A022"], "central") / 46, 16_989),
        ("2020 to May, mean", number(TOTALS["A018"], "lo") / 56, 28_571),
        ("2020 to September, mean", number(TOTALS["A019"], "central") / number(TOTALS["A020"], "count"), 36_364),
        ("March 2024, mean a tanker", number(TOTALS["A001"], "central") / number(TOTALS["A001"], "count"), 25_000),
        ("OSC, mean a visit", number(TOTALS["A004"], "lo") / number(TOTALS["A004"], "count"), 23_256),
        ("VOA, least", number(TOTALS["A024"], "count") * 10_000, number(TOTALS["A024"], "lo")),
        ("VOA, most", number(TOTALS["A024"], "count") * 30_000, number(TOTALS["A024"], "hi")),
        ("Russia 2023, months", sum(number(REPORTS[f"C{n:03d}"], "barrels") for n in range(61, 73)), 105_841),
        ("China 2023, August by difference", 93_786 - 9_197 - 33_931 - 15_260 + 90_756, 126_154),
        ("China December 2023", 256_861 - (325_267 - 105_845), number(REPORTS["C085"], "barrels")),
        ("China to August 2024", 168_679 - 15_279, number(REPORTS["C090"], "barrels")),
    ],
)
def test_the_arithmetic_of_the_published_figures_holds(name: str, worked_out: float, printed: float) -> None:
    assert worked_out == pytest.approx(printed, abs=1.0), name


def test_the_figure_of_2023_that_mixes_tonnes_and_barrels_is_reproduced_and_rejected() -> None:
    months = [REPORTS[f"C{n:03d}"] for n in range(61, 73)]
    mixed = sum(float(row["tonnes"] or row["barrels"]) for row in months)
    assert (mixed, REPORTS["C074"]["status"]) == (number(REPORTS["C074"], "barrels"), "rejected")


def test_shells_of_four_publishers_come_from_one_rule_of_thumb() -> None:
    pairs = [("M12-rounds", "M12"), ("M18-rounds", "M18"), ("M15-rounds", "M15")]
    ends = ("lo", "central", "hi")
    stated = [[float(next(ARMS[i][end] for end in ends if ARMS[i][end])) for i in pair] for pair in pairs]
    assert [round(rounds / containers) for rounds, containers in stated] == [448, 462, 500]
    assert number(ARMS["M17-mass"], "central") * 1000 / number(ARMS["M17"], "lo") == pytest.approx(46.25)


def test_every_imo_number_passes_its_check_digit(facts: dict[str, pa.Table]) -> None:
    numbers = [imo for imo in facts["vessels"]["imo"].to_pylist() if imo is not None]
    assert len(numbers) == 14
    assert [imo for imo in numbers if not ship_ok(imo)] == []


def test_one_imo_number_stands_for_two_names_and_only_one_of_them_was_read() -> None:
    twice = {i: row for i, row in sheet("vessels").items() if row["imo"] == "9020534"}
    assert {i: row["imo_verified"] for i, row in twice.items()} == {"paek-yang-san-1": "no", "rung-ra-2": "yes"}


def test_barrels_per_tonne_of_every_report_lie_among_refined_products() -> None:
    both = {i: row for i, row in REPORTS.items() if row["tonnes"] and row["barrels"] and float(row["tonnes"])}
    ratios = {i: number(row, "barrels") / number(row, "tonnes") for i, row in both.items()}
    assert {i: round(ratio, 2) for i, ratio in ratios.items()} == {
        "C036": 7.5,
        "C037": 8.33,
        "C068": 7.99,
        "C069": 7.98,
        "C071": 7.98,
        "C072": 7.99,
    }


def test_factors_agree_with_the_litres_and_densities_printed_beside_them() -> None:
    factors = sheet("factors", BUNDLED)
    litres = {i: float(row["basis"].split()[0]) for i, row in factors.items() if row["basis"].endswith("L/t")}
    off = {i for i, per_t in litres.items() if abs(per_t / 158.987 - number(factors[i], "value")) > 0.005}
    assert (len(litres), off) == (5, set())
    # 1429 L/t beside condensate would be 8.99 bbl/t; the table prints 7.23.
    assert number(factors["X003"], "value") == 7.23
    assert pytest.approx(8.99, abs=0.005) == 1429 / 158.987
    pairs = {"X048": "X014", "X049": "X015", "X050": "X016", "X051": "X017", "X052": "X018", "X053": "X019"}
    for density, per_t in pairs.items():
        implied = 1000 / number(factors[density], "value") / 0.1589873
        assert implied == pytest.approx(number(factors[per_t], "value"), rel=0.003)


def test_unverified_factors_say_so_where_their_source_should_stand() -> None:
    factors = sheet("factors", BUNDLED)
    marked = {i for i, row in factors.items() if row["source_where"].startswith("unverified:")}
    assert marked == {i for i, row in factors.items() if row["verified"] == "no"}
    assert len(marked) == 9


def test_dated_members_lie_within_the_days_of_the_totals_that_hold_them(facts: dict[str, pa.Table]) -> None:
    rows = {row["claim_id"]: row for row in facts["claims"].to_pylist()}
    for row in rows.values():
        outer = rows.get(row["part_of"])
        if outer is not None and outer["claim_id"] not in ("A004", "A009"):  # whole months lie in the months of these
            assert outer["period_start"] <= row["period_start"] <= row["period_end"] <= outer["period_end"], row["claim_id"]


def test_the_totals_of_2024_lie_in_one_another_as_their_publishers_mean_them(facts: dict[str, pa.Table]) -> None:
    part_of = dict(zip(facts["claims"]["claim_id"].to_pylist(), facts["claims"]["part_of"].to_pylist(), strict=True))
    chain = ["S001", "S002", "A001", "A002", "A004", "A005"]
    assert [part_of[claim_id] for claim_id in chain] == [*chain[1:], None]
    assert {part_of[i] for i in ("A009", "S004", "S005", "S006", "S007", "S015")} == {"A004"}


def test_places_lie_in_the_waters_of_their_country(facts: dict[str, pa.Table]) -> None:
    boxes = {"RU-east": (42.2, 44.0, 130.5, 134.5), "RU-west": (43.0, 48.0, 38.0, 47.0), "KP": (37.5, 43.1, 124.0, 131.0)}
    boxes |= {"CN": (29.0, 31.0, 121.0, 123.5), None: (42.3, 42.5, 130.5, 130.8)}
    for place in facts["places"].to_pylist():
        country = (
            "RU-west" if place["place_id"] == "tikhoretsk" else "RU-east" if place["country"] == "RU" else place["country"]
        )
        south, north, west, east = boxes[country]
        assert south <= place["lat"] <= north, place["place_id"]
        assert west <= place["lon"] <= east, place["place_id"]


@pytest.mark.parametrize(
    ("start", "end", "nautical_miles"), [("vostochny", "chongjin", 155), ("rajin", "vostochny", 125), ("rajin", "dunay", 99)]
)
def test_distances_between_the_ports_are_those_worked_out_in_print(
    facts: dict[str, pa.Table], start: str, end: str, nautical_miles: int
) -> None:
    spots = {place["place_id"]: (place["lat"], place["lon"]) for place in facts["places"].to_pylist()}
    assert float(distance_m(*spots[start], *spots[end])) / METRES_PER_NAUTICAL_MILE == pytest.approx(nautical_miles, abs=1.0)


def test_a_point_off_sok_island_is_thirty_kilometres_from_nampo_and_marked_as_derived(facts: dict[str, pa.Table]) -> None:
    places = {place["place_id"]: place for place in facts["places"].to_pylist()}
    off, port = places["sok-island"], places["nampo"]
    assert float(distance_m(off["lat"], off["lon"], port["lat"], port["lon"])) == pytest.approx(30_000, abs=100)
    assert {i for i, place in places.items() if not place["verified"]} == {
        "vostochny-oil-berth",
        "kozmino",
        "sok-island",
        "cho-do",
        "zhoushan-xinya",
    }


def test_the_cap_year_of_products_begins_in_january_and_that_of_crude_in_december(facts: dict[str, pa.Table]) -> None:
    caps = {row["cap_id"]: row for row in facts["caps"].to_pylist()}
    refined, crude = caps["unscr-2397-refined-2024"], caps["unscr-2397-crude-2024"]
    assert (refined["amount"], refined["period_start"], refined["period_end"]) == (5e5, date(2024, 1, 1), date(2024, 12, 31))
    assert (crude["amount"], crude["period_start"], crude["period_end"]) == (4e6, date(2023, 12, 22), date(2024, 12, 21))


def test_the_facts_agree_with_the_tables_they_were_restated_from(shared: Path) -> None:
    """Dates, barrels and tonnes of the reports, and days of the sightings, are those of the source tables."""
    source = sheet("committee_reports", shared / "facts")
    words = ("period_start", "period_end", "tonnes", "barrels", "source_url", "verified")
    assert [{w: row[w] for w in words} for row in REPORTS.values()] == [{w: source[i][w] for w in words} for i in REPORTS]
    seen, dated = sheet("sightings", shared / "facts"), sheet("sightings")
    days = {i: (row["date_from"], row["date_to"], row["verified"]) for i, row in seen.items()}
    assert {i: (row["date_from"], row["date_to"], row["verified"]) for i, row in dated.items() if i in seen} == {
        i: days[i] for i in dated if i in seen
    }
