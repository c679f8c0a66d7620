"""Lines of an exchange sheet, and which of several lines of the same goods counts.

Totals of the same goods overlap: three publishers count containers from three days on, and a later figure holds the earlier
ones. The rule: of lines in one unit and one direction whose spans overlap, one counts, the strongest statement: read in a
stored copy before from memory, then the largest amount that is stated as reached, then the latest published. All others are
shown, name the line that counts in their place, and enter no sum. What two crossing spans have in common nobody knows, so they
are never added. An upper bound alone counts nothing. A lower bound stays one: it has no upper end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from darkwake.ids import content_id

Ends = tuple[float | None, float | None, float | None]
"""Lower end, middle, upper end; null where nothing bounds it."""


@dataclass(frozen=True)
class Line:
    """Goods that one party gave another in a span, and on what that stands."""

    from_party: str
    to_party: str
    goods: str
    unit: str
    start: date
    end: date
    ends: Ends
    basis: str
    key: str
    """What tells the line from others of the same goods and days."""
    origin: str
    evidence: tuple[str, ...]
    counted: bool = True
    within_id: str | None = None
    carriage: str | None = None
    verified: bool = True
    published: str = ""

    @property
    def exchange_id(self) -> str:
        """The id of the line."""
        return content_id("exchange", self.from_party, self.to_party, self.goods, self.unit, self.key)

    @property
    def reached(self) -> float:
        """The amount that is stated as reached; none for an upper bound."""
        return next((end for end in self.ends[:2] if end is not None), 0.0)

    def overlaps(self, other: Line) -> bool:
        """Whether the spans of two lines have a day in common."""
        return self.start <= other.end and other.start <= self.end

    def same_goods(self, other: Line) -> bool:
        """Whether two lines speak of the same goods in the same direction and unit."""
        mine = (self.from_party, self.to_party, self.goods, self.unit)
        return mine == (other.from_party, other.to_party, other.goods, other.unit)

    def aside(self, why: str, within: Line | None = None) -> Line:
        """The line as one that does not count."""
        within_id = None if within is None else within.exchange_id
        return replace(self, counted=False, within_id=within_id, basis=f"{self.basis}; {why}")

    def row(self) -> Mapping[str, object]:
        """The line as a row of ``schema.Exchange``."""
        same = ("exchange_id", "from_party", "to_party", "goods", "unit", "basis", "counted", "within_id", "carriage", "origin")
        values = {word: getattr(self, word) for word in same}
        lo, central, hi = self.ends
        span = {"period_start": self.start, "period_end": self.end}
        return values | span | {"lo": lo, "central": central, "hi": hi, "evidence": sorted(set(self.evidence))}


def together(lines: Iterable[Line], before: Iterable[Line] = ()) -> list[Line]:
    """The lines with those set aside that others hold, by the rule of the module.

    Args:
        lines: lines to choose from; those that do not count already stay so.
        before: lines that count already and go before these.
    """
    used = [line for line in before if line.counted]
    found = []
    for line in sorted(lines, key=_strength):
        rival = next((one for one in used if one.same_goods(line) and one.overlaps(line)), None)
        if not line.counted:
            found.append(line)
        elif line.reached == 0:
            found.append(line.aside("an upper bound alone is no amount", rival))
        elif rival is not None:
            found.append(line.aside(_why(line, rival), rival))
        else:
            used.append(line)
            found.append(line)
    return found


def _strength(line: Line) -> tuple[object, ...]:
    return not line.verified, -line.reached, [-ord(letter) for letter in line.published], line.key


def _why(line: Line, rival: Line) -> str:
    if rival.start <= line.start and line.end <= rival.end:
        return "lies within a line that counts"
    return "crosses a line that counts; what both hold is not known, so it is not added"
