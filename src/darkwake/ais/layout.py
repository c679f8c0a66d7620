"""A layout: which columns of a table feed which of ours. Every delimited format and every Parquet is read through one.

A header is recognised by its names, not by the file's name; a header that is nearly right is recognised too, so that the
message can say which column is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from darkwake.ais.batch import STATICS, WORDS, Field
from darkwake.errors import InputError, UsageError, nearest

_NEEDED = ("mmsi", "time", "lat", "lon")
"""What a position cannot do without."""
ENOUGH = 0.6
"""Share of a layout's needed columns that a header has to hold to be taken for it; assumed: three of four."""


@dataclass(frozen=True)
class Layout:
    """Columns of one kind of table. Several fields may feed one of ours (names change over the years): the first found does."""

    name: str
    fields: tuple[Field, ...]
    needed: tuple[str, ...] = _NEEDED
    """Our columns without which the table cannot be read."""
    position_age: str = "reported"
    """``reported``: each position is of the row's time. ``unknown``: the time is that of the collection, the position may
    be of weeks ago; then only the static values are taken, for no meeting or silence may be read from such a position."""
    hint: str = "MMSI BaseDateTime LAT LON"

    def chosen(self, header: Sequence[str]) -> dict[str, Field]:
        """The fields that this header can feed, by our column."""
        present = set(header)
        chosen: dict[str, Field] = {}
        for field in self.fields:
            if field.column in present:
                chosen.setdefault(field.to, field)
        return chosen

    def share(self, header: Sequence[str]) -> float:
        """How much of what the layout needs a header holds, 0 to 1."""
        return len(self.chosen(header).keys() & set(self.needed)) / max(len(self.needed), 1)

    def check(self, header: Sequence[str], *, source: object, place: str) -> dict[str, Field]:
        """The fields of this header, or an :class:`InputError` that names the first column missing."""
        chosen = self.chosen(header)
        for word in self.needed:
            if word not in chosen:
                names = [field.column for field in self.fields if field.to == word]
                what = f"no column {names[0] if names else word!s} ({word}) for {self.name}"
                do = f"{nearest(names[0] if names else word, header)}; or give a mapping with --columns"
                raise InputError(what, do=do, source=str(source), place=place)
        return chosen


def layout_of(fields: Iterable[Field], *, name: str, position_age: str = "reported") -> Layout:
    """A layout from a mapping that a user wrote, checked.

    Raises:
        UsageError: a column that we do not have, no MMSI, or neither positions nor static values.
    """
    kept = tuple(fields)
    to = {field.to for field in kept}
    for word in sorted(to - set(WORDS)):
        raise UsageError(f"the mapping {name} feeds {word!r}, which is no column", do=nearest(word, WORDS))
    if "mmsi" not in to:
        raise UsageError(f"the mapping {name} feeds no mmsi", do="name the column with the MMSI")
    if position_age not in ("reported", "unknown"):
        raise UsageError(f"position_age {position_age!r} in the mapping {name}", do="say reported or unknown")
    if {"lat", "lon"} <= to:
        if "time" not in to:
            raise UsageError(f"the mapping {name} feeds positions without time", do="name the column with the time")
        needed: tuple[str, ...] = _NEEDED
    elif to & set(STATICS):
        needed = tuple(sorted(to & {"mmsi", "time"}))
    else:
        raise UsageError(f"the mapping {name} feeds neither lat and lon nor a static value", do="name their columns")
    # What a mapping names has to be there: a misspelt column must not read as an empty one.
    return Layout(name, kept, needed=(*needed, *sorted(to - set(needed))), position_age=position_age)
