"""Read the ships that the relations between particulars are fitted to, and fit a relation: least squares, robust, held out.

Used by ``training/hulls.py``, which says what the files are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Fit = Callable[[Numbers, Numbers], Numbers]
SEA_T_PER_M3, WATERLINE_OVER_LENGTH, BETWEEN_PERPENDICULARS_OVER_LENGTH = 1.025, 0.97, 0.95
"""Lwl = 0.97 of the length over all and Lpp = 0.95 of it: assumed, because no data here hold two lengths; the two agree with
Lwl = 1.02 Lpp (US EPA, Marine Emissions Tools)."""
FOLDS, SEED, SHORT_M, MIDDLE_M, NORMAL_P95 = 10, 0, 130.0, 200.0, 1.6449
KNOTS_M = (60.0, 80.0, 100.0, 130.0, 180.0, 250.0, 330.0)
"""Lengths between which the draught of tankers, their block coefficient and depth over draught are interpolated."""
CLASSES_M = ((60.0, 90.0), (90.0, 130.0), (130.0, 200.0), (200.0, 340.0))
"""Classes of length in which the draught is examined."""
MANY = 600
"""With more design draughts than this the draught bends at every knot; else it is one power of the length."""
WRONG = 0.3
"""A design draught is wrong where its logarithm is farther than this from that of ships of her length and beam: assumed,
because a tanker then has beam over draught of 3.5 or 1.9 (nine in ten: 2.1 to 3.2); 330 m ships with 12 m are known wrong."""
KINDS = {"tanker": "Tanker", "container ship": "Container Ship", "general cargo ship": "General Cargo"}


def read_tankers(path: Path) -> pd.DataFrame:
    """One row a tanker by MMSI: length, beam, deadweight, gross tonnage (AIS type 80 to 89, gas carriers among them)."""
    rows = pd.read_parquet(path)
    tanker = rows.class_name.str.contains("Tanker") | rows.ais_ship_type.between(80, 89)
    names = {"ais_length_m": "length_m", "ais_width_m": "beam_m", "mt_deadweight_t": "dwt_t", "mt_gross_tonnage": "gross"}
    rows = rows.rename(columns=names)
    return plausible(rows[tanker & (rows.dwt_t > 0)].groupby("mmsi")[list(names.values())].median().reset_index())


def read_labels(path: Path, kind: str) -> pd.DataFrame:
    """One row a ship of a kind by MMSI, with the register's length, beam and deadweight."""
    names = {"mt_length_overall_m": "length_m", "mt_breadth_m": "beam_m", "mt_deadweight_t": "dwt_t"}
    rows = pd.read_parquet(path).rename(columns=names)
    rows = rows[rows.mt_type.str.contains(KINDS[kind], na=False) & (rows.dwt_t > 0)]
    return plausible(rows.groupby("mmsi")[list(names.values())].median().reset_index())


def read_particulars(path: Path, kind: str) -> pd.DataFrame:
    """One row a ship of a kind by IMO number (gas carriers left out): dimensions, design draught, tonnes per centimetre."""
    rows = pd.read_csv(path)
    rows = rows.assign(length_m=rows.to_bow_m + rows.to_stern_m, beam_m=rows.to_port_m + rows.to_starboard_m)
    rows = rows.rename(columns={"draught_design_m": "draught_m"})
    gas = rows.ship_type.str.contains("Lpg|Lng", na=False)
    return plausible(rows[rows.ship_type.str.contains(KINDS[kind], na=False) & ~gas].drop_duplicates("imo"))


def plausible(ships: pd.DataFrame) -> pd.DataFrame:
    """Ships whose AIS dimensions can be (others are typing errors)."""
    possible = ships.length_m.between(30, 410) & ships.beam_m.between(5, 70)
    return ships[possible & (ships.length_m / ships.beam_m).between(4, 9)].reset_index(drop=True)


def with_tpc(ships: pd.DataFrame) -> pd.DataFrame:
    """Ships with tonnes per centimetre whose waterplane coefficient on the length over all is 0.6 to 1.05 (others: errors)."""
    coefficient = ships.tpc_t_per_cm / (ships.length_m * ships.beam_m * SEA_T_PER_M3 / 100)
    return ships[coefficient.between(0.6, 1.05)].reset_index(drop=True)


def design(ships: pd.DataFrame) -> Numbers:
    """The columns of a regression on length and beam."""
    return np.asarray(np.c_[np.ones(len(ships)), np.log(ships.length_m / 100), np.log(ships.beam_m / 15)], dtype=float)


def hats(ships: pd.DataFrame) -> Numbers:
    """The columns of a regression that bends at the knots: one a knot, 1 there and 0 at all others."""
    at = np.log(ships.length_m.to_numpy(dtype=float))
    return np.stack([np.interp(at, np.log(KNOTS_M), unit) for unit in np.eye(len(KNOTS_M))], axis=1)


def bent(ships: pd.DataFrame) -> Numbers:
    """The columns of a regression on length, bent at the knots, and beam."""
    columns: Numbers = np.c_[hats(ships), design(ships)[:, 2]]
    return columns


def at_knots(values: Numbers) -> dict[str, float]:
    """Values at the knots, by name."""
    return {f"at {length:.0f} m": float(value) for length, value in zip(KNOTS_M, values, strict=True)}


@dataclass(frozen=True)
class Draught:
    """The design draught of ships of a length and beam, in logarithms, and how far off those on record are."""

    columns: Callable[[pd.DataFrame], Numbers]
    coefficients: Numbers
    sides: dict[str, float]
    """Spread about it of what is not wrong, for short and long ships, and the share of records that is wrong."""

    def of(self, ships: pd.DataFrame) -> Numbers:
        """Its logarithm."""
        return np.asarray(self.columns(ships) @ self.coefficients, dtype=float)

    def terms(self) -> dict[str, float]:
        """The coefficients by name."""
        *along, beam = self.coefficients
        named = at_knots(np.array(along)) if self.columns is bent else dict(zip(("level", "length"), along, strict=True))
        return {**named, "beam": float(beam), **self.sides}


def draughts(records: pd.DataFrame) -> tuple[pd.DataFrame, Draught]:
    """The ships with a design draught, and its relation (robust, for some of them are wrong)."""
    drawn = records[records.draught_m > 0].reset_index(drop=True)
    columns, y = bent if len(drawn) > MANY else design, np.log(drawn.draught_m.to_numpy())
    found = robust(columns(drawn), y)
    residual = y - columns(drawn) @ found
    right, length_m = np.abs(residual) < WRONG, drawn.length_m.to_numpy()
    # Tankers of 130 to 200 m differ more than larger ones; these have the spread of those, rather than too little.
    sides = {"sd short": spread(residual[right & (length_m < SHORT_M)])}
    sides["sd long"] = spread(residual[right & (length_m >= SHORT_M) & (length_m < MIDDLE_M)])
    return drawn, Draught(columns, found, {**sides, "wrong": 1 - float(right.mean())})


def draughts_held_out(drawn: pd.DataFrame) -> pd.DataFrame:
    """Signed relative error of the design draught of every ship left out, whether she is right, and whether she lies inside."""
    fold = np.random.default_rng(SEED).integers(0, FOLDS, len(drawn))
    parts = []
    for k in range(FOLDS):
        _, found = draughts(drawn[fold != k])
        left = drawn[fold == k]
        residual = np.log(left.draught_m.to_numpy()) - found.of(left)
        sd = np.where(left.length_m < SHORT_M, found.sides["sd short"], found.sides["sd long"])
        right, inside = np.abs(residual) < WRONG, np.abs(residual) < NORMAL_P95 * sd
        parts.append(left.assign(error=np.expm1(-residual), right=right, inside=inside))
    return pd.concat(parts)


def least_squares(x: Numbers, y: Numbers) -> Numbers:
    """Ordinary least squares."""
    return np.asarray(np.linalg.lstsq(x, y, rcond=None)[0], dtype=float)


def robust(x: Numbers, y: Numbers) -> Numbers:
    """Tukey's biweight (tuning constant 4.685) by reweighted least squares, for data with gross errors."""
    weight = np.ones(len(y))
    for _ in range(50):
        root = np.sqrt(weight)
        found: Numbers = np.asarray(np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0], dtype=float)
        residual = y - x @ found
        distance = np.abs(residual) / (4.685 * scatter(residual))
        weight = np.where(distance < 1, (1 - distance**2) ** 2, 0.0)
    return found


def scatter(residual: Numbers) -> float:
    """Standard deviation by the median absolute deviation."""
    return 1.4826 * float(np.median(np.abs(residual)))


def spread(residual: Numbers) -> float:
    """The standard deviation whose normal 90 % interval holds 90 % of these residuals."""
    return float(np.quantile(np.abs(residual), 0.9)) / NORMAL_P95


def held_out(ships: pd.DataFrame, quantity: str, fit: Fit) -> pd.DataFrame:
    """Relative error of every ship left out with her fold, and whether the 90 % interval held her."""
    fold = np.random.default_rng(SEED).integers(0, FOLDS, len(ships))
    parts = []
    for k in range(FOLDS):
        known, left = ships[fold != k], ships[fold == k]
        coefficients = fit(design(known), np.log(known[quantity].to_numpy()))
        short_sd, long_sd = spreads(known, quantity, coefficients)
        residual = np.log(left[quantity].to_numpy()) - design(left) @ coefficients
        sd = np.where(left.length_m < SHORT_M, short_sd, long_sd)
        parts.append(left.assign(error=np.abs(np.expm1(-residual)), inside=np.abs(residual) < NORMAL_P95 * sd))
    return pd.concat(parts)


def proportional(draught: Draught) -> Fit:
    """A fit of ln quantity on ln(length x beam x draught), the draught being that of ships of this length and beam."""
    powers = 1 + draught.coefficients[-2:]

    def fit(x: Numbers, y: Numbers) -> Numbers:
        level, slope = least_squares(np.c_[x[:, 0], x[:, 1:] @ powers], y)
        return np.array([level, *(slope * powers)])

    return fit


def spreads(ships: pd.DataFrame, quantity: str, coefficients: Numbers) -> tuple[float, float]:
    """Spread of ln quantity about the relation, for short and long ships (one for both where few are known)."""
    residual = np.log(ships[quantity].to_numpy()) - design(ships) @ coefficients
    short = (ships.length_m < SHORT_M).to_numpy()
    if min(short.sum(), (~short).sum()) < 30:
        return (max(spread(residual), 0.2),) * 2
    return spread(residual[short]), spread(residual[~short])
