# ruff: noqa: T201 (what it prints is its result)
"""What the rules for spoofing and identity find of the faults of simulated worlds: recall and precision by kind.

Run: ``PYTHONPATH=training python training/falsehoods.py [--worlds 20] [--first 0]``. A fault is found where an event names its
ship and overlaps it, and named where the event says the right kind. A finding is right where it is that of a fault of its
ship at that time, of whatever kind; ``of another`` counts those that say another kind than the fault has.

What it cannot say: how often the faults happen in the world, and what faults look like that nobody thought of.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from darkwake.engine import DuckDB
from darkwake.events.find import find
from darkwake.simulation.traffic import World, world

EVERY_S = (60.0, 120.0, 300.0, 30.0, 180.0)
"""How often a ship is kept, by world in turn."""
NAMES = {
    "new name": {"changed identity"},
    "new MMSI": {"one IMO number on two MMSIs"},
    "copied IMO": {"one IMO number on two MMSIs"},
}
"""What an event of a fault is to say, where it is not the fault's own name."""
KINDS = (
    "land", "circle", "frozen", "contradicted", "copied", "shared MMSI", "new name", "new MMSI", "copied IMO",
)  # fmt: skip
SAID = (*KINDS[:6], "changed identity", "one IMO number on two MMSIs")


def made(seed: int) -> World:
    """The world of a seed."""
    return world(np.random.default_rng(seed), ships=120, days=3.0, transfers=4, faults_each=4, every_s=EVERY_S[seed % 5])


def events_of(scene: World) -> list[dict[str, Any]]:
    """Events of spoofing and identity, with what they say."""
    engine = DuckDB()
    found = find(scene.positions, kinds=["spoofing", "identity"], statics=scene.statics, places=scene.places, engine=engine)
    rows = found.table.to_pylist()
    engine.close()
    return [row | {"what": json.loads(row["factors"])["what"]} for row in rows]


def faults_of(scene: World) -> list[dict[str, Any]]:
    """Faults of which there is anything to be heard: reports of the ship while it lasts."""
    rows = [row for row in scene.truth.to_pylist() if row["what"] in KINDS]
    return [row | {"reports": sum(1 for _ in _heard(scene, row))} for row in rows]


def _heard(scene: World, fault: dict[str, Any]) -> Iterator[int]:
    times = dict.fromkeys([fault["mmsi"], fault["other_mmsi"]])
    for mmsi, time in zip(scene.positions["mmsi"].to_pylist(), scene.positions["time"].to_pylist(), strict=True):
        if mmsi in times and fault["start"] <= time <= fault["end"]:
            yield mmsi


def is_of(event: dict[str, Any], fault: dict[str, Any]) -> bool:
    """Whether an event is about a fault: one of its ships, at that time."""
    ships = {fault["mmsi"], fault["other_mmsi"], *_moved_on(fault)} - {None}
    at_once = event["start"] <= fault["end"] and fault["start"] <= event["end"]
    return at_once and bool(ships & {event["mmsi"], event["other_mmsi"]})


def _moved_on(fault: dict[str, Any]) -> list[int]:
    detail = json.loads(fault["detail"])
    return [detail[word] for word in ("before", "after") if word in detail]


def names(event: dict[str, Any], fault: dict[str, Any]) -> bool:
    """Whether an event says what the fault is."""
    return event["what"] in NAMES.get(fault["what"], {fault["what"]})


LEAST_REPORTS = 20
"""A fault with fewer reports is not asked for."""


def main(arguments: list[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    given = parser.parse_args(arguments)
    faults: Counter[tuple[str, str]] = Counter()
    said: Counter[tuple[str, str]] = Counter()
    for seed in range(given.first, given.first + given.worlds):
        _count(made(seed), faults, said)
    print(f"{'fault':<30}{'heard':>7}{'found':>7}{'named':>7}{'recall':>8}")
    for kind in KINDS:
        of = {word: faults[kind, word] for word in ("heard", "found", "named")}
        print(f"{kind:<30}{of['heard']:>7}{of['found']:>7}{of['named']:>7}{_share(of['named'], of['heard']):>8}")
    print(f"\n{'said':<30}{'said':>7}{'right':>7}{'of another':>12}{'precision':>11}")
    for kind in SAID:
        of = {word: said[kind, word] for word in ("said", "right", "another")}
        print(f"{kind:<30}{of['said']:>7}{of['right']:>7}{of['another']:>12}{_share(of['right'], of['said']):>11}")


def _count(scene: World, faults: Counter[tuple[str, str]], said: Counter[tuple[str, str]]) -> None:
    events, true = events_of(scene), faults_of(scene)
    for fault in true:
        if fault["reports"] >= LEAST_REPORTS:
            of = [event for event in events if is_of(event, fault)]
            faults[fault["what"], "heard"] += 1
            faults[fault["what"], "found"] += bool(of)
            faults[fault["what"], "named"] += any(names(event, fault) for event in of)
    for event in events:
        of = [fault for fault in true if is_of(event, fault)]
        right = any(names(event, fault) for fault in of)
        said[event["what"], "said"] += 1
        said[event["what"], "right"] += right
        said[event["what"], "another"] += bool(of) and not right


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "-"


if __name__ == "__main__":
    main(sys.argv[1:])
