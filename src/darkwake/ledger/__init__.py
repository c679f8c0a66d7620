"""How barrels add up against a cap: the cumulative sum with its interval, the chance of exceedance and its day, in words."""

from darkwake.fusion import LinkRule
from darkwake.ledger.accumulate import BOTH, MODES, REPORTS, SIMULATED, VISITS, LedgerRule, ledger
from darkwake.ledger.cap import Cap, cap_year, caps_of
from darkwake.ledger.state import CapState, finding, ledger_state
from darkwake.ledger.words import SCALE, SCALE_SOURCE, likelihood

__all__ = [
    "BOTH",
    "MODES",
    "REPORTS",
    "SCALE",
    "SCALE_SOURCE",
    "SIMULATED",
    "VISITS",
    "Cap",
    "CapState",
    "LedgerRule",
    "LinkRule",
    "cap_year",
    "caps_of",
    "finding",
    "ledger",
    "ledger_state",
    "likelihood",
]
