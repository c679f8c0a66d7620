"""The two steps of a case that lists give: ``listings`` from files, ``links`` between the case's vessels and listings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from darkwake.identity.lists import read_lists
from darkwake.identity.query import Query
from darkwake.identity.screening import Hit, Index, together
from darkwake.ids import content_id
from darkwake.schema import Evidence, Links, Quarantine, weakest

RELATIONS = {
    "imo": "is listed as",
    "mmsi": "has the same MMSI as",
    "name": "has the same name as",
    "name of a numbered ship": "may be listed as",
}
"""Basis of a hit to the relation that it supports; only an equal IMO number says that the listing is of this ship."""


def listings(*, lists: tuple[Path, ...]) -> dict[str, pa.Table]:
    """The listings, their evidence and the rows set aside, of the case's files of lists.

    Raises:
        InputError: for a file that is not a list that is known, or that is damaged, cut short or undated.
    """
    readings = read_lists(lists).readings
    evidence = {row["evidence_id"]: row for reading in readings for row in reading.evidence.to_pylist()}
    return {
        "listings": together(readings),
        "evidence": Evidence.rows(list(evidence.values())),
        "quarantine": pa.concat_tables([Quarantine.empty(), *(reading.quarantine for reading in readings)]),
    }


def listing_id(list_: str, version: str, entry_id: str) -> str:
    """The id by which a link names a listing.

    >>> listing_id("un-1718", "2018-10-16", "imo-9020534")
    'listing-93c748609e0b434b'
    """
    return content_id("listing", list_, version, entry_id)


def links(vessels: pa.Table, listings: pa.Table) -> pa.Table:
    """Which vessels of the case are on which version of which list, each with the sentence that states it.

    Equal IMO numbers say "is listed as"; an equal MMSI or exact name alone says no more than that, and is ``inferred``. A
    name that is equal while the IMO numbers differ makes no link.
    """
    index = Index(listings.to_pylist())
    found: dict[str, dict[str, Any]] = {}
    for vessel in vessels.to_pylist():
        query = Query.of(text=vessel["name"], imo=vessel["imo"], mmsi=vessel["mmsi"], names=tuple(vessel["names"]))
        for hit in index.hits(query):
            if hit.basis in RELATIONS and hit.kind == "vessel":
                link = _link(vessel, hit)
                found.setdefault(link["link_id"], link)
    return Links.rows(list(found.values()))


def _link(vessel: dict[str, Any], hit: Hit) -> dict[str, Any]:
    other, relation = listing_id(hit.list, hit.version, hit.entry_id), RELATIONS[hit.basis]
    return {
        "link_id": content_id("link", vessel["vessel_id"], relation, other),
        "from_id": vessel["vessel_id"],
        "to_id": other,
        "kind": relation,
        "since": hit.listed_on,
        "sentence": f"{vessel['name']} {relation} {sentence(hit)}",
        "origin": weakest({vessel["origin"], "published" if hit.basis == "imo" else "inferred"}),
        "evidence": list(dict.fromkeys([*vessel["evidence"], hit.source_id])),
    }


def sentence(hit: Hit) -> str:
    """A listing in one sentence: the entry, the list and its version, the date, the measures, the line, the reasons."""
    when = f"listed on {hit.listed_on}" if hit.listed_on else "date of listing not given"
    what = "; ".join(hit.measures) or "measures not stated by the list"
    why = "; ".join(hit.reasons)
    return f"{hit.vessel} on {hit.list} of {hit.version} (line {hit.line}), {when}: {what}. Because: {why}."
