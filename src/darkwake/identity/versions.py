"""Versions of a list against each other: who came, who went, whose entry reads otherwise now.

Entries are the same when the publisher's id is the same. What is compared is what the list says of the ship, not where in
the file it says it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from darkwake.errors import UsageError
from darkwake.identity.screening import last_day

COMPARED = ("kind", "imo", "mmsi", "name", "names", "measures", "programmes", "listed_on", "flag", "dwt_t", "text")
"""Columns of ``schema.Listings`` in which an entry can change."""


@dataclass(frozen=True)
class Changed:
    """An entry that came, went, or reads otherwise in the columns named."""

    entry_id: str
    name: str
    imo: int | None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One version of a list against the one before; ``before`` is null where there is none."""

    list: str
    before: str | None
    version: str
    entries: int
    added: tuple[Changed, ...]
    removed: tuple[Changed, ...]
    changed: tuple[Changed, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def difference(before: pa.Table | None, after: pa.Table) -> Difference:
    """What changed from one version of a list to another.

    Args:
        before: rows of ``schema.Listings`` of one version of one list, or None where there was none.
        after: the same of a later version.

    Raises:
        UsageError: where the two are not of one list, or the later one is empty.

    >>> from darkwake.identity.lists import bundled, read_lists
    >>> un = read_lists([bundled()]).readings[0].listings
    >>> [(c.name, c.imo) for c in difference(un.slice(1), un).added]
    [('AN SAN 1', 7303803)]
    """
    old = {row["entry_id"]: row for row in before.to_pylist()} if before else {}
    new = {row["entry_id"]: row for row in after.to_pylist()}
    if not new:
        raise UsageError("the later version has no entries", do="read it again: an empty list is never published")
    first, then = next(iter(new.values())), next(iter(old.values()), None)
    if then and then["list"] != first["list"]:
        raise UsageError(f"{then['list']} and {first['list']} are different lists", do="compare two versions of one list")
    return Difference(
        list=first["list"],
        before=then["version"] if then else None,
        version=first["version"],
        entries=len(new),
        added=tuple(_changed(row) for word, row in new.items() if word not in old),
        removed=tuple(_changed(row) for word, row in old.items() if word not in new),
        changed=tuple(
            _changed(row, columns) for word, row in new.items() if word in old and (columns := _columns(old[word], row))
        ),
    )


def _changed(row: dict[str, Any], columns: tuple[str, ...] = ()) -> Changed:
    return Changed(row["entry_id"], row["name"], row["imo"], columns)


def _columns(old: dict[str, Any], new: dict[str, Any]) -> tuple[str, ...]:
    return tuple(column for column in COMPARED if old[column] != new[column])


def version_before(held: pa.Table, list_: str, version: str) -> pa.Table | None:
    """Of the listings held, the newest version of a list that is older than this one."""
    mine = held.filter(pc.equal(held["list"], list_))
    older = [v for v in pc.unique(mine["version"]).to_pylist() if last_day(v) < last_day(version)]
    return mine.filter(pc.equal(mine["version"], max(older, key=last_day))) if older else None
