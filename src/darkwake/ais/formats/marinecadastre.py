"""MarineCadastre (NOAA, BOEM, US Coast Guard): yearly CSV since 2009; columns renamed in 2024; read from Parquet too.

Times are UTC without a zone mark. Integers are written with ``.0``, leading zeros of the MMSI are lost, the IMO number
carries the letters, and until about 2017 the status is in words.
"""

from __future__ import annotations

from darkwake.ais.batch import Field
from darkwake.ais.layout import Layout
from darkwake.ais.words import NAV_STATUS

_IMO = r"^(?:IMO)?\s*(\d+)(?:\.0)?$"
_CLASS = {"class a": "A", "class b": "B"}
_OLD = (
    Field("MMSI", "mmsi"),
    Field("BaseDateTime", "time"),
    Field("LAT", "lat"),
    Field("LON", "lon"),
    Field("SOG", "sog_kn"),
    Field("COG", "cog_deg"),
    Field("Heading", "heading_deg"),
    Field("VesselName", "name"),
    Field("IMO", "imo", pattern=_IMO),
    Field("CallSign", "callsign"),
    Field("VesselType", "ship_type"),
    Field("Status", "nav_status", values=NAV_STATUS),
    Field("Length", "length_m"),
    Field("Width", "beam_m"),
    Field("Draft", "draught_m"),
    Field("Destination", "destination"),
    Field("TransceiverClass", "ais_class", values=_CLASS),
    Field("TranscieverClass", "ais_class", values=_CLASS),  # So spelt in the files of 2015 to 2020.
)
_NEW = (
    Field("mmsi", "mmsi"),
    Field("base_date_time", "time"),
    Field("latitude", "lat"),
    Field("longitude", "lon"),
    Field("sog", "sog_kn"),
    Field("cog", "cog_deg"),
    Field("heading", "heading_deg"),
    Field("vessel_name", "name"),
    Field("imo", "imo", pattern=_IMO),
    Field("call_sign", "callsign"),
    Field("vessel_type", "ship_type"),
    Field("status", "nav_status", values=NAV_STATUS),
    Field("length", "length_m"),
    Field("width", "beam_m"),
    Field("draft", "draught_m"),
    Field("destination", "destination"),
    Field("transceiver", "ais_class", values=_CLASS),
    Field("transceiver_class", "ais_class", values=_CLASS),
)
LAYOUTS = (Layout("MarineCadastre", _OLD), Layout("MarineCadastre 2024", _NEW))
NULL_TOKENS = ()
