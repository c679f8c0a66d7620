"""Volumes at standard conditions, against tables in print and the later edition of the same standard."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.cargo.volumes import (
    UNITS,
    barrels_per_tonne,
    converted,
    density_of,
    expansion_per_c,
    m3_of_barrels,
    standard_m3,
    volume_correction,
)
from darkwake.errors import InputError
from darkwake.units import CUBIC_METRES_PER_BARREL


def test_a_barrel_is_42_gallons_of_231_cubic_inches():
    assert pytest.approx(CUBIC_METRES_PER_BARREL, rel=1e-12) == 42 * 231 * 0.0254**3


@pytest.mark.parametrize(
    ("density", "temperature_c", "printed"),
    [
        (990.3, 34.0, 0.9870),  # Seven Surveyor, Bunker survey calculation, 27 March 2010: reading of Table 54B
        (992.0, 36.0, 0.9857),  # a bunker calculation on Scribd (370250180): reading of Table 54B
    ],
)
def test_the_correction_is_that_of_the_printed_table(density, temperature_c, printed):
    assert round(volume_correction(density, temperature_c), 4) == printed


def test_a_bunker_tank_in_print_holds_the_tonnes_in_print():
    """161.68 m3 of 990.3 kg/m3 at 34 C weigh 157.85 t in air (Seven Surveyor, 27 March 2010)."""
    assert standard_m3(161.68, 990.3, 34.0) * (990.3 - 1.1) / 1000 == pytest.approx(157.85, abs=0.01)


# API MPMS 11.1 (2004) gives the coefficients for 60 F; the edition of 1980 in use here, for 15 C. Printed to five figures.
LATER = {"crude": (341.0957, 0.0), "gasoline": (192.4571, 0.2438), "jet": (330.3010, 0.0), "fuel": (103.8720, 0.2701)}


@pytest.mark.parametrize(
    ("density", "kind", "later"),
    [(860.0, "crude", "crude"), (740.0, "product", "gasoline"), (800.0, "product", "jet"), (950.0, "product", "fuel")],
)
@pytest.mark.parametrize("temperature_c", [0.0, 30.0, 60.0])
def test_the_correction_agrees_with_the_later_edition(density, kind, later, temperature_c):
    k0, k1 = LATER[later]
    alpha_f = k0 / density**2 + k1 / density
    step, base = alpha_f * (temperature_c * 1.8 + 32 - 60), alpha_f * (59 - 60)
    expected = math.exp(-step * (1 + 0.8 * step)) / math.exp(-base * (1 + 0.8 * base))
    assert volume_correction(density, temperature_c, kind) == pytest.approx(expected, abs=1.5e-4)


def test_the_groups_of_products_meet_where_they_change():
    for edge in (770.5, 787.5, 838.5):
        assert expansion_per_c(edge - 1e-6) == pytest.approx(expansion_per_c(edge + 1e-6), rel=0.01)


@pytest.mark.parametrize(
    ("density", "printed"), [(541.0, 11.6), (753.0, 8.35), (798.0, 7.88), (843.0, 7.46), (991.0, 6.35), (781.0, 8.058)]
)
def test_barrels_per_tonne_follow_from_the_densities_beside_them(density, printed):
    """BP Statistical Review 2021, approximate conversion factors: both columns of one table."""
    assert barrels_per_tonne(density) == pytest.approx(printed, rel=0.003)


def test_sixty_fahrenheit_is_a_little_more_than_fifteen_celsius():
    assert 1.0003 < barrels_per_tonne(843.0, at_60_f=True) / barrels_per_tonne(843.0) < 1.0007


def test_the_condensate_row_of_the_united_nations_contradicts_its_own_litres():
    """1,429 litres a tonne are 8.99 barrels; the yearbook prints 7.23, which would be gas oil."""
    assert barrels_per_tonne(1e6 / 1429) == pytest.approx(8.99, abs=0.005)
    assert density_of(7.23) > 860


@given(amount=st.floats(1e-3, 1e9), density=st.floats(500, 1100), unit=st.sampled_from(UNITS), to=st.sampled_from(UNITS))
def test_every_unit_and_back_is_the_same_amount(amount, density, unit, to):
    assert converted(converted(amount, unit, to, density), to, unit, density) == pytest.approx(amount, rel=1e-9)


@given(bbl_per_t=st.floats(6, 13))
def test_density_to_barrels_per_tonne_and_back(bbl_per_t):
    assert barrels_per_tonne(density_of(bbl_per_t)) == pytest.approx(bbl_per_t, rel=1e-9)


@given(density=st.floats(653, 1075), temperature_c=st.floats(15.1, 100))
def test_warm_oil_is_less_oil(density, temperature_c):
    assert standard_m3(1.0, density, temperature_c) < 1.0 < standard_m3(1.0, density, -5.0)


def test_a_barrel_and_back():
    assert m3_of_barrels(500_000) == pytest.approx(79_493.647464, rel=1e-12)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: converted(1, "bbls", "t", 843), "no unit 'bbls'; did you mean bbl"),
        (lambda: converted(1, "t", "gallon", 843), "no unit 'gallon'"),
        (lambda: converted(-1, "t", "bbl", 843), "an amount of -1 t is none"),
        (lambda: converted(1, "t", "bbl", 8.43), "is no oil's density"),
        (lambda: volume_correction(843, 200.0), "200 C is outside the table"),
        (lambda: volume_correction(541, 20.0), "541 kg/m3 at 15 C is outside the table"),
    ],
)
def test_what_no_oil_has_is_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()
