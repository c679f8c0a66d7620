"""IMO numbers: reading them, and the check digits of ships and of companies.

A ship's number and a company's number are both seven digits with the same prefix; only the context tells them apart, and
one number in a hundred passes both rules. A number that passes is well formed; that says nothing about the ship. Ten in a
hundred random numbers pass the ship rule.

Source: IMO resolution A.1117(30) for ships, MSC.160(78) for companies and registered owners.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

SHIP_WEIGHTS = (7, 6, 5, 4, 3, 2)
COMPANY_WEIGHTS = (8, 6, 4, 2, 9, 7)
_WRITTEN = re.compile(r"(?:IMO)?[\s:#.\-]*(?:NO\.?|NUMBER)?[\s:#.\-]*([0-9]{7})", re.IGNORECASE | re.ASCII)


def parse(text: str) -> int | None:
    """The seven digits of a written IMO number, unchecked; None where the text is something else.

    >>> parse("IMO9307839"), parse(" 9307839 "), parse("IMO No. 9307839"), parse("SAM JONG 1")
    (9307839, 9307839, 9307839, None)
    """
    found = _WRITTEN.fullmatch(text.strip())
    return int(found[1]) if found else None


def ship_check_digit(first_six: int) -> int:
    """The seventh digit that a ship's first six require: weights 7 to 2, sum modulo 10.

    >>> ship_check_digit(930783)
    9
    """
    return sum(w * int(d) for w, d in zip(SHIP_WEIGHTS, f"{first_six:06d}", strict=True)) % 10


def company_check_digit(first_six: int) -> int:
    """The seventh digit that a company's first six require: weights 8, 6, 4, 2, 9, 7; eleven minus the sum modulo 11.

    >>> company_check_digit(593631)
    2
    """
    return (11 - sum(w * int(d) for w, d in zip(COMPANY_WEIGHTS, f"{first_six:06d}", strict=True)) % 11) % 10


def ship_ok(number: int) -> bool:
    """Whether a ship could have this number. Numbers of ships do not begin with 0.

    >>> ship_ok(9307839), ship_ok(9307838), ship_ok(0)
    (True, False, False)
    """
    return 1_000_000 <= number <= 9_999_999 and ship_check_digit(number // 10) == number % 10


def company_ok(number: int) -> bool:
    """Whether a company or registered owner could have this number.

    >>> company_ok(5936312), company_ok(5936313)
    (True, False)
    """
    return 0 < number <= 9_999_999 and company_check_digit(number // 10) == number % 10


def _weighted(numbers: NDArray[np.int64], weights: tuple[int, ...]) -> NDArray[np.int64]:
    powers = 10 ** np.arange(6, 0, -1, dtype=np.int64)
    digits = numbers[:, None] // powers % 10
    total: NDArray[np.int64] = digits @ np.asarray(weights, dtype=np.int64)
    return total


def ships_ok(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """:func:`ship_ok` for many numbers, shape (n,).

    >>> ships_ok(np.array([9307839, 9307838, 0])).tolist()
    [True, False, False]
    """
    passes = _weighted(numbers, SHIP_WEIGHTS) % 10 == numbers % 10
    ok: NDArray[np.bool_] = passes & (numbers >= 1_000_000) & (numbers <= 9_999_999)
    return ok


def companies_ok(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """:func:`company_ok` for many numbers, shape (n,).

    >>> companies_ok(np.array([5936312, 5936313])).tolist()
    [True, False]
    """
    passes = (11 - _weighted(numbers, COMPANY_WEIGHTS) % 11) % 10 == numbers % 10
    ok: NDArray[np.bool_] = passes & (numbers > 0) & (numbers <= 9_999_999)
    return ok


def ship_column_ok(numbers: pa.Array | pa.ChunkedArray) -> pa.Array:
    """:func:`ship_ok` for an Arrow column of whole numbers; null stays null.

    >>> ship_column_ok(pa.array([9307839, None, 1])).to_pylist()
    [True, None, False]
    """
    flat = numbers.combine_chunks() if isinstance(numbers, pa.ChunkedArray) else numbers
    ok = ships_ok(flat.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64))
    return pa.array(ok, pa.bool_(), mask=flat.is_null().to_numpy(zero_copy_only=False))
