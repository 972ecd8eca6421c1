"""What a screen reader says of the canvas, which shows it nothing but a picture."""

from __future__ import annotations

from core.tongue import tr
from designer.document.document import Document

MOST = 3  # layers, and comments, that are named


def spoken(document: Document) -> str:
    """What is selected, in words; where that is nothing, how much there is."""
    graph, comments = document.design.graph, document.design.comments
    layers = (graph[node] for node in document.selection[:MOST])
    notes = (comments[id].text for id in document.selected_comments[:MOST])
    words = [f"{node.title}, {node.layer.label}" for node in layers]
    words += [tr("Comment: {text}", text=text) for text in notes]
    return "; ".join(words) or tr("{count} layers", count=len(graph.nodes))
