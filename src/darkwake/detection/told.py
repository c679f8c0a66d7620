"""Detections and what was searched, in words and sums for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from darkwake.detection.doubts import words_of

KINDS = ("ship", "pair", "unknown", "structure")
"""Kinds of detections in the order in which a person wants them."""

SUMS = ("searched_km2", "land_km2", "nodata_km2", "interference_km2", "ambiguity_km2")


def searched_summary(scene: Mapping[str, Any], areas: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What was searched of a scene: sums over its areas, and the smallest ship findable in the best, middle and worst.

    A scene without areas (nothing but the count of searched pixels) has null for what is not known.

    >>> area = dict.fromkeys(SUMS, 1.0)
    >>> told = searched_summary({}, [area | {"smallest_m": 20.0}, area | {"smallest_m": None}])
    >>> told["land_km2"], told["smallest_m"], told["areas_without_a_findable_ship"]
    (2.0, {'least': 20.0, 'middle': 20.0, 'greatest': 20.0}, 1)
    """
    if not areas:
        alone = {"searched_km2": round(scene["searched_px"] * scene["spacing_m"] ** 2 / 1e6, 2)}
        return {"areas": 0} | dict.fromkeys(SUMS) | alone | {"smallest_m": None, "areas_without_a_findable_ship": None}
    smallest = [float(area["smallest_m"]) for area in areas if area["smallest_m"] is not None]
    spread = {"least": min(smallest), "middle": round(median(smallest), 1), "greatest": max(smallest)} if smallest else None
    return {
        "areas": len(areas),
        **{word: round(sum(float(area[word]) for area in areas), 2) for word in SUMS},
        "smallest_m": spread,
        "areas_without_a_findable_ship": len(areas) - len(smallest),
    }


def searched_words(summary: Mapping[str, Any]) -> str:
    """The summary in a sentence.

    >>> known = dict.fromkeys(SUMS, 0.0) | {"searched_km2": 812.4, "land_km2": 95.0}
    >>> searched_words(known | {"smallest_m": {"least": 21.0, "middle": 24.0, "greatest": 40.0}})
    '812 km2 searched; left out: land 95 km2; smallest ship found in nine of ten cases: 24 m (21 to 40 m by area)'
    """
    words = [f"{summary['searched_km2']:,.0f} km2 searched"]
    left_out = [
        f"{name} {summary[word]:,.0f} km2"
        for name, word in (("land", "land_km2"), ("no data", "nodata_km2"), ("interference", "interference_km2"))
        if summary.get(word) and summary[word] >= 0.5
    ]
    words += [f"left out: {', '.join(left_out)}"] if left_out else []
    if summary.get("ambiguity_km2") and summary["ambiguity_km2"] >= 0.5:
        words.append(f"{summary['ambiguity_km2']:,.0f} km2 of it where ghosts of bright targets may fall")
    if summary.get("smallest_m"):
        least, middle, greatest = (summary["smallest_m"][word] for word in ("least", "middle", "greatest"))
        sizes = f"{middle:.0f} m ({least:.0f} to {greatest:.0f} m by area)"
        words.append(f"smallest ship found in nine of ten cases: {sizes}")
    return "; ".join(words)


def counts(rows: Sequence[Mapping[str, Any]]) -> str:
    """How many of each kind.

    >>> counts([{"kind": "unknown"}, {"kind": "ship"}, {"kind": "ship"}]), counts([])
    ('2 ship, 1 unknown', 'nothing found')
    """
    kinds = Counter(str(row["kind"]) for row in rows)
    return ", ".join(f"{kinds[kind]} {kind}" for kind in KINDS if kinds[kind]) or "nothing found"


def length_words(row: Mapping[str, Any]) -> str:
    """Length with its interval, or why there is none.

    >>> length_words({"length_m": 181.0, "length_lo": 120.0, "length_hi": 260.0})
    '181 m (120-260)'
    >>> length_words({"length_m": None, "unmeasured": "two hulls touch"})
    'length not measurable: two hulls touch'
    """
    if row.get("length_m") is None:
        reason = row.get("unmeasured")
        return "length not measurable" + (f": {reason}" if reason else "")
    return f"{row['length_m']:.0f} m" + _interval(row, "length")


def beam_words(row: Mapping[str, Any]) -> str:
    """Beam with its interval; nothing where there is none."""
    return "" if row.get("beam_m") is None else f"beam {row['beam_m']:.0f} m" + _interval(row, "beam")


def heading_words(row: Mapping[str, Any]) -> str:
    """Heading, or the axis both ways with its 90 % interval.

    >>> heading_words({"heading_deg": 31.0}), heading_words({"heading_deg": 31.0, "bow_deg": 211.0}), heading_words({})
    ('axis 031/211°', 'bow 211°', '')
    >>> heading_words({"heading_deg": 31.0, "heading_within_deg": 15.4})
    'axis 031/211° ± 15°'
    """
    if row.get("bow_deg") is not None:
        return f"bow {row['bow_deg'] % 360:03.0f}°"
    if row.get("heading_deg") is None:
        return ""
    within = "" if row.get("heading_within_deg") is None else f" ± {row['heading_within_deg']:.0f}°"
    return f"axis {row['heading_deg']:03.0f}/{row['heading_deg'] + 180:03.0f}°{within}"


def place_words(row: Mapping[str, Any]) -> str:
    """Latitude and longitude; nothing where it is not located."""
    return "" if row.get("lat") is None else f"{row['lat']:.4f} {row['lon']:.4f}"


def doubt_words(row: Mapping[str, Any]) -> str:
    """What speaks against a ship.

    >>> doubt_words({"doubts": ["near_shore: 340 m from land", "small: too few pixels for a shape"]})
    '340 m from land; too few pixels for a shape'
    """
    return "; ".join(words_of(said) for said in row.get("doubts") or ())


def _interval(row: Mapping[str, Any], what: str) -> str:
    low, high = row.get(f"{what}_lo"), row.get(f"{what}_hi")
    return "" if low is None or high is None else f" ({low:.0f}-{high:.0f})"
