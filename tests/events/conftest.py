"""One engine for all cases, and events as plain rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from darkwake.engine import Engine
from darkwake.events import find

Rows = list[dict[str, Any]]


@pytest.fixture
def found(duck: Engine) -> Callable[..., Rows]:
    """The events of one kind in a table of positions, as rows in order of their start."""

    def rows(positions: pa.Table, kind: str, *rules: object, places: pa.Table | None = None) -> Rows:
        events: Rows = find(positions, kinds=[kind], rules=rules, places=places, engine=duck).table.to_pylist()
        return events

    return rows
