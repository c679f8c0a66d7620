"""How well the relations between particulars hold on ships held out, and that the table in the package is what they fit."""

from __future__ import annotations

import csv
import importlib

import numpy as np
import pytest

from darkwake.cargo.deadweight import predicted
from darkwake.cargo.hull import tpc
from darkwake.cargo.hull_model import TABLE


@pytest.fixture(scope="module")
def training():
    return importlib.import_module("hulls")


@pytest.fixture(scope="module")
def tankers(training, shared):
    return training.read_tankers(shared / "sar" / "opensarship_v1_ais_static.parquet")


def test_deadweight_of_tankers_held_out(training, tankers):
    errors = training.held_out(tankers, "dwt_t", training.least_squares)
    assert len(errors) == tankers.mmsi.nunique() == 329
    assert errors.error.median() < 0.12
    assert 0.85 <= errors.inside.mean() <= 0.95


def test_deadweight_of_small_tankers_held_out(training, tankers):
    errors = training.held_out(tankers, "dwt_t", training.least_squares)
    small = errors[errors.dwt_t.between(1000, 9000)]
    assert len(small) == 163
    assert small.error.median() < 0.12
    assert 0.85 <= small.inside.mean() <= 0.95


def test_tonnes_per_centimetre_of_tankers_held_out(training, shared):
    records = training.with_tpc(training.read_particulars(shared / "ais" / "particulars_ais.csv.gz", "tanker"))
    errors = training.held_out(records, "tpc_t_per_cm", training.robust)
    assert len(errors) == records.imo.nunique() > 350
    assert errors.error.median() <= 0.03
    assert 0.87 <= errors.inside.mean() <= 0.93


@pytest.mark.parametrize(("low_m", "high_m", "most"), [(60, 90, 0.03), (90, 130, 0.03), (130, 200, 0.02), (200, 340, 0.02)])
def test_draughts_of_tankers_held_out_are_unbiased_in_every_class(training, shared, low_m, high_m, most):
    drawn, _ = training.draughts(training.read_particulars(shared / "ais" / "particulars_ais.csv.gz", "tanker"))
    errors = training.draughts_held_out(drawn)
    part = errors[errors.right & errors.length_m.between(low_m, high_m, inclusive="left")]
    assert abs(part.error.median()) < most
    assert 0.84 <= part.inside.mean() <= 0.97
    assert 0.88 <= errors[errors.right].inside.mean() <= 0.94


def test_what_is_predicted_of_a_ship_does_not_depend_on_her_own_deadweight(training, tankers):
    largest = tankers.dwt_t.idxmax()
    true_t, wrong_t = tankers.dwt_t[largest], 1e9
    wrong = tankers.assign(dwt_t=tankers.dwt_t.where(tankers.index != largest, wrong_t))
    before, after = (training.held_out(ships, "dwt_t", training.least_squares).error[largest] for ships in (tankers, wrong))
    guess_t = wrong_t * (1 - after)
    assert abs(guess_t / true_t - 1) == pytest.approx(before, abs=1e-6)


@pytest.mark.parametrize("kind", ["container ship", "general cargo ship"])
def test_the_few_ships_of_other_kinds_lie_mostly_in_their_intervals(training, shared, kind):
    ships = training.read_labels(shared / "sar" / "opensarship_train_labels.parquet", kind)
    _, draught = training.draughts(training.read_particulars(shared / "ais" / "particulars_ais.csv.gz", kind))
    errors = training.held_out(ships, "dwt_t", training.weight_fit(ships, draught))
    assert errors.error.median() < 0.2
    assert errors.inside.mean() > 0.8


def test_the_table_in_the_package_is_what_training_writes(training, shared, tmp_path):
    sar = shared / "sar"
    paths = sar / "opensarship_v1_ais_static.parquet", sar / "opensarship_train_labels.parquet"
    training.build(*paths, shared / "ais" / "particulars_ais.csv.gz").write(tmp_path / "hulls.csv")
    fitted, packed = (list(csv.DictReader(path.open(encoding="utf-8"))) for path in (tmp_path / "hulls.csv", TABLE))
    assert [without_value(row) for row in fitted] == [without_value(row) for row in packed]
    values = [float(row["value"]) for row in packed]
    assert [float(row["value"]) for row in fitted] == pytest.approx(values, rel=1e-4, abs=1e-6)


def without_value(row: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in row.items() if name != "value"}


def test_the_package_predicts_what_training_fits(training, tankers):
    fitted = training.least_squares(training.design(tankers), np.log(tankers.dwt_t.to_numpy()))
    expected = np.exp(training.design(tankers) @ fitted)
    found = [predicted(row.length_m, row.beam_m).central for row in tankers.itertuples()]
    assert found == pytest.approx(expected, rel=1e-4)


def test_the_waterplane_of_tankers_is_that_of_the_literature():
    """The waterplane coefficient on the length over all has median 0.862 in 682 tankers (README of the particulars)."""
    found = [tpc(length, beam).central / (length * beam * 0.01025) for length, beam in ((144, 24), (180, 32), (250, 44))]
    assert found == pytest.approx([0.862] * 3, abs=0.03)


def test_gross_tonnage_is_turned_back_into_volume(training):
    volume = np.array([3000.0, 100_000.0])
    gross = volume * (0.2 + 0.02 * np.log10(volume))
    assert training.hull_volume_m3(gross) == pytest.approx(volume, rel=1e-9)


def test_the_robust_fit_passes_over_gross_errors(training):
    x = np.c_[np.ones(60), np.linspace(0, 1, 60)]
    y = x @ np.array([1.0, 2.0]) + 0.01 * np.sin(np.arange(60))
    y[::10] += 5
    assert training.robust(x, y) == pytest.approx([1.0, 2.0], abs=0.02)
