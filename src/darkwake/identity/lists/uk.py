"""The UK Sanctions List: its ships as a table, and its DPRK regime as one JSON object a line.

A ship's name can be ``IMO 9058713 ("AVAX")``. The 37 ships of the DPRK regime carry no IMO number here; it stays null, for
these are the list's own words, and screening finds such ships by a name that they share with a numbered listing elsewhere.
Which sanctions "shipping sanctions" are is said only in the text of the entry; the regulation's numbers are taken from there.

Two extracts of one list, each a list of its own here, so that what the one leaves out does not look delisted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from darkwake.errors import InputError
from darkwake.identity.lists.bracketed import names_in
from darkwake.identity.lists.reading import (
    Draft,
    Entry,
    ListFormat,
    Row,
    day_in,
    distinct,
    has_columns,
    imo_in,
    own_text,
    set_aside,
    sheet,
    unknown_word,
)
from darkwake.identity.lists.sources import Source, iso_date
from darkwake.identity.measures import (
    ASSET_FREEZE,
    DE_REGISTRATION,
    PORT_BAN,
    SHIPPING_SANCTIONS,
    TRADE_SANCTIONS,
    TRAVEL_BAN,
    measure,
)

COLUMNS = (
    "unique_id",
    "ofsi_group_id",
    "name",
    "aliases",
    "imo",
    "regime",
    "source",
    "sanctions",
    "date_designated",
    "last_updated",
    "other_information",
    "reasons",
)
_IN_UK = "UK Sanctions List"
_SHIPPING = measure(SHIPPING_SANCTIONS, "UK: no port access, registration may end, directions to move or be detained")
SANCTIONS: dict[str, tuple[str, ...]] = {
    "Asset freeze": (measure(ASSET_FREEZE, _IN_UK),),
    "Prohibition of port entry": (measure(PORT_BAN, _IN_UK),),
    "De-flag": (measure(DE_REGISTRATION, _IN_UK),),
    "Travel Ban": (measure(TRAVEL_BAN, _IN_UK),),
    'Shipping sanctions: (see "Other information")': (measure(PORT_BAN, _IN_UK), _SHIPPING),
    'Shipping & Trade Sanctions: see "Other Information"': (
        measure(PORT_BAN, _IN_UK),
        _SHIPPING,
        measure(TRADE_SANCTIONS, "UK: no services to or from a specified ship"),
    ),
    'Transport sanctions: see "Other information"': (measure("transport sanctions", _IN_UK),),
    "Prevention of business arrangements": (measure("prevention of business arrangements", _IN_UK),),
    "Chartering of Ships": (measure("no chartering of ships", _IN_UK),),
    "Crew servicing of ships and aircraft": (measure("no crew services to ships and aircraft", _IN_UK),),
    "Closure of representative offices": (measure("closure of representative offices", _IN_UK),),
    "Director Disqualification Sanction": (measure("director disqualification", _IN_UK),),
}
"""The list's words for what is imposed, and what they mean here; the two shipping kinds name the port ban in their text."""

KINDS = {"Ship": "vessel", "Individual": "person", "Entity": "entity"}
FIELDS = frozenset(
    {
        "last_updated",
        "date_designated",
        "unique_id",
        "names",
        "regime_name",
        "individual_entity_ship",
        "designation_source",
        "sanctions_imposed",
        "sanctions_imposed_indicators",
        "uk_statement_of_reasons",
        "ofsi_group_id",
        "other_information",
        "addresses",
        "un_reference_number",
        "non_latin_names",
    }
)
NEEDED = ("unique_id", "names", "individual_entity_ship", "sanctions_imposed", "date_designated", "last_updated")
_NAME_PARTS = ("name1", "name2", "name3", "name4", "name5", "name6")
_IMO_IN_TEXT = re.compile(r"\bIMO(?: number)?:?\s*(\d{7})\b", re.IGNORECASE)


def read_ships(source: Source, companions: Mapping[str, Source]) -> Draft:
    """Read the table of ships; its version is the newest date of an update in it."""
    del companions
    table = sheet(source, COLUMNS)
    warnings = list(table.warnings)
    entries = [_ship(row, source, warnings) for row in table.rows]
    newest = max((d for row in table.rows if (d := iso_date(row["last_updated"]))), default=None)
    return Draft(len(table), entries, set_aside=table.set_aside, warnings=warnings, stated_version=newest)


def _ship(row: Row, source: Source, warnings: list[str]) -> Entry:
    return Entry(
        entry_id=row["unique_id"],
        kind="vessel",
        names=distinct([*names_in(row["name"]), *row["aliases"].split("|")]),
        line=row.line,
        text=own_text(row.cells),
        measures=_measures(row["sanctions"], source, row.line, warnings),
        programmes=(row["regime"],),
        imo=imo_in(row, "imo", warnings),
        listed_on=day_in(row, "date_designated", warnings),
    )


def _measures(cell: str, source: Source, line: int, warnings: list[str]) -> tuple[str, ...]:
    found: list[str] = []
    for word in filter(None, (part.strip() for part in cell.split("|"))):
        if word not in SANCTIONS:
            warnings.append(unknown_word(word, SANCTIONS, source, line))
        found += SANCTIONS.get(word, (word,))
    return distinct(found)


def read_regime(source: Source, companions: Mapping[str, Source]) -> Draft:
    """Read one regime, a JSON object a line; its version is the newest date of an update in it."""
    del companions
    draft = Draft(rows=0, entries=[])
    newest = []
    for line, row in _objects(source):
        draft.rows += 1
        if row.get("individual_entity_ship") not in KINDS:
            draft.set_aside.append(set_aside(source, line, "its kind is none of the list's", json.dumps(row)))
            continue
        draft.entries.append(_party(row, line, source, draft.warnings))
        draft.warnings += _unknown_fields(row, line, source)
        newest += [d for d in [iso_date(str(row["last_updated"]))] if d]
    draft.stated_version = max(newest, default=None)
    return draft


def _objects(source: Source) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, text in enumerate(source.text.splitlines(), start=1):
        try:
            row = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as fault:
            what, do = "is not a JSON object a line", "fetch the list again"
            raise InputError(what, do=do, source=source.path, place=f"line {line}") from fault
        for word in NEEDED:
            if not isinstance(row, dict) or word not in row:
                do = "fetch the list as published"
                raise InputError(f"no field {word}", do=do, source=source.path, place=f"line {line}")
        yield line, row


def _unknown_fields(row: dict[str, Any], line: int, source: Source) -> list[str]:
    return [f"{source.path.name}:line {line}: field {word!r} is not known and was not read" for word in row.keys() - FIELDS]


def _party(row: dict[str, Any], line: int, source: Source, warnings: list[str]) -> Entry:
    flat = {word: _flat(value) for word, value in row.items() if word not in ("names", "sanctions_imposed_indicators")}
    names = _names(row)
    kind = KINDS[str(row["individual_entity_ship"])]
    number = _IMO_IN_TEXT.search(flat.get("other_information", "")) if kind == "vessel" else None
    return Entry(
        entry_id=str(row["unique_id"]),
        kind=kind,
        names=names,
        line=line,
        text=own_text({"names": " | ".join(names), **flat}),
        measures=_measures(str(row["sanctions_imposed"]), source, line, warnings),
        programmes=(str(row.get("regime_name") or "not said"),),
        imo=int(number[1]) if number else None,
        listed_on=iso_date(str(row["date_designated"])),
    )


def _names(row: dict[str, Any]) -> tuple[str, ...]:
    """All names; the one called primary first (given names before the surname, which is ``name6``)."""
    given = sorted(_dicts(row.get("names"), "names"), key=lambda name: str(name.get("name_type")).lower() != "primary name")
    latin = [" ".join(str(name[part]).strip() for part in _NAME_PARTS if name.get(part)) for name in given]
    other = [str(name.get("name_non_latin_script") or "") for name in _dicts(row.get("non_latin_names"), "names")]
    return distinct([*latin, *(text.strip("() ") for text in other)])


def _dicts(value: object, word: str) -> list[dict[str, Any]]:
    inner = value.get(word) if isinstance(value, dict) else None
    return [part for part in inner if isinstance(part, dict)] if isinstance(inner, list) else []


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(filter(None, (_flat(part) for part in value.values())))
    if isinstance(value, list):
        return " | ".join(filter(None, (_flat(part) for part in value)))
    return "" if value is None else str(value)


PUBLISHER = "UK Foreign, Commonwealth & Development Office"
LICENCE = "Open Government Licence v3.0"
SHIPS = ListFormat(
    list="uk-sanctions-ships",
    title="UK Sanctions List: ships",
    publisher=PUBLISHER,
    licence=LICENCE,
    recognise=lambda head: has_columns(head, COLUMNS),
    read=read_ships,
    least=600,
    most=1_200,
)
REGIME = ListFormat(
    list="uk-sanctions-dprk",
    title="UK Sanctions List: DPRK regime",
    publisher=PUBLISHER,
    licence=LICENCE,
    recognise=lambda head: head.lstrip("\ufeff \n").startswith("{") and '"individual_entity_ship"' in head,
    read=read_regime,
    least=240,
    most=400,
)
