"""The dossier room: one self-contained HTML page and one workbook from a case's tables, read only."""

from darkwake.dossier.finding import Standing, answer, standings
from darkwake.dossier.header import Header
from darkwake.dossier.page import TABLES_READ, dossier
from darkwake.dossier.spreadsheet import write_spreadsheet

__all__ = ["TABLES_READ", "Header", "Standing", "answer", "dossier", "standings", "write_spreadsheet"]
