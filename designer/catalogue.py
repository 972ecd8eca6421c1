"""What looks inside a network: every view in its place. A new view is one line here.

A view is made when somebody first looks at it.
"""

from __future__ import annotations

from designer.engine.client import Engine
from designer.engine.vitals import Vitals
from designer.pane import EXPLORE, INSIDE, SIZES, WRONG, Pane
from designer.viewers.as_matrix import AsMatrixView
from designer.viewers.boxes import BoxesView
from designer.viewers.cortex import CortexLab
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
from designer.viewers.operation import OperationView
from designer.viewers.patches import PatchesView
from designer.viewers.ruler import RulerView
from designer.viewers.saliency import SaliencyView
from designer.viewers.scrubber import ScrubberView
from designer.viewers.selection import Selection
from designer.viewers.side_by_side import SideBySideView
from designer.viewers.signal import SignalView
from designer.viewers.sizes import SizesView
from designer.viewers.stepper import StepperView
from designer.viewers.surgery import SurgeryView
from designer.viewers.variants import VariantsView


def views(selection: Selection, engine: Engine, vitals: Vitals) -> list[Pane]:
    """The views of a window, in the order of their tabs and of the list of views."""
    document, at = selection.document, (selection, engine)
    return [
        Pane("filters", "Filters", lambda: FiltersView(*at), "viewer", INSIDE, open=True),
        Pane("maps", "Feature maps", lambda: MapsView(*at), "viewer", INSIDE, open=True),
        Pane(
            "stepper",
            "Step by step",
            lambda: StepperView(*at),
            "viewer",
            INSIDE,
            "steps",
            open=True,
        ),
        Pane("sizes", "Size", lambda: SizesView(document), "viewer", SIZES, open=True),
        Pane("field", "Field", lambda: FieldView(*at), "viewer", SIZES),
        Pane("ruler", "Ruler", lambda: RulerView(document, engine, vitals), "viewer", SIZES),
        Pane("health", "Health", lambda: HealthView(selection, vitals), "viewer", WRONG),
        Pane("saliency", "Where it looks", lambda: SaliencyView(*at), "viewer", INSIDE, "eye"),
        Pane("mistakes", "Mistakes", lambda: MistakesView(*at), "viewer", WRONG, "matrix"),
        Pane(
            "side-by-side",
            "Side by side",
            lambda: SideBySideView(*at, vitals.session),
            "viewer",
            WRONG,
            "runs",
        ),
        Pane("examples", "Worked examples", lambda: ExamplesView(*at), "viewer", EXPLORE, "steps"),
        Pane("drawing", "Draw", lambda: DrawingView(*at), "viewer", EXPLORE, "brush"),
        Pane("kernel-lab", "Kernel lab", lambda: KernelLab(*at), "viewer", EXPLORE, "kernel"),
        Pane("cortex", "Cortex lab", lambda: CortexLab(*at, vitals.session), "viewer", EXPLORE),
        Pane("patches", "Strongest patches", lambda: PatchesView(*at), "viewer", INSIDE),
        Pane("neighbors", "Neighbors", lambda: NeighborsView(*at), "viewer", INSIDE),
        Pane("dream", "What it would like", lambda: DreamView(*at), "viewer", INSIDE),
        Pane("as-matrix", "As a matrix", lambda: AsMatrixView(*at), "viewer", INSIDE),
        Pane("boxes", "Boxes and pose", lambda: BoxesView(*at, vitals), "viewer", WRONG),
        Pane("signal", "Signal", lambda: SignalView(*at), "viewer", INSIDE),
        Pane("surgery", "Surgery", lambda: SurgeryView(*at), "viewer", EXPLORE),
        Pane(
            "operation", "Change weights", lambda: OperationView(*at), "viewer", EXPLORE, "surgery"
        ),
        Pane("invariance", "Invariance", lambda: InvarianceView(*at), "viewer", EXPLORE),
        Pane("variants", "Augmentation", lambda: VariantsView(*at), "viewer", EXPLORE),
        Pane("through-time", "Through time", lambda: ScrubberView(*at), "bottom", INSIDE),
    ]
