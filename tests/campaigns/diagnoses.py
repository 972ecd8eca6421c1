"""What the doctor says of every template at any moment of its training, as templates are shipped.

python -m tests.campaigns.diagnoses [lenet5 vgg-d/8 …] [--epochs 4] [--seconds 60] [--seed 0]
    [--share 0.1] [--times 1]

The large ones are taken at an eighth of their width. `--seconds` are those of a processor,
`--share` what checks may take of them, and `--times` makes the learning rates so many times as
high, which must not go unseen. Exit status 1 where a template is ill.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field

from core.design import Design
from core.infer import infer
from core.training.case import Case, Illness
from core.training.events import EpochDone, Failed, Measured, Started
from core.training.health import History
from core.training.illness import examine
from core.training.trainer import Trainer
from core.zoo import BY_ID, find

NARROW = 8


@dataclass
class Patient:
    """A training, and what was told of it: when first, how often, and the sentence."""

    design: Design
    history: History = field(default_factory=History)
    told: dict[tuple[str, str], tuple[float, int, Illness]] = field(default_factory=dict)

    def watch(self, seconds: float, share: float) -> None:
        """Train for so many seconds of a processor, and look after every event."""
        known, end = infer(self.design.graph), time.process_time() + seconds
        epochs, failed, validated = [], None, 0
        for event in Trainer(self.design, checkups=share).events():
            match event:
                case Started():
                    validated = event.validation_items
                case Measured():
                    self.history.add(event.health)
                case EpochDone():
                    epochs.append(event.to_json())
                case Failed():
                    failed = event.to_json()
            if isinstance(event, Measured | EpochDone | Failed):
                case_now = Case(self.design, known, self.history, epochs, failed, validated)
                self._note(examine(case_now))
            if time.process_time() > end:
                return

    def _note(self, found: tuple[Illness, ...]) -> None:
        last = self.history.last
        for illness in found:
            key = (illness.kind, illness.node)
            first, times, _ = self.told.get(key, (last.epoch if last else 0.0, 0, illness))
            self.told[key] = (first, times + 1, illness)

    def rows(self, name: str) -> list[str]:
        """What was seen, and what was told."""
        last = self.history.last
        seen = f"{last.epoch:.2f} epochs, loss {last.loss:.3g}" if last else "nothing seen"
        words = [f"{name:20} {seen}{'' if self.told else ', healthy'}"]
        for first, times, illness in self.told.values():
            words.append(f"    from {first:.2f} on, {times} times: {illness.sentence}")
            words.append(f"        {illness.remedy.text or 'No edit helps.'}")
        return words


def main() -> None:
    """Train and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("names", nargs="*", default=[_name(id) for id in BY_ID])
    words.add_argument("--epochs", type=int, default=4)
    words.add_argument("--seconds", type=float, default=60.0)
    words.add_argument("--seed", type=int, default=0)
    words.add_argument("--share", type=float, default=0.1)
    words.add_argument("--times", type=float, default=1.0)
    given, ill = words.parse_args(), 0
    for name in given.names:
        template = find(name)
        if template is None:
            raise SystemExit(f"There is no template {name}: `striate templates` lists them.")
        design = template.design()
        optimizer = design.plan.optimizer.replace(lr=design.plan.optimizer.lr * given.times)
        plan = design.plan.replace(
            epochs=given.epochs, seed=given.seed, optimizer=optimizer, device="cpu"
        )
        patient = Patient(Design(design.graph, plan=plan, data=design.data))
        patient.watch(given.seconds, given.share)
        print("\n".join(patient.rows(name)), flush=True)  # noqa: T201
        ill += bool(patient.told)
    sys.exit(bool(ill))


def _name(id: str) -> str:
    """A template that takes no hours to train."""
    return id if BY_ID[id].small is None else f"{id}/{NARROW}"


if __name__ == "__main__":
    main()
