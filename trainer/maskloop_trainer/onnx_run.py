"""Runs the exported files with torch, so that what is measured is what ships, without a second runtime.

Covers the operators our exporter writes (and those of older files with the same contract); anything else is an error.
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import helper, numpy_helper

DTYPES = {1: torch.float32, 6: torch.int32, 7: torch.int64, 9: torch.bool, 10: torch.float16, 11: torch.float64}


def _ints(t) -> list[int]:
    return [int(v) for v in t.reshape(-1).tolist()]


def _reshape(x, shape):
    dims = _ints(shape)
    return x.reshape([x.shape[i] if d == 0 else d for i, d in enumerate(dims)])


def _slice(x, starts, ends, axes=None, steps=None):
    axes = _ints(axes) if axes is not None else range(len(_ints(starts)))
    steps = _ints(steps) if steps is not None else [1] * len(_ints(starts))
    index = [slice(None)] * x.dim()
    for start, end, axis, step in zip(_ints(starts), _ints(ends), axes, steps):
        if step < 1:
            raise NotImplementedError(f'Slice: step is {step}, expected at least 1')
        index[axis] = slice(start, end, step)
    return x[tuple(index)]


def _resize(x, roi=None, scales=None, sizes=None, **a):
    if a.get('mode') != b'linear' or a.get('coordinate_transformation_mode') not in (b'half_pixel', b'pytorch_half_pixel'):
        raise NotImplementedError(f"Resize: mode {a.get('mode')} is not supported, expected linear with half pixels")
    size = _ints(sizes)[2:] if sizes is not None and sizes.numel() else [round(n * s) for n, s in zip(x.shape[2:], scales.tolist()[2:])]
    return F.interpolate(x, size=size, mode='bilinear', align_corners=False)


def _conv(x, w, b=None, **a):
    pads = a.get('pads', [0, 0, 0, 0])
    if pads[:2] != pads[2:]:
        raise NotImplementedError(f'Conv: pads {pads} differ between the sides, expected equal ones')
    return F.conv2d(x, w, b, a.get('strides', [1, 1]), pads[:2], a.get('dilations', [1, 1]), a.get('group', 1))


def _reduce(fn):
    def run(x, axes=None, keepdims=1):
        # opset 17 has axes as an attribute of ReduceMax and as an input of ReduceSum
        axes = list(range(x.dim())) if axes is None else axes if isinstance(axes, list) else _ints(axes)
        return fn(x, dim=axes, keepdim=bool(keepdims))
    return run


def _transpose(x, perm):
    return x.permute(*perm)


def _depth_to_space(x, blocksize, mode=b'DCR'):
    if mode != b'CRD':
        raise NotImplementedError(f'DepthToSpace: mode is {mode}, expected CRD')
    return F.pixel_shuffle(x, blocksize)


def _gemm(a, b, c=None, alpha=1.0, beta=1.0, transA=0, transB=0):
    out = alpha * ((a.T if transA else a) @ (b.T if transB else b))
    return out if c is None else out + beta * c


def _divide(a, b):
    return torch.div(a, b, rounding_mode='trunc') if not a.is_floating_point() else a / b


def _gather(x, index, axis=0):
    if index.dim() == 0:
        return x.select(axis, int(index))
    return x.index_select(axis, index.reshape(-1)).reshape(x.shape[:axis] + index.shape + x.shape[axis + 1:])


def _unsqueeze(x, axes):
    for axis in sorted(_ints(axes)):
        x = x.unsqueeze(axis)
    return x


def _squeeze(x, axes=None):
    for axis in sorted(_ints(axes), reverse=True):
        x = x.squeeze(axis)
    return x


def _split(x, split=None, axis=0):
    return torch.split(x, _ints(split) if split is not None else 1, axis)


def _constant_of_shape(shape, value=None):
    v = torch.from_numpy(numpy_helper.to_array(value).copy()) if value is not None else torch.zeros(1)
    return torch.full(_ints(shape), v.item(), dtype=v.dtype)


def _range(start, limit, delta):
    return torch.arange(start.item(), limit.item(), delta.item(), dtype=start.dtype)


OPERATORS = dict(
    Abs=torch.abs, Add=lambda a, b: a + b, And=torch.logical_and, BatchNormalization=None,
    Cast=lambda x, to: x.to(DTYPES[to]), Clip=lambda x, lo=None, hi=None: torch.clamp(x, lo, hi),
    Concat=lambda *x, axis: torch.cat(x, axis), ConstantOfShape=_constant_of_shape, Conv=_conv, DepthToSpace=_depth_to_space,
    Div=_divide, Equal=torch.eq, Erf=torch.erf, Exp=torch.exp, Expand=lambda x, shape: x * torch.ones(_ints(shape), dtype=x.dtype),
    Flatten=lambda x, axis=1: x.flatten(0, axis - 1).flatten(1) if axis > 1 else x.flatten(1), Gather=_gather, Gemm=_gemm,
    Greater=torch.gt, Identity=lambda x: x,
    LayerNormalization=lambda x, w, b, axis=-1, epsilon=1e-5: F.layer_norm(x, x.shape[axis:], w, b, epsilon),
    Less=torch.lt, Log=torch.log, MatMul=torch.matmul, Max=lambda a, b: torch.maximum(a, b), Min=lambda a, b: torch.minimum(a, b),
    Mul=lambda a, b: a * b, Neg=torch.neg, Not=torch.logical_not, Pow=torch.pow, Range=_range, Reciprocal=torch.reciprocal,
    ReduceMax=_reduce(torch.amax), ReduceMean=_reduce(torch.mean), ReduceSum=_reduce(torch.sum), Relu=F.relu, Reshape=_reshape, Resize=_resize,
    Shape=lambda x: torch.tensor(x.shape, dtype=torch.int64), Sigmoid=torch.sigmoid, Slice=_slice,
    Softmax=lambda x, axis=-1: x.softmax(axis), Split=_split, Sqrt=torch.sqrt, Squeeze=_squeeze, Sub=lambda a, b: a - b, Tanh=torch.tanh,
    Transpose=_transpose, Unsqueeze=_unsqueeze, Where=torch.where,
)


class OnnxModule:
    """A loaded ONNX graph. Call with named tensors; returns the outputs in graph order."""

    def __init__(self, path: Path | str):
        graph = onnx.load(str(path)).graph
        self.inputs, self.outputs = [i.name for i in graph.input], [o.name for o in graph.output]
        self.constants = {t.name: self._tensor(t) for t in graph.initializer}
        self.nodes = []
        for node in graph.node:
            attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
            if node.op_type == 'Constant':
                self.constants[node.output[0]] = self._tensor(attributes['value'])
            elif node.op_type == 'Cast' and node.input[0] in self.constants:      # float16 storage
                self.constants[node.output[0]] = self.constants[node.input[0]].to(DTYPES[attributes['to']])
            elif OPERATORS.get(node.op_type) is None:
                raise NotImplementedError(f'{path}: operator {node.op_type} is not supported')
            else:
                for unused in ('allowzero', 'cubic_coeff_a', 'nearest_mode', 'auto_pad', 'kernel_shape', 'stash_type'):
                    attributes.pop(unused, None)
                self.nodes.append((OPERATORS[node.op_type], list(node.input), list(node.output), attributes))
        self.last_use = {}
        for i, (_, reads, _, _) in enumerate(self.nodes):
            for name in reads:
                self.last_use[name] = i

    @staticmethod
    def _tensor(proto) -> torch.Tensor:
        return torch.from_numpy(np.array(numpy_helper.to_array(proto)))

    @torch.no_grad()
    def __call__(self, **inputs: torch.Tensor) -> list[torch.Tensor]:
        missing = [n for n in self.inputs if n not in inputs]
        if missing:
            raise ValueError(f'inputs: {missing[0]} is missing, expected {self.inputs}')
        values = dict(self.constants, **inputs)
        for i, (run, reads, writes, attributes) in enumerate(self.nodes):
            out = run(*[values[n] if n else None for n in reads], **attributes)
            for name, value in zip(writes, out if isinstance(out, (tuple, list)) else (out,)):
                values[name] = value
            for name in reads:
                if self.last_use.get(name) == i and name not in self.constants and name not in self.outputs:
                    values.pop(name, None)
        return [values[n] for n in self.outputs]
