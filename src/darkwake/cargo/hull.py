"""A ship's particulars from what is known of her: one joint draw a world of dimensions, weights and fullness.

It is no record of any ship: what was not given is drawn as ships of her kind have it, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from darkwake.cargo.factors import Factor, Numbers


@dataclass(frozen=True)
class Known:
    """What is known of a ship; None is not known."""

    kind: str = "tanker"
    """One of: tanker, container ship, general cargo ship."""
    length_m: float | None = None
    """Length over all."""
    length_sd_m: float = 0.0
    """Its standard deviation where it was measured on an image."""
    beam_m: float | None = None
    beam_sd_m: float = 0.0
    depth_m: float | None = None
    draught_m: float | None = None
    """Summer draught."""
    dwt_t: float | None = None
    lightship_t: float | None = None
    tpc_t_per_cm: float | None = None
    """Tonnes per centimetre immersion at the summer draught, in sea water."""


@dataclass(frozen=True)
class Hull:
    """One joint draw of the particulars a world: arrays of equal length, of which entry k belongs to world k.

    In every world ``dwt_t + lightship_t`` is the displacement at the summer draught in sea water.
    """

    length_m: Numbers
    """Length over all."""
    beam_m: Numbers
    depth_m: Numbers
    draught_m: Numbers
    """Summer draught."""
    dwt_t: Numbers
    lightship_t: Numbers
    cb: Numbers
    """Block coefficient at the summer draught, on the waterline length."""
    cwp: Numbers
    """Waterplane coefficient at the summer draught, on the waterline length."""
    basis: str
    marks: tuple[str, ...]
    """What looks odd, in words."""
    factors: tuple[Factor, ...]
    """The named unknowns behind the draws, with their sources."""
