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


def marked(values: np.ndarray) -> np.ndarray:
    outer, inner = (WINDOW_PX, WINDOW_PX), (GUARD_PX, GUARD_PX)
    count = WINDOW_PX**2 - GUARD_PX**2
    sums = cv2.boxFilter(values, cv2.CV_32F, outer, normalize=False) - cv2.boxFilter(values, cv2.CV_32F, inner, normalize=False)
    squares = cv2.sqrBoxFilter(values, cv2.CV_32F, outer, normalize=False)
    squares -= cv2.sqrBoxFilter(values, cv2.CV_32F, inner, normalize=False)
    mean = sums / count
    over = values - mean
    return np.asarray((over > 0) & (over * over > DEVIATIONS**2 * (squares / count - mean * mean)), np.bool_)


def whole(values: np.ndarray) -> int:
    return int(marked(values).sum())


def tiled(values: np.ndarray) -> int:
    half, found = WINDOW_PX // 2, 0
    for y in range(0, values.shape[0], TILE_PX):
        for x in range(0, values.shape[1], TILE_PX):
            top, left = max(y - half, 0), max(x - half, 0)
            tile = marked(values[top : y + TILE_PX + half, left : x + TILE_PX + half])
            found += int(tile[y - top : y - top + TILE_PX, x - left : x - left + TILE_PX].sum())
    return found


def main() -> None:
    cv2.setNumThreads(1)
    values = np.load(sys.argv[1])
    told = {}
    for name, run in (("whole", whole), ("tiled", tiled)):
        best, found = float("inf"), 0
        for _ in range(int(sys.argv[2])):
            began = time.process_time()
            found = run(values)
            best = min(best, time.process_time() - began)
        told[name] = {"mpx_s": round(values.size / best / 1e6, 1), "false_alarms_per_mpx": round(found / values.size * 1e6, 3)}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
