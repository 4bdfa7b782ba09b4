"""The measuring loop, with a model that knows the answer and one that never does."""
import numpy as np
import pytest
import torch

from maskloop_trainer import evaluate as e
from maskloop_trainer.baselines import grabcut, grow


class Fixed:
    """Answers every prompt with the same stride-4 logits; channel 2 is the one it believes in."""
    side = 64

    def __init__(self, logits):
        self.logits = logits

    def encode(self, image):
        return ()

    def decode(self, feats, coords, labels, mask, has_mask):
        n = len(coords)
        return self.logits[None].expand(n, -1, -1, -1), torch.tensor([[0.9, 0.1, 0.8, 0.2]]).expand(n, -1)


def task():
    region = np.zeros((64, 64), np.uint8)
    region[16:48, 16:48] = 1
    return e.Task('t', np.zeros((64, 64, 3), np.uint8), [region]), region


def logits_of(region):
    return torch.from_numpy(region[2::4, 2::4].astype(np.float32)) * 20 - 10


def test_on_one_click_the_candidate_with_the_highest_predicted_iou_is_shown():
    t, region = task()
    right, wrong = logits_of(region), torch.full((16, 16), -10.0)
    row = e.measure_pair(Fixed(torch.stack([wrong, wrong, right, wrong])), t)[0]
    assert row['shown'][0] > 0.9 and row['channel0'] == 0
    assert row['shown'][1] == 0                              # later prompts show channel 0
    assert len(row['shown']) == e.CAP or max(row['shown']) >= 0.9


def test_a_model_that_is_always_right_needs_one_click():
    t, region = task()
    rows = e.measure_pair(Fixed(torch.stack([logits_of(region)] * 4)), t)
    summary = e.summarise(rows)
    assert summary['noc90'] == 1 and summary['box'] > 0.9 and summary['large']['regions'] == 1


def test_baselines_find_a_plain_square():
    photo = np.full((64, 64, 3), 40, np.uint8)
    photo[16:48, 16:48] = (200, 60, 60)
    region = (photo[..., 0] > 100).astype(np.uint8)
    assert e.iou(grow(photo, [(32.5, 32.5, 1)]), region) > 0.85
    noisy = np.clip(photo + np.random.default_rng(0).normal(0, 4, photo.shape), 0, 255).astype(np.uint8)
    assert e.iou(grabcut(noisy, (12, 12, 52, 52)), region) > 0.9


def test_tasks_are_drawn_with_a_fixed_seed():
    a, b = e.tasks('renders', None, 10), e.tasks('renders', None, 10)
    assert [t.name for t in a] == [t.name for t in b]
    assert sum(len(t.regions) for t in a) == 10


def test_the_table_has_one_row_for_each_model_and_set():
    summary = dict(renders=dict(regions=3, click1=0.5, noc80=4.0))
    lines = e.table(dict(a=summary, b=summary)).splitlines()
    assert len(lines) == 4 and '| renders | a | 3 | 0.500 |' in lines[2]
