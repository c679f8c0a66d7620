"""What speaks against an object being one ship where it seems to lie: doubts, each a code and words (``code: words``).

The code is for programs, the words are for people. A doubt changes a detection by these rules alone; all others are only told:

- ``side_lobe``: half of the contrast score, and a ship only from the score ``judging.SURE``;
- ``ghost``: half of the contrast score, and never a ship: ``unknown``, with at most ``judging.OPERATING``;
- ``shape``, ``too_large``, ``line`` and, from three days on, ``fixed``: a structure, with a tenth of the score;
- ``boat``: the chance that it is longer than the shortest ship multiplies the score; below ``judging.OPERATING``, ``unknown``;
- ``two_hulls``: a pair where its chance is at least ``pairs.SURE``, without a length.
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """Codes of doubts."""

    NEAR_SHORE = "near_shore"
    BORDER = "border"
    SIDE_LOBE = "side_lobe"
    GHOST = "ghost"
    GHOST_ZONE = "ghost_zone"
    LINE = "line"
    FIXED = "fixed"
    STOOD_BEFORE = "stood_before"
    SHAPE = "shape"
    TOO_LARGE = "too_large"
    SOLID = "solid"
    SMALL = "small"
    TWO_HULLS = "two_hulls"
    BOAT = "boat"
    JUDGES_DISAGREE = "judges_disagree"


def doubt(code: Code, words: str) -> str:
    """A doubt as it stands in a table."""
    return f"{code}: {words}"


def code_of(said: str) -> str:
    """The code of a doubt.

    >>> code_of("near_shore: 340 m from land"), words_of("near_shore: 340 m from land"), words_of("at the quay")
    ('near_shore', '340 m from land', 'at the quay')
    """
    return said.partition(": ")[0]


def words_of(said: str) -> str:
    """The words of a doubt."""
    return said.partition(": ")[2] or said
