"""Finding nodes by what a person types: a name, a type, a setting, or a size. No Qt."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.graph import Graph, Node
from core.infer import NodeInfo
from core.layers import FAMILIES
from core.shapes import Shape

_SIZE = re.compile(r"\d+(?:x\d+)+\Z")


def found(graph: Graph, known: Mapping[str, NodeInfo], text: str) -> list[str]:
    """The nodes that have every word of a text, in the order data flows; none for no words.

    A word such as 14x14 or 14×14×16 finds the nodes that give this size. "Where is …?" may stand
    around them.
    """
    asked = re.sub(r"^ *where (is|are) |\? *$", "", text.casefold())
    words = re.sub(r"(?<=\d) *[x×] *(?=\d)", "x", asked).split()
    if not words:
        return []
    return [
        node
        for node in graph.order
        if all(_has(graph[node], known[node].output, word) for word in words)
    ]


def _has(node: Node, output: Shape | None, word: str) -> bool:
    if _SIZE.match(word) and output is not None:
        size = tuple(int(part) for part in word.split("x"))
        channels, *area = output
        if size in (tuple(area), (*area, channels), output):
            return True
    if word.isdigit() and output == (int(word),):
        return True
    cls = type(node.layer)
    brief = node.layer.brief().replace("×", "x")
    about = f"{node.id} {node.name} {cls.__name__} {cls.keras_name} {FAMILIES[cls.family]} {brief}"
    return word in about.casefold()
