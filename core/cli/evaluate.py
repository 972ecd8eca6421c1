"""`striate evaluate`: how well a trained network does on items it did not learn from."""

from __future__ import annotations

import json
import math
from typing import Any

import click
import numpy as np

from core.cli.answering import answering, jury_of, plainly
from core.cli.columns import columns
from core.cli.options import AS_JSON, NETWORK
from core.data.dataset import Dataset
from core.data.sources import NAMES, open_source, source_by_name
from core.metrics import Counts, PerClass
from core.tongue import tr, trn
from core.training.evaluate import Evaluation
from core.training.exam import examine
from core.training.jury import Jury

_WIDEST = 20  # classes whose confusion fits on a screen
_WORST = 10  # confusions that are told where it does not


@click.command("evaluate")
@NETWORK
@click.option(
    "--data", metavar="NAME|DIR",
    help=tr(
        "Other data than those it validated with: {names}, or a folder of pictures.",
        names=", ".join(NAMES),
    ),
)  # fmt: skip
@answering
@AS_JSON
def evaluate_command(network: str, data: str | None, as_json: bool, **options: Any) -> None:
    """Loss, accuracy, and how well each class is told, of the last trained run.

    It is judged on the items that validate. Of a folder given with --data that brings no
    validation pictures every picture counts, unless the run has learned from it.
    """
    jury = jury_of(network, **options)
    design = jury.members[0].design
    source = source_by_name(data) if data else design.data.source
    with plainly():
        dataset = open_source(source, design.data.policy)
        whole = bool(data) and dataset.divided and not _has_seen(jury, dataset)
        found = examine(jury, dataset, whole=whole)
    told = _as_json if as_json else _as_text
    click.echo(told(jury, dataset, found))


def _has_seen(jury: Jury, dataset: Dataset) -> bool:
    """Whether a run has learned from these very data."""
    return any(
        member.run.about().get("data", {}).get("sha256") == dataset.fingerprint.sha256
        for member in jury.members
    )


# ---- for people -------------------------------------------------------------------------


def _as_text(jury: Jury, dataset: Dataset, found: Evaluation) -> str:
    numbers = [tr("loss {loss:.4f}", loss=found.loss)]
    if found.accuracy is not None:
        numbers.append(tr("accuracy {percent:.1f} %", percent=100 * found.accuracy))
    numbers += [f"{name} {value:.4f}" for name, value in found.more.items()]
    lines = [
        trn(
            "Run {runs} on {count} item of {data}: {numbers}.",
            "Run {runs} on {count} items of {data}: {numbers}.",
            found.count,
            runs=tr(" and ").join(member.run.path.name for member in jury.members),
            count=found.count,
            data=dataset.name,
            numbers=", ".join(numbers),
        )
    ]
    classes, counts = found.primary.classes, found.confusion
    if classes is not None and counts is not None:
        names = jury.names
        lines += ["", *_class_table(names, classes), "", *confusion_table(names, counts)]
    return "\n".join(lines)


def _class_table(names: tuple[str, ...], classes: PerClass) -> list[str]:
    rows: list[tuple[str, ...]] = [
        (tr("class"), tr("items"), tr("precision"), tr("recall"), tr("F1"))
    ]
    columns_ = zip(names, classes.items, classes.precision, classes.recall, classes.f1, strict=True)
    rows += [(name, str(items), *map(_percent, shares)) for name, items, *shares in columns_]
    return columns(rows)


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f} %"


def confusion_table(names: tuple[str, ...], counts: Counts) -> list[str]:
    """Who was taken for whom: a matrix of few classes, else the most frequent mistakes."""
    if len(names) <= _WIDEST:
        rows = [(tr("is \\ said"), *names)]
        rows += [
            (name, *(str(count) if count else "·" for count in row.tolist()))
            for name, row in zip(names, counts, strict=True)
        ]
        return columns(rows)
    wrong = counts - np.diag(counts.diagonal())
    places = np.argsort(-wrong, axis=None, kind="stable")[:_WORST]
    pairs = [divmod(place, len(names)) for place in places.tolist()]
    mistakes = [(names[is_], names[said], str(wrong[is_, said])) for is_, said in pairs]
    head = (tr("is"), tr("was taken for"), tr("times"))
    return columns([head, *(m for m in mistakes if m[2] != "0")], left=2)


# ---- for programs -----------------------------------------------------------------------


def _as_json(jury: Jury, dataset: Dataset, found: Evaluation) -> str:
    """One object; a number that there is nothing to judge by is null."""
    told: dict[str, Any] = {
        "runs": [str(member.run.path) for member in jury.members],
        "data": dataset.name,
        "items": found.count,
        "loss": found.loss if math.isfinite(found.loss) else None,
        "accuracy": found.accuracy,
        **found.more,
    }
    classes, counts = found.primary.classes, found.confusion
    if classes is not None and counts is not None:
        told["classes"] = [
            {"class": name, **{key: _known(values[k]) for key, values in vars(classes).items()}}
            for k, name in enumerate(jury.names)
        ]
        told["confusion"] = counts.tolist()
    return json.dumps(told, indent=2, ensure_ascii=False)


def _known(number: Any) -> float | int | None:
    value: float | int = number.item()
    return None if math.isnan(value) else value
