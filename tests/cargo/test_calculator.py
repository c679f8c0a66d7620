"""One ship's payload: the arithmetic in print, and the interval where something is not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.cargo import SCENARIOS, CargoRule, barrels, laden_scenarios, payload, payloads
from darkwake.errors import InputError, UsageError
from darkwake.schema import Vessels
from tests.cargo.rows import ship, visits

GAS_OIL_BBL_PER_T = 7.46


def test_the_2018_complaint_follows_from_one_total_deadweight():
    """89 calls, US complaint to the 1718 Committee of July 2018: 1,367,628 bbl at 90 %, 759,793 at half, 506,529 at a third."""
    total_t = 1_367_628 / 0.9 / GAS_OIL_BBL_PER_T
    found = {name: round(bbl) for name, bbl in laden_scenarios(total_t, GAS_OIL_BBL_PER_T).items()}
    assert (found["90 %"], found["50 %"], found["one third"]) == (1_367_628, 759_793, 506_529)


def test_the_2023_report_follows_from_one_total_deadweight():
    """87 calls to 15 September 2023, UN Panel of Experts, March 2024: 1,523,381 bbl at 90 %, 1,015,588 at 60 %."""
    full_bbl = 1_692_646  # the one whole number of barrels from which both printed figures follow by rounding
    found = {name: round(bbl) for name, bbl in laden_scenarios(full_bbl / GAS_OIL_BBL_PER_T, GAS_OIL_BBL_PER_T).items()}
    assert (found["90 %"], found["60 %"]) == (1_523_381, 1_015_588)


@pytest.mark.parametrize(
    ("calls", "printed_bbl", "fill", "mean_bbl"),
    [(46, 781_497, 0.9, 16_989), (87, 1_523_381, 0.9, 17_510), (89, 1_367_628, 0.9, 15_367), (263, 3_780_000, 1.0, 14_373)],
)
def test_the_mean_call_in_print_is_a_call_of_the_mean_deadweight(calls, printed_bbl, fill, mean_bbl):
    """UN Panel of Experts 2023 (46; 87 calls), US complaint 2018 (89), US Treasury, State and Coast Guard 2019 (263 calls)."""
    mean_t = printed_bbl / fill / GAS_OIL_BBL_PER_T / calls
    assert round(payload(dwt_t=mean_t, laden=fill, bbl_per_t=GAS_OIL_BBL_PER_T).bbl.p50) == mean_bbl


def test_with_everything_given_the_answer_has_no_interval():
    found = payload(dwt_t=3000, laden=0.9, bbl_per_t=7.46)
    assert found.bbl.p05 == found.bbl.p50 == found.bbl.p95 == barrels(3000, 0.9, 7.46)
    assert found.sensitivity == ()


def test_one_third_clears_the_2018_cap_by_little_and_fails_by_another_factor():
    """The claim "even at one third" (2018) hangs on the factor: 1.3 % fewer barrels per tonne and it is below 500,000."""
    total_t = 1_367_628 / 0.9 / GAS_OIL_BBL_PER_T
    at_a_third = [laden_scenarios(total_t, factor)["one third"] for factor in (GAS_OIL_BBL_PER_T, 7.34)]
    assert at_a_third[0] > 500_000 > at_a_third[1]


@given(dwt_t=st.floats(1, 600_000), fill=st.floats(0.01, 1), factor=st.floats(5, 20))
def test_tonnes_to_barrels_and_back_are_the_same_tonnes(dwt_t, fill, factor):
    assert barrels(dwt_t, fill, factor) / factor == pytest.approx(dwt_t * fill, rel=1e-9)


@given(dwt_t=st.floats(100, 500_000))
def test_quantiles_are_in_order_and_below_the_deadweight(dwt_t):
    found = payload(dwt_t=dwt_t, draws=200)
    assert 0 < found.t.p05 <= found.t.p50 <= found.t.p95 < dwt_t
    assert found.bbl.p05 <= found.bbl.p50 <= found.bbl.p95


def test_the_greatest_unknown_of_a_ship_of_known_deadweight_is_how_full_she_is():
    found = payload(dwt_t=3000)
    assert found.sensitivity[0].factor == "laden fraction"
    assert 0.3 < found.sensitivity[0].share < 1


def test_length_and_beam_give_a_wider_interval_than_the_deadweight_they_predict():
    known, guessed = payload(dwt_t=3338), payload(length_m=90, beam_m=14)
    assert guessed.bbl.p95 - guessed.bbl.p05 > known.bbl.p95 - known.bbl.p05
    assert guessed.sensitivity[0].factor == "deadweight from length and beam"
    assert (known.tier, guessed.tier) == ("deadweight", "class")


def test_a_seed_gives_the_same_numbers_again_and_another_seed_others():
    assert payload(dwt_t=3000, seed=7) == payload(dwt_t=3000, seed=7)
    assert payload(dwt_t=3000, seed=7).bbl != payload(dwt_t=3000, seed=8).bbl


def test_the_deadweight_on_record_is_found_by_imo_number():
    found = payload(imo=7389704, vessels=Vessels.rows([ship("V05", 3003.0) | {"imo": 7389704}]), laden=1.0, bbl_per_t=7.0)
    assert found.bbl.p05 < 3003 * 7 < found.bbl.p95
    assert "on record for IMO 7389704" in found.basis


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"dwt_t": -1}, "deadweight"),
        ({"dwt_t": 600_001}, "deadweight"),
        ({"dwt_t": 2000, "length_m": 300}, "does not fit a tanker of 300 m"),
        ({"dwt_t": float("nan")}, "deadweight"),
        ({"length_m": 3, "beam_m": 1}, "length"),
        ({"dwt_t": 3000, "laden": 1.1}, "laden fraction"),
        ({"dwt_t": 3000, "product": "gas oli"}, "gas oil"),
        ({"dwt_t": 3000, "bbl_per_t": 0.0}, "barrels per tonne"),
        ({"imo": 1234567}, "no deadweight is on record"),
    ],
)
def test_nonsense_is_refused_with_a_reason(given, words):
    with pytest.raises(InputError, match=words):
        payload(**given)


def test_without_anything_that_tells_a_size_nothing_is_guessed():
    with pytest.raises(UsageError, match="--dwt"):
        payload(product="diesel")


def test_every_published_scenario_names_who_assumed_it():
    assert all("20" in source for _, source in SCENARIOS.values())


def test_a_notebook_shows_a_table_and_no_markup_of_its_input():
    page = payload(dwt_t=3000)._repr_html_()
    assert page.count("<tr>") == 3
    assert "<td>" in page
    assert "laden fraction" in page
    assert "<script" not in payload(dwt_t=3000, product="diesel")._repr_html_()


def test_a_ship_in_a_case_has_the_payload_of_the_calculator():
    """One visit by the same rules: equal within the noise of the draws."""
    vessels = Vessels.rows([ship("V05", 3003.0) | {"imo": 7389704}])
    alone = payload(imo=7389704, vessels=vessels, product="refined product")
    table = payloads(visits(1, vessel_id="V05"), vessels, seed=1, cargo=CargoRule())["payloads"].to_pylist()[0]
    for end, quantile in (("p05", alone.bbl.p05), ("p50", alone.bbl.p50), ("p95", alone.bbl.p95)):
        assert table[f"bbl_{end}"] == pytest.approx(quantile, rel=0.02)
