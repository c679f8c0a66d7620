"""Published counts of visits spread out into single visits, so that a count and dated visits stand in one ledger.

"43 visits between 7 March and 5 November" becomes as many visits that only the count knows as there are not dated ones, or
smaller counts, inside it:

    43 counted (A004)
    ├── 5 counted in March (S002) ── 1 dated, named ── 4 that only the count knows, 7 to 22 March
    ├── 5 dated after that
    └── 33 that only the count knows, 7 March to 5 November

What lies in what is the rule of :mod:`darkwake.claims.containment`. Of counts at one place that overlap in time without one
lying in the other only the larger is used, for nobody can say how many visits they share. A call in AIS by itself is not set
against a count: it may be one of the visits counted, and says nothing of loading.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from darkwake.claims.containment import OVERLAND, Waters, crosses, lies_in, size, waters_of
from darkwake.fusion.measured import range_each
from darkwake.fusion.stays import NOT_NAMED, Stay, first_moment, last_moment
from darkwake.ids import content_id

Row = dict[str, Any]


@dataclass
class Total:
    """A published count that is used, the total around it, and how many of its visits are accounted for."""

    claim: Row
    around: str | None = None
    known: int = 0
    rivals: list[str] = field(default_factory=list)

    @property
    def unknown(self) -> int:
        """Visits that only the count knows; none where more are known than counted."""
        return max(0, int(self.claim["count"]) - self.known)


class Totals:
    """The counts of a case that can be used together, from the smallest to the largest."""

    def __init__(self, claims: list[Row], places: pa.Table, period: tuple[date, date]) -> None:
        self.claims = {row["claim_id"]: row for row in claims}
        self._waters = waters_of(claims, places)
        self._fleets = [row for row in claims if row["dwt_lo"] is not None and row["dwt_hi"] is not None]
        counts = [row for row in claims if _is_count(row) and _overlap(row, period)]
        self.used = _together(counts, self._waters)
        for total in self.used.values():
            total.around = self._smallest_around(total.claim)

    def _smallest_around(self, claim: Row) -> str | None:
        around = [total.claim for total in self.used.values() if lies_in(claim, total.claim, self._waters)]
        return min(around, key=size)["claim_id"] if around else None

    def home(self, stay: Stay) -> str | None:
        """The smallest count that a stay is part of, by any claim of it; a simulated one is part of none."""
        if stay.simulated:
            return None
        homes = [self._smallest_around(self.claims[look.look_id]) for look in stay.looks if look.kind == "claim"]
        inside = [self.used[home].claim for home in homes if home is not None]
        return min(inside, key=size)["claim_id"] if inside else None

    def unnamed(self, homes: list[str]) -> list[Row]:
        """Rows of ``visits`` for those that only the counts know, given the counts that dated visits are part of."""
        for home in homes:
            self.used[home].known += 1
        made: list[Row] = []
        for total in sorted(self.used.values(), key=lambda total: size(total.claim)):
            made += [self._row(total, number) for number in range(total.unknown)]
            if total.around is not None:
                self.used[total.around].known += max(total.known, int(total.claim["count"]))
        return made

    def fleet(self, place_id: str, start: date, end: date) -> tuple[float | None, float | None, list[str]]:
        """Smallest and largest deadweight that a claim gives for ships at a place then, and the evidence for it."""
        fleets = [row for row in self._fleets if row["place_id"] is None or self._waters.within(place_id, row["place_id"])]
        fleets = [row for row in fleets if _overlap(row, (start, end))]
        if not fleets:
            return None, None, []
        evidence = [evidence for row in fleets for evidence in row["evidence"]]
        return min(row["dwt_lo"] for row in fleets), max(row["dwt_hi"] for row in fleets), evidence

    def _row(self, total: Total, number: int) -> Row:
        claim = total.claim
        low, high, evidence = self.fleet(claim["place_id"], claim["period_start"], claim["period_end"])
        least, most = range_each(claim)
        return {
            "visit_id": content_id("visit", "counted", claim["claim_id"], number),
            "place_id": claim["place_id"],
            "vessel": NOT_NAMED,
            "arrival_lo": first_moment(claim["period_start"]),
            "arrival_hi": last_moment(claim["period_end"]),
            "activity": claim["activity"] if claim["activity"] in ("load", "discharge", "transfer") else "unknown",
            "product": claim["product"],
            "counted_in": claim["claim_id"],
            "carriage": claim["carriage"],
            "bbl_lo": least,
            "bbl_hi": most,
            "laden_in": claim["laden_in"],
            "laden_out": claim["laden_out"],
            "dwt_lo": low,
            "dwt_hi": high,
            "sightings": [],
            "probability": 1.0,
            "rule": _in_words(total),
            "verified": claim["verified"],
            "origin": claim["origin"],
            "evidence": sorted({*claim["evidence"], *evidence}),
        }


def _in_words(total: Total) -> str:
    claim = total.claim
    said = f"{claim['publisher']} counts {claim['count']}"
    words = f"{said}: {total.known} dated or in smaller counts, {total.unknown} known by the count alone"
    rivals = f"; not added, for they overlap it: {', '.join(sorted(total.rivals))}" if total.rivals else ""
    return words + rivals


def _is_count(row: Row) -> bool:
    if row["carriage"] in OVERLAND:
        return False
    several = row["count"] is not None and (row["kind"] == "aggregate" or (row["kind"] == "visit" and row["count"] > 1))
    return several and None not in (row["place_id"], row["period_start"], row["period_end"])


def _overlap(row: Row, period: tuple[date, date]) -> bool:
    return bool(row["period_start"] <= period[1] and period[0] <= row["period_end"])


def _together(counts: list[Row], waters: Waters) -> dict[str, Total]:
    """The counts that can be used together: the larger first, each of the rest if it clashes with none before it."""
    used: dict[str, Total] = {}
    for row in sorted(counts, key=lambda row: (-row["count"], size(row))):
        rivals = [total for total in used.values() if crosses(row, total.claim, waters)]
        if rivals:
            rivals[0].rivals.append(f"{row['publisher']} ({row['count']})")
        else:
            used[row["claim_id"]] = Total(row)
    return used
