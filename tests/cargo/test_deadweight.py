"""Deadweight from length and beam, on real tankers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from darkwake.cargo.deadweight import checked, predicted
from darkwake.errors import InputError


def real_tankers(shared) -> pd.DataFrame:
    rows = pd.read_parquet(shared / "sar" / "opensarship_v1_ais_static.parquet")
    rows = rows[rows.class_name.str.contains("Tanker") & (rows.mt_deadweight_t > 0) & (rows.ais_width_m > 4)]
    ships = rows.groupby("mmsi")[["ais_length_m", "ais_width_m", "mt_deadweight_t"]].median()
    ships.columns = ["length_m", "beam_m", "dwt_t"]
    return ships[ships.length_m.between(44, 334) & (ships.length_m / ships.beam_m).between(4, 9)]


def test_real_tankers_have_about_the_deadweight_predicted(shared):
    ships = real_tankers(shared)
    laws = [predicted(row.length_m, row.beam_m) for row in ships.itertuples()]
    error = np.array([law.central for law in laws]) / ships.dwt_t - 1
    inside = [
        law.at(np.array([0.05]))[0] < dwt_t < law.at(np.array([0.95]))[0] for law, dwt_t in zip(laws, ships.dwt_t, strict=True)
    ]
    assert len(ships) > 300
    assert np.median(np.abs(error)) < 0.12
    assert 0.85 < np.mean(inside) < 0.95


def test_no_real_tanker_is_refused(shared):
    ships = real_tankers(shared)
    assert [checked(row.dwt_t, row.length_m, row.beam_m) for row in ships.itertuples()] == ships.dwt_t.tolist()


def test_the_light_weight_printed_as_deadweight_is_refused():
    with pytest.raises(InputError, match="which has about"):
        checked(900.0, length_m=115.0, beam_m=18.0)


@pytest.mark.parametrize(("length_m", "beam_m"), [(20.0, 5.0), (400.0, 60.0), (100.0, 60.0), (float("nan"), 14.0)])
def test_nothing_is_predicted_outside_the_sample(length_m, beam_m):
    with pytest.raises(InputError, match="lies outside the tankers known here"):
        predicted(length_m, beam_m)
