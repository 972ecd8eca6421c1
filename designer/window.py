"""The window: places canvas, panels and menus, and connects them. It has no logic of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu

from core.tongue import tr
from core.when import LAST
from designer import actions as table
from designer import catalogue, menus
from designer.adding import Adding
from designer.canvas.hit import Hit, WireHit
from designer.canvas.instruments import Instruments
from designer.canvas.overlays import Overlays
from designer.canvas.size_click import SizeClick
from designer.canvas.view import CanvasView
from designer.comparing import Comparing
from designer.dialogs import questions
from designer.display import Display
from designer.docks import Docks
from designer.document.document import Document
from designer.document.recovery import Recovery
from designer.editing import Editing
from designer.engine.client import Engine
from designer.engine.session import Session
from designer.engine.vitals import Vitals
from designer.files import Files, can_open
from designer.grouping import Grouping
from designer.guide import Guide
from designer.lessons import Lessons
from designer.missing import MissingData
from designer.notation import notation
from designer.pages import Pages
from designer.pane import SIZES, WORK, WRONG, Pane
from designer.panels.comparison import ComparisonPanel
from designer.panels.data import DataPanel
from designer.panels.help import HelpPanel
from designer.panels.history import HistoryPanel
from designer.panels.outline import OutlinePanel
from designer.panels.palette import PalettePanel
from designer.panels.problems import ProblemsPanel
from designer.panels.properties import PropertiesPanel
from designer.panels.summary import SummaryPanel
from designer.panels.training import TrainingPanel
from designer.pictures import Pictures
from designer.preferences import Preferences
from designer.search import Search
from designer.status import Status
from designer.theme import theme
from designer.touring import Touring
from designer.viewers.curves import CurvesView
from designer.viewers.past_notice import PastNotice
from designer.viewers.selection import Selection
from designer.viewers.side_by_side import SideBySideView
from designer.views import Views
from designer.welcome import WelcomePage


class Window(QMainWindow):
    """One document in one window.

    Attributes: `document`, `files`, `editing`, `session`, `canvas`, `docks`, `actions` (by id).
    Signals: `closed` when the window is gone for good.
    """

    closed = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self.setObjectName("window")
        self.resize(1440, 900)
        self.setAcceptDrops(True)
        self.preferences = preferences
        self.document = Document(parent=self)
        self.engine = Engine(self)
        self.session = Session(self.document, self.engine, self)
        self.vitals = Vitals(self.document, self.session)
        self.recovery = Recovery(self.document)
        self.selection = Selection(self.document, self)
        self.selection.listen(self.engine)
        self.canvas = CanvasView(self.document, theme)
        self.size_click = SizeClick(self.canvas)
        self.files = Files(
            self,
            self.document,
            session=self.session,
            preferences=preferences,
        )
        self.pictures = Pictures(self, self.document, canvas=self.canvas, files=self.files)
        self.editing = Editing(self.document, self.canvas)
        self.search = Search(self, self.document)
        self.overlays = Overlays(self.canvas, theme)
        self.instruments = Instruments(self.canvas, self.vitals, self.overlays.corners)
        self.display = Display(
            self, preferences, overlays=self.overlays, instruments=self.instruments
        )
        self.adding = Adding(
            self.document, canvas=self.canvas, editing=self.editing, search=self.search
        )
        self.grouping = Grouping(self.document, self.canvas)
        self._make_pages()
        self._make_panels()
        self.comparing = Comparing(
            self,
            self.document,
            session=self.session,
            canvas=self.canvas,
            panel=self.comparison,
        )
        views = catalogue.views(self.selection, self.engine, self.vitals)
        self.docks = self.pages.docks = Docks(self, [*self._panels(), *views])
        self.views = Views(self, self.docks)
        self.past_notice = PastNotice(self.selection, area=self.canvas)
        self.missing_data = MissingData(
            self.document, area=self.canvas, finder=self.data.finder, docks=self.docks
        )
        self._make_guides()
        self.actions_by_id = table.make(self, self.canvas, self._parts())
        self.guide.actions = self.actions_by_id
        self.display.check(self.actions_by_id)
        self.status = Status(self.document, self.session)
        self._make_bars()
        self._connect()
        self.restoreGeometry(preferences.layout()[0])
        self.pages.show_welcome()

    # ---- parts --------------------------------------------------------------------------

    def _make_pages(self) -> None:
        self.welcome = WelcomePage(self.preferences)
        self.pages = Pages(
            self,
            welcome=self.welcome,
            canvas=self.canvas,
            layout=self.preferences.layout()[1],
        )
        self.setCentralWidget(self.pages)

    def _make_guides(self) -> None:
        """What leads through the window: help, worked examples, the tour."""
        self.guide = Guide(
            self,
            self.document,
            pages=self.help,
            palette=self.palette_panel,
            docks=self.docks,
            search=self.search,
        )
        self.lessons = Lessons(
            self,
            files=self.files,
            docks=self.docks,
            canvas=self.canvas,
            document=self.document,
            preferences=self.preferences,
        )
        self.touring = Touring(
            self,
            canvas=self.canvas,
            docks=self.docks,
            files=self.files,
            preferences=self.preferences,
        )

    def _make_panels(self) -> None:
        document, session = self.document, self.session
        self.palette_panel = PalettePanel()
        self.outline = OutlinePanel(document)
        self.properties = PropertiesPanel(document)
        self.training = TrainingPanel(document, session)
        self.problems = ProblemsPanel(document)
        self.summary = SummaryPanel(document)
        self.data = DataPanel(document, self.engine)
        self.history = HistoryPanel(document)
        self.help = HelpPanel(document)
        self.comparison = ComparisonPanel(document)

    def _panels(self) -> list[Pane]:
        """The panels, tabs in this order."""
        self.curves = CurvesView()
        return [
            Pane("layers", "Layers", self.palette_panel, "left", WORK, "palette", open=True),
            Pane("outline", "Outline", self.outline, "left", WORK, open=True),
            Pane("properties", "Properties", self.properties, "right", WORK, "settings", open=True),
            Pane("training", "Training", self.training, "bottom", WORK, "train", open=True),
            Pane("curves", "Curves", self.curves, "bottom", WRONG, open=True),
            Pane("problems", "Problems", self.problems, "bottom", WRONG, open=True),
            Pane("summary", "Summary", self.summary, "bottom", SIZES, open=True),
            Pane("data", "Data", self.data, "bottom", WORK, open=True),
            Pane("history", "History", self.history, "bottom", WORK),
            Pane("comparison", "Comparison", self.comparison, "bottom", WRONG, "compare"),
            Pane("help", "Help", self.help, "bottom", WORK),
        ]

    def _parts(self) -> dict[str, object]:
        """What the table of actions calls, by name."""
        return {
            "files": self.files,
            "pictures": self.pictures,
            "comparing": self.comparing,
            "editing": self.editing,
            "adding": self.adding,
            "grouping": self.grouping,
            "overlays": self.overlays,
            "canvas": self.canvas,
            "outlook": self.canvas.outlook,
            "training": self.session,
            "touring": self.touring,
            "lessons": self.lessons,
            "guide": self.guide,
            "views": self.views,
            "display": self.display,
            "pages": self.pages,
            "docks": self.docks,
            "window": self,
        }

    def _make_bars(self) -> None:
        status = self.status
        self.tools = self.pages.tools = menus.tool_bar(self.actions_by_id, (status.device,))
        # A tool bar shows and hides a widget through its action only.
        progress = self.tools.addWidget(status.progress)
        progress.setVisible(False)
        status.going.connect(progress.setVisible)
        self.addToolBar(self.tools)
        menus.fill_menu_bar(
            self,
            self.actions_by_id,
            recent=self._fill_recent,
            windows=self._fill_windows,
            views=self.views.by_group(),
            look=(self.preferences.look, self.display.choose_look),
        )
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(status.notice, 1)
        for label in (status.totals, status.zoom):
            bar.addPermanentWidget(label)

    def _connect(self) -> None:
        document, session, canvas = self.document, self.session, self.canvas
        self.welcome.template_chosen.connect(self.files.start)
        self.welcome.project_chosen.connect(self.files.load)
        self.welcome.open_wanted.connect(self.files.open)
        self.welcome.example_chosen.connect(self.lessons.open)
        self.pages.turned.connect(self._follow_page)
        self.files.opened.connect(self.pages.show_network)
        self.files.welcome_wanted.connect(self.pages.show_welcome)
        parts = (session, self.files, self.pictures, self.comparing, self.editing, self.views)
        for part in (*parts, self.display):
            part.told.connect(self.tell)
        document.refused.connect(self.tell)
        self.data.finder.told.connect(self._tell_of_data)
        document.path_changed.connect(self._show_title)
        document.modified_changed.connect(self.setWindowModified)
        document.history.indexChanged.connect(self._show_actions)
        document.selection_changed.connect(self._show_actions)
        document.design_changed.connect(self._show_actions)
        session.changed.connect(self._show_actions)
        session.changed.connect(self._name_run)
        session.hindered.connect(lambda: self.docks.show("problems"))
        session.event_received.connect(self.curves.take_event)
        session.run_shown.connect(self._show_run)
        self.palette_panel.layers_chosen.connect(self.adding.add)
        self.editing.laid_out.connect(canvas.outlook.fit_all)
        self.properties.convert_wanted.connect(self.editing.convert)
        self.properties.left.connect(canvas.setFocus)
        for asking in (self.properties, self.size_click):
            asking.size_wanted.connect(self.show_size)
        self.engine.data_received.connect(self.problems.take_data)
        self.problems.node_wanted.connect(canvas.reveal)
        self.problems.count_changed.connect(self._count_problems)
        self.summary.node_wanted.connect(canvas.reveal)
        self.outline.node_wanted.connect(canvas.reveal)
        self.comparison.node_wanted.connect(canvas.reveal)
        self.comparing.shown.connect(lambda: self.docks.show("comparison"))
        self.outline.node_activated.connect(lambda node: self._open_settings())
        canvas.add_layer_requested.connect(self.adding.ask_at)
        canvas.add_next_requested.connect(self.adding.ask)
        canvas.add_after_requested.connect(self.adding.ask_behind)
        canvas.node_activated.connect(lambda node: self._open_settings())
        canvas.context_requested.connect(self._show_context_menu)
        canvas.outlook.zoom_changed.connect(self.status.show_zoom)
        self.status.device.clicked.connect(self._show_device)
        for view in ("signal", "boxes", "cortex"):
            self.docks.when_there(
                view, lambda it: it.template_wanted.connect(self.files.switch_to_template)
            )
        self.docks.when_there("cortex", lambda it: it.convert_wanted.connect(self.editing.convert))
        self.docks.when_there("side-by-side", self._join_runs)
        self.problems.refresh()

    def _join_runs(self, view: SideBySideView) -> None:
        """What runs that are laid side by side ask of the rest of the window."""
        view.difference_wanted.connect(self.comparing.begin)
        view.told.connect(self.tell)

    # ---- layers -------------------------------------------------------------------------

    def rename(self) -> None:
        """Give the selected layer or group another name."""
        if self.grouping.rename():
            return
        self.docks.show("properties")
        self.properties.focus_name()

    # ---- words --------------------------------------------------------------------------

    def tell(self, sentence: str) -> None:
        """Say something in the status bar; nothing waits for an answer."""
        self.status.notice.say(notation.sentence(sentence))

    def _tell_of_data(self, sentence: str) -> None:
        questions.tell(self, tr("These are not the data of this project"), sentence)

    def show_size(self, node: str) -> None:
        """Why a layer's size is what it is."""
        self.document.select([node])
        self.docks.show("sizes")

    def _open_settings(self) -> None:
        """The settings of what is selected, the keyboard in the first of them."""
        self.docks.show("properties")
        self.properties.focus_settings()

    def _show_run(self, events: Sequence[Mapping[str, Any]], run: str) -> None:
        """Let everything that shows a run show and name this one."""
        self.curves.show_run(events, run=run)
        self.selection.show_run(events, run=run)

    def _name_run(self) -> None:
        """The run that is shown is part of what all views look at, unless they look back."""
        run = self.session.run
        if self.selection.spot.step == LAST:
            self.selection.set(run=str(run.path) if run is not None else "")

    def _follow_page(self) -> None:
        """Another page is in sight, or another network on the same one."""
        if self.pages.working:
            self.session.open_last_run()
        self._show_title()
        self._show_actions()

    def _show_title(self) -> None:
        self.setWindowTitle(
            f"{self.files.name}[*] – Striate" if self.pages.working else "Striate[*]"
        )

    def _show_device(self) -> None:
        self.docks.show("training")
        self.training.form.focus("device")

    def _count_problems(self, errors: int, warnings: int) -> None:
        total = errors + warnings
        self.docks.set_title(
            "problems", tr("Problems ({total})", total=total) if total else tr("Problems")
        )

    def _fill_recent(self, menu: QMenu) -> None:
        menus.fill_recent(menu, self.preferences.recent, self.files.switch_to)

    def _fill_windows(self, menu: QMenu) -> None:
        found = [one for one in QApplication.topLevelWidgets() if isinstance(one, Window)]
        shown = sorted((one for one in found if one.isVisible()), key=Window.windowTitle)
        menus.fill_windows(menu, self.actions_by_id, shown, self)

    def _show_context_menu(self, hit: Hit, at: QPoint) -> None:
        spot = self.canvas.mapToScene(self.canvas.viewport().mapFromGlobal(at))
        add: Callable[[], None] = partial(self.adding.ask_at, spot)
        if isinstance(hit, WireHit):
            self.document.select((), [hit.wire])
            add = self.adding.ask  # into the wire
        menu = menus.context_menu(self, self.actions_by_id, hit, add)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _show_actions(self) -> None:
        """Which actions make sense now, and what they would do."""
        menus.refresh(self.actions_by_id, self.document, self.session, working=self.pages.working)

    # ---- Qt -----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.pages.working:
            self.docks.fit_width()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A project file, or a picture that carries one, may be dropped anywhere."""
        if any(can_open(Path(url.toLocalFile())) for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.files.switch_to(Path(event.mimeData().urls()[0].toLocalFile()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing is lost without being asked for."""
        if not self.files.may_leave():
            event.ignore()
            return
        self.preferences.keep_layout(self.saveGeometry(), self.pages.keep_layout())
        self.recovery.close()
        self.files.close()
        self.engine.shut_down()
        event.accept()
        self.closed.emit()
