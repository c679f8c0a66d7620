"""Simulated worlds with known truth: no ship in them is real, and every row says so.

A world is a scenario and a seed. It writes files in the formats of the world outside (AIS, images), so that the whole
way from file to finding is exercised, and the truth beside them, which nothing but an examination reads.
"""

from darkwake.simulation.layer import write_layer

__all__ = ["write_layer"]
