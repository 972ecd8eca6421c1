"""What a template is, and the small builder that templates are written with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.graph import Graph, id_stem
from core.layers import Layer


@dataclass(frozen=True)
class Template:
    """A ready network: its id on the command line, its title, one sentence, and its builder."""

    id: str
    title: str
    sentence: str
    build: Callable[[], Graph]


class Builder:
    """Grows a graph: each call adds a layer after the newest node, or after those you name.

    build = Builder()
    build(Input((1, 28, 28)))
    skip = build(Conv2d(8, (3, 3)))
    build(Add(), skip, build(ReLU()))
    """

    def __init__(self) -> None:
        self.graph = Graph()
        self.last = ""

    def __call__(self, layer: Layer, *sources: str, id: str = "") -> str:
        """Add a layer and its wires; gives the new node's id."""
        id = id or self.graph.new_id(id_stem(layer))
        self.graph = self.graph.with_node(layer, id=id)
        takes = sources or ((self.last,) if self.last else ())
        for source in takes:
            self.graph = self.graph.with_wire(source, id)
        self.last = id
        return id
