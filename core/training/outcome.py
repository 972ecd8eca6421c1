"""What came of the epochs: nothing that holds for other items, or the training items by heart.

These two rules look at what epochs end with, and not into the layers as those of `illness` do.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from core.layers import Output
from core.tongue import tr
from core.training import remedies
from core.training.case import EPOCHS, Case, Illness, figure, percent

WORSE = 1.25  # times the best validation loss
LASTING = 2  # epochs in a row that are worse: one alone may be chance
CHANCE = 3.0  # standard deviations around what guessing gives


def unlearned(case: Case) -> Iterator[Illness]:
    """Nothing that was learned holds for other items."""
    outputs = case.graph.of_type(Output)
    accuracies = [epoch.get("accuracy") for epoch in case.epochs]
    known = [value for value in accuracies if isinstance(value, int | float)]
    if len(known) <= EPOCHS or not case.validated or not outputs:
        return
    output = max(outputs, key=lambda node: getattr(node.layer, "weight", 1.0))
    classes = case.classes(output.id)
    if classes < 2:
        return
    chance = 1 / classes
    allowed = chance + CHANCE * math.sqrt(chance * (1 - chance) / case.validated)
    if max(known[-EPOCHS:]) > allowed or not case.has_learned:
        return
    yield Illness(
        "unlearned",
        output.id,
        tr(
            "{title} names {known} of the validation items after {count} epochs, guessing names"
            " {chance}: labels and items seem not to belong together. Look at the data.",
            title=output.title,
            known=percent(known[-1]),
            count=len(known),
            chance=percent(chance),
        ),
        tr("No better than guessing."),
        {"accuracy": float(known[-1]), "chance": chance, "epochs": float(len(known))},
    )


def overfitting(case: Case) -> Iterator[Illness]:
    """Validation gets worse while training still gets better."""
    pairs = [(epoch.get("train_loss"), epoch.get("loss")) for epoch in case.epochs]
    known = [(t, v) for t, v in pairs if isinstance(t, int | float) and isinstance(v, int | float)]
    if len(known) <= EPOCHS:
        return
    best = min(range(len(known)), key=lambda i: known[i][1])
    (train_best, least), (train, now) = known[best], known[-1]
    if len(known) - 1 - best < EPOCHS or train >= train_best:
        return
    if min(value for _, value in known[-LASTING:]) < WORSE * least or _names_more(case, best):
        return
    nodes = case.having("weight")
    node = max(nodes, key=lambda id: _parameters(case, id), default="")
    yield Illness(
        "overfitting",
        node,
        tr(
            "{node} learns the training items by heart: since epoch {best} the validation loss"
            " rose from {least} to {now}, while the training loss fell from {train_best} to"
            " {train}.",
            node=case.title(node) if node else tr("The network"),
            best=best + 1,
            least=figure(least),
            now=figure(now),
            train_best=figure(train_best),
            train=figure(train),
        ),
        tr("Learns the training items by heart."),
        {"best epoch": best + 1.0, "validation loss": now, "least": least, "training loss": train},
        remedies.early(),
    )


def _names_more(case: Case, best: int) -> bool:
    """Whether more items are named rightly than at the epoch `best`: then nothing is lost yet."""
    shares = [epoch.get("accuracy") for epoch in case.epochs]
    known = [share for share in shares if isinstance(share, int | float)]
    if len(known) < len(shares):
        return False
    return sum(known[-LASTING:]) > LASTING * known[best]


def _parameters(case: Case, node: str) -> int:
    last = case.history.last
    found = last.nodes[node].weights if last is not None and node in last.nodes else None
    return 0 if found is None else int(found.counts.sum())
