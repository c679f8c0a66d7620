"""The UN Security Council's list of vessels designated under resolution 1718 (2006), as a table of our own columns.

The UN publishes it as a PDF whose layout changes; what is read here is a table with one row a ship and one column for each
measure in the PDF's head. A ship can carry several measures, and HAO FAN 6 was listed twice. Paragraph 12(d) of resolution
2321 (2016) is the asset freeze on a ship; 12(a) de-flags it. Names, aliases and OFAC's name are all names of the entry.

It is not the consolidated list (``un_consolidated``), which holds persons and entities and none of these ships.
"""

from __future__ import annotations

from collections.abc import Mapping

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
    sheet,
)
from darkwake.identity.lists.sources import Source, iso_date
from darkwake.identity.measures import ASSET_FREEZE, DE_REGISTRATION, OMM_RESOURCE, PORT_BAN, measure
from darkwake.ids import content_id

MEASURES = {
    "asset_freeze_1718_8d": measure(ASSET_FREEZE, "1718 (2006) para 8(d); 2270 (2016) para 12"),
    "deregister_2321_12a": measure(DE_REGISTRATION, "2321 (2016) para 12(a)"),
    "asset_freeze_2321_12d": measure(ASSET_FREEZE, "2321 (2016) para 12(d)"),
    "port_ban_2371_6_2375_6": measure(PORT_BAN, "2371 (2017) para 6; 2375 (2017) para 6"),
    "omm_economic_resource_2270_23": measure(OMM_RESOURCE, "Ocean Maritime Management; 2270 (2016) para 23"),
}
"""Column of the table to the measure that a 1 in it states."""

COLUMNS = ("name", "aliases", "imo", "date_designated", "date_second", *MEASURES, "ofac_uid", "ofac_name", "uk_id", "basis")
OPTIONAL = ("au_ref", "eu_measure", "source", "compared_on")


def read(source: Source, companions: Mapping[str, Source]) -> Draft:
    """Read the table. Its version is the date of the latest designation in it, where the file's name carries no other."""
    del companions
    table = sheet(source, COLUMNS, optional=OPTIONAL)
    warnings = list(table.warnings)
    entries = [_entry(row, warnings) for row in table.rows]
    dates = [d for row in table.rows for column in ("date_designated", "date_second") if (d := iso_date(row[column]))]
    return Draft(
        rows=len(table),
        entries=entries,
        set_aside=table.set_aside,
        warnings=warnings,
        derived_version=max(dates, default=None),
    )


def _entry(row: Row, warnings: list[str]) -> Entry:
    imo = imo_in(row, "imo", warnings)
    return Entry(
        # The list gives no ids of its own: the hull number is one, and the one ship without it is told by its name.
        entry_id=f"imo-{imo}" if imo else content_id("name", row["name"]),
        kind="vessel",
        names=distinct([row["name"], *row["aliases"].split("|"), row["ofac_name"]]),
        line=row.line,
        text=own_text(row.cells),
        measures=tuple(words for column, words in MEASURES.items() if row[column] == "1"),
        programmes=("UN 1718 (DPRK)",),
        imo=imo,
        listed_on=day_in(row, "date_designated", warnings),
    )


FORMAT = ListFormat(
    list="un-1718",
    title="UN 1718 designated vessels list",
    publisher="United Nations Security Council, 1718 Committee",
    licence="UN public information",
    recognise=lambda head: has_columns(head, COLUMNS),
    read=read,
    least=59,
    most=59,
)
