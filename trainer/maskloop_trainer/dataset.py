"""Reads a labelled dataset for fine-tuning.

A dataset is a folder:

    annotations.json   COCO: images [{id, file_name, width, height, split?}], annotations [{id, image_id, segmentation}],
                       segmentation a run-length code {size: [H, W], counts: compressed string | list}
    images/            the photos, by file_name
    provenance.jsonl   optional, one line per annotation: {annotation_id, origin, prompts: [{points: [[x, y, label], ...],
                       box: [x0, y0, x1, y1] | null}, ...]}, in the order they were given; photo px, label 1 adds, 0 removes

Ids are any JSON scalars. Only images whose split is 'train' or absent are read. Masks of origin 'proposed' are skipped:
nobody looked at them, and a model must not be trained on its own unseen output.
"""
from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np

from .pack import Item, shrink

UNSEEN_ORIGINS = frozenset({'proposed'})
MAX_LABEL = 255


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
    """COCO run-length code -> uint8 [H,W], 1 inside. Runs go down the columns and start with zeros."""
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


def read_provenance(folder: Path) -> dict[object, dict]:
    """annotation_id -> line of provenance.jsonl; empty without the file."""
    path = folder / 'provenance.jsonl'
    if not path.exists():
        return {}
    out = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.strip():
            row = json.loads(line)
            if 'annotation_id' not in row:
                raise ValueError(f'provenance.jsonl line {number}: annotation_id is missing')
            out[row['annotation_id']] = row
    return out


def first_clicks(row: dict | None, scale: float) -> list[tuple[float, float]]:
    """Foreground clicks of a mask's first prompt, in packed-photo px: where people really click first."""
    if not row or not row.get('prompts'):
        return []
    return [(x * scale, y * scale) for x, y, label in row['prompts'][0].get('points') or [] if label == 1]


def read(folder: Path, side: int) -> list[Item]:
    """The training photos of a dataset, long side at most `side` px."""
    folder = Path(folder)
    coco = json.loads((folder / 'annotations.json').read_text())
    provenance = read_provenance(folder)
    by_image: dict[object, list[dict]] = {}
    for a in coco['annotations']:
        if provenance.get(a['id'], {}).get('origin') not in UNSEEN_ORIGINS:
            by_image.setdefault(a['image_id'], []).append(a)
    items = []
    for entry in coco['images']:
        annotations = by_image.get(entry['id'], [])
        if not annotations or entry.get('split', 'train') != 'train':
            continue
        photo = cv2.imread(str(folder / 'images' / entry['file_name']), cv2.IMREAD_COLOR)
        if photo is None:
            raise FileNotFoundError(f"images/{entry['file_name']}: cannot be read as a photo")
        masks = [decode_rle(a['segmentation']) for a in annotations]
        for a, m in zip(annotations, masks):
            if m.shape != photo.shape[:2]:
                raise ValueError(f"annotation {a['id']}: size {m.shape[::-1]} differs from the photo, {photo.shape[1::-1]}")
        kept = [(a, m) for a, m in zip(annotations, masks) if m.any()]
        if not kept:
            continue
        maps, places = layers([m for _, m in kept])
        image, maps = shrink(np.ascontiguousarray(photo[..., ::-1]), maps, side)
        scale = image.shape[1] / photo.shape[1]
        clicks = {place: first_clicks(provenance.get(a['id']), scale) for (a, _), place in zip(kept, places)}
        items.append(Item(image, maps, [set() for _ in maps], 'none', str(entry['file_name']), {k: v for k, v in clicks.items() if v}))
    if not items:
        raise ValueError(f'{folder}: holds no training photo with a checked mask')
    return items
