"""Losses on mask logits. Source: segment-anything §A (20 focal + dice + MSE of the IoU head), min over the candidates."""
from __future__ import annotations

import torch
import torch.nn.functional as F

from .config import Loss

SPREAD = 0.03        # share of the mean candidate loss, so that no candidate starves


def true_iou(logits, target):
    """IoU of the thresholded masks with the coverage at stride 4: [B,K,h,w], [B,h,w] -> [B,K]."""
    hard, wanted = logits > 0, (target > 0.5)[:, None]
    return (hard & wanted).sum((2, 3)).float() / (hard | wanted).sum((2, 3)).clamp(min=1).float()


def mask_terms(logits, target, config: Loss, balanced: bool):
    """Loss of every mask, [B,K]. `balanced`: foreground and background weigh the same, for the first steps."""
    t = target[:, None].expand_as(logits)
    cross = F.binary_cross_entropy_with_logits(logits, t, reduction='none')
    p = torch.sigmoid(logits)
    dice = 1 - (2 * (p * t).sum((2, 3)) + 1) / (p.sum((2, 3)) + t.sum((2, 3)) + 1)
    if balanced:
        share = t.mean((2, 3), keepdim=True).clamp(0.01, 0.99)
        return (cross * (t / share + (1 - t) / (1 - share))).mean((2, 3)) * 0.5 + dice
    right = p * t + (1 - p) * (1 - t)
    focal = ((1 - right) ** config.gamma * (config.alpha * t + (1 - config.alpha) * (1 - t)) * cross).mean((2, 3)) * 2
    return config.focal * focal + dice


def prompt_loss(logits, iou, target, single, config: Loss, balanced: bool = False):
    """Mean loss of one decoder pass: (loss, true IoU [B,4]).

    logits f32 [B,4,h,w]; iou f32 [B,4]; target [B,h,w] coverage 0..1; single [B] bool: a lone click, whose scale is
    ambiguous. Channel 0 is always supervised, less on a lone click; of channels 1..3 only the best one counts.
    """
    terms = mask_terms(logits, target, config, balanced)
    with torch.no_grad():
        truth = true_iou(logits, target)
    lone = single.float()
    candidates = terms[:, 1:].min(1)[0] + SPREAD * terms[:, 1:].mean(1)
    loss = terms[:, 0] * (1 - 0.5 * lone) + (0.3 + 0.7 * lone) * candidates
    return loss.mean() + config.iou * ((iou - truth) ** 2).mean(), truth


def edge_loss(logits, boundary, dense):
    """Boundary BCE [B,1,h,w] against the boundary share [B,h,w], only where label maps cover the photo (dense [B] 0|1)."""
    target = boundary[:, None]
    each = (F.binary_cross_entropy_with_logits(logits, target, reduction='none') * (1 + 4 * target)).mean((1, 2, 3))
    return (each * dense).mean()
