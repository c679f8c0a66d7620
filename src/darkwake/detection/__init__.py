"""Ships in images: found, measured, scored. Knows nothing of AIS and lists.

>>> from darkwake.detection import detect
>>> detect([]).detections.num_rows
0
"""

from __future__ import annotations

from darkwake.detection.detecting import Detected, detect
from darkwake.detection.measuring import ChipMeasurement, measure_chip
from darkwake.detection.parameters import DetectionParameters
from darkwake.detection.stages import detections

__all__ = ["ChipMeasurement", "Detected", "DetectionParameters", "detect", "detections", "measure_chip"]
