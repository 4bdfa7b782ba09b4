"""Writes encoder.onnx, decoder.onnx and manifest.json: batch norms folded, weights stored as float16.

float16 storage: each large float32 weight becomes a float16 initialiser and a Cast, which runtimes fold at load. The
arithmetic stays float32, the download halves.
"""
from __future__ import annotations

import copy
import hashlib
import inspect
import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch.nn.utils.fusion import fuse_conv_bn_eval

from .checkpoints import RECIPE
from .model import MEAN, STD, ConvNorm, Segmenter, count_macs

OPSET = 17
SMALLEST_HALF = 1024           # bytes; biases and norms stay float32
LIMIT_BYTES = 24 * 2 ** 20     # both files together
ENCODER_OUTPUTS = ('image_embeddings', 'high_res_feats_0', 'high_res_feats_1')
DECODER_INPUTS = (*ENCODER_OUTPUTS, 'point_coords', 'point_labels', 'mask_input', 'has_mask_input')
DECODER_OUTPUTS = ('low_res_masks', 'iou_predictions')


class _Plain(torch.nn.Module):
    """The encoder without its training-only output: the exporter traces forward with one argument."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder

    def forward(self, image):
        return self.encoder(image)


def _trace(module, example, path: Path, **names) -> None:
    """torch.onnx.export by tracing: newer releases default to another exporter, which names and folds differently."""
    legacy = dict(dynamo=False) if 'dynamo' in inspect.signature(torch.onnx.export).parameters else {}
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')                      # remarks on branches that a deployed call never takes
        torch.onnx.export(module, example, str(path), opset_version=OPSET, **names, **legacy)


def folded(net: Segmenter) -> Segmenter:
    """A copy in eval mode whose batch norms are part of the convolutions before them."""
    net = copy.deepcopy(net).eval()
    for m in net.modules():
        if isinstance(m, ConvNorm):
            m[0] = fuse_conv_bn_eval(m[0], m[1])
            m[1] = torch.nn.Identity()
    return net.to(memory_format=torch.contiguous_format)


def store_half(model: onnx.ModelProto) -> None:
    """Replaces large float32 initialisers by float16 ones and Casts, in place."""
    graph = model.graph
    kept, casts = [], []
    for t in graph.initializer:
        a = numpy_helper.to_array(t)
        if t.data_type != TensorProto.FLOAT or a.nbytes < SMALLEST_HALF:
            kept.append(t)
            continue
        half = a.astype(np.float16)
        if not np.isfinite(half).all():
            raise ValueError(f'{t.name}: largest weight {np.abs(a).max():.3g} is over the float16 limit of 65504')
        kept.append(numpy_helper.from_array(half, t.name + '_half'))
        casts.append(helper.make_node('Cast', [t.name + '_half'], [t.name], to=TensorProto.FLOAT))
    nodes = casts + list(graph.node)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)


def name_weights(model: onnx.ModelProto, net: torch.nn.Module, prefix: str) -> None:
    """Names transposed matrices, which the tracer calls onnx::MatMul_123, after their parameter plus '_t', in place.

    With that a pair can be read back as a network and trained on (checkpoints.load_pair).
    """
    known = {t.name for t in model.graph.initializer}
    matrices = {prefix + k: v.numpy() for k, v in net.state_dict().items() if v.ndim == 2 and prefix + k not in known}
    renamed = {}
    for t in model.graph.initializer:
        if t.name.startswith('onnx::MatMul'):
            a = numpy_helper.to_array(t)
            match = next((k for k, v in matrices.items() if v.T.shape == a.shape and np.array_equal(v.T, a)), None)
            if match is not None:
                matrices.pop(match)
                renamed[t.name] = match + '_t'
                t.name = match + '_t'
    for node in model.graph.node:
        for i, name in enumerate(node.input):
            if name in renamed:
                node.input[i] = renamed[name]


def fix_shapes(model: onnx.ModelProto, side: int) -> None:
    """States the sides of the mask output, which the tracer leaves symbolic, in place."""
    for output in model.graph.output:
        if output.name == 'low_res_masks':
            for i in (2, 3):
                output.type.tensor_type.shape.dim[i].Clear()
                output.type.tensor_type.shape.dim[i].dim_value = side // 4


def described(path: Path) -> dict:
    return dict(path=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), bytes=path.stat().st_size)


def manifest(folder: Path, side: int, identity: dict) -> dict:
    """The manifest the product reads: what the tensors are called and who resizes, pads and normalises."""
    roles = dict(embedding='image_embeddings', highRes0='high_res_feats_0', highRes1='high_res_feats_1')
    return dict(
        **identity, family='maskloop', side=side,
        encoder=dict(file=described(folder / 'encoder.onnx'), input=dict(name='image', layout='nchw'), resize='caller', fit='pad', pad='caller',
                     normalize=dict(where='caller', mean=list(MEAN), std=list(STD)), outputs=roles),
        decoder=dict(file=described(folder / 'decoder.onnx'),
                     inputs=dict(**roles, coords='point_coords', labels='point_labels', maskInput='mask_input', hasMask='has_mask_input'),
                     outputs=dict(lowRes='low_res_masks', iou='iou_predictions'),
                     labelDtype='float32', coordFrame='model', promptRank=3, boxStyle='points-last', padToken='graph', ignoreLabel=-1,
                     promptBatch='dynamic', hasMaskShape='per-prompt', maskTokens=4, lowResSide=side // 4, maskThreshold=0,
                     loneClick='all'))             # channel 0 learns from lone clicks, too, and so does its predicted IoU


def export(net: Segmenter, side: int, folder: Path, identity: dict | None = None) -> dict:
    """Writes the pair and its manifest into `folder`; returns sizes and costs. `identity`: id, title, license, source of the manifest."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    net = folded(net)
    image = torch.zeros(1, 3, side, side)
    _trace(_Plain(net.encoder), (image,), folder / 'encoder.onnx', input_names=['image'], output_names=list(ENCODER_OUTPUTS))
    with torch.no_grad():
        feats = net.encoder(image)
    prompts, points = 2, 3                                   # examples; both axes are dynamic
    example = (*feats, torch.rand(prompts, points, 2) * side, torch.ones(prompts, points),
               torch.zeros(prompts, 1, side // 4, side // 4), torch.zeros(prompts))
    _trace(net.decoder, example, folder / 'decoder.onnx', input_names=list(DECODER_INPUTS), output_names=list(DECODER_OUTPUTS),
           dynamic_axes={**{k: {0: 'B'} for k in ('mask_input', 'has_mask_input', *DECODER_OUTPUTS)},
                         'point_coords': {0: 'B', 1: 'N'}, 'point_labels': {0: 'B', 1: 'N'}})
    recipe = json.dumps(dict(net.arguments, side=side, gain=net.decoder.gain.tolist()))
    for name, part, prefix in (('encoder.onnx', net.encoder, 'encoder.'), ('decoder.onnx', net.decoder, '')):
        model = onnx.load(str(folder / name))
        name_weights(model, part, prefix)
        helper.set_model_props(model, {RECIPE: recipe})
        store_half(model)
        fix_shapes(model, side)
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, str(folder / name))
    total = sum((folder / n).stat().st_size for n in ('encoder.onnx', 'decoder.onnx'))
    if total > LIMIT_BYTES:
        raise ValueError(f'export: the pair has {total} bytes, over the limit of {LIMIT_BYTES}')
    identity = identity or dict(id='maskloop-everyday', title='Maskloop everyday', license='Apache-2.0', source='trainer/')
    (folder / 'manifest.json').write_text(json.dumps(manifest(folder, side, identity), indent=2) + '\n')
    encoder_macs, decoder_macs = count_macs(net, side)
    return dict(bytes=total, encoder_gmac=round(encoder_macs / 1e9, 3), decoder_gmac=round(decoder_macs / 1e9, 4),
                parameters=sum(p.numel() for p in net.parameters()))
