"""The words of Darkwake: every table, its columns, their types, units, keys and meanings.

Read this file and ``pipeline.py`` and you know what the system does. Validation, the documentation of the tables and the
exports derive from the classes below; nobody types a column list a second time.

Conventions. A column that has a unit says it at its end (``length_m``, ``sog_kn``, ``bbl_p50``). Times are UTC in
microseconds. Longitude runs from -180 to 180. Missing is null, never 0 or a code. ``_lo`` and ``_hi`` bound a 90 %
interval unless the meaning says otherwise. Every derived row carries ``origin`` (the weakest of what it stands on, in the
order of ``ORIGINS``) and ``evidence`` (ids of ``Evidence`` rows).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from darkwake.errors import TableError, nearest

if TYPE_CHECKING:
    import ibis

TEXT = pa.string()
TEXTS = pa.list_(pa.string())
JSON = pa.string()
WHOLE = pa.int64()
NUMBER = pa.float64()
NUMBERS = pa.list_(pa.float64())
FLAG = pa.bool_()
TIME = pa.timestamp("us", tz="UTC")
DAY = pa.date32()
BYTES = pa.binary()

ORIGINS = ("observed", "published", "inferred", "simulated")
"""Where a row comes from, strongest first. What stands on several things is as weak as the weakest."""


def weakest(origins: set[str]) -> str:
    """The weakest of some origins.

    >>> weakest({"observed", "simulated", "published"})
    'simulated'
    """
    return max(origins, key=ORIGINS.index)


@dataclass(frozen=True)
class Column:
    """One column: its type, what it means, whether it may be null, whether it is part of the key, what it may hold."""

    type: pa.DataType
    meaning: str
    null: bool = False
    key: bool = False
    allowed: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


def key(type_: pa.DataType, meaning: str) -> Column:
    """A column that is part of the key, never null."""
    return Column(type_, meaning, key=True)


def must(
    type_: pa.DataType, meaning: str, *, allowed: tuple[str, ...] = (), low: float | None = None, high: float | None = None
) -> Column:
    """A column that is never null."""
    return Column(type_, meaning, allowed=allowed, low=low, high=high)


def may(
    type_: pa.DataType, meaning: str, *, allowed: tuple[str, ...] = (), low: float | None = None, high: float | None = None
) -> Column:
    """A column that may be null: unknown, not said, not applicable."""
    return Column(type_, meaning, null=True, allowed=allowed, low=low, high=high)


LAT = must(NUMBER, "latitude, degrees north, WGS 84", low=-90, high=90)
LON = must(NUMBER, "longitude, degrees east, WGS 84", low=-180, high=180)
MAY_LAT = may(NUMBER, "latitude, degrees north, WGS 84; null where not located", low=-90, high=90)
MAY_LON = may(NUMBER, "longitude, degrees east, WGS 84; null where not located", low=-180, high=180)
PROBABILITY = must(NUMBER, "probability that the row is what it says", low=0, high=1)
ORIGIN = must(TEXT, "observed, published, inferred or simulated: the weakest of what the row stands on", allowed=ORIGINS)
EVIDENCE = must(TEXTS, "ids of the evidence rows that the row stands on")
CARRIAGE = may(
    TEXT, "how the goods went; null where a ship is meant or nothing is said", allowed=("ship", "rail", "pipeline", "road")
)
RECEIVERS = ("terrestrial", "satellite", "dynamic")
"""Who heard an AIS message: a station on land, a satellite, another ship that passed it on (dynamic)."""
LADEN_STATES = ("laden", "ballast", "unknown")
DRAUGHT_IN = may(NUMBER, "draught on arrival, metres", low=0)
DRAUGHT_OUT = may(NUMBER, "draught on departure, metres", low=0)
DRAUGHT_SD = may(NUMBER, "standard error of each draught, metres; null where a crew typed it into AIS", low=0)
FREEBOARD_IN = may(NUMBER, "freeboard on arrival, metres", low=0)
FREEBOARD_OUT = may(NUMBER, "freeboard on departure, metres", low=0)
FREEBOARD_SD = may(NUMBER, "standard error of each freeboard, metres", low=0)
SUM = "what is added: visits, reported imports, both, or simulated alone"


class Table:
    """Base of every table; a subclass is one table and its docstring says what a row is."""

    table_name: ClassVar[str]
    columns: ClassVar[dict[str, Column]]

    def __init_subclass__(cls) -> None:
        """Collect the columns in the order in which they are written."""
        cls.columns = {word: value for word, value in vars(cls).items() if isinstance(value, Column)}
        cls.table_name = cls.__name__.lower()
        TABLES[cls.table_name] = cls

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """The names of the key columns."""
        return tuple(word for word, column in cls.columns.items() if column.key)

    @classmethod
    def arrow(cls) -> pa.Schema:
        """The table's Arrow schema.

        >>> Quarantine.arrow().names
        ['source_id', 'line', 'reason', 'raw']
        """
        return pa.schema([pa.field(word, c.type, nullable=c.null) for word, c in cls.columns.items()])

    @classmethod
    def ibis(cls) -> ibis.Schema:
        """The table's Ibis schema."""
        import ibis

        return ibis.Schema.from_pyarrow(cls.arrow())

    @classmethod
    def empty(cls) -> pa.Table:
        """A table without rows."""
        return cls.arrow().empty_table()

    @classmethod
    def rows(cls, rows: list[dict[str, object]]) -> pa.Table:
        """A checked table from rows; a column that a row does not name is null."""
        for row in rows:
            for word in row.keys() - cls.columns.keys():
                raise TableError(f"no column {word!r}", do=nearest(word, cls.columns), source=cls.table_name)
        data = {word: pa.array([row.get(word) for row in rows], column.type) for word, column in cls.columns.items()}
        return cls.check(pa.table(data, schema=pa.schema([pa.field(w, c.type) for w, c in cls.columns.items()])))

    @classmethod
    def check(cls, table: pa.Table) -> pa.Table:
        """The table with its columns in order and in their types, or a :class:`TableError` naming the first fault."""
        for word in cls.columns:
            if word not in table.column_names:
                raise TableError(f"column {word!r} is missing", do=f"the table has {table.column_names}", source=cls.table_name)
        for word in table.column_names:
            if word not in cls.columns:
                raise TableError(f"no column {word!r}", do=nearest(word, cls.columns), source=cls.table_name)
        arrays = [_checked(cls, word, column, table.column(word)) for word, column in cls.columns.items()]
        checked = pa.Table.from_arrays(arrays, schema=cls.arrow())
        _check_unique(cls, checked)
        return checked


TABLES: dict[str, type[Table]] = {}
"""Every table by its name, in the order of this file."""


def _checked(table: type[Table], word: str, column: Column, values: pa.ChunkedArray) -> pa.ChunkedArray:
    place = f"column {word}"
    try:
        typed = values.cast(column.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as fault:
        raise TableError(f"not {column.type}: {fault}", source=table.table_name, place=place) from fault
    if not column.null and typed.null_count:
        raise TableError(f"{typed.null_count} nulls where none may be", source=table.table_name, place=place)
    if column.allowed:
        odd = typed.filter(pc.invert(pc.is_in(typed, pa.array(column.allowed, TEXT)))).drop_null()
        if len(odd):
            raise TableError(
                f"{odd[0].as_py()!r}", do=nearest(odd[0].as_py(), column.allowed), source=table.table_name, place=place
            )
    for bound, beyond in ((column.low, pc.less), (column.high, pc.greater)):
        if bound is not None and pc.any(beyond(typed, bound)).as_py():
            odd = typed.filter(beyond(typed, bound))
            raise TableError(f"{odd[0].as_py()} lies beyond {bound}", source=table.table_name, place=place)
    return typed


def _check_unique(table: type[Table], rows: pa.Table) -> None:
    keys = list(table.keys())
    if not keys or rows.num_rows < 2:
        return
    distinct = rows.group_by(keys, use_threads=False).aggregate([([], "count_all")])
    if distinct.num_rows < rows.num_rows:
        twice = distinct.filter(pc.greater(distinct.column("count_all"), 1)).slice(0, 1).to_pylist()[0]
        raise TableError(f"the key {twice} stands more than once", source=table.table_name, place=f"key {', '.join(keys)}")


# --- What comes in ----------------------------------------------------------------------------------------------------


class Evidence(Table):
    """A source: a file, a scene, a list version, a publication."""

    evidence_id = key(TEXT, "id of the source; for a file made from the hash of its bytes")
    kind = must(TEXT, "what the source is", allowed=("file", "scene", "list", "publication", "table", "elements"))
    title = must(TEXT, "file name or title")
    publisher = may(TEXT, "who published it")
    published = may(TEXT, "date of publication as given (ISO 8601, may be a year or a month only)")
    where_in_it = may(TEXT, "paragraph, table or caption that was read")
    href = may(TEXT, "address, or path relative to the case")
    sha256 = may(TEXT, "hash of the bytes; null for a publication that was cited, not stored")
    bytes = may(WHOLE, "size in bytes")
    retrieved = may(TIME, "when it was taken in")
    licence = may(TEXT, "licence or terms")
    verified = may(FLAG, "whether the statement was read in a stored copy (publications)")
    origin = ORIGIN


class Reports(Table):
    """An AIS position message as received; its id is its file and line."""

    source_id = key(TEXT, "evidence id of the file")
    line = key(WHOLE, "line in the file, from 1 (the last line of a multi-part message)")
    mmsi = must(WHOLE, "maritime mobile service identity as sent", low=0, high=999_999_999)
    time = must(TIME, "time of reception or of the message, UTC")
    lat = LAT
    lon = LON
    sog_kn = may(NUMBER, "speed over ground, knots")
    cog_deg = may(NUMBER, "course over ground, degrees", low=0, high=360)
    heading_deg = may(NUMBER, "true heading, degrees", low=0, high=360)
    nav_status = may(WHOLE, "navigational status 0 to 14 (ITU-R M.1371 table 45)")
    ais_class = may(TEXT, "class of the transponder", allowed=("A", "B"))
    receiver = may(TEXT, "who heard it", allowed=RECEIVERS)
    station = may(TEXT, "station that heard it, as the source names it; null where the source does not")
    cell = must(WHOLE, "storage cell of about one degree (geo.cells)")
    origin = ORIGIN


class Statics(Table):
    """An AIS static or voyage message; every one is kept, for draught and names change."""

    source_id = key(TEXT, "evidence id of the file")
    line = key(WHOLE, "line in the file, from 1 (the last line of a multi-part message)")
    mmsi = must(WHOLE, "maritime mobile service identity as sent", low=0, high=999_999_999)
    time = may(TIME, "time of reception, UTC; null where the file carries none")
    imo = may(WHOLE, "IMO number as sent, unchecked")
    name = may(TEXT, "ship's name as sent, padding removed")
    callsign = may(TEXT, "call sign as sent")
    ship_type = may(WHOLE, "AIS ship type 1 to 99")
    to_bow_m = may(NUMBER, "from the antenna to the bow, metres")
    to_stern_m = may(NUMBER, "from the antenna to the stern, metres")
    to_port_m = may(NUMBER, "from the antenna to the port side, metres")
    to_starboard_m = may(NUMBER, "from the antenna to the starboard side, metres")
    length_m = may(NUMBER, "length, metres: bow plus stern, or as the file gives it")
    beam_m = may(NUMBER, "beam, metres: port plus starboard, or as the file gives it")
    draught_m = may(NUMBER, "draught typed in by the crew, metres")
    destination = may(TEXT, "destination typed in by the crew")
    incomplete = may(FLAG, "whether parts of the message are missing and with them their values; null where not a message")
    origin = ORIGIN


class Quarantine(Table):
    """A row of input that was set aside, with the reason."""

    source_id = key(TEXT, "evidence id of the file")
    line = key(WHOLE, "line in the file, from 1")
    reason = key(TEXT, "why it was set aside, a fixed phrase")
    raw = may(TEXT, "the line as read, at most 500 characters")


class Places(Table):
    """A port, terminal, berth, anchorage, transfer area, depot or crossing."""

    place_id = key(TEXT, "id of the place")
    name = must(TEXT, "name")
    kind = must(
        TEXT,
        "what it is",
        allowed=("port", "terminal", "berth", "anchorage", "transfer area", "depot", "rail crossing", "town", "other"),
    )
    parent_id = may(TEXT, "place that it is part of")
    country = may(TEXT, "ISO 3166 code of two letters; null at sea")
    lat = LAT
    lon = LON
    extent_m = must(NUMBER, "rough radius within which a position counts as here, metres", low=0)
    accuracy = may(TEXT, "how well the position is known, in words")
    role = may(TEXT, "what it is in the case")
    verified = must(FLAG, "whether the position was read in a stored source")
    origin = ORIGIN
    evidence = EVIDENCE


class Scenes(Table):
    """An acquired image."""

    scene_id = key(TEXT, "id of the scene, from the hash of its bytes")
    platform = may(TEXT, "satellite or platform")
    sensor = must(TEXT, "sensor protocol that read it", allowed=("sar", "optical", "unknown"))
    time = may(TIME, "time of acquisition; null where the product does not say")
    west = may(NUMBER, "footprint, degrees east; greater than east across the antimeridian")
    south = may(NUMBER, "footprint, degrees north")
    east = may(NUMBER, "footprint, degrees east")
    north = may(NUMBER, "footprint, degrees north")
    width_px = must(WHOLE, "columns")
    height_px = must(WHOLE, "rows")
    spacing_m = must(NUMBER, "ground spacing of a pixel, metres", low=0)
    bands = must(TEXTS, "bands that were used")
    radiometry = must(TEXT, "what the pixels are", allowed=("linear", "db", "dn", "reflectance", "grey"))
    polarisation = may(TEXT, "polarisations of a radar image, such as VV+VH")
    looks = may(NUMBER, "equivalent number of looks of a radar image: mean squared over variance of an even sea", low=0)
    passing = may(TEXT, "direction of the pass", allowed=("ascending", "descending"))
    incidence_deg = may(NUMBER, "incidence angle at the middle, degrees")
    look = may(TEXT, "side to which the sensor looks", allowed=("left", "right"))
    cloud = may(NUMBER, "share of cloud", low=0, high=1)
    searched_px = must(WHOLE, "pixels that were searched for ships")
    href = must(TEXT, "path of the product")
    sha256 = must(TEXT, "hash of the bytes")
    origin = ORIGIN


class Detections(Table):
    """Something seen in a scene: pixels, not yet a ship with a name."""

    detection_id = key(TEXT, "id from the scene and the box")
    scene_id = must(TEXT, "scene in which it was seen")
    time = may(TIME, "time of acquisition")
    x0 = must(NUMBER, "left edge of the box, pixels from the left edge of the image")
    y0 = must(NUMBER, "upper edge, pixels from the top")
    x1 = must(NUMBER, "right edge (exclusive)")
    y1 = must(NUMBER, "lower edge (exclusive)")
    lat = MAY_LAT
    lon = MAY_LON
    kind = must(TEXT, "what it seems to be", allowed=("ship", "pair", "structure", "unknown"))
    score = must(NUMBER, "how sure the detector is that this is a ship, 0 to 1; not yet calibrated", low=0, high=1)
    length_m = may(NUMBER, "length along the long axis, metres")
    length_lo = may(NUMBER, "lower end of a 90 % interval of the length, metres")
    length_hi = may(NUMBER, "upper end of a 90 % interval of the length, metres")
    beam_m = may(NUMBER, "width across the long axis, metres; a radar smears it")
    beam_lo = may(NUMBER, "lower end of a 90 % interval of the beam, metres")
    beam_hi = may(NUMBER, "upper end of a 90 % interval of the beam, metres")
    heading_deg = may(NUMBER, "axis of the hull, degrees from north, bow and stern not told apart", low=0, high=180)
    heading_within_deg = may(NUMBER, "half the width of a 90 % interval of the axis, degrees", low=0, high=90)
    bow_deg = may(NUMBER, "true heading where wake or shape tell bow from stern, degrees from north", low=0, high=360)
    unmeasured = may(TEXT, "why length and beam cannot be measured; null where they are")
    doubts = may(TEXTS, "what speaks against one ship at this place, each a code, a colon and words; empty where nothing does")
    bands = may(TEXTS, "bands or polarisations in which it stands out")
    contrast = may(NUMBER, "brightest pixel over the local sea, in standard deviations of the sea")
    flight_deg = may(NUMBER, "bearing of the satellite's flight over the ground here, degrees from north", low=0, high=360)
    look_deg = may(NUMBER, "bearing in which the radar looks here, degrees from north", low=0, high=360)
    shift_s = may(
        NUMBER, "seconds: metres against the flight by which a ship appears displaced for each m/s at which she moves away"
    )
    pair_id = may(TEXT, "detection of a hull seen apart that lies alongside; two hulls seen as one are of the kind pair")
    freeboard_m = may(NUMBER, "height of the deck over the water, metres")
    freeboard_lo = may(NUMBER, "lower end of a 90 % interval, metres")
    freeboard_hi = may(NUMBER, "upper end of a 90 % interval, metres")
    origin = ORIGIN
    evidence = EVIDENCE


class Searched(Table):
    """What of a scene was searched for ships, area by area: without it, no ship seen is no evidence."""

    scene_id = key(TEXT, "scene")
    area = key(WHOLE, "number of the area within the scene, row by row")
    x0 = must(NUMBER, "left edge of the area, pixels")
    y0 = must(NUMBER, "upper edge, pixels")
    x1 = must(NUMBER, "right edge (exclusive)")
    y1 = must(NUMBER, "lower edge (exclusive)")
    lat = MAY_LAT
    lon = MAY_LON
    searched_km2 = must(NUMBER, "sea that was searched, square kilometres", low=0)
    land_km2 = must(NUMBER, "left out as land, or so near to it that ships cannot be told from the shore", low=0)
    nodata_km2 = must(NUMBER, "left out as outside the swath, its border, or without data", low=0)
    interference_km2 = must(NUMBER, "left out because another transmitter disturbs the radar", low=0)
    ambiguity_km2 = must(NUMBER, "searched, but where ghosts of bright targets fall: detections there are doubtful", low=0)
    smallest_m = may(NUMBER, "length of the smallest ship that would be found with a chance of 90 %, metres; null if none")
    origin = ORIGIN


class Listings(Table):
    """An entry on a dated version of a list. A listing is information, not proof."""

    list = key(TEXT, "which list: un-1718, ofac-sdn, uk-sanctions, eu-833-annex-xlii and so on")
    version = key(TEXT, "date of the list itself (ISO 8601)")
    entry_id = key(TEXT, "the publisher's own id of the entry, else made from its content")
    kind = must(TEXT, "what is listed", allowed=("vessel", "person", "entity", "aircraft"))
    imo = may(WHOLE, "IMO number of a ship; null where the entry gives none")
    imo_ok = may(FLAG, "whether the IMO number passes its check digit")
    mmsi = may(WHOLE, "MMSI where the entry gives one")
    name = must(TEXT, "first name of the entry")
    names = must(TEXTS, "all names, the first included")
    measures = must(TEXTS, "what the list orders: asset freeze, port ban, de-registration, services ban and so on")
    programmes = must(TEXTS, "programmes or regimes under which it is listed")
    listed_on = may(TEXT, "date of listing as this list gives it (ISO 8601)")
    flag = may(TEXT, "flag as given")
    dwt_t = may(NUMBER, "deadweight as given, tonnes")
    text = must(TEXT, "the entry's own text")
    source_id = must(TEXT, "evidence id of the file")
    line = must(WHOLE, "line or record in the file, from 1")
    origin = ORIGIN


class Claims(Table):
    """A published fact: restated, with its source; verified or not."""

    claim_id = key(TEXT, "id of the claim")
    kind = must(
        TEXT,
        "what is claimed: one visit, a total over several visits, an import that a state reported, or something else",
        allowed=("visit", "aggregate", "reported import", "position", "transfer", "munitions", "other"),
    )
    publisher = must(TEXT, "who says it")
    title = must(TEXT, "title of the publication that was read")
    published = may(TEXT, "date of publication (ISO 8601)")
    where_in_it = may(TEXT, "where in it")
    href = may(TEXT, "address")
    what = must(TEXT, "the claim in a few words")
    place_id = may(TEXT, "place concerned")
    place = may(TEXT, "place as printed")
    vessel = may(TEXT, "ship as printed")
    vessel_id = may(TEXT, "ship, where known")
    activity = may(TEXT, "what was done", allowed=("load", "discharge", "transfer", "voyage", "unknown"))
    product = may(TEXT, "goods as printed")
    count = may(WHOLE, "number of visits, ships or deliveries", low=0)
    lo = may(NUMBER, "lower end of the quantity")
    central = may(NUMBER, "quantity as printed")
    hi = may(NUMBER, "upper end of the quantity")
    unit = may(TEXT, "unit of the quantity: bbl, t, dwt, rounds, containers and so on")
    bound = must(TEXT, "how the quantity is meant", allowed=("exact", "about", "at least", "at most", "none"))
    each_lo = may(NUMBER, "least barrels that a source gives for each visit of a count", low=0)
    each_hi = may(NUMBER, "most barrels that a source gives for each visit of a count", low=0)
    carriage = CARRIAGE
    laden_in = may(TEXT, "state on arrival, as a source saw it", allowed=LADEN_STATES)
    laden_out = may(TEXT, "state on departure, as a source saw it", allowed=LADEN_STATES)
    draught_in_m = DRAUGHT_IN
    draught_out_m = DRAUGHT_OUT
    draught_sd_m = DRAUGHT_SD
    freeboard_in_m = FREEBOARD_IN
    freeboard_out_m = FREEBOARD_OUT
    freeboard_sd_m = FREEBOARD_SD
    fill = may(TEXT, "laden fractions that the publisher assumed, as printed")
    dwt_lo = may(NUMBER, "smallest deadweight of the ships, tonnes")
    dwt_hi = may(NUMBER, "largest deadweight of the ships, tonnes")
    period_start = may(DAY, "first day")
    period_end = may(DAY, "last day")
    part_of = may(TEXT, "claim whose total contains this one")
    verified = must(FLAG, "whether the statement was read in a stored copy")
    note = may(TEXT, "what to mind")
    origin = ORIGIN
    evidence = EVIDENCE


class Contradictions(Table):
    """Two statements in print that cannot both hold."""

    contradiction_id = key(TEXT, "id")
    subject = must(TEXT, "what they speak of")
    statement_a = must(TEXT, "the one")
    statement_b = must(TEXT, "the other")
    kind = must(TEXT, "what sort of contradiction it is")
    handling = must(TEXT, "what is done about it here")
    verified = must(FLAG, "whether the statements were read in a stored copy")
    origin = ORIGIN
    evidence = EVIDENCE


class Judgements(Table):
    """A person's decision: appended, never overwritten, reversible."""

    judgement_id = key(TEXT, "id")
    about_id = must(TEXT, "the row decided about")
    verdict = must(TEXT, "what was decided", allowed=("yes", "no", "unsure"))
    who = must(TEXT, "who decided")
    when = must(TIME, "when")
    why = must(TEXT, "the reason given")
    undoes = may(TEXT, "judgement that this one takes back")


# --- What is worked out -----------------------------------------------------------------------------------------------


class Tracks(Table):
    """One transmitter believed to be one ship."""

    track_id = key(TEXT, "id of the track")
    mmsi = must(WHOLE, "MMSI")
    start = must(TIME, "first position")
    end = must(TIME, "last position")
    positions = must(WHOLE, "number of positions")
    origin = ORIGIN


class Positions(Table):
    """A cleaned position on a track."""

    track_id = must(TEXT, "track")
    source_id = key(TEXT, "evidence id of the file of the report")
    line = key(WHOLE, "line of the report")
    mmsi = must(WHOLE, "MMSI")
    time = must(TIME, "UTC")
    lat = LAT
    lon = LON
    sog_kn = may(NUMBER, "speed over ground, knots")
    cog_deg = may(NUMBER, "course over ground, degrees")
    heading_deg = may(NUMBER, "true heading, degrees")
    nav_status = may(WHOLE, "navigational status 0 to 14")
    ais_class = may(TEXT, "class of the transponder", allowed=("A", "B"))
    receiver = may(TEXT, "who heard it", allowed=RECEIVERS)
    cell = must(WHOLE, "storage cell (geo.cells)")
    origin = ORIGIN


class Rejected(Table):
    """A report that is no position of a track, with the reason: every report is either here or in ``positions``."""

    source_id = key(TEXT, "evidence id of the file of the report")
    line = key(WHOLE, "line in the file")
    mmsi = must(WHOLE, "MMSI as sent", low=0, high=999_999_999)
    time = must(TIME, "time of the report, UTC")
    reason = must(TEXT, "why it is on no track, a fixed phrase")
    origin = ORIGIN


class Events(Table):
    """A behaviour seen in AIS."""

    event_id = key(TEXT, "id from kind, tracks and start when it was first found; late data do not change it")
    kind = must(TEXT, "what happened", allowed=("gap", "encounter", "loiter", "call", "identity", "spoofing"))
    track_id = must(TEXT, "track; of two, the one whose id sorts first")
    other_track_id = may(TEXT, "the other track of an encounter, of a shared or moved identity, of a copied track")
    mmsi = must(WHOLE, "MMSI of the track")
    other_mmsi = may(WHOLE, "MMSI of the other track")
    start = must(TIME, "start, UTC")
    end = may(TIME, "end, UTC; null for one still open at the end of the data")
    lat = MAY_LAT
    lon = MAY_LON
    end_lat = may(NUMBER, "latitude at the end", low=-90, high=90)
    end_lon = may(NUMBER, "longitude at the end", low=-180, high=180)
    place_id = may(TEXT, "place, for a call")
    probability = PROBABILITY
    rule = must(TEXT, "rule and parameters in words")
    factors = must(JSON, "the measured factors, a JSON object")
    revision = must(WHOLE, "how often the event was revised by later data, from 0")
    origin = ORIGIN
    evidence = EVIDENCE


class Runs(Table):
    """A search for events in all that a store then held; one that changed nothing and stood on nothing new has no row."""

    run = key(WHOLE, "number, from 1")
    kinds = must(TEXTS, "kinds of events that were looked for")
    found = must(WHOLE, "events that were found first", low=0)
    revised = must(WHOLE, "events that say something else than before", low=0)
    withdrawn = must(WHOLE, "events that were not found any more", low=0)
    returned = must(WHOLE, "withdrawn events that were found again", low=0)
    added = must(TEXTS, "files that were new: ids of evidence; when each was taken in stands in the custody log")
    removed = must(TEXTS, "files that were no longer there")
    sources = must(TEXTS, "all files of AIS that it stood on")
    inputs = must(JSON, "hashes of what else it stood on: places, rules, program; a JSON object")


class Revisions(Table):
    """What an event said from one run on, until its next revision; appended, never changed."""

    event_id = key(TEXT, "event")
    revision = key(WHOLE, "how often it had been revised, from 0")
    run = must(WHOLE, "run from which on it said this")
    state = must(TEXT, "what became of it in that run", allowed=("found", "revised", "withdrawn", "returned"))
    changed = may(TEXT, "columns that say something else than before, with commas between; null unless revised")
    why = must(TEXT, "why, in words")
    because = must(TEXTS, "files whose new reports of its ships fall into its time: ids of evidence")
    parent_id = may(TEXT, "event that it was split from")
    into_id = may(TEXT, "event that covers it now, for a withdrawn one")
    found_id = must(TEXT, "id that it would have where all data were taken in at once")
    kind = Events.kind
    track_id = Events.track_id
    other_track_id = Events.other_track_id
    mmsi = Events.mmsi
    other_mmsi = Events.other_mmsi
    start = Events.start
    end = Events.end
    lat = Events.lat
    lon = Events.lon
    end_lat = Events.end_lat
    end_lon = Events.end_lon
    place_id = Events.place_id
    probability = Events.probability
    rule = Events.rule
    factors = Events.factors
    origin = ORIGIN
    evidence = EVIDENCE


class Reception(Table):
    """How often ships known to be in a cell were heard there: the receivers as the positions themselves show them."""

    reception_id = key(TEXT, "id from the cell, the hour and what is told apart")
    level = must(TEXT, "size of the cell: fine over the whole period, coarse hour by hour", allowed=("fine", "coarse"))
    lat = LAT
    lon = LON
    hour = may(TIME, "start of the hour; null: the whole period")
    ais_class = may(TEXT, "class of the transponders; null: unknown, or all", allowed=("A", "B"))
    still = may(FLAG, "whether the ships lay still; null: both")
    receiver = may(TEXT, "who heard them; null: anyone", allowed=RECEIVERS)
    known = must(WHOLE, "ship-hours known to have been spent there: heard before and after, on a way that is known", low=0)
    heard = must(WHOLE, "those of them in which the ship was heard", low=0)
    reports = must(WHOLE, "position reports in these hours", low=0)
    chance = must(NUMBER, "chance that a ship there is heard within an hour, shrunk where little is known", low=0, high=1)
    rule = must(TEXT, "rule and parameters in words")
    origin = ORIGIN


class Reachable(Table):
    """A place that a ship could have been at while nobody heard her; not a finding that she was there."""

    event_id = key(TEXT, "gap event, or another window in which she was not seen")
    place_id = key(TEXT, "place")
    possible = must(FLAG, "whether the way by sea fits the time at the greatest speed")
    way_in_nm = may(
        NUMBER, "way by sea from where she was last heard, nautical miles; null where none leads within reach", low=0
    )
    way_out_nm = may(NUMBER, "way by sea to where she was heard again; null for an open silence", low=0)
    off_water_m = may(NUMBER, "how far the place's position lies off the water that it was joined to, metres", low=0)
    arrive_earliest = may(TIME, "earliest arrival at the greatest speed, UTC; null where out of reach")
    depart_latest = may(TIME, "latest departure at the greatest speed, UTC; null for an open silence")
    alongside_longest_h = may(NUMBER, "longest stay that leaves time for the ways, hours; until the end of the data if open")
    speed_needed_kn = may(
        NUMBER, "mean speed that a stay of the usual length asks for; null where the time is too short for one"
    )
    greatest_kn = must(NUMBER, "mean speed that she is taken not to exceed, knots", low=0)
    probability = must(NUMBER, "chance of a call there, weighed against the other places within reach and none", low=0, high=1)
    none_probability = must(NUMBER, "chance that she called at none of the listed places", low=0, high=1)
    rule = must(TEXT, "rule and parameters in words")
    origin = ORIGIN
    evidence = EVIDENCE


class Vessels(Table):
    """A ship as a hull, with what is known of it."""

    vessel_id = key(TEXT, "id; from the IMO number where it is known")
    name = must(TEXT, "name in the case")
    names = must(TEXTS, "all names known, the first included")
    imo = may(WHOLE, "IMO number")
    imo_verified = may(FLAG, "whether the IMO number was read in a stored source")
    mmsi = may(WHOLE, "MMSI")
    callsign = may(TEXT, "call sign")
    flag = may(TEXT, "flag")
    type = may(TEXT, "type")
    dwt_t = may(NUMBER, "deadweight, tonnes", low=0)
    gt = may(NUMBER, "gross tonnage", low=0)
    length_m = may(NUMBER, "length over all, metres", low=0)
    beam_m = may(NUMBER, "beam, metres", low=0)
    depth_m = may(NUMBER, "depth from keel to upper deck at the side, metres", low=0)
    draught_m = may(NUMBER, "summer draught, metres", low=0)
    lightship_t = may(NUMBER, "weight of the empty ship, tonnes", low=0)
    tpc_t_per_cm = may(NUMBER, "tonnes per centimetre immersion at the summer draught in sea water", low=0)
    built = may(WHOLE, "year built")
    role = may(TEXT, "what it is in the case")
    verified = must(FLAG, "whether the row was read in a stored source")
    note = may(TEXT, "what to mind")
    origin = ORIGIN
    evidence = EVIDENCE


class Parties(Table):
    """A person or a company."""

    party_id = key(TEXT, "id")
    kind = must(TEXT, "person or company", allowed=("person", "company", "state body"))
    name = must(TEXT, "name")
    names = must(TEXTS, "all names")
    country = may(TEXT, "country")
    origin = ORIGIN
    evidence = EVIDENCE


class Links(Table):
    """A dated relation between two of vessels, parties and listings, with the sentence that states it."""

    link_id = key(TEXT, "id")
    from_id = must(TEXT, "one end")
    to_id = must(TEXT, "the other end")
    kind = must(TEXT, "relation: is listed as, owned by, managed by, formerly, linked to")
    since = may(TEXT, "from (ISO 8601)")
    until = may(TEXT, "to (ISO 8601)")
    sentence = must(TEXT, "the sentence that states it")
    origin = ORIGIN
    evidence = EVIDENCE


class Sightings(Table):
    """One look at one ship, whoever looked."""

    sighting_id = key(TEXT, "id")
    how = must(TEXT, "by what it was seen", allowed=("image", "ais", "claim"))
    time_lo = must(TIME, "earliest time")
    time_hi = must(TIME, "latest time")
    lat = MAY_LAT
    lon = MAY_LON
    place_id = may(TEXT, "place")
    detection_id = may(TEXT, "detection, for an image")
    event_id = may(TEXT, "event, for AIS")
    claim_id = may(TEXT, "claim, for a publication")
    mmsi = may(WHOLE, "MMSI that was matched; null where no AIS position fits")
    vessel_id = may(TEXT, "the likeliest ship")
    vessel = may(TEXT, "ship as printed or sent")
    who = must(JSON, "probabilities over ships, a JSON object; the rest is 'unknown'")
    silence = may(JSON, "why no AIS fits, a JSON object of probabilities or named reasons")
    laden = must(TEXT, "laden, ballast or unknown", allowed=("laden", "ballast", "unknown"))
    probability = PROBABILITY
    reason = must(TEXT, "in words: matched how, or why not")
    origin = ORIGIN
    evidence = EVIDENCE


class Visits(Table):
    """A stay of one ship at one place, seen or published, counted once."""

    visit_id = key(TEXT, "id")
    place_id = must(TEXT, "place")
    vessel_id = may(TEXT, "ship; null where it is not known which")
    vessel = must(TEXT, "ship in words, 'not named' where it is not known")
    arrival_lo = must(TIME, "earliest arrival")
    arrival_hi = must(TIME, "latest arrival")
    departure_lo = may(TIME, "earliest departure")
    departure_hi = may(TIME, "latest departure")
    activity = must(TEXT, "what was done", allowed=("load", "discharge", "transfer", "unknown"))
    product = may(TEXT, "goods")
    counted_in = may(TEXT, "published total (claim) that counts this visit")
    carriage = CARRIAGE
    bbl_stated = may(NUMBER, "barrels that a source states for this visit", low=0)
    t_stated = may(NUMBER, "tonnes that a source states for this visit", low=0)
    bbl_lo = may(NUMBER, "least barrels of a range that a source gives for visits like this one", low=0)
    bbl_hi = may(NUMBER, "most barrels of that range", low=0)
    laden_in = may(TEXT, "state on arrival, as a source saw it", allowed=LADEN_STATES)
    laden_out = may(TEXT, "state on departure, as a source saw it", allowed=LADEN_STATES)
    draught_in_m = DRAUGHT_IN
    draught_out_m = DRAUGHT_OUT
    draught_sd_m = DRAUGHT_SD
    freeboard_in_m = FREEBOARD_IN
    freeboard_out_m = FREEBOARD_OUT
    freeboard_sd_m = FREEBOARD_SD
    dwt_lo = may(NUMBER, "smallest deadweight the ship can have, tonnes, where a source bounds it")
    dwt_hi = may(NUMBER, "largest deadweight, tonnes")
    sightings = must(TEXTS, "ids of sightings, claims and events that make it up; empty for a visit that only a total counts")
    probability = PROBABILITY
    rule = must(TEXT, "how it was put together, in words")
    verified = must(FLAG, "whether all its publications were read in stored copies")
    origin = ORIGIN
    evidence = EVIDENCE


class Voyages(Table):
    """Visits of one ship linked into a voyage."""

    voyage_id = key(TEXT, "id")
    from_visit_id = must(TEXT, "visit where it begins")
    to_visit_id = must(TEXT, "visit where it ends")
    vessel_id = may(TEXT, "ship")
    probability = PROBABILITY
    runner_up = may(TEXT, "the next best link")
    rule = must(TEXT, "why they are linked")
    origin = ORIGIN
    evidence = EVIDENCE


class Payloads(Table):
    """What a visit loaded or discharged, as a distribution."""

    visit_id = key(TEXT, "visit")
    product = must(TEXT, "product assumed")
    t_p05 = must(NUMBER, "tonnes, 5 % quantile", low=0)
    t_p50 = must(NUMBER, "tonnes, median", low=0)
    t_p95 = must(NUMBER, "tonnes, 95 % quantile", low=0)
    bbl_p05 = must(NUMBER, "barrels, 5 % quantile", low=0)
    bbl_p50 = must(NUMBER, "barrels, median", low=0)
    bbl_p95 = must(NUMBER, "barrels, 95 % quantile", low=0)
    basis = must(TEXT, "on what it stands, in words")
    tier = must(TEXT, "kind of basis", allowed=("two draughts", "one draught", "freeboard", "stated", "deadweight", "class"))
    factors = must(JSON, "factors with value, interval and source, a JSON array")
    sensitivity = must(JSON, "unknowns, the one first that widens the interval most, with what would tell it, a JSON array")
    draws_ref = must(TEXT, "row of draws")
    origin = ORIGIN
    evidence = EVIDENCE


class Draws(Table):
    """The Monte Carlo draws behind a distribution; draw k of every row belongs to one joint world k."""

    draws_ref = key(TEXT, "what the draws are of")
    unit = must(TEXT, "unit of the draws")
    values = must(NUMBERS, "the draws, in order")


class Ledger(Table):
    """A cap's state at the end of a day."""

    cap_id = key(TEXT, "cap")
    mode = key(TEXT, f"{SUM}; ', if ...' under an assumption")
    day = key(DAY, "day")
    bbl_p05 = must(NUMBER, "barrels since the period began, 5 % quantile", low=0)
    bbl_p50 = must(NUMBER, "barrels since the period began, median", low=0)
    bbl_p95 = must(NUMBER, "barrels since the period began, 95 % quantile", low=0)
    chance_exceeded = must(NUMBER, "chance that the cap was exceeded by the end of this day", low=0, high=1)
    visits = must(NUMBER, "visits counted by this day, mean over the draws", low=0)
    origin = ORIGIN
    evidence = EVIDENCE


class Causes(Table):
    """A cause of the width of a cap's interval on the last day known; the half-widths of one sum's causes add up to its own."""

    cap_id = key(TEXT, "cap")
    mode = key(TEXT, SUM)
    cause = key(TEXT, "the unknown, by its name")
    share = must(NUMBER, "share of the variance of the sum that falls to it; the shares of one sum add up to 1")
    half_width_bbl = must(NUMBER, "its part of half the 90 % interval, barrels")
    sharing = must(TEXT, "whether all visits share it or each has its own", allowed=("shared", "own"))
    settled_by = may(TEXT, "the observation that would tell it, in words")
    origin = ORIGIN
    evidence = EVIDENCE


class Influence(Table):
    """A cap's state on the last day known when one source is left out."""

    cap_id = key(TEXT, "cap")
    mode = key(TEXT, SUM)
    evidence_id = key(TEXT, "the source that is left out")
    bbl_p05 = may(NUMBER, "barrels without it, 5 % quantile; null where nothing is left", low=0)
    bbl_p50 = may(NUMBER, "barrels without it, median", low=0)
    bbl_p95 = may(NUMBER, "barrels without it, 95 % quantile", low=0)
    chance_exceeded = may(NUMBER, "chance that the cap was exceeded, without it", low=0, high=1)
    moved_bbl = must(NUMBER, "median without it less the median with it, barrels")
    visits = must(NUMBER, "visits that are left, mean over the draws", low=0)
    origin = ORIGIN


class Unseen(Table):
    """How many visits nobody saw at a place in a period; shown beside what was seen, never added to it."""

    place_id = key(TEXT, "place")
    period_start = key(DAY, "first day")
    period_end = key(DAY, "last day")
    seen = must(WHOLE, "visits seen or published", low=0)
    chance_p05 = must(NUMBER, "chance that a visit was seen, 5 % quantile", low=0, high=1)
    chance_p50 = must(NUMBER, "chance that a visit was seen, median", low=0, high=1)
    chance_p95 = must(NUMBER, "chance that a visit was seen, 95 % quantile", low=0, high=1)
    unseen_p05 = must(NUMBER, "visits nobody saw, 5 % quantile", low=0)
    unseen_p50 = must(NUMBER, "visits nobody saw, median", low=0)
    unseen_p95 = must(NUMBER, "visits nobody saw, 95 % quantile", low=0)
    bbl_p05 = may(NUMBER, "their barrels, 5 % quantile; null where no visit there has a payload", low=0)
    bbl_p50 = may(NUMBER, "their barrels, median", low=0)
    bbl_p95 = may(NUMBER, "their barrels, 95 % quantile", low=0)
    looks = must(WHOLE, "images of the place in the period that the case holds", low=0)
    basis = must(TEXT, "on what the chance stands, in words: looks of the case, or a declared or assumed way of looking")
    factors = must(JSON, "factors with value, interval and source, a JSON array")
    origin = ORIGIN
    evidence = EVIDENCE


class Exchange(Table):
    """Goods that went from one party to another, by month or over the months of a total that cannot be split."""

    exchange_id = key(TEXT, "id")
    from_party = must(TEXT, "who gave, ISO 3166 code or name")
    to_party = must(TEXT, "who received")
    goods = must(TEXT, "goods in words: refined products, containers, rounds, people, wagons and so on")
    unit = must(TEXT, "unit of the amount: bbl, t, containers, rounds, persons, trips, wagons")
    period_start = must(DAY, "first day")
    period_end = must(DAY, "last day")
    lo = may(NUMBER, "5 % quantile, or the lower end that a source gives", low=0)
    central = may(NUMBER, "median, or the amount as printed", low=0)
    hi = may(NUMBER, "95 % quantile, or the upper end that a source gives; null where nothing bounds it", low=0)
    basis = must(TEXT, "whether it is counted, published or worked out from trips, and by which rule, in words")
    counted = must(FLAG, "whether it enters the sheet's sums; no where a wider or better row holds the same goods")
    within_id = may(TEXT, "row that holds the same goods, for one that is not counted")
    carriage = CARRIAGE
    origin = ORIGIN
    evidence = EVIDENCE


class Overlaps(Table):
    """Published claims of the same barrels or visits, and what was done so that they count once."""

    overlap_id = key(TEXT, "id")
    inner_id = must(TEXT, "claim that is held in the other, or that gives way to it")
    outer_id = must(TEXT, "the other claim")
    relation = must(TEXT, "how they lie", allowed=("within", "same", "crossing"))
    rule = must(TEXT, "the rule by which they are held to overlap, in words")
    amount = may(NUMBER, "what was not added again")
    unit = may(TEXT, "its unit")
    origin = ORIGIN
    evidence = EVIDENCE


class Caps(Table):
    """A cap: product, amount, unit, period, and who set it."""

    cap_id = key(TEXT, "cap")
    title = must(TEXT, "name in words")
    product = must(TEXT, "what it limits", allowed=("refined", "crude", "other"))
    amount = must(NUMBER, "amount", low=0)
    unit = must(TEXT, "unit of the amount", allowed=("bbl", "t"))
    alt_amount = may(NUMBER, "the same limit in another unit, where the instrument gives both", low=0)
    alt_unit = may(TEXT, "unit of that")
    set_by = may(TEXT, "who set it, where it is no resolution")
    period_start = must(DAY, "first day of the period that is reckoned")
    period_end = must(DAY, "last day of it")
    instrument = must(TEXT, "resolution and paragraph, or who set it")
    verified = must(FLAG, "whether the rule was read in a stored source")
    evidence = EVIDENCE


class Opportunities(Table):
    """When a satellite could look at a place."""

    opportunity_id = key(TEXT, "id")
    place_id = must(TEXT, "place")
    norad_id = must(WHOLE, "catalogue number of the satellite")
    satellite = must(TEXT, "name of the satellite")
    sensor = must(TEXT, "class of its sensor", allowed=("sar", "optical", "rf_ais", "unknown"))
    rise = must(TIME, "start above the least elevation, UTC")
    culmination = must(TIME, "highest point, UTC")
    set = must(TIME, "end above the least elevation, UTC")
    cut = may(TEXT, "which end the window cuts off", allowed=("start", "end", "both"))
    elevation_deg = must(NUMBER, "elevation of the satellite at its highest, degrees", low=-90, high=90)
    azimuth_deg = must(NUMBER, "azimuth of the satellite at its highest, degrees", low=0, high=360)
    off_nadir_deg = must(NUMBER, "angle at the satellite between nadir and the place, degrees")
    sun_elevation_deg = must(NUMBER, "elevation of the sun at the place then, degrees")
    element_age_h = must(NUMBER, "time from the epoch of the elements, hours; negative before it")
    sigma_s = may(NUMBER, "expected error of the time along the track for elements of this age, seconds")
    usable = must(FLAG, "whether the sensor could see ships then (daylight for optics); cloud is not known")
    reason = must(TEXT, "why usable or not, in words")
    origin = ORIGIN
    evidence = EVIDENCE


class Plan(Table):
    """What to look at next, in order."""

    rank = key(WHOLE, "order, from 1")
    opportunity_id = must(TEXT, "opportunity")
    place_id = must(TEXT, "place")
    why = must(TEXT, "what the look is worth, in words")
    origin = ORIGIN
    evidence = EVIDENCE
