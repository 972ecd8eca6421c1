"""On random networks with branches and several heads, every step is the engine's number."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from numpy.testing import assert_allclose

from core.explain.frames import Target
from core.explain.probe import probe
from core.explain.steps import parts, steps
from core.explain.wiring import is_wired
from core.graph import Graph
from core.infer import infer
from core.network import Network
from tests.support.random_graphs import graphs

WANTS = ("x", "y", "dx", "dy", "z", "dz", "v")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(graph=graphs())
def test_every_layer_that_slides(graph: Graph) -> None:
    if any(problem.severity == "error" for problem in infer(graph).problems):
        return
    network = Network(graph, seed=1, dtype=np.float64)
    random = np.random.default_rng(1)
    item = random.normal(size=network.input_shape)
    labels = {network.output(id).target: np.zeros(1, np.int64) for id in network.outputs}
    for id in graph.order:
        layer = graph[id].layer
        if not is_wired(layer) or id not in network.graph.nodes:
            continue
        weights = network.inference.nodes[id].weights
        wants = (*WANTS, *weights, *(f"d{name}" for name in weights))
        tensors = probe(network, item, labels, node=id, wants=wants)
        for part in parts(layer) or ("",):
            for one in steps(layer, tensors, part=part).values():
                h, w = one.size
                for target in (Target(0, 0, 0), Target(one.maps - 1, h - 1, w - 1)):
                    planes = one.planes(target.map)
                    frame = one.frame(target, int(planes[0]) if len(planes) else 0)
                    assert frame.engine is not None
                    assert_allclose(frame.total, frame.engine, rtol=1e-7, atol=1e-9)
