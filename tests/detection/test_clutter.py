from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from darkwake.detection.clutter import law_of, looks_and_shape, surprise_k


@pytest.mark.parametrize("shape", [1.0, 2.5, 30.0])
def test_surprises_of_k_clutter_are_exponential_with_mean_one(shape: float) -> None:
    random = np.random.default_rng(1)
    values = random.gamma(shape, 1 / shape, 1_000_000) * random.gamma(4.4, 1 / 4.4, 1_000_000)
    variance = (1 + 1 / 4.4) * (1 + 1 / shape) - 1
    law = law_of(4.4)
    surprises = law.surprise((values - 1) / np.sqrt(variance), law.row(np.full(len(values), variance)))
    for rate in (0.5, 0.1, 1e-2, 1e-3):
        assert (surprises > -np.log(rate)).mean() == pytest.approx(rate, rel=0.12)


def test_the_table_agrees_with_the_bessel_form_of_one_look() -> None:
    law, x = law_of(1.0), np.array([5.0, 20.0, 60.0])
    for shape in (1.0, 4.0):
        root = np.sqrt(shape * x)
        exact = -np.log(2 * root**shape * special.kv(shape, 2 * root) / special.gamma(shape))
        variance = 2 * (1 + 1 / shape) - 1
        told = law.surprise((x - 1) / np.sqrt(variance), law.row(np.full(3, variance)))
        np.testing.assert_allclose(surprise_k(x, 1.0, shape), exact, rtol=1e-3)
        np.testing.assert_allclose(told, exact, rtol=0.01)


def test_what_is_smoother_than_the_speckle_is_taken_for_more_looks() -> None:
    law, x = law_of(4.4), np.array([1.2, 1.6, 2.0])
    told = law.surprise((x - 1) / np.sqrt(0.05), law.row(np.full(3, 0.05)))
    np.testing.assert_allclose(told, -np.log(special.gammaincc(20.0, 20.0 * x)), rtol=0.01)


def test_brightness_and_surprise_are_inverses() -> None:
    law, variance = law_of(4.4), np.array([0.1, 0.3, 1.4, 4.0])
    rows = law.row(variance)
    for surprise in (3.0, 9.0, 20.0):
        np.testing.assert_allclose(law.surprise(law.deviations(surprise)[rows], rows), surprise, rtol=1e-3)


def test_looks_and_shape_of_a_sample_are_found() -> None:
    random = np.random.default_rng(2)
    values = random.gamma(1.5, 1 / 1.5, 4_000_000) * random.gamma(10.0, 0.1, 4_000_000)
    smaller, larger = looks_and_shape(float((values**2).mean()), float((values**3).mean()))
    assert 1 / smaller == pytest.approx(10.0, rel=0.25)
    assert 1 / larger == pytest.approx(1.5, rel=0.1)
