"""Exact names: what is equated and what is not."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.identity.names import normal, same

EQUAL = [
    ("SAM JONG 1", "Sam  Jong 1"),
    ("RYE SONG GANG 1", "RyeSongGang-1"),
    ("Jal Vahini", "Jal_Vahini"),
    ("BILLIONS NO. 18", "Billions No.18"),
    ("BILLIONS NO. 18", "BILLIONS № 18"),
    ("CHON MYONG 1", "M/V Chon Myong 1"),
    ("CHON MYONG 1", "M.V. CHON MYONG 1"),
    ("PAN HOPE", "Mv.Pan Hope"),
    ("YU JONG 2", "MT YU JONG 2@@@@@@"),
    ("ＳＡＭ　ＪＯＮＧ　１", "sam jong 1"),
    ("천마산호", "천마산"),
    ("삼정 1호", "삼정1"),
    ("JU'A", "JUA"),
]
DIFFERENT = [
    ("SAM JONG 1", "SAM JONG 2"),
    ("SAM JONG", "SAM JONG 1"),
    ("SAM JONG 1 2", "SAM JONG 12"),
    ("SAM JONG 2", "SAM JONG II"),
    ("Zu Zag Bong 5", "Zu Zag Bong 6"),
    ("RYE SONG GANG 1", "YESEONGGANG 1"),
    ("RUNG RA 2", "룽라 2호"),
    ("VICTORY", "VICTORY 3"),
    ("ÉTOILE", "ETOILE"),
    ("호", ""),
    ("---", "..."),
]


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_ways_of_writing_one_name_are_equal(left: str, right: str):
    assert same(left, right)


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_different_names_stay_different(left: str, right: str):
    assert not same(left, right)


@pytest.mark.parametrize("name", ["MT", "M/V", "NO", "MV 5"])
def test_a_name_is_never_normalised_away_to_nothing(name: str):
    assert normal(name)


@given(st.text(max_size=40))
def test_any_text_has_one_spelling_in_any_case_and_spacing(text: str):
    assert normal(text) == normal(f"  {text}\t.")
    assert " " not in normal(text).strip("0123456789 ") or any(c.isdigit() for c in normal(text))


@given(st.text(max_size=40))
def test_the_digits_of_a_name_are_never_lost(text: str):
    from unicodedata import normalize

    digits = [c for c in normalize("NFKC", normalize("NFKC", text).casefold()) if c.isdecimal()]
    assert [c for c in normal(text) if c.isdecimal()] == digits


def test_no_pair_of_numbered_sisters_is_equated(shared: Path):
    """Every pair of name_pairs.csv that differs by its number only, and every pair of look-alikes, stays apart."""
    with (shared / "lists/name_pairs.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    apart = [row for row in rows if row["relation"] in ("sister-number", "lookalike", "script-kor-other-number")]
    assert len(apart) > 200
    assert [(r["left"], r["right"]) for r in apart if same(r["left"], r["right"])] == []


def test_equal_names_of_the_shared_pairs_are_nearly_always_one_ship(shared: Path):
    with (shared / "lists/name_pairs.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["kind"] == "vessel" and same(row["left"], row["right"])]
    assert Counter(row["same"] for row in rows)["0"] == 0
    assert len(rows) >= 20
