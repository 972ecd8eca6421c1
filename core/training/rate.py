"""The learning rate of every step: the schedule of the plan, and what a person turned it to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.files import FileError
from core.plan import Plan
from core.schedules import Moment, Plateau
from core.settings import to_json
from core.tongue import tr
from core.training.tally import Tally


@dataclass(frozen=True)
class Turn:
    """A person set the rate to `lr` where the schedule had `planned`."""

    lr: float
    planned: float


class Rate:
    """Follows a plan's schedule.

    Turned by hand, the rate is what was asked for from the next step on, and goes on from there
    in the shape of the schedule.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._plateau = Plateau()
        self._turn: Turn | None = None
        self.steps = 1  # in an epoch

    def at(self, tally: Tally) -> float:
        """The learning rate of the next step."""
        planned = self._planned(tally)
        if self._turn is None:
            return planned
        if self._turn.planned == 0:
            return self._turn.lr
        return self._turn.lr * (planned / self._turn.planned)

    def turn(self, lr: float, tally: Tally) -> None:
        """Use this learning rate from the next step on."""
        self._turn = Turn(lr, self._planned(tally))

    def judge(self, loss: float) -> None:
        """Take in a validation loss."""
        self._plan.schedule.judge(self._plateau, loss)

    def _planned(self, tally: Tally) -> float:
        step = (tally.epoch - 1) * self.steps + tally.step
        total = self.steps * self._plan.epochs
        moment = Moment(step, self.steps, total, self._plateau.falls)
        return self._plan.schedule.rate(self._plan.optimizer.lr, moment)

    # ---- checkpoints --------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """All that must be kept to go on exactly, as JSON data."""
        plateau = asdict(self._plateau)
        if plateau["lowest"] == float("inf"):  # JSON has no word for it
            plateau["lowest"] = None
        turn = asdict(self._turn) if self._turn else None
        return {"plan": self._of_plan(), "turn": turn, "plateau": plateau}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state, unless the plan now has another rate or schedule.

        FileError where it is none.
        """
        try:
            if state["plan"] != self._of_plan():
                return
            turn, plateau = state["turn"], dict(state["plateau"])
            lowest = plateau.pop("lowest")
            counts = {name: int(plateau[name]) for name in ("waited", "resting", "falls")}
            self._plateau = Plateau(float("inf") if lowest is None else float(lowest), **counts)
            self._turn = Turn(float(turn["lr"]), float(turn["planned"])) if turn else None
        except (KeyError, TypeError, ValueError, AttributeError):
            sentence = tr("The checkpoint does not say how its learning rate goes on.")
            raise FileError(sentence) from None

    def _of_plan(self) -> dict[str, Any]:
        """What of the plan the state belongs to."""
        return {"lr": self._plan.optimizer.lr, "schedule": to_json(self._plan.schedule)}
