"""Transfers that nobody heard whole: a lone ship that behaves like one half of one, and two silences that could be one.

One side silent. A ship lies or drifts for hours at sea, where no others lie, then sails on. Each ship that was silent at that
time and could have been there (great circle, her speed) may have been the other half; so may a ship without a transponder,
or none. The chances of all of these add up to one: how near the silence began and ended, how much of it falls into the
stay, her type, both draughts after, and whether others were heard near by meanwhile.

Two sides silent. Of pairs of silences that could meet those that began and ended nearest each other are named, as possible
only: few, with a low chance, and the number of those left out.

What it is not: a sighting. Nothing here was observed but a stay and a silence; every row says that it is inferred.
"""

from darkwake.events.unheard.inferred import inferred
from darkwake.events.unheard.rows import ROWS

__all__ = ["ROWS", "inferred"]
