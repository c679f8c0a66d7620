"""What the case stands on: contradictions, published claims, sources with hashes, quarantine, places."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any

from markupsafe import Markup

from darkwake.dossier import words
from darkwake.dossier.book import Book, Row, real_first
from darkwake.dossier.tables import Cell, Column, Grid, grid, joined, lines, link, origin, small, verified

CLAIM_KINDS = {
    "visit": "Visits",
    "aggregate": "Totals over several visits",
    "reported import": "Imports that states reported",
    "position": "Positions",
    "transfer": "Transfers",
    "munitions": "Munitions",
    "other": "Other",
}


def contradictions(book: Book) -> Grid:
    """Statements in print that cannot both hold."""
    columns = (
        Column("Subject", lambda r: Markup("<b>{}</b>").format(r["subject"])),
        Column("The one", lambda r: r["statement_a"]),
        Column("The other", lambda r: r["statement_b"]),
        Column("Kind", lambda r: r["kind"]),
        Column("What is done about it", lambda r: r["handling"]),
        Column("Sources", lambda r: lines((verified(r), book.notes(r["evidence"])))),
    )
    rows = sorted(book.rows("contradictions"), key=lambda r: r["contradiction_id"])
    return grid("Contradictions in print", columns, rows, fold_from=40)


def claims(book: Book) -> tuple[Grid, ...]:
    """Published claims by kind."""
    columns = (
        Column("Claim", lambda r: lines((Markup("<b>{}</b>").format(r["what"]), small(_concerns(r))))),
        Column("Says who", lambda r: lines((r["publisher"], small(_publication(r))))),
        Column("Period", lambda r: words.days(r["period_start"], r["period_end"])),
        Column("Quantity", amount, numeric=True),
        Column("How it is counted, what to mind", lambda r: lines((_rule(book, r), small(r["note"] or "")))),
        Column("Read?", lambda r: lines((verified(r), book.notes(r["evidence"])))),
    )
    ordered = sorted(
        book.rows("claims"), key=lambda r: (list(CLAIM_KINDS).index(r["kind"]), str(r["period_start"]), r["claim_id"])
    )
    return tuple(
        grid(CLAIM_KINDS[kind], columns, real_first(list(rows)), anchor=lambda r: f"claim-{r['claim_id']}")
        for kind, rows in groupby(ordered, key=lambda r: r["kind"])
    )


def _concerns(row: Row) -> str:
    return joined((row["vessel"], row["place"], row["activity"], row["product"]))


def _publication(row: Row) -> Cell:
    where = joined((row["published"], row["where_in_it"]))
    return Markup("{}{}").format(link(row["title"], row["href"]), f" ({where})" if where else "")


def amount(row: Row) -> Cell:
    """A claim's quantity as printed, with how it is meant."""
    bound = "" if row["bound"] in {"none", "exact"} else f"{row['bound']} "
    ends = [words.quantity(row[word], row["unit"]) for word in ("lo", "central", "hi") if row[word] is not None]
    count = f"{row['count']:,} counted" if row["count"] is not None else ""
    fill = f"laden fraction {row['fill']}" if row["fill"] else ""
    return lines((bound + " – ".join(ends) if ends else "", count, small(fill)))


def _rule(book: Book, row: Row) -> str:
    if row["kind"] == "reported import" and row["central"] is None:
        return "No report was made: not known, not zero."
    if row["part_of"] is None:
        return "Stands on its own."
    whole: dict[str, Any] = book.claims.get(row["part_of"], {})
    name = joined((whole.get("publisher"), whole.get("what")), ": ") or row["part_of"]
    when = f" ({words.days(whole.get('period_start'), whole.get('period_end'))})" if whole else ""
    return f"Contained in “{name}”{when}; not added to it."


def evidence(book: Book) -> Grid:
    """The sources, numbered as the notes are."""
    columns = (
        Column("No.", lambda r: str(book.numbers[r["evidence_id"]]), numeric=True),
        Column("Source", lambda r: lines((link(r["title"], r["href"]), small(joined((r["publisher"], r["published"])))))),
        Column("Where in it", lambda r: r["where_in_it"] or ""),
        Column("Kind", lambda r: lines((r["kind"], origin(r)))),
        Column("SHA-256 of the stored bytes", _hash),
        Column("Read?", lambda r: verified(r) if r["verified"] is not None else "taken in as a file"),
        Column("Licence", lambda r: r["licence"] or "not stated"),
    )
    return grid("Sources", columns, book.sources, anchor=lambda r: f"source-{book.numbers[r['evidence_id']]}")


def _hash(row: Row) -> Cell:
    if row["sha256"] is None:
        return "cited, not stored"
    size = f"{row['bytes']:,} bytes" if row["bytes"] is not None else ""
    return lines((Markup("<code>{}</code>").format(row["sha256"]), small(size)))


def quarantine(book: Book) -> Grid:
    """How many rows of which file were set aside, and why."""
    titles = {row["evidence_id"]: row["title"] for row in book.rows("evidence")}
    counted = Counter((row["source_id"], row["reason"]) for row in book.rows("quarantine"))
    rows = [{"source_id": source, "reason": reason, "count": n} for (source, reason), n in sorted(counted.items())]
    columns = (
        Column(
            "File", lambda r: Markup("{} {}").format(titles.get(r["source_id"], r["source_id"]), book.notes([r["source_id"]]))
        ),
        Column("Reason", lambda r: r["reason"]),
        Column("Rows", lambda r: f"{r['count']:,}", numeric=True),
    )
    return grid("Input that was set aside", columns, rows)


def places(book: Book) -> Grid:
    """The places of the case and how well each is known."""
    columns = (
        Column("Place", lambda r: Markup("<b>{}</b>").format(r["name"])),
        Column("Kind", lambda r: joined((r["kind"], r["country"]))),
        Column("Position", lambda r: words.position(r["lat"], r["lon"])),
        Column("How well known", lambda r: lines((r["accuracy"] or "not said", small(f"extent about {r['extent_m']:,.0f} m")))),
        Column("Role", lambda r: r["role"] or ""),
        Column("Sources", lambda r: lines((verified(r), book.notes(r["evidence"])))),
    )
    return grid("Places", columns, real_first(sorted(book.rows("places"), key=lambda r: (r["name"], r["place_id"]))))
