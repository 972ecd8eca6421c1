"""`striate predict`: what a trained network says to pictures, one after the other."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from core.cli.answering import answering, jury_of, plainly
from core.cli.naming import groups
from core.cli.options import AS_JSON, NETWORK
from core.data.ahead import ahead, room_for
from core.data.dataset import Picture
from core.data.fitting import PictureFitting
from core.data.pictures import load_picture
from core.files import FileError
from core.tongue import tr
from core.training.jury import Jury

Host = NDArray[Any]


@click.command("predict")
@NETWORK
@click.argument("images", nargs=-1, required=True, metavar="IMAGES...")
@click.option(
    "--top", type=click.IntRange(1), default=3, show_default=True, metavar="K",
    help=tr("How many of the likeliest classes are told."),
)  # fmt: skip
@answering
@AS_JSON
def predict_command(
    network: str, images: tuple[str, ...], top: int, as_json: bool, **options: Any
) -> int:
    """Show pictures to the last trained run of a project or template.

    IMAGES are files, folders, or - for names on standard input, one in a line. Each answer is told
    as soon as it is there; what cannot be read is named and left out, and the exit status is 1.
    With --json one line for each picture.
    """
    jury = jury_of(network, **options)
    if not all(isinstance(member.fitting, PictureFitting) for member in jury.members):
        raise click.ClickException(
            tr("{network} does not look at pictures, so it can be shown none.", network=network)
        )
    troubles: list[str] = []
    told = _as_json if as_json else _as_line
    failed = False
    with plainly(), closing(_looks(jury, groups(images, jury.items_at_once, troubles))) as looks:
        for look in looks:
            troubles += look.troubles
            failed |= _complained(troubles)
            for answer in _answers(jury, look):
                click.echo(told(answer, top))
    failed |= _complained(troubles)
    return int(failed)


@dataclass
class _Look:
    """Some pictures, fitted; a sentence for each that cannot be read."""

    paths: list[str] = field(default_factory=list)
    seen: list[Host] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Answer:
    """What is said about one picture.

    Attributes:
        path: the picture.
        said: (K,) probabilities or values.
        names: of the K classes; empty where values are answered.
        votes: run, view and what was said, of each vote; empty where there is one.
    """

    path: str
    said: Host
    names: tuple[str, ...]
    votes: list[tuple[str, str, Host]]

    def likeliest(self, said: Host, top: int) -> list[tuple[str, float]]:
        """The classes of the highest probabilities, likeliest first."""
        best = np.argsort(-said, kind="stable")[:top]
        return [(self.names[k], float(said[k])) for k in best.tolist()]


def _complained(troubles: list[str]) -> bool:
    """Tell what was in the way since the last time; whether there was anything."""
    for sentence in troubles:
        click.echo(sentence, err=True)
    found = bool(troubles)
    troubles.clear()
    return found


def _looks(jury: Jury, paths: Iterable[list[str]]) -> Generator[_Look, None, None]:
    """Pictures read and fitted by other threads, while the network looks at those before."""

    def look(group: list[str]) -> _Look:
        found = _Look()
        found.seen = jury.seen(_readable(group, found))
        return found

    workers, most = room_for(0)
    return ahead(look, paths, workers=workers, most=most)


def _readable(group: list[str], found: _Look) -> Iterator[Picture]:
    """The pictures that can be read; which they were, and what is wrong with the others."""
    for path in group:
        try:
            picture = load_picture(path)
        except FileError as error:
            found.troubles.append(str(error))
        else:
            found.paths.append(path)
            yield picture


def _answers(jury: Jury, look: _Look) -> Iterator[_Answer]:
    if not look.paths:
        return
    votes = jury.hear(look.seen)
    single, mean = (_both(said) if jury.names else said for said in (votes.single, votes.mean))
    runs = [member.run.path.name for member in jury.members]
    for item, path in enumerate(look.paths):
        each = [
            (run, view, single[m, v, item])
            for m, run in enumerate(runs)
            for v, view in enumerate(jury.views)
        ]
        yield _Answer(path, mean[item], jury.names, [] if jury.is_one else each)


def _both(said: Host) -> Host:
    """Probabilities of each class, also where one unit gives that of the second of two."""
    return np.concatenate([1 - said, said], axis=-1) if said.shape[-1] == 1 else said


def _as_line(answer: _Answer, top: int) -> str:
    path = os.fsencode(answer.path).decode("utf-8", "replace")
    if not answer.names:
        return f"{path}  {' '.join(f'{value:.4g}' for value in answer.said)}"
    likely = answer.likeliest(answer.said, top)
    return f"{path}  {'  '.join(f'{name} {100 * share:.1f} %' for name, share in likely)}"


def _as_json(answer: _Answer, top: int) -> str:
    path = os.fsencode(answer.path).decode("utf-8", "replace")
    if not answer.names:
        return json.dumps({"image": path, "values": answer.said.tolist()})
    told: dict[str, Any] = {"image": path, "answers": _classes(answer, answer.said, top)}
    if answer.votes:
        told["votes"] = [
            {"run": run, "view": view, **_classes(answer, said, 1)[0]}
            for run, view, said in answer.votes
        ]
    return json.dumps(told, ensure_ascii=False)


def _classes(answer: _Answer, said: Host, top: int) -> list[dict[str, Any]]:
    likely = answer.likeliest(said, top)
    return [{"class": name, "probability": share} for name, share in likely]
