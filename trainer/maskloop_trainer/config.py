"""Typed configuration of an experiment. A run is reproducible from its config, its seed and the packed data."""
from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Source:
    """One training set inside the data folder and how often it is drawn."""
    name: str
    weight: float
    dense: str = 'none'          # which label maps cover the photo, for the boundary loss: 'none' | 'first' | 'all'


@dataclass(frozen=True)
class Phase:
    """From `start` (fraction of the run) on: crops of `side` px, `batch` of them a step."""
    start: float
    side: int
    batch: int


@dataclass(frozen=True)
class Data:
    sources: tuple[Source, ...] = (
        Source('coco-train', 0.55, 'first'),
        Source('ccp-fashion', 0.10),
        Source('feral-cats', 0.10),
        Source('facades-train', 0.08),
        Source('dsb2018-nuclei', 0.03, 'all'),
        Source('renders', 0.14, 'all'),
    )
    pack_side: int = 512         # long side of the packed photos, px
    pack_quality: int = 86       # JPEG quality of the pack
    renders: int = 1500          # rendered scenes in the pack
    render_side: int = 320       # px
    shippable_only: bool = False # of a set with shippable.json only the photos it lists: licences that allow commercial use and changes
    stuff_weight: float = 0.4    # how often a stuff region is prompted, against 1 for a thing
    paste: float = 0.4           # share of crops that get pasted objects
    whole: float = 0.4           # share of crops that are the whole photo, padded as at deployment
    centred: float = 0.3         # share of crops centred on an object; the rest are random crops


@dataclass(frozen=True)
class Prompts:
    per_crop: int = 4
    click: float = 0.52          # first prompt: one click,
    box: float = 0.33            # a box,
    box_click: float = 0.06      # a box and a click,
    two_clicks: float = 0.09     # or two clicks
    rounds: tuple[float, ...] = (0.5, 0.35, 0.15)   # chance of 1, 2, 3, ... corrective rounds
    middle: bool = True          # whether the rounds between the first and the last are learnt from, or only lead on to the last
    keep_mask: float = 0.9       # chance that a corrective round gets the earlier mask


@dataclass(frozen=True)
class Loss:
    focal: float = 20.0
    gamma: float = 2.0
    alpha: float = 0.5           # weight of foreground in the focal term; 0.5 = symmetric
    edge: float = 0.5
    iou: float = 2.0
    balanced_until: float = 0.04 # class-balanced BCE instead of focal up to this fraction: focal from step 0 may collapse to empty masks


@dataclass(frozen=True)
class Optim:
    lr: float = 1.5e-3
    floor: float = 0.01          # last learning rate / first
    warmup: int = 150            # steps
    betas: tuple[float, float] = (0.9, 0.98)
    decay: float = 0.05
    clip: float = 2.0
    ema: float = 0.999
    freeze_norms: bool = False   # keep batch statistics: for fine-tuning, and for networks read back from an export
    frozen: tuple[str, ...] = () # parts of the network that stay as they are, by name


@dataclass(frozen=True)
class Calibration:
    """Refit of the IoU head alone after training, the rest frozen."""
    batches: int = 150
    batch: int = 4
    prompts: int = 6
    rounds: int = 3
    steps: int = 1500
    lr: float = 3e-3


@dataclass(frozen=True)
class Config:
    name: str = 'everyday'
    seed: int = 0
    side: int = 448              # deployed input side, px
    encoder: dict = field(default_factory=lambda: dict(widths=[32, 64, 128, 192], depths=[2, 3, 4, 2], attention=2))
    decoder: dict = field(default_factory=dict)
    phases: tuple[Phase, ...] = (Phase(0.0, 256, 14), Phase(0.45, 384, 6), Phase(0.8, 448, 5))
    data: Data = Data()
    prompts: Prompts = Prompts()
    loss: Loss = Loss()
    optim: Optim = Optim()
    calibration: Calibration = Calibration()

    def phase_at(self, fraction: float) -> Phase:
        """The phase in force at a fraction 0..1 of the run."""
        return [p for p in self.phases if p.start <= fraction][-1]

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self), indent=1)


def _tiny() -> Config:
    """Seconds on one core: for tests and for trying the machinery."""
    return Config(
        name='tiny', side=128, encoder=dict(widths=[8, 16, 24, 32], depths=[1, 1, 1, 1], attention=1),
        phases=(Phase(0.0, 96, 6),),
        data=Data(sources=(Source('renders', 1.0, 'all'),), renders=40, render_side=128),
        optim=Optim(warmup=10, ema=0.95, lr=3e-3),
        calibration=Calibration(batches=4, steps=50),
    )


def _permissive() -> Config:
    """The same recipe on photos alone whose own licence allows commercial use and changes."""
    return Config(name='everyday-permissive', data=Data(shippable_only=True))


def _more() -> Config:
    """A further leg for weights that `everyday` made (`train --from`): the norms an export folded stay folded, so they are frozen."""
    return Config(
        name='everyday-more', seed=1, phases=(Phase(0.0, 320, 8), Phase(0.35, 384, 6), Phase(0.7, 448, 5)),
        loss=Loss(balanced_until=0.0),
        optim=Optim(lr=6e-4, warmup=100, freeze_norms=True),
    )


def _sessions() -> Config:
    """A further leg for long sessions: up to nine clicks, of which the first and the last pass are learnt from.

    The passes between cost a third without a gradient, so that the tenth click costs hardly more than the third. The
    stem, whose backward pass is the least efficient part on a CPU, stays as it is. It spends less on pasting and more on
    whole photos as deployed, on things rather than stuff, and on renders, where the first leg was weakest. What came of it: README, "Further legs".
    """
    return Config(
        name='everyday-sessions', seed=2, phases=(Phase(0.0, 320, 8), Phase(0.5, 448, 5)),
        data=Data(
            sources=(
                Source('coco-train', 0.55, 'first'),
                Source('ccp-fashion', 0.05),
                Source('feral-cats', 0.08),
                Source('facades-train', 0.08),
                Source('dsb2018-nuclei', 0.02, 'all'),
                Source('renders', 0.22, 'all'),
            ),
            whole=0.55, centred=0.25, paste=0.2, stuff_weight=0.25,
        ),
        prompts=Prompts(per_crop=6, rounds=(0.3, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05, 0.05), middle=False),
        loss=Loss(balanced_until=0.0),
        optim=Optim(lr=6e-4, warmup=30, freeze_norms=True, frozen=('encoder.stem', 'encoder.stage4')),
    )


def _onward() -> Config:
    """A leg after `everyday-sessions`: crops and pasting as in `everyday` again, lone clicks first, twice its renders."""
    return dataclasses.replace(
        _sessions(), name='everyday-onward', seed=3, phases=(Phase(0.0, 320, 8), Phase(0.55, 448, 5)),
        data=Data(
            sources=(
                Source('coco-train', 0.50, 'first'),
                Source('ccp-fashion', 0.05),
                Source('feral-cats', 0.07),
                Source('facades-train', 0.07),
                Source('dsb2018-nuclei', 0.02, 'all'),
                Source('renders', 0.29, 'all'),
            ),
            stuff_weight=0.3,
        ),
        prompts=Prompts(per_crop=6, click=0.6, box=0.28, box_click=0.05, two_clicks=0.07, rounds=(0.4, 0.3, 0.15, 0.1, 0.05), middle=False),
    )


EXPERIMENTS = {'everyday': Config, 'everyday-more': _more, 'everyday-onward': _onward, 'everyday-permissive': _permissive, 'everyday-sessions': _sessions, 'tiny': _tiny}


def experiment(name: str) -> Config:
    """The named experiment; raises ValueError naming the known ones."""
    if name not in EXPERIMENTS:
        raise ValueError(f'experiment: {name!r} is unknown, expected one of {sorted(EXPERIMENTS)}')
    return EXPERIMENTS[name]()


def from_dict(raw: dict) -> Config:
    """Rebuilds a Config from `dataclasses.asdict` output (checkpoints store that)."""
    data = dict(raw['data'], sources=tuple(Source(**s) for s in raw['data']['sources']))
    return Config(**{**raw, 'phases': tuple(Phase(**p) for p in raw['phases']), 'data': Data(**data),
                     'prompts': Prompts(**{**raw['prompts'], 'rounds': tuple(raw['prompts']['rounds'])}),
                     'loss': Loss(**raw['loss']),
                     'optim': Optim(**{**raw['optim'], **{k: tuple(raw['optim'][k]) for k in ('betas', 'frozen') if k in raw['optim']}}),
                     'calibration': Calibration(**raw['calibration'])})
