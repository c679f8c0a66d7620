"""Names that publishers write into one cell: ``Aqua Titan (formerly Lang Ya)``, ``IMO 9058713 ("AVAX")``."""

from __future__ import annotations

import re

from darkwake.identity.imo import parse
from darkwake.identity.lists.reading import distinct

_FORMERLY = re.compile(r"^(?P<now>.*?)\s*\(\s*formerly\s+(?P<before>[^)]*)\)?\s*$", re.IGNORECASE)
_QUOTED = re.compile(r"^(?P<number>.*?)\s*\(\s*[\"“](?P<name>[^\"”]+)[\"”]\s*\)\s*$")


def names_in(cell: str) -> tuple[str, ...]:
    """The names in a cell, the present one first; several former ones are separated by semicolons.

    >>> names_in("Noctis (formerly Luna; Asher)")
    ('Noctis', 'Luna', 'Asher')
    >>> names_in('IMO 9058713 ("AVAX")'), names_in("Quartanus (formerly Morpheus")
    (('AVAX',), ('Quartanus', 'Morpheus'))
    """
    if found := _FORMERLY.match(cell):
        return distinct([found["now"], *found["before"].split(";")])
    if (found := _QUOTED.match(cell)) and parse(found["number"]):
        return distinct([found["name"]])
    return distinct([cell])
