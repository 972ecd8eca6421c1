"""What holds the regularized picture back: three fields, and the same in words."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.explain.dream import USUAL, Restraint
from core.tongue import tr
from designer.viewers.explorer import number_field
from designer.viewers.words import plural
from designer.widgets.numbers import value
from designer.widgets.spin_field import decimal_field

_MOST_DECAY = 20.0  # %


class DreamSettings(QObject):
    """Decay, blur and jitter. Signals: `changed` by any of them.

    Attributes: `fields`, to be laid out by the view.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        tip = tr("How far back to gray the picture is taken in each step")
        self.decay = decimal_field(tr("Decay"), tip)
        self.decay.setRange(0.0, _MOST_DECAY)
        self.decay.setSingleStep(0.1)
        self.decay.setDecimals(1)
        self.decay.setValue(100 * USUAL.decay)
        self.decay.setPrefix(tr("Decay "))
        self.decay.setSuffix(" %")
        self.blur = number_field("Blur every", USUAL.blur_every,
                                 "After how many steps the picture is blurred", low=0)  # fmt: skip
        self.blur.setSpecialValueText(tr("No blur"))
        self.jitter = number_field("Jitter", USUAL.jitter,
                                   "How many cells the picture is moved by at random, at most",
                                   low=0, high=16)  # fmt: skip
        self.fields: tuple[QWidget, ...] = (self.decay, self.blur, self.jitter)
        for field in (self.decay, self.blur, self.jitter):
            field.valueChanged.connect(lambda _: self.changed.emit())
        self.show_fields(False)

    def show_fields(self, on: bool) -> None:
        """Show the fields, or hide them."""
        for field in self.fields:
            field.setVisible(on)

    @property
    def restraint(self) -> Restraint:
        """As it is set."""
        return Restraint(self.decay.value() / 100, self.blur.value(), self.jitter.value())


def words_of(restraint: Restraint) -> str:
    """What is done to the regularized picture."""
    words = []
    if restraint.jitter:
        cells = plural(restraint.jitter, "cell")
        words.append(tr("moved by up to {cells} at random in each step", cells=cells))
    if restraint.decay:
        share = _decay(restraint)
        words.append(tr("{share} of the way back to gray in each step", share=share))
    if restraint.blur_every:
        steps = plural(restraint.blur_every, "step")
        words.append(tr("blurred 1 : 2 : 1 every {steps}", steps=steps))
    return ", ".join(words) or tr("nothing holds it back, so it is the naive one again")


def short_words_of(restraint: Restraint) -> str:
    """The same as the fields have it."""
    decay, jitter = _decay(restraint), restraint.jitter
    if not restraint.blur_every:
        return tr("Decay {decay}, no blur, jitter {jitter}", decay=decay, jitter=jitter)
    return tr(
        "Decay {decay}, blur every {steps}, jitter {jitter}",
        decay=decay,
        steps=restraint.blur_every,
        jitter=jitter,
    )


def _decay(restraint: Restraint) -> str:
    return f"{value(100 * restraint.decay, figures=3)} %"
