"""What helps a network that does not learn: given while it trains, it trains anew afterwards."""

from __future__ import annotations

from core.fixes import Fix
from core.messages import Stop, Train
from core.training.events import Finished, Started
from core.training.remedies import Remedy
from designer.engine.session import Session
from designer.engine.vitals import Vitals
from tests.designer.viewers.conftest import QuietEngine, document, engine, session, vitals

__all__ = ["document", "engine", "session", "vitals"]

SLOWER = Remedy(Fix("Lower the rate", ()), lr=0.001)


def rates(engine: QuietEngine) -> list[float]:
    """The learning rates that the engine was told to train with."""
    return [one.design.plan.optimizer.lr for one in engine.sent if isinstance(one, Train)]


def treat(vitals: Vitals, session: Session, engine: QuietEngine) -> float:
    """Treat a network that trains; gives the rate it trains with."""
    session.train_anew()
    engine.say(Started(1, 1, 3, 10, "cpu", 1, 1, 1, ""))
    before = session.planned.optimizer.lr
    vitals.treat(SLOWER, train=True)
    assert isinstance(engine.sent[-1], Stop)
    assert rates(engine) == [before]
    return before


def test_it_trains_anew_once_the_training_has_ended(
    vitals: Vitals, session: Session, engine: QuietEngine
) -> None:
    before = treat(vitals, session, engine)
    engine.say(Finished("stopped", 3, 30, 0.5, 0.5, 3, 0.5, 1.0))
    assert rates(engine) == [before, 0.001]


def test_an_engine_that_ends_instead_begins_nothing(
    vitals: Vitals, session: Session, engine: QuietEngine
) -> None:
    """As where another document is opened while the last step is being done."""
    before = treat(vitals, session, engine)
    engine._forget()
    engine._set_state("idle")
    assert rates(engine) == [before]
