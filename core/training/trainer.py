"""Training: the loop over epochs and steps, and everything it tells while it runs.

The same seed gives the same run on the CPU bit for bit, stopped and resumed or not: every random
choice depends on seed, epoch and step alone, so nothing but weights and counts need be kept.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backend.communicator import ALONE, Communicator
from core.data.batches import Batches, Indices, in_order
from core.data.dataset import Dataset
from core.data.fitted import FittedData, fit
from core.data.fitted_split import Batch, FittedSplit
from core.data.kept import allowance
from core.data.sources import open_source
from core.design import Design
from core.infer import infer
from core.network import Network
from core.training import diagnosis
from core.training.camera import Camera
from core.training.checkup import SHARE, Checkup
from core.training.control import Control
from core.training.evaluate import Evaluation, class_count, evaluate, items_at_once
from core.training.events import (
    EpochDone,
    Event,
    Failed,
    Finished,
    Measured,
    Paused,
    Preparing,
    Resumed,
    Started,
    Warned,
)
from core.training.fields import check_outputs, field_kinds
from core.training.health import Health, remembered
from core.training.keeper import Keeper
from core.training.meter import DivergedError, Meter
from core.training.origin import checkpoint_of, take_over
from core.training.parallel import gather, learner_of, share
from core.training.rate import Rate
from core.training.runs import RunFolder, recorded
from core.training.saved import facts_of
from core.training.tally import Tally


class Trainer:
    """One training of one design; `inherit` is an earlier run whose fitting weights it begins with.

    Attributes:
        network: there once Started was told; stays afterwards.
        data: the same for the fitted data.
        lr: the learning rate of the last step.
        evaluation: the last validation, with its confusion matrix.
    """

    def __init__(
        self,
        design: Design,
        *,
        dataset: Dataset | None = None,
        control: Control | None = None,
        run: RunFolder | None = None,
        resume: bool | Path = False,
        inherit: RunFolder | None = None,
        together: Communicator = ALONE,
        checkups: float = SHARE,
    ) -> None:
        self.design, self.plan = design, design.plan
        self.control, self.run = control or Control(), run
        self.network: Network | None = None
        self.data: FittedData | None = None
        self.evaluation: Evaluation | None = None
        self._dataset, self._resume, self._inherit = dataset, resume, inherit
        self._together = together
        self._checkups = checkups if together.rank == 0 else 0.0
        self._keeper = Keeper(self.plan, run)
        self._camera = Camera(None if together.rank else run)
        self._tally, self._rate = Tally(), Rate(self.plan)
        self.lr = self.plan.optimizer.lr
        self._remembered = 0  # the step from which on the run should remember a check
        self._begun = False  # whether Started was told

    def events(self) -> Iterator[Event]:
        """Train; see `core.training.train`.

        What stops the loop becomes Failed, and the last good weights.
        """
        failed, trouble = None, ""
        try:
            for event in self._loop():
                yield from recorded(self.run, event)
        except diagnosis.FORESEEN as error:
            failed = diagnosis.refused(error)
        except DivergedError:
            trouble = "rate"
        except MemoryError:
            trouble = "memory"
        finally:
            self._camera.close()
        # Out here the error is gone, and with it the arrays that its traceback held.
        failed = self._recover(trouble) if trouble else failed
        if failed and self.run and not self._begun and not self._resume:
            self.run.withdraw()
            self.run = None
        if failed:
            yield from recorded(self.run, failed)

    # ---- the loop -----------------------------------------------------------------------

    def _loop(self) -> Iterator[Event]:
        """Every epoch: every step, then validation."""
        yield from self._begin()
        while self._tally.epoch <= self.plan.epochs and not self._is_tired():
            order = self._batches.epoch(self._tally.epoch, self._tally.step)
            with closing(self._awaited(self._data.train, order, self._tally.epoch)) as batches:
                for x, labels in batches:
                    yield from self._attend()
                    if self.control.stopped:
                        break
                    self._checkup.begin()
                    self._take_step(x, labels)
                    yield from self._check(x, labels)
                    yield from self._report()
            self._meter.read(self._tally)
            evaluation = self._validate()
            if evaluation is None:
                break
            yield self._close_epoch(evaluation)
            yield from self._keep()
        else:
            yield from self._end("early" if self._is_tired() else "done")
            return
        yield from self._keep()
        yield from self._end("stopped")

    def _awaited(
        self, split: FittedSplit, order: Iterable[Indices], epoch: int | None = None
    ) -> Generator[Batch, None, None]:
        """Batches of a split, made ahead; the meter is told how long each was waited for."""
        shares = (share(indices, self._together) for indices in order)
        return self._meter.awaited(split.batches(shares, epoch=epoch))

    def _take_step(self, x: NDArray[Any], labels: Any) -> None:
        """One batch: forward, loss, backward, update."""
        learner = self._learner
        self.lr = self._rate.at(self._tally)
        with np.errstate(all="ignore"):  # a loss that is no number is told by the meter
            loss = learner.step(x, labels, lr=self.lr)
            right = learner.correct(labels)
        self._camera.look(learner, loss)
        count = self._batches.size(self._tally.step)
        self._tally.step += 1
        if self._meter.add(loss, right, count, learner.each.values()):
            self._meter.read(self._tally)

    def _check(self, x: NDArray[Any], labels: Any) -> Iterator[Event]:
        """How the layers learn, now and then; a run remembers evenly spread checks."""
        nodes = self._checkup.end(x, labels)
        if not nodes:
            return
        tally, steps = self._tally, self._batches.steps
        done = (tally.epoch - 1) * steps + tally.step
        items, checks = min(self._checkup.items, len(x)), self._checkup.checks
        health = Health(done, done / steps, items, checks, self._checkup.loss, self.lr, nodes)
        keep = done >= self._remembered
        if keep:
            self._remembered = done + -(-self.plan.epochs * steps // remembered(len(nodes)))
        yield Measured(tally.epoch, tally.step, health, keep)

    def _attend(self) -> Iterator[Event]:
        """Look at the controls between two steps; wait here while paused."""
        network, tally = self._learner.network, self._tally
        self.control.attend(network)
        if self.control.paused:
            begin = time.perf_counter()
            yield Paused(tally.epoch, tally.step)
            while self.control.wait(network):
                pass
            self._meter.leave_out(time.perf_counter() - begin)
            if not self.control.stopped:
                yield Resumed(tally.epoch, tally.step)
        lr = self.control.take_learning_rate()
        if lr is not None:
            self._rate.turn(lr, tally)

    def _report(self) -> Iterator[Event]:
        """A Progress event now and then, a checkpoint every few minutes."""
        batches, epochs = self._batches, self.plan.epochs
        progress = self._meter.progress(
            self._tally, steps=batches.steps, items=batches.count, epochs=epochs, lr=self.lr
        )
        if progress:
            yield progress
        if self._together.agree(self._keeper.is_due):
            self._meter.read(self._tally)
            yield from self._keep()

    def _validate(self) -> Evaluation | None:
        """Loss and accuracy on the validation items; None where training is to stop."""
        split, network = self._data.validation, self._learner.network

        def is_stopped() -> bool:
            self.control.attend(network)
            return self.control.stopped

        if is_stopped():
            return None
        begin = time.perf_counter()
        size = items_at_once(self.plan.batch_size, network.inference.macs)
        order = in_order(len(split), size)
        kinds = field_kinds(self._data.dataset)
        with (
            np.errstate(all="ignore"),
            self._learner.averaged(),
            closing(self._awaited(split, order)) as batches,
        ):
            evaluation = evaluate(
                network, batches, between=is_stopped, kinds=kinds, together=self._together
            )
        self._meter.validation_seconds = time.perf_counter() - begin
        if evaluation is not None and not math.isfinite(evaluation.loss):
            raise DivergedError
        return evaluation

    def _close_epoch(self, found: Evaluation) -> EpochDone:
        """Count the epoch as done and tell it, with whether it is the best."""
        tally, seconds = self._tally, self._meter.seconds
        best = tally.judge(found.loss, found.accuracy)
        self._rate.judge(found.loss)
        classifies = class_count(self._learner.network) > 0
        done = EpochDone(
            epoch=tally.epoch,
            train_loss=tally.loss / tally.count,
            train_accuracy=tally.right / tally.count if classifies else None,
            loss=found.loss,
            accuracy=found.accuracy,
            lr=self.lr,
            seconds=seconds - tally.begun,
            best=best,
            more=found.more,
            waited=self._meter.waited(),
            train_each=self._train_each(),
        )
        self.evaluation = found
        self._keeper.note_epoch(done, self._learner)
        self._meter.begin_epoch()
        tally.seconds = seconds
        self._tally = tally.next_epoch()
        return done

    def _train_each(self) -> dict[str, float]:
        """The mean training loss of each of several outputs, in this epoch."""
        outputs, tally = self._learner.network.outputs, self._tally
        sums = zip(outputs, tally.each, strict=False)  # none where there is one output
        return {f"{id}.train_loss": one / tally.count for id, one in sums}

    def _is_tired(self) -> bool:
        return 0 < self.plan.patience <= self._tally.waited

    # ---- beginning and end --------------------------------------------------------------

    def _begin(self) -> Iterator[Event]:
        """Build the network, open the data, go to where an earlier run stopped."""
        self._build()
        for part in self._learner.network.backend.prepare():
            yield Preparing(*part)
        self.data = self._data = self._open_data()
        check_outputs(self._learner.network, self._data)
        gather(self._learner, self._together, self._data.fingerprint)
        self._batches = Batches(len(self._data.train), self.plan.batch_size, self.plan.seed)
        self._rate.steps = self._batches.steps
        troubles = self._go_on() if self._resume else take_over(self._inherit, self._learner)
        self._meter = Meter(self._learner.network.backend, self._tally.seconds)
        self._begun = True
        yield self._started()
        yield from (Warned(sentence, "checkpoint") for sentence in troubles)
        yield from (Warned(sentence, "data") for sentence in self._data.notes)
        if self.run and not self._resume:
            origin = self._inherit.path.name if self._inherit else ""
            self.run.note(**facts_of(self._data), seed=self.plan.seed, origin=origin)
        if self._keeper.good is None:
            self._keeper.remember(self._learner, self._tally, self._rate)
        self._camera.begin(self._learner)

    def _build(self) -> None:
        plan = self.plan
        own = plan.replace(device=self._together.device(plan.device))
        self.network = Network(self.design.graph, seed=plan.seed, device=own.backend())
        self._learner = learner_of(self.network, plan, self._together)
        self._checkup = Checkup(self.network, self._checkups, control=self.control)

    def _open_data(self) -> FittedData:
        choice, network = self.design.data, self._learner.network
        dataset = self._dataset or open_source(choice.source, choice.policy)
        return fit(
            dataset,
            network.input_shape,
            choice.policy,
            augment=choice.augment,
            seed=self.plan.seed,
            memory=allowance() // self._together.local_size,
        )

    def _go_on(self) -> list[str]:
        """Begin where the checkpoint to resume from was; says what did not go as meant."""
        found, troubles = checkpoint_of(self._resume, self.run, self._learner)
        if found:
            self._tally = self._keeper.restore(found, self._learner)
            self._rate.restore(found.rate)
        return troubles

    def _started(self) -> Started:
        network, data, tally = self._learner.network, self._data, self._tally
        return Started(
            epoch=tally.epoch,
            step=tally.step + 1,
            epochs=self.plan.epochs,
            steps=self._batches.steps,
            device=network.backend.name,
            parameters=network.inference.parameters,
            train_items=len(data.train),
            validation_items=len(data.validation),
            data=data.sentence,
            run=str(self.run.path) if self.run else "",
        )

    def _keep(self) -> Iterator[Event]:
        """Take this moment as good, on disk too."""
        self._tally.seconds = self._meter.seconds
        trouble = self._keeper.keep(self._learner, self._tally, self._rate)
        if trouble:
            yield Warned(trouble, "disk")
        yield from self._snapshots_news()

    def _snapshots_news(self) -> Iterator[Event]:
        trouble = self._camera.news()
        if trouble:
            yield Warned(trouble, "snapshots")

    def _end(self, reason: str) -> Iterator[Event]:
        """All snapshots are on disk when the end is told."""
        self._camera.close()
        yield from self._snapshots_news()
        yield self._finished(reason)

    def _finished(self, reason: str) -> Finished:
        tally = self._tally
        self._learner.settle()
        last = self._keeper.history[-1] if self._keeper.history else {}
        return Finished(
            reason=reason,
            epoch=tally.epoch if tally.step else tally.epoch - 1,
            step=self._learner.steps,
            loss=last.get("loss"),
            accuracy=last.get("accuracy"),
            best_epoch=tally.best_epoch,
            best_accuracy=tally.best_accuracy,
            seconds=self._meter.seconds,
            weights=self._keeper.weights_file(),
        )

    def _recover(self, trouble: str) -> Failed:
        """Go back to the last good weights; gives what to tell."""
        place = diagnosis.Place(self._tally.epoch, self._tally.step, self.lr, self.plan.batch_size)
        if trouble == "rate":
            node = self._learner.first_bad_node()
            failed = diagnosis.diverged(self._learner.network, node, place)
        else:
            failed = diagnosis.out_of_memory(infer(self.design.graph), place)
        if self._keeper.good:
            if trouble == "memory":
                self._build()  # its buffers were made for a batch that is too large
            self._keeper.restore(self._keeper.good, self._learner)
        return failed
