"""What needs no training: a colour-region grower for clicks and OpenCV's GrabCut for boxes. Frame: photo pixels."""
from __future__ import annotations

import cv2
import numpy as np

GROW_TOLERANCE = 24        # per channel, 0..255, against the colour under the click; best of 10..60 after three clicks on training photos


def grow(photo: np.ndarray, clicks: list[tuple[float, float, int]], tolerance: int = GROW_TOLERANCE) -> np.ndarray:
    """Flood fill by colour from every click: fg regions added, bg regions removed, in click order. uint8 [H,W]."""
    smooth = cv2.GaussianBlur(photo, (0, 0), 1.5)
    out = np.zeros(photo.shape[:2], np.uint8)
    for x, y, label in clicks:
        m = np.zeros((photo.shape[0] + 2, photo.shape[1] + 2), np.uint8)
        flags = 8 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (1 << 8)
        cv2.floodFill(smooth.copy(), m, (int(x), int(y)), 0, (tolerance,) * 3, (tolerance,) * 3, flags)
        region = cv2.morphologyEx(m[1:-1, 1:-1], cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
        out[region > 0] = label
    return out


def grabcut(photo: np.ndarray, box: tuple[int, int, int, int], rounds: int = 5) -> np.ndarray:
    """GrabCut from a box (x0, y0, x1, y1 exclusive): uint8 [H,W]. The box itself where OpenCV finds no two colour models."""
    m = np.full(photo.shape[:2], cv2.GC_BGD, np.uint8)
    x0, y0, x1, y1 = box
    m[y0:y1, x0:x1] = cv2.GC_PR_FGD
    cv2.setRNGSeed(0)
    try:
        cv2.grabCut(np.ascontiguousarray(photo[..., ::-1]), m, None, np.zeros((1, 65)), np.zeros((1, 65)), rounds, cv2.GC_INIT_WITH_MASK)
    except cv2.error:
        pass
    return ((m == cv2.GC_FGD) | (m == cv2.GC_PR_FGD)).astype(np.uint8)
