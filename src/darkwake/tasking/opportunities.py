"""Opportunities: when which satellite could look at the places of a case, and what speaks for and against.

An opportunity is geometry, light and the kind of sensor. That a satellite could look does not say that it will: it images
by its operator's plan or to order, clouds are not known, and elements age (``sigma_s``). Source of the geometry:
``passes``; of what satellites carry: ``satellites``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from darkwake.errors import InputError
from darkwake.ids import content_id
from darkwake.schema import Opportunities, Quarantine, weakest
from darkwake.tasking.elements import Elements, ElementSet, evidence, newest, read_elements
from darkwake.tasking.orbits import Fault
from darkwake.tasking.passes import Pass, Passes, passes
from darkwake.tasking.rule import TaskingRule, Window
from darkwake.tasking.satellites import BUNDLED_ELEMENTS, Satellite, satellite, sigma_of
from darkwake.tasking.sun import sun_elevation_deg

Row = dict[str, Any]

FARTHEST_DAYS = 365
"""Most days between elements and window. Assumed, because a low satellite's place in its orbit is lost long before."""

CUT_WORDS = {
    "start": "; it begins before the window",
    "end": "; it ends after the window",
    "both": "; it begins before the window and ends after it",
    None: "",
}


@dataclass(frozen=True)
class Looked:
    """Opportunities with what they were made of: the window, the elements used, what had to be set aside."""

    opportunities: pa.Table
    start: datetime
    stop: datetime
    sets: tuple[ElementSet, ...]
    places: tuple[str, ...]
    quarantine: pa.Table
    faults: tuple[Fault, ...]


def opportunities(places: pa.Table, *, elements: tuple[Path, ...], window: Window, tasking: TaskingRule) -> dict[str, pa.Table]:
    """When which satellite could look at the places of a case (a stage).

    Args:
        places: ``schema.Places``; looked at are the kinds that the rule names.
        elements: files of element sets; those that ship with the program when there are none.
        window: for which days; without a start it begins at the newest epoch of the elements.
        tasking: what counts as a look.

    Returns:
        ``opportunities``; ``evidence`` for the element files; ``quarantine`` with the lines of them that could not be used
        and the satellites that SGP4 refused.
    """
    files = elements or (BUNDLED_ELEMENTS,)
    looked = look(places, files, window, tasking)
    return {"opportunities": looked.opportunities, "evidence": evidence(files), "quarantine": looked.quarantine}


def look(places: pa.Table, files: Sequence[Path], window: Window, rule: TaskingRule) -> Looked:
    """The same with all that it was made of (see :class:`Looked`).

    Raises:
        InputError: no readable elements, or a window that is empty or without a time zone.
    """
    read = read_elements(files)
    start, stop = _bounds(read, window)
    sets = newest(read.sets, start)
    rows: list[Row] = []
    faults: dict[int, Fault] = {}
    targets = _targets(places, rule)
    for place in targets:
        found = passes(
            sets, lat=place["lat"], lon=place["lon"], start=start, stop=stop, min_elevation_deg=rule.min_elevation_deg
        )
        rows.extend(_rows(place, found, rule))
        faults.update({fault.norad_id: fault for fault in found.faults})
    refused = tuple(faults.values())
    table = Opportunities.rows(sorted(rows, key=lambda row: (row["culmination"], row["norad_id"], row["place_id"])))
    names = tuple(str(place["place_id"]) for place in targets)
    return Looked(table, start, stop, sets, names, _set_aside(read, sets, refused), refused)


def _bounds(read: Elements, window: Window) -> tuple[datetime, datetime]:
    start = window.start or read.newest_epoch()
    if not 0 < window.days <= 60:
        raise InputError(f"a window of {window.days:g} days", do="give more than 0 and at most 60 days")
    if start.tzinfo is None:
        raise InputError(f"the start {start.isoformat()} has no time zone", do="add Z for UTC")
    away = abs((start - read.newest_epoch()).days)
    if away > FARTHEST_DAYS:
        raise InputError(f"the window lies {away:,} days from the newest element set", do="give elements of its time")
    return start, start + timedelta(days=window.days)


def _targets(places: pa.Table, rule: TaskingRule) -> list[Row]:
    rows = places.to_pylist()
    wanted = [row for row in rows if row["kind"] in rule.kinds]
    return wanted or [row for row in rows if row["kind"] in rule.otherwise]


def _set_aside(read: Elements, sets: Sequence[ElementSet], faults: Sequence[Fault]) -> pa.Table:
    """The lines that could not be read and the satellites that SGP4 refused."""
    by_number = {element.norad_id: element for element in sets}
    rows: list[Row] = []
    for fault in faults:
        element = by_number[fault.norad_id]
        reason = f"SGP4 error {fault.code} from {fault.since:%Y-%m-%d %H:%M} UTC on"
        rows.append({"source_id": element.source_id, "line": element.line, "reason": reason, "raw": element.line1})
    return Quarantine.check(pa.concat_tables([read.quarantine, Quarantine.rows(rows)]))


def _rows(place: Row, found: Passes, rule: TaskingRule) -> Iterator[Row]:
    sun = sun_elevation_deg([one.culmination for one in found.rows], place["lat"], place["lon"]) if found.rows else ()
    for one, sun_deg in zip(found.rows, sun, strict=True):
        carried = satellite(one.element.name)
        against = _against(carried, one, float(sun_deg), rule)
        age_h = one.element.age_h(one.culmination)
        yield {
            # Microseconds of a computed time may differ between machines; half minutes of one satellite's passes do not.
            "opportunity_id": content_id("look", str(place["place_id"]), one.element.norad_id, _half_minutes(one.culmination)),
            "place_id": place["place_id"],
            "norad_id": one.element.norad_id,
            "satellite": one.element.name,
            "sensor": carried.sensor,
            "rise": one.rise,
            "culmination": one.culmination,
            "set": one.set,
            "cut": one.cut,
            "elevation_deg": one.elevation_deg,
            "azimuth_deg": one.azimuth_deg,
            "off_nadir_deg": one.off_nadir_deg,
            "sun_elevation_deg": float(sun_deg),
            "element_age_h": age_h,
            "sigma_s": sigma_of(one.element, age_h),
            "usable": not against,
            "reason": (against or _for(carried, one, float(sun_deg))) + CUT_WORDS[one.cut],
            "origin": weakest({str(place["origin"]), "inferred"}),
            "evidence": [*place["evidence"], one.element.source_id],
        }


def _half_minutes(time: datetime) -> int:
    return round(time.timestamp() / 30)


def _against(carried: Satellite, one: Pass, sun_deg: float, rule: TaskingRule) -> str:
    """Why a pass is of no use, in words; nothing when it is."""
    low, high = _incidence(carried, rule)
    incidence = 90.0 - one.elevation_deg
    too_coarse = carried.spacing_m is not None and carried.spacing_m > rule.max_spacing_m
    reasons = {
        f"what it carries is not known ({carried.source})": carried.sensor == "unknown",
        "it listens for radio and makes no image; it may hear a ship that transmits": carried.sensor == "rf_ais",
        f"pixels of {carried.spacing_m} m are too coarse for ships": too_coarse,
        f"it looks to the {carried.look}, the place lies on its {one.look}": carried.look not in {None, "both", one.look},
        f"too dark for optics: the sun stands at {sun_deg:.0f} degrees": (
            carried.sensor == "optical" and sun_deg < rule.sun_elevation_deg
        ),
        f"incidence of {incidence:.0f} degrees is outside {low:g} to {high:g}{_known(carried)}": not low <= incidence <= high,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _for(carried: Satellite, one: Pass, sun_deg: float) -> str:
    incidence = f"incidence {90.0 - one.elevation_deg:.0f} degrees{_known(carried)}"
    if carried.sensor == "sar":
        side = "on a side it looks to" if carried.look else f"on its {one.look}; to which side it looks is not known"
        return f"radar, by day and night and through cloud; {incidence}, {side}"
    return f"daylight, sun at {sun_deg:.0f} degrees; {incidence}; cloud is not known"


def _known(carried: Satellite) -> str:
    return "" if carried.incidence_max_deg is not None else " (limits assumed)"


def _incidence(carried: Satellite, rule: TaskingRule) -> tuple[float, float]:
    radar = carried.sensor == "sar"
    low, high = (rule.sar_incidence_min_deg, rule.sar_incidence_max_deg) if radar else (0.0, rule.optical_incidence_max_deg)
    return (
        low if carried.incidence_min_deg is None else carried.incidence_min_deg,
        high if carried.incidence_max_deg is None else carried.incidence_max_deg,
    )
