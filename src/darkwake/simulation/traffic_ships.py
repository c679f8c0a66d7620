"""Simulated ships of real proportions: kinds, hulls, where the antenna stands, what the crew typed in, what is never sent.

Not the five ships of one case (that is ``ships.py``): a fleet by the hundred or the ten thousand. MMSIs begin with 280 to 299,
maritime identification digits that the ITU has given to nobody, and IMO numbers with 2, which no ship has; so no row can be
taken for a real ship, and the rules for both numbers still hold.

Proportions: lengths, length over beam, design draught over beam and antenna places of 4,665 ships of 2013-14
(``particulars_ais``: tankers 1,226, container ships 573, bulk carriers 1,416, tugs 82, passenger 36), given here as medians
and spreads; fishing vessels, pilots and barges are assumed. Shares of values that are not sent: a snapshot of the Baltic
(heading 10 %, status 3 %, draught 7 %, speed 0.4 %) for merchant ships, 1,000 ships off the United States (heading 43 %,
course 9 %, IMO number 56 %, draught 56 %, length 5 %) for small craft.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from darkwake.identity.imo import ship_check_digit

FIRST_MID, MIDS = 280, 20
FIRST_IMO = 200_000
"""First six digits of the first IMO number."""


@dataclass(frozen=True)
class Kind:
    """What ships of a kind are like: middles and spreads."""

    types: tuple[int, ...]
    """AIS types of ship (ITU-R M.1371-5, table 53)."""
    length_m: tuple[float, float, float, float]
    """Median, standard deviation of the logarithm, least, most."""
    length_over_beam: float
    draught_over_beam: float
    bow: float
    """Distance from bow to antenna over the length: merchant bridges stand aft, those of tugs and fishermen forward."""
    speed_kn: tuple[float, float]
    """Least and most at sea."""
    small: bool = False
    """Whether values are missing as in small craft."""
    class_b: float = 0.0
    """Share with a Class B transponder."""


KINDS: Mapping[str, Kind] = {
    "tanker": Kind((80, 80, 80, 81, 82, 83, 84, 89), (150.0, 0.45, 70.0, 333.0), 5.9, 0.37, 0.83, (9.0, 14.5)),
    "cargo": Kind((70, 70, 71, 72, 79), (140.0, 0.35, 75.0, 299.0), 6.2, 0.38, 0.84, (8.5, 15.0)),
    "container": Kind((70, 71, 79), (230.0, 0.3, 130.0, 399.0), 7.2, 0.35, 0.72, (12.0, 20.0)),
    "passenger": Kind((60, 69), (110.0, 0.6, 30.0, 300.0), 6.0, 0.24, 0.25, (12.0, 26.0)),
    "fishing": Kind((30,), (24.0, 0.35, 12.0, 70.0), 3.8, 0.45, 0.4, (7.0, 10.0), small=True, class_b=0.3),
    "tug": Kind((52, 31, 32), (30.0, 0.2, 20.0, 60.0), 2.9, 0.37, 0.3, (8.0, 12.0)),
    "pilot": Kind((50,), (16.0, 0.15, 11.0, 24.0), 3.4, 0.3, 0.35, (14.0, 24.0)),
    "bunker": Kind((80, 80, 89), (78.0, 0.25, 45.0, 120.0), 5.6, 0.36, 0.83, (6.0, 10.0)),
    "small": Kind((36, 37, 90, 51, 55), (14.0, 0.4, 7.0, 60.0), 3.3, 0.3, 0.5, (5.0, 18.0), small=True, class_b=0.5),
}
UNSENT = {"heading": (0.1, 0.43), "status": (0.03, 0.09), "draught": (0.07, 0.56), "imo": (0.01, 0.56), "length": (0.01, 0.05)}
"""Share of ships that never send it: merchant ships, small craft."""
STATUS_LEFT = 0.35
"""Share of ships whose crew leaves the status at "under way" when she lies still: in the Baltic 74 % of the ships that were
surely alive lay still, 46 % said so."""


@dataclass(frozen=True)
class MovedOn:
    """The number under which a ship goes on."""

    since: float
    mmsi: int
    track: str


@dataclass
class Vessel:
    """A simulated ship."""

    number: int
    kind: str
    mmsi: int
    imo: int | None
    name: str
    callsign: str
    ship_type: int
    length_m: float
    beam_m: float
    design_draught_m: float
    to_bow_m: float
    """From the antenna; to the stern is the rest of the length."""
    to_port_m: float
    speed_kn: float
    ais_class: str
    phase: float
    """Where her yawing begins, radians; every ship has her own."""
    strength: float
    """How well her transmitter is heard, against the best."""
    port: int = -1
    """The port by which she lives."""
    unsent: frozenset[str] = frozenset()
    """What she never sends."""
    status_left: bool = False
    typed: list[tuple[float, float]] = field(default_factory=list)
    """What the crew typed in as draught, from when on (seconds from the start)."""
    draught_m: float = 0.0
    """Her true draught now."""
    renamed: list[tuple[float, dict[str, object]]] = field(default_factory=list)
    """Values of her static messages that change, from when on."""
    track: str = ""
    moved_on: MovedOn | None = None

    @property
    def ahead_m(self) -> float:
        """How far the antenna stands ahead of the middle of the hull."""
        return self.length_m / 2 - self.to_bow_m

    @property
    def right_m(self) -> float:
        """How far the antenna stands to starboard of the middle line."""
        return self.to_port_m - self.beam_m / 2


class Fleet:
    """All ships of a world, each made when a life asks for her."""

    def __init__(self, random: np.random.Generator) -> None:
        """Begin without ships."""
        self.random = random
        self.vessels: list[Vessel] = []

    def new(self, kind: str, port: int, *, length_m: float | None = None) -> Vessel:
        """A ship of a kind, of a length where one is asked for."""
        given, random, number = KINDS[kind], self.random, len(self.vessels)
        median, spread, least, most = given.length_m
        length = float(np.clip(length_m or median * np.exp(spread * random.normal()), least, most))
        beam = length / (given.length_over_beam * np.exp(0.08 * random.normal()))
        deep = beam * given.draught_over_beam * np.exp(0.12 * random.normal())
        length, beam = round(length), max(round(beam), 3)
        unsent = {word for word, shares in UNSENT.items() if random.random() < shares[given.small]}
        draught = round(float(deep * random.uniform(0.6, 1.0)), 1)
        vessel = Vessel(
            number=number,
            kind=kind,
            mmsi=(FIRST_MID + number % MIDS) * 1_000_000 + number,
            imo=None if "imo" in unsent else imo(number),
            name=f"SIMULATED {kind.upper()} {number}"[:20],
            callsign=f"SX{number:05d}"[:7],
            ship_type=int(random.choice(given.types)),
            length_m=length,
            beam_m=beam,
            design_draught_m=float(deep),
            to_bow_m=round(float(np.clip(length * (given.bow + 0.03 * random.normal()), 1, length - 1))),
            to_port_m=round(float(np.clip(beam * (0.5 + 0.13 * random.normal()), 1, beam - 1))),
            speed_kn=float(random.uniform(*given.speed_kn)),
            ais_class="B" if random.random() < given.class_b else "A",
            phase=float(random.uniform(0, 2 * np.pi)),
            strength=float(random.uniform(0.5, 1.0)),
            port=port,
            unsent=frozenset(unsent),
            status_left=bool(random.random() < STATUS_LEFT),
            typed=[(-1e9, draught)],
            draught_m=draught,
            track=f"track-{number:05d}",
        )
        self.vessels.append(vessel)
        return vessel

    def type_draught(self, vessel: Vessel, time_s: float, draught_m: float, retyped: float) -> bool:
        """The ship's draught changed; whether the crew typed it in, some time after."""
        vessel.draught_m = draught_m
        typed = bool(self.random.random() < retyped)
        if typed:
            later = time_s + float(self.random.uniform(0, 5400))
            vessel.typed.append((later, round(draught_m + float(self.random.normal(0, 0.15)), 1)))
        return typed


def imo(number: int) -> int:
    """The IMO number of a simulated ship, its check digit right.

    >>> imo(0), imo(1)
    (2000004, 2000016)
    """
    return (FIRST_IMO + number) * 10 + ship_check_digit(FIRST_IMO + number)
