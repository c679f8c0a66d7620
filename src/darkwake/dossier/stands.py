"""On what the finding stands, and what it does not show: sentences counted from the tables, never written for a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from darkwake.dossier import words
from darkwake.dossier.book import Book, Row, simulated
from darkwake.dossier.finding import Standing
from darkwake.dossier.sections import section
from darkwake.dossier.timeline import is_only_counted

_MEASURED = {"two draughts", "one draught", "freeboard"}
_TIERS = {
    "class": "from a range of ship sizes",
    "deadweight": "from a deadweight on record",
    "stated": "from barrels that a source states",
    "two draughts": "from two draughts",
    "one draught": "from one draught",
    "freeboard": "from a freeboard",
}


def stands_on(book: Book, main: Standing | None) -> list[str]:
    """What the main sum stands on."""
    visits = [row for row in book.rows("visits") if not simulated(row)]
    if not visits and main is None:
        return ["Nothing: no visit and no ledger."]
    named = [row for row in visits if not is_only_counted(row)]
    counted = f"{len(visits) - len(named)} known only from a published total and counted once"
    parts = [
        f"{words.count(len(visits), 'visit', 'visits')} in the case, all places together: {len(named)} told apart, {counted}."
    ]
    tiers = Counter(book.payloads[row["visit_id"]]["tier"] for row in visits if row["visit_id"] in book.payloads)
    if tiers:
        bases = ", ".join(f"{n} {_TIERS.get(tier, tier)}" for tier, n in sorted(tiers.items(), key=lambda p: (-p[1], p[0])))
        parts.append(f"Barrels of {words.count(sum(tiers.values()), 'visit', 'visits')} are reckoned: {bases}.")
    if main is not None:
        last = main.last
        parts.append(f"The reckoning “{main.mode}”, which counts {last['visits']:,.0f} visits (mean over its draws).")
    return parts


def limits(book: Book, said: Sequence[str] = ()) -> list[str]:
    """What the finding does not show: what the caller says, and what the tables say beyond it."""
    found = [one for one in (*_about_visits(book), *_about_sources(book), *_always(book)) if one]
    unseen = any("nobody saw or published" in one for one in said)
    found = [one for one in found if not (unseen and "nobody saw or published" in one)]
    return [*(f"{one[0].upper()}{one[1:]}{'' if one.endswith('.') else '.'}" for one in said if one), *found]


def _about_visits(book: Book) -> list[str]:
    visits = [row for row in book.rows("visits") if not simulated(row)]
    payloads = [book.payloads[row["visit_id"]] for row in visits if row["visit_id"] in book.payloads]
    measured = sum(row["tier"] in _MEASURED for row in payloads)
    unknown = sum(row["activity"] == "unknown" for row in visits)
    return [
        f"That these ships were loaded was measured for {measured} of {len(payloads)} visits; for the others the amount is "
        "reckoned from what is known of the ship, and its interval says so."
        if payloads
        else "",
        f"For {words.count(unknown, 'visit', 'visits')} it is not known what was done." if unknown else "",
        "A visit is not a delivery: the way from the loading to the discharge is shown only where both ends were seen."
        if visits
        else "",
    ]


def _about_sources(book: Book) -> list[str]:
    claims = book.rows("claims")
    unread = sum(not row["verified"] for row in claims)
    conflicts = book.count("contradictions")
    made_up = [name for name in ("visits", "tracks", "events", "sightings", "detections") if _has_simulated(book, name)]
    return [
        f"{unread} of {len(claims)} published claims were not read in a stored copy; they are marked." if unread else "",
        f"{words.count(conflicts, 'contradiction', 'contradictions')} in print are in section {section('contradictions')}."
        if conflicts
        else "",
        f"Simulated rows ({', '.join(made_up)}) exercise the system; none of them is counted as seen." if made_up else "",
    ]


def _always(book: Book) -> list[str]:
    return [
        "Visits that nobody saw or published are not in the sum." if book.count("visits") else "",
        "Nothing here says who ordered, paid for or knew of a voyage. A listing, a flag or a habit is information, not proof.",
    ]


def _has_simulated(book: Book, name: str) -> bool:
    rows: list[Row] = book.rows(name)
    return any(simulated(row) for row in rows)
