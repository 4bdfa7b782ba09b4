"""The retraining set as it leaves the product: read from folder and zip, verified, and given to PyTorch."""
import json
import pickle
import zipfile

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from exports import write_export
from maskloop_trainer import dataset
from maskloop_trainer.loader import RetrainingDataset, collate
from maskloop_trainer.retraining import RetrainingSet, read_pixels


@pytest.fixture
def export(tmp_path):
    return write_export(tmp_path)


def unzipped(path):
    folder = path.parent / 'unzipped'
    with zipfile.ZipFile(path) as z:
        z.extractall(folder)
    return folder


@pytest.mark.parametrize('form', ['zip', 'folder'])
def test_masks_photos_prompts_and_negatives_are_the_written_ones(export, form):
    path, truth = export
    samples = list(RetrainingDataset(path if form == 'zip' else unzipped(path)))
    assert [s['file_name'] for s in samples] == [f'photo {n}.png' for n in range(1, 5)]
    for n, s in enumerate(samples):
        # the third is stored turned
        assert (s['image'].numpy() == truth[s['file_name']].transpose(2, 0, 1)).all()
        assert s['masks'].dtype == torch.bool and (s['masks'].numpy() == np.stack([truth[2 * n + 1], truth[2 * n + 2]])).all()
        assert s['categories'].tolist() == [1, 2]
        first, second = s['prompts'][0]
        assert first['labels'].tolist() == [1] and first['box'] is None and not first['feedback'] and first['candidate'] == 1
        assert second['labels'].tolist() == [0] and second['points'].tolist() == [[1.5, 2.5]] and second['box'].tolist() == [1, 2, 30, 31]
        assert second['feedback']
        x, y = first['points'][0].long().tolist()
        assert s['masks'][0, y, x]
    assert [len(s['negatives']) for s in samples] == [1, 0, 0, 1]
    assert (samples[3]['negatives'][0].numpy() == truth['n4']).all()
    assert samples[1]['negatives'].shape == (0, 32, 48)
    assert samples[0]['provenance'][0]['origin'] == 'proposed' and samples[1]['group'] == 'walk'


def test_splits_are_kept_apart(export):
    parts = {split: [s['file_name'] for s in RetrainingDataset(export[0], split)] for split in ('train', 'val', 'test')}
    assert parts == {'train': ['photo 1.png', 'photo 2.png', 'photo 3.png'], 'val': ['photo 4.png'], 'test': []}


def test_workers_of_a_data_loader_read_one_zip_side_by_side(export):
    data = RetrainingDataset(export[0])
    data[0]                                           # the zip is open before the workers start
    loader = DataLoader(data, batch_size=1, num_workers=2, collate_fn=collate, multiprocessing_context='fork')
    for _ in range(3):
        for n, (sample,) in enumerate(loader):
            assert (sample['masks'].numpy() == data[n]['masks'].numpy()).all()
            assert (sample['image'] == data[n]['image']).all()
    # what a spawned worker gets
    assert (pickle.loads(pickle.dumps(data))[3]['masks'] == data[3]['masks']).all()


@pytest.mark.parametrize('name, change, message', [
    ('provenance.jsonl', lambda b: b.replace(b'corrected', b'Corrected'), 'provenance.jsonl: has SHA-256'),
    ('images/photo 2.png', lambda b: b[:-1], 'photo 2.png: has .* bytes, the manifest says'),
    ('negatives.jsonl', lambda b: None, 'has no negatives.jsonl'),
])
def test_a_file_that_the_manifest_does_not_know_so_is_refused(export, name, change, message):
    folder = unzipped(export[0])
    changed = change((folder / name).read_bytes())
    (folder / name).unlink() if changed is None else (folder / name).write_bytes(changed)
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        RetrainingDataset(folder)


def test_a_damaged_zip_is_refused(export):
    data = bytearray(export[0].read_bytes())
    with zipfile.ZipFile(export[0]) as z:
        info = z.getinfo('annotations.json')
    data[info.header_offset + 120] ^= 0xff
    export[0].write_bytes(data)
    with pytest.raises(Exception, match='annotations.json|decompress'):
        RetrainingDataset(export[0])


def test_another_format_and_wrong_counts_are_named(export):
    folder = unzipped(export[0])
    manifest = json.loads((folder / 'manifest.json').read_text())
    (folder / 'manifest.json').write_text(json.dumps({**manifest, 'format': 'coco'}))
    with pytest.raises(ValueError, match="in the format 'coco', expected 'retraining'"):
        RetrainingSet(folder)
    (folder / 'manifest.json').write_text(json.dumps({**manifest, 'masks': 9}))
    with pytest.raises(ValueError, match='holds 8 masks, its manifest says 9'):
        RetrainingSet(folder)


def test_references_are_found_by_hash_and_held_against_it(tmp_path):
    path, truth = write_export(tmp_path, with_images=False)
    assert RetrainingDataset(path)[0]['image'] is None
    with pytest.raises(FileNotFoundError, match='--photos'):
        dataset.read(path, 64)
    photos = tmp_path / 'photos'
    (photos / 'ab').mkdir(parents=True)
    (tmp_path / 'other').mkdir()
    with_images, _ = write_export(tmp_path / 'other')
    entries = RetrainingSet(path).entries
    with zipfile.ZipFile(with_images) as z:
        for e in entries:
            (photos / 'ab' / e['sha256']).write_bytes(z.read(f"images/{e['file_name']}"))
    found = RetrainingDataset(path, photos=photos)
    assert (found[2]['image'].numpy().transpose(1, 2, 0) == truth['photo 3.png']).all()
    (photos / 'photo 1.png').write_bytes(b'something else')
    with pytest.raises(ValueError, match='is not the labelled photo'):
        found[0]


def test_finetuning_reads_the_zip_itself(export):
    items = dataset.read(export[0], 64)
    assert [(i.name, sum(int(m.max()) for m in i.labels)) for i in items] == [('photo 1.png', 1), ('photo 2.png', 2), ('photo 3.png', 2)]
    assert all(len(i.clicks) for i in items)


def test_sixteen_bit_grey_is_scaled_not_clipped():
    import io
    from PIL import Image
    out = io.BytesIO()
    Image.fromarray(np.array([[0, 256, 65535]], np.uint16)).save(out, 'PNG')
    assert read_pixels(out.getvalue(), 1)[0, :, 0].tolist() == [0, 1, 255]
