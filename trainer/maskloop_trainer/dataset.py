"""Makes training photos of a retraining set (retraining.py says what lies in it) for fine-tuning.

Only images whose split is 'train' or absent are read. Masks of origin 'proposed' are skipped: nobody looked at them, and a
model must not be trained on its own unseen output. Rejected proposals are not trained on: the loop has no use for negatives.
"""
from __future__ import annotations

from pathlib import Path

import numpy as np

from .pack import Item, shrink
from .retraining import Label, RetrainingSet

UNSEEN_ORIGINS = frozenset({'proposed'})
MAX_LABEL = 255


def layers(masks: list[np.ndarray]) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Puts masks that may overlap into as few label maps as a greedy pass finds: (uint8 [K,H,W], (map, label) per mask). Large first."""
    maps: list[np.ndarray] = []
    used: list[int] = []
    places: list[tuple[int, int]] = [(-1, -1)] * len(masks)
    for i in sorted(range(len(masks)), key=lambda i: -int(masks[i].sum())):
        for k, m in enumerate(maps):
            if used[k] < MAX_LABEL and not m[masks[i] > 0].any():
                break
        else:
            k = len(maps)
            maps.append(np.zeros(masks[i].shape, np.uint8))
            used.append(0)
        used[k] += 1
        maps[k][masks[i] > 0] = used[k]
        places[i] = (k, used[k])
    return np.stack(maps), places


def first_clicks(label: Label, scale: float) -> list[tuple[float, float]]:
    """Foreground clicks of a mask's first prompt, in packed-photo px: where people really click first."""
    if not label.prompts:
        return []
    return [(x * scale, y * scale) for x, y, sign in label.prompts[0].get('points') or [] if sign == 1]


def read(path: Path, side: int, photos: Path | None = None) -> list[Item]:
    """The training photos of a dataset (folder or zip), long side at most `side` px. `photos`: where referenced photos lie."""
    dataset = RetrainingSet(path, 'train', photos)
    items = []
    for photo in dataset:
        kept = [m for m in photo.masks if m.provenance.get('origin') not in UNSEEN_ORIGINS and m.mask.any()]
        if not kept:
            continue
        if photo.pixels is None:
            raise FileNotFoundError(f'{path}: holds no images/{photo.file_name}; export with pictures, or name their folder with --photos')
        maps, places = layers([m.mask for m in kept])
        image, maps = shrink(photo.pixels, maps, side)
        scale = image.shape[1] / photo.pixels.shape[1]
        clicks = {place: first_clicks(m, scale) for m, place in zip(kept, places)}
        items.append(Item(image, maps, [set() for _ in maps], 'none', str(photo.file_name), {k: v for k, v in clicks.items() if v}))
    if not items:
        raise ValueError(f'{path}: holds no training photo with a checked mask')
    return items
