"""Trains a shipped pair on a team's own labels, with replay of what it knew.

Batch norms stay as they are (a few hundred photos are too few to estimate them anew), the learning rate is low, and a
share of every batch comes from rendered scenes so that shapes outside the dataset are not forgotten.
"""
from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import torch

from . import dataset, pack
from .calibrate import calibrate
from .checkpoints import load, load_network
from .config import Config, Phase, Source
from .export import export
from .train import Budget, Trainer

DATASET = 'dataset'
REPLAY_RENDERS = 200


def finetune_config(base: Config, seed: int = 0, replay: float = 0.2, lr: float = 2e-4) -> Config:
    """The experiment derived from the base: one phase at the deployed side, frozen norms, `replay` share of renders."""
    return dataclasses.replace(
        base, name='finetune', seed=seed, phases=(Phase(0.0, base.side, 4),),
        data=dataclasses.replace(base.data, sources=(Source(DATASET, 1 - replay), Source(pack.RENDERS, replay, 'all')), renders=REPLAY_RENDERS,
                                 whole=0.5, centred=0.35, paste=0.2),
        loss=dataclasses.replace(base.loss, balanced_until=0.0),
        optim=dataclasses.replace(base.optim, lr=lr, warmup=30, ema=0.99, freeze_norms=True),
        calibration=dataclasses.replace(base.calibration, batches=40, steps=500))


def finetune(model: Path, data: Path, work: Path, budget: Budget, out: Path, identity: dict | None = None, device: str = 'cpu', procs: int = 1,
             seed: int = 0, say=print, photos: Path | None = None) -> dict:
    """Fine-tunes `model` on the retraining set `data` (folder or zip) and exports the pair to `out`; resumes from `work`.

    photos: folder of the photos when the set holds references only. Returns the export's facts.
    """
    net, base = load(model)
    config = finetune_config(base, seed)
    work = Path(work)
    packed = work / 'pack.bin'
    renders_only = dataclasses.replace(config.data, sources=config.data.sources[1:])
    if not packed.exists():
        pack.build(Path('.'), packed, renders_only)
    pools = [dataset.read(data, config.data.pack_side, photos), *pack.load(packed, renders_only)]
    say(json.dumps(dict(photos=len(pools[0]), masks=sum(len(set(m.ravel()) - {0}) for i in pools[0] for m in i.labels))))
    trainer = Trainer(config, work, budget, device, procs, start_from=net.state_dict())
    final = trainer.run(pools, say)
    tuned, _ = load_network(final)
    say(json.dumps(calibrate(tuned, config, pools)))
    facts = export(tuned, config.side, out, identity or dict(id='finetuned', title='Fine-tuned', license='as the dataset', source='finetune'))
    say(json.dumps(facts))
    return facts
