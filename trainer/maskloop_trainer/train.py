"""The training loop: schedule by time or by steps, resumable after kill -9, one JSON line a step.

All randomness is a function of (seed, step), so a resumed run draws the batches the dead one would have drawn.
"""
from __future__ import annotations

import copy
import dataclasses
import json
import math
import os
import time
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch

from . import pack
from .checkpoints import read_state
from .config import Config, from_dict
from .crops import Mixture
from .losses import edge_loss, prompt_loss
from .model import MEAN, STD, Segmenter
from .prompts import corrective_clicks, first_prompts

MASK_CLAMP = 12.0           # mask feedback is clamped so that one confident pass cannot saturate the next
CHECKPOINT_EVERY_S = float(os.environ.get('MASKLOOP_CHECKPOINT_S', 150))


@dataclass
class Budget:
    """How long a run lasts: exactly one of `steps`, `minutes` (of work, pauses excluded) or `until` (unix time).

    The learning rate and the phases follow `fraction`. Wall-clock budgets suit machines whose speed varies.
    """
    steps: int | None = None
    minutes: float | None = None
    until: float | None = None
    started: float = 0.0        # unix time of the very first step
    worked: float = 0.0         # seconds, summed over resumed pieces

    def __post_init__(self):
        if sum(v is not None for v in (self.steps, self.minutes, self.until)) != 1:
            raise ValueError('budget: give exactly one of steps, minutes, until')

    def fraction(self, step: int) -> float:
        """Share of the budget spent, 0..; 1 or more ends the run."""
        if self.steps is not None:
            return step / self.steps
        if self.minutes is not None:
            return self.worked / 60 / self.minutes
        return (time.time() - self.started) / max(1.0, self.until - self.started)


_mixture: Mixture | None = None


def _feed(args):
    return _mixture.batch(*args)


class Feeder:
    """Keeps a few batches in flight in background processes; `procs` 0 makes them in line."""

    DEPTH = 4

    def __init__(self, mixture: Mixture, procs: int, seed: int, prompts: int):
        global _mixture
        _mixture = mixture          # inherited by fork: the decoded pack is shared, not copied
        self.mixture, self.seed, self.prompts = mixture, seed, prompts
        self.pool = get_context('fork').Pool(procs) if procs else None
        self.queue: list[tuple[tuple, object]] = []

    def get(self, step: int, side: int, count: int) -> list[np.ndarray]:
        """The batch of `step`; queued work for another step or shape is dropped."""
        if self.pool is None:
            return self.mixture.batch((self.seed, step), count, side, self.prompts)
        if self.queue and self.queue[0][0] != (step, side, count):
            self.queue = []
        ahead = self.queue[-1][0][0] + 1 if self.queue else step
        while len(self.queue) < self.DEPTH:
            job = self.pool.apply_async(_feed, (((self.seed, ahead), count, side, self.prompts),))
            self.queue.append(((ahead, side, count), job))
            ahead += 1
        return self.queue.pop(0)[1].get()

    def close(self):
        if self.pool is not None:
            self.pool.terminate()


def to_tensors(batch: list[np.ndarray], device: torch.device):
    """Numpy batch -> (image f32 [B,3,S,S] normalised, target [B*P,S/4,S/4] 0..1, clicks [B*P,2], boxes [B*P,4], boundary, dense)."""
    image, coverage, clicks, boxes, boundary, dense = [torch.from_numpy(np.asarray(a)).to(device, non_blocking=True) for a in batch]
    x = (image.float() - torch.tensor(MEAN, device=device)) / torch.tensor(STD, device=device)
    return x.permute(0, 3, 1, 2), coverage.flatten(0, 1).float() / 16, clicks.flatten(0, 1), boxes.flatten(0, 1), boundary, dense


def has_fast_bfloat16(device: torch.device) -> bool:
    """False on CPUs without AVX-512 (read from Linux's list): there bfloat16 is emulated and about ten times slower than float32."""
    if device.type != 'cpu':
        return True
    try:
        return 'avx512' in Path('/proc/cpuinfo').read_text()
    except OSError:
        return False


def fast_layout(device: torch.device) -> torch.memory_format:
    """Memory order in which convolutions train fastest: oneDNN's AVX2 kernels for channels_last are a quarter slower than its others."""
    return torch.channels_last if has_fast_bfloat16(device) else torch.contiguous_format


def compiled(module: torch.nn.Module, device: torch.device) -> torch.nn.Module:
    """The module compiled, sharing its weights, where that pays: on CUDA, from PyTorch 2 on. Elsewhere the module itself.

    Only for modules whose shapes seldom change: each new shape compiles anew.
    """
    if device.type != 'cuda' or not hasattr(torch, 'compile'):
        return module
    import torch._dynamo
    torch._dynamo.config.suppress_errors = True      # a machine without compiler or Triton trains as written
    return torch.compile(module)


def learning_rate(config, step: int, fraction: float) -> float:
    """Linear warm-up by steps, then cosine by fraction of the budget down to `floor`."""
    o = config.optim
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, fraction)))
    return o.lr * min(1.0, (step + 1) / o.warmup) * (cosine * (1 - o.floor) + o.floor)


class Trainer:
    """State of one run: network, moving average, optimiser, step. `run` trains until the budget is spent."""

    def __init__(self, config: Config, work: Path, budget: Budget, device: str = 'cpu', procs: int = 1, start_from: dict | None = None):
        self.config, self.work, self.budget = config, Path(work), budget
        self.device = torch.device(device)
        self.procs = procs
        self.work.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(config.seed)
        self.net = Segmenter(config.encoder, config.decoder)
        if start_from is not None:
            self.net.load_state_dict(start_from)
        self.net.to(self.device)
        self.layout = self.net.decoder.layout = fast_layout(self.device)
        self.net.encoder.to(memory_format=self.layout)
        self.encode = compiled(self.net.encoder, self.device)      # not the decoder: its number of points changes with every pass
        for name in config.optim.frozen:
            self.net.get_submodule(name).requires_grad_(False)
        self.ema = copy.deepcopy(self.net).eval()
        matrices = [p for p in self.net.parameters() if p.ndim > 1]
        vectors = [p for p in self.net.parameters() if p.ndim <= 1]
        o = config.optim
        self.optimizer = torch.optim.AdamW([dict(params=matrices, weight_decay=o.decay), dict(params=vectors, weight_decay=0.0)], o.lr, betas=o.betas)
        self.step = self.crops = 0
        self.resume()

    # -- state on disk --------------------------------------------------------------------------------------------
    @property
    def checkpoint(self) -> Path:
        return self.work / 'checkpoint.pt'

    def save(self, path: Path | None = None) -> None:
        """Writes the whole state; the rename is atomic, so a kill leaves the old or the new file, never half of one."""
        path = path or self.checkpoint
        partial = path.with_suffix('.partial')
        torch.save(dict(config=dataclasses.asdict(self.config), step=self.step, crops=self.crops, budget=dataclasses.asdict(self.budget),
                        net=self.net.state_dict(), ema=self.ema.state_dict(), optimizer=self.optimizer.state_dict()), partial)
        os.replace(partial, path)

    def resume(self) -> None:
        if not self.checkpoint.exists():
            return
        state = read_state(self.checkpoint, self.device)
        if from_dict(state['config']).encoder != self.config.encoder or from_dict(state['config']).name != self.config.name:
            raise ValueError(f"checkpoint: made by experiment {state['config']['name']!r} with another network; use another --work folder")
        self.net.load_state_dict(state['net'])
        self.ema.load_state_dict(state['ema'])
        self.optimizer.load_state_dict(state['optimizer'])
        self.step, self.crops = state['step'], state['crops']
        self.budget.started, self.budget.worked = state['budget']['started'], state['budget']['worked']

    # -- one step ---------------------------------------------------------------------------------------------------
    def autocast(self):
        return torch.autocast(self.device.type, torch.bfloat16, enabled=has_fast_bfloat16(self.device))

    def forward(self, batch, fraction: float):
        """Loss of one batch over all its decoder rounds, and what is worth logging."""
        config = self.config
        rng = np.random.default_rng([config.seed, self.step, 1])
        torch.manual_seed(config.seed * 1_000_003 + self.step)
        x, target, clicks, boxes, boundary, dense = to_tensors(batch, self.device)
        x = x.contiguous(memory_format=self.layout)
        coords, labels, single = first_prompts(rng, clicks, boxes, target, config.prompts)
        balanced = fraction < config.loss.balanced_until
        with self.autocast():
            *feats, edge = self.encode(x, True)
        loss = config.loss.edge * edge_loss(edge.float(), boundary, dense)
        b, n = len(coords), target.shape[-1]
        rows = torch.arange(b, device=self.device)
        mask, has_mask = torch.zeros(b, 1, n, n, device=self.device), torch.zeros(b, device=self.device)
        chances = np.array(config.prompts.rounds)
        rounds = 2 + int(rng.choice(len(chances), p=chances / chances.sum()))
        log = {}
        learnt = set(range(rounds)) if config.prompts.middle else {0, rounds - 1}
        for r in range(rounds):
            with self.autocast(), torch.set_grad_enabled(r in learnt):
                logits, iou = self.net.decoder(*feats, coords, labels, mask, has_mask)
            logits, iou = logits.float(), iou.float()
            lone = single if r == 0 else torch.zeros_like(single)
            if r in learnt:
                part, truth = prompt_loss(logits, iou, target, lone, config.loss, balanced)
                loss = loss + part / len(learnt)
            with torch.no_grad():
                pick = torch.where(lone, iou[:, 1:].argmax(1) + 1, torch.zeros_like(rows))
                if r == 0:
                    log.update(click=truth[rows, pick][single], oracle=truth[:, 1:].max(1)[0][single], box=truth[~single, 0])
                if r == rounds - 1:
                    log.update(last=truth[:, 0])
                    break
                chosen = logits[rows, pick]
                xy, label = corrective_clicks(chosen, target)
                coords, labels = torch.cat([coords, xy[:, None]], 1), torch.cat([labels, label[:, None]], 1)
                has_mask = (torch.rand(b, device=self.device) < config.prompts.keep_mask).float()
                mask = chosen[:, None].clamp(-MASK_CLAMP, MASK_CLAMP) * has_mask.view(-1, 1, 1, 1)
        return loss, {k: round(v.mean().item(), 4) if v.numel() else None for k, v in log.items()}

    def advance(self, batch, fraction: float) -> dict:
        """One optimiser step; returns its log line."""
        rate = learning_rate(self.config, self.step, fraction)
        for group in self.optimizer.param_groups:
            group['lr'] = rate
        self.net.train()
        if self.config.optim.freeze_norms:
            for m in self.net.modules():
                if isinstance(m, torch.nn.BatchNorm2d):
                    m.eval()
        loss, log = self.forward(batch, fraction)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = float(torch.nn.utils.clip_grad_norm_(self.net.parameters(), self.config.optim.clip))
        if not math.isfinite(norm):
            raise FloatingPointError(f'loss: gradient norm is {norm} at step {self.step}, expected a finite number')
        self.optimizer.step()
        self.step += 1
        self.crops += len(batch[0])
        keep = min(self.config.optim.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for slow, fast in zip(self.ema.state_dict().values(), self.net.state_dict().values()):
                slow.lerp_(fast, 1 - keep) if slow.dtype.is_floating_point else slow.copy_(fast)
        return dict(step=self.step, crops=self.crops, loss=round(loss.item(), 4), norm=round(norm, 3), lr=round(rate, 7), **log)

    # -- the loop -----------------------------------------------------------------------------------------------------
    def run(self, pools, say=print) -> Path:
        """Trains until the budget is spent; writes log.jsonl, checkpoint.pt and at the end final.pt (returned)."""
        feeder = Feeder(Mixture(pools, self.config), self.procs, self.config.seed, self.config.prompts.per_crop)
        self.budget.started = self.budget.started or time.time()
        saved = last = time.time()
        try:
            with open(self.work / 'log.jsonl', 'a', buffering=1) as log:
                while (fraction := self.budget.fraction(self.step)) < 1:
                    phase = self.config.phase_at(fraction)
                    waited = time.time()
                    batch = feeder.get(self.step, phase.side, phase.batch)
                    waited = time.time() - waited
                    line = self.advance(batch, fraction)
                    now = time.time()
                    self.budget.worked += now - last
                    spent = self.budget.fraction(self.step)
                    elapsed = now - self.budget.started if self.budget.until else self.budget.worked
                    line.update(t=round(now, 1), side=phase.side, fraction=round(spent, 5), wait=round(waited, 3), dt=round(now - last, 3),
                                eta=round(elapsed * (1 - spent) / max(spent, 1e-6)))
                    last = now
                    log.write(json.dumps(line) + '\n')
                    if self.step % 50 == 0:
                        say(json.dumps(line))
                    if now - saved > CHECKPOINT_EVERY_S:
                        self.save()
                        saved = now
        finally:
            feeder.close()
        self.save()
        final = self.work / 'final.pt'
        self.save(final)
        return final


def train(config: Config, data: Path, work: Path, budget: Budget, device: str = 'cpu', procs: int = 1, say=print, start_from: dict | None = None) -> Path:
    """Packs the data if need be, trains or resumes, returns the final checkpoint. `work` holds everything written.

    `start_from` are weights to begin with instead of random ones; a checkpoint in `work` goes before them.
    """
    work = Path(work)
    packed = work / 'pack.bin'
    if not packed.exists():
        say(json.dumps(dict(packed=pack.build(Path(data), packed, config.data), bytes=packed.stat().st_size)))
    pools = pack.load(packed, config.data)
    trainer = Trainer(config, work, budget, device, procs, start_from)
    (work / 'config.json').write_text(config.to_json())
    say(json.dumps(dict(experiment=config.name, resumed_at=trainer.step, photos=[len(p) for p in pools],
                        parameters=sum(p.numel() for p in trainer.net.parameters()), device=str(trainer.device))))
    return trainer.run(pools, say)
