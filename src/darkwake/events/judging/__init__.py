"""Judging meetings: each with the reports around it and its circumstances, in lots that travel to other processes.

met ─► known (ships, hulls, place, draughts) ─┬─► lots ─► verdicts: class, chance, contact ─┬─► factors
positions ─► reports around the meetings ─────┘                                             │
known ─► said: names, places, what the meeting was found by (it does not travel) ───────────┘
"""

from darkwake.events.judging.spread import judged

__all__ = ["judged"]
