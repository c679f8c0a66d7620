r"""Column mappings: how a CSV of an unknown layout is read, as written in TOML.

A mapping names the file's columns and what each feeds::

    position_age = "reported"            # or "unknown" for a table of last positions

    [columns]
    mmsi = "mmsi"
    longitude = { to = "lon", scale = "1/600000", null = [108600000] }
    stamp = { to = "time", time_format = "epoch_ms" }
    Dimension = [{ to = "length_m", pattern = "^(\\d+):" }, { to = "beam_m", pattern = ":(\\d+)$" }]

``scale`` is a number or a fraction in quotes, ``null`` lists values that mean "none" (before scaling), ``time_format`` is
``iso``, ``epoch_s``, ``epoch_ms`` or a strptime format, ``pattern`` takes the first group of a regular expression, and
``values`` translates words. Mappings that ship with the package are known by name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from darkwake.ais.batch import Field
from darkwake.ais.layout import Layout, layout_of
from darkwake.errors import InputError, UsageError, nearest

BUNDLED = Path(__file__).parents[1] / "bundled" / "ais_columns"
_KEYS = ("to", "scale", "null", "time_format", "pattern", "values")


def bundled() -> list[str]:
    """The names of the mappings that ship with the package.

    >>> "singapore-raw" in bundled()
    True
    """
    return sorted(path.stem for path in BUNDLED.glob("*.toml"))


def named_mapping(name: str) -> dict[str, Any]:
    """The mapping of a bundled name or a TOML file.

    Raises:
        UsageError: no such name or file.
        InputError: the file is not TOML.
    """
    path = BUNDLED / f"{name}.toml" if name in bundled() else Path(name)
    if not path.is_file():
        raise UsageError(f"no column mapping {name!r}", do=f"name a TOML file or a bundled one; {nearest(name, bundled())}")
    try:
        return {"name": path.stem, **tomllib.loads(path.read_text(encoding="utf-8"))}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"not TOML: {fault}", do="mend the line", source=path) from fault


def mapping_layout(mapping: Mapping[str, Any]) -> Layout:
    """The layout of a mapping: with ``[columns]`` and ``position_age``, or the columns alone.

    Raises:
        UsageError: the mapping says something that cannot be followed.

    >>> layout = mapping_layout({"MMSI": "mmsi", "x": {"to": "lon", "scale": "1/600000"}, "y": "lat", "t": "time"})
    >>> layout.needed
    ('mmsi', 'time', 'lat', 'lon')
    """
    whole = isinstance(mapping.get("columns"), Mapping)
    columns = mapping["columns"] if whole else mapping
    name = str(mapping.get("name", "the column mapping")) if whole else "the column mapping"
    age = str(mapping.get("position_age", "reported")) if whole else "reported"
    for key in mapping.keys() - {"name", "position_age", "columns"} if whole else ():
        raise UsageError(f"{key!r} in {name}", do=nearest(key, ("name", "position_age", "columns")))
    fields = [field for column, said in columns.items() for field in _fields(column, said, name)]
    return layout_of(fields, name=name, position_age=age)


def _fields(column: str, said: Any, name: str) -> Iterator[Field]:
    for one in said if isinstance(said, list) else [said]:
        told = {"to": one} if isinstance(one, str) else one
        if not isinstance(told, Mapping) or "to" not in told:
            raise UsageError(f"the mapping {name} does not say what column {column!r} feeds", do='write: column = "lat"')
        for key in told:
            if key not in _KEYS:
                raise UsageError(f"{key!r} at column {column!r} of {name}", do=nearest(key, _KEYS))
        yield _field(column, told, name)


def _field(column: str, told: Mapping[str, Any], name: str) -> Field:
    try:
        pattern = str(told.get("pattern", ""))
        if pattern and re.compile(pattern).groups < 1:
            raise ValueError("the pattern has no group")
        return Field(
            column=column,
            to=str(told["to"]),
            scale=float(Fraction(str(told.get("scale", 1)))),
            null=tuple(told.get("null", ())),
            time_format=str(told.get("time_format", "iso")),
            pattern=pattern,
            values={str(word).lower(): meaning for word, meaning in dict(told.get("values", {})).items()},
        )
    except (ValueError, TypeError, ZeroDivisionError, re.error) as fault:
        raise UsageError(f"column {column!r} of {name}: {fault}", do="mend the mapping") from fault
