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


def group(test: str) -> str:
    """What is kept together, in one process: all Spark tests, all runs of bundled cases, each other file.

    Args:
        test: its id, all that is known where tests are shared out.
    """
    file = test.partition("::")[0]
    return "spark" if "spark" in test else "cases" if "/faults/" in file or file.endswith("/test_docs.py") else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Share out whole groups, in their order: marks of groups, which xdist 3.8 puts into ids, are lost on pytest 9.2."""
    from xdist.scheduler import LoadScopeScheduling

    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = group
    return scheduler


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the Spark tests, and put the longest groups first."""
    for item in items:
        given = getattr(getattr(item, "callspec", None), "params", {}).values()
        asked = [*getattr(item, "fixturenames", ()), *(value for value in given if isinstance(value, str))]
        if {"spark_engine", "spark_master"} & set(asked):
            item.add_marker(pytest.mark.spark)
            if group(item.nodeid) != "spark":
                raise pytest.UsageError(f"{item.nodeid} asks for Spark; its name has to say so")
    items.sort(key=lambda item: (*LONGEST, group(item.nodeid)).index(group(item.nodeid)))
