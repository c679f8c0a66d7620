"""What all tests share: the real data beside the repository, and engines."""

from __future__ import annotations

import gc
import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from darkwake.engine import Engine, open_engine
from tests.spark_cluster import brief_java, cluster

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
"""The same examples in every run, so that a red run means a change; HYPOTHESIS_PROFILE=explore looks for new ones."""

gc.set_threshold(100_000, 20, 20)
"""Ibis makes so many objects of a moment that a seventh of its time goes into looking for cycles among them."""

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def absent(what: str) -> None:
    """Skip for want of something, with the reason; in CI it has to be there."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the repository."""
    if not SHARED.is_dir():
        absent(f"needs the real data in {SHARED.name}, a folder beside the repository")
    return SHARED


@pytest.fixture(scope="session")
def duck() -> Iterator[Engine]:
    """The default engine, one for all tests."""
    engine = open_engine("duckdb")
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def spark_master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a standalone cluster on loopback: a master and two workers."""
    if importlib.util.find_spec("pyspark") is None:
        absent("needs PySpark: pip install 'darkwake[spark]'")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        absent("needs Java 17 for Spark")
    with brief_java(), cluster(tmp_path_factory.mktemp("spark")) as address:
        yield address


@pytest.fixture(scope="session")
def spark_engine(spark_master: str) -> Iterator[Engine]:
    """Spark on that cluster; one session for all tests."""
    engine = open_engine("spark", master=spark_master)
    yield engine
    engine.close()


LONGEST = ("spark", "cases")
"""Groups that begin first, one in each of two processes."""


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together, in one process, what shares what is dear: all Spark tests, all runs of bundled cases, each other file."""
    groups = {item: _group(item) for item in items}
    for item, group in groups.items():
        item.add_marker(pytest.mark.xdist_group(group))
        if group == "spark":
            item.add_marker(pytest.mark.spark)
    items.sort(key=lambda item: (*LONGEST, groups[item]).index(groups[item]))


def _group(item: pytest.Item) -> str:
    given = getattr(getattr(item, "callspec", None), "params", {}).values()
    asked = [*getattr(item, "fixturenames", ()), *(value for value in given if isinstance(value, str))]
    if {"spark_engine", "spark_master"} & set(asked):
        return "spark"
    file = item.nodeid.split("::")[0]
    return "cases" if "/faults/" in file or file.endswith("/test_docs.py") else file
