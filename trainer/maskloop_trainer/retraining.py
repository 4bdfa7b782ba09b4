"""Reads the retraining set that the product exports. Needs numpy and Pillow, not torch: `loader.py` puts that on top.

An export is a folder or a zip:

    annotations.json   COCO: images [{id, file_name, width, height, sha256?, split?, group?, exif_orientation?}],
                       annotations [{id, image_id, category_id?, segmentation}], categories [{id, name}]?,
                       segmentation a run-length code {size: [H, W], counts: compressed string | list}
    images/            the photos by file_name; absent when they were exported as references (sha256)
    provenance.jsonl   optional, one line per annotation: {annotation_id, origin, prompts: [{points: [[x, y, label], ...],
                       box: [x0, y0, x1, y1] | null, close_up: [x0, y0, x1, y1]?}, ...], ...}, in the order they were given; photo px,
                       label 1 adds, 0 removes; close_up is the part of the photo that was encoded for it, else all of it
    negatives.jsonl    optional, proposals that people rejected: {negative_id, image_id, prompts, segmentation, ...}
    manifest.json      optional: counts, and length and SHA-256 of every file

Ids are any JSON scalars. Masks and prompts are in the frame of the upright photo.
"""
from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from .archive import Archive
from .rle import decode_rle

FORMAT = 'retraining'
# EXIF orientation of the stored pixels -> what turns them upright
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Label:
    """One mask with how it came about. mask: uint8 [H,W], 1 inside; prompts in order; provenance: its line of the file, or {}."""
    id: object
    category: object
    mask: np.ndarray
    prompts: list[dict]
    provenance: dict


@dataclass(frozen=True)
class Photo:
    """One picture. pixels: uint8 RGB [H,W,3], upright; None when the export holds a reference only."""
    id: object
    file_name: str
    split: str
    sha256: str | None
    group: str | None
    pixels: np.ndarray | None
    masks: list[Label]
    negatives: list[Label] = field(default_factory=list)


def read_pixels(data: bytes, orientation: int | None, name: str = 'photo') -> np.ndarray:
    """A photo's bytes -> uint8 RGB [H,W,3], upright. `orientation`: what the export states; None: what the file says itself."""
    try:
        picture = Image.open(io.BytesIO(data))
        picture.load()
    except OSError as error:
        raise ValueError(f'{name}: cannot be read as a photo ({error})') from error
    if orientation is None:
        picture = ImageOps.exif_transpose(picture)
    elif orientation in UPRIGHT:
        picture = picture.transpose(UPRIGHT[orientation])
    if picture.mode.startswith('I'):                  # 16-bit grey; convert('RGB') would clip instead of scale
        grey = (np.asarray(picture).astype(np.uint32) >> 8).astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)
    return np.ascontiguousarray(picture.convert('RGB'))


class RetrainingSet:
    """Photos of an export in the file's order, decoded when asked for.

    path: folder or zip. split: 'train', 'val', 'test', or None for all; a photo without one counts as 'train'.
    photos: folder in which referenced photos lie by file_name or by SHA-256 (any ending).
    verify: hold every file against the manifest first.
    """

    def __init__(self, path: Path, split: str | None = None, photos: Path | None = None, verify: bool = True):
        self.archive = Archive(path)
        self.manifest = self.archive.manifest()
        if self.manifest is not None and self.manifest.get('format') != FORMAT:
            raise ValueError(f"{path}: an export in the format {self.manifest.get('format')!r}, expected {FORMAT!r}")
        if verify:
            self.archive.verify()
        coco = json.loads(self.archive.bytes('annotations.json'))
        self.categories: dict[object, str] = {c['id']: c['name'] for c in coco.get('categories', [])}
        self._provenance = dict(self._lines('provenance.jsonl', 'annotation_id'))
        negatives = dict(self._lines('negatives.jsonl', 'negative_id'))
        self._check_counts(len(coco['annotations']), len(negatives))
        known = {entry['id'] for entry in coco['images']}
        self._annotations = by_image(coco['annotations'], 'id', known)
        self._negatives = by_image(negatives.values(), 'negative_id', known)
        self.entries = [e for e in coco['images'] if split is None or e.get('split', 'train') == split]
        self._photos = Path(photos) if photos is not None else None
        # where they are asked for by hash, whatever they are called
        self._by_sha = {p.stem: p for p in self._photos.rglob('*') if len(p.stem) == 64} if self._photos else {}

    def _lines(self, name: str, key: str):
        for number, row in self.archive.lines(name):
            if key not in row:
                raise ValueError(f'{name} line {number}: {key} is missing')
            yield row[key], row

    def _check_counts(self, masks: int, negatives: int) -> None:
        for what, found in (('masks', masks), ('negatives', negatives)):
            stated = (self.manifest or {}).get(what, found)
            if stated != found:
                raise ValueError(f'{self.archive.path}: holds {found} {what}, its manifest says {stated}')

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, index: int) -> Photo:
        entry = self.entries[index]
        pixels = self._pixels(entry)
        masks = [self._label(a, a['id'], self._provenance.get(a['id'], {}), entry, pixels) for a in self._annotations.get(entry['id'], [])]
        negatives = [self._label(n, n['negative_id'], n, entry, pixels) for n in self._negatives.get(entry['id'], [])]
        return Photo(entry['id'], entry['file_name'], entry.get('split', 'train'), entry.get('sha256'), entry.get('group'), pixels, masks, negatives)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def _label(self, row: dict, id: object, provenance: dict, entry: dict, pixels: np.ndarray | None) -> Label:
        mask = decode_rle(row['segmentation'])
        stated = (entry['height'], entry['width'])
        if mask.shape != stated:
            raise ValueError(f"mask {id}: size {mask.shape[::-1]} differs from {entry['file_name']}, {stated[::-1]}")
        if pixels is not None and mask.shape != pixels.shape[:2]:
            raise ValueError(f'mask {id}: size {mask.shape[::-1]} differs from the photo, {pixels.shape[1::-1]}')
        return Label(id, row.get('category_id'), mask, provenance.get('prompts') or [], provenance)

    def _pixels(self, entry: dict) -> np.ndarray | None:
        data = self._bytes(entry)
        # an export states the orientation whenever it is not 1
        orientation = entry.get('exif_orientation', 1 if self.manifest is not None else None)
        return None if data is None else read_pixels(data, orientation, entry['file_name'])

    def _bytes(self, entry: dict) -> bytes | None:
        name, sha256 = entry['file_name'], entry.get('sha256')
        if self.archive.has(f'images/{name}'):
            return self.archive.bytes(f'images/{name}')       # verified with the rest
        if self._photos is None:
            return None
        own = self._photos / name
        place = own if own.is_file() else self._by_sha.get(sha256)
        if place is None:
            raise FileNotFoundError(f'{self._photos}: holds neither {name} nor {sha256}')
        data = place.read_bytes()
        if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError(f'{place}: is not the labelled photo, whose SHA-256 is {sha256}')
        return data


def by_image(rows, key: str, known: set) -> dict[object, list[dict]]:
    """Groups rows by image_id in their order; raises ValueError for one of an unknown image."""
    out: dict[object, list[dict]] = {}
    for row in rows:
        if row['image_id'] not in known:
            raise ValueError(f"mask {row[key]}: image_id {row['image_id']} is not in annotations.json")
        out.setdefault(row['image_id'], []).append(row)
    return out
