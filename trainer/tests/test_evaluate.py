"""The measuring loop, with a model that knows the answer and one that never does."""
import cv2
import numpy as np
import pytest
import torch

from maskloop_trainer import evaluate as e
from maskloop_trainer.baselines import grabcut, grow
from maskloop_trainer.figures import draw_sheet, reliability


class Fixed:
    """Answers every prompt with the same stride-4 logits; channel 2 is the one it believes in."""
    side = 64
    lone_click = 'candidates'

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


def test_where_the_manifest_says_so_channel_0_competes_for_a_lone_click():
    t, region = task()
    right, wrong = logits_of(region), torch.full((16, 16), -10.0)
    pair = Fixed(torch.stack([right, wrong, wrong, wrong]))
    assert e.measure_pair(pair, t)[0]['shown'][0] == 0
    pair.lone_click = 'all'
    assert e.measure_pair(pair, t)[0]['shown'][0] > 0.9


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


@pytest.fixture
def few_scenes(monkeypatch):
    """Scenes take a third of a second each; these hold some twenty regions."""
    monkeypatch.setattr(e, 'SCENES', 4)


def test_tasks_are_drawn_with_a_fixed_seed(few_scenes):
    assert sum(len(t.regions) for t in e.tasks('renders', None)) > 12
    a, b = e.tasks('renders', None, 10), e.tasks('renders', None, 10)
    assert [t.name for t in a] == [t.name for t in b]
    assert sum(len(t.regions) for t in a) == 10
    assert len({(t.name, len(t.regions)) for t in a}) > 1


def test_the_table_has_one_row_for_each_model_and_set():
    summary = dict(renders=dict(regions=3, click1=0.5, noc80=4.0))
    lines = e.table(dict(a=summary, b=summary)).splitlines()
    assert len(lines) == 4 and '| renders | a | 3 | 0.500 |' in lines[2]


def test_a_view_holds_its_region_and_stays_inside_the_photo():
    region = np.zeros((200, 300), np.uint8)
    region[190:200, 0:20] = 1
    x0, y0, x1, y1 = e.view_of(region)
    assert (x0, y0, x1, y1) == (0, 200 - e.ZOOM_LEAST, e.ZOOM_LEAST, 200)
    assert e.view_of(np.ones((200, 300), np.uint8)) == (0, 0, 300, 200)


def test_a_zoomed_measure_sees_the_surroundings_alone_and_keeps_the_share_of_the_photo():
    seen = []

    def measure(task, cap):
        seen.append(task.regions[0].shape)
        return [dict(photo=task.name, area=float(task.regions[0].mean()))]

    region = np.zeros((400, 400), np.uint8)
    region[100:140, 100:120] = 1
    rows = e.zoomed(measure)(e.Task('t', np.zeros((400, 400, 3), np.uint8), [region]), 20)
    assert seen == [(100, 100)] and rows[0]['area'] == pytest.approx(0.005)


def test_the_figures_of_the_card_can_be_drawn(few_scenes, tmp_path):
    demo = tmp_path / 'demo'
    for folder in ('images', 'masks'):
        (demo / folder).mkdir(parents=True)
    t, region = task()
    cv2.imwrite(str(demo / 'images' / 'square.jpg'), t.photo)
    for kind in ('wholes', 'parts'):
        cv2.imwrite(str(demo / 'masks' / f'square.{kind}.png'), region if kind == 'wholes' else region * 0)
    pair = Fixed(torch.stack([logits_of(region)] * 4))
    draw_sheet(pair, demo, tmp_path / 'sheet.png', count=1)
    assert cv2.imread(str(tmp_path / 'sheet.png')).shape[1] > 6 * 132
    rows = e.measure_pair(pair, t) * 6
    assert reliability(dict(one=rows), tmp_path / 'plot.png') == dict(one=pytest.approx(abs(0.8 - rows[0]['shown'][0]), abs=1e-3))
    assert (tmp_path / 'plot.png').stat().st_size > 5000
