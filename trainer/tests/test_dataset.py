"""Fine-tuning: the dataset format, and one short run from an exported pair to a new one."""
import json

import cv2
import numpy as np
import pytest

from exports import compress
from maskloop_trainer import dataset, rle
from maskloop_trainer.retraining import Label
from maskloop_trainer.scenes import render


@pytest.mark.parametrize('text, counts', [('052', [0, 5, 2]), ('14', [1, 4])])
def test_compressed_counts_of_small_runs(text, counts):
    assert rle.decode_counts(text) == counts


def test_run_lengths_survive_both_forms():
    rng = np.random.default_rng(0)
    for _ in range(50):
        h, w = rng.integers(1, 40, 2)
        mask = (cv2.blur(rng.random((h, w)), (3, 3)) > rng.uniform(0.3, 0.7)).astype(np.uint8)
        code = rle.encode_rle(mask)
        assert sum(code['counts']) == h * w
        assert (rle.decode_rle(code) == mask).all()
        assert (rle.decode_rle(dict(code, counts=compress(code['counts']))) == mask).all()


def test_wrong_run_lengths_are_named():
    with pytest.raises(ValueError, match='add up to 3, expected 2 x 2 = 4'):
        rle.decode_rle(dict(size=[2, 2], counts=[1, 2]))


def test_overlapping_masks_go_to_different_maps():
    a, b, c = np.zeros((3, 20, 20), np.uint8)
    a[:15, :15], b[10:, 10:], c[16:, :5] = 1, 1, 1
    maps, places = dataset.layers([a, b, c])
    assert len(maps) == 2
    for mask, (k, label) in zip((a, b, c), places):
        assert ((maps[k] == label) == (mask == 1)).all()


@pytest.fixture
def folder(tmp_path):
    """Four renders as a dataset, with one unseen proposal and one validation photo."""
    (tmp_path / 'images').mkdir()
    images, annotations, provenance = [], [], []
    for i in range(4):
        photo, labels = render(5, i, 128)
        cv2.imwrite(str(tmp_path / 'images' / f'{i}.png'), photo[..., ::-1])
        images.append(dict(id=i, file_name=f'{i}.png', width=128, height=128, split='val' if i == 3 else 'train'))
        for label in np.unique(labels[0]):
            mask = (labels[0] == label).astype(np.uint8)
            if label and mask.sum() > 300:
                n = len(annotations)
                ys, xs = np.nonzero(mask)
                annotations.append(dict(id=f'a{n}', image_id=i, segmentation=rle.encode_rle(mask)))
                provenance.append(dict(annotation_id=f'a{n}', origin='proposed' if n == 0 else 'corrected',
                                       prompts=[dict(points=[[float(xs[0]) + .5, float(ys[0]) + .5, 1]], box=None)]))
    (tmp_path / 'annotations.json').write_text(json.dumps(dict(images=images, annotations=annotations)))
    (tmp_path / 'provenance.jsonl').write_text('\n'.join(map(json.dumps, provenance)))
    return tmp_path


def test_only_checked_masks_of_training_photos_are_read(folder):
    items = dataset.read(folder, 128)
    assert [i.name for i in items] == ['0.png', '1.png', '2.png']
    annotations = json.loads((folder / 'annotations.json').read_text())['annotations']
    expected = [a for a in annotations if a['image_id'] != 3 and a['id'] != 'a0']
    assert sum(int(m.max()) for i in items for m in i.labels) == len(expected)
    assert sum(len(i.clicks) for i in items) == len(expected)


def close_up(folder, corners):
    """Says of the second mask's prompt that it was given in a part of its photo; returns its line."""
    lines = [json.loads(line) for line in (folder / 'provenance.jsonl').read_text().splitlines()]
    lines[1]['prompts'][0]['close_up'] = corners
    (folder / 'provenance.jsonl').write_text('\n'.join(map(json.dumps, lines)))
    return lines[1]


def test_a_close_up_is_a_photo_of_its_own_with_the_clicks_made_in_it(folder):
    whole = dataset.read(folder, 128)
    x, y, _ = json.loads((folder / 'provenance.jsonl').read_text().splitlines()[1])['prompts'][0]['points'][0]
    x0, y0 = (int(min(max(v - 32, 0), 128 - 64)) for v in (x, y))
    close_up(folder, [x0, y0, x0 + 64, y0 + 64])
    items = dataset.read(folder, 128)
    assert [i.name for i in items] == ['0.png', '0.png', '1.png', '2.png']
    photo, part = items[:2]
    assert part.image.shape == (64, 64, 3)
    assert (part.image == photo.image[y0:y0 + 64, x0:x0 + 64]).all()
    # the click left the photo for the close-up, where it lies in the same mask
    assert len(photo.clicks) == len(whole[0].clicks) - 1
    (((k, label), [(u, v)]),) = part.clicks.items()
    assert (u, v) == (x - x0, y - y0)
    assert part.labels[k, int(v), int(u)] == label


def test_a_close_up_outside_of_its_photo_is_refused(folder):
    close_up(folder, [100, 100, 164, 164])
    with pytest.raises(ValueError, match='close_up: expected x0 < x1 <= 128'):
        dataset.read(folder, 128)


def test_a_photo_gives_no_more_close_ups_than_the_limit(folder):
    mask = np.ones((128, 128), np.uint8)
    labels = [Label(n, None, mask, [dict(points=[], box=None, close_up=[n, 0, n + 64, 64])] * 2, {}) for n in range(9)]
    labels.append(Label(9, None, mask, [dict(points=[], box=None, close_up=[8, 0, 72, 64])], {}))
    found = dataset.views(labels, 128, 128)
    assert len(found) == 1 + dataset.MAX_CLOSE_UPS
    assert found[:2] == [(0, 0, 128, 128), (8, 0, 72, 64)]


def test_a_photo_of_another_size_is_refused(folder):
    cv2.imwrite(str(folder / 'images' / '1.png'), np.zeros((64, 64, 3), np.uint8))
    with pytest.raises(ValueError, match='differs from the photo'):
        dataset.read(folder, 128)


def test_finetuning_reads_a_pair_and_writes_a_pair(folder, tmp_path, monkeypatch):
    import torch
    from maskloop_trainer import finetune as f
    from maskloop_trainer.config import experiment
    from maskloop_trainer.export import export
    from maskloop_trainer.model import Segmenter
    from maskloop_trainer.train import Budget
    from networks import as_if_trained
    monkeypatch.setattr(f, 'REPLAY_RENDERS', 8)
    config = experiment('tiny')
    torch.manual_seed(0)
    export(as_if_trained(Segmenter(config.encoder, config.decoder)), 128, tmp_path / 'old')
    facts = f.finetune(tmp_path / 'old', folder, tmp_path / 'work', Budget(steps=4), tmp_path / 'new', procs=0, say=lambda _: None)
    assert facts['bytes'] < 2 ** 20
    old, new = (tmp_path / n / 'encoder.onnx' for n in ('old', 'new'))
    assert old.read_bytes() != new.read_bytes()
    assert json.loads((tmp_path / 'new' / 'manifest.json').read_text())['id'] == 'finetuned'
