"""What images, AIS and publications say of one ship at one time, put together: sightings, visits, voyages."""

from darkwake.fusion.match import assign
from darkwake.fusion.rule import MatchRule
from darkwake.fusion.sightings import sightings

__all__ = ["MatchRule", "assign", "sightings"]
