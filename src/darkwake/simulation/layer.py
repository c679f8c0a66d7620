"""The simulated layer of a case as files: AIS, two radar images, and the truth beside them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from darkwake.draws import generator
from darkwake.simulation import scenario
from darkwake.simulation.radar import write_scene
from darkwake.simulation.ships import Fix, Ship, fixes, heard

COLUMNS = (
    *("MMSI", "BaseDateTime", "LAT", "LON", "SOG", "COG", "Heading", "VesselName", "IMO", "CallSign"),
    *("VesselType", "Status", "Length", "Width", "Draft", "Cargo", "TransceiverClass"),
)
AT_ANCHOR, UNDER_WAY = 1, 0
"""Navigational status (ITU-R M.1371-5, table 45)."""


def write_layer(folder: Path, seed: int) -> list[Path]:
    """Write the simulated layer into a folder: ``ais.csv`` (MarineCadastre columns), ``radar-N.tif``, ``truth.json``.

    The same seed gives the same AIS and pixels. ``truth.json`` is for examinations alone; no stage reads it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = [_write_ais(folder / "ais.csv", seed)]
    truth: dict[str, object] = {"ships": {ship.name: _truth(ship) for ship in scenario.SHIPS}}
    for number, moment in enumerate(scenario.RADAR_TIMES, 1):
        path = folder / f"radar-{number}.tif"
        random = generator(seed, "radar", str(number))
        truth[path.name] = write_scene(path, scenario.RADAR_CENTRE, moment, scenario.SHIPS, random)
        written.append(path)
    (folder / "truth.json").write_text(json.dumps(truth, indent=1), encoding="utf-8")
    return written


def _write_ais(path: Path, seed: int) -> Path:
    rows = [(fix.time, _row(ship, fix)) for ship in scenario.SHIPS for fix in heard(ship, generator(seed, "ais", ship.name))]
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        writer.writerows(row for _, row in sorted(rows, key=lambda pair: (pair[0], pair[1][0])))
    return path


def _row(ship: Ship, fix: Fix) -> tuple[object, ...]:
    lying = fix.sog_kn < 0.5 and fix.act != "sailing"
    heading = ship.heading_deg if lying else fix.cog_deg
    status = AT_ANCHOR if lying else UNDER_WAY
    return (
        *(f"{ship.mmsi:09d}", fix.time.strftime("%Y-%m-%dT%H:%M:%S"), f"{fix.lat:.5f}", f"{fix.lon:.5f}"),
        *(f"{fix.sog_kn:.1f}", f"{fix.cog_deg % 360:.1f}", f"{heading % 360:.1f}", ship.name, "", ""),
        *(ship.ship_type, status, ship.length_m, ship.beam_m, ship.draught_m, "", "A"),
    )


def _truth(ship: Ship) -> dict[str, object]:
    stays: dict[str, list[str]] = {}
    for fix in fixes(ship):
        if fix.act != "sailing":
            stays.setdefault(fix.act, []).append(fix.time.isoformat())
    return {
        "mmsi": ship.mmsi,
        "stays": {act: [times[0], times[-1]] for act, times in stays.items()},
        "silences": [[silence.start.isoformat(), silence.end.isoformat()] for silence in ship.silences],
    }
