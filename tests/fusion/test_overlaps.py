"""Which claims are of the same barrels or visits: planted duplicates are found, the pairs of the bundled case are stated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from darkwake import schema
from darkwake.claims import claims as read_claims
from darkwake.fusion import MergeRule, overlaps
from tests.fusion.planted import places, vessels, world

WORLDS = 300
FACTS = read_claims(facts=Path(schema.__file__).parent / "bundled" / "cases" / "vostochny-2024" / "facts")


@pytest.fixture(scope="module")
def pairs():
    """The pairs of the bundled case by the two claims."""
    found = overlaps(FACTS["claims"], FACTS["places"], FACTS["vessels"], merging=MergeRule())
    return {(row["inner_id"], row["outer_id"]): row for row in found.to_pylist()}


def test_planted_duplicates_are_found_and_no_others():
    """Precision and recall, at least 0.98 each over 300 worlds: of all pairs, and of pairs of dated claims alone."""
    right, found, true = np.zeros(2), np.zeros(2), np.zeros(2)
    for seed in range(WORLDS):
        made = world(seed)
        rows = overlaps(made.claims, places(), vessels(), merging=MergeRule()).to_pylist()
        dated = {str(row["claim_id"]) for row in made.rows if row["kind"] == "visit"}
        told, planted = {frozenset((row["inner_id"], row["outer_id"])) for row in rows}, made.duplicates()
        for n, among in enumerate((set(made.events), dated)):
            one, other = {pair for pair in told if pair <= among}, {pair for pair in planted if pair <= among}
            right[n], found[n], true[n] = right[n] + len(one & other), found[n] + len(one), true[n] + len(other)
    assert true.min() > 3_000
    assert (right / found).min() >= 0.98
    assert (right / true).min() >= 0.98


def test_march_of_one_lies_in_the_figure_of_another_and_both_in_that_of_the_year(pairs):
    march = [pairs[pair] for pair in (("A001", "A002"), ("A001", "A004"), ("A002", "A004"), ("A009", "A004"))]
    assert {row["relation"] for row in march} == {"within"}
    assert [(row["amount"], row["unit"]) for row in march[:2]] == [(125_000.0, "bbl")] * 2
    assert march[0]["rule"].startswith("a total of the same goods at the same place within 2024-03-01 to 2024-03-31")


def test_the_totals_of_2018_to_2023_lie_in_one_another(pairs):
    nested = [("A011", "A013"), ("A011", "A014"), ("A013", "A014"), ("A015", "A016"), ("A018", "A019"), ("A022", "A023")]
    assert {pairs[pair]["relation"] for pair in nested} == {"within"}
    assert (pairs["A020", "A019"]["relation"], pairs["A020", "A019"]["amount"]) == ("same", 121.0)
    assert pairs["A022", "A024"]["relation"] == "crossing"


def test_reports_of_the_same_days_overlap_whenever_they_were_published(pairs):
    assert {pairs[f"C0{n}", "C073"]["relation"] for n in range(61, 73)} == {"within"}
    assert (pairs["C036", "C037"]["relation"], pairs["C060", "C073"]["relation"]) == ("same", "crossing")
    assert pairs["C068.t", "C068"]["rule"] == "tonnes beside the barrels of one statement"
    assert ("C077", "C073") not in pairs  # China's March is no part of Russia's year


def test_every_pair_stands_on_the_evidence_of_both_claims(pairs):
    evidence = {row["claim_id"]: set(row["evidence"]) for row in FACTS["claims"].to_pylist()}
    assert all(set(row["evidence"]) == evidence[inner] | evidence[outer] for (inner, outer), row in pairs.items())


def test_the_order_of_the_claims_changes_nothing():
    made = world(1)
    backwards = made.claims.take(list(range(made.claims.num_rows))[::-1])
    tables = [overlaps(claims, places(), vessels(), merging=MergeRule()) for claims in (made.claims, backwards)]
    assert tables[0] == tables[1]
