"""The common face of formats: what a user says about files, and a member as a format reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from darkwake.ais.batch import Batch
from darkwake.ais.layout import Layout


@dataclass(frozen=True)
class Settings:
    """What a user says about files."""

    mapping: Layout | None = None
    """How the columns of a table are read; None for the layouts that are known."""
    moment: datetime | None = None
    """Time of messages that carry none."""


@dataclass(frozen=True)
class Reading:
    """A member as a format reads it."""

    format: str
    """Name of the format, or of its layout."""
    batches: Iterator[Callable[[], Batch]]
    """Each call gives one batch; calls may run in threads, their results belong in order."""
    position_age: str = "reported"
    """See ``Layout.position_age``."""
