# ruff: noqa: T201 (what it prints is its result)
"""Fit what each sign of a transfer weighs that was not heard whole, on simulated worlds whose circumstances are drawn.

Run: ``PYTHONPATH=training python training/encounters_unheard.py [--worlds 60]``. It prints the tables ``WEIGHTS`` and
``BOTH_WEIGHTS`` of ``darkwake.events.unheard.odds``:

- one side silent: of each lone stay of a tanker or of a ship of unknown type the likelihood of what it truly was (half of a
  transfer with this silent ship, or with one that is not listed, or none) under the odds of the package;
- both silent: of each pair of silences whether the two met.

Weights are drawn towards those of first principles (1: what is said counts as it was reasoned out), so that a sign counts less
only where worlds show it. Held out: ``encounters.py``, on other seeds.

What it cannot say: how often the things happen in the world. Worlds are made with rates of our choosing; waiting tankers, lost
receivers and closed transponders of a real sea may be more or fewer.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from encounters_worlds import drawn, made
from scipy.optimize import minimize
from scipy.special import logsumexp

from darkwake.engine import DuckDB
from darkwake.events.berths import Berths, stays
from darkwake.events.encounter import meetings_judged
from darkwake.events.meetings import EncounterRule, meetings
from darkwake.events.neighbours import TRANSFERS
from darkwake.events.track import US_PER_HOUR
from darkwake.events.unheard.both_silent import pairs_of, with_ships
from darkwake.events.unheard.inferred import Unheard, unheard_of
from darkwake.events.unheard.one_silent import Half, halves
from darkwake.simulation.traffic import World
from darkwake.units import EPOCH

OWN = ("how often", "drifting", "hours", "transfer area", "draught changed", "draught the same")
NOT_LISTED = ("not listed", "not listed, draught changed")
SILENCE = (
    "fell silent near", "heard again near", "silences there", "silent often", "covered", "heard near by", "type",
    "draughts", "lay through",
    "one end unknown",
)  # fmt: skip
BOTH = (
    "how often", "fell silent near", "heard again near", "silences there", "lay through", "length", "starts apart",
    "ends apart", "both at once", "receivers out", "type", "draughts", "silent often", "the same two often",
)  # fmt: skip
FREE = {"how often": (-2.0, 3.0), "not listed": (-1.0, 2.0), "one end unknown": (0.0, 0.7), "receivers out": (-1.0, 1.5)}
FREE |= dict.fromkeys(("drifting", "hours", "transfer area", "starts apart", "ends apart"), (0.0, 0.5))
FREE |= {"draught changed": (0.3, 0.5), "draught the same": (-0.3, 0.5), "not listed, draught changed": (0.5, 0.5)}
FREE |= {"length": (0.0, 1.0), "both at once": (0.0, 1.0)}
"""Mean and standard deviation of a weight before anything was seen; 1 and ``REASONED_SD`` where it does not stand here."""
REASONED_SD = 0.3
FREE |= dict.fromkeys(("silent often", "the same two often"), (1.0, 0.01))
"""Worlds of some days cannot say what silences of a year weigh: these stay as they were reasoned out."""
NOT_BELOW, NOT_ABOVE = ("draught changed",), ("draught the same",)
"""A changed draught never speaks against a transfer, the same one never for it."""
LEAST_H = 1.0
"""A stay is half of a transfer that falls into it for so long."""

Floats = np.ndarray


@dataclass
class Seen:
    """What worlds say: of each stay its alternatives (rows: none, not listed, each silent ship), of each pair its factors."""

    stays: list[Floats] = field(default_factory=list)
    offsets: list[Floats] = field(default_factory=list)
    chosen: list[int] = field(default_factory=list)
    pairs: list[Floats] = field(default_factory=list)
    met: list[bool] = field(default_factory=list)


def look(scene: World, seen: Seen) -> None:
    """Add a world."""
    rule, engine = EncounterRule(), DuckDB()
    positions, statics = engine.table(scene.positions), engine.table(scene.statics)
    found = engine.keep_alone(lambda: meetings(positions, rule, engine))
    berths = Berths(engine.arrow(stays(positions)), scene.places)
    heard = meetings_judged(found, positions, statics, berths, engine, rule)
    unheard = unheard_of(heard, positions, statics, berths, engine, rule)
    engine.close()
    truths = [row for row in scene.truth.to_pylist() if row["what"] in TRANSFERS]
    for half in halves(unheard.lone, unheard.silences, unheard.ships):
        if half.prior >= 0.2:
            _add_stay(half, truths, seen)
    _add_pairs(unheard, heard, truths, seen)


def _add_stay(half: Half, truths: Sequence[Mapping[str, Any]], seen: Seen) -> None:
    rows = np.zeros((2 + len(half.partners), len(OWN) + len(NOT_LISTED) + len(SILENCE)))
    rows[1:, : len(OWN)] = [half.own[word] for word in OWN]
    rows[1, len(OWN) : len(OWN) + 2] = [half.not_listed[word] for word in NOT_LISTED]
    for at, (_, said) in enumerate(half.partners, 2):
        rows[at, len(OWN) + 2 :] = [said[word] for word in SILENCE]
    seen.stays.append(rows)
    seen.offsets.append(np.append(0.0, np.full(len(rows) - 1, np.log(half.prior))))
    seen.chosen.append(_true_of(half, truths))


def _true_of(half: Half, truths: Sequence[Mapping[str, Any]]) -> int:
    """The row of what a stay truly was; of two silences of the partner that which covers more of the transfer."""
    for truth in truths:
        two = {truth["track_id"], truth["other_track_id"]}
        if half.stay.track_id in two and _hours_of(half.stay, truth) >= LEAST_H:
            other = (two - {half.stay.track_id}).pop()
            own = [at for at, (could, _) in enumerate(half.partners, 2) if could.gap.track_id == other]
            return max(own, key=lambda at: _hours_of(half.partners[at - 2][0].gap, truth), default=1)
    return 0


def _hours_of(span: Any, truth: Mapping[str, Any]) -> float:
    start, end = (round((truth[word] - EPOCH).total_seconds() * 1e6) for word in ("start", "end"))
    return float((min(span.end_us, end) - max(span.start_us, start)) / US_PER_HOUR)


def _add_pairs(unheard: Unheard, heard: pa.Table, truths: Sequence[Mapping[str, Any]], seen: Seen) -> None:
    known = set(zip(heard["track_id"].to_pylist(), heard["other_track_id"].to_pylist(), strict=True))
    pairs = with_ships(pairs_of(unheard.silences[0], unheard.ships), unheard.ships)
    rows = np.column_stack([np.ones(len(pairs.ones)), *(pairs.said[word] for word in BOTH[1:])])
    for row, one, other in zip(rows, pairs.ones, pairs.others, strict=True):
        two = [pairs.silent[at] for at in (one, other)]
        names = tuple(sorted(gap.track_id for gap in two))
        if names not in known:
            of = [truth for truth in truths if names == tuple(sorted((truth["track_id"], truth["other_track_id"])))]
            seen.pairs.append(row)
            seen.met.append(any(min(_hours_of(gap, truth) for gap in two) > 0 for truth in of))


def _prior(words: Sequence[str]) -> tuple[Floats, Floats]:
    means, sds = zip(*(FREE.get(word, (1.0, REASONED_SD)) for word in words), strict=True)
    return np.array(means), np.array(sds)


def fitted_one(seen: Seen) -> dict[str, float]:
    """Weights of greatest penalised likelihood of what stays were."""
    words = (*OWN, *NOT_LISTED, *SILENCE)
    means, sds = _prior(words)

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, slope = float(np.sum((weights - means) ** 2 / sds**2) / 2), (weights - means) / sds**2
        for rows, offset, chosen in zip(seen.stays, seen.offsets, seen.chosen, strict=True):
            logs = rows @ weights + offset
            whole = logsumexp(logs)
            value += float(whole - logs[chosen])
            slope = slope + np.exp(logs - whole) @ rows - rows[chosen]
        return value, slope

    bounds = [(0.0 if word in NOT_BELOW else None, 0.0 if word in NOT_ABOVE else None) for word in words]
    found = minimize(loss, means, jac=True, method="L-BFGS-B", bounds=bounds)
    return dict(zip(words, found.x.round(2).tolist(), strict=True))


def fitted_both(seen: Seen) -> dict[str, float]:
    """Weights of greatest penalised likelihood of which pairs of silences met."""
    means, sds = _prior(BOTH)
    rows, met = np.array(seen.pairs), np.array(seen.met, float)

    def loss(weights: Floats) -> tuple[float, Floats]:
        logs = rows @ weights
        value = np.sum(np.logaddexp(0, logs) - met * logs) + np.sum((weights - means) ** 2 / sds**2) / 2
        return float(value), rows.T @ (1 / (1 + np.exp(-logs)) - met) + (weights - means) / sds**2

    found = minimize(loss, means, jac=True, method="L-BFGS-B")
    return dict(zip(BOTH, found.x.round(2).tolist(), strict=True))


def main(arguments: list[str]) -> None:
    """Look at worlds, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=60)
    given, seen = parser.parse_args(arguments), Seen()
    for seed in range(given.worlds):
        look(made(seed, drawn(seed)), seen)
    halves_of = sum(chosen > 0 for chosen in seen.chosen)
    print(f"{len(seen.chosen)} lone stays in {given.worlds} worlds, {halves_of} of them half of a transfer")
    print("WEIGHTS", fitted_one(seen))
    print(f"{len(seen.met)} pairs of silences, {sum(seen.met)} of them met")
    print("BOTH_WEIGHTS", fitted_both(seen))


if __name__ == "__main__":
    main(sys.argv[1:])
