"""How far payloads of simulated ships lie from truth, by basis.

    python benchmarks/payloads.py [SEED ...]

Each seed (20 by default) draws 300 ships with known cargo; a register's length, beam, depth, design draught and deadweight are
known, never lightship or fullness. The functions are those of ``tests/simulation/test_loadings.py``, which asserts the bounds.
Prints, for each seed and basis, the median and the 90th percentile of the relative error and the share of truths inside the
90 % interval. Half-metre images are any: also under a high sun or one near the ship's axis.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.simulation import test_loadings as simulated

from darkwake.cargo import payload
from darkwake.cargo.draughts import Measured
from darkwake.simulation.loadings import read_draughts, ship


def alone(case: simulated.Case) -> NDArray[np.float64]:
    """Tonnes from the deadweight and an assumed laden fraction."""
    tonnes = payload(dwt_t=case.truth.ship.dwt_t, draws=simulated.DRAWS).t
    # A row whose quantiles are these three.
    return np.interp(
        np.linspace(0, 1, 101), [0, 0.05, 0.5, 0.95, 1], [tonnes.p05, tonnes.p05, tonnes.p50, tonnes.p95, tonnes.p95]
    )


def main() -> None:
    """Draw, reckon and tell."""
    for seed in [int(word) for word in sys.argv[1:]] or [20]:
        rng = np.random.default_rng(seed)
        series = simulated.cases([ship(rng) for _ in range(simulated.SHIPS)], seed)
        looks = [case for case in series for _ in range(simulated.LOOKS)]
        truths = simulated.truths(series)
        measured = [simulated.by_draughts(case, Measured(*read_draughts(case.truth, 0.1, case.rng), 0.1)) for case in series]
        typed = [simulated.by_draughts(case, simulated.typed(case)) for case in series]
        imaged = [simulated.by_freeboards(case) for case in looks]
        for basis, answers, known in (
            ("two draughts to 0.1 m", measured, truths),
            ("two typed draughts", typed, truths),
            ("two freeboards at 0.5 m pixels", imaged, simulated.truths(looks)),
            ("deadweight alone", [alone(case) for case in series], truths),
        ):
            median, p90, inside = simulated.scored(answers, known)
            print(f"seed {seed}, {basis}: median {median:.1%}, P90 {p90:.1%}, inside {inside:.1%} of {len(known)}")


if __name__ == "__main__":
    main()
