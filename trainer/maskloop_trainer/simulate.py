"""The simulated annotator of the literature: deterministic clicks from the true mask. Frame: photo pixels."""
from __future__ import annotations

import cv2
import numpy as np


def deepest(mask: np.ndarray) -> tuple[float, tuple[int, int]]:
    """The pixel farthest from the region's border (the photo's edge is a border): (distance px, (x, y)). mask uint8 [H,W]."""
    padded = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    i = int(depth.argmax())
    return float(depth.flat[i]), (i % mask.shape[1], i // mask.shape[1])


def next_click(predicted: np.ndarray, wanted: np.ndarray) -> tuple[float, float, int]:
    """Next click (x, y, label), px at pixel centres: the deepest pixel of the error (missed or spilled) that is deeper.

    Label 1 adds what the mask misses, 0 removes what it spills; a tie adds. predicted, wanted: uint8 [H,W].
    """
    missed, at_missed = deepest(((wanted == 1) & (predicted == 0)).astype(np.uint8))
    spilled, at_spilled = deepest(((wanted == 0) & (predicted == 1)).astype(np.uint8))
    (x, y), label = (at_missed, 1) if missed >= spilled else (at_spilled, 0)
    return x + 0.5, y + 0.5, label


def box_of(mask: np.ndarray) -> tuple[int, int, int, int]:
    """Tight box (x0, y0, x1, y1), x1 and y1 exclusive, px."""
    x, y, w, h = cv2.boundingRect(mask)
    return x, y, x + w, y + h


def iou(a: np.ndarray, b: np.ndarray) -> float:
    """Intersection over union of two uint8 masks; 0 for two empty ones."""
    return float((a & b).sum()) / max(1.0, float((a | b).sum()))


def clicks_to_reach(ious: list[float], threshold: float, cap: int) -> int:
    """NoC: clicks until the IoU is at least `threshold`, `cap` if it never is."""
    return next((i + 1 for i, v in enumerate(ious[:cap]) if v >= threshold), cap)
