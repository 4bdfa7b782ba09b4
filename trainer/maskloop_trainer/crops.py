"""From packed photos to training batches: crops, pasted objects, colour changes, and the regions to prompt.

Frames: label maps and masks share the crop's frame, side S px; clicks and boxes are (x, y) in crop pixels with pixel
centres at half integers, which is the frame of the model input.
"""
from __future__ import annotations

import cv2
import numpy as np

from .config import Config
from .model import MEAN
from .pack import Item

MAX_MAPS = 5                    # label maps kept of one photo
SIZE_BOUNDS = (0.02, 0.10)      # small | medium | large region, share of the crop
MIN_SHARE = 0.003               # smallest region prompted, share of the crop
FILL = np.array(MEAN)           # padding colour: zero after normalisation
_grain = np.random.default_rng(1).standard_normal((512, 512, 3), dtype=np.float32)


class Crop:
    """A crop in the making: image uint8 [S,S,3], labels uint8 [K,S,S], stuff per map, inside uint8 [S,S] (0 = padding)."""

    def __init__(self, item: Item, matrix: np.ndarray, side: int, keep):
        warp = dict(dsize=(side, side), borderMode=cv2.BORDER_CONSTANT)
        self.side = side
        self.image = cv2.warpAffine(item.image, matrix, flags=cv2.INTER_LINEAR, borderValue=FILL.tolist(), **warp)
        self.labels = np.stack([cv2.warpAffine(item.labels[k], matrix, flags=cv2.INTER_NEAREST, borderValue=0, **warp) for k in keep])
        self.stuff = [item.stuff[k] for k in keep]
        self.inside = cv2.warpAffine(np.ones(item.image.shape[:2], np.uint8), matrix, flags=cv2.INTER_NEAREST, borderValue=0, **warp)
        self.clicks = {(keep.index(k), label): [tuple(matrix @ (x, y, 1.0)) for x, y in at]
                       for (k, label), at in item.clicks.items() if k in keep}
        self.dense = {'all': len(keep), 'first': int(keep[0] == 0 and bool(item.stuff[0])), 'none': 0}[item.dense]


def kept_maps(rng, item: Item) -> list[int]:
    """Which label maps to use: all, or the first (panoptic, or the large regions) and a random choice of the others."""
    k = len(item.labels)
    return list(range(k)) if k <= MAX_MAPS else [0, *sorted(1 + rng.permutation(k - 1)[:MAX_MAPS - 1])]


def whole_matrix(rng, item: Item, side: int) -> np.ndarray:
    """The whole photo, long side about `side`, at the top left: what the model sees when deployed. [2,3] photo -> crop."""
    h, w = item.image.shape[:2]
    s = side / max(h, w) * rng.uniform(0.85, 1.0)
    return np.array([[-s, 0, s * w - 1], [0, s, 0]] if rng.random() < 0.5 else [[s, 0, 0], [0, s, 0]], np.float32)


def window_matrix(rng, cx: float, cy: float, window: float, side: int) -> np.ndarray:
    """A window of about `window` px around (cx, cy), sometimes turned, with some change of aspect. [2,3] photo -> crop."""
    s = side / window
    sx = s * float(np.exp(rng.normal(0, 0.1)))
    a = np.deg2rad(rng.normal(0, 12)) if rng.random() < 0.4 else 0.0
    r = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) @ np.diag([sx * (-1 if rng.random() < 0.5 else 1), s])
    return np.concatenate([r, (np.array([side / 2, side / 2]) - r @ np.array([cx, cy]))[:, None]], 1).astype(np.float32)


def random_matrix(rng, item: Item, side: int) -> np.ndarray:
    h, w = item.image.shape[:2]
    if rng.random() < 0.8:
        window = float(np.exp(rng.uniform(np.log(0.45), np.log(1.15)))) * min(h, w)
    else:
        window = rng.uniform(0.8, 1) * max(h, w)
    window = max(window, 96)
    cx = rng.uniform(min(window / 2, w / 2), max(w - window / 2, w / 2))
    cy = rng.uniform(min(window / 2, h / 2), max(h - window / 2, h / 2))
    return window_matrix(rng, cx, cy, window, side)


def centred_matrix(rng, item: Item, side: int) -> np.ndarray:
    """A window around one thing, 1.1 to 3.5 times its size, so that whole large objects and small ones both come up."""
    k = int(rng.integers(len(item.labels)))
    counts = np.bincount(item.labels[k].ravel(), minlength=1)
    counts[0] = 0
    for label in item.stuff[k]:
        if label < len(counts):
            counts[label] = 0
    ids = np.nonzero(counts > 0.002 * item.labels[k].size)[0]
    if not len(ids):
        return random_matrix(rng, item, side)
    x, y, w, h = cv2.boundingRect((item.labels[k] == ids[rng.integers(len(ids))]).astype(np.uint8))
    window = max(96.0, max(w, h) * float(np.exp(rng.uniform(np.log(1.1), np.log(3.5)))))
    window = min(window, 1.2 * max(item.image.shape[:2]))
    slack = max(0.0, (window - max(w, h)) / 2)
    return window_matrix(rng, x + w / 2 + rng.uniform(-slack, slack), y + h / 2 + rng.uniform(-slack, slack), window, side)


def paste(rng, crop: Crop, donor: Item) -> None:
    """Copies an object of another photo onto the crop, in place; it gets one new label in every map."""
    k = int(rng.integers(len(donor.labels)))
    source = donor.labels[k]
    counts = np.bincount(source.ravel(), minlength=1)
    counts[0] = 0
    for label in donor.stuff[k]:
        if label < len(counts):
            counts[label] = 0
    ids = np.nonzero((counts > 0.01 * source.size) & (counts < 0.5 * source.size))[0]
    new = int(crop.labels.max()) + 1
    if not len(ids) or new > 255:
        return
    mask = (source == ids[rng.integers(len(ids))]).astype(np.uint8)
    x, y, w, h = cv2.boundingRect(mask)
    x0, y0, x1, y1 = max(x - 4, 0), max(y - 4, 0), min(x + w + 4, mask.shape[1]), min(y + h + 4, mask.shape[0])
    mask, image = mask[y0:y1, x0:x1] * 255, donor.image[y0:y1, x0:x1]
    side = crop.side
    s = side * float(np.exp(rng.uniform(np.log(0.12), np.log(0.75)))) / max(w, h)
    tw, th = max(8, int(mask.shape[1] * s)), max(8, int(mask.shape[0] * s))
    mask, image = cv2.resize(mask, (tw, th)), cv2.resize(image, (tw, th), interpolation=cv2.INTER_AREA if s < 1 else cv2.INTER_LINEAR)
    if rng.random() < 0.5:
        mask, image = mask[:, ::-1], image[:, ::-1]
    ox, oy = int(rng.integers(-tw // 2, side - tw // 2)), int(rng.integers(-th // 2, side - th // 2))
    a0, b0, a1, b1 = max(ox, 0), max(oy, 0), min(ox + tw, side), min(oy + th, side)
    if a1 - a0 < 8 or b1 - b0 < 8:
        return
    mask, image = np.ascontiguousarray(mask[b0 - oy:b1 - oy, a0 - ox:a1 - ox]), image[b0 - oy:b1 - oy, a0 - ox:a1 - ox]
    alpha = cv2.GaussianBlur(mask, (0, 0), 0.8).astype(np.float32)[..., None] / 255
    at = np.s_[b0:b1, a0:a1]
    crop.image[at] = crop.image[at] * (1 - alpha) + image * alpha
    crop.labels[:, b0:b1, a0:a1][:, mask > 127] = new
    crop.inside[at][mask > 127] = 1


def recolour(rng, image: np.ndarray) -> np.ndarray:
    """Gains, saturation, contrast, offset, sometimes grey, blur, grain. uint8 [S,S,3] in and out."""
    if rng.random() < 0.8:
        saturation = rng.uniform(0.4, 1.5)
        gains = np.diag(rng.normal(1, 0.05, 3)) @ (np.eye(3) * saturation + (1 - saturation) / 3) * rng.uniform(0.7, 1.3)
        contrast = rng.uniform(0.7, 1.3)
        offset = (1 - contrast) * float(image.mean()) + rng.uniform(-25, 25)
        image = cv2.transform(image, np.concatenate([gains * contrast, np.full((3, 1), offset)], 1))
    if rng.random() < 0.08:
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    if rng.random() < 0.15:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.2))
    if rng.random() < 0.3:
        s = image.shape[0]
        y, x = rng.integers(0, 513 - s, 2) if s <= 512 else (0, 0)
        image = np.clip(image + _grain[y:y + s, x:x + s] * np.float32(rng.uniform(2, 9)), 0, 255).astype(np.uint8)
    return image


def boundary(labels: np.ndarray) -> np.ndarray:
    """Share of the label maps with a label change in each 4x4 cell, float32 [S/4,S/4]."""
    k, s, _ = labels.shape
    total = np.zeros((s // 4, s // 4), np.float32)
    for m in labels:
        change = np.zeros((s, s), np.uint8)
        change[:, 1:] |= m[:, 1:] != m[:, :-1]
        change[1:] |= m[1:] != m[:-1]
        total += change.reshape(s // 4, 4, s // 4, 4).max((1, 3))
    return total / max(1, k)


def click_in(rng, mask: np.ndarray) -> tuple[float, float] | None:
    """A click inside the region, (x, y) px: 60 % near its middle, else anywhere 2 px from the border; None if it is too thin."""
    padded = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1]
    deepest = depth.max()
    if deepest < 2:
        return None
    ys, xs = np.nonzero(depth >= (deepest * 0.8 if rng.random() < 0.6 else min(2.0, deepest)))
    i = rng.integers(len(ys))
    return xs[i] + 0.5, ys[i] + 0.5


def recorded_click(rng, clicks, mask: np.ndarray) -> tuple[float, float] | None:
    """Half of the time a click a person really made, if one lies in the region; draws nothing where none was recorded."""
    inside = [(x, y) for x, y in clicks if 0 <= x < mask.shape[1] and 0 <= y < mask.shape[0] and mask[int(y), int(x)]]
    if not inside or rng.random() < 0.5:
        return None
    return inside[rng.integers(len(inside))]


def choose_regions(rng, crop: Crop, count: int, stuff_weight: float):
    """Draws `count` prompts: (masks uint8 [P,S,S], clicks f32 [P,2], boxes f32 [P,4]) or None if the crop has no region.

    Size classes are drawn equally often, whatever their number of regions: photos hold many small regions and few large ones.
    """
    area = crop.side * crop.side
    rows = []
    for k, m in enumerate(crop.labels):
        counts = np.bincount(m.ravel(), minlength=1)
        valid = max(1, area - counts[0])
        for label in np.nonzero((counts > MIN_SHARE * area) & (counts < 0.97 * valid))[0]:
            if label > 0:
                rows.append((k, int(label), counts[label] / area, stuff_weight if int(label) in crop.stuff[k] else 1.0))
    if not rows:
        return None
    size = np.digitize([r[2] for r in rows], SIZE_BOUNDS)
    weight = np.array([r[3] for r in rows])
    for c in range(3):
        if (size == c).any():
            weight[size == c] /= weight[size == c].sum()
    found = []
    for _ in range(4):
        order = rng.choice(len(rows), len(rows), replace=False, p=weight / weight.sum())
        for i in order:
            k, label = rows[i][:2]
            mask = (crop.labels[k] == label).astype(np.uint8)
            if rng.random() < 0.25:                  # occluded objects have several pieces; some prompts mean one piece
                n, pieces, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
                if n > 2:
                    mask = (pieces == 1 + np.argmax(stats[1:, 4])).astype(np.uint8)
            click = recorded_click(rng, crop.clicks.get((k, label), ()), mask) or click_in(rng, mask)
            if click is None:
                continue
            x, y, w, h = cv2.boundingRect(mask)
            found.append((mask, click, (x, y, x + w, y + h)))
            if len(found) == count:
                return np.stack([f[0] for f in found]), np.array([f[1] for f in found], np.float32), np.array([f[2] for f in found], np.float32)
    if not found:
        return None
    found = [found[i % len(found)] for i in range(count)]
    return np.stack([f[0] for f in found]), np.array([f[1] for f in found], np.float32), np.array([f[2] for f in found], np.float32)


class Mixture:
    """The weighted pools of a run. `batch` is a pure function of its arguments: the same seed gives the same batch."""

    def __init__(self, pools: list[list[Item]], config: Config):
        self.pools, self.config = pools, config
        weights = np.array([s.weight for s in config.data.sources], float)
        self.weights = weights / weights.sum()

    def _draw(self, rng) -> Item:
        pool = self.pools[rng.choice(len(self.pools), p=self.weights)]
        return pool[rng.integers(len(pool))]

    def sample(self, rng, side: int, prompts: int):
        """One crop: image u8 [S,S,3], coverage u8 [P,S/4,S/4] (pixels of 16 inside), clicks f32 [P,2], boxes f32 [P,4],
        boundary f32 [S/4,S/4], dense 0|1."""
        data = self.config.data
        while True:
            item = self._draw(rng)
            kind = rng.random()
            make = whole_matrix if kind < data.whole else centred_matrix if kind < data.whole + data.centred else random_matrix
            crop = Crop(item, make(rng, item, side), side, kept_maps(rng, item))
            for _ in range(int(rng.integers(1, 4)) if rng.random() < data.paste else 0):
                paste(rng, crop, self._draw(rng))
            chosen = choose_regions(rng, crop, prompts, data.stuff_weight)
            if chosen is not None:
                break
        image = recolour(rng, crop.image)
        image[crop.inside == 0] = FILL.round()
        masks, clicks, boxes = chosen
        coverage = masks.reshape(prompts, side // 4, 4, side // 4, 4).sum((2, 4), dtype=np.uint8)
        return (image, coverage, clicks, boxes, boundary(crop.labels[:crop.dense]) if crop.dense else np.zeros((side // 4, side // 4), np.float32),
                np.float32(crop.dense > 0))

    def batch(self, seed, count: int, side: int, prompts: int) -> list[np.ndarray]:
        """`count` samples stacked field by field."""
        rng = np.random.default_rng(seed)
        samples = [self.sample(rng, side, prompts) for _ in range(count)]
        return [np.ascontiguousarray(np.stack([s[i] for s in samples])) for i in range(6)]
