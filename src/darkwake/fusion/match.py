"""Which ship was that? Detections of one scene against the ships heard at its time.

Pairs within a gate compete in one optimal one-to-one assignment in which every detection may also stay unmatched: Munkres
assignment over log-likelihood ratios against "no AIS", as in multi-target association (Blackman 1986, chapter 4). Not
solved here: the azimuth shift of moving ships in radar images widens the gate, it is not corrected.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from darkwake import geo
from darkwake.fusion.heard import Heard
from darkwake.fusion.rule import MatchRule

_NEVER = 1e9
"""Cost of a pair outside the gate: above any sum of real costs, so that it is never chosen over "unmatched"."""


@dataclass(frozen=True)
class Match:
    """What became of one detection: the ship, or ``None``; how sure; and who else it could have been."""

    ship: Heard | None
    probability: float
    distance_m: float | None
    others: dict[int, float]
    """Probability of every other ship in the gate, by MMSI."""


def assign(points: Sequence[tuple[float, float]], ships: Sequence[Heard], rule: MatchRule) -> list[Match]:
    """The best one-to-one assignment of detections to the ships heard; unmatched where none fits.

    Args:
        points: latitude and longitude of each detection.
        ships: the ships heard, brought to the time of the scene.
        rule: parameters.

    Returns:
        One match for each point. The probability of a pair is its share among all ships in the gate and "no AIS", by
        likelihood; it has not been calibrated against truth.

    >>> ship = Heard(1, "t", 42.70, 133.0, 150.0, 1.0, "file", "observed")
    >>> here, far = assign([(42.7005, 133.0), (42.9, 133.0)], [ship], MatchRule())
    >>> here.ship.mmsi, round(here.probability, 2), far.ship
    (1, 0.99, None)
    """
    if not points:
        return []
    ratio, distance_m = _log_ratios(points, ships, rule)
    number = len(points)
    cost = np.full((number, len(ships) + number), _NEVER)
    cost[:, : len(ships)] = np.where(np.isfinite(ratio), -ratio, _NEVER)
    # One further column for each detection stands for "no AIS", whose log-likelihood ratio is nothing.
    cost[np.arange(number), len(ships) + np.arange(number)] = 0.0
    rows, columns = linear_sum_assignment(cost)
    return [_match(ratio[row], distance_m[row], int(column), ships) for row, column in zip(rows, columns, strict=True)]


def _match(ratio: NDArray[np.float64], distance_m: NDArray[np.float64], column: int, ships: Sequence[Heard]) -> Match:
    weights = np.exp(np.clip(ratio, -math.inf, 50.0))
    alone = 1.0 / (1.0 + float(weights.sum()))
    others = {ships[k].mmsi: float(weights[k]) * alone for k in np.flatnonzero(weights).tolist() if k != column}
    if column >= len(ships):
        return Match(None, alone, None, others)
    return Match(ships[column], float(weights[column]) * alone, float(distance_m[column]), others)


def _log_ratios(
    points: Sequence[tuple[float, float]], ships: Sequence[Heard], rule: MatchRule
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log of (density of this offset for this ship) over (density of ships without AIS); minus infinity beyond the gate."""
    if not ships:
        return np.zeros((len(points), 0)), np.zeros((len(points), 0))
    lat, lon = np.array(points, dtype=np.float64).T
    distance_m = geo.distance_m(lat[:, None], lon[:, None], [ship.lat for ship in ships], [ship.lon for ship in ships])
    sigma_m = np.array([ship.sigma_m for ship in ships])
    log_density = -0.5 * (distance_m / sigma_m) ** 2 - np.log(2 * math.pi * sigma_m**2)
    ratio = log_density - math.log(rule.silent_ships_per_km2 / 1e6)
    return np.where(distance_m <= rule.gate_sigmas * sigma_m, ratio, -math.inf), distance_m
