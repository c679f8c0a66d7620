"""Which ship was that? Detections of one scene against the ships heard at its time.

Pairs within a gate compete in one optimal one-to-one assignment in which every detection may also stay unmatched: Munkres
assignment over log-likelihood ratios against "no AIS", as in multi-target association (Blackman 1986, chapter 4). Where
ships should appear is worked out in ``expected.py``. It is done twice: the slow ships of the first match show by how far the
scene lies off (``bias.py``), and the second match takes that off.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from darkwake.fusion.bias import Bias, learn
from darkwake.fusion.expected import Offsets, Spot, length_ratios, offsets, seen_off
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
    shift_m: float = 0.0
    """By how far her motion displaces her along the flight."""
    bias_m: float = 0.0
    """By how far the scene lies off there."""
    left_m: float | None = None
    """What is left of the distance without both; and its standard deviation."""
    sigma_m: float | None = None


def match_scene(spots: Sequence[Spot], ships: Sequence[Heard], rule: MatchRule) -> tuple[list[Match], Bias | None]:
    """The detections of one scene against the ships heard, without the bias that slow ships among them show.

    Returns:
        One match for each detection, and the bias; None where too few slow ships were found.
    """
    first = assign(spots, ships, rule)
    bias = learn_bias(spots, first, rule)
    return (first, None) if bias is None else (assign(spots, ships, rule, bias), bias)


def learn_bias(spots: Sequence[Spot], matches: Sequence[Match], rule: MatchRule) -> Bias | None:
    """By how far a scene lies off, from ships that hardly move and were matched more likely than not."""
    slow = [
        (spot, found.ship)
        for spot, found in zip(spots, matches, strict=True)
        if found.ship and found.probability > 0.5 and found.ship.speed_kn is not None and found.ship.speed_kn <= rule.slow_kn
    ]
    if len(slow) < rule.bias_ships:
        return None
    return learn(
        [(spot.lat, spot.lon) for spot, _ in slow],
        [seen_off(spot, ship, rule) for spot, ship in slow],
        [math.hypot(rule.antenna_m, ship.reckoned_m) for _, ship in slow],
        prior_m=rule.geolocation_m,
        reach_m=rule.bias_reach_km * 1000,
    )


def assign(spots: Sequence[Spot], ships: Sequence[Heard], rule: MatchRule, bias: Bias | None = None) -> list[Match]:
    """The best one-to-one assignment of detections to the ships heard; unmatched where none fits.

    Args:
        spots: place, geometry and length of each detection.
        ships: the ships heard, brought to the time of the scene.
        rule: parameters.
        bias: by how far the scene lies off, where that is known.

    Returns:
        One match for each point. The probability of a pair is its share among all ships in the gate and "no AIS", by
        likelihood; it has not been calibrated against truth.

    >>> ship = Heard(1, "t", 42.70, 133.0, 150.0, 1.0, "file", "observed")
    >>> here, far = assign([Spot(42.7005, 133.0), Spot(42.9, 133.0)], [ship], MatchRule())
    >>> here.ship.mmsi, round(here.probability, 2), far.ship
    (1, 0.99, None)
    """
    if not spots:
        return []
    if not ships:
        return [Match(None, 1.0, None, {}) for _ in spots]
    apart = offsets(spots, ships, rule, bias)
    ratio = _log_ratios(apart, rule) + length_ratios(spots, ships, rule)
    number = len(spots)
    cost = np.full((number, len(ships) + number), _NEVER)
    cost[:, : len(ships)] = np.where(np.isfinite(ratio), -ratio, _NEVER)
    # One further column for each detection stands for "no AIS", whose log-likelihood ratio is nothing.
    cost[np.arange(number), len(ships) + np.arange(number)] = 0.0
    rows, columns = linear_sum_assignment(cost)
    return [_match(ratio, apart, int(row), int(column), ships) for row, column in zip(rows, columns, strict=True)]


def _match(ratio: NDArray[np.float64], apart: Offsets, row: int, column: int, ships: Sequence[Heard]) -> Match:
    weights = np.exp(np.clip(ratio[row], -math.inf, 50.0))
    alone = 1.0 / (1.0 + float(weights.sum()))
    others = {ships[k].mmsi: float(weights[k]) * alone for k in np.flatnonzero(weights).tolist() if k != column}
    if column >= len(ships):
        return Match(None, alone, None, others)
    return Match(
        ship=ships[column],
        probability=float(weights[column]) * alone,
        distance_m=float(apart.distance_m[row, column]),
        others=others,
        shift_m=float(apart.shift_m[row, column]),
        bias_m=float(apart.bias_m[row, 0]),
        left_m=float(apart.left_m[row, column]),
        sigma_m=float(apart.sigma_m[row, column]),
    )


def _log_ratios(apart: Offsets, rule: MatchRule) -> NDArray[np.float64]:
    """Log of (density of this offset for this ship) over (density of ships without AIS); minus infinity beyond the gate."""
    log_density = -0.5 * apart.sigmas**2 - np.log(2 * math.pi * apart.sigma_m**2)
    ratio = log_density - math.log(rule.silent_ships_per_km2 / 1e6)
    return np.where(apart.sigmas <= rule.gate_sigmas, ratio, -math.inf)
