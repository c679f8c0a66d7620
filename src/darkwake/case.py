"""A case: what is asked, over which period, from which files; read from ``case.toml`` and checked.

    CASE/
      case.toml     the question, the sources, the parameters
      facts/        tables of published facts
      lists/ orbits/ ais/ images/ ...   files that the case names
      store/        tables (store.py)
      out/          the dossier and exports

Every path in ``case.toml`` is relative to the folder and may not leave it. A case knows nothing of how stages work: the
parameters of stages are carried as they stand and checked where the stages are known (``pipeline.py``).
"""

from __future__ import annotations

import shutil
import tempfile
import tomllib
from collections.abc import Callable
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from darkwake.errors import CaseError, InputError, UsageError, nearest
from darkwake.goods import UNNAMED, goods_named

FILE = "case.toml"
BUNDLED = Path(__file__).parent / "bundled" / "cases"
_STRICT = ConfigDict(extra="forbid", frozen=True, strict=False)

Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]
"""A day of a case, assumed to lie in these years, because others are a slip of the pen, and a calendar ends in 9999."""


class About(BaseModel):
    """``[case]``: what the case is about."""

    model_config = _STRICT
    title: str
    question: str
    period: tuple[Day, Day]
    """First and last day."""
    seed: Annotated[int, Field(strict=True)] = 1
    """Seed of every random draw."""

    @model_validator(mode="after")
    def _ordered(self) -> About:
        if self.period[0] > self.period[1]:
            raise ValueError(f"the period ends ({self.period[1]}) before it begins ({self.period[0]})")
        return self


class AisFiles(BaseModel):
    """``[[sources.ais]]``: AIS files of one format."""

    model_config = _STRICT
    files: tuple[str, ...]
    """Paths or patterns (``ais/*.zip``)."""
    origin: str = Field("observed", pattern="^(observed|simulated)$")
    day: date | None = None
    """The day of files that carry a time of day only."""
    columns: dict[str, Any] | None = None
    """Column mapping, for a CSV of an unknown layout."""


class ImageFiles(BaseModel):
    """``[[sources.images]]``: image products."""

    model_config = _STRICT
    files: tuple[str, ...]
    origin: str = Field("observed", pattern="^(observed|simulated)$")
    sensor: str | None = None
    spacing_m: Annotated[float, Field(gt=0)] | None = None
    radiometry: str | None = None
    time: AwareDatetime | None = None


class Sources(BaseModel):
    """``[sources]``: the files that go in."""

    model_config = _STRICT
    facts: str | None = None
    """Folder with the tables of published facts."""
    lists: tuple[str, ...] = ()
    orbits: tuple[str, ...] = ()
    ais: tuple[AisFiles, ...] = ()
    images: tuple[ImageFiles, ...] = ()
    simulated: str | None = None
    """Folder with a simulated layer (detections and their truth never mix with what was observed)."""


class PlanWindow(BaseModel):
    """``[plan]``: for which days to look for opportunities."""

    model_config = _STRICT
    start: AwareDatetime | None = None
    days: Annotated[float, Field(gt=0, le=60)] = 7.0


class OwnCap(BaseModel):
    """``[[caps]]``: a limit of one's own, beside those of the published facts."""

    model_config = _STRICT
    product: str
    """``refined`` or ``crude``."""
    amount: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    unit: str
    """``bbl`` or ``t``."""
    period: tuple[Day, Day]
    """First and last day."""
    who: Annotated[str, Field(min_length=1)]
    """Who sets it."""
    title: str | None = None

    @model_validator(mode="after")
    def _countable(self) -> OwnCap:
        if self.period[0] > self.period[1]:
            raise ValueError(f"the period ends ({self.period[1]}) before it begins ({self.period[0]})")
        if self.unit not in CAP_UNITS:
            raise ValueError(f"a cap in {self.unit!r} cannot be reckoned; {nearest(self.unit, CAP_UNITS)}")
        if (found := _product_of_cap(self.product)) != "other":
            return self
        raise ValueError(f"the ledger counts barrels of refined products and crude oil, not {found} goods ({self.product!r})")


CAP_UNITS = ("bbl", "t")
"""Units of a cap that the ledger can reckon with."""


def _product_of_cap(word: str) -> str:
    """The kind of cap that goods fall under; one product of several is no goods of a cap, for most visits name none."""
    try:
        goods = goods_named(word)
    except InputError as fault:
        raise ValueError(fault.line()) from fault
    if goods.cap == "refined" and goods.name != UNNAMED:
        raise ValueError(f"visits seldom name their product, so a cap on {word!r} alone cannot be reckoned; write refined")
    return goods.cap


class _Document(BaseModel):
    model_config = _STRICT
    case: About
    caps: tuple[OwnCap, ...] = ()
    sources: Sources = Sources()
    plan: PlanWindow = PlanWindow()
    parameters: dict[str, dict[str, Any]] = {}
    factors: dict[str, Any] = {}

    @model_validator(mode="after")
    def _apart(self) -> _Document:
        for one, other in combinations(self.caps, 2):
            overlap = one.period[0] <= other.period[1] and other.period[0] <= one.period[1]
            if overlap and (one.who, _product_of_cap(one.product)) == (other.who, _product_of_cap(other.product)):
                first = max(one.period[0], other.period[0])
                raise ValueError(f"two caps by {one.who!r} on {one.product!r} overlap from {first}: end one before the other")
        return self


class Case:
    """A folder with a checked ``case.toml``."""

    def __init__(self, folder: Path, document: _Document) -> None:
        self.folder = folder
        self.about = document.case
        self.sources = document.sources
        self.plan = document.plan
        self.parameters = document.parameters
        self.factors = document.factors
        self.caps = document.caps

    @classmethod
    def read(cls, folder: Path) -> Case:
        """Read and check ``case.toml``.

        Raises:
            CaseError: no such file, not TOML, an unknown key (with the nearest known), a value of the wrong kind.
        """
        path = folder / FILE
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as fault:
            what = "is not a folder" if not folder.is_dir() else f"holds no {FILE}"
            raise CaseError(f"{what}, so it is no case", do="make one with: darkwake init DIR", source=folder) from fault
        except UnicodeDecodeError as fault:
            raise CaseError("not UTF-8 text", do="save it as UTF-8", source=path, place=f"byte {fault.start}") from fault
        try:
            return cls(folder, _Document.model_validate(tomllib.loads(text)))
        except tomllib.TOMLDecodeError as fault:
            raise CaseError(f"not TOML: {fault}", do="mend the line", source=path) from fault
        except ValidationError as fault:
            raise _explained(path, text, fault) from fault

    @property
    def store(self) -> Path:
        """The folder of the store."""
        return self.folder / "store"

    @property
    def out(self) -> Path:
        """The folder for the dossier and exports."""
        return self.folder / "out"

    def files(self, patterns: tuple[str, ...], what: str) -> tuple[Path, ...]:
        """The files that some paths or patterns of ``case.toml`` name, each once, in order of name.

        A SAFE folder (a Sentinel-1 product) counts as one file.

        Raises:
            CaseError: a path that leaves the folder, or that names nothing.
        """
        found: dict[Path, None] = {}
        for pattern in patterns:
            matches = [match for match in self._matches(pattern, what) if match.is_file() or _is_product(match)]
            if not matches:
                raise CaseError(f"{pattern!r} names no file", do="mend the path", source=self.folder / FILE, place=what)
            found |= dict.fromkeys(matches)
        for path in found:
            for part in (path, *(sorted(path.rglob("*")) if path.is_dir() else ())):
                self._check_inside(part, what)
        return tuple(found)

    def folder_of(self, word: str, what: str) -> Path:
        """The folder of files that ``case.toml`` names.

        Raises:
            CaseError: a path that leaves the case, that names no folder, or a folder with a link out of the case.
        """
        named = self._inside(word, what)
        if not named.is_dir():
            raise CaseError(f"{word!r} names no folder", do="mend the path", source=self.folder / FILE, place=what)
        for path in (named, *sorted(named.rglob("*"))):
            self._check_inside(path, what)
        return named

    def _inside(self, word: str, what: str) -> Path:
        if Path(word).is_absolute() or ".." in Path(word).parts:
            remedy = "copy the file into it"
            raise CaseError(f"{word!r} leaves the case's folder", do=remedy, source=self.folder / FILE, place=what)
        return self.folder / word

    def _matches(self, pattern: str, what: str) -> list[Path]:
        """What a path or pattern names; a path that is there as it stands is no pattern, whatever signs its name holds."""
        named = self._inside(pattern, what)
        try:
            return [named] if named.exists() else sorted(self.folder.glob(pattern))
        except (ValueError, IndexError, OSError) as fault:
            raise CaseError(f"{pattern!r} is no path", do="mend it", source=self.folder / FILE, place=what) from fault

    def _check_inside(self, path: Path, what: str) -> None:
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise CaseError(f"{path.name!r} links out of the case's folder", do="copy it in", source=path, place=what)


def _is_product(path: Path) -> bool:
    return path.is_dir() and path.suffix.upper() == ".SAFE"


def _explained(path: Path, text: str, fault: ValidationError) -> CaseError:
    # A mistyped key shows twice, as one too many and one too few: the former says more.
    first = min(fault.errors(), key=lambda error: error["type"] != "extra_forbidden")
    keys = [str(part) for part in first["loc"]]
    word = keys[-1] if keys else ""
    line = next((n for n, row in enumerate(text.splitlines(), 1) if row.split("=")[0].strip().strip('"[]') == word), None)
    place = ".".join(keys) + (f" (line {line})" if line else "")
    if first["type"] == "extra_forbidden":
        return CaseError(f"unknown key {word!r}", do=nearest(word, _known_keys(keys)), source=path, place=place)
    if first["type"] == "missing" and not word.isdigit():
        return CaseError(f"{word!r} is missing", do="add it", source=path, place=place)
    return CaseError(first["msg"].removeprefix("Value error, "), do="mend the value", source=path, place=place)


def _known_keys(keys: list[str]) -> list[str]:
    model: Any = _Document
    for key in keys[:-1]:
        if key.isdigit():
            continue
        model = {
            "case": About,
            "sources": Sources,
            "plan": PlanWindow,
            "ais": AisFiles,
            "images": ImageFiles,
            "caps": OwnCap,
        }.get(key, model)
    return list(model.model_fields)


def templates() -> list[str]:
    """The names of the bundled cases that ``init`` can start from."""
    return sorted(path.name for path in BUNDLED.iterdir() if (path / FILE).is_file())


def init(folder: Path, template: str = "empty", *, furnish: Callable[[Path], None] = lambda _: None) -> Case:
    """Make a new case folder from a bundled template; it appears whole or not at all.

    ``furnish`` may add to the new folder before it appears.

    Raises:
        UsageError: the folder exists and is not empty, or there is no such template.
    """
    if template not in templates():
        raise UsageError(f"no template {template!r}", do=nearest(template, templates()))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("is there already", do="name a new folder", source=folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        shutil.copytree(BUNDLED / template, made, dirs_exist_ok=True)
        made.chmod(0o755)
        furnish(made)
        if folder.exists():
            folder.rmdir()
        made.replace(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return Case.read(folder)
