"""AIS files and streams into clean reports, statics and tracks. Knows nothing of images and lists."""

from darkwake.ais.ingest import Ingested, ingest
from darkwake.ais.stage import reports
from darkwake.ais.tracks import TrackRules, tracks

__all__ = ["Ingested", "TrackRules", "ingest", "reports", "tracks"]
