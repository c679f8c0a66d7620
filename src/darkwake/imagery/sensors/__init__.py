"""The sensors that are known, in the order in which they are asked. To add one: one file here, one row below."""

from __future__ import annotations

from darkwake.imagery.protocol import Sensor
from darkwake.imagery.sensors import catalogue, geotiff_sar, optical, picture, sentinel1

SENSORS: tuple[Sensor, ...] = (
    Sensor("sentinel1", sentinel1.reads, sentinel1.open_safe),
    Sensor("catalogue", catalogue.reads, catalogue.open_from_catalogue),
    Sensor("picture", picture.reads, picture.open_picture_product),
    Sensor("geotiff-sar", geotiff_sar.reads, geotiff_sar.open_sar),
    Sensor("optical", optical.reads, optical.open_optical),
)
