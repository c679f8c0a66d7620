"""What all tests share: the real data beside the repository, and engines."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the repository; in CI it has to be there."""
    if not SHARED.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the real data are missing: {SHARED} does not exist")
        pytest.skip(f"needs the real data in {SHARED}, which does not exist here")
    return SHARED
