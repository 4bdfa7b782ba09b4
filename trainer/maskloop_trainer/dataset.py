"""Makes training photos of a retraining set (retraining.py says what lies in it) for fine-tuning.

Only images whose split is 'train' or absent are read. Masks of origin 'proposed' are skipped: nobody looked at them, and a
model must not be trained on its own unseen output. Rejected proposals are not trained on: the loop has no use for negatives.

A close-up that prompts were given in becomes a training photo of its own, cut out at the photo's full resolution, for that is
what the model saw. Clicks go to the view they were made in: one click may mean the whole dog in the photo and its ear close up.
"""
from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from .pack import Item, shrink
from .retraining import Label, Photo, RetrainingSet

UNSEEN_ORIGINS = frozenset({'proposed'})
MAX_LABEL = 255
MAX_CLOSE_UPS = 4               # of one photo, those with the most masks: else a photo labelled close up outweighs all others
Box = tuple[int, int, int, int]  # x0, y0, x1, y1 in photo px, x1 and y1 exclusive


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


def view_of(prompt: dict, height: int, width: int) -> Box:
    """The part of the photo that was encoded for a prompt, its close-up or all of it. Raises ValueError where it is no part of the photo."""
    corners = prompt.get('close_up') or (0, 0, width, height)
    x0, y0, x1, y1 = (int(v) for v in corners)
    if not (0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height):
        raise ValueError(f'close_up: expected x0 < x1 <= {width} and y0 < y1 <= {height}, the photo\'s size, got {corners}')
    return x0, y0, x1, y1


def views(labels: list[Label], height: int, width: int) -> list[Box]:
    """The photo as a whole, then the close-ups that most masks were made in, MAX_CLOSE_UPS at most."""
    whole = (0, 0, width, height)
    used = Counter(view for label in labels for view in {view_of(p, height, width) for p in label.prompts} - {whole})
    return [whole, *(view for view, _ in used.most_common(MAX_CLOSE_UPS))]


def first_clicks(label: Label, view: Box, height: int, width: int) -> list[tuple[float, float]]:
    """Foreground clicks of a mask's first prompt where it was given in this view, in px of the view: where people really click first."""
    if not label.prompts or view_of(label.prompts[0], height, width) != view:
        return []
    return [(x - view[0], y - view[1]) for x, y, sign in label.prompts[0].get('points') or [] if sign == 1]


def item_of(photo: Photo, labels: list[Label], view: Box, side: int) -> Item | None:
    """One view of a photo, long side at most `side` px; None if it holds none of the masks."""
    x0, y0, x1, y1 = view
    height, width = photo.pixels.shape[:2]
    inside = [(label, label.mask[y0:y1, x0:x1]) for label in labels]
    inside = [(label, mask) for label, mask in inside if mask.any()]
    if not inside:
        return None
    maps, places = layers([mask for _, mask in inside])
    image, maps = shrink(np.ascontiguousarray(photo.pixels[y0:y1, x0:x1]), maps, side)
    scale = image.shape[1] / (x1 - x0)
    clicks = {place: [(x * scale, y * scale) for x, y in first_clicks(label, view, height, width)] for (label, _), place in zip(inside, places)}
    return Item(image, maps, [set() for _ in maps], 'none', str(photo.file_name), {k: v for k, v in clicks.items() if v})


def read(path: Path, side: int, photos: Path | None = None) -> list[Item]:
    """The training photos of a dataset (folder or zip) and their close-ups, long side at most `side` px. `photos`: where referenced photos lie."""
    dataset = RetrainingSet(path, 'train', photos)
    items = []
    for photo in dataset:
        kept = [m for m in photo.masks if m.provenance.get('origin') not in UNSEEN_ORIGINS and m.mask.any()]
        if not kept:
            continue
        if photo.pixels is None:
            raise FileNotFoundError(f'{path}: holds no images/{photo.file_name}; export with pictures, or name their folder with --photos')
        found = [item_of(photo, kept, view, side) for view in views(kept, *photo.pixels.shape[:2])]
        items += [item for item in found if item is not None]
    if not items:
        raise ValueError(f'{path}: holds no training photo with a checked mask')
    return items
