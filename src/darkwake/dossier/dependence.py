"""On what the chance depends, and what others print: the two tables beside the finding.

Nothing is reckoned here: the rows under other assumptions, and the sums by day, stand in the table ``ledger``.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from darkwake.dossier import words
from darkwake.dossier.book import Book, Row
from darkwake.dossier.finding import Standing
from darkwake.dossier.sections import section
from darkwake.dossier.sources import amount
from darkwake.dossier.tables import Cell, Column, Grid, grid, lines, small, verified
from darkwake.ledger.accumulate import BOTH, VISITS
from darkwake.ledger.assumptions import assumed, in_print
from darkwake.ledger.told import beside

AS_HERE = f"as assumed here, with distributions for what is not known (section {section('sources')}, Factors)"


def dependence(book: Book, main: Standing | None) -> Grid:
    """The main sum as it is, and under each assumption in print, one at a time."""
    rows = _rows(book, main) if main else []
    idle = [row for row in rows[1:] if main and _same(row["main"], main.last)]
    rows = [row for row in rows if row not in idle]
    columns = (
        Column("If", lambda r: lines((r["if"], small(r["source"])))),
        Column("Barrels of the visits (bbl)", lambda r: _span(r["main"]), numeric=True),
        Column("Chance, visits alone", lambda r: words.percent(r["main"]["chance_exceeded"]), numeric=True),
        Column("Chance with reported imports", lambda r: _chance(r["both"]), numeric=True),
    )
    return grid(
        "On what the chance depends",
        columns,
        rows,
        remark=_remark(book, main, idle) if rows and main else "",
        fold_from=40,
    )


def _rows(book: Book, main: Standing) -> list[Row]:
    found = _by_assumption(book, main)
    if not found:
        return []
    rows: list[Row] = [{"if": AS_HERE, "source": "", "main": main.last, "both": _last_of_both(book, main)}]
    for one in in_print():
        if main.mode in found.get(one.words, {}):
            said = found[one.words]
            rows.append({"if": one.words, "source": one.source, "main": said[main.mode], "both": said.get(BOTH)})
    return rows


def _by_assumption(book: Book, main: Standing) -> dict[str, dict[str, Row]]:
    found: dict[str, dict[str, Row]] = {}
    for row in book.rows("ledger"):
        said = assumed(row["mode"])
        if said and row["cap_id"] == main.cap["cap_id"]:
            found.setdefault(said[1].words, {})[said[0]] = row
    return found


def _last_of_both(book: Book, main: Standing) -> Row | None:
    rows = [row for row in book.rows("ledger") if (row["cap_id"], row["mode"]) == (main.cap["cap_id"], BOTH)]
    return max(rows, key=lambda row: row["day"], default=None)


def _same(row: Row, other: Row) -> bool:
    return all(row[word] == other[word] for word in ("bbl_p05", "bbl_p50", "bbl_p95", "chance_exceeded"))


def _remark(book: Book, main: Standing, idle: Sequence[Row]) -> str:
    """What the table is to be read with; an assumption that touches nothing of this sum is named and not shown as a row."""
    needed = _needed(book, main) if main.last["visits"] and main.unit == "bbl" else ""
    touch = "touches" if len(idle) == 1 else "touch"
    said = f"In print, but {touch} nothing that this sum stands on: {'; '.join(row['if'] for row in idle)}." if idle else ""
    return f"{needed} {said}".strip()


def _span(row: Row) -> Cell:
    low, middle, high = (words.significant(row[f"bbl_{word}"]) for word in ("p05", "p50", "p95"))
    if low == high:
        return Markup("<b>{}</b>").format(middle)
    return lines((Markup("<b>{}</b>").format(middle), small(f"{low} to {high}")))


def _chance(row: Row | None) -> str:
    return "nothing reported" if row is None else words.percent(row["chance_exceeded"])


def _needed(book: Book, main: Standing) -> str:
    """The mean load above which the visits pass the cap: the one number here that stands on no assumption but the count."""
    visits = main.last["visits"]
    each = main.cap["amount"] / visits
    stated = any(row["tier"] == "stated" for row in book.rows("payloads"))
    unsaid = "" if stated else "No source gives what each ship carried. "
    return (
        f"{unsaid}If all {visits:,.0f} visits are loadings, they alone pass the cap when "
        f"they carried more than {each:,.0f} {main.unit} each on the mean; whether they did hangs on size and filling. "
        "One assumption is changed at a time, all else as in the first row; fixed fractions hold for every ship alike. Large "
        "numbers are medians, the small ones below them 90 % intervals."
    )


def totals_in_print(book: Book, main: Standing | None) -> Grid:
    """Barrels that publishers print for the cap's year, beside what the visits add up to by the end of the same days."""
    sums = _sums(book, main) if main else {}
    rows = [_beside(row, sums) for row in book.rows("claims") if main and _of_the_year(row, main)]
    rows.sort(key=lambda r: (r["period_end"], r["period_start"], r["claim_id"]))
    columns = (
        Column(
            "Says who", lambda r: lines((r["publisher"], small(Markup("{} {}").format(r["what"], book.notes(r["evidence"])))))
        ),
        Column("Period", lambda r: words.days(r["period_start"], r["period_end"])),
        Column("Printed", amount, numeric=True),
        Column("Reckoned from the visits by its end (bbl)", _reckoned, numeric=True),
        Column("Chance of having passed the cap by then", lambda r: words.percent(r["then"]["chance_exceeded"]), numeric=True),
        Column("Read?", verified),
    )
    remark = (
        "None of these totals is put into the sum; they overlap and are never added to one another. Most are lower bounds, "
        "and some take in other ports and routes; one of all imports stands beside the sum with reported imports."
    )
    return grid("What others print for the year", columns, rows, remark=remark if rows else "", fold_from=40)


def _of_the_year(row: Row, main: Standing) -> bool:
    stated = row["kind"] == "aggregate" and row["unit"] == main.unit and row["product"] == main.cap.get("product")
    start, end = main.cap.get("period_start"), main.cap.get("period_end")
    dated = None not in (row["period_start"], row["period_end"], start, end)
    return (
        stated
        and dated
        and start <= row["period_start"]
        and row["period_end"] <= end
        and row["period_end"] >= main.days[0]["day"]
    )


def _sums(book: Book, main: Standing) -> dict[str, dict[object, Row]]:
    """The days of the main sum and of the one with reported imports, by reckoning."""
    both = [row for row in book.rows("ledger") if (row["cap_id"], row["mode"]) == (main.cap["cap_id"], BOTH)]
    found = {VISITS: {row["day"]: row for row in main.days}}
    return found | ({BOTH: {row["day"]: row for row in both}} if both else {})


def _beside(row: Row, sums: dict[str, dict[object, Row]]) -> Row:
    mode = beside(row, sums)
    days = sums[mode]
    return row | {"then": days.get(row["period_end"]) or days[max(days, key=str)], "beside": mode}


def _reckoned(row: Row) -> Cell:
    return lines((_span(row["then"]), small("with reported imports"))) if row["beside"] == BOTH else _span(row["then"])
