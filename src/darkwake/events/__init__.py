"""What ships did, as AIS shows it: silences, meetings, slow spells, calls, shared identities, false positions.

Each event is one file with a frozen set of parameters and one function from table expressions to a table expression; the
same expression runs on DuckDB and on Spark and gives the same rows, ids included. Nothing here judges intent: an event
says what stands in the data, its rule says so in words.
"""

from darkwake.events.call import CallRule, calls
from darkwake.events.encounter import EncounterRule, encounters
from darkwake.events.find import Found, find
from darkwake.events.gap import GapRule, gaps
from darkwake.events.identity import IdentityRule, identities
from darkwake.events.kinds import KINDS, Kind, Known
from darkwake.events.loiter import LoiterRule, loitering
from darkwake.events.reach import could_have_called, reach, reached, said
from darkwake.events.reachable import ReachRule, reachable_sets
from darkwake.events.reception import ReceptionRule, receptions
from darkwake.events.spoofing import falsehoods
from darkwake.events.spoofing_rule import SpoofingRule
from darkwake.events.stage import events
from darkwake.events.stop import StopRule, pieces, stops

__all__ = [
    "KINDS",
    "CallRule",
    "EncounterRule",
    "Found",
    "GapRule",
    "IdentityRule",
    "Kind",
    "Known",
    "LoiterRule",
    "ReachRule",
    "ReceptionRule",
    "SpoofingRule",
    "StopRule",
    "calls",
    "could_have_called",
    "encounters",
    "events",
    "falsehoods",
    "find",
    "gaps",
    "identities",
    "loitering",
    "pieces",
    "reach",
    "reachable_sets",
    "reached",
    "receptions",
    "said",
    "stops",
]
