"""The loop: it learns, it survives a kill, it repeats itself."""
import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from maskloop_trainer import pack
from maskloop_trainer.config import Config, experiment, from_dict
from maskloop_trainer.crops import Mixture
from maskloop_trainer.curves import draw, read_log
from maskloop_trainer.train import Budget, Trainer, learning_rate

ROOT = Path(__file__).resolve().parents[1]


def test_the_loss_falls_on_renders_within_a_minute(tiny_pools, tmp_path):
    start = time.time()
    trainer = Trainer(experiment('tiny'), tmp_path, Budget(steps=60))
    trainer.run(tiny_pools, say=lambda _: None)
    rows = read_log(tmp_path / 'log.jsonl')
    first, last = np.mean([r['loss'] for r in rows[3:10]]), np.mean([r['loss'] for r in rows[-10:]])
    assert len(rows) == 60
    assert last < 0.85 * first
    assert draw(tmp_path).stat().st_size > 5000


def test_a_killed_run_resumes_to_the_same_step_count_and_weights(tmp_path):
    """kill -9 in the middle, resume, compare with a run that was left alone."""
    command = [sys.executable, '-m', 'maskloop_trainer', 'train', '--experiment', 'tiny', '--data', '.', '--steps', '24', '--procs', '0', '--threads', '1']
    env = dict(os.environ, PYTHONPATH=str(ROOT), MASKLOOP_CHECKPOINT_S='0', OMP_NUM_THREADS='1')
    whole, killed = tmp_path / 'whole', tmp_path / 'killed'
    subprocess.run([*command, '--work', str(whole)], env=env, check=True, stdout=subprocess.DEVNULL, cwd=tmp_path)
    process = subprocess.Popen([*command, '--work', str(killed)], env=env, stdout=subprocess.DEVNULL, cwd=tmp_path)
    while not (killed / 'checkpoint.pt').exists() or torch.load(killed / 'checkpoint.pt')['step'] < 5:
        assert process.poll() is None, 'the run ended before it could be killed'
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (killed / 'final.pt').exists()
    subprocess.run([*command, '--work', str(killed)], env=env, check=True, stdout=subprocess.DEVNULL, cwd=tmp_path)
    a, b = torch.load(whole / 'final.pt'), torch.load(killed / 'final.pt')
    assert a['step'] == b['step'] == 24
    assert a['crops'] == b['crops']
    assert [r['step'] for r in read_log(killed / 'log.jsonl')] == list(range(1, 25))
    for key, value in a['ema'].items():
        assert torch.allclose(value.float(), b['ema'][key].float(), atol=1e-5), key


def test_batches_depend_on_seed_and_step_alone(tiny_pools):
    config = experiment('tiny')
    one, two = Mixture(tiny_pools, config), Mixture(tiny_pools, config)
    two.batch((0, 1), 3, 96, 2)                       # history must not matter
    for a, b in zip(one.batch((0, 7), 3, 96, 2), two.batch((0, 7), 3, 96, 2)):
        assert (a == b).all()
    assert (one.batch((0, 8), 3, 96, 2)[0] != two.batch((0, 7), 3, 96, 2)[0]).any()


def test_a_batch_has_the_stated_shapes_and_frames(tiny_pools):
    image, coverage, clicks, boxes, boundary, dense = Mixture(tiny_pools, experiment('tiny')).batch((1, 1), 4, 96, 3)
    assert image.shape == (4, 96, 96, 3) and image.dtype == np.uint8
    assert coverage.shape == (4, 3, 24, 24) and coverage.max() <= 16
    assert boundary.shape == (4, 24, 24) and dense.shape == (4,)
    for b in range(4):
        for p in range(3):
            x, y = (clicks[b, p] // 4).astype(int)
            assert coverage[b, p, y, x] > 0
            x0, y0, x1, y1 = boxes[b, p]
            assert x0 <= clicks[b, p, 0] <= x1 and y0 <= clicks[b, p, 1] <= y1


def test_a_checkpoint_of_another_experiment_is_refused(tmp_path):
    Trainer(experiment('tiny'), tmp_path, Budget(steps=1)).save()
    with pytest.raises(ValueError, match='checkpoint: made by experiment'):
        Trainer(dataclasses.replace(experiment('tiny'), name='other'), tmp_path, Budget(steps=1))


def test_a_budget_is_exactly_one_of_three():
    with pytest.raises(ValueError, match='exactly one'):
        Budget()
    with pytest.raises(ValueError, match='exactly one'):
        Budget(steps=1, minutes=1)
    assert Budget(steps=10).fraction(5) == 0.5
    assert Budget(minutes=2, worked=60).fraction(0) == 0.5


def test_the_learning_rate_warms_up_and_ends_at_its_floor():
    config = Config()
    assert learning_rate(config, 0, 0.0) == pytest.approx(config.optim.lr / config.optim.warmup)
    assert learning_rate(config, 1000, 0.0) == pytest.approx(config.optim.lr)
    assert learning_rate(config, 1000, 1.0) == pytest.approx(config.optim.lr * config.optim.floor)


def test_a_config_survives_json():
    config = Config()
    assert from_dict(json.loads(config.to_json())) == config


@pytest.mark.parametrize('name', ['coco-val', 'facades-test', 'nuts-18', 'BSDS500'])
def test_held_out_and_non_permitted_sets_cannot_be_packed(name, tmp_path):
    from maskloop_trainer.config import Data, Source
    with pytest.raises(ValueError, match='must not be trained on'):
        pack.build(tmp_path, tmp_path / 'pack.bin', Data(sources=(Source(name, 1.0),)))


def test_renders_depend_on_seed_and_index_alone():
    from maskloop_trainer.scenes import render
    a, b = render(1, 5, 96), render(1, 5, 96)
    assert (a[0] == b[0]).all() and (a[1] == b[1]).all()
    assert (render(2, 5, 96)[0] != a[0]).any()
    assert a[1].shape == (2, 96, 96) and a[0].dtype == np.uint8


def test_passes_that_only_lead_on_to_the_last_cost_no_gradient(tiny_pools, tmp_path):
    base = experiment('tiny')
    for middle, learnt in ((True, [True] * 4), (False, [True, False, False, True])):
        config = dataclasses.replace(base, prompts=dataclasses.replace(base.prompts, rounds=(0.0, 0.0, 1.0), middle=middle))
        trainer = Trainer(config, tmp_path / str(middle), Budget(steps=10))
        passes = []
        trainer.net.decoder.register_forward_hook(lambda *_: passes.append(torch.is_grad_enabled()))
        line = trainer.advance(Mixture(tiny_pools, config).batch((0, 0), 2, 96, 4), 0.5)
        assert passes == learnt and line['norm'] > 0


def test_frozen_parts_stay_as_they_were(tiny_pools, tmp_path):
    base = experiment('tiny')
    config = dataclasses.replace(base, optim=dataclasses.replace(base.optim, frozen=('encoder.stem',), freeze_norms=True))
    trainer = Trainer(config, tmp_path, Budget(steps=10))
    before = {k: v.clone() for k, v in trainer.net.state_dict().items()}
    trainer.advance(Mixture(tiny_pools, config).batch((0, 0), 2, 96, 4), 0.5)
    changed = {k for k, v in trainer.net.state_dict().items() if not torch.equal(v, before[k])}
    assert changed and not any(k.startswith('encoder.stem.') for k in changed)
    assert from_dict(json.loads(config.to_json())) == config
