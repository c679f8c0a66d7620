"""OFAC's Specially Designated Nationals list: SDN.CSV as published, with ALT.CSV and ADD.CSV beside it.

The published files have no header; null is ``-0-`` with or without a blank; lines end in CRLF or LF, and a single Ctrl-Z may
close the file. Several programmes stand as ``NPWMD] [IFSR``: the outer brackets are missing. IMO number, MMSI and whom a
ship is linked to are found only inside the remarks, which are cut at 1,000 characters. OFAC gives no date of listing.

ALT.CSV adds names and ADD.CSV addresses to the entries; a row of theirs whose entry is not there is set aside. A re-saved
extract with a header (vessels, and what is of DPRK programmes) is a list of its own here, so that what it leaves out does
not look delisted. Every entry of the list is blocked property: the one measure is an asset freeze.

Source: OFAC, "SDN List data formats" (the columns and their order).
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from darkwake.identity.imo import ship_ok
from darkwake.identity.lists.reading import (
    Draft,
    Entry,
    ListFormat,
    Row,
    SetAside,
    Sheet,
    distinct,
    has_columns,
    own_text,
    set_aside,
    sheet,
)
from darkwake.identity.lists.sources import Source
from darkwake.identity.measures import ASSET_FREEZE, measure

SDN = (
    "ent_num",
    "sdn_name",
    "sdn_type",
    "program",
    "title",
    "call_sign",
    "vess_type",
    "tonnage",
    "grt",
    "vess_flag",
    "vess_owner",
    "remarks",
)
ALT = ("ent_num", "alt_num", "alt_type", "alt_name", "remarks")
ADD = ("ent_num", "add_num", "address", "city_state_zip", "country", "remarks")
KINDS = {"vessel": "vessel", "individual": "person", "aircraft": "aircraft", "": "entity"}
MEASURES = (measure(ASSET_FREEZE, "blocking of property, 31 CFR chapter V"),)

_REGISTERED = re.compile(r"Vessel Registration Identification\s+(?P<said>IMO\s*)?(?P<number>\d{7})\b", re.IGNORECASE)
_MMSI = re.compile(r"\bMMSI (\d{9})\b")
_SDN_LINE = re.compile(r'\d+,"?[^\n]*(-0- ?|"vessel"|"individual"|"aircraft")')
_ALT_LINE = re.compile(r'\d+,\d+,"?(aka|fka|nka)"?,')
_ADD_LINE = re.compile(r'\d+,\d+,(?!"?(?:aka|fka|nka)"?,)[^\n]*')


def cell(row: Row, column: str) -> str:
    """A cell of an OFAC file, empty where it says ``-0-``."""
    return "" if row[column] == "-0-" else row[column]


def read(source: Source, companions: Mapping[str, Source]) -> Draft:
    """Read SDN.CSV as published, and its companions where they are there."""
    return _read(source, companions, sheet(source, SDN, header=False))


def read_extract(source: Source, companions: Mapping[str, Source]) -> Draft:
    """Read a re-saved extract, which has a header."""
    return _read(source, companions, sheet(source, SDN))


def _read(source: Source, companions: Mapping[str, Source], table: Sheet) -> Draft:
    good = [row for row in table.rows if cell(row, "sdn_type") in KINDS and row["ent_num"].isdigit()]
    odd = [
        set_aside(source, row.line, "its number or its kind is none of OFAC's", own_text(row.cells))
        for row in table.rows
        if cell(row, "sdn_type") not in KINDS or not row["ent_num"].isdigit()
    ]
    draft = Draft(rows=len(table), entries=[], set_aside=[*table.set_aside, *odd], warnings=list(table.warnings))
    known = {row["ent_num"] for row in good}
    alt = _beside(draft, companions.get("alt"), ALT, known)
    add = _beside(draft, companions.get("add"), ADD, known)
    for row in good:
        draft.entries += _entries(row, alt[row["ent_num"]], add[row["ent_num"]], draft)
    return draft


def _beside(draft: Draft, source: Source | None, columns: tuple[str, ...], known: set[str]) -> dict[str, list[Row]]:
    """The rows of a companion by entry; those of no entry are set aside. The draft's accounts are kept."""
    found: dict[str, list[Row]] = defaultdict(list)
    if source is None:
        return found
    table = sheet(source, columns, header=False)
    orphans: list[SetAside] = []
    for row in table.rows:
        if row["ent_num"] in known:
            found[row["ent_num"]].append(row)
        else:
            orphans.append(set_aside(source, row.line, "its entry is not in SDN.CSV", own_text(row.cells)))
    draft.rows += len(table)
    draft.joined += len(table.rows) - len(orphans)
    draft.set_aside += [*table.set_aside, *orphans]
    return found


def _entries(row: Row, alt: list[Row], add: list[Row], draft: Draft) -> list[Entry]:
    entry = _entry(row, alt, add)
    numbers = _numbers(row, draft) if entry.kind == "vessel" else []
    if not numbers:
        return [entry]
    if len(numbers) > 1:
        draft.warnings.append(f"line {row.line}: {row['sdn_name']} has {len(numbers)} IMO numbers; each got a listing")
        draft.shared += len(numbers) - 1
    ids = [entry.entry_id, *(f"{entry.entry_id}/{n}" for n in range(2, len(numbers) + 1))]
    return [replace(entry, imo=imo, entry_id=id_) for imo, id_ in zip(numbers, ids, strict=True)]


def _numbers(row: Row, draft: Draft) -> list[int]:
    """The IMO numbers in the remarks, those that pass their check digit first.

    A few registrations (RYONG GUN BONG) are the seven digits without the word: they count where the check digit agrees.
    """
    found = []
    for match in _REGISTERED.finditer(cell(row, "remarks")):
        number = int(match["number"])
        if not match["said"] and not ship_ok(number):
            continue
        if not match["said"]:
            draft.warnings.append(f"line {row.line}: the registration {number} of {row['sdn_name']} was read as an IMO number")
        found.append(number)
    return sorted(dict.fromkeys(found), key=lambda imo: not ship_ok(imo))


def _entry(row: Row, alt: list[Row], add: list[Row]) -> Entry:
    mmsi = _MMSI.search(cell(row, "remarks"))
    tonnage = cell(row, "tonnage").replace(",", "")
    return Entry(
        entry_id=row["ent_num"],
        kind=KINDS[cell(row, "sdn_type")],
        names=distinct([cell(row, "sdn_name"), *(cell(other, "alt_name") for other in alt)]),
        line=row.line,
        text=_text(row, alt, add),
        measures=MEASURES,
        programmes=tuple(part.strip(" []") for part in cell(row, "program").split("] [") if part.strip(" []")),
        mmsi=int(mmsi[1]) if mmsi else None,
        flag=cell(row, "vess_flag") or None,
        dwt_t=float(tonnage) if tonnage.isdigit() else None,
    )


def _text(row: Row, alt: list[Row], add: list[Row]) -> str:
    parts = [own_text({column: cell(row, column) for column in SDN})]
    parts += [f"{cell(other, 'alt_type')}: {cell(other, 'alt_name')}" for other in alt]
    places = [", ".join(c for column in ADD[2:] if (c := cell(other, column))) for other in add]
    return "; ".join([*parts, *(f"address: {place}" for place in places if place)])


def _is(head: str, pattern: re.Pattern[str], cells: int) -> bool:
    line = head.partition("\n")[0].strip()
    return bool(pattern.match(line)) and len(next(csv.reader([line]), [])) == cells


LICENCE = "US government work, public domain"
FORMAT = ListFormat(
    list="ofac-sdn",
    title="OFAC Specially Designated Nationals list",
    publisher="US Treasury, Office of Foreign Assets Control",
    licence=LICENCE,
    recognise=lambda head: _is(head, _SDN_LINE, len(SDN)),
    read=read,
    least=7_000,
    most=25_000,
    companions={
        "alt": lambda head: _is(head, _ALT_LINE, len(ALT)),
        "add": lambda head: _is(head, _ADD_LINE, len(ADD)),
    },
)
EXTRACT = ListFormat(
    list="ofac-sdn-extract",
    title="OFAC Specially Designated Nationals list, extract of vessels and DPRK programmes",
    publisher="US Treasury, Office of Foreign Assets Control",
    licence=LICENCE,
    recognise=lambda head: has_columns(head, SDN),
    read=read_extract,
    least=1_000,
    most=5_000,
)
