"""One way to ask any model pair: photo in, prompts in photo pixels, masks in photo pixels out.

Geometry as in segment-anything: long side to S with round-half-up sizes, Pillow's bilinear filter, zero padding after
normalisation, coordinates scaled with the rounded sizes, logits enlarged twice (to S, cropped, to the photo).
"""
from __future__ import annotations

import json
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .model import MEAN, STD, Segmenter
from .onnx_run import OnnxModule


ALL, CANDIDATES = 'all', 'candidates'


class Pair(Protocol):
    """An encoder and a decoder behind the tensor contract of model.py."""
    side: int
    lone_click: str             # what competes for a lone click: 'all' channels, or the three 'candidates'

    def encode(self, image: torch.Tensor) -> tuple: ...

    def decode(self, feats: tuple, coords, labels, mask, has_mask) -> tuple[torch.Tensor, torch.Tensor]: ...


class OnnxPair:
    """`encoder.onnx` and `decoder.onnx` of a folder."""

    def __init__(self, folder: Path):
        import onnx
        self.encoder, self.decoder = OnnxModule(Path(folder) / 'encoder.onnx'), OnnxModule(Path(folder) / 'decoder.onnx')
        shape = onnx.load(str(Path(folder) / 'encoder.onnx'), load_external_data=False).graph.input[0].type.tensor_type.shape
        self.side = shape.dim[-1].dim_value
        stated = Path(folder) / 'manifest.json'
        self.lone_click = json.loads(stated.read_text())['decoder'].get('loneClick', CANDIDATES) if stated.exists() else CANDIDATES

    def encode(self, image):
        return tuple(self.encoder(image=image))

    def decode(self, feats, coords, labels, mask, has_mask):
        named = dict(zip(('image_embeddings', 'high_res_feats_0', 'high_res_feats_1'), feats))
        return tuple(self.decoder(**named, point_coords=coords, point_labels=labels, mask_input=mask, has_mask_input=has_mask))


class TorchPair:
    """A network in memory, as it is trained (bfloat16 off: the exported files compute in float32)."""

    lone_click = ALL

    def __init__(self, net: Segmenter, side: int):
        self.net, self.side = net.eval(), side

    @torch.no_grad()
    def encode(self, image):
        return self.net.encoder(image)

    @torch.no_grad()
    def decode(self, feats, coords, labels, mask, has_mask):
        return self.net.decoder(*feats, coords, labels, mask, has_mask)


def shown_on_one_click(pair: Pair, guess: torch.Tensor) -> torch.Tensor:
    """Channel with the highest predicted IoU among those that compete: iou [B,4] -> [B]."""
    return guess.argmax(1) if pair.lone_click == ALL else guess[:, 1:].argmax(1) + 1


def model_size(width: int, height: int, side: int) -> tuple[int, int]:
    """(w, h) px of the photo inside the model input. Source: ResizeLongestSide, floor(x + 0.5)."""
    scale = side / max(width, height)
    return int(width * scale + 0.5), int(height * scale + 0.5)


class Predictor:
    """A photo and its features; answers batches of prompts about it."""

    def __init__(self, pair: Pair, photo: np.ndarray):
        """photo: uint8 RGB [H,W,3]."""
        self.pair = pair
        self.height, self.width = photo.shape[:2]
        self.w, self.h = model_size(self.width, self.height, pair.side)
        small = np.asarray(Image.fromarray(photo).resize((self.w, self.h), Image.BILINEAR), np.float32)
        x = np.zeros((1, 3, pair.side, pair.side), np.float32)
        x[0, :, :self.h, :self.w] = ((small - np.array(MEAN, np.float32)) / np.array(STD, np.float32)).transpose(2, 0, 1)
        self.feats = pair.encode(torch.from_numpy(x))

    def predict(self, points: np.ndarray, labels: np.ndarray, mask: torch.Tensor | None = None):
        """points [B,N,2] photo px (x, y), labels [B,N], mask logits [B,1,S/4,S/4] or None -> (logits [B,4,S/4,S/4], iou [B,4])."""
        b, n = len(points), self.pair.side // 4
        coords = torch.from_numpy(np.asarray(points, np.float64) * (self.w / self.width, self.h / self.height)).float()
        has_mask = torch.zeros(b) if mask is None else torch.ones(b)
        mask = torch.zeros(b, 1, n, n) if mask is None else mask
        logits, iou = self.pair.decode(self.feats, coords, torch.from_numpy(np.asarray(labels, np.float32)), mask, has_mask)
        return logits.float(), iou.float()

    def masks(self, logits: torch.Tensor) -> np.ndarray:
        """Logits [K,S/4,S/4] -> uint8 [K,H,W], 1 inside."""
        side = self.pair.side
        big = F.interpolate(logits[None], size=(side, side), mode='bilinear', align_corners=False)[:, :, :self.h, :self.w]
        return (F.interpolate(big, size=(self.height, self.width), mode='bilinear', align_corners=False)[0] > 0).numpy().astype(np.uint8)
