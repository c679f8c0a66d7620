"""Image products: scenes, and calibrated, geolocated windows of pixels. Knows nothing of ships.

>>> from darkwake.imagery import SENSORS
>>> [sensor.name for sensor in SENSORS]
['sentinel1', 'catalogue', 'picture', 'geotiff-sar', 'optical']
"""

from __future__ import annotations

from darkwake.imagery.opening import open_product
from darkwake.imagery.protocol import Options, Pixels, Product, Window
from darkwake.imagery.scene import content_sha256, scene_row
from darkwake.imagery.sensors import SENSORS

__all__ = ["SENSORS", "Options", "Pixels", "Product", "Window", "content_sha256", "open_product", "scene_row"]
