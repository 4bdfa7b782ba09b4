"""COCO's run-length code. Runs go down the columns and start with zeros. Needs numpy only."""
from __future__ import annotations

import numpy as np


def decode_counts(text: str) -> list[int]:
    """Compressed COCO run lengths -> counts. Source: COCO API, rleFrString: 5-bit groups, differences to the count two before."""
    counts: list[int] = []
    i = 0
    while i < len(text):
        value, shift, more = 0, 0, True
        while more:
            if i >= len(text):
                raise ValueError('segmentation.counts: ends inside a number')
            c = ord(text[i]) - 48
            if not 0 <= c < 64:
                raise ValueError(f'segmentation.counts: character {text[i]!r} at {i} is outside 0..o')
            value |= (c & 31) << shift
            shift += 5
            more = bool(c & 32)
            i += 1
            if not more and c & 16:
                value |= -1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
    return counts


def decode_rle(segmentation: dict) -> np.ndarray:
    """COCO run-length code -> uint8 [H,W], 1 inside."""
    h, w = segmentation['size']
    counts = segmentation['counts']
    counts = decode_counts(counts) if isinstance(counts, str) else counts
    if min(counts, default=0) < 0 or sum(counts) != h * w:
        raise ValueError(f'segmentation.counts: runs add up to {sum(counts)}, expected {h} x {w} = {h * w}')
    values = np.zeros(len(counts), np.uint8)
    values[1::2] = 1
    return np.repeat(values, counts).reshape(w, h).T


def encode_rle(mask: np.ndarray) -> dict:
    """uint8 [H,W] -> uncompressed COCO run-length code."""
    flat = mask.T.reshape(-1)
    ends = np.concatenate([np.flatnonzero(np.diff(flat)) + 1, [flat.size]])
    counts = np.diff(np.concatenate([[0], ends])).tolist()
    return dict(size=list(mask.shape), counts=[0, *counts] if flat[0] else counts)
