"""Reads exported archives as other people's programs do: written from the formats' descriptions, sharing no code with
the product. Needs numpy and Pillow.

    python3 readers.py coco|panoptic|yolo|retraining ARCHIVE

prints a JSON list of masks: {image, class, width, height, bits}, bits being one bit per pixel, row by row, in base64.
"""
import base64
import io
import json
import math
import sys
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image


def counts_of(text):
    """Compressed counts. Source: cocoapi common/maskApi.c, rleFrString."""
    counts, p = [], 0
    while p < len(text):
        x, k, more = 0, 0, True
        while more:
            c = ord(text[p]) - 48
            x |= (c & 0x1f) << 5 * k
            more = bool(c & 0x20)
            p, k = p + 1, k + 1
            if not more and c & 0x10:
                x |= -1 << 5 * k
        counts.append(x + counts[len(counts) - 2] if len(counts) > 2 else x)
    return counts


def filled(counts, h, w):
    """Runs down the columns, zeros first -> bool [h,w]."""
    flat = np.zeros(h * w, bool)
    at, inside = 0, False
    for run in counts:
        if run < 0 or at + run > h * w:
            raise ValueError(f'a run of {run} at {at} in {h} x {w}')
        flat[at:at + run] = inside
        at, inside = at + run, not inside
    if at != h * w:
        raise ValueError(f'{at} pixels of {h} x {w}')
    return flat.reshape(w, h).T


def coco_polygon(xy, h, w):
    """One ring [x, y, ...] as pycocotools paints it. Source: cocoapi common/maskApi.c, rleFrPoly."""
    scale = 5
    xs = [int(scale * v + .5) for v in xy[0::2]]
    ys = [int(scale * v + .5) for v in xy[1::2]]
    u, v = [], []
    for j in range(len(xs)):
        x0, x1, y0, y1 = xs[j], xs[(j + 1) % len(xs)], ys[j], ys[(j + 1) % len(ys)]
        dx, dy = abs(x1 - x0), abs(y1 - y0)
        flip = (dx >= dy and x0 > x1) or (dx < dy and y0 > y1)
        if flip:
            x0, x1, y0, y1 = x1, x0, y1, y0
        if dx >= dy:
            s = (y1 - y0) / dx if dx else 0
            for d in (range(dx, -1, -1) if flip else range(dx + 1)):
                u.append(d + x0)
                v.append(int(y0 + s * d + .5))
        else:
            s = (x1 - x0) / dy
            for d in (range(dy, -1, -1) if flip else range(dy + 1)):
                v.append(d + y0)
                u.append(int(x0 + s * d + .5))
    toggles = np.zeros(h * w + 1, np.int64)
    for j in range(1, len(u)):
        if u[j] == u[j - 1]:
            continue
        x = ((u[j] if u[j] < u[j - 1] else u[j] - 1) + .5) / scale - .5
        if math.floor(x) != x or x < 0 or x > w - 1:
            continue
        y = math.ceil(min(max(((v[j] if v[j] < v[j - 1] else v[j - 1]) + .5) / scale - .5, 0), h))
        toggles[int(x) * h + y] += 1
    return (np.cumsum(toggles[:-1]) % 2 == 1).reshape(w, h).T


def even_odd(xy, h, w):
    """One ring: pixels whose centre it winds round an odd number of times."""
    points = np.asarray(xy, float).reshape(-1, 2)
    inside = np.zeros((h, w), bool)
    centres = np.arange(w) + .5
    for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0)):
        for row in range(h):
            y = row + .5
            if (y0 <= y) != (y1 <= y):
                inside[row] ^= centres > x0 + (y - y0) * (x1 - x0) / (y1 - y0)
    return inside


def coco(archive):
    """COCO instances: compressed run lengths, or polygons whose union counts."""
    for name in sorted(archive.namelist()):
        if not name.startswith('annotations/instances_'):
            continue
        file = json.loads(archive.read(name))
        images = {i['id']: i for i in file['images']}
        names = {c['id']: c['name'] for c in file['categories']}
        for a in file['annotations']:
            image = images[a['image_id']]
            h, w = image['height'], image['width']
            if isinstance(a['segmentation'], dict):
                assert a['segmentation']['size'] == [h, w]
                mask = filled(counts_of(a['segmentation']['counts']), h, w)
            else:
                mask = np.any([coco_polygon(ring, h, w) for ring in a['segmentation']], axis=0)
            ys, xs = np.nonzero(mask)
            assert a['iscrowd'] == 0 and a['area'] == mask.sum(), (a['id'], a['area'], int(mask.sum()))
            assert a['bbox'] == [xs.min(), ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1], (a['id'], a['bbox'])
            yield image['file_name'], names[a['category_id']], mask


def panoptic(archive):
    """COCO panoptic: a PNG per image in which a segment has the colour of its id, R + 256 G + 256² B."""
    for name in sorted(archive.namelist()):
        if not (name.startswith('annotations/panoptic_') and name.endswith('.json')):
            continue
        file = json.loads(archive.read(name))
        images = {i['id']: i for i in file['images']}
        categories = {c['id']: c for c in file['categories']}
        for a in file['annotations']:
            png = np.asarray(Image.open(io.BytesIO(archive.read(f"{name[:-len('.json')]}/{a['file_name']}"))))
            assert png.dtype == np.uint8 and png.ndim == 3, png.dtype
            ids = png[..., 0] + 256 * png[..., 1].astype(np.uint32) + 256 ** 2 * png[..., 2].astype(np.uint32)
            segments = {s['id']: s for s in a['segments_info']}
            assert set(np.unique(ids).tolist()) - {0} == set(segments), 'the PNG and segments_info name other segments'
            stuff = [s['category_id'] for s in segments.values() if not categories[s['category_id']]['isthing']]
            assert len(stuff) == len(set(stuff)), 'two segments of one stuff class'
            for id, s in segments.items():
                mask = ids == id
                assert s['area'] == mask.sum() and s['iscrowd'] == 0
                yield images[a['image_id']]['file_name'], categories[s['category_id']]['name'], mask


def yolo(archive):
    """YOLO-seg: labels/<split>/<name>.txt beside images/<split>/<name>, corners as shares of width and height."""
    names, inside = {}, False
    for line in archive.read('data.yaml').decode().splitlines():
        if line.startswith('names:'):
            inside = True
        elif inside:
            number, text = line.strip().split(': ', 1)
            names[int(number)] = json.loads(text)
    for path in sorted(archive.namelist()):
        if not path.startswith('images/'):
            continue
        w, h = Image.open(io.BytesIO(archive.read(path))).size
        for line in archive.read(str(Path(path.replace('images/', 'labels/', 1)).with_suffix('.txt'))).decode().splitlines():
            number, *shares = line.split()
            corners = np.asarray(shares, float).reshape(-1, 2)
            assert len(corners) >= 3 and corners.min() >= 0 and corners.max() <= 1
            yield Path(path).name, names[int(number)], even_odd(corners * [w, h], h, w)


def retraining(path):
    """The retraining set, as the trainer reads it; rejected proposals are called so instead of by their class."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'trainer'))
    from maskloop_trainer.retraining import RetrainingSet
    dataset = RetrainingSet(path)
    for photo in dataset:
        assert photo.pixels is not None and photo.sha256 is not None
        for label in photo.masks:
            assert label.prompts and label.provenance['origin'] != 'proposed', label.provenance
            yield photo.file_name, dataset.categories[label.category], label.mask.astype(bool)
        for label in photo.negatives:
            yield photo.file_name, 'rejected', label.mask.astype(bool)


if __name__ == '__main__':
    kind, path = sys.argv[1:]
    found = retraining(path) if kind == 'retraining' else {'coco': coco, 'panoptic': panoptic, 'yolo': yolo}[kind](zipfile.ZipFile(path))
    json.dump([{'image': image, 'class': name, 'width': mask.shape[1], 'height': mask.shape[0],
                'bits': base64.b64encode(np.packbits(mask)).decode()} for image, name, mask in found], sys.stdout)
