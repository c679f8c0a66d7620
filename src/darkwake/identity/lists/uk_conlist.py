"""The consolidated list of asset freeze targets of the UK's Office of Financial Sanctions Implementation (ConList CSV).

The first line carries the date of the list, the second the header. There is a row for each alias, birth date and address;
the rows of one ``Group ID`` are one entry. ``Name 6`` is the surname or the whole name of an entity and comes first in the
file but last in a person's name. A ship (2018) is of the type Entity and is told by ``IMO:`` in ``Other Information``; it
stands under Annex XIV of Regulation (EU) 2017/1509, whose parts order a seizure or a port ban, and the row does not say
which. So its measure is not called an asset freeze.

Extracts in this layout are as long as somebody made them: only an empty one is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from darkwake.identity.imo import parse
from darkwake.identity.lists.reading import Draft, Entry, ListFormat, Row, distinct, has_columns, own_text, set_aside, sheet
from darkwake.identity.lists.sources import Source, iso_date
from darkwake.identity.measures import ASSET_FREEZE, NOT_SAID, measure

NAMES = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")
COLUMNS = (*NAMES, "Other Information", "Group Type", "Alias Type", "Regime", "Listed On", "Last Updated", "Group ID")
OPTIONAL = (
    "Title",
    "DOB",
    "Town of Birth",
    "Country of Birth",
    "Nationality",
    "Passport Details",
    "NI Number",
    "Position",
    *(f"Address {n}" for n in range(1, 7)),
    "Post/Zip Code",
    "Country",
)
_IMO = re.compile(r"\bIMO:?\s*(\d{7})\b")
_MMSI = re.compile(r"\bMMSI:?\s*(\d{9})\b")


def read(source: Source, companions: Mapping[str, Source]) -> Draft:
    """Read the list; rows of one group become one entry."""
    del companions
    table = sheet(source, COLUMNS, optional=OPTIONAL, skip=1)
    groups: dict[str, list[Row]] = {}
    odd = []
    for row in table.rows:
        if row["Group ID"] and row["Group Type"] in ("Individual", "Entity"):
            groups.setdefault(row["Group ID"], []).append(row)
        else:
            odd.append(set_aside(source, row.line, "it has no group or no known type", own_text(row.cells)))
    return Draft(
        rows=len(table),
        entries=[_entry(rows) for rows in groups.values()],
        joined=sum(len(rows) - 1 for rows in groups.values()),
        set_aside=[*table.set_aside, *odd],
        warnings=table.warnings,
        stated_version=iso_date(source.text.partition("\n")[0].split(",")[1]),
    )


def _entry(rows: list[Row]) -> Entry:
    ordered = sorted(rows, key=lambda row: not row["Alias Type"].startswith("Prime"))
    first = ordered[0]
    imo = next((parse(found[1]) for row in rows if (found := _IMO.search(row["Other Information"]))), None)
    mmsi = next((int(found[1]) for row in rows if (found := _MMSI.search(row["Other Information"]))), None)
    kind = "person" if first["Group Type"] == "Individual" else "vessel" if imo or mmsi else "entity"
    freeze = measure(ASSET_FREEZE, "OFSI consolidated list")
    return Entry(
        entry_id=first["Group ID"],
        kind=kind,
        names=distinct([" ".join(row[part] for part in NAMES if row[part]) for row in ordered]),
        line=min(row.line for row in rows),
        text=" / ".join(own_text(row.cells) for row in rows),
        measures=(measure(NOT_SAID, "Annex XIV; the row does not say which"),) if kind == "vessel" else (freeze,),
        programmes=distinct([row["Regime"] for row in rows]),
        imo=imo,
        mmsi=mmsi,
        listed_on=min((d for row in rows if (d := iso_date(row["Listed On"]))), default=None),
    )


FORMAT = ListFormat(
    list="uk-conlist",
    title="OFSI consolidated list of financial sanctions targets",
    publisher="UK HM Treasury, Office of Financial Sanctions Implementation",
    licence="Open Government Licence v3.0",
    recognise=lambda head: head.lstrip("\ufeff").startswith("Last Updated,") and has_columns(head, COLUMNS, line=1),
    read=read,
    least=1,
    most=8_000,
)
