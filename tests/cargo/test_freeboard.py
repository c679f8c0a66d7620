"""Payloads from freeboards: what two looks share falls out."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from darkwake.cargo import payload
from darkwake.cargo.afloat import PART
from darkwake.cargo.draughts import Measured
from darkwake.cargo.factors import chosen
from darkwake.cargo.freeboard import shadow_error_m, tonnes_by_freeboards
from darkwake.cargo.hull import Hull
from darkwake.errors import InputError
from tests.cargo.hulls import tanker, unknowns

UNSURE_DEPTH = replace(tanker(), depth_m=7.0 + np.random.default_rng(3).normal(0, 0.6, 2000))
"""A ship whose depth is known to 0.6 m."""
SURE_BALLAST = chosen({"ballast aboard at the empty end": 0.35, "ships with another parcel aboard at the empty end": 0.0})


def loaded(measured: Measured, hull: Hull | None = None, activity="load", factors=None):
    return tonnes_by_freeboards(hull or tanker(), measured, unknowns(), "visit", activity=activity, factors=factors)


def half_width(found) -> float:
    low, high = np.quantile(found.tonnes, [0.05, 0.95])
    return float(high - low) / 2


def test_two_looks_remove_the_depth_that_both_share():
    """One look carries the whole error of the depth, 1,000 t at 90 %; with two and a known ballast hardly any of it is left."""
    one = half_width(loaded(Measured(None, 2.4, 0.1), UNSURE_DEPTH, factors=SURE_BALLAST))
    two = half_width(loaded(Measured(3.9, 2.4, 0.1), UNSURE_DEPTH, factors=SURE_BALLAST))
    assert two < 0.5 * one
    assert two == pytest.approx(half_width(loaded(Measured(3.9, 2.4, 0.1), factors=SURE_BALLAST)), rel=0.35)


def test_a_method_that_reads_too_high_moves_one_look_and_not_the_difference():
    low, high = (chosen({**_fixed(), "freeboards read too high or too low": bias}) for bias in (0.0, 0.2))
    one = [np.median(loaded(Measured(None, 2.4, 0.05), factors=known).tonnes) for known in (low, high)]
    two = [np.median(loaded(Measured(3.9, 2.4, 0.05), UNSURE_DEPTH, factors=known).tonnes) for known in (low, high)]
    assert abs(one[1] - one[0]) == pytest.approx(200.0, rel=0.25)
    assert abs(two[1] - two[0]) < 0.35 * abs(one[1] - one[0])


def _fixed() -> dict[str, object]:
    return {"ballast aboard at the empty end": 0.35, "ships with another parcel aboard at the empty end": 0.0}


def test_a_third_of_a_metre_is_a_tenth_of_a_small_cargo():
    """A freeboard error of 0.3 m at 11 t/cm is about 330 t, one standard deviation, if any load is to be expected."""
    quiet = dict.fromkeys(("freeboard disturbed by trim, list and sea", "freeboards read too high or too low"), 0.0)
    known = chosen({**quiet, "deck edge over the depth": 0.0, "stores, fuel and water aboard": 0.05, PART: 1.0})
    assert float(loaded(Measured(None, 2.4, 0.3), factors=known).tonnes.std()) == pytest.approx(329.0, rel=0.12)


def test_without_a_stated_error_the_factor_stands_in():
    assert loaded(Measured(3.6, 1.5)).tonnes.tolist() == loaded(Measured(3.6, 1.5, 0.3)).tonnes.tolist()
    assert "+-0.3 m" in loaded(Measured(3.6, 1.5)).basis


def test_the_tier_says_whether_the_laden_ship_was_looked_at():
    tiers = [loaded(measured).tier for measured in (Measured(3.6, 1.5), Measured(None, 1.5), Measured(3.6, None))]
    assert tiers == ["freeboard", "freeboard", "deadweight"]
    assert loaded(Measured(1.5, 3.6, 0.2), activity="discharge").tier == "freeboard"


def test_an_image_that_tells_nothing_leaves_what_was_to_be_expected():
    """A freeboard to 3 m, on an empty ship's side, moves the middle by a twentieth of what it would say alone."""
    poor, alone = loaded(Measured(None, 3.6, 3.0)), payload(dwt_t=3800.0).t
    assert np.median(poor.tonnes) == pytest.approx(alone.p50, rel=0.07)
    assert poor.tier == "deadweight"


def test_a_part_cargo_that_was_measured_is_not_drawn_to_what_was_expected():
    """Freeboard 2.9 m is a draught of 4.1 m: 1,900 t with 1,400 t of empty ship, where 3,150 t were to be expected."""
    by_any, found = (loaded(Measured(None, 2.9, 0.1), factors=chosen(known)) for known in ({PART: 1.0}, {}))
    assert np.median(by_any.tonnes) < 0.55 * 3800.0
    assert np.median(found.tonnes) == pytest.approx(np.median(by_any.tonnes), abs=0.03 * 3800.0)


def test_the_basis_says_how_much_of_a_payload_is_assumed_and_the_tier_falls_with_it():
    shares = [_weight(loaded(Measured(None, 1.5, sd_m)).basis) for sd_m in (0.02, 0.3, 0.9)]
    assert (shares[0], shares[1] < 50 < shares[2]) == (0, True)
    assert [loaded(Measured(None, 1.5, sd_m)).tier for sd_m in (0.02, 0.3, 0.9)] == ["freeboard", "freeboard", "deadweight"]


def _weight(basis: str) -> int:
    found = re.search(r"joined with an assumed laden fraction of her deadweight, which weighs (\d+)%", basis)
    return int(found[1]) if found else 0


def test_the_laden_fraction_is_among_the_factors_of_a_poor_image():
    found = loaded(Measured(3.6, 1.5, 0.6))
    assert {"laden fraction", "laden fraction, own", PART} <= {factor.name for factor in found.factors}


@pytest.mark.parametrize(
    ("measured", "activity", "reason"),
    [
        (Measured(), "load", "no freeboard is given"),
        (Measured(-0.5, None, 0.1), "load", "has to be above 0 m, not -0.5"),
        (Measured(8.0, 2.0, 0.1), "load", "leaves nothing of the depth of 7.0 m under water"),
        (Measured(1.5, 3.6, 0.1), "load", "departs lighter than she arrived"),
        (Measured(3.6, 1.5, 0.1), "discharge", "departs heavier than she arrived"),
    ],
)
def test_nonsense_is_refused_with_a_reason(measured, activity, reason):
    with pytest.raises(InputError, match=reason):
        loaded(measured, activity=activity)


def test_the_height_under_a_pixel_of_shadow_is_that_of_the_published_table(shared: Path):
    """One edge, one pixel, the sun across the ship: the columns of the table for 0.5, 3 and 10 m."""
    with (shared / "optical" / "facts" / "sun_shadow_limits.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for word, spacing_m in (("0p5", 0.5), ("3", 3.0), ("10", 10.0)):
            height_m = shadow_error_m(spacing_m, float(row["sun_elev_deg"]), 1.0, edge_px=1 / math.sqrt(2))
            assert height_m == pytest.approx(float(row[f"height_m_per_px_{word}"]), rel=0.01, abs=0.006)
    assert len(rows) > 50


@pytest.mark.parametrize(("elevation_deg", "across"), [(0.0, 1.0), (90.0, 1.0), (30.0, 0.2)])
def test_no_shadow_no_freeboard(elevation_deg, across):
    with pytest.raises(InputError, match="shadow"):
        shadow_error_m(0.5, elevation_deg, across)
