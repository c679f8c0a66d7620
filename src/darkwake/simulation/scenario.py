"""The simulated layer of the case ``vostochny-2024``: what the published pattern would look like in AIS and radar.

Everything here is invented: ships, times, tracks. MMSI begin with 799, a maritime identification digit that the ITU has
given to nobody, so no row can be taken for a real ship. Places are those of the case.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from darkwake.simulation.ships import Leg, Ship, Silence, Stay

FIRST_MMSI = 799_000_000
BEGIN = datetime(2024, 5, 1, tzinfo=UTC)
CHONGJIN = (41.755, 129.83)
OFF_CHONGJIN = (41.60, 130.30)
OFF_VOSTOCHNY = (42.60, 132.88)
BAY_MOUTH = (42.762, 133.03)
LOADING_BERTH = (42.744, 133.070)
"""A point in the basin of Vostochny; where the real berth lies is not known."""
ANCHORAGE = (42.735, 132.985)
RADAR_CENTRE = (42.745, 133.020)
MEETING = (41.90, 131.60)
SPEED_KN = 9.0

RADAR_TIMES = (datetime(2024, 5, 3, 21, 10, tzinfo=UTC), datetime(2024, 5, 8, 21, 10, tzinfo=UTC))
"""When the simulated radar looks at the anchorage: with a silent tanker at the berth, and after she left."""


def _hours(hours: float) -> datetime:
    return BEGIN + timedelta(hours=hours)


def shuttle(number: int, start_h: float, silent_h: tuple[float, float]) -> Ship:
    """A tanker that sails from Chongjin to Vostochny, loads with her transponder off, and sails back."""
    return Ship(
        mmsi=FIRST_MMSI + 100 + number,
        name=f"SIMULATED TANKER {number}",
        ship_type=80,
        length_m=92.0 + 4 * number,
        beam_m=14.0,
        draught_m=3.4,
        heading_deg=40.0,
        start=_hours(start_h),
        lat=CHONGJIN[0],
        lon=CHONGJIN[1],
        acts=(
            Stay(*CHONGJIN, 12.0, "at the home berth"),
            Leg(*OFF_CHONGJIN, SPEED_KN),
            Leg(*OFF_VOSTOCHNY, SPEED_KN),
            Leg(*BAY_MOUTH, 8.0),
            Leg(*LOADING_BERTH, 5.0),
            Stay(*LOADING_BERTH, 42.0, "loading"),
            Leg(*BAY_MOUTH, 5.0),
            Leg(*OFF_VOSTOCHNY, 8.0),
            Leg(*OFF_CHONGJIN, SPEED_KN),
            Leg(*CHONGJIN, 6.0),
            Stay(*CHONGJIN, 20.0, "discharging"),
        ),
        silences=(Silence(_hours(silent_h[0]), _hours(silent_h[1])),),
    )


def trader(number: int, lat: float, lon: float, start_h: float, stay_h: float) -> Ship:
    """A cargo ship with her transponder on: sails in from the south, anchors, sails out again."""
    return Ship(
        mmsi=FIRST_MMSI + 200 + number,
        name=f"SIMULATED CARGO {number}",
        ship_type=70,
        length_m=110.0 + 12 * number,
        beam_m=18.0,
        draught_m=6.0,
        heading_deg=(70.0 * number) % 180,
        start=_hours(start_h),
        lat=41.2,
        lon=132.9 + 0.1 * number,
        acts=(Leg(lat, lon, 11.0), Stay(lat, lon, stay_h, "at anchor"), Leg(41.2, 133.4, 11.0)),
    )


def meeting_ship(number: int, start_h: float, lon_from: float, offset_deg: float) -> Ship:
    """One of two ships that meet and drift alongside each other at sea, both heard."""
    lat, lon = MEETING[0], MEETING[1] + offset_deg
    return Ship(
        mmsi=FIRST_MMSI + 300 + number,
        name=f"SIMULATED MEETING {number}",
        ship_type=80,
        length_m=120.0,
        beam_m=18.0,
        draught_m=7.0,
        heading_deg=0.0,
        start=_hours(start_h),
        lat=40.9,
        lon=lon_from,
        acts=(Leg(lat, lon, 10.0), Stay(lat, lon, 9.0, "meeting"), Leg(41.0, 133.0 + number, 10.0)),
    )


SHIPS: tuple[Ship, ...] = (
    shuttle(1, 0.0, (24.0, 96.0)),
    shuttle(2, 110.0, (136.0, 190.0)),
    trader(1, ANCHORAGE[0], ANCHORAGE[1], 6.0, 120.0),
    trader(2, ANCHORAGE[0] - 0.010, ANCHORAGE[1] + 0.006, 20.0, 190.0),
    trader(3, ANCHORAGE[0] + 0.012, ANCHORAGE[1] - 0.012, 30.0, 60.0),
    meeting_ship(1, 30.0, 131.0, 0.0),
    meeting_ship(2, 31.0, 132.2, 0.0007),
)
