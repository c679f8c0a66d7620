"""Times as they stand in AIS files, read strictly: a day that does not exist is no time, and nothing rolls over."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darkwake.ais.batch import Field, Wholes, as_numbers, as_text

NO_TIME = np.iinfo(np.int64).min
"""What stands for no time in whole microseconds."""
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Bounds of a believable time; assumed, because AIS was first sent in the 1990s."""
_LOW_US, _HIGH_US = (round(moment.timestamp()) * 1_000_000 for moment in (EARLIEST, LATEST))
_ISO = r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?)?$"
_ZONE = r"\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)$"
_UTC = pa.timestamp("us", tz="UTC")


def as_times(column: pa.Array, field: Field) -> Wholes:
    """Values as microseconds since 1970 in UTC, :data:`NO_TIME` where there is none or it cannot be."""
    if pa.types.is_timestamp(column.type):
        micros = _micros(column)
    elif field.time_format in ("epoch_s", "epoch_ms"):
        micros = _epoch(column, field)
    elif field.time_format == "iso":
        micros = _iso(as_text(column, field))
    else:
        micros = _formatted(as_text(column, field), field.time_format)
    micros[(micros < _LOW_US) | (micros >= _HIGH_US)] = NO_TIME
    return micros


def _micros(column: pa.Array) -> Wholes:
    # A naive time counts as UTC: AIS has no other.
    whole = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False).cast(pa.int64())
    return np.array(pc.fill_null(whole, NO_TIME).to_numpy(zero_copy_only=False))


def _epoch(column: pa.Array, field: Field) -> Wholes:
    values, _ = as_numbers(column, field)
    factor = 1_000_000 if field.time_format == "epoch_s" else 1_000
    believable = np.isfinite(values) & (np.abs(values * factor) < _HIGH_US)
    return np.where(believable, np.rint(np.where(believable, values, 0.0) * factor), NO_TIME).astype(np.int64)


def _iso(text: pa.Array) -> Wholes:
    nothing = pa.scalar(None, pa.string())
    text = pc.if_else(pc.match_substring_regex(text, _ISO), text, nothing)
    zoned = pc.fill_null(pc.match_substring_regex(text, _ZONE), fill_value=False)
    naive = _cast(pc.if_else(zoned, nothing, text), pa.timestamp("us"))
    aware = _cast(pc.if_else(zoned, text, nothing), _UTC)
    return np.maximum(_micros(naive), _micros(aware))


def _cast(text: pa.Array, to: pa.DataType) -> pa.Array:
    """Texts as times, null where one is none; a fault is looked for by halves, for a cast names no row."""
    try:
        return text.cast(to)
    except pa.ArrowInvalid:
        if len(text) == 1:
            return pa.nulls(1, to)
        half = len(text) // 2
        return pa.concat_arrays([_cast(text.slice(0, half), to), _cast(text.slice(half), to)])


def _formatted(text: pa.Array, time_format: str) -> Wholes:
    parsed = pc.strptime(text, format=time_format, unit="us", error_is_null=True)
    micros = _micros(parsed)
    # strptime of the C library rolls 31 February over into March: such days are the first three of a month.
    rolled = np.flatnonzero(pc.fill_null(pc.less_equal(pc.day(parsed), 3), fill_value=False).to_numpy(zero_copy_only=False))
    if len(rolled):
        suspects = text.take(pa.array(rolled)).dictionary_encode()
        real = np.array([_exists(value, time_format) for value in suspects.dictionary.to_pylist()], dtype=bool)
        micros[rolled[~real[suspects.indices.to_numpy()]]] = NO_TIME
    return micros


def _exists(text: str, time_format: str) -> bool:
    try:
        datetime.strptime(text, time_format).replace(tzinfo=UTC)
    except ValueError:
        return False
    return True
