"""Values in words: factors with their units, parts of one in percent, lengths of time, and text from outside made harmless."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from darkwake.events.track import US_PER_MINUTE

ODD = "\N{REPLACEMENT CHARACTER}"
KILOMETRES_FROM_M, HOURS_FROM_MIN = 5000, 120
"""Longer ways are said in kilometres, longer times in hours."""
LONGEST_NAME = 40
"""AIS names have 20 letters; longer ones come from tables."""
_UNITS: Mapping[str, str] = {
    "m": "m",
    "kn": "kn",
    "nm": "nm",
    "deg": "°",
    "h": "h",
    "s": "s",
    "minutes": "min",
    "hours": "h",
    "per_hour": "per hour",
}
_CHANCES = ("chance", "share", "missed", "receivers_out", "left_coverage", "usually_heard", "strength", "no_transponder")
_APART = ("weights", "chances", "candidates", "class", "name", "other_name", "draughts_m", "what", "may_also_be")
"""Factors that a page shows in their own places."""


def plain(text: str | None) -> str:
    """Text from outside on one line, without marks that steer a terminal or turn the writing direction.

    >>> plain("EVIL" + chr(0x202E) + chr(10) + " <SHIP>")
    'EVIL�� <SHIP>'
    """
    odd = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    shown = "".join(ODD if unicodedata.category(letter) in odd else letter for letter in text or "")
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - 1] + "…"


def plain_long(text: Any) -> str:
    """Text of any length on one line."""
    return "".join(ODD if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp") else letter for letter in str(text))


def lasting(us: int) -> str:
    """A length of time in two units at most.

    >>> lasting(51_045_000_000), lasting(600_000_000), lasting(1_858_452_000_000)
    ('14 h 11 min', '10 min', '21 d 12 h')
    """
    minutes = round(us / 60_000_000)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 72 * 60:
        return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")
    hours = round(minutes / 60)
    return f"{hours // 24} d" + (f" {hours % 24} h" if hours % 24 else "")


def measured(factors: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every other factor with its unit, in plain words."""
    return [(_label(word), value_of(word, value)) for word, value in factors.items() if word not in _APART]


def _unit(word: str) -> tuple[str, str]:
    """A factor's name without its unit, and the unit."""
    for suffix, unit in _UNITS.items():
        if word.endswith(f"_{suffix}"):
            return word.removesuffix(f"_{suffix}"), unit
    return (word, _UNITS[word]) if word in _UNITS else (word, "")


def _label(word: str) -> str:
    return plain(_unit(word)[0].replace("_", " ")).capitalize()


def value_of(word: str, value: Any) -> str:
    """A factor's value in words.

    >>> value_of("median_distance_m", 67.767), value_of("open", False), value_of("usually_heard", 0.999242)
    ('68 m', 'no', '99.92 %')
    """
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _quantity(word, value)
    if isinstance(value, Mapping):
        return "; ".join(f"{_label(str(key)).lower()}: {value_of(str(key), one)}" for key, one in value.items())
    parts = value if isinstance(value, Sequence) and not isinstance(value, str) else None
    return plain_long(value) if parts is None else " / ".join(value_of(word, one) for one in parts) or "none"


def _quantity(word: str, value: float) -> str:
    unit = _unit(word)[1]
    if word.startswith(_CHANCES) or word.endswith("_chance"):
        return share_of(value)
    if unit == "m" and abs(value) >= KILOMETRES_FROM_M:
        return f"{value / 1000:,.1f} km"
    if unit == "min" and abs(value) >= HOURS_FROM_MIN:
        return lasting(round(value * US_PER_MINUTE))
    return f"{_number(value)}{'' if unit == '°' else ' '}{unit}".rstrip()


def _number(value: float) -> str:
    if isinstance(value, int) or float(value).is_integer():
        return f"{value:,.0f}"
    size = abs(value)
    return f"{value:,.0f}" if size >= 50 else f"{value:.1f}" if size >= 1 else f"{value:.2g}"


def share_of(value: float) -> str:
    """A part of one in percent with the digits that it is worth.

    >>> share_of(0.00068), share_of(0.9992), share_of(0.00001), share_of(0.34)
    ('0.068 %', '99.92 %', '0.001 %', '34 %')
    """
    hundred = 100 * value
    if hundred in (0, 100):
        return f"{hundred:.0f} %"
    if hundred >= 99:
        return f"{min(hundred, 99.99):.4g} %" if hundred > 99.9 else f"{hundred:.1f} %"
    return f"{hundred:.0f} %" if hundred >= 10 else f"{float(f'{hundred:.2g}'):.6g} %"
