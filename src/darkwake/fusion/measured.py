"""What was measured or said of a stay beyond when and who: draughts, freeboards, states, amounts, how the goods went.

A source's own figures come first. Of pictures of one stay the first stands for the arrival and the last for the departure, so
at least two are needed; what happened before the first and after the last is missed, and the rule says so. Draughts that a crew
typed into AIS (:mod:`darkwake.fusion.draughts`) stand where nothing was measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from darkwake.errors import InputError

Row = dict[str, Any]

MEASUREMENTS = ("draught_in_m", "draught_out_m", "draught_sd_m", "freeboard_in_m", "freeboard_out_m", "freeboard_sd_m")
STATED = ("t_stated", "bbl_lo", "bbl_hi", "carriage", "laden_in", "laden_out", *MEASUREMENTS)
"""Columns of ``visits`` that a look can fill."""
SD_OF_90 = 2 * 1.6448536269514722
"""Width of a 90 % interval of a normal distribution, in standard deviations."""
BY_PICTURES = "the first picture stands for the arrival, the last for the departure"


@dataclass(frozen=True)
class Picture:
    """What an image says of a ship at one moment."""

    when: datetime
    laden: str
    freeboard_m: float | None = None
    freeboard_sd_m: float | None = None


def said_of(claim: Mapping[str, Any]) -> Row:
    """What a claim of one visit says of it; columns that it does not fill are left out.

    >>> row = dict.fromkeys(("each_lo", "each_hi", "central", "lo", "hi", "unit", "count", *STATED))
    >>> said_of(row | {"unit": "t", "central": 2900.0, "laden_in": "ballast"})
    {'t_stated': 2900.0, 'laden_in': 'ballast'}

    Raises:
        InputError: draughts that are the wrong way round for what was done; those with a standard error are left to the room
            that weighs it.
    """
    _check_way_round(claim)
    found = {word: claim[word] for word in STATED if word in claim}
    found["t_stated"] = claim["central"] if claim["unit"] == "t" else None
    found["bbl_lo"], found["bbl_hi"] = range_each(claim)
    return {word: found[word] for word in STATED if found.get(word) is not None}


def _check_way_round(claim: Mapping[str, Any]) -> None:
    before, after = claim["draught_in_m"], claim["draught_out_m"]
    if None in (before, after) or claim["draught_sd_m"] is not None:
        return
    wrong = {"load": after < before, "discharge": after > before}.get(claim["activity"], False)
    if wrong:
        way = "lighter" if after < before else "heavier"
        what = f"the ship departs {way} than she arrived ({before:g} to {after:g} m), which is no {claim['activity']}"
        raise InputError(what, do="check the activity and both draughts", source="claims", place=claim["claim_id"])


def range_each(claim: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """The range of barrels that a source gives for each visit; None where it gives no two ends."""
    low, high = claim["each_lo"], claim["each_hi"]
    if None in (low, high) and claim["count"] in (None, 1) and claim["unit"] == "bbl" and claim["central"] is None:
        low, high = claim["lo"], claim["hi"]
    return (None, None) if None in (low, high) else (low, high)


def picture_of(sighting: Mapping[str, Any], detections: Mapping[str, Mapping[str, Any]]) -> Picture | None:
    """What the image behind a sighting says of the ship; nothing for one that is no image."""
    if sighting["how"] != "image":
        return None
    seen = detections.get(sighting["detection_id"] or "", {})
    low, high = seen.get("freeboard_lo"), seen.get("freeboard_hi")
    sd = None if low is None or high is None else (high - low) / SD_OF_90
    return Picture(sighting["time_lo"], sighting["laden"], seen.get("freeboard_m"), sd)


def of_stay(said: Iterable[Mapping[str, Any]], pictures: Iterable[Picture]) -> Row:
    """The columns of a stay: each from the first look that fills it, else from its pictures.

    An amount in barrels and its range, or one kind of measurement, are taken from one look together.
    """
    found: Row = {}
    for row in said:
        groups = (("bbl_lo", "bbl_hi"), MEASUREMENTS[:3], MEASUREMENTS[3:], *((word,) for word in STATED[3:6]), ("t_stated",))
        for group in groups:
            if not any(word in found for word in group):
                found |= {word: row[word] for word in group if word in row}
    ordered = sorted(pictures, key=lambda picture: picture.when)
    return _by_pictures(ordered) | found if not _any(found, MEASUREMENTS[3:]) else _states(ordered) | found


def _any(row: Row, words: Iterable[str]) -> bool:
    return any(word in row for word in words)


def _by_pictures(pictures: list[Picture]) -> Row:
    """States and freeboards on arrival and departure; nothing from a single picture, which may be either."""
    read = [picture for picture in pictures if picture.freeboard_m is not None]
    if len({picture.when for picture in read}) < 2:
        return _states(pictures)
    errors = [picture.freeboard_sd_m for picture in (read[0], read[-1]) if picture.freeboard_sd_m is not None]
    sd = {"freeboard_sd_m": max(errors)} if errors else {}
    return _states(pictures) | {"freeboard_in_m": read[0].freeboard_m, "freeboard_out_m": read[-1].freeboard_m} | sd


def _states(pictures: list[Picture]) -> Row:
    told = [picture for picture in pictures if picture.laden != "unknown"]
    if len({picture.when for picture in told}) < 2:
        return {}
    return {"laden_in": told[0].laden, "laden_out": told[-1].laden}
