"""What the dossier's tests share: the tables of a small whole case, and its page."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pytest

from darkwake.dossier import Header, dossier


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


case_tables, new_tables = _module("case_tables"), _module("new_tables")

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
    found = case_tables.build(shared / "facts")
    sources = [row["evidence_id"] for row in found["evidence"].to_pylist() if row["kind"] == "publication"]
    claims = [row["claim_id"] for row in found["claims"].to_pylist()]
    return found | new_tables.build(sources, claims)


@pytest.fixture(scope="session")
def header() -> Header:
    """What its caller says of it."""
    return HEADER


@pytest.fixture(scope="session")
def page(tables: dict[str, pa.Table], header: Header) -> str:
    """Its page."""
    return dossier(tables, header)
