"""Write docs/tables.md from schema.py; with --check, fail when the file is not what the schema says."""

from __future__ import annotations

import sys
from pathlib import Path

from darkwake.schema import TABLES, Column, Table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "tables.md"
HEAD = """# Tables

Written by `make docs` from `src/darkwake/schema.py`; do not edit. Times are UTC, units stand at the end of a name, `_lo` and
`_hi` bound a 90 % interval, missing is null. A column in **bold** is part of the key; a type with `?` may be null.
"""


def describe(word: str, column: Column) -> str:
    """One line of a table's page."""
    name = f"**`{word}`**" if column.key else f"`{word}`"
    kind = str(column.type).replace("item: ", "") + ("?" if column.null else "")
    allowed = f" One of: {', '.join(column.allowed)}." if column.allowed else ""
    return f"| {name} | {kind} | {column.meaning}.{allowed} |"


def section(table: type[Table]) -> str:
    """The part of the page on one table."""
    rows = "\n".join(describe(word, column) for word, column in table.columns.items())
    head = f"## {table.table_name}\n\n{(table.__doc__ or '').strip()}\n"
    return f"{head}\n| column | type | meaning |\n| --- | --- | --- |\n{rows}\n"


def main() -> None:
    """Write the page, or compare it."""
    page = HEAD + "\n" + "\n".join(section(table) for table in TABLES.values())
    if "--check" in sys.argv:
        if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page:
            sys.exit(f"{PAGE.name} is not what schema.py says; run: make docs")
    else:
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
