"""What receivers hear of simulated ships, as rows of ``Positions`` and ``Statics``.

A transponder sends by its class and speed (ITU-R M.1371-5, annex 1, table 1: Class A every 2 to 10 s under way, 3 min at
anchor; Class B every 30 s, 3 min below 2 kn). An archive keeps one report of each span of ``every_s`` in which any was heard.
Shore stations stand at the ports and hear far on the wide sea and less and less beyond (their reach is assumed); satellites
pass every 95 minutes for a quarter of an hour and hear one message in some, fewer where many ships send. Stations fall out
for hours. None of this is a map of the world's reception: it is a field that is known here.

Noise: fixes err by a few metres that change slowly and a few that do not (GNSS), and are cut to 1/10,000 minute; what is
never sent is in ``traffic_ships``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from darkwake.geo import cells, wrap_lon
from darkwake.schema import Positions, Statics
from darkwake.simulation.traffic_legs import ADRIFT, ANCHORED, MOORED, Floats, Legs, Motion, Wholes, metres_per_degree, moved
from darkwake.simulation.traffic_scene import KNOT_M_S, Scene, times
from darkwake.simulation.traffic_ships import Vessel

SOURCE = "file-simulated"
SHORE_NM, SHORE_EDGE_NM = {"A": 38.0, "B": 18.0}, 4.0
"""Where half of the messages reach a shore station, and how fast that falls (assumed: antennas at 100 m, 12.5 W and 2 W)."""
MESSAGE = {"A": 0.8, "B": 0.6}
"""Chance that a message near the station is heard (assumed: slots collide)."""
ORBIT_S, PASS_S = 5_700.0, 900.0
SATELLITE = {"A": 0.03, "B": 0.002}
"""Chance that a message is heard by a satellite in sight (assumed: thousands of cells share the slots)."""
CROWDED = 0.2
"""What is left of it where a shore station hears, for there ships are many."""
SLOW_M, WHITE_M, RESOLUTION = 4.0, 2.5, 600_000
"""Errors of a fix, standard deviations; units in a degree of the messages."""
STILL = (ANCHORED, MOORED)
LOT = 200_000
"""Reports worked on at once."""
SPEED_OVER_S = 15.0


AMOUNTS = ("strength", "phase", "ahead_m", "right_m")


@dataclass(frozen=True)
class Sent:
    """What reports need of ships: a column each, a row a ship."""

    class_b: Wholes
    strength: Floats
    phase: Floats
    ahead_m: Floats
    right_m: Floats
    port: Wholes
    no_heading: Wholes
    no_status: Wholes
    status_left: Wholes
    small: Wholes
    fishing: Wholes

    @classmethod
    def of(cls, scene: Scene) -> Sent:
        """The columns of a scene's ships."""
        ships = scene.fleet.vessels
        flag = {word: np.array([word in ship.unsent for ship in ships], np.int64) for word in ("heading", "status")}
        amount = {word: np.array([getattr(ship, word) for ship in ships]) for word in AMOUNTS}
        return cls(
            class_b=np.array([ship.ais_class == "B" for ship in ships], np.int64),
            port=np.array([ship.port for ship in ships], np.int64),
            no_heading=flag["heading"],
            no_status=flag["status"],
            status_left=np.array([ship.status_left for ship in ships], np.int64),
            small=np.array([ship.kind in ("small", "fishing") for ship in ships], np.int64),
            fishing=np.array([ship.kind == "fishing" for ship in ships], np.int64),
            **amount,
        )


class Receivers:
    """Who hears what: stations at the ports, satellites above."""

    def __init__(self, scene: Scene) -> None:
        """Look at a scene's ports and outages."""
        ports = scene.atlas.ports
        self.lat, self.lon = (np.array([getattr(port, word) for port in ports]) for word in ("lat", "lon"))
        self.orbit = scene.random.uniform(0, ORBIT_S, len(ports))
        self.outages = scene.outages

    def chances(self, sent: Sent, ship: Wholes, time_s: Floats, lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
        """Chance that one message is heard on shore, and by a satellite."""
        port, class_b = sent.port[ship], sent.class_b[ship] == 1
        north_m, east_m = metres_per_degree(lat)
        away_nm = np.hypot((lat - self.lat[port]) * north_m, (lon - self.lon[port]) * east_m) / 1852.0
        reach = np.where(class_b, SHORE_NM["B"], SHORE_NM["A"]) * (0.7 + 0.3 * sent.strength[ship])
        shore = np.where(class_b, MESSAGE["B"], MESSAGE["A"]) / (
            1 + np.exp(np.clip((away_nm - reach) / SHORE_EDGE_NM, -30, 30))
        )
        for place, begin, end in self.outages:
            shore[(port == place) & (time_s >= begin) & (time_s < end)] = 0.0
        above = (time_s + self.orbit[port]) % ORBIT_S < PASS_S
        space = np.where(class_b, SATELLITE["B"], SATELLITE["A"]) * sent.strength[ship] * np.where(away_nm < 45, CROWDED, 1.0)
        return np.asarray(shore), np.where(above, space, 0.0)


def every(mode: Wholes, speed_kn: Floats, class_b: Wholes) -> Floats:
    """Seconds between two messages of a transponder."""
    under_way = np.where(speed_kn > 23, 2.0, np.where(speed_kn > 14, 6.0, 10.0))
    first = np.where(np.isin(mode, STILL), 180.0, under_way)
    return np.where(class_b == 1, np.where(speed_kn > 2, 30.0, 180.0), first)


def reports(scene: Scene, legs: Legs, every_s: float) -> pa.Table:
    """All positions that are kept of a scene, rows of ``Positions`` in order of ship and time."""
    sent, receivers = Sent.of(scene), Receivers(scene)
    found = [_lot(scene, legs, sent, receivers, ship, time_s, every_s) for ship, time_s in _spans(scene, legs, sent, every_s)]
    table = pa.concat_tables(found)
    line = pa.array(np.arange(1, table.num_rows + 1))
    table = table.append_column("line", line).append_column("source_id", pa.repeat(SOURCE, table.num_rows))
    return Positions.check(
        table.append_column("origin", pa.repeat("simulated", table.num_rows)).select(Positions.arrow().names)
    )


def _spans(scene: Scene, legs: Legs, sent: Sent, every_s: float) -> Iterator[tuple[Wholes, Floats]]:
    """Ships and moments: one moment in each span of the archive while she lives, lot by lot."""
    ships, last = legs.of["ship"], np.append(np.flatnonzero(np.diff(legs.of["ship"])), len(legs.of["ship"]) - 1)
    first = np.append(0, last[:-1] + 1)
    lives, begin, end = ships[last], np.maximum(legs.of["begin"][first], 0.0), np.minimum(legs.of["end"][last], scene.end_s)
    count = np.maximum(np.floor((end - begin) / every_s), 0).astype(np.int64)
    lots = np.searchsorted(np.cumsum(count), np.arange(LOT, int(count.sum()) + LOT, LOT))
    for low, high in zip(np.append(0, lots[:-1] + 1), lots + 1, strict=True):
        some = slice(int(low), int(high))
        ship, number = np.repeat(lives[some], count[some]), count[some]
        if not len(ship):
            continue
        index = np.arange(len(ship)) - np.repeat(np.cumsum(number) - number, number)
        # A ship's own rhythm: within a span she is heard first somewhere in its first part.
        time_s = np.repeat(begin[some], number) + (index + sent.phase[ship] / 8) * every_s
        yield ship, np.floor(time_s + scene.random.uniform(0, 0.15 * every_s, len(ship)))


def _lot(scene: Scene, legs: Legs, sent: Sent, receivers: Receivers, ship: Wholes, time_s: Floats, every_s: float) -> pa.Table:
    leg = legs.at(ship, time_s)
    motion, later = legs.on(leg, time_s), legs.on(leg, time_s + SPEED_OVER_S)
    north_m, east_m = metres_per_degree(motion.lat)
    north, east = (later.lat - motion.lat) * north_m, (later.lon - motion.lon) * east_m
    speed_kn = np.hypot(north, east) / SPEED_OVER_S / KNOT_M_S
    messages = every_s / every(motion.mode, speed_kn, sent.class_b[ship])
    shore, space = receivers.chances(sent, ship, time_s, motion.lat, motion.lon)
    luck = scene.random.random((2, len(ship)))
    # Of n messages in a span at least one is heard; of less than one, that share of spans holds one.
    on_shore, above = (
        luck[at] < np.minimum(messages, 1.0) * (1 - (1 - chance) ** np.maximum(messages, 1.0))
        for at, chance in enumerate((shore, space))
    )
    heard = on_shore | above
    for number, begin, end in (*scene.silences, *scene.unheard):
        heard[_span(ship, time_s, number, begin, end)] = False
    kept = np.flatnonzero(heard)
    motion = Motion(motion.lat[kept], motion.lon[kept], motion.heading_deg[kept], motion.mode[kept])
    cog = np.degrees(np.arctan2(east, north))[kept] % 360.0
    return _rows(scene, sent, ship[kept], time_s[kept], motion, speed_kn[kept], cog, ~on_shore[kept])


def _span(ship: Wholes, time_s: Floats, number: int, begin: float, end: float) -> Wholes:
    """The rows of a ship in a span; rows are in order of ships."""
    first, last = np.searchsorted(ship, [number, number + 1]).tolist()
    return int(first) + np.flatnonzero((time_s[first:last] >= begin) & (time_s[first:last] < end))


def _rows(
    scene: Scene, sent: Sent, ship: Wholes, time_s: Floats, motion: Motion, speed_kn: Floats, cog: Floats, above: np.ndarray
) -> pa.Table:
    random, count = scene.random, len(ship)
    lat, lon = moved(motion.lat, motion.lon, motion.heading_deg, sent.ahead_m[ship], sent.right_m[ship])
    slow = [
        SLOW_M * np.sin(2 * np.pi * time_s / (1700.0 + 90.0 * sent.phase[ship]) + turn * sent.phase[ship]) for turn in (1, 3)
    ]
    north_m, east_m = metres_per_degree(lat)
    lat = lat + (slow[0] + random.normal(0, WHITE_M, count)) / north_m
    lon = lon + (slow[1] + random.normal(0, WHITE_M, count)) / east_m
    said_kn = np.abs(speed_kn + random.normal(0, 0.08, count))
    said_cog = np.where(said_kn < 0.4, random.uniform(0, 360, count), cog + random.normal(0, 1.5, count)) % 360.0
    lat, lon, said_kn, said_cog = falsified(scene, ship, time_s, lat, lon, said_kn, said_cog)
    small = sent.small[ship] == 1
    no_speed = random.random(count) < 0.004
    no_course = no_speed | (small & (random.random(count) < 0.09))
    no_heading = (sent.no_heading[ship] == 1) | (random.random(count) < 0.002)
    status = np.select([motion.mode == ANCHORED, motion.mode == MOORED, motion.mode == ADRIFT], [1, 5, 0], 0)
    status = np.where(sent.fishing[ship] == 1, np.where((speed_kn > 2) & (speed_kn < 5), 7, status), status)
    status = np.where(sent.status_left[ship] == 1, 0, status)
    no_status = (sent.no_status[ship] == 1) | (sent.class_b[ship] == 1)
    lat, lon = np.round(lat * RESOLUTION) / RESOLUTION, wrap_lon(np.round(lon * RESOLUTION) / RESOLUTION)
    track, mmsi = _names(scene, ship, time_s)
    return pa.table(
        {
            "track_id": track,
            "mmsi": mmsi,
            "time": times(time_s),
            "lat": lat,
            "lon": lon,
            "sog_kn": pa.array(np.round(said_kn, 1), mask=no_speed),
            "cog_deg": pa.array(np.round(said_cog, 1) % 360.0, mask=no_course),
            "heading_deg": pa.array(np.round(motion.heading_deg + random.normal(0, 0.6, count)) % 360.0, mask=no_heading),
            "nav_status": pa.array(status.astype(np.int64), mask=no_status),
            "ais_class": pa.array(np.array(["A", "B"])[sent.class_b[ship]]),
            "receiver": pa.array(np.where(above, "satellite", "terrestrial")),
            "cell": cells(lat, lon).astype(np.int64),
        }
    )


def _names(scene: Scene, ship: Wholes, time_s: Floats) -> tuple[pa.Array, pa.Array]:
    """Tracks and MMSIs, of ships that moved on to another from then on the new ones."""
    ships = scene.fleet.vessels
    tracks, mmsis = [vessel.track for vessel in ships], [vessel.mmsi for vessel in ships]
    which = ship.copy()
    for vessel in ships:
        if vessel.moved_on:
            which[_span(ship, time_s, vessel.number, vessel.moved_on.since, scene.end_s)] = len(tracks)
            tracks.append(vessel.moved_on.track)
            mmsis.append(vessel.moved_on.mmsi)
    return pa.array(tracks).take(pa.array(which)), pa.array(np.array(mmsis)[which])


def falsified(
    scene: Scene, ship: Wholes, time_s: Floats, lat: Floats, lon: Floats, speed_kn: Floats, cog: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Positions as they are sent: what a ship falsifies is put in place of the truth."""
    for lie in scene.falsehoods:
        rows = _span(ship, time_s, lie.ship, lie.begin, lie.end)
        if not len(rows):
            continue
        if lie.kind == "frozen":
            lat[rows], lon[rows], speed_kn[rows] = lat[rows[0]], lon[rows[0]], 9.0
        elif lie.kind == "circle":
            turn = np.degrees((time_s[rows] - lie.begin) * 9.0 * KNOT_M_S / lie.size)
            here = np.full(len(rows), lie.lat), np.full(len(rows), lie.lon)
            lat[rows], lon[rows] = moved(*here, turn, lie.size, 0.0)
            speed_kn[rows], cog[rows] = 9.0, (turn + 90.0) % 360.0
        elif lie.kind == "land":
            lat[rows], lon[rows] = lat[rows] + lie.lat, lon[rows] + lie.lon
        else:
            # She says her true speed and course, and places that lie on another way.
            since = (time_s[rows] - lie.begin) * lie.size * KNOT_M_S
            here = np.full(len(rows), lie.lat), np.full(len(rows), lie.lon)
            lat[rows], lon[rows] = moved(*here, np.full(len(rows), (cog[rows[0]] + 110.0) % 360.0), since, 0.0)
    return lat, lon, speed_kn, cog


def statics(scene: Scene, positions: pa.Table, every_h: float = 24.0) -> pa.Table:
    """Static messages of the ships that were heard: at first, each day, and when the crew typed something in anew."""
    heard = set(positions["mmsi"].unique().to_pylist())
    rows: list[dict[str, object]] = []
    for vessel in scene.fleet.vessels:
        changes = [at for at, _ in (*vessel.typed, *vessel.renamed)]
        moments = {0.0, *np.arange(0.0, scene.end_s, every_h * 3600.0).tolist(), *changes}
        rows += [_static(vessel, at) for at in sorted(moments) if 0.0 <= at < scene.end_s]
    kept = [row for row in rows if row["mmsi"] in heard]
    for line, row in enumerate(kept, 1):
        row["line"] = 10_000_000 + line
    table = pa.Table.from_pylist(
        kept, pa.schema([field for field in Statics.arrow() if field.name != "time"]).append(pa.field("s", pa.float64()))
    )
    table = table.append_column("time", times(table["s"].to_numpy()))
    return Statics.check(table.select(Statics.arrow().names))


def _static(vessel: Vessel, at: float) -> dict[str, object]:
    moved_on = vessel.moved_on
    mmsi = moved_on.mmsi if moved_on and at >= moved_on.since else vessel.mmsi
    to_stern, to_starboard = vessel.length_m - vessel.to_bow_m, vessel.beam_m - vessel.to_port_m
    size = {
        "to_bow_m": vessel.to_bow_m, "to_stern_m": to_stern, "to_port_m": vessel.to_port_m, "to_starboard_m": to_starboard,
        "length_m": vessel.length_m, "beam_m": vessel.beam_m,
    }  # fmt: skip
    typed = [draught for since, draught in vessel.typed if since <= at][-1]
    row: dict[str, object] = {
        "source_id": SOURCE, "mmsi": mmsi, "s": at, "imo": vessel.imo, "name": vessel.name, "callsign": vessel.callsign,
        "ship_type": vessel.ship_type, "origin": "simulated",
    }  # fmt: skip
    row |= {} if "length" in vessel.unsent else size
    row |= {} if "draught" in vessel.unsent or vessel.ais_class == "B" else {"draught_m": typed}
    for since, changed in vessel.renamed:
        row |= changed if at >= since else {}
    return row
