"""What differs between two designs, against differences made by hand."""

from __future__ import annotations

from dataclasses import replace

from core.design import Design
from core.graph import Wire, chain
from core.layers import Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from core.optimizers import SGD, Adam
from designer.document.comparison import Otherwise, compare

LAYERS = (Input((1, 8, 8)), Conv2d(4, (3, 3)), ReLU(), MaxPool2d(), Flatten(), Linear(3), Output())
BEFORE = Design(chain(*LAYERS))


def test_the_same_design_differs_in_nothing() -> None:
    found = compare(BEFORE, Design(chain(*LAYERS)))
    assert found.same
    assert all(total.before == total.after for total in found.totals)
    assert not found.resized


def test_a_changed_setting_is_named_with_both_values_and_what_follows_is_resized() -> None:
    graph = BEFORE.graph.with_layer("conv1", Conv2d(8, (3, 3)))
    found = compare(BEFORE, replace(BEFORE, graph=graph))
    assert dict(found.changed) == {"conv1": (Otherwise("Filters", "4", "8"),)}
    assert found.resized["maxpool1"] == ((4, 3, 3), (8, 3, 3))
    assert found.resized["flatten1"] == ((36,), (72,))
    assert not found.same


def test_totals_are_those_of_pen_and_paper() -> None:
    """Conv 4·(9·1+1) = 40 and 8·10 = 80 parameters, Linear 3·(36+1) and 3·(72+1)."""
    graph = BEFORE.graph.with_layer("conv1", Conv2d(8, (3, 3)))
    totals = {total.label: total for total in compare(BEFORE, replace(BEFORE, graph=graph)).totals}
    assert (totals["Parameters"].before, totals["Parameters"].after) == (40 + 111, 80 + 219)
    assert totals["MACs"].before == 4 * 9 * 36 + 36 * 3
    assert (totals["Layers"].before, totals["Layers"].after) == (7, 7)


def test_what_came_and_went_is_not_told_by_its_wires_too() -> None:
    graph = (
        BEFORE.graph.without(["relu1"]).with_wire("conv1", "maxpool1").with_node(ReLU(), id="r2")
    )
    graph = graph.with_wire("linear1", "r2")
    found = compare(BEFORE, replace(BEFORE, graph=graph))
    assert [node.id for node in found.added] == ["r2"]
    assert [node.id for node in found.removed] == ["relu1"]
    assert found.wires_added == (Wire("conv1", "maxpool1"),)
    assert found.wires_removed == ()
    assert not found.changed


def test_another_kind_of_layer_name_and_bypass_are_told() -> None:
    graph = BEFORE.graph.with_layer("relu1", MaxPool2d()).renamed("conv1", "first")
    graph = graph.with_bypass(["maxpool1"], True)
    changed = compare(BEFORE, replace(BEFORE, graph=graph)).changed
    assert changed["relu1"][0].label == "Layer"
    assert changed["relu1"][0].after.startswith("MaxPool2d")
    assert changed["conv1"] == (Otherwise("Name", "conv1", "first"),)
    assert changed["maxpool1"] == (Otherwise("State", "takes part", "bypassed"),)


def test_plan_and_data_are_compared_setting_by_setting() -> None:
    plan = BEFORE.plan.replace(epochs=BEFORE.plan.epochs + 5, optimizer=SGD(lr=0.5))
    inner = plan.replace(optimizer=SGD(lr=0.25))
    found = compare(replace(BEFORE, plan=plan), replace(BEFORE, plan=inner))
    assert [(one.before, one.after) for one in found.settings] == [("0.5", "0.25")]
    other = compare(
        replace(BEFORE, plan=plan), replace(BEFORE, plan=plan.replace(optimizer=Adam()))
    )
    assert [one.label for one in other.settings] == ["Training: optimizer"]
    assert not compare(BEFORE, replace(BEFORE, plan=plan)).same


def test_moving_a_layer_is_no_difference() -> None:
    assert compare(BEFORE, BEFORE.placed({"conv1": (500, 500)})).same


def test_broken_networks_are_compared_as_far_as_they_are_known() -> None:
    graph = BEFORE.graph.with_layer("conv1", Conv2d(4, (20, 20)))
    found = compare(BEFORE, replace(BEFORE, graph=graph))
    assert found.resized["maxpool1"] == ((4, 3, 3), None)
