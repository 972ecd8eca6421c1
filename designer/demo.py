"""`striate demo --out DIR`: the window drives itself, trains LeNet-5 and leaves pictures of it.

The pictures of the README come from here. Nothing of the user's is touched: what a window remembers
goes to a folder that is gone afterwards.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import click

from core.files import FileError
from core.system import platforms_to_try
from core.tongue import tr, trn
from designer import preflight

_log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from designer.viewers.looker import Looker
    from designer.window import Window

EPOCHS, MOST_EPOCHS = 4, 20
SIZE = (1440, 900)
SHARPNESS = "2"  # pixels of a picture for one of the window, where there is no screen
SAMPLE = 130  # the validation item that is looked at
_PATIENCE = 30.0  # seconds for anything but training
_TRAINING = (600.0, 60.0)  # seconds to start, kernels to be compiled perhaps, and for each epoch
_PROJECT = "lenet5.striate"


class DemoError(Exception):
    """The demonstration cannot go on; the text is one sentence."""


def main(words: Sequence[str] = ()) -> int:
    """Do what the command line says; gives the exit status."""
    try:
        status = _command.main(list(words), prog_name="striate demo", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except click.UsageError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except (DemoError, FileError, click.ClickException) as error:
        click.echo(str(error), err=True)
        return 1
    except OSError as error:
        said = tr(
            "{file} cannot be written: {reason}.",
            file=error.filename or tr("A file"),
            reason=error.strerror,
        )
        click.echo(said, err=True)
        return 1
    except (click.Abort, KeyboardInterrupt):
        return 130


@click.command(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=tr("Let the window train LeNet-5 by itself; leave pictures, the project and its run."),
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help=tr("Folder for pictures.")
)
@click.option(
    "--epochs",
    type=click.IntRange(1, MOST_EPOCHS),
    default=EPOCHS,
    show_default=True,
    help=tr("How long to train."),
)
def _command(out: Path, epochs: int) -> None:
    """Play, and say how well the network does."""
    if not platforms_to_try():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        os.environ["QT_SCALE_FACTOR"] = SHARPNESS
    trouble = preflight.check()
    if trouble:
        raise DemoError(f"{trouble.sentence} {trouble.cure}")
    out.mkdir(parents=True, exist_ok=True)
    with _own_state():
        accuracy = Demo(out).play(epochs)
    click.echo(
        trn(
            "Validation accuracy after {count} epoch: {accuracy:.1%}",
            "Validation accuracy after {count} epochs: {accuracy:.1%}",
            epochs,
            count=epochs,
            accuracy=accuracy,
        )
    )


@contextmanager
def _own_state() -> Iterator[None]:
    """A state folder that is gone afterwards: neither layout nor recent projects are touched."""
    before = os.environ.get("STRIATE_STATE")
    with tempfile.TemporaryDirectory(prefix="striate-demo-") as folder:
        os.environ["STRIATE_STATE"] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ["STRIATE_STATE"]
            else:
                os.environ["STRIATE_STATE"] = before


class Demo:
    """One performance; `out` is the folder that pictures go to."""

    def __init__(self, out: Path) -> None:
        # Qt reads its platform when the application is made, not before.
        from PySide6.QtCore import qInstallMessageHandler

        from designer.application import Application

        self.out = out
        self._trouble = ""
        qInstallMessageHandler(lambda kind, context, text: _log.info("Qt: %s", text))
        self._application = Application([])

    def play(self, epochs: int) -> float:
        """Everything, in its order; gives the validation accuracy."""
        from designer.theme import theme

        theme.apply("light")
        before, sys.excepthook = sys.__excepthook__, self._note  # no dialog: nobody would answer
        window = self._application.open_window()
        window.resize(*SIZE)
        try:
            self._welcome(window)
            self._open(window, epochs)
            self._train(window, epochs)
            self._look_inside(window)
            click.echo(str(self.out / _PROJECT))
            return float(window.session.figures.get("validation_accuracy", 0.0))
        finally:
            window.document.history.setClean()  # nothing to ask when it closes
            if window.engine.is_busy:
                window.session.leave(keep=True)
            window.close()
            self._application.processEvents()
            sys.excepthook = before

    # ---- scenes -------------------------------------------------------------------------

    def _welcome(self, window: Window) -> None:
        self._settle()
        self._take(window, "welcome")

    def _open(self, window: Window, epochs: int) -> None:
        """The LeNet-5 template on the digits that come with Striate, saved before it learns."""
        from designer.document import edits

        window.files.start("lenet5")
        document = window.document
        plan = document.design.plan.replace(epochs=epochs)
        document.attempt("Set epochs", lambda design: edits.set_plan(design, plan))
        document.save(self.out / _PROJECT)
        self._settle()
        window.canvas.outlook.fit()
        self._settle()
        self._take(window.canvas, "canvas")

    def _train(self, window: Window, epochs: int) -> None:
        """Train, with the curves in front."""
        window.docks.show("curves")
        window.session.train_anew()
        start, each = _TRAINING
        patience = start + each * epochs
        self._wait(
            lambda: not window.engine.is_busy,
            tr("The training did not end within {seconds:.0f} seconds.", seconds=patience),
            patience,
        )
        if window.session.failure is not None:
            raise DemoError(window.session.failure.sentence)
        self._settle()
        window.curves.redraw()
        self._take(window.curves, "curves")

    def _look_inside(self, window: Window) -> None:
        """Filters and maps, and the whole window in both looks."""
        from designer.theme import theme

        filters, maps = (window.docks.docks[pane].widget() for pane in ("filters", "maps"))
        self._show(window, "filters", node="conv1")
        self._take(filters, "filters")
        maps.picker.number.setValue(SAMPLE)
        self._show(window, "maps", node="relu1")
        self._wait(
            lambda: bool(maps.picker.answer.text()),
            tr("No answer came within {seconds:.0f} seconds.", seconds=_PATIENCE),
        )
        self._take(maps, "maps")
        for look in ("light", "dark"):
            theme.apply(look)
            self._settle()
            self._take(window, f"window-{look}")
        theme.apply("light")

    # ---- the stage ----------------------------------------------------------------------

    def _show(self, window: Window, pane: str, *, node: str) -> None:
        """Bring a viewer to the front and wait until it shows this node."""
        window.docks.show(pane)
        window.document.select([node])
        viewer: Looker = window.docks.docks[pane].widget()
        self._wait(
            lambda: viewer.shown_node == node,
            tr(
                "No {view} of {node} came within {seconds:.0f} seconds.",
                view=pane,
                node=node,
                seconds=_PATIENCE,
            ),
        )
        self._settle()

    def _wait(self, done: Callable[[], bool], trouble: str, seconds: float = _PATIENCE) -> None:
        """Let the window work until something is so; a DemoError of this trouble if it is late."""
        end = time.monotonic() + seconds
        while not done():
            self._application.processEvents()
            if self._trouble:
                raise DemoError(self._trouble)
            if time.monotonic() > end:
                raise DemoError(trouble)
            time.sleep(0.005)

    def _settle(self, seconds: float = 0.4) -> None:
        """Let everything that moves come to rest."""
        end = time.monotonic() + seconds
        self._wait(
            lambda: time.monotonic() > end,
            tr(
                "The window did not come to rest within {seconds:.0f} seconds.",
                seconds=seconds + _PATIENCE,
            ),
            seconds + _PATIENCE,
        )

    def _take(self, widget: QWidget, name: str) -> None:
        """A picture of a widget."""
        path = self.out / f"{name}.png"
        if not widget.grab().save(str(path)):
            raise DemoError(tr("{path} cannot be written.", path=path))
        click.echo(str(path))

    def _note(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """Something that nobody foresaw: the demonstration ends with it."""
        where = traceback.extract_tb(trace)[-1] if trace else None
        problem = f"{kind.__name__}, {error}"
        if where is None:
            self._trouble = tr("The window met a problem: {problem}.", problem=problem)
            return
        self._trouble = tr(
            "The window met a problem in {file}, line {line}: {problem}.",
            file=Path(where.filename).name,
            line=where.lineno,
            problem=problem,
        )
