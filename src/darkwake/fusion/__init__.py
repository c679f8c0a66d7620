"""What images, AIS and publications say of one ship at one time, put together: sightings, visits, voyages."""

from darkwake.fusion.match import assign
from darkwake.fusion.matching import Matched, match
from darkwake.fusion.overlaps import overlaps
from darkwake.fusion.rule import MatchRule
from darkwake.fusion.sightings import sightings
from darkwake.fusion.stays import MergeRule
from darkwake.fusion.visits import visits
from darkwake.fusion.voyages import Deliveries, LinkRule, deliveries, voyages

__all__ = [
    "Deliveries",
    "LinkRule",
    "MatchRule",
    "Matched",
    "MergeRule",
    "assign",
    "deliveries",
    "match",
    "overlaps",
    "sightings",
    "visits",
    "voyages",
]
