"""Rendered scenes: layered shapes with textures, shading, shadows and nested parts, with exact label maps.

Everything depends on (seed, index) alone, so a scene is the same on every machine with the same OpenCV.
"""
from __future__ import annotations

import cv2
import numpy as np

LETTERS = list('ABCDEFGHKLMNPRSTXYZ0123456789')


def cloud(rng: np.random.Generator, h: int, w: int, octaves: int = 4, base: int = 3) -> np.ndarray:
    """Smooth noise, float32 [h,w] in -1..1: sums of enlarged white noise."""
    total = np.zeros((h, w), np.float32)
    for octave in range(octaves):
        n = base * 2 ** octave
        total += cv2.resize(rng.standard_normal((n, n)).astype(np.float32), (w, h), interpolation=cv2.INTER_CUBIC) / 1.6 ** octave
    return total / (np.abs(total).max() + 1e-6)


def photo_patch(rng, h: int, w: int, photos) -> np.ndarray:
    """A recoloured piece of a training photo, float32 [h,w,3] in 0..255."""
    photo = photos[rng.integers(len(photos))]
    s = rng.uniform(0.3, 1.0)
    ph, pw = max(24, int(min(photo.shape[0], h) * s)), max(24, int(min(photo.shape[1], w) * s))
    y, x = rng.integers(0, photo.shape[0] - ph + 1), rng.integers(0, photo.shape[1] - pw + 1)
    t = cv2.resize(photo[y:y + ph, x:x + pw], (w, h)).astype(np.float32)
    return np.clip(t * rng.uniform(0.6, 1.3) + rng.normal(0, 20, 3), 0, 255).astype(np.float32)


def texture(rng, h: int, w: int, photos=None) -> np.ndarray:
    """A random fill, float32 [h,w,3] in 0..255: photo patch, flat, gradient, noise, stripes or checker."""
    kind = rng.random()
    a = rng.uniform(0, 255, 3).astype(np.float32)
    if rng.random() < 0.6:                           # most things in the world are not saturated
        a = a.mean() + (a - a.mean()) * np.float32(rng.uniform(0.1, 0.6))
    b = np.clip(a + rng.normal(0, 50, 3), 0, 255).astype(np.float32)
    if kind < 0.35 and photos:
        return photo_patch(rng, h, w, photos)
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    along = xx * np.cos(angle) + yy * np.sin(angle)
    if kind < 0.5:
        t = np.zeros((h, w), np.float32)
    elif kind < 0.65:
        t = (along - along.min()) / (np.ptp(along) + 1e-6)
    elif kind < 0.85:
        t = 0.5 + 0.5 * cloud(rng, h, w, int(rng.integers(2, 6)), int(rng.integers(2, 9)))
    elif kind < 0.94:
        t = 0.5 + 0.5 * np.sin(along * rng.uniform(0.1, 1.2) + rng.uniform(0, 6))
        if rng.random() < 0.5:
            t = (t > 0.5).astype(np.float32)
    else:
        n = int(rng.integers(6, 30))
        t = (((xx // n) + (yy // n)) % 2).astype(np.float32)
    out = a * (1 - t[..., None]) + b * t[..., None]
    if rng.random() < 0.5:
        out = out + cloud(rng, h, w, 5, 6)[..., None] * rng.uniform(4, 25)
    return np.clip(out, 0, 255).astype(np.float32)


def blob(rng, cx: float, cy: float, r: float) -> np.ndarray:
    """Corners of a smooth or jagged star around (cx, cy), int32 [n,2] px."""
    n = 64 if rng.random() < 0.7 else int(rng.integers(3, 9))
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    radius = np.ones(n)
    for f in range(1, 6):
        radius += rng.normal(0, 0.35 / f) * np.cos(f * angle + rng.uniform(0, 6.28))
    radius = np.clip(radius, 0.15, 2) * r
    squeeze, turn = rng.uniform(0.5, 1), rng.uniform(0, 6.28)
    x, y = radius * np.cos(angle), radius * np.sin(angle) * squeeze
    return np.stack([cx + x * np.cos(turn) - y * np.sin(turn), cy + x * np.sin(turn) + y * np.cos(turn)], 1).astype(np.int32)


def shape(rng, h: int, w: int, cx: float, cy: float, r: float) -> np.ndarray:
    """One random shape of radius about r px, uint8 [h,w], 255 inside."""
    m = np.zeros((h, w), np.uint8)
    kind = rng.random()
    if kind < 0.2:
        axes = (max(2, int(r)), max(2, int(r * rng.uniform(0.3, 1))))
        cv2.ellipse(m, (int(cx), int(cy)), axes, rng.uniform(0, 180), 0, 360, 255, -1)
    elif kind < 0.38:
        turn = float(rng.choice([0, 0, rng.uniform(0, 180)]))
        box = ((float(cx), float(cy)), (float(2 * r), float(2 * r * rng.uniform(0.2, 1))), turn)
        cv2.fillPoly(m, [cv2.boxPoints(box).astype(np.int32)], 255)
    elif kind < 0.75:
        cv2.fillPoly(m, [blob(rng, cx, cy, r)], 255)
    elif kind < 0.87:                                # a thick stroke
        p = np.cumsum(rng.normal(0, r * 0.6, (int(rng.integers(3, 7)), 2)), 0) + (cx, cy)
        cv2.polylines(m, [p.astype(np.int32)], bool(rng.random() < 0.2), 255, max(3, int(r * rng.uniform(0.1, 0.4))))
    elif kind < 0.94:                                # a ring
        cv2.circle(m, (int(cx), int(cy)), max(3, int(r)), 255, max(2, int(r * rng.uniform(0.15, 0.5))))
    else:
        text = ''.join(rng.choice(LETTERS) for _ in range(int(rng.integers(1, 5))))
        cv2.putText(m, text, (int(cx - r), int(cy + r / 2)), int(rng.integers(0, 5)), r / 18, 255, max(2, int(r / 5)))
    return m


def _soft(mask: np.ndarray, sigma: float) -> np.ndarray:
    return cv2.GaussianBlur(mask, (0, 0), sigma).astype(np.float32)[..., None] / 255


class _Scene:
    """Canvas and the two label maps while a scene is painted."""

    def __init__(self, rng, side: int, photos):
        self.rng, self.side, self.photos = rng, side, photos
        on_photo = bool(photos) and rng.random() < 0.4
        # a photo has regions of its own, so as a background it is void (0), not a region
        self.image = photo_patch(rng, side, side, photos) if on_photo else texture(rng, side, side)
        if rng.random() < 0.3:
            self.image = cv2.GaussianBlur(self.image, (0, 0), rng.uniform(1, 4))
        self.objects = np.full((side, side), 0 if on_photo else 1, np.int16)
        self.parts = self.objects.copy()
        self.next = 2

    def zones(self):
        """Splits the background: a horizon or walls."""
        rng, n = self.rng, self.side
        for _ in range(int(rng.integers(1, 3))):
            slope = rng.normal(0, 0.3)
            yy, xx = np.mgrid[0:n, 0:n]
            zone = (yy - n * rng.uniform(0.3, 0.8) + slope * (xx - n / 2)) > 0
            if rng.random() < 0.3:
                zone = zone.T
            self.image = np.where(zone[..., None], texture(rng, n, n, self.photos), self.image)
            self.objects[zone] = self.parts[zone] = self.next
            self.next += 1

    def thing(self):
        """One object: shadow without label, a few copies of one look, nested parts."""
        rng, n = self.rng, self.side
        r = n * float(np.exp(rng.uniform(np.log(0.03), np.log(0.35))))
        cx, cy = rng.uniform(0, n), rng.uniform(0, n)
        m = shape(rng, n, n, cx, cy, r)
        if (m > 0).sum() < 60:
            return
        if rng.random() < 0.35:
            shadow = cv2.GaussianBlur(np.roll(m, (int(r * .15), int(r * .15)), (0, 1)), (0, 0), max(1, r * .1)).astype(np.float32) / 255
            self.image *= (1 - rng.uniform(0.2, 0.6) * shadow)[..., None]
        copies = 1 if rng.random() < 0.8 else int(rng.integers(2, 5))
        fill = texture(rng, n, n, self.photos)
        for copy in range(copies):
            offset = (0, 0) if copy == 0 else (int(rng.integers(-n // 2, n // 2)), int(rng.integers(-n // 2, n // 2)))
            self.instance(np.roll(m, offset, (0, 1)), fill, cx + offset[1], cy + offset[0], r)

    def instance(self, m, fill, cx, cy, r):
        rng = self.rng
        alpha = _soft(m, rng.uniform(0.4, 1.0))
        if rng.random() < 0.5:                       # shading towards the rim
            depth = cv2.distanceTransform((m > 127).astype(np.uint8), cv2.DIST_L2, 3)
            fill = fill * (rng.uniform(0.4, 0.9) + 0.6 * np.sqrt(depth / (depth.max() + 1e-3)))[..., None]
        self.image = self.image * (1 - alpha) + np.clip(fill, 0, 255) * alpha
        inside = m > 127
        me = self.next
        self.objects[inside] = self.parts[inside] = me
        self.next += 1
        for _ in range(int(rng.integers(0, 3)) if rng.random() < 0.5 else 0):
            pm = shape(rng, self.side, self.side, cx + rng.normal(0, r * .4), cy + rng.normal(0, r * .4), r * rng.uniform(0.2, 0.5))
            pm = np.where((pm > 127) & (self.objects == me), 255, 0).astype(np.uint8)
            if (pm > 0).sum() < 60:
                continue
            alpha = _soft(pm, 0.6)
            self.image = self.image * (1 - alpha) + texture(rng, self.side, self.side, self.photos) * alpha
            self.parts[pm > 127] = self.next
            self.next += 1

    def finish(self) -> np.ndarray:
        """Light, blur and sensor noise: uint8 RGB."""
        rng, image = self.rng, self.image
        if rng.random() < 0.6:
            image = image * (1 + rng.uniform(0.1, 0.4) * cloud(rng, self.side, self.side, 2, 2))[..., None]
        if rng.random() < 0.4:
            image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.4))
        image = image + rng.normal(0, rng.uniform(0, 8), image.shape)
        return np.clip(image, 0, 255).astype(np.uint8)


def render(seed: int, index: int, side: int = 320, photos=None) -> tuple[np.ndarray, np.ndarray]:
    """Renders scene `index` of series `seed`.

    photos: uint8 RGB arrays whose patches serve as textures, or None for none at all.
    Returns (RGB uint8 [side,side,3], labels int16 [2,side,side]: objects, then objects with parts cut out; 0 = void).
    """
    rng = np.random.default_rng([seed, index])
    scene = _Scene(rng, side, photos)
    if rng.random() < 0.4:
        scene.zones()
    for _ in range(int(rng.integers(2, 12))):
        scene.thing()
    return scene.finish(), np.stack([scene.objects, scene.parts])
