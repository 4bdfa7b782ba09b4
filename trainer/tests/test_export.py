"""The exported files: valid, small, equal to the network, and readable again."""
import json

import numpy as np
import onnx
import pytest
import torch

from maskloop_trainer.checkpoints import average, load, load_pair
from maskloop_trainer.config import experiment
from maskloop_trainer.export import DECODER_INPUTS, DECODER_OUTPUTS, ENCODER_OUTPUTS, export
from maskloop_trainer.model import Segmenter, count_macs
from maskloop_trainer.predictor import OnnxPair, TorchPair, model_size

from networks import as_if_trained

SIDE = 128


@pytest.fixture(scope='module')
def network():
    torch.manual_seed(0)
    config = experiment('tiny')
    net = Segmenter(config.encoder, config.decoder)
    return as_if_trained(net)


@pytest.fixture(scope='module')
def folder(network, tmp_path_factory):
    folder = tmp_path_factory.mktemp('pair')
    export(network, SIDE, folder)
    return folder


def prompts(b, n):
    torch.manual_seed(b * 10 + n)
    labels = torch.randint(-1, 2, (b, n)).float()
    if n > 2:
        labels[0, :2] = torch.tensor([2.0, 3.0])
    return torch.rand(b, n, 2) * SIDE, labels, torch.randn(b, 1, SIDE // 4, SIDE // 4), (torch.arange(b) % 2).float()


def test_the_graphs_pass_the_checker_and_have_the_contract_names(folder):
    encoder, decoder = onnx.load(str(folder / 'encoder.onnx')), onnx.load(str(folder / 'decoder.onnx'))
    for model in (encoder, decoder):
        onnx.checker.check_model(model, full_check=True)
    assert [i.name for i in encoder.graph.input] == ['image']
    assert [o.name for o in encoder.graph.output] == list(ENCODER_OUTPUTS)
    assert [i.name for i in decoder.graph.input] == list(DECODER_INPUTS)
    assert [o.name for o in decoder.graph.output] == list(DECODER_OUTPUTS)
    shape = [d.dim_param or d.dim_value for d in decoder.graph.output[0].type.tensor_type.shape.dim]
    assert shape == ['B', 4, SIDE // 4, SIDE // 4]


def test_large_weights_are_stored_as_float16(folder):
    for name in ('encoder.onnx', 'decoder.onnx'):
        for t in onnx.load(str(folder / name)).graph.initializer:
            elements = int(np.prod(t.dims))
            assert t.data_type != onnx.TensorProto.FLOAT or elements * 4 < 1024


@pytest.mark.parametrize('b, n', [(1, 1), (1, 4), (5, 3)])
def test_the_files_compute_what_the_network_computes(folder, network, b, n):
    files, net = OnnxPair(folder), TorchPair(network, SIDE)
    image = torch.randn(1, 3, SIDE, SIDE)
    feats = net.encode(image)
    for ours, theirs in zip(files.encode(image), feats):
        assert (ours - theirs).abs().max() < 0.02 * theirs.abs().max()
    masks, iou = files.decode(feats, *prompts(b, n))
    wanted, wanted_iou = net.decode(feats, *prompts(b, n))
    assert masks.shape == (b, 4, SIDE // 4, SIDE // 4)
    assert ((masks > 0) == (wanted > 0)).float().mean() > 0.995
    assert (iou - wanted_iou).abs().max() < 0.01


def test_a_pair_read_back_as_a_network_computes_the_same(folder):
    net, side = load_pair(folder)
    assert side == SIDE
    files, back = OnnxPair(folder), TorchPair(net, side)
    image = torch.randn(1, 3, SIDE, SIDE)
    feats = files.encode(image)
    for a, b in zip(feats, back.encode(image)):
        assert torch.allclose(a, b, atol=1e-3)
    assert torch.allclose(files.decode(feats, *prompts(2, 3))[0], back.decode(feats, *prompts(2, 3))[0], atol=1e-3)


def test_padding_points_change_nothing(network):
    pair = TorchPair(network, SIDE)
    feats = pair.encode(torch.randn(1, 3, SIDE, SIDE))
    mask, has = torch.zeros(1, 1, SIDE // 4, SIDE // 4), torch.zeros(1)
    point = torch.tensor([[[40.0, 50.0]]])
    padded = torch.tensor([[[40.0, 50.0], [7.0, 9.0]]])
    a = pair.decode(feats, point, torch.ones(1, 1), mask, has)
    b = pair.decode(feats, padded, torch.tensor([[1.0, -1.0]]), mask, has)
    assert torch.allclose(a[0], b[0], atol=1e-4) and torch.allclose(a[1], b[1], atol=1e-5)


def test_the_manifest_states_files_and_contract(folder):
    m = json.loads((folder / 'manifest.json').read_text())
    assert m['family'] == 'maskloop' and m['side'] == SIDE and m['decoder']['lowResSide'] == SIDE // 4
    for part in ('encoder', 'decoder'):
        stated = m[part]['file']
        assert stated['bytes'] == (folder / stated['path']).stat().st_size and len(stated['sha256']) == 64


def test_the_shipped_architecture_stays_within_its_budget():
    config = experiment('everyday')
    encoder, decoder = count_macs(Segmenter(config.encoder, config.decoder), config.side)
    assert encoder < 3.4e9 and decoder < 0.18e9


@pytest.mark.parametrize('width, height, expected', [(1800, 1200, (448, 299)), (640, 480, (448, 336)), (200, 300, (299, 448)), (100, 100, (448, 448))])
def test_sizes_round_half_up_like_the_reference(width, height, expected):
    assert model_size(width, height, 448) == expected


def test_the_recorded_answers_are_those_of_the_exported_files(folder, network, tmp_path):
    from PIL import Image
    from maskloop_trainer.parity import STRIDE, record
    picture = tmp_path / 'picture.png'
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (60, 80, 3), np.uint8)).save(picture)
    recorded = record(folder, picture)
    assert len(recorded['answers']) == len(recorded['prompts']) == 4
    assert [len(row) for row in recorded['answers'][0]['logits']] == [(SIDE // 4 // STRIDE) ** 2] * 4
    assert recorded == record(folder, picture)
    assert [a['best'] for a in recorded['answers']] == [int(np.argmax(a['iou'])) for a in recorded['answers']]


def test_legs_are_averaged_weight_by_weight_and_other_networks_refused(folder, tmp_path):
    config = experiment('tiny')
    torch.manual_seed(1)
    export(as_if_trained(Segmenter(config.encoder, config.decoder)), SIDE, tmp_path / 'other')
    average([folder, tmp_path / 'other', tmp_path / 'other'], tmp_path / 'mean.pt')
    mean, (one, _), (two, _) = load(tmp_path / 'mean.pt')[0].state_dict(), load(folder), load(tmp_path / 'other')
    for name in ('encoder.stem.0.0.weight', 'decoder.mask.bias'):
        expected = (one.state_dict()[name] + 2 * two.state_dict()[name]) / 3
        assert torch.allclose(mean[name], expected, atol=1e-6)
        assert not torch.allclose(mean[name], two.state_dict()[name], atol=1e-3)
    export(load(tmp_path / 'mean.pt')[0], SIDE, tmp_path / 'again')
    torch.save(dict(config=json.loads(experiment('everyday').to_json()), ema=Segmenter().state_dict()), tmp_path / 'large.pt')
    with pytest.raises(ValueError, match='large.pt: another network'):
        average([folder, tmp_path / 'large.pt'], tmp_path / 'mean.pt')
