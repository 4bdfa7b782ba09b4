"""Measures a model pair, or a baseline, with simulated clicks and boxes on held-out sets.

Protocol: regions of at least 1 % of the photo. Click 1 at the deepest pixel of the region, every next one at the deepest
pixel of the larger error, 20 at most. Shown mask: on one click the best by predicted IoU, of all channels or of 1..3 as
the pair's manifest says, later channel 0; its logits go back in. IoU is taken at the photo's own size. Box: the tight box, channel 0.
With `zoomed`, the part of the photo around the region is encoded by itself, as by a person who has zoomed in.
"""
from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from .baselines import grabcut, grow
from .pack import HELD_OUT_SEED, RENDERS, read_set
from .predictor import Pair, Predictor, shown_on_one_click
from .scenes import render
from .simulate import box_of, clicks_to_reach, deepest, iou, next_click

SETS = ('coco-val', 'facades-test', 'nuts-18', RENDERS)
MIN_SHARE = {'nuts-18': 0.003}           # nuts are small; 1 % would leave a handful
DEFAULT_SHARE = 0.01
CAP = 20
SCENES, SCENE_SIDE = 60, 448             # of the set of renders; the side in px
SIZE_CLASSES = (('tiny', 0.01), ('small', 0.03), ('medium', 0.10), ('large', 1.01))   # upper bounds, share of the photo
ZOOM = 2.5                               # side of a zoomed view, in lengths of the region's longer side
ZOOM_LEAST = 64                          # px of a view's side at least: a closer look shows no more
NOC = (80, 85, 90)
BOOTSTRAP = 1000


@dataclass
class Task:
    """One photo (uint8 RGB [H,W,3]) and the regions to find in it (uint8 [H,W] each)."""
    name: str
    photo: np.ndarray
    regions: list[np.ndarray] = field(default_factory=list)


def regions_of(name: str, labels: np.ndarray, stuff: list[set[int]], smallest: float | None = None) -> list[np.ndarray]:
    """Regions of one photo that count, each once: of COCO photos the things only. `smallest`: share of the photo, else the set's own."""
    maps = list(zip(labels, stuff))
    if name.startswith('coco') and len(maps) > 1 and stuff[0]:
        maps = maps[1:]                  # the panoptic map repeats the instances of the other maps
    floor = smallest if smallest is not None else MIN_SHARE.get(name, DEFAULT_SHARE)
    out, seen = [], set()
    for m, no in maps:
        counts = np.bincount(m.ravel())
        for label in np.nonzero((counts >= floor * m.size) & (counts < 0.99 * m.size))[0]:
            if label == 0 or int(label) in no:
                continue
            region = (m == label).astype(np.uint8)
            key = region.tobytes()
            if key not in seen:
                seen.add(key)
                out.append(region)
    return out


def tasks(name: str, data: Path | None, limit: int | None = None, seed: int = 0, smallest: float | None = None) -> list[Task]:
    """The tasks of one held-out set; `limit` regions drawn over the whole set with `seed`."""
    if name == RENDERS:
        scenes = [render(HELD_OUT_SEED, i, SCENE_SIDE) for i in range(SCENES)]
        everything = [Task(f'{i:03d}', image, regions_of(name, labels, [set(), set()], smallest)) for i, (image, labels) in enumerate(scenes)]
    else:
        everything = [Task(stem, image, regions_of(name, labels, stuff, smallest)) for stem, image, labels, stuff in read_set(Path(data) / name)]
    index = [(i, j) for i, t in enumerate(everything) for j in range(len(t.regions))]
    if limit is not None and limit < len(index):
        chosen = np.random.default_rng(seed).permutation(len(index))[:limit]
        index = [index[i] for i in sorted(chosen)]
    picked: dict[int, Task] = {}
    for i, j in index:
        t = everything[i]
        picked.setdefault(i, Task(t.name, t.photo)).regions.append(t.regions[j])
    return list(picked.values())


def measure_pair(pair: Pair, task: Task, cap: int = CAP) -> list[dict]:
    """One row per region: shown / best IoU by number of clicks, box IoU, and how far off the predicted IoU was."""
    predictor = Predictor(pair, task.photo)
    regions = task.regions
    points = [[(x + 0.5, y + 0.5)] for _, (x, y) in map(deepest, regions)]
    labels = [[1.0] for _ in regions]
    logits, guess = predictor.predict(points, labels)
    shown = shown_on_one_click(pair, guess)
    rows, current = [], []
    for r, region in enumerate(regions):
        four = predictor.masks(logits[r])
        values = [iou(m, region) for m in four]
        k = int(shown[r])
        current.append(four[k])
        rows.append(dict(photo=task.name, area=float(region.mean()), shown=[values[k]], best=[max(values[1:])], channel0=values[0],
                         predicted=float(guess[r, k]), off=abs(float(guess[r, k]) - values[k])))
    earlier = logits[torch.arange(len(regions)), shown][:, None]
    active = list(range(len(regions)))
    for click in range(2, cap + 1):
        if not active:
            break
        for r in active:
            x, y, label = next_click(current[r], regions[r])
            points[r] = points[r] + [(x, y)]
            labels[r] = labels[r] + [float(label)]
        logits, _ = predictor.predict([points[r] for r in active], [labels[r] for r in active], earlier[active])
        for j, r in enumerate(active):
            four = predictor.masks(logits[j] if click <= 5 else logits[j, :1])
            values = [iou(m, regions[r]) for m in four]
            current[r] = four[0]
            rows[r]['shown'].append(values[0])
            rows[r]['best'].append(max(values))
            earlier[r] = logits[j, :1]
        if click >= 5:                   # past five clicks only NoC counts, and it is settled at 0.9
            active = [r for r in active if max(rows[r]['shown']) < 0.90]
    boxes = [box_of(m) for m in regions]
    logits, _ = predictor.predict([[b[:2], b[2:]] for b in boxes], [[2.0, 3.0]] * len(boxes))
    for r, region in enumerate(regions):
        values = [iou(m, region) for m in predictor.masks(logits[r])]
        rows[r].update(box=values[0], box_best=max(values))
    return rows


def view_of(region: np.ndarray) -> tuple[int, int, int, int]:
    """What a person sees who has zoomed in on a region: x0, y0, x1, y1 px, at most the whole photo, with the region in its middle."""
    h, w = region.shape
    x0, y0, x1, y1 = box_of(region)
    side = max(ZOOM_LEAST, round(ZOOM * max(x1 - x0, y1 - y0)))
    def along(a, b, length):
        start = min(max(0, (a + b - side) // 2), max(0, length - side))
        return start, min(length, start + side)
    (left, right), (top, bottom) = along(x0, x1, w), along(y0, y1, h)
    return left, top, right, bottom


def zoomed(measure):
    """The same measure of every region in a view of its own; `area` stays the share of the whole photo."""
    def run(task: Task, cap: int = CAP) -> list[dict]:
        rows = []
        for region in task.regions:
            x0, y0, x1, y1 = view_of(region)
            view = Task(task.name, np.ascontiguousarray(task.photo[y0:y1, x0:x1]), [np.ascontiguousarray(region[y0:y1, x0:x1])])
            rows += [dict(row, area=float(region.mean())) for row in measure(view, cap)]
        return rows
    return run


def measure_baseline(name: str, task: Task, cap: int = CAP) -> list[dict]:
    """The same rows for 'grower' (clicks) or 'grabcut' (box only)."""
    rows = []
    for region in task.regions:
        row = dict(photo=task.name, area=float(region.mean()))
        if name == 'grabcut':
            row['box'] = iou(grabcut(task.photo, box_of(region)), region)
        else:
            _, (x, y) = deepest(region)
            clicks, values = [(x + 0.5, y + 0.5, 1)], []
            for _ in range(cap):
                mask = grow(task.photo, clicks)
                values.append(iou(mask, region))
                if len(values) >= 5 and max(values) >= 0.90:
                    break
                clicks.append(next_click(mask, region))
            row['shown'] = values
        rows.append(row)
    return rows


def _mean(values) -> float | None:
    values = [v for v in values if v is not None]
    return round(float(np.mean(values)), 4) if values else None


def _at(row: dict, key: str, clicks: int):
    return row[key][min(clicks, len(row[key])) - 1] if key in row else None


def columns(rows: list[dict], cap: int = CAP) -> dict:
    """Means over regions of everything a row holds."""
    out = dict(regions=len(rows))
    for k in (1, 3, 5):
        out[f'click{k}'] = _mean(_at(r, 'shown', k) for r in rows)
        out[f'best{k}'] = _mean(_at(r, 'best', k) for r in rows)
    for key in ('channel0', 'box', 'box_best', 'off'):
        out[key] = _mean(r.get(key) for r in rows)
    for t in NOC:
        out[f'noc{t}'] = _mean(clicks_to_reach(r['shown'], t / 100, cap) for r in rows if 'shown' in r)
    return {k: v for k, v in out.items() if v is not None}


def interval(rows: list[dict], value) -> list[float]:
    """95 % interval of a mean, bootstrap over photos (regions of one photo are not independent)."""
    photos: dict[str, list[float]] = {}
    for r in rows:
        photos.setdefault(r['photo'], []).append(value(r))
    sums, counts = np.array([[sum(v), len(v)] for v in photos.values()]).T
    rng = np.random.default_rng(0)
    draws = rng.integers(len(sums), size=(BOOTSTRAP, len(sums)))
    means = sums[draws].sum(1) / counts[draws].sum(1)
    return [round(float(v), 4) for v in np.percentile(means, (2.5, 97.5))]


def summarise(rows: list[dict], cap: int = CAP) -> dict:
    """Columns over all regions and by size class, with intervals for one click and for the box."""
    out = columns(rows, cap)
    if 'shown' in rows[0]:
        out['click1_interval'] = interval(rows, lambda r: r['shown'][0])
    if 'box' in rows[0]:
        out['box_interval'] = interval(rows, lambda r: r['box'])
    low = 0.0
    for name, high in SIZE_CLASSES:
        part = [r for r in rows if low <= r['area'] < high]
        if part:
            out[name] = columns(part, cap)
        low = high
    return out


def evaluate(measure, data: Path | None, sets=SETS, limit: int | None = None, cap: int = CAP, say=print,
             smallest: float | None = None) -> tuple[dict, dict]:
    """Runs `measure(task, cap) -> rows` on every set: ({set: summary}, {set: rows})."""
    summaries, raw = {}, {}
    for name in sets:
        start = time.time()
        rows = [row for task in tasks(name, data, limit, smallest=smallest) for row in measure(task, cap)]
        if not rows:
            raise ValueError(f'{name}: holds no region of at least {MIN_SHARE.get(name, DEFAULT_SHARE) if smallest is None else smallest:.1%} of a photo')
        summaries[name], raw[name] = summarise(rows, cap), rows
        say(json.dumps({name: {k: v for k, v in summaries[name].items() if not isinstance(v, dict)}, 'seconds': round(time.time() - start)}))
    return summaries, raw


def table(results: dict[str, dict]) -> str:
    """Markdown table of {model: {set: summary}}; an empty cell where a model cannot do it."""
    keys = ('click1', 'best1', 'channel0', 'click3', 'click5', 'box', 'noc80', 'noc85', 'noc90')
    head = '| set | model | regions | ' + ' | '.join(keys) + ' |\n|' + '---|' * (len(keys) + 3)
    names = list(dict.fromkeys(s for r in results.values() for s in r))
    cells = lambda r: ' | '.join('' if r.get(k) is None else f'{r[k]:.3f}' if not k.startswith('noc') else f'{r[k]:.2f}' for k in keys)
    return '\n'.join([head] + [f'| {s} | {m} | {r[s]["regions"]} | {cells(r[s])} |' for s in names for m, r in results.items() if s in r])
