"""The European Union's list of vessels in Annex XLII to Regulation (EU) No 833/2014, as a table of IMO, name and date.

The table comes from a national maritime authority by way of a public converter, whose column ``effects`` says
``asset_freeze`` in every row. That is wrong in law and is not believed here: Article 3s of Regulation (EU) No 833/2014
(inserted by Council Regulation (EU) 2024/1745) denies these ships access to ports and locks and forbids services to them;
it freezes nothing. The column stays in the entry's text as printed.

The EU's DPRK vessels (Regulation (EU) 2017/1509) are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from darkwake.identity.imo import parse
from darkwake.identity.lists.bracketed import names_in
from darkwake.identity.lists.reading import Draft, Entry, ListFormat, Row, day_in, has_columns, own_text, set_aside, sheet
from darkwake.identity.lists.sources import Source
from darkwake.identity.measures import PORT_BAN, SERVICES_BAN, measure

COLUMNS = ("imo", "name", "listed_date", "effects")
MEASURES = (
    measure(PORT_BAN, "Regulation (EU) No 833/2014 Article 3s, Annex XLII"),
    measure(SERVICES_BAN, "Regulation (EU) No 833/2014 Article 3s, Annex XLII"),
)


def read(source: Source, companions: Mapping[str, Source]) -> Draft:
    """Read the table; a row whose IMO number is not one is set aside, for the number is the entry's id."""
    del companions
    table = sheet(source, COLUMNS)
    good = [row for row in table.rows if parse(row["imo"])]
    odd = [
        set_aside(source, row.line, "its IMO number is not seven digits", own_text(row.cells))
        for row in table.rows
        if not parse(row["imo"])
    ]
    warnings = list(table.warnings)
    entries = [_entry(row, warnings) for row in good]
    return Draft(len(table), entries, set_aside=[*table.set_aside, *odd], warnings=warnings)


def _entry(row: Row, warnings: list[str]) -> Entry:
    return Entry(
        entry_id=f"imo-{parse(row['imo'])}",
        kind="vessel",
        names=names_in(row["name"]),
        line=row.line,
        text=own_text(row.cells),
        measures=MEASURES,
        programmes=("Regulation (EU) No 833/2014 (Russia)",),
        imo=parse(row["imo"]),
        listed_on=day_in(row, "listed_date", warnings),
    )


FORMAT = ListFormat(
    list="eu-833-annex-xlii",
    title="EU Regulation 833/2014, Annex XLII: vessels",
    publisher="European Union",
    licence="EU legal texts, reuse with acknowledgement (Decision 2011/833/EU)",
    recognise=lambda head: has_columns(head, COLUMNS),
    read=read,
    least=590,
    most=900,
)
