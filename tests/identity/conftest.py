"""The real lists, read once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from darkwake.identity.lists import Collection, read_lists
from darkwake.identity.lists.reading import Reading


@pytest.fixture(scope="session")
def folder(shared: Path) -> Path:
    """The folder of real lists."""
    return shared / "lists"


@pytest.fixture(scope="session")
def collection(folder: Path) -> Collection:
    """Everything that is a list in the folder of real lists."""
    return read_lists([folder], strict=False)


@pytest.fixture(scope="session")
def readings(collection: Collection) -> dict[str, Reading]:
    """The real lists by name."""
    return {reading.list: reading for reading in collection.readings}


def by_name(reading: Reading) -> dict[str, dict[str, Any]]:
    """The listings of a reading by their first name (the last of several with one name)."""
    return {row["name"]: row for row in reading.listings.to_pylist()}


def vessels(reading: Reading) -> list[dict[str, Any]]:
    """The vessels of a reading."""
    return [row for row in reading.listings.to_pylist() if row["kind"] == "vessel"]
