import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


@pytest.fixture(autouse=True)
def one_thread():
    # threads that share a busy machine wait for each other: two took ten times as long as one
    torch.set_num_threads(1)


@pytest.fixture(scope='session')
def tiny_pools(tmp_path_factory):
    """The tiny experiment's renders, packed and loaded once."""
    from maskloop_trainer import pack
    from maskloop_trainer.config import experiment
    config = experiment('tiny')
    path = tmp_path_factory.mktemp('pack') / 'pack.bin'
    pack.build(Path('.'), path, config.data)
    return pack.load(path, config.data)
