"""Things held as columns: a dataclass whose fields are arrays, or again columns, with one row a meeting each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self, get_type_hints

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


class Columns:
    """A dataclass of arrays, or of columns again, that are as long as each other."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def take(self, rows: NDArray[np.int64]) -> Self:
        """The rows of these numbers."""
        return type(self)(**{name: _taken(value, rows) for name, value in self._fields()})

    def where(self, chosen: NDArray[np.bool_]) -> Self:
        """The rows that are chosen."""
        return self if chosen.all() else self.take(np.flatnonzero(chosen))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The rows of all parts, one after another."""
        return cls(**{name: _joined([getattr(part, name) for part in parts]) for name, _ in parts[0]._fields()})

    def single(self) -> Self:
        """Numbers in single precision."""
        return type(self)(**{name: _in(np.float32, value) for name, value in self._fields()})

    def double(self) -> Self:
        """Numbers in double precision."""
        return type(self)(**{name: _in(np.float64, value) for name, value in self._fields()})

    def table(self) -> pa.Table:
        """As a table; columns of columns are named ``outer.inner``."""
        told: dict[str, Any] = {}
        for name, value in self._fields():
            if isinstance(value, Columns):
                inner = value.table()
                told |= {f"{name}.{word}": inner[word] for word in inner.column_names}
            else:
                told[name] = value
        return pa.table(told)

    @classmethod
    def of_table(cls, rows: pa.Table, prefix: str = "") -> Self:
        """From what :meth:`table` made."""
        kinds = get_type_hints(cls)
        return cls(**{name: _column(kinds[name], rows, prefix + name) for name in cls.__dataclass_fields__})

    def _fields(self) -> list[tuple[str, Any]]:
        return [(name, getattr(self, name)) for name in self.__dataclass_fields__]


def _in(precision: type[np.floating[Any]], value: Any) -> Any:
    if isinstance(value, Columns):
        return value.single() if precision is np.float32 else value.double()
    return value.astype(precision, copy=False) if value.dtype.kind == "f" else value


def _taken(value: Any, rows: NDArray[Any]) -> Any:
    return value.take(rows) if isinstance(value, Columns) else value[rows]


def _joined(values: Sequence[Any]) -> Any:
    return type(values[0]).joined(values) if isinstance(values[0], Columns) else np.concatenate(values)


def _column(kind: Any, rows: pa.Table, name: str) -> Any:
    if isinstance(kind, type) and issubclass(kind, Columns):
        return kind.of_table(rows, f"{name}.")
    return rows[name].to_numpy()
