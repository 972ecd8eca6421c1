"""What several of the engine's tests start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.design import Design
from core.project import Project, save
from core.zoo import BY_ID


@pytest.fixture
def net(tmp_path: Path) -> Path:
    """A saved LeNet-5, its nodes in a row."""
    design = Design(BY_ID["lenet5"].build())
    places = {id: (120 * at, 40) for at, id in enumerate(design.graph.order)}
    path = tmp_path / "net.striate"
    save(path, Project(design.placed(places)))
    return path
