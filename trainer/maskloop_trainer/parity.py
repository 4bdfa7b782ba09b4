"""What PyTorch answers to a few prompts about one picture: the reference that other runtimes are tested against."""
from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from .checkpoints import load_pair
from .predictor import Predictor, TorchPair, shown_on_one_click

STRIDE = 4          # every fourth logit of a row and of a column is written down

# in shares of the picture's width and height; `feedback`: the prompt whose best candidate goes in as mask
PROMPTS = (
    dict(name='one click', points=[(0.62, 0.36, 1)], box=None, feedback=None),
    dict(name='two clicks, one of them background', points=[(0.62, 0.36, 1), (0.5, 0.9, 0)], box=None, feedback=None),
    dict(name='a box', points=[], box=(0.2, 0.18, 0.7, 0.65), feedback=None),
    dict(name='a click on what the first one gave', points=[(0.62, 0.36, 1), (0.57, 0.42, 1)], box=None, feedback=0),
)


def record(folder: Path, picture: Path) -> dict:
    """Prompts in picture pixels and the answers of the pair in `folder`, computed by PyTorch from the weights it holds.

    Returns JSON-able: `files` SHA-256 by name; `prompts` with `points` [[x, y, label]], `box` [x0, y0, x1, y1] or None, `feedback`;
    `answers` with `iou` [4] and `logits` [4][n*n], every fourth of a row and column of the [4,S/4,S/4] logits, and the `best` of the four.
    """
    folder = Path(folder)
    net, side = load_pair(folder)
    photo = np.asarray(Image.open(picture).convert('RGB'))
    pair = TorchPair(net, side)
    predictor = Predictor(pair, photo)
    height, width = photo.shape[:2]
    prompts, answers, raw = [], [], []
    for prompt in PROMPTS:
        points = [[round(x * width, 2), round(y * height, 2), label] for x, y, label in prompt['points']]
        box = [round(v * (width if i % 2 == 0 else height), 2) for i, v in enumerate(prompt['box'])] if prompt['box'] else None
        tokens = points + ([[box[0], box[1], 2], [box[2], box[3], 3]] if box else [])
        earlier = None if prompt['feedback'] is None else raw[prompt['feedback']][None, None]
        xy, labels = np.array([[t[:2] for t in tokens]]), np.array([[t[2] for t in tokens]])
        with torch.no_grad():
            logits, iou = predictor.predict(xy, labels, earlier)
        best = int(shown_on_one_click(pair, iou)[0])
        raw.append(logits[0, best])
        prompts.append(dict(name=prompt['name'], points=points, box=box, feedback=prompt['feedback']))
        sampled = logits[0, :, ::STRIDE, ::STRIDE].flatten(1)
        answers.append(dict(best=best, iou=[round(float(v), 6) for v in iou[0]], logits=[[round(float(v), 4) for v in row] for row in sampled]))
    files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ('encoder.onnx', 'decoder.onnx')}
    return dict(files=files, stride=STRIDE, prompts=prompts, answers=answers)
