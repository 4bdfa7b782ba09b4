"""Refits the IoU head alone after training: the network frozen, the deployed side, whole photos.

The head trained along with the masks chases a moving target and ranks the candidates of a click poorly; on the
prototype this refit was worth 1.5 points of IoU on one click. Training photos serve: held-out ones were no better.

Tried without gain on held-out photos: more lone clicks, clicks in the middle of regions, a ranking loss, and richer inputs
(stability, perimeter, likeness inside and around the mask, pooled features). What is left of the error on one click is that
the click does not say whether part, object or group is meant.
"""
from __future__ import annotations

import dataclasses

import numpy as np
import torch

from .config import Config
from .crops import Mixture
from .losses import true_iou
from .model import Segmenter
from .prompts import corrective_clicks, first_prompts
from .train import MASK_CLAMP, to_tensors

SEED = 77
LONE_WEIGHT = 2.0              # rows of a lone click count double: only there does the ranking decide what is shown


def collect(net: Segmenter, config: Config, pools) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Head inputs [R,22], true IoU [R,4] and lone-click flag [R] over simulated sessions, logits in float32."""
    c = config.calibration
    deployed = dataclasses.replace(config, data=dataclasses.replace(config.data, whole=1.0, centred=0.0, paste=0.0))
    mixture = Mixture(pools, deployed)
    inputs, truths, lone = [], [], []
    seen = {}
    hook = net.decoder.iou1.register_forward_hook(lambda _, args, __: seen.update(inputs=args[0].float()))
    try:
        for i in range(c.batches):
            x, target, clicks, boxes, _, _ = to_tensors(mixture.batch((SEED, i), c.batch, config.side, c.prompts), torch.device('cpu'))
            torch.manual_seed(SEED * 1_000_003 + i)
            coords, labels, single = first_prompts(np.random.default_rng([SEED, i]), clicks, boxes, target, config.prompts)
            n = config.side // 4
            mask, has_mask = torch.zeros(len(coords), 1, n, n), torch.zeros(len(coords))
            with torch.no_grad():
                feats = net.encoder(x.contiguous())
                for r in range(c.rounds):
                    logits, iou = net.decoder(*feats, coords, labels, mask, has_mask)
                    inputs.append(seen['inputs'])
                    truths.append(true_iou(logits, target))
                    lone.append((single if r == 0 else torch.zeros_like(single)).float())
                    pick = torch.where(lone[-1] > 0, iou[:, 1:].argmax(1) + 1, torch.zeros(len(coords), dtype=torch.long))
                    chosen = logits[torch.arange(len(coords)), pick]
                    xy, label = corrective_clicks(chosen, target)
                    coords, labels = torch.cat([coords, xy[:, None]], 1), torch.cat([labels, label[:, None]], 1)
                    mask, has_mask = chosen[:, None].clamp(-MASK_CLAMP, MASK_CLAMP), torch.ones(len(coords))
    finally:
        hook.remove()
    return torch.cat(inputs), torch.cat(truths), torch.cat(lone)


def calibrate(net: Segmenter, config: Config, pools) -> dict:
    """Refits `net.decoder.iou1/iou2` in place; returns rows used and the mean square error before and after."""
    c = config.calibration
    net.eval()
    inputs, truths, lone = collect(net, config, pools)
    weight = (1 + (LONE_WEIGHT - 1) * lone)[:, None]
    head = [net.decoder.iou1, net.decoder.iou2]

    def error(rows):
        return ((net.decoder.iou_head(inputs[rows]) - truths[rows]) ** 2 * weight[rows]).mean()

    everything = torch.arange(len(inputs))
    with torch.no_grad():
        before = error(everything).item()
    torch.manual_seed(SEED)
    optimizer = torch.optim.AdamW([p for layer in head for p in layer.parameters()], c.lr, weight_decay=0.05)
    for step in range(c.steps):
        for group in optimizer.param_groups:
            group['lr'] = c.lr * (1 - step / c.steps) + 1e-5
        loss = error(torch.randint(len(inputs), (min(1024, len(inputs)),)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        after = error(everything).item()
    return dict(rows=len(inputs), lone=int(lone.sum()), mse_before=round(before, 5), mse_after=round(after, 5))
