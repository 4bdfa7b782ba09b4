"""Command line: python3 -m maskloop_trainer train | finetune | evaluate | sheet | export | parity | render (see README.md)."""
from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from functools import partial
from pathlib import Path


def say(line: str) -> None:
    print(line, flush=True)


def budget_of(a):
    from .train import Budget
    return Budget(steps=a.steps, minutes=a.minutes, until=datetime.fromisoformat(a.until).timestamp() if a.until else None)


def identity_of(a) -> dict:
    return dict(id=a.id, title=a.title, license=a.license, source=a.source)


def run_train(a):
    from .config import experiment
    from .curves import draw
    from .train import train
    from .checkpoints import load
    weights = load(a.start)[0].state_dict() if a.start else None
    say(str(train(experiment(a.experiment), a.data, a.work, budget_of(a), a.device, a.procs, say, weights)))
    say(str(draw(a.work)))


def run_finetune(a):
    from .finetune import finetune
    finetune(a.model, a.data, a.work, budget_of(a), a.out, identity_of(a), a.device, a.procs, a.seed, say, a.photos)


def run_evaluate(a):
    from . import evaluate as e
    if a.baseline:
        measure = partial(e.measure_baseline, a.baseline)
    elif a.pair:
        from .predictor import OnnxPair
        measure = partial(e.measure_pair, OnnxPair(a.pair))
    else:
        from .checkpoints import load_network
        from .predictor import TorchPair
        net, config = load_network(a.checkpoint, a.weights == 'average')
        measure = partial(e.measure_pair, TorchPair(net, config.side))
    if a.crop:
        measure = e.zoomed(measure)
    summary, rows = e.evaluate(measure, a.data, a.sets.split(','), a.limit, a.clicks, say, a.smallest)
    name = a.name or a.baseline or str(a.pair or a.checkpoint)
    say(e.table({name: summary}))
    if a.out:
        a.out.parent.mkdir(parents=True, exist_ok=True)
        a.out.write_text(json.dumps(dict(name=name, limit=a.limit, clicks=a.clicks, crop=a.crop, sets=summary, rows=rows)))
    if a.reliability:
        from .figures import reliability
        say(json.dumps(reliability(rows, a.reliability)))


def run_sheet(a):
    from .figures import draw_sheet
    from .predictor import OnnxPair
    draw_sheet(OnnxPair(a.pair), a.demo, a.out, a.count, a.seed)
    say(str(a.out))


def run_export(a):
    from . import pack
    from .calibrate import calibrate
    from .checkpoints import load_network
    from .export import export
    net, config = load_network(a.checkpoint, a.weights == 'average')
    if a.pack:
        say(json.dumps(calibrate(net, config, pack.load(a.pack, config.data))))
    say(json.dumps(export(net, config.side, a.out, identity_of(a))))


def run_average(a):
    from .checkpoints import average
    average(a.weights, a.out)
    say(str(a.out))


def run_parity(a):
    from .parity import record
    a.out.write_text(json.dumps(record(a.pair, a.picture)) + '\n')
    say(str(a.out))


def run_render(a):
    import cv2
    import numpy as np
    from .scenes import render
    for folder in ('images', 'masks'):
        (a.out / folder).mkdir(parents=True, exist_ok=True)
    for i in range(a.count):
        image, labels = render(a.seed, i, a.side)
        cv2.imwrite(str(a.out / 'images' / f'{i:05d}.png'), np.ascontiguousarray(image[..., ::-1]))
        for k, m in enumerate(labels):
            cv2.imwrite(str(a.out / 'masks' / f'{i:05d}.{k}.png'), m.astype(np.uint16 if m.max() > 255 else np.uint8))


def add_budget(p):
    length = p.add_mutually_exclusive_group(required=True)
    length.add_argument('--steps', type=int)
    length.add_argument('--minutes', type=float, help='minutes of work; pauses do not count')
    length.add_argument('--until', help='local date and time, ISO 8601; the schedule follows the clock')


def add_machine(p):
    p.add_argument('--device', default='cpu', help='cpu or cuda')
    p.add_argument('--threads', type=int, default=2, help='torch threads')
    p.add_argument('--procs', type=int, default=1, help='feeder processes; 0 feeds in line')


def add_identity(p, name, title):
    p.add_argument('--id', default=name)
    p.add_argument('--title', default=title)
    p.add_argument('--license', default='Apache-2.0')
    p.add_argument('--source', default='trainer')


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog='maskloop_trainer', description=__doc__)
    commands = parser.add_subparsers(dest='command', required=True)

    p = commands.add_parser('train', help='train an experiment from scratch, or resume it')
    p.add_argument('--experiment', default='everyday')
    p.add_argument('--data', type=Path, required=True, help='folder of the training sets')
    p.add_argument('--work', type=Path, required=True, help='everything written goes here; an existing checkpoint is resumed')
    p.add_argument('--from', dest='start', type=Path, help='begin with these weights: folder of an exported pair, or a checkpoint')
    add_budget(p)
    add_machine(p)
    p.set_defaults(run=run_train)

    p = commands.add_parser('finetune', help='train a pair on a labelled dataset')
    p.add_argument('--model', type=Path, required=True, help='folder of an exported pair, or a checkpoint')
    p.add_argument('--data', type=Path, required=True, help='retraining set: the exported zip, or a folder with annotations.json, images/, provenance.jsonl')
    p.add_argument('--photos', type=Path, help='folder of the photos, by name or SHA-256, when the export holds references only')
    p.add_argument('--work', type=Path, required=True)
    p.add_argument('--out', type=Path, required=True, help='folder of the new pair')
    p.add_argument('--seed', type=int, default=0)
    add_budget(p)
    add_machine(p)
    add_identity(p, 'finetuned', 'Fine-tuned')
    p.set_defaults(run=run_finetune)

    p = commands.add_parser('evaluate', help='measure a pair, a checkpoint or a baseline')
    what = p.add_mutually_exclusive_group(required=True)
    what.add_argument('--pair', type=Path, help='folder with encoder.onnx and decoder.onnx')
    what.add_argument('--checkpoint', type=Path)
    what.add_argument('--baseline', choices=('grower', 'grabcut'))
    p.add_argument('--weights', choices=('average', 'last'), default='average', help='of a checkpoint: the moving average or the last step')
    p.add_argument('--data', type=Path)
    p.add_argument('--sets', default='coco-val,facades-test,nuts-18,renders')
    p.add_argument('--limit', type=int, help='regions a set, drawn with a fixed seed')
    p.add_argument('--clicks', type=int, default=20)
    p.add_argument('--smallest', type=float, help='share of the photo that a region has at least, instead of the usual one of the set')
    p.add_argument('--crop', action='store_true', help='encode the surroundings of every region by themselves, as after zooming in')
    p.add_argument('--reliability', type=Path, help='picture of the predicted IoU of one click against the true one')
    p.add_argument('--threads', type=int, default=1)
    p.add_argument('--name')
    p.add_argument('--out', type=Path, help='JSON with every row')
    p.set_defaults(run=run_evaluate)

    p = commands.add_parser('sheet', help='draw clicks and masks on regions of renders and of the demo pictures, drawn by seed')
    p.add_argument('--pair', type=Path, required=True)
    p.add_argument('--demo', type=Path, required=True, help='folder of the demo pictures with their masks')
    p.add_argument('--out', type=Path, required=True, help='a JPEG or PNG')
    p.add_argument('--count', type=int, default=8, help='regions of renders, and as many of the demo pictures')
    p.add_argument('--seed', type=int, default=0)
    p.add_argument('--threads', type=int, default=1)
    p.set_defaults(run=run_sheet)

    p = commands.add_parser('export', help='write the ONNX pair and its manifest')
    p.add_argument('--checkpoint', type=Path, required=True)
    p.add_argument('--weights', choices=('average', 'last'), default='average', help='of a checkpoint: the moving average or the last step')
    p.add_argument('--pack', type=Path, help='pack of the run; with it the IoU head is refitted first')
    p.add_argument('--out', type=Path, required=True)
    p.add_argument('--threads', type=int, default=2)
    add_identity(p, 'maskloop-everyday', 'Maskloop everyday')
    p.set_defaults(run=run_export)

    p = commands.add_parser('average', help='mean of the weights of several legs, as a checkpoint to export')
    p.add_argument('--weights', type=Path, nargs='+', required=True, help='checkpoints, or folders of exported pairs')
    p.add_argument('--out', type=Path, required=True)
    p.set_defaults(run=run_average)

    p = commands.add_parser('parity', help="write PyTorch's answers to a few prompts, for other runtimes to be held against")
    p.add_argument('--pair', type=Path, required=True)
    p.add_argument('--picture', type=Path, required=True, help='a PNG: JPEG decoders differ')
    p.add_argument('--out', type=Path, required=True)
    p.add_argument('--threads', type=int, default=1)
    p.set_defaults(run=run_parity)

    p = commands.add_parser('render', help='write rendered scenes with label maps')
    p.add_argument('--out', type=Path, required=True)
    p.add_argument('--count', type=int, default=100)
    p.add_argument('--side', type=int, default=320)
    p.add_argument('--seed', type=int, default=1)
    p.set_defaults(run=run_render)

    a = parser.parse_args(argv)
    if hasattr(a, 'threads'):
        import torch
        torch.set_num_threads(a.threads)
    try:
        a.run(a)
    except (ValueError, FileNotFoundError, FloatingPointError) as error:
        print(f'error: {error}', file=sys.stderr)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main())
