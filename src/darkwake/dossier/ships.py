"""The ships of the case and what lists say of them: a listing is information, not proof."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from darkwake.dossier import words
from darkwake.dossier.book import Book, Row, real_first
from darkwake.dossier.tables import Cell, Column, Grid, grid, joined, lines, origin, small, unbroken, verified, with_notes

MOST_LETTERS = 240
"""Letters of an entry's own text that are shown; the line says where the rest stands."""


@dataclass(frozen=True)
class Ships:
    """Tables of ships, of listings that concern them, and of other relations."""

    vessels: Grid
    listings: Grid
    relations: Grid
    entries: int
    versions: tuple[str, ...]


def ships(book: Book) -> Ships:
    """Ships, list entries and relations."""
    listings = book.rows("listings")
    versions = sorted({f"{row['list']} of {row['version']}" for row in listings})
    return Ships(_vessels(book), _listings(book), _relations(book), len(listings), tuple(versions))


def _vessels(book: Book) -> Grid:
    visits = [row["vessel_id"] for row in book.rows("visits")]
    columns = (
        Column("Ship", lambda r: lines((Markup("<b>{}</b>").format(r["name"]), small(_other_names(r))))),
        Column("IMO number", lambda r: lines((imo(r), small(_same_number(book, r))))),
        Column("Flag, type", lambda r: joined((r["flag"], r["type"]))),
        Column("Deadweight", lambda r: words.quantity(r["dwt_t"], "t") or "not known", numeric=True),
        Column("Size, year built", lambda r: _size(r) or "not known"),
        Column("Visits here", lambda r: str(visits.count(r["vessel_id"])), numeric=True),
        Column("Role, notes", lambda r: lines((r["role"] or "", small(r["note"] or "")))),
        Column("Sources", lambda r: lines((origin(r), verified(r), book.notes(r["evidence"])))),
    )
    ordered = sorted(book.rows("vessels"), key=lambda r: (-visits.count(r["vessel_id"]), r["name"], r["vessel_id"]))
    return grid("Ships of the case", columns, real_first(ordered), fold_from=40, anchor=lambda r: f"ship-{r['vessel_id']}")


def _other_names(row: Row) -> str:
    others = [name for name in row["names"] if name != row["name"]]
    return f"also {', '.join(others)}" if others else ""


def imo(row: Row) -> Cell:
    """The IMO number, and whether it was read in a source."""
    if row["imo"] is None:
        return lines(("not known", small(f"MMSI {row['mmsi']}" if row["mmsi"] else "")))
    state = {True: "✓ read in a source", False: "? from memory, not verified", None: "not said whether verified"}
    return lines((str(row["imo"]), small(state[row["imo_verified"]])))


def _same_number(book: Book, row: Row) -> str:
    """Which other ships of the case have this number: one ship under two names, or two ships and a slip."""
    others = [
        r["name"] for r in book.rows("vessels") if r["imo"] == row["imo"] is not None and r["vessel_id"] != row["vessel_id"]
    ]
    return f"the same number as {', '.join(sorted(others))} here; that they are one ship is not shown" if others else ""


def _size(row: Row) -> str:
    dimensions = joined((words.quantity(row["length_m"], "m"), words.quantity(row["beam_m"], "m")), " × ")
    return joined((dimensions, row["built"]))


def _listings(book: Book) -> Grid:
    columns = (
        Column("Ship in the case", lambda r: lines((r["ship"], small(r["because"])))),
        Column("List", lambda r: lines((unbroken(r["list"]), small(unbroken(f"of {r['version']}"))))),
        Column("Entry", lambda r: lines((r["name"], small(_entry_imo(r))))),
        Column("Listed on", lambda r: unbroken(r["listed_on"] or "no date")),
        Column("Measures", lambda r: joined(r["measures"]) or "none stated"),
        Column("Entry's own text", lambda r: small(_cut(r["text"]))),
        Column("Line", lambda r: Markup("{} {}").format(unbroken(f"line {r['line']:,}"), book.notes([r["source_id"]]))),
    )
    return grid("What lists say of these ships", columns, _entries_of_ships(book))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[:MOST_LETTERS].rstrip() + "…"


def _entry_imo(row: Row) -> str:
    if row["imo"] is None:
        return "no IMO number in the entry"
    return f"IMO {row['imo']}" + (" (check digit wrong)" if row["imo_ok"] is False else "")


def _entries_of_ships(book: Book) -> list[Row]:
    """List entries with the IMO number of a ship of the case, or tied to it by a link."""
    by_imo: dict[int, list[Row]] = {}
    for row in book.rows("vessels"):
        if row["imo"] is not None:
            by_imo.setdefault(row["imo"], []).append(row)
    linked = {row["to_id"]: row for row in book.rows("links") if row["kind"] == "is listed as"}
    found = []
    for entry in book.rows("listings"):
        link = linked.get(entry["entry_id"]) or linked.get(f"{entry['list']}/{entry['version']}/{entry['entry_id']}")
        ships_of_entry = by_imo.get(entry["imo"], [])
        found += [entry | {"ship": ship["name"], "because": _because(ship)} for ship in ships_of_entry]
        if link is not None and not ships_of_entry:
            found.append(entry | {"ship": book.vessel(link["from_id"]), "because": link["sentence"]})
    return sorted(found, key=lambda r: (r["ship"], r["list"], r["version"], r["entry_id"]))


def _because(ship: Row) -> str:
    return "same IMO number, but the ship's is from memory" if ship["imo_verified"] is False else "same IMO number"


def _relations(book: Book) -> Grid:
    names = {row["party_id"]: row["name"] for row in book.rows("parties")}

    def name(one: str) -> str:
        return str(names.get(one) or book.vessel(one))

    columns = (
        Column("From", lambda r: name(r["from_id"])),
        Column("Relation", lambda r: r["kind"]),
        Column("To", lambda r: name(r["to_id"])),
        Column("Since, until", lambda r: joined((r["since"], r["until"]), " to ") or "not dated"),
        Column("The sentence that states it", with_notes(book, lambda r: r["sentence"])),
    )
    others = [row for row in book.rows("links") if row["kind"] != "is listed as"]
    ordered = sorted(others, key=lambda r: (name(r["from_id"]), r["kind"], r["link_id"]))
    return grid("Relations of ships, persons and companies", columns, real_first(ordered))
