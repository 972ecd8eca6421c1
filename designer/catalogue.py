"""What looks inside a network: every view in its place. A new view is one line here."""

from __future__ import annotations

from designer.engine.client import Engine
from designer.engine.vitals import Vitals
from designer.pane import EXPLORE, INSIDE, SIZES, WRONG, Pane
from designer.viewers.as_matrix import AsMatrixView
from designer.viewers.drawing import DrawingView
from designer.viewers.dream import DreamView
from designer.viewers.examples import ExamplesView
from designer.viewers.field import FieldView
from designer.viewers.filters import FiltersView
from designer.viewers.health import HealthView
from designer.viewers.invariance import InvarianceView
from designer.viewers.kernel_lab import KernelLab
from designer.viewers.maps import MapsView
from designer.viewers.mistakes import MistakesView
from designer.viewers.neighbors import NeighborsView
from designer.viewers.patches import PatchesView
from designer.viewers.ruler import RulerView
from designer.viewers.saliency import SaliencyView
from designer.viewers.selection import Selection
from designer.viewers.sizes import SizesView
from designer.viewers.stepper import StepperView
from designer.viewers.surgery import SurgeryView
from designer.viewers.variants import VariantsView


def views(selection: Selection, engine: Engine, vitals: Vitals) -> list[Pane]:
    """The views of a window, in the order of their tabs and of the list of views."""
    document, at = selection.document, (selection, engine)
    return [
        Pane("filters", "Filters", FiltersView(*at), "viewer", INSIDE, open=True),
        Pane("maps", "Feature maps", MapsView(*at), "viewer", INSIDE, open=True),
        Pane("stepper", "Step by step", StepperView(*at), "viewer", INSIDE, "steps", open=True),
        Pane("sizes", "Size", SizesView(document), "viewer", SIZES, open=True),
        Pane("field", "Field", FieldView(*at), "viewer", SIZES),
        Pane("ruler", "Ruler", RulerView(document, engine, vitals), "viewer", SIZES),
        Pane("health", "Health", HealthView(selection, vitals), "viewer", WRONG),
        Pane("saliency", "Where it looks", SaliencyView(*at), "viewer", INSIDE, "eye"),
        Pane("mistakes", "Mistakes", MistakesView(*at), "viewer", WRONG, "matrix"),
        Pane("examples", "Worked examples", ExamplesView(*at), "viewer", EXPLORE, "steps"),
        Pane("drawing", "Draw", DrawingView(*at), "viewer", EXPLORE, "brush"),
        Pane("kernel-lab", "Kernel lab", KernelLab(*at), "viewer", EXPLORE, "kernel"),
        Pane("patches", "Strongest patches", PatchesView(*at), "viewer", INSIDE),
        Pane("neighbors", "Neighbors", NeighborsView(*at), "viewer", INSIDE),
        Pane("dream", "What it would like", DreamView(*at), "viewer", INSIDE),
        Pane("as-matrix", "As a matrix", AsMatrixView(*at), "viewer", INSIDE),
        Pane("surgery", "Surgery", SurgeryView(*at), "viewer", EXPLORE),
        Pane("invariance", "Invariance", InvarianceView(*at), "viewer", EXPLORE),
        Pane("variants", "Augmentation", VariantsView(*at), "viewer", EXPLORE),
    ]
