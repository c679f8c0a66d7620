"""The dossier room: one self-contained HTML page from a case's tables, read only."""

from darkwake.dossier.finding import Standing, sentence, standings
from darkwake.dossier.page import TABLES_READ, Header, dossier

__all__ = ["TABLES_READ", "Header", "Standing", "dossier", "sentence", "standings"]
