"""Payloads from draughts, measured or typed into AIS."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from training import draughts as training

from darkwake.cargo.afloat import Drawing, water_density
from darkwake.cargo.draughts import Measured, check_draughts, tonnes_by_draughts, typed_error_m
from darkwake.cargo.factors import Factor, catalogue, chosen
from darkwake.cargo.hydrostatics import displacement_t
from darkwake.errors import InputError
from tests.cargo.hulls import DRAWS, tanker, unknowns

CALM = chosen(
    {
        "stores, fuel and water aboard": 0.05,
        "stores taken or used in port": 0.0,
        "ballast kept at the laden end": 0.0,
        "cargo left at the empty end": 0.0,
        "water density, sea berth": 1.025,
        "form of the hull below the summer draught": 0.5,
        "ballast aboard at the empty end": 0.35,
        "ships with another parcel aboard at the empty end": 0.0,
    }
)
"""Every factor fixed, so that the payload is arithmetic."""


def loaded(measured: Measured, activity="load", factors=None, **ship: float):
    return tonnes_by_draughts(tanker(**ship), measured, unknowns(), "visit", activity=activity, factors=factors)


def spread(found) -> tuple[float, float, float]:
    low, middle, high = np.quantile(found.tonnes, [0.05, 0.5, 0.95])
    return float(low), float(middle), float(high)


def test_one_measured_draught_gives_displacement_less_empty_ship_and_stores():
    found = loaded(Measured(out_m=5.0, sd_m=0.0), factors=CALM)
    expected_t = displacement_t(tanker(), 5.0) - 1400.0 - 0.05 * 3800.0
    assert found.tonnes.tolist() == pytest.approx(expected_t.tolist())
    assert found.tier == "one draught"


def test_loading_and_discharging_the_same_draughts_give_the_same_cargo():
    there, back = loaded(Measured(3.4, 5.4, 0.0), factors=CALM), loaded(Measured(5.4, 3.4, 0.0), "discharge", CALM)
    assert there.tonnes.tolist() == pytest.approx(back.tonnes.tolist())
    assert (there.tier, back.tier) == ("two draughts", "two draughts")


def test_the_ballast_pumped_out_while_loading_is_counted_as_cargo():
    """With all else known both routes are exact; the change of displacement alone would miss the ballast."""
    found = loaded(Measured(3.4, 5.4, 0.0), factors=CALM)
    change_t = displacement_t(tanker(), 5.4) - displacement_t(tanker(), 3.4)
    assert float(found.tonnes[0] - change_t[0]) > 0.25 * 3800.0


def test_a_ship_too_deep_for_ballast_loaded_no_more_than_the_change():
    """At 5.1 m she lies deeper than ballast brings her: she had another parcel aboard."""
    found = loaded(Measured(5.1, 5.5, 0.02))
    change_t = float(np.median(displacement_t(tanker(), 5.5) - displacement_t(tanker(), 5.1)))
    assert spread(found)[1] == pytest.approx(change_t, rel=0.1)


def test_no_cargo_is_more_than_the_deadweight_leaves_or_less_than_nothing():
    for measured in (Measured(out_m=6.4, sd_m=0.05), Measured(out_m=1.9, sd_m=0.3)):
        tonnes = loaded(measured).tonnes
        assert 0.0 <= tonnes.min() <= tonnes.max() <= 0.98 * 3800.0


def test_brackish_water_makes_the_same_draught_lighter():
    sea, nampo = (spread(loaded(Measured(None, 5.4, 0.0, place)))[1] for place in ("vostochny", "nampo"))
    assert sea - nampo == pytest.approx(4900.0 * (1.0217 - 1.0107), rel=0.2)
    assert water_density("nampo").central < water_density("chongjin").central


def test_a_typed_draught_that_did_not_change_says_nothing_about_the_cargo():
    """It never says that nothing was loaded: a laden fraction stands in, and the tier says so."""
    found = loaded(Measured(3.4, 3.4))
    assert found.tier == "deadweight"
    assert spread(found)[1] > 0.7 * 3800.0
    assert "the departure draught says nothing" in found.basis


def test_a_typed_draught_that_changed_tells_the_cargo_but_less_well_than_a_measured_one():
    typed, measured = loaded(Measured(3.4, 5.4)), loaded(Measured(3.4, 5.4, 0.05))
    assert spread(typed)[1] == pytest.approx(spread(measured)[1], rel=0.06)
    assert np.ptp(spread(typed)) > 1.5 * np.ptp(spread(measured))


def test_a_lone_typed_draught_in_ballast_may_be_the_one_of_the_arrival():
    in_ballast, laden = loaded(Measured(out_m=3.4)), loaded(Measured(out_m=5.5))
    assert spread(in_ballast)[2] > 0.8 * 3800.0 > 0.5 * 3800.0 > spread(in_ballast)[0]
    assert spread(laden)[0] > 0.6 * 3800.0


def test_a_typed_draught_of_a_laden_ship_on_arrival_may_be_left_from_another_voyage():
    """Measured, 5.3 to 5.5 m is a small parcel; typed, the arrival may be stale, and then the ship took a full cargo."""
    typed, measured = spread(loaded(Measured(5.3, 5.5))), spread(loaded(Measured(5.3, 5.5, 0.02)))
    assert measured[2] < 0.15 * 3800.0
    assert typed[0] < 0.15 * 3800.0
    assert typed[2] > 0.8 * 3800.0


def test_a_typed_draught_in_ballast_on_arrival_tells_little_about_a_discharge():
    """Laden ships do not lie so high: the draught is most likely that of the voyage before."""
    found = loaded(Measured(in_m=3.4), "discharge")
    assert spread(found)[2] > 0.8 * 3800.0


def test_a_draught_of_the_empty_end_alone_leaves_the_deadweight_to_tell():
    found = loaded(Measured(in_m=3.4, sd_m=0.05))
    assert found.tier == "deadweight"
    assert "laden fraction" in found.basis


def test_what_a_visit_draws_is_its_own_and_what_all_share_is_asked_once():
    unknown = unknowns()
    for visit in ("a", "b"):
        tonnes_by_draughts(tanker(), Measured(3.4, 5.4), unknown, visit, activity="load")
    assert unknown.asked["form of the hull below the summer draught"]
    assert unknown.asked["water density, sea berth"]
    assert not unknown.asked["typed draught, error"]
    assert not unknown.asked["ballast aboard at the empty end"]


def test_every_factor_that_was_used_has_a_source():
    found = loaded(Measured(3.4, 5.4))
    assert {"stores, fuel and water aboard", "typed draught, error"} <= {factor.name for factor in found.factors}
    assert all(factor.source for factor in found.factors)


@pytest.mark.parametrize(
    ("measured", "activity", "reason"),
    [
        (Measured(), "load", "no draught is given"),
        (Measured(-1.0, 5.0), "load", "has to be above 0 m, not -1"),
        (Measured(0.0, 5.0), "load", "has to be above 0 m, not 0"),
        (Measured(3.0, float("nan")), "load", "has to be above 0 m"),
        (Measured(5.0, 4.0), "load", "departs lighter than she arrived .* which is no load"),
        (Measured(4.0, 5.0), "discharge", "departs heavier than she arrived .* which is no discharge"),
        (Measured(3.0, 7.5, 0.1), "load", "deeper than the hull, 7.0 m"),
        (Measured(3.0, 7.2), "load", "deeper than the hull"),
        (Measured(None, 0.5), "load", "less than the empty ship has"),
        (Measured(3.0, 5.0, -0.1), "load", "a standard error of -0.1 m is none"),
        (Measured(3.0, 5.0), "transfer", "tells no cargo for the activity 'transfer'"),
    ],
)
def test_nonsense_is_refused_with_a_reason(measured, activity, reason):
    with pytest.raises(InputError, match=reason):
        loaded(measured, activity)


def test_a_draught_far_over_every_load_line_is_refused_and_one_a_little_over_is_marked():
    deep = tanker(depth_m=12.0)
    with pytest.raises(InputError, match="far over the summer draught"):
        check_draughts(deep, Measured(out_m=7.5), "load")
    assert loaded(Measured(out_m=6.0, sd_m=0.05)).marks == ("6 m is deeper than the summer draught of about 5.6 m",)


def test_a_difference_within_the_error_of_reading_is_no_contradiction():
    assert spread(loaded(Measured(5.2, 5.1, 0.1)))[0] >= 0.0


@given(st.floats(4.0, 5.6), st.floats(0.01, 0.6))
def test_a_deeper_departure_never_means_less_cargo(out_m, deeper_m):
    """The same worlds, the same reading errors: more draught is more cargo."""
    shallow, deep = (loaded(Measured(out_m=value, sd_m=0.1)) for value in (out_m, out_m + deeper_m))
    assert (deep.tonnes >= shallow.tonnes - 1e-9).all()


@pytest.mark.parametrize(("value", "widest_m"), [(5.3, 0.1), (5.5, 0.5), (5.0, 1.0)])
def test_round_numbers_are_taken_for_rounded(value, widest_m):
    """A draught of 5.0 m can be a whole metre, of 5.5 m half a metre, of 5.3 m a decimetre only."""
    quiet = {**catalogue(), "typed draught, error": _nothing()}
    error_m = typed_error_m(value, "arrival", Drawing(unknowns(), "visit", "ship", quiet))
    assert 0.4 * widest_m < np.abs(error_m).max() <= 0.5 * widest_m + 1e-9


def _nothing() -> Factor:
    return Factor("typed draught, error", "point", 0.0, 0.0, 0.0, "m", "fixed", True, "")


def test_the_shares_of_rounded_draughts_are_those_of_real_tankers(shared: Path):
    known = catalogue()
    for typed_dm in (training.baltic(shared / "ais"), training.particulars(shared / "ais").draught_reported_dm):
        shares = training.rounding(typed_dm)
        assert shares["whole"] == pytest.approx(known["typed draughts rounded to a metre"].central, abs=0.02)
        assert shares["half"] == pytest.approx(known["typed draughts rounded to half a metre"].central, abs=0.04)
        assert sum(shares.values()) == pytest.approx(1.0)


def test_the_draughts_typed_at_a_loading_terminal_bear_the_error_model_out(shared: Path):
    """Tankers of 240 to 260 m come to Westridge empty: 7 of 357 typed a laden draught; the others differ by 0.23 m."""
    reports = training.terminal_reports(shared / "ais")
    laden, ballast = training.at_loading_terminal(reports)
    unchanged, calls = training.reported_twice(reports)
    known = catalogue()
    assert (len(laden), len(laden) + len(ballast), unchanged, calls) == (7, 357, 4, 12)
    assert known["typed draughts of another voyage, on arrival"].central == round(7 / 357, 2)
    assert known["typed draughts not retyped on departure"].central == round(4 / 12, 2)
    assert known["typed draught, error"].spread == round(training.pooled_sd_m(ballast), 2)


def test_an_unchanged_typed_draught_tells_a_discharge_by_the_arrival():
    """The draught on arrival is that of the laden ship; only the departure says nothing."""
    same, alone = (loaded(Measured(5.4, out_m), "discharge") for out_m in (5.4, None))
    assert same.tier == "two draughts"
    assert spread(same)[1] == pytest.approx(spread(alone)[1], rel=0.03)


def test_draws_are_as_many_as_worlds():
    assert loaded(Measured(3.4, 5.4)).tonnes.shape == (DRAWS,)
