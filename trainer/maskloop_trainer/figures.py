"""Pictures for the model card: a contact sheet of clicks and masks, and how far the predicted IoU can be trusted."""
from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch

from .evaluate import CAP, Task, regions_of, tasks
from .pack import RENDERS
from .predictor import Pair, Predictor, shown_on_one_click
from .simulate import box_of, deepest, iou, next_click

BINS = 10
CELL, GAP, TEXT = 132, 4, 15                # px of the sheet
ROW = 2                                     # regions side by side
PANELS = (('1 click', 1), ('3 clicks', 3), ('box', 0))
MASK, TRUE, ADD, REMOVE, BOX = (40, 110, 255), (255, 220, 0), (0, 190, 60), (230, 30, 30), (255, 255, 255)   # RGB


def reliability(rows: dict[str, list[dict]], out: Path) -> dict:
    """Draws the mean true IoU of one click by predicted IoU, in tenths, for every set; returns {set: mean distance of the two}."""
    import matplotlib
    matplotlib.use('Agg')
    import matplotlib.pyplot as plt
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
    edges = np.linspace(0, 1, BINS + 1)
    errors = {}
    for name, each in rows.items():
        predicted, true = np.array([[r['predicted'], r['shown'][0]] for r in each]).T
        errors[name] = round(float(np.abs(predicted - true).mean()), 4)
        which = np.clip(np.digitize(predicted, edges) - 1, 0, BINS - 1)
        used = [i for i in range(BINS) if (which == i).sum() >= 5]
        left.plot([predicted[which == i].mean() for i in used], [true[which == i].mean() for i in used], 'o-', markersize=4,
                  label=f'{name}: off by {errors[name]:.2f} on average')
        right.plot((edges[1:] + edges[:-1]) / 2, np.bincount(which, minlength=BINS) / len(each), 'o-', markersize=4, label=name)
    left.plot([0, 1], [0, 1], color='0.7', linewidth=1)
    left.set(xlabel='predicted IoU', ylabel='mean true IoU', title='one click', xlim=(0, 1), ylim=(0, 1))
    right.set(xlabel='predicted IoU', ylabel='share of regions', title='how often it is predicted', xlim=(0, 1))
    for axis in (left, right):
        axis.grid(alpha=0.3)
    left.legend(fontsize=7)
    figure.tight_layout()
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, dpi=90)
    plt.close(figure)
    return errors


def demo_tasks(folder: Path, count: int, seed: int) -> list[Task]:
    """`count` regions of at least 1 % of the demo pictures (whole objects and parts), drawn with `seed`."""
    everything = []
    for path in sorted((folder / 'images').glob('*.jpg')):
        maps = [cv2.imread(str(folder / 'masks' / f'{path.stem}.{kind}.png'), cv2.IMREAD_UNCHANGED) for kind in ('wholes', 'parts')]
        photo = np.ascontiguousarray(cv2.imread(str(path), cv2.IMREAD_COLOR)[..., ::-1])
        everything += [Task(path.stem, photo, [r]) for r in regions_of('demo', np.stack(maps), [set(), set()])]
    if not everything:
        raise FileNotFoundError(f'demo: {folder} holds no pictures with masks')
    chosen = np.random.default_rng(seed).permutation(len(everything))[:count]
    return [everything[i] for i in sorted(chosen)]


def session(pair: Pair, photo: np.ndarray, region: np.ndarray, clicks: int) -> tuple[np.ndarray, list]:
    """Mask after so many simulated clicks, or of the tight box for 0; and the prompts: (x, y, label) px, or the box."""
    predictor = Predictor(pair, photo)
    if clicks == 0:
        box = box_of(region)
        logits, _ = predictor.predict([[box[:2], box[2:]]], [[2.0, 3.0]])
        return predictor.masks(logits[0])[0], [box]
    _, (x, y) = deepest(region)
    prompts, mask, earlier = [(x + 0.5, y + 0.5, 1)], None, None
    for n in range(1, min(clicks, CAP) + 1):
        if n > 1:
            prompts.append(next_click(mask, region))
        logits, guess = predictor.predict([[p[:2] for p in prompts]], [[float(p[2]) for p in prompts]], earlier)
        k = int(shown_on_one_click(pair, guess)[0]) if n == 1 else 0
        mask, earlier = predictor.masks(logits[0])[k], logits[:, k:k + 1]
    return mask, prompts


def panel(photo: np.ndarray, region: np.ndarray, mask: np.ndarray, prompts: list, title: str) -> np.ndarray:
    """One cell, uint8 RGB [CELL+TEXT, CELL, 3]: the photo around the region, the mask tinted, the true outline, the prompts."""
    x0, y0, x1, y1 = box_of(region)
    side = int(min(max(photo.shape[:2]), 2.2 * max(x1 - x0, y1 - y0)))
    left, top = (x0 + x1 - side) // 2, (y0 + y1 - side) // 2
    s = CELL / side
    matrix = np.array([[s, 0, -left * s], [0, s, -top * s]], np.float32)
    fit = lambda a, how: cv2.warpAffine(a, matrix, (CELL, CELL), flags=how, borderValue=(245, 245, 245) if a.ndim == 3 else 0)
    cell = fit(photo if s > 0.5 else cv2.GaussianBlur(photo, (0, 0), 0.4 / s), cv2.INTER_LINEAR)
    inside = fit(mask, cv2.INTER_NEAREST) > 0
    cell[inside] = (0.5 * cell[inside] + 0.5 * np.array(MASK)).astype(np.uint8)
    outlines, _ = cv2.findContours(fit(region, cv2.INTER_NEAREST), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(cell, outlines, -1, TRUE, 1)
    at = lambda x, y: (int((x - left) * s), int((y - top) * s))
    for p in prompts:
        if len(p) == 4:
            cv2.rectangle(cell, at(*p[:2]), at(*p[2:]), BOX, 1)
        else:
            cv2.circle(cell, at(*p[:2]), 4, (255, 255, 255), -1, cv2.LINE_AA)
            cv2.circle(cell, at(*p[:2]), 3, ADD if p[2] else REMOVE, -1, cv2.LINE_AA)
    bar = np.full((TEXT, CELL, 3), 255, np.uint8)
    cv2.putText(bar, f'{title}  {iou(mask, region):.2f}', (3, TEXT - 4), cv2.FONT_HERSHEY_SIMPLEX, 0.36, (30, 30, 30), 1, cv2.LINE_AA)
    return np.concatenate([bar, cell])


def draw_sheet(pair: Pair, demo: Path, out: Path, count: int = 8, seed: int = 0) -> None:
    """Writes the contact sheet: `count` regions of renders and `count` of the demo pictures, good and bad as `seed` draws them."""
    drawn = [Task(t.name, t.photo, [r]) for t in tasks(RENDERS, None, count, seed) for r in t.regions] + demo_tasks(demo, count, seed)
    strips = []
    for task in drawn:
        with torch.no_grad():
            cells = [panel(task.photo, task.regions[0], *session(pair, task.photo, task.regions[0], n), title) for title, n in PANELS]
        strips.append(np.concatenate([np.pad(c, ((0, GAP), (0, GAP), (0, 0)), constant_values=255) for c in cells], 1))
    strips += [np.full_like(strips[0], 255)] * (-len(strips) % ROW)
    gap = np.full((strips[0].shape[0], 3 * GAP, 3), 255, np.uint8)
    lines = [np.concatenate([strips[i], gap, *strips[i + 1:i + ROW]], 1) for i in range(0, len(strips), ROW)]
    out.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(out), np.ascontiguousarray(np.concatenate(lines)[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, 85])
