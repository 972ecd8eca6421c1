"""`striate summary` and `striate templates`: what a network is made of, and which there are."""

from __future__ import annotations

import json
from typing import Any

import click

from core.cli.columns import columns
from core.cli.options import AS_JSON, NETWORK, opened
from core.infer import Inference, infer
from core.project import Project
from core.shapes import shape_text
from core.tongue import tr
from core.zoo import GROUPS, TEMPLATES, Template


@click.command("summary")
@NETWORK
@AS_JSON
def summary_command(network: str, as_json: bool) -> int:
    """Layers, shapes, parameters and cost; what is wrong, if anything is."""
    project = opened(network)
    inference = infer(project.design.graph)
    if as_json:
        click.echo(json.dumps(_summary(project, inference), indent=2, ensure_ascii=False))
    else:
        click.echo(_table(project, inference))
    for problem in inference.problems:
        click.echo(problem.sentence, err=True)
    return 0 if inference.ok else 1


def _summary(project: Project, inference: Inference) -> dict[str, Any]:
    """The numbers: outputs are [C, H, W], null where unknown; memory is in bytes."""
    graph, batch = project.design.graph, project.design.plan.batch_size
    layers = []
    for id in graph.active.order:
        info = inference.nodes[id]
        layers.append(
            {
                "name": graph[id].title,
                "type": type(graph[id].layer).__name__,
                "output": None if info.output is None else list(info.output),
                "parameters": info.cost.parameters,
                "macs": info.cost.macs,
            }
        )
    memory = {
        "batch": batch,
        "training": inference.memory(batch, training=True),
        "prediction": inference.memory(1, training=False),
    }
    return {
        "layers": layers,
        "parameters": inference.parameters,
        "macs": inference.macs,
        "memory": memory,
    }


def _table(project: Project, inference: Inference) -> str:
    numbers = _summary(project, inference)
    rows = [(tr("layer"), tr("type"), tr("output"), tr("parameters"), tr("MACs"))]
    for layer in numbers["layers"]:
        output = shape_text(tuple(layer["output"])) if layer["output"] else "?"
        counts = (str(layer["parameters"]), str(layer["macs"]))
        rows.append((layer["name"], layer["type"], output, *counts))
    rows.append((tr("total"), "", "", str(numbers["parameters"]), str(numbers["macs"])))
    lines = columns(rows, left=2)
    lines.insert(1, "-" * len(lines[0]))
    lines.insert(-1, lines[1])
    memory = numbers["memory"]
    lines.append(
        tr(
            "Training takes about {training:.1f} MiB at batch {batch}, one prediction"
            " {prediction:.1f} MiB.",
            training=memory["training"] / 2**20,
            batch=memory["batch"],
            prediction=memory["prediction"] / 2**20,
        )
    )
    return "\n".join(lines)


@click.command("templates")
@AS_JSON
def templates_command(as_json: bool) -> None:
    """The networks that come with Striate; `vgg-d/8` is VGG D with an eighth of its channels."""
    if as_json:
        click.echo(json.dumps([_told(one) for one in TEMPLATES], indent=2, ensure_ascii=False))
        return
    for group in GROUPS:
        click.echo(f"{group}\n")
        for one in TEMPLATES:
            if one.group == group:
                click.echo(f"  {one.id:<20}{one.parameters:>10}  {one.sentence}")
        click.echo()
    numbers = tr(
        "Numbers are parameters. A slash divides the channels, for small pictures of 10 classes:"
    )
    example = tr("vgg-d/8 is VGG D with an eighth of its channels, for 32×32.")
    click.echo(f"{numbers}\n{example}")


def _told(template: Template) -> dict[str, Any]:
    """A template in JSON; `small` is the input [C, H, W] of its narrow versions, or null."""
    return {
        "id": template.id,
        "title": template.title,
        "sentence": template.sentence,
        "group": template.group,
        "source": template.source,
        "parameters": template.parameters,
        "small": None if template.small is None else list(template.small),
    }
