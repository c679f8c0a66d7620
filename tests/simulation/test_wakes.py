"""Simulated wakes: they lie within their box, and the sea outside stays as it is."""

from __future__ import annotations

import numpy as np
import pytest

from darkwake.imagery.protocol import Window
from darkwake.simulation.echoes import View
from darkwake.simulation.scatterers import Vessel
from darkwake.simulation.wakes import lay_wake, wake, wake_box

SIDE = 700
HERE = Window(0, 0, SIDE, SIDE)


@pytest.mark.parametrize("heading_deg", [0.0, 37.0, 90.0, 161.0, 270.0, 340.0])
def test_a_wake_is_all_in_its_box(heading_deg: float) -> None:
    vessel, view = Vessel(350.0, 350.0, 180.0, 28.0, heading_deg, speed_kn=6.0), View()
    whole, laid = wake(vessel, view, 3)(HERE), np.ones((SIDE, SIDE), np.float32)
    lay_wake(laid, vessel, view, HERE, 3)
    box = wake_box(vessel, view)
    inside = np.s_[max(box.y0, 0) : box.y1, max(box.x0, 0) : box.x1]
    np.testing.assert_allclose(laid[inside], whole[inside], rtol=1e-6)
    laid[inside] = 1.0
    assert (laid == 1.0).all()
    whole[inside] = 1.0
    rows, columns = np.ogrid[:SIDE, :SIDE]
    behind_px = (rows - 350) * np.cos(np.radians(heading_deg)) - (columns - 350) * np.sin(np.radians(heading_deg))
    faded_px = 3 * 6.0 * 0.514 * 300.0 / 10.0
    np.testing.assert_array_equal(whole[behind_px < faded_px], 1.0)


def test_a_wake_darkens_the_sea_astern_and_leaves_it_ahead() -> None:
    vessel, level = Vessel(350.0, 350.0, 180.0, 28.0, 0.0, speed_kn=12.0), np.ones((SIDE, SIDE), np.float32)
    lay_wake(level, vessel, View(), HERE, 3)
    assert float(level[400:450, 348:352].mean()) < 0.6
    assert (level[:340] == 1.0).all()
