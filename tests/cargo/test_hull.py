"""Particulars from what is known of a ship: real ships, the water they displace, and nonsense."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkwake.cargo.hull import BLOCK, DEPTH, LIGHTSHIP, Known, hull, tpc
from darkwake.cargo.hull_levels import level_name
from darkwake.cargo.unknowns import Unknowns
from darkwake.errors import InputError

WATSON = [  # L between perpendiculars, B, D, T, displacement, deadweight: Watson, Practical Ship Design, 1998, Table 1.1
    ("Arabiyah", 242.19, 43.28, 23.80, 15.62, 142_529, 121_109),
    ("Australia Sky", 171.00, 26.80, 16.40, 10.67, 40_492, 33_239),
    ("Columbia", 313.00, 56.60, 28.60, 19.44, 301_000, 258_076),
    ("Golar Coleen", 256.01, 46.21, 23.83, 17.02, 174_566, 152_385),
    ("Golar Cordelia", 315.02, 57.21, 30.41, 22.03, 347_078, 304_622),
    ("Olympic Serenity", 222.12, 42.00, 20.30, 14.20, 113_948, 96_733),
]


def worlds(draws: int = 800) -> Unknowns:
    return Unknowns(1, draws, "hull")


def within(value: float, draws) -> bool:
    low, high = np.quantile(draws, [0.05, 0.95])
    return bool(low <= value <= high)


@given(st.floats(50.0, 290.0), st.floats(5.0, 7.2), st.floats(0.8, 1.2), st.sampled_from(["tanker", "general cargo ship"]))
@settings(max_examples=40, deadline=None)
def test_the_weights_are_the_water_displaced(length_m, slenderness, more, kind):
    beam_m = min(max(length_m / slenderness, 8.0), 44.0)
    usual = hull(Known(kind, length_m=length_m, beam_m=beam_m), worlds(50), "a ship")
    dwt_t = more * float(np.median(usual.dwt_t))
    ship = hull(Known(kind, length_m=length_m, beam_m=beam_m, dwt_t=dwt_t), worlds(50), "a ship")
    for found in (usual, ship):
        water_t = 1.025 * 0.97 * found.length_m * found.beam_m * found.draught_m * found.cb
        assert found.dwt_t + found.lightship_t == pytest.approx(water_t, rel=1e-12)
        assert (found.depth_m > found.draught_m).all()
        assert (found.cwp >= np.minimum(found.cb, 0.98)).all()
        assert found.cwp.max() <= 0.98


def test_what_is_known_stands_in_every_world():
    known = Known(length_m=85.0, beam_m=14.0, depth_m=7.0, draught_m=5.6, dwt_t=3000.0, lightship_t=1450.0, tpc_t_per_cm=10.2)
    ship = hull(known, worlds(3), "a ship")
    for name in ("length_m", "beam_m", "depth_m", "draught_m", "dwt_t", "lightship_t"):
        assert getattr(ship, name).tolist() == [getattr(known, name)] * 3
    assert ship.cb == pytest.approx([4450 / (1.025 * 0.97 * 85 * 14 * 5.6)] * 3)
    assert ship.cwp == pytest.approx([10.2 * 100 / (1.025 * 0.97 * 85 * 14)] * 3)
    assert ship.factors == ()


def test_the_tankers_of_a_textbook_lie_in_their_intervals():
    """Nine in ten of what is told of six ships has to lie in 90 % intervals; a ship of known draught has a narrower one."""
    inside = []
    for name, lpp_m, beam_m, depth_m, draught_m, displacement_t, dwt_t in WATSON:
        ship = hull(Known(length_m=lpp_m / 0.95, beam_m=beam_m), worlds(), name)
        told = hull(Known(length_m=lpp_m / 0.95, beam_m=beam_m, draught_m=draught_m), worlds(), name)
        light = within(displacement_t - dwt_t, ship.lightship_t)
        inside += [within(dwt_t, ship.dwt_t), light, within(draught_m, ship.draught_m), within(depth_m, ship.depth_m)]
        inside.append(within(dwt_t, told.dwt_t))
        assert np.ptp(np.quantile(told.dwt_t, [0.05, 0.95])) < np.ptp(np.quantile(ship.dwt_t, [0.05, 0.95]))
    assert len(inside) == 30
    assert 26 <= sum(inside) <= 30


@pytest.mark.parametrize(("low_m", "high_m"), [(60, 90), (90, 130), (130, 200), (200, 334)])
def test_design_draughts_of_tankers_follow_from_length_and_beam_in_every_class(shared, low_m, high_m):
    rows = pd.read_csv(shared / "ais" / "particulars_ais.csv.gz")
    rows = rows.assign(length_m=rows.to_bow_m + rows.to_stern_m, beam_m=rows.to_port_m + rows.to_starboard_m)
    oil = rows.ship_type.str.contains("Tanker", na=False) & ~rows.ship_type.str.contains("Lpg|Lng", na=False)
    usual = (
        rows.length_m.between(low_m, high_m - 1) & rows.beam_m.between(8, 61) & (rows.length_m / rows.beam_m).between(4.8, 7.5)
    )
    ships = rows[oil & usual & (rows.draught_design_m > 0)]
    drawn = [hull(Known(length_m=row.length_m, beam_m=row.beam_m), worlds(200), "s").draught_m for row in ships.itertuples()]
    error = np.log([np.median(draws) for draws in drawn] / ships.draught_design_m.to_numpy())
    inside = np.array([within(value, draws) for value, draws in zip(ships.draught_design_m, drawn, strict=True)])
    # One record in ten is wrong (330 m ships with 12 m, 110 m ships with 3 m): an honest interval need not hold those.
    right = np.abs(error) < 0.3
    assert right.mean() > 0.87
    assert abs(np.median(error[right])) < 0.025
    assert 0.86 <= inside[right].mean() <= 0.97


def test_lengths_of_tankers_follow_from_a_deadweight_alone(shared):
    rows = pd.read_parquet(shared / "sar" / "opensarship_v1_ais_static.parquet")
    rows = rows[rows.class_name.eq("Tanker") & (rows.mt_deadweight_t > 0) & (rows.ais_width_m > 4)]
    ships = rows.groupby("mmsi")[["ais_length_m", "ais_width_m", "mt_deadweight_t"]].median()
    ships = ships[(ships.ais_length_m / ships.ais_width_m).between(4, 9)].iloc[::3]
    unknown = worlds(300)
    drawn = [hull(Known(dwt_t=dwt_t), unknown, "s").length_m for dwt_t in ships.mt_deadweight_t]
    error = np.array([np.median(draws) for draws in drawn]) / ships.ais_length_m - 1
    inside = [within(value, draws) for value, draws in zip(ships.ais_length_m, drawn, strict=True)]
    assert np.median(np.abs(error)) < 0.05
    assert 0.85 < np.mean(inside) < 0.97


def test_ships_of_the_case_with_length_and_deadweight_lie_in_their_intervals(shared):
    with (shared / "facts" / "vessels.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["loa_m"] and row["dwt_t"]]
    kinds = {"product tanker": "tanker", "cargo": "general cargo ship"}
    found = {}
    for row in rows:
        beam_m = float(row["beam_m"]) if row["beam_m"] else None
        ship = hull(Known(kinds[row["type"]], length_m=float(row["loa_m"]), beam_m=beam_m), worlds(), row["name"])
        found[row["name"]] = within(float(row["dwt_t"]), ship.dwt_t)
    assert found == {"Ocean Sky": True, "Tae Yang": True, "Ja Ryok": True}


@given(st.floats(50.0, 280.0), st.floats(1.02, 1.1))
@settings(deadline=None)
def test_a_larger_ship_of_the_same_shape_is_larger_in_everything(length_m, larger):
    small, large = (
        hull(Known(length_m=x * length_m, beam_m=max(8.0, x * length_m / 6.2)), worlds(1).fixing(names()), "s")
        for x in (1.0, larger)
    )
    for name in ("dwt_t", "lightship_t", "draught_m"):
        assert getattr(large, name)[0] > getattr(small, name)[0]


def names() -> list[str]:
    return [factor.name for factor in hull(Known(length_m=85.0, beam_m=14.0), worlds(1), "s").factors]


def test_a_measured_length_leaves_more_open_than_one_on_record():
    exact = hull(Known(length_m=90.0), worlds(), "s")
    measured = hull(Known(length_m=90.0, length_sd_m=6.0), worlds(), "s")
    assert np.std(exact.length_m) == 0
    assert 4.0 < np.std(measured.length_m) < 6.5
    assert np.std(measured.dwt_t) > np.std(exact.dwt_t)
    assert "measured, standard deviation 6 m" in measured.basis


def test_a_ship_is_no_shallower_than_the_draught_at_which_she_was_measured():
    free, bound = (
        hull(Known(length_m=85.0, beam_m=14.0), worlds(), "s"),
        hull(Known(length_m=85.0, beam_m=14.0, deepest_m=5.8), worlds(), "s"),
    )
    assert np.quantile(free.draught_m, 0.3) < 5.6
    assert bound.draught_m.min() > 5.8 / 1.025 * 0.995
    assert bound.dwt_t + bound.lightship_t == pytest.approx(1.025 * 0.97 * 85 * 14 * bound.draught_m * bound.cb, rel=1e-12)
    assert np.median(bound.dwt_t) > np.median(free.dwt_t)
    far = free.draught_m > 6.5
    assert bound.draught_m[far] == pytest.approx(free.draught_m[far], rel=0.1)


def test_a_measured_draught_far_below_the_summer_draught_changes_nothing():
    free, bound = (hull(Known(length_m=85.0, beam_m=14.0, deepest_m=m), worlds(), "s").draught_m for m in (None, 2.0))
    assert bound == pytest.approx(free, rel=1e-6)


def test_equal_owners_are_one_ship_and_others_share_the_error_of_the_relation():
    unknown, known = Unknowns(1, 4000, "hull"), Known(length_m=85.0, beam_m=14.0, dwt_t=3000.0)
    one, same, other = (hull(known, unknown, owner).lightship_t for owner in ("a", "a", "b"))
    assert (one == same).all()
    assert np.corrcoef(np.log(one), np.log(other))[0, 1] == pytest.approx(0.5, abs=0.05)
    assert unknown.asked[LIGHTSHIP] is False
    assert unknown.asked[level_name(LIGHTSHIP, "tanker")] is True


def test_fixing_an_unknown_by_name_takes_its_spread_away():
    known, unknown = Known(length_m=85.0, beam_m=14.0, draught_m=5.6), worlds()
    whole = hull(known, unknown, "s")
    fixed = hull(known, unknown.fixing([DEPTH, level_name(DEPTH, "tanker")]), "s")
    assert np.std(whole.depth_m) > 0.5
    assert np.std(fixed.depth_m) == pytest.approx(0, abs=1e-6)
    assert BLOCK not in unknown.asked  # draught and weights tell it


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (Known(), "nothing is known of the ship"),
        (Known(length_m=300.0, dwt_t=2000.0), "a deadweight of 2,000 does not fit the tanker"),
        (Known(length_m=180.0, beam_m=30.0, dwt_t=8300.0), "is about the light weight of such a ship"),
        (Known(length_m=85.0, dwt_t=-3000.0), "a deadweight of -3,000 t is none"),
        (Known(length_m=85.0, draught_m=-5.0), "a draught of -5 is none"),
        (Known(length_m=85.0, beam_m=14.0, draught_m=12.0), "a draught of 12 does not fit"),
        (Known(length_m=85.0, draught_m=6.0, depth_m=5.0), "is no more than the draught"),
        (Known(length_m=900.0), "a length of 900 m lies outside the tankers known here"),
        (Known(length_m=85.0, beam_m=14.0, tpc_t_per_cm=30.0), "a tonnes per centimetre of 30 does not fit"),
        (Known(length_m=85.0, length_sd_m=float("nan")), "a length of 85 is none"),
        (Known("submarine", length_m=85.0), "no particulars are known of a 'submarine'"),
    ],
)
def test_nonsense_is_refused_with_the_reason(known, reason):
    with pytest.raises(InputError, match=reason):
        hull(known, worlds(1), "s")


def test_the_light_weight_printed_as_deadweight_of_a_small_tanker_is_marked():
    ship = hull(Known(length_m=85.0, beam_m=14.0, dwt_t=1450.0), worlds(1), "s")
    assert len(ship.marks) == 1
    assert "about the light weight of such a ship (1,454 t), which some lists print as deadweight" in ship.marks[0]
    assert hull(Known(length_m=85.0, beam_m=14.0, dwt_t=3000.0), worlds(1), "s").marks == ()


def test_tonnes_per_centimetre_agree_between_factor_and_hull():
    factor, ship = tpc(85.0, 14.0), hull(Known(length_m=85.0, beam_m=14.0), worlds(4000), "s")
    drawn = 1.025 * 0.97 * ship.length_m * ship.beam_m * ship.cwp / 100
    middle = np.array([0.05, 0.5, 0.95])
    assert np.quantile(drawn, middle) == pytest.approx(factor.at(middle), rel=0.02)
