# ruff: noqa: T201 (what it prints is its result)
"""Fit how much each factor of a meeting counts, and hold the chances against the truth of worlds that were not fitted.

Run: ``PYTHONPATH=training python training/encounters.py [--worlds 24]``. It prints

- the table ``WEIGHTS`` of ``darkwake.events.neighbours``: one number a factor, by penalised likelihood of the true classes of
  simulated meetings, drawn towards 1 (said once, counted once), so that factors that tell the same thing twice lose weight;
- for each of: heard, one side silent, both silent, a reliability table on other worlds, with the assumed weights, the fitted
  ones, and as the package has them: predicted against true share;
- precision and recall by class; transfers found with their ends in time; wrong pairs;
- the same of transfers that were not heard whole, on worlds of other circumstances. What their signs weigh was fitted by
  ``encounters_unheard.py`` on worlds of other seeds.

What it cannot say: how often the things happen in the world. Worlds are made with rates of our choosing.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from encounters_worlds import EITHER, KINDS, Looked, worlds
from scipy.optimize import minimize
from scipy.special import logsumexp

from darkwake.events.neighbours import CLASSES, HABITS, TRANSFERS, WEIGHTS, told

FACTORS = (
    "hull distance", "rigidity", "shift", "hours", "speed made good", "range over the ground", "coming and leaving", "swing",
    "parallel", "status", "ship types", "size", "place", "draughts",
)  # fmt: skip
FIRST_FITTED, FIRST_TESTED, FIRST_OTHER = 0, 1000, 2000
SPREAD = 0.3
"""Standard deviation of a weight around 1 before anything was seen."""
BINS = (0.0, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 1.0000001)
WRONG_AT = 0.5
IN_TIME_MINUTES = 15.0
HEARD_SHARE = 0.5
"""A side was heard where she was heard in this share of the ten-minute pieces of the transfer."""

Floats = np.ndarray
TRANSFER = np.array([name in TRANSFERS for name in CLASSES])


def logs_of(looked: Sequence[Looked]) -> Floats:
    """What each factor said of each meeting for each class: ``[meetings, classes, factors]``, 0 where it said nothing."""
    said = []
    for contacts, known in (seen for one in looked for seen in one.seen):
        classes = [told(HABITS[name], contacts, known) for name in CLASSES]
        said.append(np.array([[np.nan_to_num(of[word]) for word in FACTORS] for of in classes]).transpose(2, 0, 1))
    return np.concatenate(said)


def allowed_of(looked: Sequence[Looked]) -> np.ndarray:
    """The classes that each meeting may truly have: ``[meetings, classes]``; none where one ship is a false copy."""
    return np.array([[name in EITHER.get(true, (true,)) for name in CLASSES] for one in looked for true in one.true])


def fitted(logs: Floats, true: np.ndarray) -> dict[str, float]:
    """Weights of greatest penalised likelihood of what was a transfer and what was none, under the package's frequencies.

    Which look-alike it was is not asked: a ship that comes to lie beside another was passing and is her neighbour.
    """
    often = np.log([HABITS[name].often for name in CLASSES])
    sets = np.where(true[:, None], TRANSFER, ~TRANSFER)

    def loss(weights: Floats) -> float:
        sums = logs @ weights + often
        likely = logsumexp(np.where(sets, sums, -np.inf), axis=1) - logsumexp(sums, axis=1)
        return float(-likely.sum() + 0.5 * np.sum((weights - 1.0) ** 2) / SPREAD**2)

    found = minimize(loss, np.ones(len(FACTORS)), method="L-BFGS-B", bounds=[(0.0, 2.0)] * len(FACTORS))
    return dict(zip(FACTORS, found.x.round(2).tolist(), strict=True))


def chances(logs: Floats, weights: dict[str, float]) -> Floats:
    """The chance of each class under weights and the package's frequencies: ``[meetings, classes]``."""
    often = np.log([HABITS[name].often for name in CLASSES])
    sums = logs @ np.array([weights.get(word, 1.0) for word in FACTORS]) + often
    return np.asarray(np.exp(sums - logsumexp(sums, axis=1, keepdims=True)))


def reliability(title: str, predicted: Floats, true: np.ndarray) -> None:
    """Predicted chance against true share, with the standard error of the share."""
    clipped = np.clip(predicted, 1e-6, 1 - 1e-6)
    log_loss = -np.mean(np.where(true, np.log(clipped), np.log(1 - clipped)))
    brier = np.mean((predicted - true) ** 2)
    print(f"\n{title}: {len(true)} rows, {int(true.sum())} true; Brier {brier:.4f}, log loss {log_loss:.4f}")
    print(f"{'predicted':>14}{'rows':>8}{'mean':>8}{'true':>8}{'+-':>7}")
    off = 0.0
    for low, high in pairwise(BINS):
        inside = (predicted >= low) & (predicted < high)
        number = int(inside.sum())
        if number:
            share, mean = float(true[inside].mean()), float(predicted[inside].mean())
            error = np.sqrt(max(share * (1 - share), 0.25 / number) / number)
            off += number * abs(share - mean)
            print(f"{low:>6.2f} - {min(high, 1):.2f}{number:>8}{mean:>8.3f}{share:>8.3f}{error:>7.3f}")
    print(f"mean error of the chance {off / max(len(true), 1):.4f}")


def by_class(predicted: Floats, allowed: np.ndarray) -> None:
    """Precision and recall of the likeliest class."""
    named = predicted.argmax(axis=1)
    print(f"\n{'class':<24}{'true':>7}{'named':>7}{'precision':>11}{'recall':>8}")
    for at, name in enumerate(CLASSES):
        only = allowed[:, at] & (allowed.sum(axis=1) == 1)
        said = named == at
        right, meant = int((said & allowed[:, at]).sum()), int((said & only).sum())
        print(
            f"{name:<24}{int(only.sum()):>7}{int(said.sum()):>7}{_share(right, said.sum()):>11}{_share(meant, only.sum()):>8}"
        )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def found(looked: Sequence[Looked]) -> None:
    """Transfers found, ends in time, by how much of them was heard; and wrong rows."""
    of: Counter[tuple[str, str]] = Counter()
    for one in looked:
        for at, truth in enumerate(one.transfers):
            rows = [row for row in one.rows if at in row["of"]]
            best = max((row["probability"] for row in rows), default=0.0)
            late = min((row["wrong_minutes"] for row in rows if row["heard"] == "both sides"), default=np.inf)
            kind = _kind(*truth["heard"])
            of[kind, "all"] += 1
            of[kind, "at .2"] += best >= 0.2
            of[kind, "at .5"] += best >= WRONG_AT
            of[kind, "in time"] += late <= IN_TIME_MINUTES
    print(f"\n{'heard for most of it':<22}{'transfers':>10}{'at .2':>8}{'at .5':>8}{'ends within 15 min':>20}")
    for kind in ("both sides", "one side", "neither side"):
        print(
            f"{kind:<22}"
            + "".join(f"{of[kind, word]:>{w}}" for word, w in (("all", 10), ("at .2", 8), ("at .5", 8), ("in time", 20)))
        )
    wrong = Counter(row["heard"] for one in looked for row in one.rows if not row["is_true"] and row["probability"] >= WRONG_AT)
    print(f"wrong rows at .5 in {len(looked)} worlds: {dict(wrong)}")


def _kind(one: float, other: float) -> str:
    sides = sum(share >= HEARD_SHARE for share in (one, other))
    return ("neither side", "one side", "both sides")[sides]


def main(arguments: list[str]) -> None:
    """Fit, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=24, help="so many to fit, so many others to test")
    count = parser.parse_args(arguments).worlds
    report(*(list(worlds(range(first, first + count))) for first in (FIRST_FITTED, FIRST_TESTED)))
    print(f"\nOther circumstances, drawn for each of {2 * count} worlds (encounters_worlds.drawn), none of them fitted:")
    other = list(worlds(range(FIRST_OTHER, FIRST_OTHER + 2 * count), any_kind=True))
    unheard(other)
    found(other)


def report(train: Sequence[Looked], test: Sequence[Looked]) -> None:
    """Fit on some worlds, print what others say."""
    weights = fitted(logs_of(train), (allowed_of(train) & TRANSFER).any(axis=1))
    print(f"WEIGHTS fitted on seeds {FIRST_FITTED} to {FIRST_FITTED + len(train) - 1} of {len(KINDS)} kinds of worlds:")
    print(weights)
    logs, allowed = logs_of(test), allowed_of(test)
    true = (allowed & TRANSFER).any(axis=1)
    for word, given in (("as assumed", {}), ("fitted", weights), ("as the package has them", dict(WEIGHTS))):
        predicted = chances(logs, given)
        reliability(f"heard, weights {word}", predicted @ TRANSFER, true)
        by_class(predicted, allowed)
    unheard(test)
    found(test)


def unheard(looked: Sequence[Looked]) -> None:
    """Reliability of what was not heard whole: rows that name tankers alone."""
    for heard in ("both sides, seldom", "one side", "neither side"):
        rows = [row for one in looked for row in one.rows if row["heard"] == heard and row["tankers"]]
        predicted, true = np.array([row["probability"] for row in rows]), np.array([row["is_true"] for row in rows], np.bool_)
        if rows:
            reliability(f"{heard}, tankers", predicted, true)


if __name__ == "__main__":
    main(sys.argv[1:])
