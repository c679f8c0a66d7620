"""Judging meetings: each with the reports around it and its circumstances, in lots that travel to other processes.

met ─► tasks (ships, hulls, place, draughts) ─┬─► lots ─► verdicts: class, chance, contact, factors
positions ─► reports around the meetings ─────┘
"""

from darkwake.events.judging.spread import judged

__all__ = ["judged"]
