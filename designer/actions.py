"""Every action of the window in one table: its words, its icon, its keys, and what it calls.

`calls` names a method as `part.method`; the window knows its parts (`files`, `pictures`,
`comparing`, `editing`, `adding`, `grouping`, `canvas`, `overlays`, `training`, `touring`,
`lessons`, `views`, `guide`, `window`). `check` actions are switches and call their method with
True or False.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from core.tongue import translate_fields
from designer.resources import icon

Where = Literal["window", "canvas"]


@dataclass(frozen=True)
class Action:
    """One row of the table.

    Attributes:
        id: how code calls it.
        text: in the menu, with its letter marked by &.
        calls: `part.method`.
        icon, keys, tip: as they say; the tool tip is `tip` or the text, with the first key.
        check: whether it is a switch.
        where: "canvas" keys work only there, since they are letters.
    """

    id: str
    text: str
    calls: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    tip: str = ""
    check: bool = False
    where: Where = "window"

    def __post_init__(self) -> None:
        translate_fields(self, "text", "tip")


FILE = (
    Action("new", "&New …", "files.new", "new", ("Ctrl+N",), "Start from a template or empty"),
    Action("open", "&Open …", "files.open", "open", ("Ctrl+O",), "Open a project"),
    Action("new_window", "New &window", "files.new_window", "window", ("Ctrl+Shift+N",),
           "One more window, for another network"),
    Action("open_beside", "Open in a new windo&w …", "files.open_beside", "", ("Ctrl+Shift+O",)),
    Action("save", "&Save", "files.save", "save", ("Ctrl+S",), "Save the project"),
    Action("save_as", "Save &as …", "files.save_as", "save-as", ("Ctrl+Shift+S",)),
    Action("revert", "&Revert to saved", "files.revert", tip="Go back to what the file holds"),
    Action("version_before", "Go &back to the version before", "files.go_back",
           tip="The version that the last save replaced; Undo leads back"),
    Action("compare", "Compare &with …", "comparing.ask", "compare",
           tip="Mark what differs from another project or picture"),
    Action("compare_run", "Compare with the last &run", "comparing.with_run",
           tip="Mark what was changed since the last training"),
    Action("figure", "Export &figure …", "pictures.export_figure", "export", ("Ctrl+Alt+F",),
           "The network as SVG, PDF or PNG for papers and slides"),
    Action("picture", "Picture of the canvas (&PNG) …", "pictures.export_png", "image",
           ("Ctrl+Shift+E",)),
    Action("drawing", "Drawing of the canvas (S&VG) …", "pictures.export_svg", "export",
           ("Ctrl+Alt+E",)),
    Action("close", "&Close window", "window.close", "", ("Ctrl+Q",)),
)  # fmt: skip

EDIT = (
    Action("undo", "&Undo", "editing.undo", "undo", ("Ctrl+Z",)),
    Action("redo", "&Redo", "editing.redo", "redo", ("Ctrl+Y", "Ctrl+Shift+Z")),
    Action("cut", "Cu&t", "editing.cut", "cut", ("Ctrl+X",)),
    Action("copy", "&Copy", "editing.copy", "copy", ("Ctrl+C",)),
    Action("paste", "&Paste", "editing.paste", "paste", ("Ctrl+V",)),
    Action("paste_wired", "Paste with &wires", "editing.paste_wired", "", ("Ctrl+Shift+V",),
           "Paste and keep the wires that led in"),
    Action("duplicate", "&Duplicate", "editing.duplicate", "duplicate", ("Ctrl+D",)),
    Action("delete", "De&lete", "editing.delete", "delete", ("Del", "Backspace"),
           "Delete what is selected; the chain is closed again"),
    Action("select_all", "Select &all", "editing.select_all", "", ("Ctrl+A",)),
    Action("select_none", "Select &nothing", "editing.select_none", "", ("Ctrl+Shift+A",)),
    Action("add", "&Add a layer …", "adding.ask", "add", ("Ctrl+Space",),
           "Add a layer behind what is selected; on the canvas Space does it too"),
    Action("connect", "Conne&ct …", "adding.connect", "connect", ("W",),
           "Wire one selected layer to the other, or choose where its wire goes", where="canvas"),
    Action("disconnect", "Take a w&ire away …", "adding.disconnect", "", ("Shift+W",),
           "Choose which of the selected layer's wires goes", where="canvas"),
    Action("knife", "Cut wi&res", "canvas.take_knife", "knife", ("X",),
           "The next drag cuts every wire it crosses; so does any drag with Shift and Alt held",
           where="canvas"),
    Action("comment", "Write a &comment …", "canvas.write_comment", "comment", ("Shift+C",),
           "Sticky text on the canvas", where="canvas"),
    Action("edit_comment", "Chan&ge comment", "canvas.edit_comment", "", (),
           "Change the text of the selected comment; Enter does it too"),
    Action("repeat", "Re&peat block …", "adding.repeat", "repeat", ("Ctrl+R",),
           "Put copies of the selected layers behind them"),
    Action("bypass", "&Bypass", "grouping.bypass", "bypass", ("Ctrl+B",),
           "Skip the selected layers: what comes in goes on unchanged"),
    Action("group", "&Group", "grouping.group", "group", ("Ctrl+G",),
           "Make the selected layers one group"),
    Action("ungroup", "&Ungroup", "grouping.ungroup", "", ("Ctrl+Shift+G",),
           "Take the selected group apart"),
    Action("switch_group", "&Open or close group", "grouping.switch", "", ("Ctrl+E",),
           "Show what the selected group holds, in place, or show it as one again"),
    Action("enter_group", "Show group by &itself", "grouping.enter", "", (),
           "Nothing but the inside of the selected group; Esc leads back"),
    Action("rename", "Rena&me", "window.rename", "", ("F2",), "Give the layer another name"),
    Action("find", "&Find …", "overlays.find", "search", ("Ctrl+F",),
           "Find a layer by name, type or size"),
    Action("convert", "Convert neocognitron to con&volutions", "editing.convert", "", (),
           "S layers become Conv2d and ReLU, C layers MaxPool2d"),
)  # fmt: skip

VIEW = (
    Action("fit", "&Fit", "outlook.fit", "fit", ("F",), "Show the selection, or everything",
           where="canvas"),
    Action("zoom_100", "&100 %", "outlook.zoom_100", "zoom-100", ("Ctrl+0",)),
    Action("zoom_in", "Zoom &in", "outlook.zoom_in", "zoom-in", ("Ctrl++", "Ctrl+=")),
    Action("zoom_out", "Zoom &out", "outlook.zoom_out", "zoom-out", ("Ctrl+-",)),
    Action("tidy", "&Tidy up", "canvas.tidy", "tidy", ("Ctrl+L", "Shift+A"),
           "Lay the network out anew"),
    Action("flow", "Flow left to ri&ght", "canvas.flow_right", "flow", ("Ctrl+Shift+L",),
           "Data run from left to right, or from the top down; all is laid out anew", check=True),
    Action("align_column", "Align in a &column", "editing.align_in_column", "align-column"),
    Action("align_row", "Align in a &row", "editing.align_in_row", "align-row"),
    Action("spread_down", "Distribute &down", "editing.spread_down"),
    Action("spread_across", "Distribute &across", "editing.spread_across"),
    Action("snap", "&Snap to the grid", "editing.snap", tip="Selected layers, or all of them"),
    Action("minimap", "&Minimap", "display.show_minimap", "minimap", ("M",),
           "The whole network in a corner, where it is larger than the canvas", check=True,
           where="canvas"),
    Action("instruments", "Li&ve values on the canvas", "display.show_instruments", "", (),
           "Dead units, gradients and what is wrong, on nodes and wires while a network learns",
           check=True),
    Action("shapes", "S&hapes as in code", "display.write_shapes_as_code", tip="Write (16, 28, 28)"
           " instead of 28 × 28 × 16, everywhere", check=True),
    Action("canvas_only", "&Canvas only", "pages.show_canvas_only", "", ("F11",),
           "Hide everything but the network, for a projector", check=True),
    Action("views", "&Views …", "views.choose", "views", ("Ctrl+J",),
           "Every panel there is, by the question it answers"),
    Action("close_view", "Cl&ose this view", "views.close", "", ("Ctrl+W",),
           "Close the panel that the keyboard is in; a middle click on its tab does it too"),
    Action("language", "Lang&uage …", "display.choose_language", "", (),
           "Which language Striate speaks from its next start on"),
    Action("layout", "&Reset panels", "docks.reset", "", (),
           "Put every panel back in its place"),
)  # fmt: skip

TRAIN = (
    Action("train", "&Train", "training.train", "train", ("Ctrl+Return", "Ctrl+Enter"),
           "Train the network, or go on training"),
    Action("train_anew", "Start a &new run", "training.train_anew", "", (),
           "Train from fresh weights"),
    Action("train_inheriting", "Start new, &keeping matching weights",
           "training.train_inheriting", "", (),
           "Begin a new run with the weights of the last one that still fit"),
    Action("pause", "&Pause", "training.pause", "pause", ("Ctrl+.",),
           "Wait after this step; nothing is lost"),
    Action("stop", "&Stop", "training.stop", "stop", ("Ctrl+Shift+.",),
           "End training and keep what was learned"),
)  # fmt: skip

HELP = (
    Action("help", "&Help on this layer", "guide.help", "help", ("F1",)),
    Action("help_canvas", "Help on the can&vas", "guide.help_on_canvas"),
    Action("help_groups", "Help on &groups", "guide.help_on_groups"),
    Action("commands", "&All commands …", "guide.commands", "", ("Ctrl+K",)),
    Action(
        "examples",
        "&Worked examples …",
        "lessons.choose",
        "steps",
        (),
        "The lectures' calculations as networks, step by step",
    ),
    Action(
        "tour",
        "&Tour of the window",
        "touring.start",
        "",
        (),
        "A minute: what is where, and what one does there",
    ),
    Action("about", "&About Striate", "guide.about", "info"),
)

TABLE: tuple[Action, ...] = (*FILE, *EDIT, *VIEW, *TRAIN, *HELP)


def make(window: QWidget, canvas: QWidget, parts: Mapping[str, object]) -> dict[str, QAction]:
    """A QAction for each row of the table, by id, living in the window or on the canvas."""
    made = {}
    for row in TABLE:
        action = QAction(row.text, window)
        action.setObjectName(row.id)
        if row.icon:
            action.setIcon(icon(row.icon))
        if row.keys:
            action.setShortcuts([QKeySequence(key) for key in row.keys])
        action.setToolTip(tip_of(row))
        action.setStatusTip("")
        action.setCheckable(row.check)
        action.setIconVisibleInMenu(not row.check)  # a tick stands there
        _connect(action, row, _method(parts, row.calls))
        if row.where == "canvas":
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            canvas.addAction(action)
        else:
            window.addAction(action)
        made[row.id] = action
    return made


def tip_of(row: Action) -> str:
    """What the action does, and its first key."""
    words = row.tip or row.text.replace("&", "").rstrip(" …")
    if not row.keys:
        return words
    return f"{words} ({QKeySequence(row.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)})"


def _connect(action: QAction, row: Action, method: Callable[..., object]) -> None:
    if row.check:
        action.toggled.connect(method)
    else:
        action.triggered.connect(lambda: method())


def _method(parts: Mapping[str, object], calls: str) -> Callable[..., object]:
    part, _, name = calls.partition(".")
    method: Callable[..., object] = getattr(parts[part], name)
    return method
