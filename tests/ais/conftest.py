"""One engine for this room's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from darkwake.engine import Engine, open_engine


@pytest.fixture(scope="session")
def duck() -> Iterator[Engine]:
    """DuckDB for the whole run."""
    engine = open_engine()
    yield engine
    engine.close()
