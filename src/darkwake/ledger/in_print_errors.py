"""Figures in print that cannot hold, each put through the product's own checks; none is accepted in silence.

A reckoner here gives "rejected" where the check fires and "not reproduced" where it stays silent.
"""

from __future__ import annotations

import pyarrow as pa

from darkwake.cargo.factors import published
from darkwake.cargo.hydrostatics import block_coefficient, displaced_at
from darkwake.claims.consistency import find_contradictions
from darkwake.claims.rows import TONNES_SUFFIX
from darkwake.geo import distance_m
from darkwake.ledger.in_print_reckoned import Reckoned, Reckoner, Verdict
from darkwake.ledger.in_print_statements import Statement, Statements
from darkwake.schema import Claims, Places
from darkwake.units import METRES_PER_NAUTICAL_MILE

SPHERE = 0.0056
"""Largest relative difference between a sphere and the ellipsoid (``geo``): recorded distances may be of either."""


def distance(one: str, other: str) -> Reckoner:
    """The geodesic between two points in kilometres and nautical miles, beside the kilometres in print."""

    def reckon(facts: Statements) -> Reckoned:
        metres = _apart_m(facts, one, other)
        found = (metres / 1000, metres / METRES_PER_NAUTICAL_MILE)
        why = f"geodesic on WGS 84; on a sphere up to {100 * SPHERE:.2f} % less or more"
        return Reckoned(found, "km, nmi", "reckoned", why, tolerance=SPHERE)

    return reckon


def about_as_far(one: str, other: str, printed_by: str, slack_km: float, why_slack: str) -> Reckoner:
    """The same, where somebody prints about how far it is; points stand for towns, which have an extent."""

    def reckon(facts: Statements) -> Reckoned:
        found = distance(one, other)(facts)
        printed = facts[printed_by].number("km")
        near = abs(found.values[0] - printed) <= slack_km
        verdict: Verdict = "explained" if near and abs(found.values[0] - printed) > 0.1 * printed else "inside"
        why = f"printed: about {printed:g} km; {why_slack}; {found.why}"
        return Reckoned(found.values, found.unit, verdict if near else "outside", why, tolerance=found.tolerance)

    return reckon


def _apart_m(facts: Statements, one: str, other: str) -> float:
    here, there = facts[one], facts[other]
    ends = (here.number("lat"), here.number("lon"), there.number("lat"), there.number("lon"))
    return float(distance_m(*ends))


def shorter_than_the_great_circle(printed_by: str, one: str, other: str) -> Reckoner:
    """A distance by sea that is shorter than the geodesic between its ends: no way by sea is."""

    def reckon(facts: Statements) -> Reckoned:
        printed = facts[printed_by].number("nmi")
        least = _apart_m(facts, one, other) / METRES_PER_NAUTICAL_MILE
        why = f"no way by sea is shorter than the geodesic, {least:.0f} nmi: the ends were snapped to a coarse network"
        return Reckoned((printed,), "nmi", _rejected(printed < least), why)

    return reckon


def mass_of_barrels(volume: str, mass: str) -> Reckoner:
    """Tonnes printed for barrels, put to the density rule of ``claims``; and what the barrels weigh as real products."""

    def reckon(facts: Statements) -> Reckoned:
        bbl, tonnes = facts[volume].number("lo"), facts[mass].number("t")
        same = {"kind": "aggregate", "bound": "at least", "period_start": facts[volume].start, "period_end": facts[volume].end}
        rows = [
            _claim(facts[volume], "volume", lo=bbl, unit="bbl", **same),
            _claim(facts[mass], f"volume{TONNES_SUFFIX}", lo=tonnes, unit="t", **same),
        ]
        found = [row for row in _contradictions(rows) if row["kind"] == "unit error"]
        weights = tuple(bbl / float(published()[row]["value"]) for row in ("X015", "X017", "X018"))
        why = f"{tonnes:,.0f} t printed: {bbl / tonnes:.1f} barrels per tonne; {_handling(found)}"
        return Reckoned(weights, "t of gasoline, gas oil, residual oil", _rejected(bool(found)), why)

    return reckon


def tonnes_among_barrels(months: tuple[str, ...], total: str) -> Reckoner:
    """A year's total that its months miss, put to the rule of ``claims`` for tonnes taken as barrels."""

    def reckon(facts: Statements) -> Reckoned:
        year = facts[total]
        rows = [_claim(year, "year", central=year.number("central"), unit="bbl", bound="exact", kind="other")]
        for month in months:
            said = facts[month]
            rows.append(_claim(said, month, central=said.number("central"), unit="bbl", bound="exact"))
            if "t" in said.given:
                rows.append(_claim(said, f"{month}{TONNES_SUFFIX}", central=said.given["t"], unit="t", bound="exact"))
        found = [row for row in _contradictions(rows) if row["kind"] == "unit error"]
        mixed = sum(facts[month].number("t", "central") for month in months)
        whole = sum(facts[month].number("central") for month in months)
        why = f"{year.number('central'):,.0f} printed; the months are {whole:,.0f} bbl; {_handling(found)}"
        return Reckoned((mixed,), "tonnes and barrels mixed", _rejected(bool(found) and mixed == year.central), why)

    return reckon


def upside_down(printed: str, right: str) -> Reckoner:
    """A displacement at a lighter draught that is more than the draught's part of the full one: fullness falls with it."""

    def reckon(facts: Statements) -> Reckoned:
        said, hull = facts[printed], facts[right]
        full, summer, draught = (hull.number(word) for word in ("displacement_max_m3", "draught_max_m", "draught_m"))
        light = float(displaced_at(full, hull.number("cb_max"), summer, draught))
        most = full * draught / summer
        why = (
            f"{said.number('central'):,.1f} m3 printed is more than the draught's share of the full displacement, "
            f"{most:,.1f} m3, though the block coefficient falls to "
            f"{float(block_coefficient(hull.number('cb_max'), summer, draught)):.3f}: the ratio is upside down"
        )
        same = abs(light - hull.number("central")) <= 0.05
        return Reckoned((light,), "m3", _rejected(said.number("central") > most and same), why)

    return reckon


def fullness(statement: str) -> Reckoner:
    """The published example of a block coefficient at a lighter draught."""

    def reckon(facts: Statements) -> Reckoned:
        said = facts[statement]
        found = float(block_coefficient(said.number("cb_max"), said.number("draught_max_m"), said.number("draught_m")))
        agree = abs(found - said.number("central")) <= 5e-8
        return Reckoned((found,), "", "equal" if agree else "not reproduced", "the published example, to its last digit")

    return reckon


def _rejected(fired: bool) -> Verdict:
    return "rejected" if fired else "not reproduced"


def _handling(found: list[dict[str, object]]) -> str:
    return str(found[0]["handling"]) if found else "the rule found nothing"


def _contradictions(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    table: pa.Table = Claims.rows(rows)
    return find_contradictions(table, Places.empty())


def _claim(said: Statement, claim_id: str, **numbers: object) -> dict[str, object]:
    """A statement as a row of ``claims``."""
    return {
        "claim_id": claim_id,
        "kind": "reported import",
        "publisher": said.said_by,
        "title": said.source,
        "published": said.published,
        "what": said.what,
        "product": "refined",
        "period_start": said.start,
        "period_end": said.end,
        "verified": said.verified,
        "origin": "published",
        "evidence": [said.id],
        **numbers,
    }
