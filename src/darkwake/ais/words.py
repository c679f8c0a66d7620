"""Words that files write for AIS codes: navigational status and ship type (ITU-R M.1371-5, annex 8, tables 48 and 53)."""

from __future__ import annotations

NONE = float("nan")
"""A word that means "no code"."""

NAV_STATUS: dict[str, float] = {
    "under way using engine": 0,
    "at anchor": 1,
    "not under command": 2,
    "restricted maneuverability": 3,
    "restricted manoeuverability": 3,
    "restricted manoeuvrability": 3,
    "constrained by her draught": 4,
    "constrained by draught": 4,
    "moored": 5,
    "aground": 6,
    "engaged in fishing": 7,
    "under way sailing": 8,
    "reserved for future amendment [hsc]": 9,
    "reserved for future amendment of navigational status for hsc": 9,
    "reserved for future amendment [wig]": 10,
    "reserved for future amendment of navigational status for wig": 10,
    "power-driven vessel towing astern": 11,
    "power-driven vessel pushing ahead or towing alongside": 12,
    "reserved for future use": 13,
    "ais-sart": 14,
    "ais-sart (active)": 14,
    "ais-sart, mob-ais, epirb-ais": 14,
    "undefined": NONE,
    "not defined": NONE,
    "not defined (default)": NONE,
    "unknown value": NONE,
}
"""Status in words, as US and Danish files write it."""

SHIP_TYPE: dict[str, float] = {
    "wig": 20,
    "fishing": 30,
    "towing": 31,
    "towing long/wide": 32,
    "dredging": 33,
    "diving": 34,
    "military": 35,
    "sailing": 36,
    "pleasure": 37,
    "hsc": 40,
    "pilot": 50,
    "sar": 51,
    "tug": 52,
    "port tender": 53,
    "anti-pollution": 54,
    "law enforcement": 55,
    "spare 1": 56,
    "spare 2": 57,
    "medical": 58,
    "not party to conflict": 59,
    "passenger": 60,
    "cargo": 70,
    "tanker": 80,
    "other": 90,
    "reserved": NONE,
}
"""Ship type in the words of Danish files; the first code of a class stands for the class (a tanker is 80)."""
