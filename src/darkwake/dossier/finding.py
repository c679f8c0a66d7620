"""What the ledger says in a sentence: which sum, the chance that the cap was passed, and between which days.

The chance that a cap was passed by the end of a day, read along the days, is the distribution of the day on which it was
passed. Nothing is computed here that the table ``ledger`` does not hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from darkwake.dossier import words
from darkwake.dossier.book import Book, Row, simulated
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


def cap_words(cap: Row) -> str:
    """A cap's amount and name."""
    amount = words.quantity(cap.get("amount"), cap.get("unit"))
    return f"the cap of {amount} ({cap['title']})" if amount else f"the cap {cap['title']}"


def sentence(one: Standing) -> str:
    """The finding in one sentence: sum, interval, chance in words and number, and the day."""
    last = one.last
    label = "In the simulated layer alone, b" if one.simulated else "B"
    amount = f"{label}y {words.day(last['day'])} the visits counted add up to {words.barrels(last['bbl_p50'])}"
    interval = f"(90 % interval {words.significant(last['bbl_p05'])} to {words.barrels(last['bbl_p95'])})"
    chance = f"{words.it_is(one.chance)} that {cap_words(one.cap)} was exceeded"
    middle = one.passed_by(0.5)
    when = f", more likely than not by {words.day(middle)}" if middle else ""
    return f"{amount} {interval}; {chance}{when}."


def when_passed(one: Standing) -> str:
    """The distribution of the day in a sentence."""
    marks = [(share, one.passed_by(share)) for share in (0.05, 0.5, 0.95)]
    reached = [f"with a chance of {share:.0%} by {words.day(found)}".replace("%", " %") for share, found in marks if found]
    if not reached:
        return f"On no day did the chance that the cap was passed reach 5 %; on the last day it is {words.percent(one.chance)}."
    last = f"on the last day reckoned, {words.day(one.last['day'])}, the chance is {words.percent(one.chance)}"
    return f"By this reckoning the cap was passed {', '.join(reached)}; {last}."


def month_ends(days: Sequence[Row]) -> list[Row]:
    """The last day that the ledger has of each month."""
    ends: dict[tuple[int, int], Row] = {}
    for row in days:
        ends[row["day"].year, row["day"].month] = row
    return list(ends.values())
