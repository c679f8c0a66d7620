"""Sentinel-1 GRD products: a SAFE folder, its zip, or cloud-optimised measurements with their annotation.

files.py        which files a product has, and where they lie      archive.py   the same, within a zip
annotation.py   what the annotation says                           tables.py    tables of lines and pixels
calibration.py  digital numbers to sigma nought                    noise.py     thermal noise
orbit.py        where the satellite was                            geolocation.py   where a pixel lies
acquisition.py  time, incidence, look                              product.py   the product
"""

from __future__ import annotations

from darkwake.imagery.sentinel1.files import Sentinel1Files
from darkwake.imagery.sentinel1.measurement import Served
from darkwake.imagery.sentinel1.product import Sentinel1Product, open_files

__all__ = ["Sentinel1Files", "Sentinel1Product", "Served", "open_files"]
