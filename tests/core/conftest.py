"""What several of the engine's tests start from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core import cli, service
from core.design import Design
from core.project import Project, save
from core.zoo import BY_ID
from tests.support.command import Command
from tests.support.talk import Talk


@pytest.fixture
def net(tmp_path: Path) -> Path:
    """A saved LeNet-5, its nodes in a row."""
    design = Design(BY_ID["lenet5"].build())
    places = {id: (120 * at, 40) for at, id in enumerate(design.graph.order)}
    path = tmp_path / "net.striate"
    save(path, Project(design.placed(places)))
    return path


@pytest.fixture
def talk() -> Iterator[Talk]:
    """An engine process of its own, which must end well when nobody talks to it any more."""
    process, connection = service.start()
    yield Talk(process, connection)
    connection.close()
    process.join(10)
    assert process.exitcode == 0


@pytest.fixture
def striate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run a command in an empty folder; gives the exit status, the answer, the complaints."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str | Path) -> tuple[int, str, str]:
        status = cli.main([str(word) for word in words])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run
