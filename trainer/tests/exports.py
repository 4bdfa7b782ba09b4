"""Writes a small retraining set as the product does: the same files, fields and manifest."""
import hashlib
import io
import json
import zipfile

import numpy as np
from PIL import Image


def compress(counts):
    """Reference encoder, written from the COCO API's description, to test the decoder against."""
    out = ''
    for i, c in enumerate(counts):
        x, more = (c - counts[i - 2] if i > 2 else c), True
        while more:
            group = x & 31
            x >>= 5
            more = x != -1 if group & 16 else x != 0
            out += chr((group | 32 if more else group) + 48)
    return out


def segmentation(mask):
    """uint8 [H,W] -> compressed run-length code, run by run."""
    counts, value = [0], 0
    for pixel in mask.T.reshape(-1):
        if pixel != value:
            counts.append(0)
            value = pixel
        counts[-1] += 1
    return dict(size=list(mask.shape), counts=compress(counts))


def png(pixels):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, 'PNG')
    return out.getvalue()


def ring(h, w, seed):
    """A ring with a hole, and a speck."""
    y, x = np.mgrid[:h, :w]
    d = np.hypot(x - w / 2 - seed, y - h / 2)
    mask = ((d < 9) & (d > 3)).astype(np.uint8)
    mask[h - 1, seed % w] = 1
    return mask


def write_export(folder, with_images=True, h=32, w=48):
    """Four photos of two splits, the third stored turned, each with a whole and its part; two rejected proposals.

    Returns (zip path, truth): truth maps annotation or negative id to uint8 [H,W], and file name to upright pixels.
    """
    rng = np.random.default_rng(3)
    images, annotations, provenance, negatives, files, truth = [], [], [], [], {}, {}
    for n in range(1, 5):
        pixels = rng.integers(0, 255, (h, w, 3), dtype=np.uint8)
        turned = n == 3
        stored = png(np.ascontiguousarray(np.rot90(pixels)) if turned else pixels)        # orientation 6: a quarter turn clockwise is upright
        name = f'photo {n}.png'
        sha256 = hashlib.sha256(stored).hexdigest()
        images.append(dict(id=n, file_name=name, width=w, height=h, sha256=sha256, **(dict(exif_orientation=6) if turned else {}),
                           **(dict(group='walk') if n == 2 else {}), maskloop_id=f'image-{n}', split='val' if n == 4 else 'train'))
        truth[name] = pixels
        if with_images:
            files[f'images/{name}'] = stored
        for part in (0, 1):
            i = len(annotations) + 1
            mask = truth[i] = ring(h, w, n * 2 + part)
            ys, xs = np.nonzero(mask)
            annotations.append(dict(id=i, image_id=n, category_id=1 + part, segmentation=segmentation(mask), area=int(mask.sum()),
                                    bbox=[int(xs.min()), int(ys.min()), int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1], iscrowd=0, mask_id=f'mask-{i}',
                                    revision_id=f'revision-{i}', parent_mask_id=f'mask-{i - 1}' if part else None))
            provenance.append(dict(annotation_id=i, image_id=n, file_name=name, origin='proposed' if i == 1 else 'corrected', stage='assisted-manual',
                                   predicted_iou=0.9, author_role='annotator', seconds=2.5,
                                   prompts=[dict(points=[[float(xs[0]) + .5, float(ys[0]) + .5, 1]], box=None, feedback=False, candidate=1),
                                            dict(points=[[1.5, 2.5, 0]], box=[1, 2, 30, 31], feedback=True, candidate=0)]))
        if n in (1, 4):
            mask = truth[f'n{n}'] = ring(h, w, 20 + n)
            negatives.append(dict(negative_id=f'n{n}', image_id=n, file_name=name, origin='proposed', prompts=[], segmentation=segmentation(mask)))
    lines = lambda rows: '\n'.join(map(json.dumps, rows)).encode()
    files['annotations.json'] = json.dumps(dict(
        info={}, licenses=[], categories=[dict(id=1, name='cat', supercategory='thing'), dict(id=2, name='ear', supercategory='cat')],
        images=images, annotations=annotations)).encode()
    files |= {'provenance.jsonl': lines(provenance), 'negatives.jsonl': lines(negatives), 'models.json': b'[]\n'}
    manifest = dict(format='retraining', rules_version='retraining-1', includes_images=with_images, images=4, masks=len(annotations),
                    negatives=len(negatives), files={k: dict(sha256=hashlib.sha256(v).hexdigest(), bytes=len(v)) for k, v in files.items()})
    path = folder / 'export.zip'
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as z:
        for name, data in {**files, 'manifest.json': json.dumps(manifest).encode()}.items():
            z.writestr(name, data)
    return path, truth
