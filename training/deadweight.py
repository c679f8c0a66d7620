# ruff: noqa: T201 (what it prints is its result)
"""Fit the deadweight of tankers to length and beam, and print the constants that ``darkwake.cargo.deadweight`` carries.

Run: ``python training/deadweight.py PATH/opensarship_v1_ais_static.parquet``. One row a ship (the median of what she
sent), AIS ship type 80 to 89 or class "Tanker", length over beam 4 to 9 (others are typing errors). Folds are cut by ship.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

FOLDS, SEED, SHORT_M, NORMAL_P95 = 10, 0, 130.0, 1.6449


def tankers(path: Path) -> pd.DataFrame:
    """One row a tanker: length, beam, deadweight."""
    rows = pd.read_parquet(path)
    tanker = rows.class_name.str.contains("Tanker") | rows.ais_ship_type.between(80, 89)
    known = (rows.mt_deadweight_t > 0) & (rows.ais_length_m > 20) & (rows.ais_width_m > 4)
    columns = {
        "length_m": ("ais_length_m", "median"),
        "beam_m": ("ais_width_m", "median"),
        "dwt_t": ("mt_deadweight_t", "median"),
    }
    ships = rows[tanker & known].groupby("mmsi").agg(**columns).reset_index()
    return ships[(ships.length_m / ships.beam_m).between(4, 9)].reset_index(drop=True)


def design(ships: pd.DataFrame) -> Any:
    """The columns of the regression."""
    return np.c_[np.ones(len(ships)), np.log(ships.length_m / 100), np.log(ships.beam_m / 15)]


def fit(ships: pd.DataFrame) -> tuple[Any, float, float]:
    """Coefficients, and the residual's standard deviation for short and long ships."""
    coefficients, *_ = np.linalg.lstsq(design(ships), np.log(ships.dwt_t), rcond=None)
    residual = np.log(ships.dwt_t) - design(ships) @ coefficients
    short = ships.length_m < SHORT_M
    return coefficients, float(residual[short].std()), float(residual[~short].std())


def held_out(ships: pd.DataFrame) -> pd.DataFrame:
    """Relative error, and whether the 90 % interval held, for every ship left out in turn."""
    fold = np.random.default_rng(SEED).integers(0, FOLDS, len(ships))
    parts = []
    for k in range(FOLDS):
        coefficients, short_sd, long_sd = fit(ships[fold != k])
        left = ships[fold == k]
        residual = np.log(left.dwt_t) - design(left) @ coefficients
        sd = np.where(left.length_m < SHORT_M, short_sd, long_sd)
        parts.append(left.assign(error=np.abs(np.expm1(-residual)), inside=np.abs(residual) < NORMAL_P95 * sd))
    return pd.concat(parts)


def main() -> None:
    """Print the constants and the errors."""
    ships = tankers(Path(sys.argv[1]))
    coefficients, short_sd, long_sd = fit(ships)
    print(f"ships {len(ships)}; coefficients {coefficients.round(6)}; log sd short {short_sd:.4f}, long {long_sd:.4f}")
    print(f"length {ships.length_m.min()}-{ships.length_m.max()} m, beam {ships.beam_m.min()}-{ships.beam_m.max()} m")
    print("length over beam 5, 50, 95 %:", (ships.length_m / ships.beam_m).quantile([0.05, 0.5, 0.95]).round(2).tolist())
    errors = held_out(ships)
    for name, part in (("all", errors), ("1,000-9,000 t", errors[errors.dwt_t.between(1000, 9000)])):
        print(f"{name}: {len(part)} ships, median error {part.error.median():.1%}, inside 90 % {part.inside.mean():.1%}")


if __name__ == "__main__":
    main()
