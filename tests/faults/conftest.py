"""A case that was made and one that was run, each once a session; every test works on copies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.faults.telling import done

TEMPLATE = "vostochny-2024"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled case as ``init`` makes it; to copy."""
    folder = tmp_path_factory.mktemp("made") / "case"
    done("init", folder, "--template", TEMPLATE)
    return folder


@pytest.fixture(scope="session")
def _run(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = shutil.copytree(made, tmp_path_factory.mktemp("run") / "case")
    done("run", folder)
    return folder


@pytest.fixture(scope="session")
def undisturbed(_run: Path) -> Path:
    """The bundled case after a run that nothing disturbed; to read only."""
    return _run


@pytest.fixture
def new_case(made: Path, tmp_path: Path) -> Path:
    """The bundled case as ``init`` makes it, before its first run."""
    return shutil.copytree(made, tmp_path / "work" / "case")


@pytest.fixture
def run_case(_run: Path, tmp_path: Path) -> Path:
    """The bundled case after a run."""
    return shutil.copytree(_run, tmp_path / "work" / "case")
