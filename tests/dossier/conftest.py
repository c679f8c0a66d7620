"""What the dossier's tests share: the tables of a small whole case, and its page."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from darkwake.dossier import Header, dossier

_spec = importlib.util.spec_from_file_location("case_tables", Path(__file__).with_name("case_tables.py"))
case_tables = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(case_tables)

HEADER = Header(
    title="Vostochny to Chongjin, 2024",
    question="Did shipments of refined products to the DPRK pass the yearly cap of 500,000 barrels?",
    period=(date(2024, 1, 1), date(2024, 12, 31)),
    seed=7,
    root_hash="5e" * 32,
    version="0.1.0",
    rebuild="darkwake run my-case",
)


@pytest.fixture(scope="session")
def tables(shared: Path) -> dict[str, pa.Table]:
    """The tables of the case."""
    return case_tables.build(shared / "facts")


@pytest.fixture(scope="session")
def header() -> Header:
    """What its caller says of it."""
    return HEADER


@pytest.fixture(scope="session")
def page(tables: dict[str, pa.Table], header: Header) -> str:
    """Its page."""
    return dossier(tables, header)
