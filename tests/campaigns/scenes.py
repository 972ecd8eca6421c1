"""Every state of the window that people see, each as a scene that brings it about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QPoint

from core.design import Design
from core.graph import Wire
from designer.canvas.hit import GroundHit, NodeHit, WireHit
from designer.dialogs import questions
from designer.dialogs.recover import RecoverDialog
from designer.dialogs.trouble import TroubleDialog
from designer.document import commenting, edits
from designer.document.recovery import Found
from designer.tour import Tour
from tests.campaigns.stage import Stage

Scene = Callable[[Stage], None]
SCENES: dict[str, Scene] = {}
"""By name, in the order they are played; each begins where the one before has left the window."""


def scene(play: Scene) -> Scene:
    """Enter a function under its own name; its picture is taken when it is done."""
    SCENES[play.__name__.replace("_", "-")] = play
    return play


# ---- empty -------------------------------------------------------------------------------


@scene
def welcome(stage: Stage) -> None:
    stage.settle(2.0)  # the templates' pictures are drawn one by one


@scene
def empty_canvas(stage: Stage) -> None:
    stage.window.files.begin(Design())
    stage.settle()


@scene
def empty_outline(stage: Stage) -> None:
    stage.show("outline")


@scene
def empty_panels(stage: Stage) -> None:
    for pane in ("problems", "summary", "history", "comparison"):
        stage.show(pane)
        stage.take(f"empty-{pane}")
    stage.show("data")


# ---- designing ---------------------------------------------------------------------------


@scene
def network(stage: Stage) -> None:
    stage.start("lenet5")


@scene
def one_layer(stage: Stage) -> None:
    stage.show("properties", "conv2")


@scene
def several_layers(stage: Stage) -> None:
    stage.window.document.select(["conv1", "conv2"])
    stage.settle()


@scene
def to_the_right(stage: Stage) -> None:
    stage.do("flow")
    stage.do("fit")
    stage.take("to-the-right")
    stage.do("undo")


@scene
def minimap(stage: Stage) -> None:
    for _ in range(3):
        stage.do("zoom_in")
    stage.take("minimap")
    stage.do("fit")


@scene
def adding(stage: Stage) -> None:
    stage.window.document.select(["relu1"])
    stage.do("add")
    stage.type("conv 3x3 64")
    stage.take("adding")
    _escape(stage)


@scene
def all_commands(stage: Stage) -> None:
    stage.do("commands")
    stage.type("gr")
    stage.take("all-commands")
    _escape(stage)


@scene
def finding(stage: Stage) -> None:
    stage.do("find")
    stage.type("14x14")
    stage.take("finding")
    _escape(stage)


@scene
def a_problem(stage: Stage) -> None:
    document = stage.window.document
    document.attempt("Break", lambda design: edits.delete(design, ["flatten"]))
    stage.show("problems")
    stage.do("fit")


@scene
def advice(stage: Stage) -> None:
    stage.start("lenet5")
    odd = {"kernel_size": (2, 2), "stride": (3, 3)}
    stage.window.document.attempt("Odd", lambda design: edits.set_settings(design, ["conv2"], odd))
    stage.show("problems")


@scene
def a_comment(stage: Stage) -> None:
    stage.start("lenet5")
    text = "The first two stages find strokes,\nthe dense layers say which digit."
    stage.window.document.attempt(
        "Write", lambda design: commenting.write(design, text, (520, 430))
    )
    stage.do("fit")


@scene
def a_long_name(stage: Stage) -> None:
    long = "the layer that looks at whole strokes of a digit"
    stage.window.document.attempt("Name", lambda design: edits.rename(design, "conv2", long))
    stage.show("properties", "conv2")


@scene
def group_closed(stage: Stage) -> None:
    stage.start("resnet152")
    stage.do("fit")


@scene
def group_open(stage: Stage) -> None:
    stage.start("googlenet")
    stage.window.document.select([next(iter(stage.window.document.design.groups.by_id))])
    stage.do("switch_group")
    stage.do("fit")


@scene
def group_by_itself(stage: Stage) -> None:
    stage.do("undo")
    stage.do("enter_group")


@scene
def many_nodes(stage: Stage) -> None:
    stage.start("resnet20-cifar")
    while groups := stage.window.document.design.groups.by_id:
        stage.window.document.select([next(iter(groups))])
        stage.do("ungroup")
    stage.do("tidy")
    stage.do("fit")


@scene
def long_skips(stage: Stage) -> None:
    stage.start("unet-small")
    stage.do("fit")
    stage.take("long-skips")
    stage.do("flow")
    stage.do("fit")
    stage.take("long-skips-right")


@scene
def a_menu(stage: Stage) -> None:
    stage.start("lenet5")
    stage.window.document.select(["conv1"])
    hits = {
        "layer": NodeHit("conv1"),
        "wire": WireHit(Wire("conv1", "relu1")),
        "ground": GroundHit(),
    }
    for name, hit in hits.items():
        corner = stage.window.canvas.mapToGlobal(QPoint(120, 90))
        stage.window.canvas.context_requested.emit(hit, corner)
        stage.settle()
        stage.take(f"a-menu-{name}")
        _escape(stage)
    for name in ("&File", "&Edit", "&View", "&Help"):
        bar = stage.window.menuBar()
        action = next(one for one in bar.actions() if one.text() == name)
        action.menu().popup(bar.mapToGlobal(bar.actionGeometry(action).bottomLeft()))
        stage.settle()
        stage.take(f"a-menu-{name[1:].lower()}")
        action.menu().close()
    stage.take("a-menu")


@scene
def a_question(stage: Stage) -> None:
    window = stage.window
    lost, when = Path("work/thesis/lenet5.striate"), datetime(2026, 5, 4, 10, 30)
    found = Found(lost, "", lost, when, window.document.design)
    asking: dict[str, Callable[[], object]] = {
        "save": lambda: questions.save_changes(window, "lenet5"),
        "stop": lambda: questions.stop_training(window),
        "elsewhere": lambda: questions.open_elsewhere(window, "lenet5", "another window"),
        "recover": RecoverDialog(found, more=2, parent=window).exec,
        "trouble": TroubleDialog("Traceback …", Path("striate.log"), window).exec,
    }
    for name, ask in asking.items():
        stage.in_dialog(f"a-question-{name}", ask)
    stage.take("a-question")


@scene
def repeating(stage: Stage) -> None:
    stage.start("lenet5")
    stage.window.document.select(["conv1", "relu1", "pool1"])
    stage.in_dialog("repeating", lambda: stage.do("repeat"))


@scene
def a_figure(stage: Stage) -> None:
    stage.start("lenet5")
    stage.in_dialog("a-figure", lambda: stage.do("figure"))


@scene
def comparing(stage: Stage) -> None:
    before = stage.window.document.design
    document = stage.window.document
    document.attempt("Drop", lambda design: edits.delete(design, ["relu2"]))
    document.attempt(
        "More", lambda design: edits.set_settings(design, ["conv2"], {"out_channels": 32})
    )
    stage.window.comparing.begin(before, "lenet5 as it was")
    stage.show("comparison")
    stage.do("fit")


@scene
def touring(stage: Stage) -> None:
    stage.start("lenet5")
    stage.do("tour")
    stage.take("touring")
    stage.window.findChild(Tour).end()
    stage.settle()


# ---- sizes -------------------------------------------------------------------------------


@scene
def size(stage: Stage) -> None:
    stage.show("sizes", "conv2")


@scene
def size_closely(stage: Stage) -> None:
    stage.float_pane("sizes", (1000, 620))


@scene
def ruler(stage: Stage) -> None:
    stage.start("lenet5")
    stage.show("ruler")


@scene
def help_page(stage: Stage) -> None:
    stage.do("help_canvas")
    stage.take("help-canvas")
    stage.window.document.select(["conv2"])
    stage.do("help")


@scene
def views(stage: Stage) -> None:
    stage.do("views")
    stage.take("views")
    _escape(stage)


# ---- training and looking inside ---------------------------------------------------------


@scene
def trained(stage: Stage) -> None:
    stage.start("lenet5")
    stage.train(3)
    stage.do("fit")
    stage.show("curves")


LOOKS = {
    "filters": "conv1",
    "maps": "relu1",
    "stepper": "conv2",
    "field": "conv2",
    "ruler": "",
    "health": "conv2",
    "saliency": "conv2",
    "mistakes": "",
    "examples": "",
    "drawing": "",
    "kernel-lab": "",
    "cortex": "",
    "patches": "conv2",
    "neighbors": "relu2",
    "dream": "conv2",
    "as-matrix": "conv1",
    "invariance": "conv2",
    "surgery": "conv2",
    "operation": "conv1",
    "variants": "",
    "side-by-side": "conv1",
    "through-time": "conv1",
}
OTHER_LOOKS = {  # at data of other kinds: the view, and the layer
    "tdnn": ("signal", "conv2"),
    "spectrogram-cnn": ("signal", "frequency2"),
    "box-and-class": ("boxes", "corners_out"),
    "pose": ("boxes", "output"),
}


@scene
def looks(stage: Stage) -> None:
    for pane, node in LOOKS.items():
        _look(stage, pane, node, f"look-{pane}")


@scene
def looks_back(stage: Stage) -> None:
    """The filters at an early step, the rail under them."""
    stage.show("filters", "conv1")
    stage.show("through-time")
    rail = stage.window.docks.docks["through-time"].widget().rail
    stage.wait(lambda: rail.maximum() > 0)
    rail.setValue(8)
    stage.settle(1.0)
    stage.take("looks-back")
    stage.window.selection.look_at_now()


@scene
def looks_at_other_data(stage: Stage) -> None:
    for template, (pane, node) in OTHER_LOOKS.items():
        stage.start(template)
        stage.train(3)
        _look(stage, pane, node, f"look-{pane}-{template}")


@scene
def looks_at_planes(stage: Stage) -> None:
    """The neocognitron: as it is, and after a lesson by each rule."""
    stage.start("neocognitron")
    stage.show("cortex")
    lab = stage.window.docks.docks["cortex"].widget()
    lab.pages.setCurrentIndex(1)
    lab.pages.chosen.emit(1)
    page = lab.planes
    stage.wait(lambda: page.shown is not None)
    _look(stage, "cortex", "us1", "look-planes")
    stage.float_pane("cortex", (1080, 680))
    for at in range(1, page.strengths.count()):
        page.strengths.setCurrentIndex(at)
        page.strengths.chosen.emit(page.strengths.currentData())
        stage.wait(lambda: page.shown.asked.hebb == page.hebb)
        for look in range(page.looks.count()):
            page.looks.setCurrentIndex(look)
            page.looks.chosen.emit(page.looks.currentData())
            stage.settle(0.5)
            stage.take(f"looks-at-planes-{at}-{look}")
    stage.window.docks.docks["cortex"].setFloating(False)


def _look(stage: Stage, pane: str, node: str, name: str) -> None:
    """A view in its place, and in a window of its own."""
    stage.show(pane, node)
    stage.settle(1.5)
    stage.take(name)
    dock = stage.window.docks.docks[pane]
    size = stage.window.size()
    stage.float_pane(pane, (size.width() - 120, size.height() - 140))
    stage.settle(1.5)
    stage.take(f"{name}-large")
    dock.setFloating(False)
    dock.hide()
    stage.settle(0.2)


def _escape(stage: Stage) -> None:
    """Close what is open above the canvas."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    found = QApplication.activePopupWidget() or QApplication.focusWidget() or stage.window
    QTest.keyClick(found, Qt.Key.Key_Escape)
    stage.settle(0.3)
