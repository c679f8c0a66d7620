"""How every verb answers: one JSON object on standard output, or words for a person; everything else on standard error."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any


def plain(value: Any) -> Any:
    """A value that JSON can carry: times as ISO 8601 in UTC with ``Z``, paths as text, no NaN."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | Path):
        return str(value)
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(v) for v in value]
    return value.item() if hasattr(value, "item") else value


def emit(result: Mapping[str, Any], *, as_json: bool, text: str | Callable[[], str]) -> None:
    """Print the result once, as JSON or as words."""
    words = json.dumps(plain(result), ensure_ascii=False, allow_nan=False) if as_json else text() if callable(text) else text
    sys.stdout.write(words + "\n")


def note(message: str) -> None:
    """A message for a person, on standard error."""
    sys.stderr.write(message + "\n")
