"""How barrels add up against a cap: the cumulative sum with its interval, the chance of exceedance and its day, in words."""

from darkwake.fusion import LinkRule
from darkwake.ledger.account import account
from darkwake.ledger.accumulate import BOTH, MODES, REPORTS, SIMULATED, VISITS, LedgerRule, ledger
from darkwake.ledger.cap import Cap, cap_year, caps_of
from darkwake.ledger.exchange import SheetLine, exchange, exchange_sheet
from darkwake.ledger.looking import Look
from darkwake.ledger.missed import UnseenVisits, unseen_visits
from darkwake.ledger.state import CapState, CapStates, finding, ledger_state
from darkwake.ledger.stream import Total, total
from darkwake.ledger.unseen import unseen
from darkwake.ledger.watching import WatchRule
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
    "CapStates",
    "LedgerRule",
    "LinkRule",
    "Look",
    "SheetLine",
    "Total",
    "UnseenVisits",
    "WatchRule",
    "account",
    "cap_year",
    "caps_of",
    "exchange",
    "exchange_sheet",
    "finding",
    "ledger",
    "ledger_state",
    "likelihood",
    "total",
    "unseen",
    "unseen_visits",
]
