"""Exact names: one canonical spelling for ways of writing that never tell two ships apart.

:func:`normal` takes away what a clerk, a keyboard or a transponder adds to a name. Two names are equal here when their
canonical spellings are equal, letter for letter. There is no similarity and no threshold.

Equated:

- width, ligatures and composed letters (Unicode NFKC), and upper and lower case (casefold);
- punctuation, underscores, quotes, AIS padding (``@``), and all spacing: ``Rye Song Gang 1``, ``RyeSongGang1``;
- a leading ``M/T``, ``M/V``, ``MT``, ``MV``, ``M.T.``, ``M.V.``, ``Mv.`` (so a ship whose own name begins with MT and a blank
  equals the name without it);
- ``NO.``, ``No`` or ``№`` before a number: ``BILLIONS NO. 18``, ``Billions No.18``, ``BILLIONS 18``;
- a Korean name with and without the word for ship at its end: ``천마산호``, ``천마산``.

Kept apart, on purpose:

- digits: SAM JONG 1 is not SAM JONG 2; ``1 2`` is not ``12``; ``2`` is not ``II``;
- romanisations (RYE SONG GANG, YESEONGGANG), scripts, accents, translations, old names, misspellings;
- a ``NO`` glued to letters before it (``BILLIONSNO18``).
"""

from __future__ import annotations

import re
import unicodedata

_PREFIXES = frozenset({("m", "t"), ("m", "v"), ("mt",), ("mv",)})
_MARKS = ("M",)
_KOREAN_SHIP = "호"
_HANGUL = re.compile("[가-힣]")


def normal(name: str) -> str:
    """The canonical spelling of a name; empty where nothing but punctuation was written.

    >>> normal("M/T Billions No.18") == normal("BILLIONS  NO. 18")
    True
    >>> normal("SAM JONG 1") == normal("SAM JONG 2")
    False
    >>> normal("삼정 1호") == normal("삼정1")
    True
    """
    pieces = _without_korean_ship(_without_no(_without_prefix(_pieces(name))))
    return re.sub(r"(?<=[^\d ]) | (?=[^\d ])", "", " ".join(pieces))


def same(left: str, right: str) -> bool:
    """Whether two names are equal but for ways of writing.

    >>> same("Jal_Vahini", "JAL VAHINI"), same("Zu Zag Bong 5", "Zu Zag Bong 6"), same("-", "?")
    (True, False, False)
    """
    return bool(normal(left)) and normal(left) == normal(right)


def _pieces(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    joined = re.sub(r"['’`ʼ]", "", folded)
    spoken = "".join("\u0000" if unicodedata.category(c)[0] in _MARKS else c for c in joined)
    # Combining marks are part of a word in many scripts but not of \w: find the words without them, then read the original.
    return [joined[m.start() : m.end()] for m in re.finditer(r"\d+|[^\W\d_](?:[^\W\d_]|\u0000)*", spoken)]


def _without_prefix(pieces: list[str]) -> list[str]:
    for length in (1, 2):
        if tuple(pieces[:length]) in _PREFIXES and len(pieces) > length:
            return pieces[length:]
    return pieces


def _without_no(pieces: list[str]) -> list[str]:
    return [
        piece for at, piece in enumerate(pieces) if not (piece == "no" and at + 1 < len(pieces) and pieces[at + 1].isdigit())
    ]


def _without_korean_ship(pieces: list[str]) -> list[str]:
    if not pieces or not pieces[-1].endswith(_KOREAN_SHIP) or not _HANGUL.search("".join(pieces)[:-1]):
        return pieces
    last = pieces[-1].removesuffix(_KOREAN_SHIP)
    return [*pieces[:-1], last] if last else pieces[:-1]
