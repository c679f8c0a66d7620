"""Sea clutter: the moments and tails that K-distributed intensity has, and windows that agree where they overlap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special, stats

from darkwake.imagery.protocol import Window
from darkwake.simulation.fields import smooth_field, wave_field
from darkwake.simulation.sea import (
    Sea,
    correlated_speckle,
    filaments,
    front,
    gamma_texture,
    gusts,
    k_clutter,
    k_moment,
    look_weights,
    rain_cells,
    range_trend,
    slicks,
    swell,
    wind_streaks,
)

SIDE = 600


def _exceeds(limit: float, nu: float, looks: float) -> float:
    """Share of K-distributed intensity above a limit: the gamma tail averaged over the texture (Ward et al. 2013, ch. 4)."""
    if np.isinf(nu):
        return float(special.gammaincc(looks, looks * limit))
    tail = integrate.quad(
        lambda x: (
            special.gammaincc(looks, looks * limit / np.exp(x)) * stats.gamma.pdf(np.exp(x), nu, scale=1 / nu) * np.exp(x)
        ),
        *(-30, 5),
        limit=400,
    )
    return float(tail[0])


@pytest.mark.parametrize("nu", [0.5, 1.0, 4.0, np.inf])
@pytest.mark.parametrize("looks", [1.0, 4.4])
def test_clutter_has_the_variance_of_the_k_distribution(nu: float, looks: float) -> None:
    values = k_clutter((1500, 1500), nu, looks, np.random.default_rng(1)).astype(np.float64)
    assert values.mean() == pytest.approx(1.0, abs=0.005)
    assert values.var() == pytest.approx(k_moment(nu, looks), rel=0.03)


@pytest.mark.parametrize("nu", [1.0, 5.0, np.inf])
def test_the_tail_of_clutter_is_that_of_the_k_distribution(nu: float) -> None:
    values = k_clutter((2500, 2500), nu, 4.4, np.random.default_rng(2))
    limit = float(np.quantile(values, 1 - 1e-4))
    assert _exceeds(limit, nu, 4.4) == pytest.approx(1e-4, rel=0.1)


def test_a_correlated_texture_keeps_its_distribution_and_gains_its_scale() -> None:
    texture = gamma_texture(smooth_field(Window(0, 0, 1500, 1500), 12.0, 3), 2.0)
    seen = np.quantile(texture, [0.1, 0.5, 0.9])
    near = np.corrcoef(texture[:, :-3].ravel(), texture[:, 3:].ravel())[0, 1]
    far = np.corrcoef(texture[:, :-60].ravel(), texture[:, 60:].ravel())[0, 1]
    assert np.allclose(seen, stats.gamma.ppf([0.1, 0.5, 0.9], 2.0, scale=0.5), rtol=0.05)
    assert near > 0.9
    assert abs(far) < 0.05


@given(looks=st.floats(1.0, 30.0))
def test_weights_of_looks_give_their_effective_number(looks: float) -> None:
    weights = np.array(look_weights(looks))
    assert weights.sum() ** 2 / (weights**2).sum() == pytest.approx(looks, rel=1e-9)


def test_correlated_speckle_has_its_looks_and_its_resolution() -> None:
    speckle = correlated_speckle(Window(0, 0, SIDE, SIDE), 4.4, (2.0, 2.2), 5).astype(np.float64)
    beside = np.corrcoef(speckle[:, :-1].ravel(), speckle[:, 1:].ravel())[0, 1]
    apart = np.corrcoef(speckle[:, :-6].ravel(), speckle[:, 6:].ravel())[0, 1]
    assert 1 / speckle.var() * speckle.mean() ** 2 == pytest.approx(4.4, rel=0.05)
    # A Gaussian amplitude of half-power width w has the intensity correlation exp(-d^2 2 ln 2 / w^2).
    assert beside == pytest.approx(np.exp(-2 * np.log(2) / 2.0**2), abs=0.03)
    assert abs(apart) < 0.02


@pytest.mark.parametrize("resolution_px", [(0.0, 0.0), (2.0, 2.2)])
@pytest.mark.parametrize("bank_px", [0, 1100])
def test_windows_agree_where_they_overlap(resolution_px: tuple[float, float], bank_px: int) -> None:
    modulations = (swell(18, 60, 1), gusts(300, 2), slicks(200, 3), front(300, 200, 20, 4), wind_streaks(90, 30, 5))
    sea = Sea(9, shape=3.0, texture_px=15.0, resolution_px=resolution_px, modulations=modulations, bank_px=bank_px)
    whole, part = sea.seen(Window(-40, 10, 560, 520)), sea.seen(Window(200, 300, 550, 515))
    assert np.allclose(whole[290:505, 240:590], part, rtol=1e-3)


def test_fields_of_wide_windows_are_those_of_their_parts() -> None:
    wide, part = (
        smooth_field(Window(0, 0, 5000, 8), 30.0, 7, octaves=3),
        smooth_field(Window(3000, 0, 3100, 8), 30.0, 7, octaves=3),
    )
    assert np.allclose(wide[:, 3000:3100], part, atol=1e-4)
    assert float(wide.std()) == pytest.approx(1.0, abs=0.2)


def test_swell_has_its_length_and_direction() -> None:
    field = wave_field(Window(0, 0, 512, 512), 20.0, 90.0, 2.0, 3, band=0.02)
    spectrum = np.abs(np.fft.rfft2(field))
    row, column = np.unravel_index(spectrum.argmax(), spectrum.shape)
    assert 512 / column == pytest.approx(20.0, rel=0.1)
    assert min(row, 512 - row) <= 3


def test_slicks_are_dark_and_cover_their_share() -> None:
    factor = slicks(60.0, 2, share=0.2, depth_db=8.0)(Window(0, 0, 3000, 3000))
    assert float((factor < 0.4).mean()) == pytest.approx(0.2, abs=0.07)
    assert float(factor.max()) <= 1.0


def test_filaments_are_thin_and_dark() -> None:
    factor = filaments(80.0, 2, depth_db=6.0)(Window(0, 0, 1500, 1500))
    assert 0.002 < float((factor < 0.5).mean()) < 0.1
    assert float(np.median(factor)) > 0.95


def test_a_front_parts_bright_from_dark() -> None:
    factor = 10 * np.log10(front(500, 500, 0.0, 1, step_db=6.0, bend_px=50.0)(Window(0, 0, 1000, 1000)))
    assert float(factor[:, :300].mean()) == pytest.approx(-3.0, abs=0.1)
    assert float(factor[:, 700:].mean()) == pytest.approx(3.0, abs=0.1)


def test_the_sea_darkens_over_range() -> None:
    factor = range_trend(1000, near_db=4.0, far_db=-4.0)(Window(0, 0, 1000, 2))
    assert 10 * np.log10([factor[0, 0], factor[1, 500], factor[0, 999]]) == pytest.approx([4.0, 0.0, -4.0], abs=0.02)


def test_a_rain_cell_is_a_bright_ring_about_a_darker_middle() -> None:
    factor = rain_cells(np.array([[500.0, 500.0]]), 150.0, 1)(Window(0, 0, 1000, 1000))
    rows, columns = np.mgrid[:1000, :1000]
    radius = np.hypot(rows - 500, columns - 500)
    middle, ring, beyond = (float(factor[(radius >= a) & (radius < b)].mean()) for a, b in ((0, 30), (120, 180), (450, 490)))
    assert middle < 1.0 < beyond + 0.05 < ring
