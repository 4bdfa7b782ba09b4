"""Reading networks back: from a run's checkpoint, or from an exported pair (which is all a deployment has)."""
from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper

from .config import Config, from_dict
from .model import ConvNorm, Segmenter

RECIPE = 'maskloop.network'      # metadata key of the exported files: JSON of what the weights alone do not say


def read_state(path: Path, device='cpu') -> dict:
    """A checkpoint file as written by Trainer.save, tensors on `device`."""
    # loading without running pickled code; 1.13's restricted unpickler does not even know floats
    safe = dict(weights_only=True) if int(torch.__version__.split('.')[0]) >= 2 else {}
    return torch.load(path, map_location=device, **safe)


def load_network(path: Path, averaged: bool = True) -> tuple[Segmenter, Config]:
    """The network of a checkpoint in eval mode (the moving average unless told otherwise) and its config."""
    state = read_state(path)
    config = from_dict(state['config'])
    net = Segmenter(config.encoder, config.decoder)
    net.load_state_dict(state['ema' if averaged else 'net'])
    return net.eval(), config


def _stored(path: Path) -> tuple[dict[str, torch.Tensor], dict]:
    """Weights of an exported file by parameter name, float32, and its recipe."""
    model = onnx.load(str(path))
    recipes = {p.key: p.value for p in model.metadata_props}
    if RECIPE not in recipes:
        raise ValueError(f'{path}: metadata {RECIPE!r} is missing; only files written by this exporter can be read back')
    weights = {}
    for t in model.graph.initializer:
        name = t.name[:-len('_half')] if t.name.endswith('_half') else t.name
        value = torch.from_numpy(numpy_helper.to_array(t).astype('float32'))
        weights[name[:-len('_t')] if name.endswith('_t') else name] = value.T if name.endswith('_t') else value
    return weights, json.loads(recipes[RECIPE])


def load_pair(folder: Path) -> tuple[Segmenter, int]:
    """The network of an exported pair in eval mode, and its side. Weights have float16 precision.

    The export folded the batch norms, so here they pass values through: train on with `freeze_norms`. The boundary head
    was not exported and starts anew.
    """
    folder = Path(folder)
    encoder, recipe = _stored(folder / 'encoder.onnx')
    decoder, _ = _stored(folder / 'decoder.onnx')
    net = Segmenter(recipe['encoder'], recipe['decoder'])
    state = net.state_dict()
    found = {**encoder, **{f'decoder.{k}': v for k, v in decoder.items()}, 'decoder.gain': torch.tensor(recipe['gain'])}
    for name, module in net.named_modules():
        if isinstance(module, ConvNorm):
            conv, norm = f'{name}.0', f'{name}.1'
            found[f'{norm}.bias'] = found.pop(f'{conv}.bias')
            # running mean 0 and variance 1 with weight sqrt(1 + eps): exactly the identity
            found[f'{norm}.weight'] = torch.full_like(state[f'{norm}.weight'], (1 + module[1].eps) ** 0.5)
            found[f'{norm}.running_mean'], found[f'{norm}.running_var'] = state[f'{norm}.running_mean'], state[f'{norm}.running_var']
    allowed = {k for k in state if k.startswith('encoder.edge.') or k.endswith('num_batches_tracked')}
    missing = [k for k in state if k not in found and k not in allowed]
    if missing:
        raise ValueError(f'{folder}: weight {missing[0]!r} is missing ({len(missing)} in all): exported by another version of the trainer, or never trained')
    net.load_state_dict({**state, **{k: v for k, v in found.items() if k in state}})
    return net.eval(), recipe['side']


def load(path: Path) -> tuple[Segmenter, Config]:
    """Network and config of a folder with an exported pair, or of a checkpoint file."""
    path = Path(path)
    if path.is_dir():
        net, side = load_pair(path)
        return net, Config(side=side, encoder=net.arguments['encoder'], decoder=net.arguments['decoder'])
    return load_network(path)


def average(paths: list[Path], out: Path) -> None:
    """Writes a checkpoint with the mean of the weights of several legs; its config is that of the last.

    Legs that began with the same weights lie in one valley, where the mean is often better than each of them (model soups,
    arXiv 2203.05482). The paths are checkpoints or folders of exported pairs. Raises ValueError where the networks differ.
    """
    networks = [load(path) for path in paths]
    states = [net.state_dict() for net, _ in networks]
    for path, state in zip(paths, states):
        if {k: v.shape for k, v in state.items()} != {k: v.shape for k, v in states[0].items()}:
            raise ValueError(f'{path}: another network than that of {paths[0]}')
    mean = {k: sum(state[k] for state in states) / len(states) if v.dtype.is_floating_point else v for k, v in states[-1].items()}
    torch.save(dict(config=dataclasses.asdict(networks[-1][1]), step=0, crops=0, net=mean, ema=mean), out)
