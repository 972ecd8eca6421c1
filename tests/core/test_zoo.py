"""The templates: known counts, no problems, and they compute and learn."""

from __future__ import annotations

import re

import numpy as np
import pytest

from core.data.fitted import fit
from core.data.sources import open_source
from core.graph import Graph
from core.infer import infer
from core.layers import Add, Concat, Input, MaskedConv2d, Output
from core.losses import CrossEntropy
from core.network import Network
from core.training.learner import Learner
from core.zoo import BY_ID, GROUPS, TEMPLATES, Template, find
from tests.support import architectures

# Parameters, and multiply-adds for one item where somebody counted them independently.
COUNTS: dict[str, tuple[int, int | None]] = {
    "lenet5": (61_706, 416_520),
    "largenet": (10_002, 427_320),
    "vgg-small": (551_018, 38_896_896),
    "resnet-small": (77_754, 9_345_920),
    "toy-5x5": (23, 2 * 9 * 9 + 2),
    # 8·25+8, 16·8·25+16, 32·16·9+32, 32·10+10; a window of v and one for each plane's blur.
    "neocognitron": (8_394, 795_218),
    "lenet5-1998": (60_000, None),
    "convnetjs-cifar10": (22_466, None),
    "resnet20-cifar": (269_722, None),
    "alexnet": (60_965_224, 724_406_816),
    "alexnet-ungrouped": (62_378_344, None),
    "zfnet": (62_357_608, None),
    "zfnet-512": (107_627_624, None),
    "vgg-a": (132_863_336, None),
    "vgg-a-lrn": (132_863_336, None),
    "vgg-b": (133_047_848, None),
    "vgg-c": (133_638_952, None),
    "vgg-d": (138_357_544, 15_470_264_320),
    "vgg-e": (143_667_240, None),
    "all-cnn-c": (1_369_738, None),
    "googlenet": (6_998_552, None),
    "googlenet-aux": (13_378_280, None),
    "resnet18": (11_689_512, 1_814_073_344),
    "resnet34": (21_797_672, None),
    "resnet50": (25_557_032, None),
    "resnet152": (60_192_808, None),
    "densenet121": (7_978_856, None),
    "mobilenet-v1": (4_231_976, 568_740_352),
    "squeezenet": (1_248_424, None),
    "tdnn": (9_534, None),
    "spectrogram-cnn": (130_726, None),
    "box-and-class": (157_106, None),
    "pose": (321_174, None),
    "unet-small": (29_465, None),
}
# The same networks put together by other hands.
ELSEWHERE = {
    "alexnet": lambda: architectures.alexnet(2),
    "alexnet-ungrouped": lambda: architectures.alexnet(1),
    **{f"vgg-{name}": lambda name=name: architectures.vgg(name.upper()) for name in "abcde"},
    "googlenet": architectures.googlenet,
    "resnet18": lambda: architectures.resnet((2, 2, 2, 2), bottleneck=False),
    "resnet34": lambda: architectures.resnet((3, 4, 6, 3), bottleneck=False),
    "resnet50": lambda: architectures.resnet((3, 4, 6, 3), bottleneck=True),
    "resnet152": lambda: architectures.resnet((3, 8, 36, 3), bottleneck=True),
    "densenet121": architectures.densenet121,
}
NARROW = [template.narrow(8) for template in TEMPLATES if template.small]
LARGE = 5_000_000  # parameters; above, one picture takes seconds and gigabytes

each_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.id)
each_to_run = pytest.mark.parametrize(
    "template",
    [*(one for one in TEMPLATES if one.parameters < LARGE and not one.small), *NARROW],
    ids=lambda one: one.id,
)


@each_template
def test_counts_are_exact(template: Template) -> None:
    inference = infer(template.build())
    parameters, macs = COUNTS[template.id]
    assert inference.parameters == template.parameters == parameters
    assert macs is None or inference.macs == macs


@pytest.mark.parametrize("name", ELSEWHERE)
def test_costs_are_those_of_another_construction(name: str) -> None:
    ours, theirs = infer(BY_ID[name].build()), infer(ELSEWHERE[name]())
    assert ours.parameters == theirs.parameters
    if name != "alexnet-ungrouped":
        assert ours.macs == pytest.approx(theirs.macs, rel=0.02)


@each_template
def test_no_template_has_a_problem(template: Template) -> None:
    assert infer(template.build()).problems == ()


@pytest.mark.parametrize("template", NARROW, ids=lambda one: one.id)
@pytest.mark.parametrize("divisor", [1, 5, 8, 32])
def test_narrow_versions_have_no_problem(template: Template, divisor: int) -> None:
    narrow = find(f"{template.id.partition('/')[0]}/{divisor}")
    assert narrow is not None
    inference = infer(narrow.build())
    assert inference.problems == ()
    assert inference.parameters == narrow.parameters
    assert narrow.build().of_type(Output)[0].id in inference.nodes


@each_to_run
def test_small_ones_compute_one_item_of_their_data(template: Template) -> None:
    design = template.design()
    network = Network(design.graph, seed=1)
    data = fit(open_source(design.data.source), network.input_shape, design.data.policy)
    x, targets = data.train.batch([0])
    assert np.isfinite(network.loss_and_gradients(x, targets))
    assert np.isfinite(network.predict(x)).all()
    assert network.gradients.any()


@pytest.mark.parametrize("name", ["lenet5-1998", "resnet18/8", "vgg-a/8", "box-and-class"])
def test_losses_fall(name: str) -> None:
    template = find(name)
    assert template is not None
    design = template.design()
    network = Network(design.graph, seed=3)
    data = fit(open_source(design.data.source), network.input_shape, design.data.policy)
    x, targets = data.train.batch(np.arange(16))
    learner = Learner(network, design.plan.optimizer)
    losses = [float(learner.step(x, targets, lr=design.plan.optimizer.lr / 5)) for _ in range(8)]
    assert np.isfinite(losses).all()
    assert losses[-1] < losses[0]


@each_template
def test_building_twice_gives_equal_graphs(template: Template) -> None:
    assert template.build() == template.build()


@each_template
def test_what_people_read(template: Template) -> None:
    assert BY_ID[template.id] is find(template.id) is template
    assert template.sentence.endswith(".")
    assert template.group in GROUPS
    assert re.fullmatch(r"[a-z0-9-]+", template.id)


def test_the_order_is_that_of_the_groups() -> None:
    places = [GROUPS.index(template.group) for template in TEMPLATES]
    assert places == sorted(places)
    assert list(BY_ID)[:4] == ["lenet5", "largenet", "vgg-small", "resnet-small"]
    assert len(BY_ID) == len(TEMPLATES)


def test_what_is_no_template() -> None:
    assert find("resnet") is find("a/b/8") is find("nothing/8") is None
    with pytest.raises(ValueError, match="no narrow versions"):
        find("lenet5/8")
    with pytest.raises(ValueError, match="1 to 32"):
        find("vgg-d/64")


# ---- as the lectures draw them ----------------------------------------------------------


def sizes(graph: Graph) -> list[int]:
    """The sides of all maps in the order data flows, each once."""
    found: list[int] = []
    for info in infer(graph).nodes.values():
        if info.output and len(info.output) == 3 and info.output[1] not in found:
            found.append(info.output[1])
    return found


def test_lenet_is_drawn_as_in_the_lectures() -> None:
    nodes = infer(BY_ID["lenet5"].build()).nodes
    outputs = [info.output for info in nodes.values()]
    for shape in ((6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (400,), (120,), (84,)):
        assert shape in outputs


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("alexnet", [227, 55, 27, 13, 6]),
        ("zfnet", [224, 110, 55, 26, 13, 6]),
        ("vgg-d", [224, 112, 56, 28, 14, 7]),
        ("lenet5-1998", [32, 28, 14, 10, 5, 1]),
        ("all-cnn-c", [32, 16, 8, 6]),
        ("resnet152", [224, 112, 56, 28, 14, 7]),
    ],
)
def test_map_sizes(name: str, expected: list[int]) -> None:
    assert sizes(BY_ID[name].build()) == expected


def test_lenet_of_1998_layer_by_layer() -> None:
    graph = BY_ID["lenet5-1998"].build()
    nodes = infer(graph).nodes
    counted = [nodes[id].cost.parameters for id in ("c1", "s2", "c3", "s4", "c5", "f6", "rbf")]
    assert counted == [156, 12, 1516, 32, 48_120, 10_164, 0]
    (c3,) = graph.of_type(MaskedConv2d)
    assert sum(len(read) for read in c3.layer.table) == 60  # type: ignore[attr-defined]


def test_the_toy_network_gives_the_number_of_the_lecture() -> None:
    design = BY_ID["toy-5x5"].design()
    data = fit(open_source(design.data.source), (1, 5, 5), design.data.policy)
    network = Network(design.graph, seed=9)
    x, _ = data.train.batch([0])
    pooled = network.activations(x, ["conv", "pool"])
    assert pooled["conv"][0, 0].tolist() == [[-1, 1, 1], [2, 0, -2], [-2, 1, 1]]
    assert pooled["conv"][0, 1].tolist() == [[2, 2, 0], [5, 1, -3], [1, 0, -1]]
    assert pooled["pool"].ravel().tolist() == [2, 5]
    assert network.predict(x).item() == pytest.approx(0.3318122278, abs=1e-6)


def test_residual_blocks_meet() -> None:
    for name, blocks in (("resnet18", 8), ("resnet50", 16), ("resnet152", 50)):
        assert len(BY_ID[name].build().of_type(Add)) == blocks
    assert len(BY_ID["densenet121"].build().of_type(Concat)) == 58
    assert len(BY_ID["googlenet"].build().of_type(Concat)) == 9


def test_heads_of_several() -> None:
    heads = BY_ID["googlenet-aux"].build().of_type(Output)
    assert sorted(head.layer.weight for head in heads) == [0.3, 0.3, 1.0]  # type: ignore[attr-defined]
    network = Network(BY_ID["box-and-class"].build())
    assert network.outputs == ("class_out", "corners_out")
    assert isinstance(network.graph["class_out"].layer.loss, CrossEntropy)  # type: ignore[attr-defined]
    assert Network(find("googlenet-aux/8").build()).outputs[0] == "output"  # type: ignore[union-attr]


def test_every_network_begins_with_one_input() -> None:
    assert all(len(template.build().of_type(Input)) == 1 for template in TEMPLATES)
