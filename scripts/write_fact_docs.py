"""Write docs/facts.md from the layouts of the fact tables; with --check, fail when the page is another."""

from __future__ import annotations

import sys
from pathlib import Path

from darkwake.claims.layouts import SHEETS
from darkwake.claims.sheets import Field
from darkwake.schema import Caps, Claims, Contradictions, Places, Table, Vessels

PAGE = Path(__file__).resolve().parents[1] / "docs" / "facts.md"
HEAD = """# Tables of facts

Written by `make docs` from `src/darkwake/claims/layouts.py`; do not edit. A case's folder of facts (`[sources] facts` in
`case.toml`) holds any of these files: CSV, UTF-8, commas, one header. A column in **bold** must be filled in each row; one
marked *may lack* may be left out of the header; all others stand in the header and may be empty, which is unknown and never 0.
Days and amounts are checked by themselves and against each other; the first fault is told with file, line and column.

Tonnes or barrels that went by rail or pipeline are a row of `aggregates` with `carriage`; a count with a range for each visit
is one with `count`, `bbl_each_low` and `bbl_each_high`; draughts and freeboards stand with the sighting, the ship's length,
beam and deadweight in `vessels`. Limits of your own need no row: write `[[caps]]` into `case.toml`.
"""
TABLES: dict[str, type[Table]] = {"places": Places, "vessels": Vessels, "caps": Caps, "contradictions": Contradictions}
NAMES = {"bbl_each_low": "each_lo", "bbl_each_high": "each_hi", "claimant": "publisher", "date_from": "period_start"}
NAMES |= {"date_to": "period_end", "aliases": "names"}
SOURCE = {
    "source_publisher": "who published it",
    "source_title": "title",
    "source_date": "day, month or year of publication",
    "source_where": "page, paragraph or table",
    "source_url": "address",
    "verified": "whether the statement was read in a stored copy",
    "id": "id of the row, once in the file",
    "year_starts": "month and day on which the cap's year begins, such as 01-01; empty where the period is its own",
    "replaced_by": "id of the cap that took its place before it began",
    "status": "whether an amount was reported, none was, or one that is not believed",
    "as_published_on": "day as of which the notice is known",
    "laden": "the ship's state in the source's words, such as arrive empty/leave laden",
    "date_precision": "how the two days are meant",
    "derived": "how an amount was reckoned that is not in print as such",
    "transponder": "what the source says of her AIS",
    "supplier": "who reported",
    "tonnes": "tonnes reported",
    "barrels": "barrels reported",
    "licence": "licence of the row",
}
WAYS = {
    "write digits with a point, no unit and no thousands separator": "digits with a point",
    "write one of them": "yes or no",
    "write it as 2024-03-07": "2024-03-07",
    "begin it with https:// or leave the cell empty": "https://...",
}


def meaning(sheet: str, word: str) -> str:
    """What the column tells, as the table that it becomes says it."""
    columns = TABLES.get(sheet, Claims).columns
    known = columns.get(NAMES.get(word, word))
    return SOURCE.get(word) or (known.meaning.rstrip(".") if known else "")


def form(field: Field) -> str:
    """How a cell is written: what the reader of the column tells whoever wrote nonsense."""
    try:
        field.read("-?")
    except ValueError as fault:
        told = str(fault).partition("; ")[2].replace("|", "\\|")
        return WAYS.get(told, told.replace("known: ", "one of: "))
    return "text"


def line(sheet: str, word: str, field: Field) -> str:
    """One line of a table's page."""
    name = f"**`{word}`**" if field.must else f"`{word}` (may lack)" if field.optional else f"`{word}`"
    return f"| {name} | {meaning(sheet, word)} | {form(field)} |"


def page() -> str:
    """The whole page."""
    parts = []
    for sheet, fields in SHEETS.items():
        rows = "\n".join(line(sheet, word, field) for word, field in fields.items())
        header = f"```\n{','.join(fields)}\n```"
        parts.append(f"## {sheet}.csv\n\n{header}\n\n| column | meaning | how it is written |\n| --- | --- | --- |\n{rows}\n")
    return HEAD + "\n" + "\n".join(parts)


def main() -> None:
    """Write the page, or compare it."""
    text = page()
    if "--check" in sys.argv:
        if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
            sys.exit(f"{PAGE.name} is not what the layouts say; run: make docs")
    else:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
