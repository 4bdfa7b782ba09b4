"""Draws the log of a run: loss and IoU by crops seen."""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np

WINDOW = 50                     # steps averaged into one point
IOU_KEYS = (('click', 'one click, best by predicted IoU'), ('oracle', 'one click, best of three'), ('box', 'box or more'), ('last', 'after the last round'))


def read_log(path: Path) -> list[dict]:
    """Log lines by step; of a step logged twice (after a kill) the later one. A line cut off by the kill is skipped."""
    rows = {}
    for line in Path(path).read_text().splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            continue
        rows[row['step']] = row
    return [rows[k] for k in sorted(rows)]


def smoothed(rows: list[dict], key: str) -> tuple[list[float], list[float]]:
    """(crops, mean) for every window of steps; steps without the value are left out."""
    xs, ys = [], []
    for i in range(0, len(rows) - WINDOW + 1, WINDOW):
        part = [r[key] for r in rows[i:i + WINDOW] if r.get(key) is not None]
        if part:
            xs.append(rows[i + WINDOW - 1]['crops'])
            ys.append(float(np.mean(part)))
    return xs, ys


def draw(work: Path) -> Path:
    """Writes curves.png next to log.jsonl and returns its path. Values are of training crops, not of held-out photos."""
    import matplotlib
    matplotlib.use('Agg')
    import matplotlib.pyplot as plt
    rows = read_log(Path(work) / 'log.jsonl')
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
    left.plot(*smoothed(rows, 'loss'))
    left.set(xlabel='crops', ylabel='loss', title='training loss')
    for key, label in IOU_KEYS:
        right.plot(*smoothed(rows, key), label=label)
    right.set(xlabel='crops', ylabel='IoU', title='training crops', ylim=(0, 1))
    right.legend(fontsize=8)
    sides = [r['crops'] for a, r in zip(rows, rows[1:]) if a['side'] != r['side']]
    for axis in (left, right):
        for x in sides:
            axis.axvline(x, color='0.8', linewidth=1)       # change of crop size
        axis.grid(alpha=0.3)
    figure.tight_layout()
    out = Path(work) / 'curves.png'
    figure.savefig(out, dpi=110)
    plt.close(figure)
    return out
