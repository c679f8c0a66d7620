"""The visits one by one, what each carried, and the monthly ledger."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from string import ascii_lowercase
from typing import Any

from markupsafe import Markup

from darkwake.dossier import words
from darkwake.dossier.book import Book, Row, real_first
from darkwake.dossier.finding import Standing, month_ends
from darkwake.dossier.sensitivity import unknowns
from darkwake.dossier.tables import Cell, Column, Grid, grid, joined, lines, origin, small, verified
from darkwake.dossier.timeline import is_only_counted

MOST_UNKNOWNS = 5
"""Unknowns that are named under the barrels of a visit."""
ACTIVITIES = {"load": "loads", "discharge": "discharges", "transfer": "transfers at sea", "unknown": "not known what"}


def monthly(one: Standing) -> Grid:
    """The ledger at the end of each month."""
    columns = [
        Column("By the end of", lambda r: f"{r['day'].day} {r['day']:%b %Y}"),
        Column("5 % (bbl)", lambda r: words.significant(r["bbl_p05"]), numeric=True),
        Column("Median (bbl)", lambda r: words.significant(r["bbl_p50"]), numeric=True),
        Column("95 % (bbl)", lambda r: words.significant(r["bbl_p95"]), numeric=True),
        Column("Chance of having passed the cap", lambda r: words.percent(r["chance_exceeded"]), numeric=True),
    ]
    if one.last["visits"]:
        columns.append(Column("Visits (mean)", lambda r: f"{r['visits']:.1f}", numeric=True))
    caption = f"Cumulative barrels at the end of each month: {one.cap['title']}, {one.mode}"
    return grid(caption, columns, month_ends(one.days), compact=True)


def visits(book: Book) -> Grid:
    """Every visit with its payload; visits known only from one published count share a line."""
    letters = _letters(book)
    remark = "Basis of the barrels. " + " ".join(
        f"({letter}) {tier_words(tier)}: {basis}." for (tier, basis), letter in letters.items()
    )
    columns = (
        Column("Ship", _ship),
        Column("Place", lambda r: book.place(r["place_id"])),
        Column("When", _when),
        Column("What", lambda r: joined((ACTIVITIES[r["activity"]], r["product"]), ": ")),
        Column("Barrels, each visit (5 % – median – 95 %)", lambda r: _barrels(book, r), numeric=True),
        Column("Basis", lambda r: _basis(book, letters, r)),
        Column("Chance of the visit", _chance, numeric=True),
        Column("How it was put together", lambda r: lines((r["rule"], small(counted_in(book, r))))),
        Column("Sources", lambda r: lines((origin(r), verified(r), book.notes(r["evidence"])))),
    )
    ordered = sorted(_together(book.rows("visits")), key=lambda r: (r["arrival_lo"], r["place_id"], r["visit_id"]))
    return grid("Visits and what they carried", columns, real_first(ordered), fold_from=80, remark=remark if letters else "")


def voyages(book: Book) -> Grid:
    """Visits linked into voyages, each with the link that came second."""
    at = {row["visit_id"]: row for row in book.rows("visits")}

    def end(visit_id: str) -> Cell:
        visit = at.get(visit_id)
        if visit is None:
            return visit_id
        return lines((book.place(visit["place_id"]), small(words.days(visit["arrival_lo"], visit["arrival_hi"]))))

    columns = (
        Column("Ship", lambda r: book.vessel(r["vessel_id"])),
        Column("From", lambda r: end(r["from_visit_id"])),
        Column("To", lambda r: end(r["to_visit_id"])),
        Column("Chance", lambda r: words.percent(r["probability"]), numeric=True),
        Column("Why linked", lambda r: r["rule"]),
        Column("Next best link", lambda r: r["runner_up"] or "none"),
        Column("Sources", lambda r: lines((origin(r), book.notes(r["evidence"])))),
    )
    ordered = sorted(book.rows("voyages"), key=lambda r: (-r["probability"], r["voyage_id"]))
    return grid("Voyages: visits linked to one another", columns, real_first(ordered))


def _together(rows: list[Row]) -> list[Row]:
    """Visits counted but not named, drawn together by place, total and payload basis; the others as they are."""
    kept: list[Row] = []
    groups: dict[tuple[object, ...], Row] = {}
    for row in rows:
        if not is_only_counted(row):
            kept.append(row | {"members": [row["visit_id"]]})
            continue
        key = (row["place_id"], row["counted_in"], row["activity"], row["origin"], row["rule"])
        before = groups.get(key)
        groups[key] = row | {
            "members": [*(before["members"] if before else []), row["visit_id"]],
            "arrival_lo": min(row["arrival_lo"], before["arrival_lo"]) if before else row["arrival_lo"],
            "arrival_hi": max(row["arrival_hi"], before["arrival_hi"]) if before else row["arrival_hi"],
            "evidence": sorted({*row["evidence"], *(before["evidence"] if before else ())}),
            "verified": row["verified"] and (before["verified"] if before else True),
        }
    return kept + list(groups.values())


def _ship(row: Row) -> Cell:
    if len(row["members"]) > 1:
        return f"{len(row['members'])} visits counted, ships not named"
    return Markup("<b>{}</b>").format(row["vessel"])


def _when(row: Row) -> Cell:
    arrival = words.days(row["arrival_lo"], row["arrival_hi"])
    label = "on days within " if len(row["members"]) > 1 else ""
    low, high = row["departure_lo"], row["departure_hi"]
    left = f"left {words.days(low, high)}" if low and high else f"left {words.day(low)} or later" if low else ""
    left = left or (f"left by {words.day(high)}" if high else "")
    return lines((label + arrival, small(left)))


def _barrels(book: Book, row: Row) -> Cell:
    """The quantiles; of visits that share a line the middle of theirs, which differ by the noise of the draws alone."""
    found = [book.payloads[one] for one in row["members"] if one in book.payloads]
    if not found:
        return "none reckoned"
    shown = [words.significant(median(r[f"bbl_{q}"] for r in found)) for q in ("p05", "p50", "p95")]
    each = "each about " if len(found) > 1 else ""
    stated = f"a source states {words.barrels(row['bbl_stated'])}" if row["bbl_stated"] is not None else ""
    first = book.payloads[row["members"][0]] if row["members"][0] in book.payloads else found[0]
    return lines((Markup("{}{} – <b>{}</b> – {} bbl").format(each, *shown), small(stated), _widens(first)))


def _widens(payload: Row) -> Cell:
    """What widens the interval of a visit, folded away: each unknown with what would tell it."""
    listed = [one for one in unknowns(payload["sensitivity"]) if one.half_width_bbl is None or one.half_width_bbl > 0]
    if not listed:
        return ""
    items = Markup("").join(Markup("<li>{}</li>").format(one.words()) for one in listed[:MOST_UNKNOWNS])
    return Markup('<details class="why"><summary>what widens it</summary><ul>{}</ul></details>').format(items)


def _chance(row: Row) -> Cell:
    """The chance that the visit happened; of what is only published nobody reckoned one."""
    return "as published, not assessed" if row["origin"] == "published" else words.percent(row["probability"])


def _letters(book: Book) -> dict[tuple[str, str], str]:
    """A letter for each basis of payloads, so that a long one is written once."""
    found = sorted({(row["tier"], row["basis"]) for row in book.rows("payloads")})
    return {basis: f"{ascii_lowercase[k % 26]}{k // 26 or ''}" for k, basis in enumerate(found)}


def _basis(book: Book, letters: Mapping[tuple[str, str], str], row: Row) -> Cell:
    found = {(book.payloads[one]["tier"], book.payloads[one]["basis"]) for one in row["members"] if one in book.payloads}
    return lines(f"{tier_words(basis[0])} ({letters[basis]})" for basis in sorted(found))


def tier_words(tier: str) -> str:
    """What the barrels of a visit were reckoned from, short."""
    return {"class": "range of sizes", "stated": "barrels stated"}.get(tier, tier)


def counted_in(book: Book, row: Row) -> str:
    """Which published total counts a visit, in words."""
    if row["counted_in"] is None:
        return ""
    claim: Mapping[str, Any] = book.claims.get(row["counted_in"], {})
    name = joined((claim.get("publisher"), claim.get("what")), ": ") or row["counted_in"]
    return f"Counted in the published total “{name}”; not added to it."
