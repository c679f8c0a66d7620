"""JSON texts of columns, each as ``json`` writes one value."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from darkwake.events.hulls import Floats


def numbers(values: Floats) -> pa.Array:
    """Texts of numbers; null where nan.

    >>> numbers(np.array([2.0, -0.25, 1e-06, np.nan])).to_pylist()
    ['2.0', '-0.25', '1e-06', None]
    """
    told = pc.cast(pa.array(values, from_pandas=True), pa.string())
    told = pc.if_else(pa.array(values == np.rint(values)), pc.binary_join_element_wise(told, "", ".0"), told)
    # Of the very large and the very small Arrow writes powers of ten where Python does not, and the other way round.
    size = np.abs(values)
    odd = (size >= 1e10) | ((size < 1e-4) & (size > 0.0))
    return pc.replace_with_mask(told, pa.array(odd), pa.array(list(map(repr, values[odd].tolist())), pa.string()))


def rounded(values: Floats, digits: int = 1) -> pa.Array:
    """Texts of rounded numbers; null where nan."""
    return numbers(np.round(values, digits) + 0.0)


def wholes(values: NDArray[np.int64], known: NDArray[np.bool_] | None = None) -> pa.Array:
    """Texts of whole numbers; null where one is not known."""
    return pc.cast(pa.array(values, mask=None if known is None else ~known), pa.string())


def flags(values: NDArray[np.bool_]) -> pa.Array:
    """Texts of truth values."""
    return pc.if_else(pa.array(values), "true", "false")


def strings(values: Sequence[str | None], at: NDArray[np.int64]) -> pa.Array:
    """Texts of some words, each by its number; null where a word is none, or the number is negative."""
    words = pa.array([None if word is None else json.dumps(word) for word in values], pa.string())
    return words.take(pa.array(at, mask=at < 0))


def members(columns: Mapping[str, pa.Array], *, known_only: bool = False) -> pa.Array:
    """Members of an object, without its braces; what is null is ``null``, or is left out."""
    told = [
        pc.binary_join_element_wise(f"{json.dumps(word)}: ", text if known_only else pc.fill_null(text, "null"), "")
        for word, text in columns.items()
    ]
    return joined(*told, between=", ", skip=True)


def objects(columns: Mapping[str, pa.Array], *, known_only: bool = False) -> pa.Array:
    """Texts of objects."""
    return joined("{", members(columns, known_only=known_only), "}")


def joined(*texts: Any, between: str = "", skip: bool = False) -> pa.Array:
    """Texts one after another; null where one of them is, or without these."""
    return pc.binary_join_element_wise(*texts, between, null_handling="skip" if skip else "emit_null")
