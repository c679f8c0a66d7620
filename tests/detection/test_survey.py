from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from darkwake.detection.survey import CLIPPED, USUAL_INFLATIONS, Clutter, clutter_of, correlation, inflations_together

SEA = np.ones((512, 512), np.bool_)


def speckle(looks: float = 4.4) -> np.ndarray:
    return np.random.default_rng(1).gamma(looks, 0.02 / looks, (512, 512)).astype(np.float32)


def test_independent_speckle_has_its_looks_and_no_inflation() -> None:
    told = clutter_of([(speckle(), SEA)], 10.0)
    assert told.level == pytest.approx(0.02, rel=0.01)
    assert told.looks == pytest.approx(4.4, rel=0.1)
    assert told.between == pytest.approx(1.0, abs=0.05)
    assert all(value == pytest.approx(1.0, abs=0.05) for value in told.inflations.values())


def test_correlated_speckle_inflates_the_sums_of_windows_by_their_number_of_pixels() -> None:
    blurred = ndimage.uniform_filter(speckle(1.1), 2, mode="wrap").astype(np.float32)
    told = clutter_of([(blurred, SEA)], 10.0)
    # Neighbours along rows and columns share half: 1 + 2 (n - 1) / n * 1/2 for bars along them, less for slanting ones.
    assert 1.2 < told.inflations["bar of three"] < 5 / 3
    assert told.inflations["bar of three"] < told.inflations["bar of five"] < told.inflations["square of nine"]


def test_pieces_with_ships_do_not_change_what_the_sea_is() -> None:
    values = speckle()
    values[100:104, 100:110] = 5.0
    clean, ships = clutter_of([(speckle(), SEA)], 10.0), clutter_of([(values, SEA)], 10.0)
    assert ships.looks == pytest.approx(clean.looks, rel=0.05)
    assert ships.inflations == pytest.approx(clean.inflations, rel=0.02)


def test_stated_looks_are_believed() -> None:
    assert clutter_of([(speckle(10.0), SEA)], 10.0, looks=4.4).looks == 4.4


def test_a_clipped_picture_and_no_sea_say_nothing_of_speckle() -> None:
    clipped = np.maximum(speckle() - 0.03, 0.0).astype(np.float32)
    told, none = clutter_of([(clipped, SEA)], 10.0), clutter_of([(clipped, ~SEA)], 10.0)
    assert told.black > CLIPPED
    assert told.inflations == none.inflations == USUAL_INFLATIONS
    assert none.level == 1.0


def test_bands_of_one_texture_go_together_and_independent_ones_do_not() -> None:
    random = np.random.default_rng(3)
    texture = random.gamma(1.0, 1.0, (512, 512))
    one, two = ((speckle() if n == 0 else speckle()[::-1]) * texture.astype(np.float32) for n in range(2))
    assert correlation([(one, SEA)], [(two, SEA)]) > 0.5
    assert correlation([(speckle(), SEA)], [(speckle()[::-1].copy(), SEA)]) < 0.02
    bands = [Clutter(1.0, 4.4, shared=0.5, inflations={"bar of five": value}) for value in (1.0, 2.0)]
    assert inflations_together(bands) == {"bar of five": 2.25}
