"""What the ledger says in short: which sum, the chance that the cap was passed, and between which days.

The chance that a cap was passed by the end of a day, read along the days, is the distribution of the day on which it was
passed. Nothing is computed here that the table ``ledger`` does not hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from darkwake.dossier import words
from darkwake.dossier.book import Book, Row, simulated
from darkwake.dossier.header import Header
from darkwake.dossier.sections import section
from darkwake.ledger.accumulate import BOTH
from darkwake.ledger.assumptions import assumed
from darkwake.schema import Caps

MODE_ORDER = ("visits", "both", "reported", "simulated")
"""Which reckoning stands first: what was seen and published, then with what states reported, then that alone."""


@dataclass(frozen=True)
class Standing:
    """One cap under one reckoning: its rule, and its days in order."""

    cap: Row
    mode: str
    days: tuple[Row, ...]

    @property
    def last(self) -> Row:
        """The state on the last day of the ledger."""
        return self.days[-1]

    @property
    def simulated(self) -> bool:
        """Whether any of it was made up by a generator."""
        return any(simulated(row) for row in self.days)

    @property
    def chance(self) -> float:
        """The chance that the cap was exceeded within the days of the ledger."""
        return float(self.last["chance_exceeded"])

    @property
    def unit(self) -> str:
        """The unit of the cap's amount."""
        return str(self.cap.get("unit") or "bbl")

    def passed_by(self, share: float) -> date | None:
        """The first day by which the cap was passed with at least this chance; null where that was never so."""
        return next((row["day"] for row in self.days if row["chance_exceeded"] >= share), None)


def standings(book: Book, *, cap_id: str | None = None, mode: str | None = None) -> list[Standing]:
    """Every cap and reckoning of the ledger, the main one first, the simulated ones last."""
    caps = book.caps
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in book.rows("ledger"):
        if assumed(row["mode"]):
            continue
        groups.setdefault((row["cap_id"], row["mode"]), []).append(row)
    found = [
        Standing(caps.get(key[0]) or _unknown(key[0]), key[1], tuple(sorted(rows, key=lambda r: r["day"])))
        for key, rows in groups.items()
    ]
    best = {
        one.cap["cap_id"]: min(_order(other) for other in found if other.cap["cap_id"] == one.cap["cap_id"]) for one in found
    }
    return sorted(found, key=lambda one: ((one.cap["cap_id"], one.mode) != (cap_id, mode), *_rank(one, best)))


def _unknown(cap_id: str) -> Row:
    """A cap of which the tables say nothing but its id."""
    return dict.fromkeys(Caps.columns) | {"cap_id": cap_id, "title": cap_id, "evidence": []}


def _order(one: Standing) -> int:
    return next((k for k, word in enumerate(MODE_ORDER) if word in one.mode), len(MODE_ORDER))


def _rank(one: Standing, best: dict[str, int]) -> tuple[object, ...]:
    cap_id = one.cap["cap_id"]
    start = str(one.cap.get("period_start", ""))
    return (one.simulated, one.cap.get("product") != "refined", best[cap_id], start, cap_id, _order(one), one.mode)


def first_words(book: Book, header: Header, found: Sequence[Standing]) -> str:
    """What stands first: the caller's finding, else that of the ledger."""
    if header.finding or not found:
        return header.finding or "No ledger was reckoned: nothing can be said about a cap."
    return answer(book, found[0])


def answer(book: Book, one: Standing) -> str:
    """The finding, short: the sum with its interval, and the chance that the cap was passed, with how far it hangs on what."""
    last = one.last
    others = other_chances(book, one)
    taken = ", if sizes and loads were as assumed here" if others else ""
    chance = f"{'On these assumptions ' if others else ''}{words.it_is(one.chance)} that {_cap_words(one.cap)} was passed"
    chance = chance[0].upper() + chance[1:]
    return f"{_who(one)} {amount_words(last)}{taken}. {chance}{_span_words(one.chance, others)}."


def _who(one: Standing) -> str:
    """What adds up to the sum, as the beginning of a sentence."""
    visits = one.last["visits"]
    if not visits:
        return f"By {words.day(one.last['day'])}, states reported"
    alone = round(visits) == 1
    kind = (
        f"simulated {'visit' if alone else 'visits'}"
        if one.simulated
        else f"{'visit' if alone else 'visits'}, seen or published,"
    )
    return f"By {words.day(one.last['day'])}, {visits:,.0f} {kind} {'adds' if alone else 'add'} up to"


def _cap_words(cap: Row) -> str:
    amount = words.quantity(cap.get("amount"), cap.get("unit"))
    return f"the cap of {amount}" if amount else f"the cap {cap['title']}"


def amount_words(row: Row) -> str:
    """A sum with its interval; one without an interval as it was printed."""
    if row["bbl_p05"] == row["bbl_p95"]:
        return f"{words.barrels(row['bbl_p50'])}, as printed"
    ends = f"{words.significant(row['bbl_p05'])} to {words.significant(row['bbl_p95'])}"
    return f"about {words.barrels(row['bbl_p50'])} (90 % interval {ends})"


def other_chances(book: Book, one: Standing) -> list[float]:
    """The chances under other assumptions in print, the least first."""
    rows = [(row, assumed(row["mode"])) for row in book.rows("ledger") if row["cap_id"] == one.cap["cap_id"]]
    return sorted(row["chance_exceeded"] for row, said in rows if said is not None and said[0] == one.mode)


def _span_words(chance: float, others: Sequence[float]) -> str:
    if not others:
        return ""
    low, high = words.percent(others[0]), words.percent(others[-1])
    if low == high:
        also = " as well" if low == words.percent(chance) else ""
        return f"; on others in print the chance is {low}{also}"
    return f"; on others in print the chance is anything from {low} to {high}"


def points(book: Book, found: Sequence[Standing], settle: Sequence[str]) -> list[tuple[str, str]]:
    """What belongs to the finding, each with a word at its head."""
    if not found:
        return []
    main = found[0]
    said = [("When", when_passed(main)), ("With what states reported", _with_reports(book, main, found))]
    said += [("What would settle it", settle[0])] if settle else []
    said += [("Not in the sum", one) for one in _not_in_it(book)]
    return [(head, text) for head, text in said if text]


def _with_reports(book: Book, main: Standing, found: Sequence[Standing]) -> str:
    both = next((one for one in found if one.cap["cap_id"] == main.cap["cap_id"] and one.mode == BOTH), None)
    if both is None or both is main:
        return ""
    chance = f"{words.percent(both.chance)}{_span_words(both.chance, other_chances(book, both))}"
    alone = "each is also shown alone, and whether reports may be of the same barrels is said below"
    return f"Visits and reported imports together are {amount_words(both.last)}, and the chance is {chance}; {alone}."


def _not_in_it(book: Book) -> list[str]:
    """The estimate of visits that nobody saw, place by place."""
    return [
        f"Visits that nobody saw at {book.place(row['place_id'])}: about {words.significant(row['unseen_p50'])} "
        f"(90 % interval {words.significant(row['unseen_p05'])} to {words.significant(row['unseen_p95'])}), "
        f"estimated in section {section('unseen')} and added to nothing."
        for row in sorted(book.rows("unseen"), key=lambda r: (-r["seen"], r["place_id"]))
        if row["seen"] and not simulated(row)
    ]


def when_passed(one: Standing) -> str:
    """The distribution of the day in a sentence."""
    marks = [(share, one.passed_by(share)) for share in (0.05, 0.5, 0.95)]
    reached = [f"with a chance of {share:.0%} by {words.day(found)}".replace("%", " %") for share, found in marks if found]
    if not reached:
        return f"On no day did the chance that the cap was passed reach 5 %; on the last day it is {words.percent(one.chance)}."
    last = f"on the last day reckoned, {words.day(one.last['day'])}, the chance is {words.percent(one.chance)}"
    return f"The cap was passed {', '.join(reached)}; {last}."


def month_ends(days: Sequence[Row]) -> list[Row]:
    """The last day that the ledger has of each month."""
    ends: dict[tuple[int, int], Row] = {}
    for row in days:
        ends[row["day"].year, row["day"].month] = row
    return list(ends.values())
