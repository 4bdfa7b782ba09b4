"""Command line: python3 -m maskloop_trainer train|... (see README.md)."""
from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path


def budget_of(a):
    from .train import Budget
    return Budget(steps=a.steps, minutes=a.minutes, until=datetime.fromisoformat(a.until).timestamp() if a.until else None)


def run_train(a):
    import torch
    from .config import experiment
    from .train import train
    torch.set_num_threads(a.threads)
    print(train(experiment(a.experiment), a.data, a.work, budget_of(a), a.device, a.procs, say=lambda s: print(s, flush=True)))


def main():
    parser = argparse.ArgumentParser(prog='maskloop_trainer')
    commands = parser.add_subparsers(dest='command', required=True)
    p = commands.add_parser('train')
    p.add_argument('--experiment', default='everyday')
    p.add_argument('--data', type=Path, required=True)
    p.add_argument('--work', type=Path, required=True)
    p.add_argument('--steps', type=int)
    p.add_argument('--minutes', type=float)
    p.add_argument('--until', help='local date and time, ISO 8601')
    p.add_argument('--device', default='cpu')
    p.add_argument('--procs', type=int, default=1)
    p.add_argument('--threads', type=int, default=2)
    p.set_defaults(run=run_train)
    a = parser.parse_args()
    a.run(a)


if __name__ == '__main__':
    main()
