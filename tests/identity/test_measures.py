"""Measures: the kind can be read back from what is written."""

from __future__ import annotations

import pytest

from darkwake.identity.lists import eu, ofac, uk, un_1718, un_consolidated
from darkwake.identity.measures import KINDS, kind_of, measure


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_is_what_stands_before_the_basis(kind: str):
    assert kind_of(measure(kind, "2321 (2016) para 12(d)")) == kind


def test_every_list_says_where_a_measure_comes_from():
    stated = [*un_1718.MEASURES.values(), *eu.MEASURES, *ofac.MEASURES]
    stated += [m for ms in (*uk.SANCTIONS.values(), *un_consolidated.MEASURES.values()) for m in ms]
    assert all(m == measure(kind_of(m), m.removeprefix(kind_of(m))[2:-1]) and m.endswith(")") for m in stated)
