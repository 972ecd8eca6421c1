"""What a training counts as it goes: this epoch's sums, and the best epoch so far."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass
class Tally:
    """What an epoch has summed up so far, and what is remembered across epochs.

    Attributes:
        epoch, step: the epoch in progress, from 1, and its steps done.
        count, loss, right: items seen in this epoch, their summed loss, right answers.
        each: their summed loss at each of several outputs, without its weight.
        seconds, begun: time spent in the run, pauses not counted; the same when the epoch began.
        best_epoch, best_accuracy, best_loss: the best validation so far.
        lowest_loss, waited: the lowest validation loss, and epochs since.
    """

    epoch: int = 1
    step: int = 0
    count: int = 0
    loss: float = 0.0
    right: int = 0
    each: tuple[float, ...] = ()
    seconds: float = 0.0
    begun: float = 0.0
    best_epoch: int = 0
    best_accuracy: float | None = None
    best_loss: float | None = None
    lowest_loss: float | None = None
    waited: int = 0

    def epoch_again(self) -> Tally:
        """The same from the start of the epoch in progress."""
        return replace(self, step=0, count=0, loss=0.0, right=0, each=(), begun=self.seconds)

    def next_epoch(self) -> Tally:
        """The same with the epoch in progress done."""
        return replace(self.epoch_again(), epoch=self.epoch + 1)

    def judge(self, loss: float, accuracy: float | None) -> bool:
        """Note the validation of the epoch in progress; gives whether it is the best so far."""
        best = self._is_best(loss, accuracy)
        if best:
            self.best_epoch, self.best_accuracy, self.best_loss = self.epoch, accuracy, loss
        lower = self.lowest_loss is None or loss < self.lowest_loss
        self.lowest_loss = loss if lower else self.lowest_loss
        self.waited = 0 if lower else self.waited + 1
        return best

    def _is_best(self, loss: float, accuracy: float | None) -> bool:
        """Whether a validation beats the best so far: by accuracy, then by loss."""
        if self.best_loss is None:
            return True
        if accuracy is None or self.best_accuracy is None:
            return loss < self.best_loss
        return (accuracy, -loss) > (self.best_accuracy, -self.best_loss)
