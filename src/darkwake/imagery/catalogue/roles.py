"""Which assets of an item are what of a Sentinel-1 GRD product.

Names as Earth Search and the Planetary Computer have them (both from stactools-sentinel1): ``vv``, ``schema-product-vv``,
``schema-calibration-vv``, ``schema-noise-vv``, ``safe-manifest``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from darkwake.errors import InputError
from darkwake.imagery.catalogue.item import POLARISATIONS, Item

_NAME = re.compile(
    r"(?:(?:schema-)?(?P<role>product|annotation|calibration|noise)-)?(?P<polarisation>vv|vh|hh|hv)", re.IGNORECASE
)
MANIFEST = "safe-manifest"


@dataclass(frozen=True)
class Roles:
    """Names of assets: measurements, annotations, calibrations and noises by polarisation, and the manifest."""

    measurements: Mapping[str, str]
    annotations: Mapping[str, str]
    calibrations: Mapping[str, str]
    noises: Mapping[str, str]
    manifest: str | None

    def metadata(self) -> list[str]:
        """The names of everything but the measurements."""
        tables = (self.annotations, self.calibrations, self.noises)
        return [name for table in tables for name in table.values()] + [name for name in (self.manifest,) if name]


def roles_of(item: Item, polarisations: tuple[str, ...] = ()) -> Roles:
    """What the assets of an item are, of some polarisations or of all; an InputError where no measurement is among them."""
    found: dict[str, dict[str, str]] = {"measurement": {}, "product": {}, "calibration": {}, "noise": {}}
    for name in item.assets:
        match = _NAME.fullmatch(name)
        if match is None or (polarisations and match["polarisation"].upper() not in polarisations):
            continue
        role = (match["role"] or "measurement").lower().replace("annotation", "product")
        found[role].setdefault(match["polarisation"].upper(), name)
    if not found["measurement"]:
        wanted = " ".join(polarisations) or "vv, vh, hh or hv"
        do = "give an item of a collection of Sentinel-1 GRD products"
        raise InputError(f"no asset is a measurement ({wanted})", do=do, source=item.named())
    measurements, annotations, calibrations, noises = (_ordered(table) for table in found.values())
    return Roles(measurements, annotations, calibrations, noises, MANIFEST if MANIFEST in item.assets else None)


def _ordered(table: Mapping[str, str]) -> dict[str, str]:
    return {one: table[one] for one in POLARISATIONS if one in table}
