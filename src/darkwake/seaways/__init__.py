"""Distances by sea: the world's water, meshes over it, shortest ways.

Knows positions alone: no ships, no places, no tables.
"""

from darkwake.seaways.graph import SeaGraph
from darkwake.seaways.seas import Reached, Seas, sea_distance_nm, sea_way, world_seas
from darkwake.seaways.water import Water, World, wet

__all__ = ["Reached", "SeaGraph", "Seas", "Water", "World", "sea_distance_nm", "sea_way", "wet", "world_seas"]
