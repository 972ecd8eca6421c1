"""Every layer of the catalogue through the same checks; the cases are in a table of their own."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from core.backend import Backend
from core.backend.compiled.backend import CompiledBackend
from core.backend.cupy import CupyBackend
from core.fixes import repaired, ways_out
from core.graph import Graph
from core.infer import infer
from core.layers import CATALOGUE, FAMILIES, AvgPool2d, Conv2d, Input, Layer, MaxPool2d, Output
from core.settings import SettingError, from_json, settings_of, to_json
from core.shapes import Shape, ShapeError
from tests.support.gradients import error, numeric_gradient
from tests.support.host_cuda import needs_compiler
from tests.support.layer_cases import CASES, REFUSALS, TABLE, Case, Refusal, nasty
from tests.support.layer_run import LayerRun, Result, given, loss, run_layer
from tests.support.store_oracle import sample, stored_layers
from tests.support.strict_array import cupy_replaced, traffic

MANY = [layer for layer in CATALOGUE if settings_of(layer) and layer not in (Input, Output)]
WINDOWED = [layer for layer in MANY if hasattr(layer, "kernel_size") and hasattr(layer, "stride")]

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
every_layer = pytest.mark.parametrize("layer", CATALOGUE, ids=lambda layer: layer.__name__)
every_refusal = pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.id)


@every_layer
def test_layer_has_cases(layer: type[Layer]) -> None:
    assert len(set(TABLE.get(layer, ()))) >= (20 if layer in MANY else 2)


@pytest.mark.parametrize("layer", WINDOWED, ids=lambda layer: layer.__name__)
def test_nasty_windows_are_among_the_cases(layer: type[Layer]) -> None:
    found = set().union(*(nasty(case) for case in TABLE[layer]))
    wanted = {"6/3/2", "8/3/3", "even kernel", "overlap", "gaps"}
    assert found >= wanted | ({"uneven padding"} if hasattr(layer, "padding") else set())


@every_layer
def test_layer_refuses_something_or_takes_all(layer: type[Layer]) -> None:
    takes_all = {"ReLU", "Sigmoid", "Tanh", "Softmax", "LogSoftmax", "Flatten"}
    takes_all |= {"SELU", "SiLU", "Mish", "HardSigmoid", "HardSwish"}
    assert (layer.__name__ in takes_all) != any(one.layer is layer for one in REFUSALS)


@every_layer
def test_docstring_and_family(layer: type[Layer]) -> None:
    text = layer.__doc__ or ""
    for section in ("Formula", "Shape", "Backward", "Source", "See also"):
        assert f"\n    {section}:\n" in text, f"{layer.__name__} lacks {section}"
    assert layer.family in FAMILIES


@every_case
def test_settings_round_trip(case: Case) -> None:
    assert from_json(to_json(case.layer), CATALOGUE) == case.layer


@every_case
def test_inferred_shape_is_the_real_one(case: Case) -> None:
    result = reference(case)
    assert result.y.shape == (case.batch, *case.layer.infer(*case.inputs))
    assert [dx.shape[1:] for dx in result.dx] == list(case.inputs)
    assert all(np.isfinite(values).all() for values in result.named().values())
    for step in case.layer.explain(*case.inputs):
        assert step.text.endswith(f"= {step.value}")
        assert step.value in result.y.shape


@every_case
def test_cost_counts_what_is_there(case: Case) -> None:
    cost, result = case.layer.cost(*case.inputs), reference(case)
    assert cost.parameters == sum(values.size for values in result.dw.values())
    assert cost.outputs == result.y[0].size


@pytest.mark.parametrize("case", [c for c in CASES if not c.ties], ids=lambda case: case.id)
def test_gradients_are_the_slopes(case: Case) -> None:
    start, result = given(case), reference(case)
    for x, dx in zip(start.inputs, result.dx, strict=bool(case.inputs)):
        assert error(dx, numeric_gradient(lambda: loss(case, start), x)) <= 1e-6
    for name, dw in result.dw.items():
        slope = numeric_gradient(lambda: loss(case, start), start.weights[name])
        assert error(dw, slope) <= 1e-6, name


@every_case
def test_float32_agrees_with_float64(case: Case) -> None:
    assert_close(run_layer(case, given(case), Backend(), np.float32), reference(case), 1e-5)


@every_case
def test_stored_pytorch_results(case: Case) -> None:
    for name, got in reference(case).named().items():
        key = f"{case.id}/{name}"
        assert key in stored(), f"{key} is not stored: python -m tests.support.store_oracle"
        assert error(sample(got), stored()[key]) <= 1e-10, name


@pytest.mark.oracle
@every_case
def test_pytorch_gives_the_same(case: Case) -> None:
    from tests.support.oracle import pytorch_result

    start = given(case)
    wanted = pytorch_result(case, start)
    assert_close(reference(case), wanted, 1e-10)
    assert_close(run_layer(case, start, Backend(), np.float32), wanted, 1e-5)


@pytest.mark.parametrize(("dtype", "limit"), [(np.float32, 1e-5), (np.float64, 1e-12)])
@every_case
def test_compiled_kernels_give_the_same(case: Case, dtype: Any, limit: float) -> None:
    got = run_layer(case, given(case), CompiledBackend(), dtype)
    assert_close(got, reference(case), limit)


@needs_compiler
@pytest.mark.parametrize(("dtype", "limit"), [(np.float32, 1e-6), (np.float64, 1e-13)])
@every_case
def test_gpu_path_gives_the_same(case: Case, dtype: Any, limit: float) -> None:
    start = given(case)
    with cupy_replaced():
        got = run_layer(case, start, CupyBackend(tf32=False), dtype)
    assert_close(got, run_layer(case, start, Backend(), dtype), limit)


@needs_compiler
@every_layer
def test_gpu_path_never_waits(layer: type[Layer]) -> None:
    case = TABLE[layer][0]
    start, declared = given(case), case.layer.weights(*case.inputs)
    with cupy_replaced():
        backend = CupyBackend()
        run = LayerRun(backend, np.float32, case.training, seed=case.seed)
        w = {name: backend.asarray(values, np.float32) for name, values in start.weights.items()}
        dy = backend.asarray(start.dy, np.float32)
        inputs = [backend.asarray(x, np.float32) for x in start.inputs]
        dw = {name: backend.xp.empty_like(w[name]) for name in w if declared[name].trained}
        traffic.reset()
        _, saved = case.layer.forward(run, w, *inputs)
        case.layer.backward(run, w, saved, dy, dw)
        assert (traffic.downloads, traffic.waits) == (0, 0)


@every_case
def test_same_input_gives_the_same_bits(case: Case) -> None:
    again = run_layer(case, given(case), Backend(), np.float64).named()
    for name, values in reference(case).named().items():
        assert np.array_equal(values, again[name]), name


@every_case
def test_layer_changes_nothing_it_is_given(case: Case) -> None:
    start, declared = given(case), case.layer.weights(*case.inputs)
    run = LayerRun(Backend(), np.float64, case.training, seed=case.seed)
    trained = [name for name, weight in declared.items() if weight.trained]
    for array in (*start.inputs, start.dy, *(start.weights[name] for name in trained)):
        array.flags.writeable = False
    y, saved = case.layer.forward(run, start.weights, *start.inputs)
    y.flags.writeable = False
    dw = {name: np.empty(declared[name].shape) for name in trained}
    case.layer.backward(run, start.weights, saved, start.dy, dw)


@every_case
def test_dx_is_left_out_where_nothing_learns_before(case: Case) -> None:
    start = given(case)
    run = LayerRun(Backend(), np.float64, case.training, wants_dx=False, seed=case.seed)
    _, saved = case.layer.forward(run, start.weights, *start.inputs)
    dw = {name: np.full(values.shape, np.nan) for name, values in start.weights.items()}
    dx = case.layer.backward(run, start.weights, saved, start.dy, dw)
    assert len(dx) == len(case.inputs)
    if reference(case).dw:
        assert set(dx) == {None}
    for name, wanted in reference(case).dw.items():
        assert np.array_equal(dw[name], wanted), name


@every_refusal
def test_refusal_names_the_setting(refusal: Refusal) -> None:
    if not refusal.inputs:
        with pytest.raises(SettingError) as illegal:
            refusal.layer(**refusal.settings)
        assert illegal.value.setting.split(".")[0] == refusal.setting
        assert illegal.value.sentence
        return
    layer = refusal.layer(**refusal.settings)
    with pytest.raises(ShapeError) as unfit:
        layer.infer(*refusal.inputs)
    assert unfit.value.setting == refusal.setting
    assert unfit.value.sentence.endswith(".")
    labels = {one.name: one.label for one in settings_of(refusal.layer)}
    assert labels.get(refusal.setting, "").lower() in unfit.value.sentence.lower()
    assert_remedies_work(layer, refusal.inputs)


WINDOWS = st.fixed_dictionaries(
    {
        "kernel_size": st.tuples(*[st.integers(1, 9)] * 2),
        "stride": st.tuples(*[st.integers(1, 4)] * 2),
        "padding": st.tuples(*[st.integers(0, 4)] * 4),
    }
)


@settings(max_examples=150, deadline=None)
@drawn(st.sampled_from([Conv2d, MaxPool2d, AvgPool2d]), WINDOWS, st.integers(1, 6), st.data())
def test_every_remedy_of_a_window_works(
    layer: type[Layer], window: dict[str, Any], size: int, data: st.DataObject
) -> None:
    if layer is Conv2d:
        window["dilation"] = data.draw(st.tuples(*[st.integers(1, 3)] * 2))
    try:
        made = layer(**window)
    except SettingError:
        return
    assert_remedies_work(made, ((2, size, data.draw(st.integers(1, 6))),))


@pytest.mark.parametrize("p", [0.2, 0.5, 0.8])
def test_dropout_drops_its_share_and_keeps_the_mean(p: float) -> None:
    from core.layers import Dropout

    run, x = LayerRun(Backend(), np.float64), np.ones((1, 40_000))
    y, _ = Dropout(p).forward(run, {}, x)
    assert abs((y == 0).mean() - p) < 0.02
    assert math.isclose(y.mean(), 1.0, abs_tol=0.05)


@cache
def reference(case: Case) -> Result:
    """What the readable backend gives in float64."""
    return run_layer(case, given(case), Backend(), np.float64)


@cache
def stored() -> dict[str, Any]:
    """Samples of PyTorch's results by case and array, read once."""
    return stored_layers()


def assert_close(got: Result, want: Result, limit: float) -> None:
    """Every array of two results, relative to the largest value of the second."""
    assert got.named().keys() == want.named().keys()
    for name, values in want.named().items():
        assert error(got.named()[name], values) <= limit, name


def assert_remedies_work(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    """Every fix offered for a layer on these inputs is legal and removes the problem."""
    graph = Graph().with_node(layer, id="it")
    for number, shape in enumerate(shapes):
        graph = graph.with_node(Input(shape), id=f"input{number}")
        graph = graph.with_wire(f"input{number}", "it")
    if not isinstance(layer, Output):
        graph = graph.with_node(Output(), id="output").with_wire("it", "output")
    for problem in infer(graph).problems_of("it"):
        ways = ways_out(graph, problem)
        assert ways or not problem.setting
        for way in ways:
            left = infer(repaired(graph, way.fix))
            assert not left.problems_of("it"), way.fix.text
            assert left.ok == way.solved
