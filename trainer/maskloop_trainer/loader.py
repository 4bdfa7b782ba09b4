"""The retraining set for PyTorch.

    from torch.utils.data import DataLoader
    from maskloop_trainer.loader import RetrainingDataset, collate
    loader = DataLoader(RetrainingDataset('export.zip', split='train'), batch_size=4, num_workers=2, collate_fn=collate)
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch.utils.data import Dataset

from .retraining import Label, RetrainingSet


class RetrainingDataset(Dataset):
    """One sample per photo of an exported folder or zip (arguments: see RetrainingSet), as a dict:

    image        uint8 [3,H,W] RGB, upright; None when the export holds references only and no folder of photos is given
    masks        bool [N,H,W], in drawing order, the lowest first
    categories   int64 [N], ids of `categories`
    prompts      N lists of prompts in the order they were given, each a dict: points float32 [P,2] (x, y in px),
                 labels int64 [P] (1 adds, 0 removes), box float32 [4] (x0, y0, x1, y1) or None, feedback (the earlier mask
                 went back in), candidate (which of the three was taken)
    provenance   N dicts: origin, stage, model, predicted_iou, author_role, seconds, ...; {} where the file says nothing
    negatives    bool [M,H,W], proposals that people rejected; negative_prompts and negative_provenance beside them
    file_name, sha256, group, split
    """

    def __init__(self, path: Path, split: str | None = None, photos: Path | None = None, verify: bool = True):
        self.set = RetrainingSet(path, split, photos, verify)
        self.categories = self.set.categories
        self.manifest = self.set.manifest

    def __len__(self) -> int:
        return len(self.set)

    def __getitem__(self, index: int) -> dict:
        photo = self.set[index]
        entry = self.set.entries[index]
        size = (entry['height'], entry['width'])
        return dict(
            image=None if photo.pixels is None else torch.from_numpy(photo.pixels.transpose(2, 0, 1).copy()),
            masks=stack(photo.masks, size), categories=torch.tensor([m.category for m in photo.masks], dtype=torch.int64),
            prompts=[prompts_of(m) for m in photo.masks], provenance=[m.provenance for m in photo.masks],
            negatives=stack(photo.negatives, size), negative_prompts=[prompts_of(m) for m in photo.negatives],
            negative_provenance=[m.provenance for m in photo.negatives],
            file_name=photo.file_name, sha256=photo.sha256, group=photo.group, split=photo.split)


def stack(labels: list[Label], size: tuple[int, int]) -> torch.Tensor:
    if not labels:
        return torch.zeros((0, *size), dtype=torch.bool)
    return torch.from_numpy(np.stack([label.mask for label in labels]).astype(bool))


def prompts_of(label: Label) -> list[dict]:
    out = []
    for prompt in label.prompts:
        rows = torch.tensor(prompt.get('points') or [], dtype=torch.float32).reshape(-1, 3)
        box = prompt.get('box')
        out.append(dict(points=rows[:, :2], labels=rows[:, 2].to(torch.int64), box=None if box is None else torch.tensor(box, dtype=torch.float32),
                        feedback=bool(prompt.get('feedback', False)), candidate=prompt.get('candidate', 0)))
    return out


def collate(samples: list[dict]) -> list[dict]:
    """For a DataLoader: photos differ in size and in their number of masks, so a batch is a list."""
    return samples
