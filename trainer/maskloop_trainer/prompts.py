"""Simulated prompts during training, in batches of torch tensors.

Frame of every coordinate: model-input pixels (x, y), pixel centres at half integers. Source: segment-anything §A,
with clicks biased towards the middle of errors because that is where people click.
"""
from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from .config import Prompts

BOX_NOISE = 0.05                # s.d. of a corner, share of the side
BOX_NOISE_MAX = (0.12, 20.0)    # share of the side, px
CLICK, BOX, BOX_CLICK, TWO_CLICKS = range(4)


def first_prompts(rng: np.random.Generator, clicks, boxes, target, config: Prompts):
    """First prompt of every mask.

    clicks [B,2], boxes [B,4] px, target [B,S/4,S/4] coverage 0..1, all on one device.
    Returns coords [B,3,2], labels [B,3] (-1 = padding), single [B] bool: one ambiguous click.
    """
    b, n = len(clicks), target.shape[-1]
    device = clicks.device
    coords, labels = torch.zeros(b, 3, 2, device=device), torch.full((b, 3), -1.0, device=device)
    chances = [config.click, config.box, config.box_click, config.two_clicks]
    kind = torch.from_numpy(rng.choice(4, b, p=np.array(chances) / sum(chances))).to(device)
    sides = (boxes[:, 2:] - boxes[:, :2]).repeat(1, 2)
    noise = torch.from_numpy(rng.normal(0, BOX_NOISE, (b, 4)).astype(np.float32)).to(device).clamp(-BOX_NOISE_MAX[0], BOX_NOISE_MAX[0])
    loose = torch.from_numpy((rng.random((b, 1)) < 0.8).astype(np.float32)).to(device)       # 20 % of the boxes are exact
    boxes = (boxes + (noise * sides).clamp(-BOX_NOISE_MAX[1], BOX_NOISE_MAX[1]) * loose).clamp(0, n * 4)
    with_box, with_click = (kind == BOX) | (kind == BOX_CLICK), kind != BOX
    coords[with_box, 0], coords[with_box, 1] = boxes[with_box, :2], boxes[with_box, 2:]
    labels[with_box, 0], labels[with_box, 1] = 2.0, 3.0
    coords[with_click, 2], labels[with_click, 2] = clicks[with_click], 1.0
    two = kind == TWO_CLICKS
    if two.any():
        i = torch.multinomial((target[two] > 0.9).flatten(1).float() + 1e-6, 1)[:, 0]
        coords[two, 0] = torch.stack([(i % n) * 4 + 2.0, torch.div(i, n, rounding_mode='floor') * 4 + 2.0], 1)
        labels[two, 0] = 1.0
    return coords, labels, kind == CLICK


def corrective_clicks(logits, target):
    """One click per mask inside the error: half of them deep inside, half anywhere weighted by depth.

    logits, target [B,S/4,S/4] -> coords [B,2] px, labels [B]: 1 where the mask misses, 0 where it spills.
    """
    wanted = target > 0.5
    error = ((logits > 0) != wanted).float()
    depth = F.avg_pool2d(error[:, None], 9, 1, 4)[:, 0] * F.avg_pool2d(error[:, None], 3, 1, 1)[:, 0] * error
    n = target.shape[-1]
    flat = depth.flatten(1)
    deep = torch.rand(len(flat), 1, device=flat.device) < 0.5
    weight = torch.where(deep, (flat / (flat.amax(1, keepdim=True) + 1e-6)) ** 6, flat) + 1e-8
    i = torch.multinomial(weight, 1)[:, 0]
    coords = torch.stack([(i % n) * 4.0, torch.div(i, n, rounding_mode='floor') * 4.0], 1)
    coords = coords + torch.rand(len(flat), 2, device=flat.device) * 4
    return coords, wanted.flatten(1).gather(1, i[:, None])[:, 0].float()
