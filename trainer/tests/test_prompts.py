"""The rules of the simulated annotator, in evaluation and in training."""
import numpy as np
import pytest
import torch

from maskloop_trainer.config import Prompts
from maskloop_trainer.prompts import corrective_clicks, first_prompts
from maskloop_trainer.simulate import box_of, clicks_to_reach, deepest, iou, next_click


def square(x0, y0, x1, y1, size=64):
    m = np.zeros((size, size), np.uint8)
    m[y0:y1, x0:x1] = 1
    return m


def test_the_first_click_is_the_pixel_farthest_from_the_border():
    depth, (x, y) = deepest(square(10, 20, 31, 41))
    assert (x, y) == (20, 30)
    assert depth == pytest.approx(11, abs=0.6)


def test_the_edge_of_the_photo_counts_as_a_border():
    _, (x, y) = deepest(np.ones((41, 41), np.uint8))
    assert abs(x - 20) <= 1 and abs(y - 20) <= 1


@pytest.mark.parametrize('predicted, wanted, label, inside', [
    (square(0, 0, 1, 1), square(10, 10, 40, 40), 1, (10, 10, 40, 40)),                # all missed
    (square(10, 10, 60, 40), square(10, 10, 30, 40), 0, (30, 10, 60, 40)),            # spilled to the right
    (square(10, 10, 34, 40), square(10, 10, 30, 60), 1, (10, 40, 30, 60)),            # missed part is deeper than the spill
])
def test_the_next_click_goes_into_the_deeper_error(predicted, wanted, label, inside):
    x, y, got = next_click(predicted, wanted)
    assert got == label
    assert inside[0] <= x <= inside[2] and inside[1] <= y <= inside[3]
    assert x % 1 == 0.5 and y % 1 == 0.5            # pixel centres


def test_a_perfect_mask_still_gets_a_click_and_it_adds():
    m = square(10, 10, 20, 20)
    assert next_click(m, m)[2] == 1


def test_boxes_are_exclusive_at_the_far_corner():
    assert box_of(square(3, 4, 10, 12)) == (3, 4, 10, 12)


def test_iou_and_number_of_clicks():
    assert iou(square(0, 0, 10, 10), square(0, 0, 10, 20)) == pytest.approx(0.5)
    assert iou(square(0, 0, 0, 0), square(0, 0, 0, 0)) == 0
    assert clicks_to_reach([0.5, 0.8, 0.79, 0.9], 0.8, 20) == 2
    assert clicks_to_reach([0.5, 0.6], 0.9, 20) == 20
    assert clicks_to_reach([0.5] * 6 + [0.95], 0.9, 5) == 5


def batch(n=200, side=64):
    target = torch.zeros(n, side // 4, side // 4)
    target[:, 4:10, 5:12] = 1
    clicks = torch.tensor([[34.0, 28.0]]).repeat(n, 1)
    boxes = torch.tensor([[20.0, 16.0, 48.0, 40.0]]).repeat(n, 1)
    return clicks, boxes, target


def test_first_prompts_have_the_shares_asked_for():
    clicks, boxes, target = batch(2000)
    torch.manual_seed(0)
    coords, labels, single = first_prompts(np.random.default_rng(0), clicks, boxes, target, Prompts(click=0.5, box=0.3, box_click=0.1, two_clicks=0.1))
    boxed = (labels == 2).any(1)
    assert single.float().mean().item() == pytest.approx(0.5, abs=0.04)
    assert boxed.float().mean().item() == pytest.approx(0.4, abs=0.04)
    assert ((labels == 2).sum(1) == (labels == 3).sum(1)).all()
    assert ((labels == 1).sum(1)[single] == 1).all()
    noise = (coords[boxed, 0] - boxes[0, :2]).abs()
    assert noise.max() <= 0.12 * 28 + 1e-4                       # 12 % of the side, at most 20 px
    assert (coords[boxed, 0] == boxes[0, :2]).all(1).float().mean() > 0.1     # some boxes are exact


def test_corrective_clicks_lie_in_the_error_and_carry_its_label():
    _, _, target = batch(64)
    torch.manual_seed(0)
    for logits, label in ((torch.full_like(target, -5.0), 1.0), (torch.full_like(target, 5.0), 0.0)):
        xy, got = corrective_clicks(logits, target)
        cell = (xy / 4).long()
        assert (got == label).all()
        assert (target[torch.arange(64), cell[:, 1], cell[:, 0]] == label).all()
