"""A plain two-parameter CFAR with OpenCV's box filter: megapixels per second of processor time, whole and in tiles.

.venv-peers/bin/python benchmarks/peers/opencv_cfar.py SCENE.npy REPEAT
"""

from __future__ import annotations

import json
import sys
import time

import cv2
import numpy as np

WINDOW_PX, GUARD_PX, DEVIATIONS, TILE_PX = 41, 21, 5.0, 512


def hits(values: np.ndarray) -> int:
    outer, inner = (WINDOW_PX, WINDOW_PX), (GUARD_PX, GUARD_PX)
    count = WINDOW_PX**2 - GUARD_PX**2
    sums = cv2.boxFilter(values, cv2.CV_32F, outer, normalize=False) - cv2.boxFilter(values, cv2.CV_32F, inner, normalize=False)
    squares = cv2.sqrBoxFilter(values, cv2.CV_32F, outer, normalize=False)
    squares -= cv2.sqrBoxFilter(values, cv2.CV_32F, inner, normalize=False)
    mean = sums / count
    over = values - mean
    return int(((over > 0) & (over * over > DEVIATIONS**2 * (squares / count - mean * mean))).sum())


def tiled(values: np.ndarray) -> int:
    half, found = WINDOW_PX // 2, 0
    for y in range(0, values.shape[0], TILE_PX):
        for x in range(0, values.shape[1], TILE_PX):
            found += hits(values[max(y - half, 0) : y + TILE_PX + half, max(x - half, 0) : x + TILE_PX + half])
    return found


def main() -> None:
    cv2.setNumThreads(1)
    values = np.load(sys.argv[1])
    told = {}
    for name, run in (("whole", hits), ("tiled", tiled)):
        best = float("inf")
        for _ in range(int(sys.argv[2])):
            began = time.process_time()
            run(values)
            best = min(best, time.process_time() - began)
        told[name] = round(values.size / best / 1e6, 1)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
