"""What a stage is: a plain function, what it asks for, and the fingerprint of all that its result stands on.

Knows tables, cases and stores; knows no room and no field.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from darkwake.errors import CaseError, TableError, nearest
from darkwake.ids import file_sha256
from darkwake.schema import TABLES

if TYPE_CHECKING:
    from darkwake.case import Case
    from darkwake.store import Store


@dataclass(frozen=True)
class Stage:
    """One step: its name, its function, and the tables that it writes."""

    name: str
    run: Callable[..., Any]
    writes: tuple[str, ...]

    def reads(self) -> dict[str, str]:
        """The tables that the function asks for, each as ``rows`` (Arrow) or as an ``expression`` (Ibis)."""
        return {
            word: "expression" if "ir.Table" in str(parameter.annotation) else "rows"
            for word, parameter in inspect.signature(self.run).parameters.items()
            if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        }

    def asks(self) -> tuple[str, ...]:
        """What the function asks the case for: the names of its keyword-only parameters."""
        parameters = inspect.signature(self.run).parameters.items()
        return tuple(word for word, parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY)

    def rule(self, word: str) -> type | None:
        """The frozen dataclass that a keyword-only parameter is annotated with, or ``None``."""
        annotation = inspect.signature(self.run).parameters[word].annotation
        if isinstance(annotation, str):
            annotation = getattr(sys.modules[self.run.__module__], annotation, None)
        return annotation if isinstance(annotation, type) and is_dataclass(annotation) else None


def check_map(stages: Sequence[Stage], provided: Sequence[str]) -> None:
    """Hold a map of stages against itself: every name asked for has to be provided by something before it.

    Raises:
        TableError: a stage reads a table that no stage before it writes, writes one that is not in the schema, or asks
            for something that nothing provides.
    """
    written: set[str] = set()
    for stage in stages:
        for table in stage.reads():
            if table not in written:
                raise TableError(f"no stage before it writes {table!r}", do=nearest(table, written), source=stage.name)
        for word in stage.asks():
            if word not in provided and stage.rule(word) is None:
                raise TableError(f"nothing provides {word!r}", do=nearest(word, provided), source=stage.name)
        for table in stage.writes:
            if table not in TABLES:
                raise TableError(f"no table {table!r} in the schema", do=nearest(table, TABLES), source=stage.name)
        written.update(stage.writes)


def rules(stages: Sequence[Stage], case: Case) -> dict[str, Any]:
    """The parameters of all stages, filled from ``[parameters.<name>]`` of the case.

    Raises:
        CaseError: a name that no stage knows, or a key or value that does not fit; with the nearest known names.
    """
    known = {word: stage.rule(word) for stage in stages for word in stage.asks() if stage.rule(word)}
    for name in case.parameters:
        if name not in known:
            path, place = case.folder / "case.toml", f"parameters.{name}"
            raise CaseError(f"unknown parameters {name!r}", do=nearest(name, known), source=path, place=place)
    return {name: _filled(name, rule, case) for name, rule in known.items() if rule}


def _filled(name: str, rule: type, case: Case) -> Any:
    said = case.parameters.get(name, {})
    hints = get_type_hints(rule, vars(sys.modules[rule.__module__]))
    known = [f.name for f in fields(rule) if f.init]
    path = case.folder / "case.toml"
    for word, value in said.items():
        place = f"parameters.{name}.{word}"
        if word not in known:
            raise CaseError(f"unknown key {word!r}", do=nearest(word, known), source=path, place=place)
        if not _fits(value, hints[word]):
            kind = getattr(hints[word], "__name__", hints[word])
            raise CaseError(f"{value!r} is not of the kind {kind}", do="mend the value", source=path, place=place)
    try:
        return rule(**{word: tuple(value) if isinstance(value, list) else value for word, value in said.items()})
    except ValueError as fault:
        raise CaseError(str(fault), do="mend the value", source=path, place=f"parameters.{name}") from fault


def _fits(value: object, hint: Any) -> bool:
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if get_origin(hint) in (tuple, list):
        return isinstance(value, list)
    if hint in (int, str, bool, date, datetime):
        return type(value) is hint
    return any(_fits(value, part) for part in get_args(hint)) if get_args(hint) else True


@cache
def code_version(module: str) -> str:
    """A hash of the source of a module and of every module of ours that it imports, directly or through others.

    >>> code_version("darkwake.ids") == code_version("darkwake.ids") != code_version("darkwake.geo")
    True
    """
    found: dict[Path, str] = {}
    waiting = [module]
    while waiting:
        path = _source(waiting.pop())
        if path and path not in found:
            found[path], imported = _read(path)
            waiting += imported
    return hashlib.sha256("".join(found[path] for path in sorted(found)).encode()).hexdigest()[:16]


@cache
def _source(module: str) -> Path | None:
    base = Path(__file__).parent.joinpath(*module.split(".")[1:])
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)


@cache
def _read(path: Path) -> tuple[str, tuple[str, ...]]:
    """The hash of a file, and the modules of ours that it imports; of ``from a.b import c`` both ``a.b`` and ``a.b.c``."""
    names: list[str] = []
    for node in _statements(ast.parse(path.read_text(encoding="utf-8")).body):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return file_sha256(path), tuple(name for name in names if name.startswith("darkwake."))


def _statements(block: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Each statement of a block and of the blocks within it; expressions hold no imports and are most of the tree."""
    for node in block:
        yield node
        for within in ("body", "handlers", "orelse", "finalbody", "cases"):
            yield from _statements(getattr(node, within, ()))


def fingerprint(stage: Stage, store: Store, given: Mapping[str, Any]) -> str:
    """One hash over what a stage's result stands on: versions of its tables, what it is given, its code."""
    parts = {
        "code": code_version(stage.run.__module__),
        "tables": {table: store.version(table) for table in stage.reads()},
        "given": {word: stated(given[word]) for word in stage.asks() if word not in ("store", "engine", "root")},
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def files_in(value: Any) -> list[Path]:
    """All files that a value given to a stage names, folders opened."""
    if isinstance(value, Path):
        return sorted(path for path in value.rglob("*") if path.is_file()) if value.is_dir() else [value]
    if isinstance(value, Mapping):
        value = list(value.values())
    return [path for part in value for path in files_in(part)] if isinstance(value, list | tuple) else []


def stated(value: Any) -> Any:
    """A value as canonical JSON can hold it; a file or folder is stated by the hash of its bytes."""
    if isinstance(value, Path):
        return {path.name: file_sha256(path) for path in files_in(value)}
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: stated(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(word): stated(part) for word, part in value.items()}
    if isinstance(value, list | tuple):
        return [stated(part) for part in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
