"""The Danish Maritime Authority's CSV: all of Denmark's shore stations, a day a file, 26 columns.

Times are dd/mm/yyyy in UTC. ``Unknown``, ``Undefined``, ``Unknown value`` and nothing at all mean "no value" and differ by
year. Rows that are static alone have latitude 91 and longitude 0.
"""

from __future__ import annotations

from darkwake.ais.batch import Field
from darkwake.ais.layout import Layout
from darkwake.ais.words import NAV_STATUS, SHIP_TYPE

LAYOUTS = (
    Layout(
        "Danish Maritime Authority",
        (
            Field("# Timestamp", "time", time_format="%d/%m/%Y %H:%M:%S"),
            Field("Type of mobile", "ais_class", values={"class a": "A", "class b": "B"}),
            Field("MMSI", "mmsi"),
            Field("Latitude", "lat"),
            Field("Longitude", "lon"),
            Field("Navigational status", "nav_status", values=NAV_STATUS),
            Field("SOG", "sog_kn"),
            Field("COG", "cog_deg"),
            Field("Heading", "heading_deg"),
            Field("IMO", "imo"),
            Field("Callsign", "callsign"),
            Field("Name", "name"),
            Field("Ship type", "ship_type", values=SHIP_TYPE),
            Field("Width", "beam_m"),
            Field("Length", "length_m"),
            Field("Draught", "draught_m"),
            Field("Destination", "destination"),
            Field("A", "to_bow_m"),
            Field("B", "to_stern_m"),
            Field("C", "to_port_m"),
            Field("D", "to_starboard_m"),
        ),
    ),
)
NULL_TOKENS = ("Unknown", "Undefined", "Unknown value")
