"""The pack: all training photos and label maps in one file, resized once, so that feeding costs little.

Layout of a data folder (input): `<set>/images/*` photos, `<set>/masks/<stem>.png` or `<stem>.<k>.png` label maps
(0 = not labelled, several maps where regions overlap), optionally `<set>/regions.json` with per-map region kinds.
Layout of a pack (output): JPEG and PNG blobs one after another, then a JSON index, then its length (8 bytes, little endian).
"""
from __future__ import annotations

import glob
import json
import os
import struct
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np

from .config import Data
from .scenes import render

# sets that exist to measure with; training on one would make its figures worthless
HELD_OUT = frozenset({'coco-val', 'facades-test', 'nuts-18'})
# for non-commercial research only: weights trained on it could not ship
NOT_PERMITTED = frozenset({'BSDS500', 'bsds500', 'bsds-test'})
RENDERS = 'renders'
TRAIN_SEED, HELD_OUT_SEED = 1, 9001      # series of rendered scenes


@dataclass
class Item:
    """One photo with its label maps.

    image: uint8 RGB [H,W,3]; labels: uint8 [K,H,W], each map one segmentation, 0 = void.
    stuff: per map the labels that are stuff (sky, wall), not things. dense: which maps cover the photo ('none'|'first'|'all').
    clicks: recorded clicks of real people by (map, label), (x, y) in px of `image`; they are drawn from when there are any.
    """
    image: np.ndarray
    labels: np.ndarray
    stuff: list[set[int]]
    dense: str
    name: str = ''
    clicks: dict[tuple[int, int], list[tuple[float, float]]] = field(default_factory=dict)


def read_set(folder: Path, names: set[str] | None = None):
    """Yields (stem, image uint8 RGB [H,W,3], labels [K,H,W], stuff per map) of one set, in name order."""
    info = {}
    if (folder / 'regions.json').exists():
        info = json.loads((folder / 'regions.json').read_text())
    for path in sorted(glob.glob(f'{folder}/images/*')):
        stem = Path(path).stem
        if names is not None and stem not in names:
            continue
        masks = sorted(glob.glob(f'{folder}/masks/{glob.escape(stem)}.png')) + sorted(glob.glob(f'{folder}/masks/{glob.escape(stem)}.*.png'))
        image = cv2.imread(path, cv2.IMREAD_COLOR)
        if image is None or not masks:
            continue
        maps = [cv2.imread(m, cv2.IMREAD_UNCHANGED) for m in masks]
        maps = [m if m.ndim == 2 else m[..., 0] for m in maps]
        for m, at in zip(maps, masks):
            if m.shape != image.shape[:2]:
                raise ValueError(f'{at}: size {m.shape[::-1]} differs from the photo, {image.shape[1::-1]}')
        entry = info.get(stem)
        kinds = entry.get('masks', []) if isinstance(entry, dict) else []
        stuff = [{int(k) for k, r in kinds[i]['regions'].items() if not r['thing']} if i < len(kinds) else set() for i in range(len(maps))]
        yield stem, np.ascontiguousarray(image[..., ::-1]), np.stack(maps), stuff


def shrink(image: np.ndarray, labels: np.ndarray, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Long side to at most `side` px: area filter for the photo, nearest for the labels."""
    s = side / max(image.shape[:2])
    if s >= 1:
        return image, labels
    image = cv2.resize(image, None, fx=s, fy=s, interpolation=cv2.INTER_AREA)
    return image, np.stack([cv2.resize(m, image.shape[1::-1], interpolation=cv2.INTER_NEAREST) for m in labels])


def in_bytes(labels: np.ndarray, stuff: list[set[int]]) -> tuple[np.ndarray, list[set[int]]]:
    """Splits maps with labels over 255 (crowded microscopy) into several maps of labels 1..255, uint8."""
    maps, kinds = [], []
    for m, s in zip(labels.astype(np.int32), stuff):
        for base in range(0, max(1, int(m.max())), 255):
            maps.append(np.where((m > base) & (m <= base + 255), m - base, 0).astype(np.uint8))
            kinds.append({k - base for k in s if base < k <= base + 255})
    return np.stack(maps), kinds


_textures: list[np.ndarray] = []


def _render_one(args):
    cv2.setNumThreads(1)
    seed, index, side = args
    return render(seed, index, side, _textures)


def build(data: Path, target: Path, config: Data, procs: int = 2) -> dict:
    """Writes the pack of the configured sources; returns {set: photos}. Rewrites nothing if the target exists."""
    blobs: list[bytes] = []
    index: list[dict] = []
    counts: dict[str, int] = {}
    offset = 0

    def add(blob: bytes) -> tuple[int, int]:
        nonlocal offset
        blobs.append(blob)
        offset += len(blob)
        return offset - len(blob), len(blob)

    def put(name, stem, image, labels, stuff):
        labels, stuff = in_bytes(labels, stuff)
        ok, jpeg = cv2.imencode('.jpg', image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, config.pack_quality])
        pngs = [cv2.imencode('.png', m)[1].tobytes() for m in labels]
        index.append(dict(set=name, name=stem, image=add(jpeg.tobytes()), labels=[add(p) for p in pngs], stuff=[sorted(s) for s in stuff]))
        counts[name] = counts.get(name, 0) + 1

    _textures.clear()
    for source in config.sources:
        if source.name in HELD_OUT | NOT_PERMITTED:
            raise ValueError(f'sources: {source.name!r} must not be trained on')
        if source.name == RENDERS:
            continue
        folder = data / source.name
        if not folder.is_dir():
            raise FileNotFoundError(f'sources: no folder {source.name!r} in the data folder')
        listed = folder / 'shippable.json'
        names = set(json.loads(listed.read_text())) if config.shippable_only and listed.exists() else None
        for stem, image, labels, stuff in read_set(folder, names):
            image, labels = shrink(image, labels, config.pack_side)
            put(source.name, stem, image, labels, stuff)
            if source.name != 'dsb2018-nuclei':
                _textures.append(image)
    if any(s.name == RENDERS for s in config.sources):
        jobs = [(TRAIN_SEED, i, config.render_side) for i in range(config.renders)]
        with get_context('fork').Pool(procs) as pool:
            for i, (image, labels) in enumerate(pool.imap(_render_one, jobs, chunksize=16)):
                put(RENDERS, f'{i:05d}', image, labels, [set(), set()])
    head = json.dumps(index).encode()
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix('.partial')
    with open(partial, 'wb') as f:
        for blob in blobs:
            f.write(blob)
        f.write(head)
        f.write(struct.pack('<Q', len(head)))
    os.replace(partial, target)
    return counts


def load(path: Path, config: Data) -> list[list[Item]]:
    """Decodes a pack into memory: one list of items per configured source, in the order of `config.sources`."""
    raw = path.read_bytes()
    (length,) = struct.unpack('<Q', raw[-8:])
    index = json.loads(raw[-8 - length:-8])
    order = {s.name: i for i, s in enumerate(config.sources)}
    pools: list[list[Item]] = [[] for _ in config.sources]

    def decode(at, flags):
        return cv2.imdecode(np.frombuffer(raw, np.uint8, at[1], at[0]), flags)

    for e in index:
        if e['set'] not in order:
            continue
        i = order[e['set']]
        pools[i].append(Item(np.ascontiguousarray(decode(e['image'], cv2.IMREAD_COLOR)[..., ::-1]),
                             np.stack([decode(at, cv2.IMREAD_UNCHANGED) for at in e['labels']]),
                             [set(s) for s in e['stuff']], config.sources[i].dense, e['name']))
    for source, pool in zip(config.sources, pools):
        if not pool:
            raise ValueError(f'pack: holds no photo of {source.name!r}; build it again')
    return pools
