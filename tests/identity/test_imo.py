"""IMO numbers: reading and check digits."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.identity import imo

SIX = st.integers(100_000, 999_999)


@pytest.mark.parametrize(
    "written", ["IMO9307839", " 9307839 ", "IMO 9307839", "imo: 9307839", "IMO No. 9307839", "IMO-9307839"]
)
def test_a_number_is_read_however_it_is_written(written: str):
    assert imo.parse(written) == 9307839


@pytest.mark.parametrize(
    "written", ["930783", "93078390", "IMO", "", "SAM JONG 1", "MMSI 9307839", "9307839 x", "９３０７８３９"]
)
def test_what_is_not_seven_digits_is_no_number(written: str):
    assert imo.parse(written) is None


def test_the_worked_example_of_the_imo_passes():
    """9074729: 9x7 + 0x6 + 7x5 + 4x4 + 7x3 + 2x2 = 139, the last digit is 9."""
    assert imo.ship_ok(9074729)
    assert not imo.ship_ok(9074728)


def test_a_company_number_is_told_by_its_own_rule():
    """5936312 is printed as a company's number on the UN list; as a ship's number it would fail."""
    assert (imo.company_ok(5936312), imo.ship_ok(5936312)) == (True, False)


@pytest.mark.parametrize("number", [0, -1, 12, 999_999, 10_000_000])
def test_a_number_of_another_length_never_passes(number: int):
    assert not imo.ship_ok(number)
    assert not imo.ships_ok(np.array([number])).any()


@given(SIX)
def test_exactly_one_last_digit_passes(first: int):
    assert [d for d in range(10) if imo.ship_ok(first * 10 + d)] == [imo.ship_check_digit(first)]
    assert [d for d in range(10) if imo.company_ok(first * 10 + d)] == [imo.company_check_digit(first)]


@given(SIX, st.integers(0, 4))
def test_swapping_unequal_neighbours_among_the_first_six_digits_is_always_found(first: int, at: int):
    """Neighbouring weights differ by one, so a swap moves the sum by the digits' difference, which is below ten."""
    digits = list(str(first))
    digits[at], digits[at + 1] = digits[at + 1], digits[at]
    swapped = int("".join(digits) + str(imo.ship_check_digit(first)))
    assert imo.ship_ok(swapped) == ("".join(digits) == str(first))


@given(st.lists(st.integers(-5, 20_000_000), min_size=1, max_size=50))
def test_many_numbers_are_judged_as_one_by_one(numbers: list[int]):
    array = np.array(numbers, dtype=np.int64)
    assert imo.ships_ok(array).tolist() == [imo.ship_ok(n) for n in numbers]
    assert imo.companies_ok(array).tolist() == [imo.company_ok(n) for n in numbers]


def test_a_missing_number_stays_missing_in_a_column():
    column = pa.chunked_array([pa.array([9307839, None]), pa.array([9307838])])
    assert imo.ship_column_ok(column).to_pylist() == [True, None, False]


def test_all_numbers_of_the_un_and_eu_lists_pass(shared: Path):
    for name in ("un_1718_vessels.csv", "eu_vessels_2026-03.csv"):
        with (shared / "lists" / name).open(encoding="utf-8") as stream:
            numbers = [int(row["imo"]) for row in csv.DictReader(stream) if row["imo"]]
        assert imo.ships_ok(np.array(numbers)).all()
