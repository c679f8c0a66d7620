"""The algebra behind a ship's particulars, against sampling by brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.cargo.hull_model import Observed, draught_of, expected, posterior, prior, relations, relations_of, root
from darkwake.errors import InputError

KINDS = st.sampled_from(["tanker", "container ship", "general cargo ship"])


def of(deadweight_t: float, length_m: float, draught_m: float, depth_m: float, sd: float) -> tuple[Observed, ...]:
    values = {"deadweight": deadweight_t, "length": length_m / 100, "draught": draught_m, "depth": depth_m}
    return tuple(Observed(name, float(np.log(value)), sd) for name, value in values.items())


def log_density(points, mean, covariance):
    away = points - mean
    return -0.5 * np.einsum("ij,jk,ik->i", away, np.linalg.inv(covariance), away)


def test_the_linearised_posterior_is_the_one_that_sampling_finds():
    observed = of(3000.0, 85.0, 5.2, 6.6, sd=0.02)
    found = posterior("tanker", observed)
    before = prior("tanker", 100 * float(np.exp(found.mean[0])))
    wide = 4 * found.covariance
    points = np.random.default_rng(0).multivariate_normal(found.mean, wide, 200_000)
    draught = draught_of(points.T)
    seen = {"deadweight": points[:, 2], "length": points[:, 0], "draught": draught, "depth": draught + points[:, 5]}
    weight = log_density(points, before.mean, before.covariance) - log_density(points, found.mean, wide)
    weight = weight - sum(0.5 * ((seen[item.quantity] - item.value) / item.sd) ** 2 for item in observed)
    share = np.exp(weight - weight.max())
    share /= share.sum()
    mean = share @ points
    assert mean == pytest.approx(found.mean, abs=0.01)
    assert np.sqrt(share @ (points - mean) ** 2) == pytest.approx(np.sqrt(np.diag(found.covariance)), rel=0.08)


@given(KINDS, st.floats(50.0, 280.0), st.floats(0.9, 1.1))
def test_what_is_given_exactly_comes_back(kind, length_m, deeper):
    usual = posterior(kind, (Observed("length", np.log(length_m / 100)),))
    draught = float(draught_of(usual.mean)) + np.log(deeper)
    found = posterior(kind, (Observed("length", np.log(length_m / 100)), Observed("draught", draught)))
    assert float(draught_of(found.mean)) == pytest.approx(draught, abs=1e-4)
    assert found.mean[0] == pytest.approx(np.log(length_m / 100), abs=1e-4)


def test_the_order_of_what_is_known_changes_nothing():
    observed = of(3000.0, 85.0, 5.6, 7.0, sd=1e-5)
    found, other = posterior("tanker", observed), posterior("tanker", observed[::-1])
    assert found.mean == pytest.approx(other.mean, abs=1e-6)
    assert found.covariance == pytest.approx(other.covariance, abs=1e-8)


@given(KINDS, st.floats(60.0, 250.0))
def test_knowing_more_never_widens_a_quantity(kind, length_m):
    length = Observed("length", np.log(length_m / 100))
    beam = Observed("beam", float(expected(kind, "beam", (length,))[0]))
    _, alone = expected(kind, "deadweight", (length,))
    _, both = expected(kind, "deadweight", (length, beam))
    assert both < alone


def test_a_deeper_ship_carries_more_and_a_heavier_one_less():
    dimensions = (Observed("length", np.log(0.85)), Observed("beam", np.log(14 / 15)))
    usual, _ = expected("tanker", "deadweight", dimensions)
    deep, _ = expected("tanker", "deadweight", (*dimensions, Observed("draught", np.log(6.3))))
    slack, _ = expected("tanker", "deadweight", (*dimensions, Observed("draught", np.log(5.3))))
    assert slack < usual < deep


@pytest.mark.parametrize("kind", sorted(relations()))
def test_every_coefficient_names_its_source(kind):
    assert all(relation.source for relation in relations_of(kind).values())
    assert all(relation.sd(80.0) > 0 for name, relation in relations_of(kind).items() if name != "range")


def test_an_unknown_kind_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="no particulars are known of a 'tankr'"):
        relations_of("tankr")


def test_the_root_of_a_singular_covariance_gives_it_back():
    half = np.array([[2.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.5, 0.2, 0.0]])
    found = root(half @ half.T)
    assert found @ found.T == pytest.approx(half @ half.T)
    assert found[2, 2] == 0
