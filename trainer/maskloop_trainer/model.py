"""The network: an image encoder run once per photo and a prompt decoder run once per batch of prompts.

Tensor contract (side S, all float32, the same names in the exported files):

=====================  ======================  =====================================================================
encoder in  image      [1,3,S,S]               RGB, (x - MEAN) / STD in 0..255 units, zero-padded right and bottom
encoder out            [1,96,S/16,S/16]        image_embeddings: 64 to fuse with the prompt, 32 to compare places by
                       [1,32,S/4,S/4]          high_res_feats_0: 16 to fuse, 16 to compare
                       [1,32,S/8,S/8]          high_res_feats_1: to fuse
decoder in             the three above, and
  point_coords         [B,N,2]                 (x, y) in model-input pixels (frame of `image`)
  point_labels         [B,N]                   1 foreground, 0 background, 2 / 3 box corners (top-left / bottom-right), -1 padding
  mask_input           [B,1,S/4,S/4]           logits, a channel of an earlier `low_res_masks`
  has_mask_input       [B]                     1 where mask_input counts, else 0
decoder out
  low_res_masks        [B,4,S/4,S/4]           logits; channel 0 for several prompts, 1..3 candidates of one ambiguous prompt
  iou_predictions      [B,4]                   expected IoU of each channel, 0..1
=====================  ======================  =====================================================================

Source of the contract: segment-anything's ONNX decoder, plus SAM 2's high-resolution features.

Why it is not a shrunken SAM: on CPUs a dense 3x3 convolution runs ten times more operations a second than a depth-wise
one, so dense stages buy the most quality per second, above all in training. Prompts are painted as maps and fused by
convolutions, which gives the spatial bias for free and trains far faster than two-way attention. Everything that
depends on the photo alone is computed by the encoder, once, in the widths in which the decoder uses it: projections of
photo features in the decoder cost a quarter of every click in a browser.
"""
from __future__ import annotations

import torch
import torch.nn as nn
import torch.nn.functional as F

MEAN = (123.675, 116.28, 103.53)   # RGB, 0..255 units; SAM's constants
STD = (58.395, 57.12, 57.375)
MASK_STRIDE = 4                    # low_res_masks and mask_input live at S / 4
MASK_COUNT = 4                     # channel 0 plus three candidates
FUSE16, FUSE8, FUSE4 = 64, 32, 16  # channels of the decoder at strides 16, 8 and 4, and of the photo features added there
LOOK16, LOOK4 = 32, 16             # channels by which places are compared


class ConvNorm(nn.Sequential):
    """Convolution without bias, batch norm, optional ReLU; the export folds the pair into one convolution."""

    def __init__(self, cin: int, cout: int, kernel: int = 3, stride: int = 1, relu: bool = True):
        super().__init__(nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(cout))
        self.relu = relu

    def forward(self, x):
        x = super().forward(x)
        return F.relu(x, inplace=True) if self.relu else x


class Residual(nn.Module):
    """Two 3x3 convolutions around a shortcut; starts as the identity because the last norm starts at zero."""

    def __init__(self, channels: int):
        super().__init__()
        self.first, self.second = ConvNorm(channels, channels), ConvNorm(channels, channels, relu=False)
        nn.init.zeros_(self.second[1].weight)

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


class Norm32(nn.LayerNorm):
    """LayerNorm in float32: torch 1.13 has no CPU kernel that mixes bfloat16 input with float32 weights."""

    def forward(self, x):
        return super().forward(x.float())


class Attention(nn.Module):
    """Pre-norm transformer block on the stride-32 grid: grouping over the whole photo at negligible cost."""

    def __init__(self, channels: int, heads: int = 4, mlp_ratio: int = 2):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = Norm32(channels), Norm32(channels)
        self.qkv, self.out = nn.Linear(channels, 3 * channels), nn.Linear(channels, channels)
        self.up, self.down = nn.Linear(channels, mlp_ratio * channels), nn.Linear(mlp_ratio * channels, channels)
        for layer in (self.out, self.down):
            nn.init.normal_(layer.weight, std=0.01)

    def forward(self, x):
        b, c, h, w = x.shape
        t = x.flatten(2).transpose(1, 2)
        q, k, v = self.qkv(self.norm1(t)).view(b, h * w, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        weights = ((q @ k.transpose(-1, -2)) * (c // self.heads) ** -0.5).softmax(-1).to(v.dtype)
        t = t + self.out((weights @ v).transpose(1, 2).reshape(b, h * w, c))
        t = t + self.down(F.gelu(self.up(self.norm2(t))))
        return t.transpose(1, 2).view(b, c, h, w)


def unit(x: torch.Tensor) -> torch.Tensor:
    """Vectors along the channels scaled to length 1, in float32, so that a product of two is their cosine. [B,C,h,w] in and out."""
    x = x.float()
    return x * torch.rsqrt((x * x).sum(1, keepdim=True) + 1e-4)


def double(x: torch.Tensor) -> torch.Tensor:
    """Twice the side, bilinear, pixel centres at half integers."""
    return F.interpolate(x, scale_factor=2.0, mode='bilinear', align_corners=False)


class Encoder(nn.Module):
    """Residual stages at strides 4, 8, 16, 32, attention at 32, then a top-down neck back to stride 4."""

    def __init__(self, widths=(32, 64, 128, 192), depths=(2, 3, 4, 2), attention=2, embed=128, feats=32):
        super().__init__()
        w = widths
        self.unshuffle = nn.PixelUnshuffle(2)               # 3 -> 12 channels at stride 2: a cheap, fast stem
        self.stem = nn.Sequential(ConvNorm(12, w[0]), ConvNorm(w[0], w[0], stride=2))
        self.stage4 = nn.Sequential(*[Residual(w[0]) for _ in range(depths[0])])
        self.stage8 = nn.Sequential(ConvNorm(w[0], w[1], stride=2), *[Residual(w[1]) for _ in range(depths[1])])
        self.stage16 = nn.Sequential(ConvNorm(w[1], w[2], stride=2), *[Residual(w[2]) for _ in range(depths[2])])
        self.stage32 = nn.Sequential(ConvNorm(w[2], w[3], stride=2), *[Residual(w[3]) for _ in range(depths[3])],
                                     *[Attention(w[3]) for _ in range(attention)])
        self.top32 = nn.Conv2d(w[3], embed, 1)
        self.side16, self.fuse16 = ConvNorm(w[2], embed, 1, relu=False), ConvNorm(embed, embed)
        self.top16 = nn.Conv2d(embed, w[1], 1)
        self.side8, self.fuse8 = ConvNorm(w[1], w[1], 1, relu=False), ConvNorm(w[1], w[1])
        self.top8 = nn.Conv2d(w[1], feats, 1)
        self.side4, self.fuse4 = ConvNorm(w[0], feats, 1, relu=False), ConvNorm(feats, feats)
        self.out16, self.out8, self.out4 = nn.Conv2d(embed, FUSE16, 1), nn.Conv2d(w[1], FUSE8, 1), nn.Conv2d(feats, FUSE4, 1)
        self.look16, self.look4 = nn.Conv2d(embed, LOOK16, 1), nn.Conv2d(feats, LOOK4, 1)
        self.edge = nn.Conv2d(feats, 1, 1)                  # boundary head, used in training only

    def forward(self, image: torch.Tensor, with_edge: bool = False):
        """image [B,3,S,S] -> (embeddings /16, features /4, features /8[, boundary logits [B,1,S/4,S/4]])."""
        c4 = self.stage4(self.stem(self.unshuffle(image)))
        c8 = self.stage8(c4)
        c16 = self.stage16(c8)
        c32 = self.stage32(c16)
        p16 = self.fuse16(F.relu(self.side16(c16) + double(self.top32(c32))))
        p8 = self.fuse8(F.relu(self.side8(c8) + double(self.top16(p16))))
        p4 = self.fuse4(F.relu(self.side4(c4) + double(self.top8(p8))))
        out = (torch.cat([self.out16(p16).float(), unit(self.look16(p16))], 1),
               torch.cat([self.out4(p4).float(), unit(self.look4(p4))], 1), self.out8(p8).float())
        return (*out, self.edge(p4)) if with_edge else out


class PromptBlock(nn.Module):
    """Residual dilated 3x3 and 1x1, then attention pooling: all of it sees the prompt."""

    def __init__(self, channels: int, hidden: int, dilation: int):
        super().__init__()
        self.spread = nn.Conv2d(channels, hidden, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv2d(hidden, channels, 1)
        self.score, self.pool1, self.pool2 = nn.Linear(channels, 4), nn.Linear(4 * channels, channels), nn.Linear(channels, channels)
        nn.init.normal_(self.mix.weight, std=0.03)
        nn.init.normal_(self.pool2.weight, std=0.03)

    def forward(self, x):
        x = x + self.mix(F.relu(self.spread(x)))
        t = x.flatten(2).transpose(1, 2)                                            # [B,hw,c]
        pooled = self.score(t).float().softmax(1).transpose(1, 2).to(t.dtype) @ t   # [B,4,c]
        pooled = self.pool2(F.relu(self.pool1(pooled.flatten(1))))
        return x + pooled.unsqueeze(-1).unsqueeze(-1)


class Decoder(nn.Module):
    """Prompt maps + photo features -> four masks and their expected IoU. Shapes: see the module text."""

    SIGMAS = (5.0, 40.0)          # widths of the click maps, model-input pixels
    RASTERS = 4 + 2 + 2           # (fg, bg) x widths, box inside + box present, earlier mask + present
    HEAD_INPUTS = 22              # see `judge`
    layout = torch.channels_last  # memory order in training; the trainer sets what is fast on its device

    def __init__(self, hidden=64, dilations=(1, 2, 4)):
        super().__init__()
        self.prompt = nn.Conv2d(self.RASTERS + 2, FUSE16, 4, 4)          # rasters and stride-4 likeness, to stride 16
        self.prompt16 = nn.Conv2d(2, FUSE16, 1, bias=False)              # stride-16 likeness
        self.shuffle = nn.PixelShuffle(2)
        self.blocks = nn.Sequential(*[PromptBlock(FUSE16, hidden, d) for d in dilations])
        self.up8, self.conv8 = nn.Conv2d(FUSE16, 4 * FUSE8, 1), nn.Conv2d(FUSE8, FUSE8, 3, padding=1)
        self.up4, self.conv4 = nn.Conv2d(FUSE8, 4 * FUSE4, 1), nn.Conv2d(FUSE4, FUSE4, 3, padding=1)
        self.raster4 = nn.Conv2d(self.RASTERS + 2, FUSE4, 1, bias=False)
        self.mask = nn.Conv2d(FUSE4, MASK_COUNT, 1)
        self.coarse = nn.Conv2d(FUSE16, MASK_COUNT, 1)
        self.gain = nn.Parameter(torch.tensor([2.0, 2.0]))
        self.iou1, self.iou2 = nn.Linear(self.HEAD_INPUTS, 32), nn.Linear(32, MASK_COUNT)

    @staticmethod
    def _centres(n: int, step: float, like: torch.Tensor) -> torch.Tensor:
        return (torch.arange(n, device=like.device, dtype=torch.float32) + 0.5) * step

    def _hat(self, coords, n: int, stride: int, axis: int):
        """Bilinear weights of every point along one axis, [..., n]: sampling as a matmul needs no GridSample in ONNX."""
        at = (coords[..., axis:axis + 1] / stride).clamp(0.5, n - 0.5)
        return F.relu(1.0 - (at - self._centres(n, 1.0, coords)).abs())

    def likeness(self, looks, coords, fg, bg, stride: int):
        """Highest cosine between the unit vector at a fg (bg) click and everywhere: [B,2,h,w]; -1 without such a click."""
        images, _, h, w = looks.shape
        prompts, points = fg.shape
        flat = looks.flatten(2)
        weights = self._hat(coords, h, stride, 1).unsqueeze(-1) * self._hat(coords, w, stride, 0).unsqueeze(-2)
        query = torch.bmm(weights.reshape(images, -1, h * w), flat.transpose(1, 2))
        cosine = torch.bmm(query.to(flat.dtype), flat).float().reshape(prompts, points, h, w)
        fg4, bg4 = fg.view(prompts, points, 1, 1), bg.view(prompts, points, 1, 1)
        return torch.cat([(cosine * fg4 - (1 - fg4)).max(1, keepdim=True)[0],
                          (cosine * bg4 - (1 - bg4)).max(1, keepdim=True)[0]], 1)

    def rasters(self, coords, labels, mask_input, has_mask, h: int, w: int):
        """Paints the prompts at stride 4: ([B,8,h,w], fg [B,N], bg [B,N])."""
        prompts, points = labels.shape
        gx, gy = self._centres(w, MASK_STRIDE, coords), self._centres(h, MASK_STRIDE, coords)
        fg, bg = (labels == 1).float(), (labels == 0).float()
        dx, dy = coords[..., 0:1] - gx, coords[..., 1:2] - gy
        maps = []
        for sigma in self.SIGMAS:
            bell = torch.exp(-dy * dy / (2 * sigma * sigma)).unsqueeze(-1) * torch.exp(-dx * dx / (2 * sigma * sigma)).unsqueeze(-2)
            maps += [(bell * fg.view(prompts, points, 1, 1)).max(1)[0], (bell * bg.view(prompts, points, 1, 1)).max(1)[0]]
        tl, br = (labels == 2).float().unsqueeze(-1), (labels == 3).float().unsqueeze(-1)
        has_box = (tl.sum(1) * br.sum(1)).clamp(0, 1)
        a, b = (coords * tl).sum(1), (coords * br).sum(1)
        inside_x = torch.sigmoid((gx - a[:, 0:1]) / 2) * torch.sigmoid((b[:, 0:1] - gx) / 2)
        inside_y = torch.sigmoid((gy - a[:, 1:2]) / 2) * torch.sigmoid((b[:, 1:2] - gy) / 2)
        has_box = has_box.unsqueeze(-1)
        box = inside_y.unsqueeze(-1) * inside_x.unsqueeze(-2) * has_box
        one, has_mask = torch.ones_like(box), has_mask.view(prompts, 1, 1)
        earlier = torch.tanh(mask_input[:, 0] / 4) * has_mask
        return torch.stack(maps + [box, one * has_box, earlier, one * has_mask], 1), fg, bg

    def judge(self, masks, fg, bg, labels, has_mask):
        """Inputs of the IoU head, [B,22]: per mask soft IoU, log area, area; agreement of the 6 pairs; prompt counts.

        Only what the masks say: a head on pooled features ranked the candidates worse. No gradient reaches the masks.
        """
        h, w = masks.shape[-2:]
        p = torch.sigmoid(masks.detach())
        hard = (p > 0.5).float()
        area = hard.sum((2, 3))
        soft = (p * hard).sum((2, 3)) / (torch.maximum(p, hard).sum((2, 3)) + 1)
        flat = hard.flatten(2)
        both = torch.bmm(flat, flat.transpose(1, 2))
        mutual = (both + 1) / (area.unsqueeze(2) + area.unsqueeze(1) - both + 1)
        pairs = torch.cat([mutual[:, 0, 1:], mutual[:, 1, 2:], mutual[:, 2, 3:]], 1)
        counts = [fg.sum(1, keepdim=True).clamp(0, 6) / 6, bg.sum(1, keepdim=True).clamp(0, 6) / 6,
                  (labels == 2).float().sum(1, keepdim=True), has_mask.view(-1, 1)]
        return torch.cat([soft, torch.log(area + 1) / 8, area / (h * w), pairs] + counts, 1)

    def iou_head(self, inputs):
        """[R,22] -> expected IoU [R,4] in 0..1."""
        return torch.sigmoid(self.iou2(F.relu(self.iou1(inputs))).float())

    def forward(self, embeddings, feats4, feats8, coords, labels, mask_input, has_mask):
        prompts = labels.shape[0]
        images = embeddings.shape[0]
        h, w = feats4.shape[-2:]
        def spread(t):
            """One photo broadcasts; of several (training) each owns prompts / images consecutive prompts."""
            if images == 1:
                return t
            return t.unsqueeze(1).expand(-1, prompts // images, -1, -1, -1).flatten(0, 1)   # repeat_interleave has a slow backward

        maps, fg, bg = self.rasters(coords, labels, mask_input, has_mask, h, w)
        like4 = self.likeness(feats4[:, FUSE4:], coords, fg, bg, 4)
        like16 = self.likeness(embeddings[:, FUSE16:], coords, fg, bg, 16)
        maps = torch.cat([maps, like4 * self.gain[0]], 1)
        x = self.prompt(maps)
        x = x + self.prompt16(like16 * self.gain[1]) + spread(embeddings[:, :FUSE16].to(x.dtype))
        if self.training:
            x = x.contiguous(memory_format=self.layout)
        x = self.blocks(x)
        y = F.relu(self.shuffle(self.up8(x)) + spread(feats8.to(x.dtype)))
        y = F.relu(y + self.conv8(y))
        z = F.relu(self.shuffle(self.up4(y)) + spread(feats4[:, :FUSE4].to(x.dtype)) + self.raster4(maps))
        z = F.relu(z + self.conv4(z))
        masks = self.mask(z).float() + F.interpolate(self.coarse(x).float(), scale_factor=4.0, mode='bilinear', align_corners=False)
        return masks, self.iou_head(self.judge(masks, fg, bg, labels, has_mask))


class Segmenter(nn.Module):
    """Encoder and decoder with the arguments they were built from, so that a checkpoint can rebuild itself."""

    def __init__(self, encoder: dict | None = None, decoder: dict | None = None):
        super().__init__()
        self.arguments = dict(encoder=dict(encoder or {}), decoder=dict(decoder or {}))
        self.encoder, self.decoder = Encoder(**self.arguments['encoder']), Decoder(**self.arguments['decoder'])


def count_macs(model: Segmenter, side: int) -> tuple[int, int]:
    """Multiply-accumulates of the conv and linear layers: (encoder per photo, decoder per prompt). Attention products not counted."""
    total = [0]

    def hook(layer, _, out):
        if isinstance(layer, nn.Conv2d):
            total[0] += out.shape[1] * out.shape[2] * out.shape[3] * layer.weight[0].numel()
        else:
            total[0] += out.numel() * layer.weight.shape[1]

    hooks = [m.register_forward_hook(hook) for m in model.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    model.eval()
    with torch.no_grad():
        feats = model.encoder(torch.zeros(1, 3, side, side))
        encoder = total[0]
        model.decoder(*feats, torch.full((1, 1, 2), side / 2), torch.ones(1, 1),
                      torch.zeros(1, 1, side // 4, side // 4), torch.zeros(1))
    for h in hooks:
        h.remove()
    return encoder, total[0] - encoder
