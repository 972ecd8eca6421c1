"""`striate predict` and `striate evaluate`: which run answers, what it says, and to whom."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.cli.evaluate import confusion_table
from core.data.sources import Digits, Points, open_source
from core.design import DataChoice, Design
from core.graph import chain
from core.layers import Conv2d, Flatten, GlobalAvgPool2d, Input, Linear, Output, ReLU
from core.losses import SquaredError
from core.network import Network
from core.plan import Plan
from core.project import Project, design_to_json, save
from core.training.checkpoint import load_weights
from core.training.runs import RunFolder, home_of, list_runs
from core.training.train import train
from tests.support.command import Command
from tests.support.training import few_digits

ROOT = Path(__file__).parents[2]
GRAPH = chain(
    Input((1, 28, 28)), Conv2d(4, (5, 5), (3, 3)), ReLU(), GlobalAvgPool2d(), Linear(10), Output()
)


def trained_project(path: Path, design: Design, seeds: tuple[int, ...] = (0,)) -> Path:
    """A project file with a run of a few steps for each seed."""
    save(path, Project(design))
    for number, seed in enumerate(seeds):
        plan = design.plan.replace(seed=seed)
        run = RunFolder.at(
            home_of(path) / f"run{number}", design_to_json(Design(design.graph, plan=plan))
        )
        list(
            train(Design(design.graph, plan=plan, data=design.data), dataset=few_digits(), run=run)
        )
    return path


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two runs on a few digits."""
    design = Design(GRAPH, plan=Plan(epochs=2, batch_size=16, device="cpu"))
    return trained_project(tmp_path_factory.mktemp("net") / "net.striate", design, (3, 4))


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of five digits, of which two lie deeper."""
    folder = tmp_path_factory.mktemp("digits")
    (folder / "more").mkdir()
    for number, picture in enumerate(open_source(Digits()).validation.items(range(5))):
        place = folder / "more" if number > 2 else folder
        Image.fromarray(picture[0]).save(place / f"{number}.png")
    return folder


def network_of(run: RunFolder) -> Network:
    """The network with the weights that answer, loaded by hand."""
    network = Network(GRAPH)
    load_weights(run.best, network)
    return network


def expected(run: RunFolder, count: int = 5) -> np.ndarray:
    pictures = np.asarray(open_source(Digits()).validation.items(range(count)))
    return network_of(run).predict(pictures / np.float32(255))


# ---- predict ----------------------------------------------------------------------------


def test_pictures_are_answered_by_the_last_run(striate: Command, net: Path, digits: Path) -> None:
    status, out, err = striate("predict", net, digits / "1.png", digits / "0.png", "--json")
    told = [json.loads(line) for line in out.splitlines()]
    assert (status, err) == (0, "")
    assert [one["image"] for one in told] == [str(digits / "1.png"), str(digits / "0.png")]
    p = expected(list_runs(home_of(net))[-1])
    for one, number in zip(told, (1, 0), strict=True):
        best = np.argsort(-p[number])[:3]
        assert [each["class"] for each in one["answers"]] == [str(k) for k in best]
        shares = [each["probability"] for each in one["answers"]]
        assert np.allclose(shares, p[number][best], atol=1e-6)
        assert set(one) == {"image", "answers"}


def test_a_folder_in_words(striate: Command, net: Path, digits: Path) -> None:
    status, out, _ = striate("predict", net, digits, "--top", "1", "--run", "run0")
    p = expected(RunFolder(home_of(net) / "run0"))
    names = ["0.png", "1.png", "2.png", "more/3.png", "more/4.png"]
    assert status == 0
    assert out.splitlines() == [
        f"{digits / name}  {p[i].argmax()} {100 * p[i].max():.1f} %" for i, name in enumerate(names)
    ]


def test_votes_tell_each_vote(striate: Command, net: Path, digits: Path) -> None:
    words = ("--votes", "flips", "--ensemble", "run0", "--json", "--top", "10")
    status, out, _ = striate("predict", net, digits / "2.png", *words)
    (told,) = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [(one["run"], one["view"]) for one in told["votes"]] == [
        ("run1", "whole"), ("run1", "whole, mirrored"),
        ("run0", "whole"), ("run0", "whole, mirrored"),
    ]  # fmt: skip
    picture = np.asarray(open_source(Digits()).validation.items([2])) / np.float32(255)
    runs, views = reversed(list_runs(home_of(net))), (picture, picture[..., ::-1])
    each = [network_of(run).predict(x)[0] for run, x in product(runs, views)]
    found = {one["class"]: one["probability"] for one in told["answers"]}
    assert np.allclose([found[str(k)] for k in range(10)], np.mean(each, axis=0), atol=1e-6)
    assert [one["class"] for one in told["votes"]] == [str(p.argmax()) for p in each]
    told = json.loads(striate("predict", net, digits / "2.png", "--votes", "ten", "--json")[1])
    assert len(told["votes"]) == 10


def test_what_cannot_be_read_is_named_and_the_rest_answered(
    striate: Command, net: Path, digits: Path, tmp_path: Path
) -> None:
    (tmp_path / "void").mkdir()
    (tmp_path / "bad.png").write_text("no picture")
    words = [tmp_path / "none.png", digits / "0.png", tmp_path / "bad.png", tmp_path / "void"]
    status, out, err = striate("predict", net, *words)
    assert status == 1
    assert [line.split()[0] for line in out.splitlines()] == [str(digits / "0.png")]
    assert sorted(err.splitlines()) == sorted([
        f"The picture {tmp_path / 'none.png'} does not exist.",
        f"The picture {tmp_path / 'bad.png'} is not a picture in one of the known formats.",
        f"The folder {tmp_path / 'void'} has no pictures.",
    ])  # fmt: skip


def test_names_come_on_standard_input(
    striate: Command, net: Path, digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"{digits / '0.png'}\n\n{digits / 'more'}\r\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    status, out, err = striate("predict", net, digits / "2.png", "-")
    assert (status, err) == (0, "")
    assert [Path(line.split()[0]).name for line in out.splitlines()] == [
        "2.png", "0.png", "3.png", "4.png",
    ]  # fmt: skip


def started(*words: str | Path) -> subprocess.Popen[str]:
    """The command in a process of its own, spoken to by pipes; it hears an interrupt.

    A process that is started in the background hears none, nor do those that it starts.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [sys.executable, "-m", "designer", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdin=pipe, stdout=pipe, stderr=pipe
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_answers_come_before_the_next_name_and_an_interrupt_ends_it(
    net: Path, digits: Path
) -> None:
    with started("predict", net, "-", "--top", "1") as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        for name in ("1.png", "0.png"):
            process.stdin.write(f"{digits / name}\n")
            process.stdin.flush()
            assert process.stdout.readline().startswith(str(digits / name))
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        assert process.stderr.read().strip() == ""


def test_a_thousand_names_are_answered_in_order(net: Path, digits: Path) -> None:
    names = [str(digits / f"{number % 3}.png") for number in range(1000)]
    with started("predict", net, "-", "--top", "1") as process:
        out, err = process.communicate("\n".join(names), timeout=120)
    assert (process.returncode, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == names


def test_values_are_told_as_values(striate: Command, digits: Path, tmp_path: Path) -> None:
    graph = chain(Input((1, 28, 28)), Flatten(), Linear(10), Output(SquaredError()))
    path = trained_project(tmp_path / "v.striate", Design(graph, plan=Plan(epochs=1, device="cpu")))
    _, out, _ = striate("predict", path, digits / "0.png", "--json")
    assert len(json.loads(out)["values"]) == 10
    _, out, _ = striate("predict", path, digits / "0.png")
    assert len(out.split()) == 11
    status, _, err = striate("predict", path, digits / "0.png", "--votes", "flips")
    assert (status, err) == (1, "Run run0 answers with values: only classes can be voted on.\n")


# ---- evaluate ---------------------------------------------------------------------------


def test_evaluation_of_the_validation_items(striate: Command, net: Path) -> None:
    status, out, err = striate("evaluate", net, "--json")
    told = json.loads(out)
    data = open_source(Digits()).validation
    x, labels = np.asarray(data.items(range(1000))) / np.float32(255), data.labels(range(1000))
    p = network_of(RunFolder(home_of(net) / "run1")).predict(x)
    said = p.argmax(axis=1)
    assert (status, err, told["items"], told["data"]) == (0, "", 1000, "digits")
    assert told["accuracy"] == (said == labels).mean()
    assert told["loss"] == pytest.approx(-np.log(p[np.arange(1000), labels]).mean(), rel=1e-4)
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (labels, said), 1)
    assert told["confusion"] == counts.tolist()
    seven = told["classes"][7]
    assert (seven["class"], seven["items"]) == ("7", 100)
    assert seven["recall"] == pytest.approx((said[labels == 7] == 7).mean())
    assert {"precision", "f1"} < set(seven)
    assert {"top5"} < set(told)


def test_evaluation_in_words(striate: Command, net: Path) -> None:
    status, out, _ = striate("evaluate", net)
    lines = out.splitlines()
    told = json.loads(striate("evaluate", net, "--json")[1])
    assert status == 0
    assert lines[0].startswith(f"Run run1 on 1000 items of digits: loss {told['loss']:.4f}, ")
    assert lines[2].split() == ["class", "items", "precision", "recall", "F1"]
    assert lines[3].split()[:2] == ["0", "100"]
    assert lines[14].split() == ["is", "\\", "said", *"0123456789"]
    row = [int(cell) if cell != "·" else 0 for cell in lines[15].split()[1:]]
    assert row == told["confusion"][0]


def test_votes_are_evaluated(striate: Command, net: Path) -> None:
    words = ("evaluate", net, "--votes", "flips", "--ensemble", "run0", "--json")
    status, out, _ = striate(*words)
    told = json.loads(out)
    assert status == 0
    assert [Path(run).name for run in told["runs"]] == ["run1", "run0"]
    assert np.sum(told["confusion"]) == 1000
    assert told["loss"] != json.loads(striate("evaluate", net, "--json")[1])["loss"]


def test_a_folder_is_evaluated_whole_unless_it_was_learned_from(
    striate: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for place, count in (("mine", 20), ("new", 10)):
        for number in range(count):
            folder = tmp_path / place / ("dark", "light")[number % 2]
            folder.mkdir(parents=True, exist_ok=True)
            Image.new("L", (28, 28), 20 + 200 * (number % 2) + number).save(
                folder / f"{number}.png"
            )
    layers = Conv2d(2, (5, 5)), GlobalAvgPool2d(), Linear(2)
    design = Design(chain(Input((1, 28, 28)), *layers, Output()), plan=Plan(epochs=1, device="cpu"))
    save("two.striate", Project(design))
    assert striate("train", "two.striate", "--data", "mine", "--json")[0] == 0
    found = {
        words: json.loads(striate("evaluate", "two.striate", *words, "--json")[1])["items"]
        for words in ((), ("--data", "mine"), ("--data", "new"))
    }
    assert list(found.values()) == [4, 4, 10]
    for number in range(20):  # the folder need not be there to be remembered
        (tmp_path / "mine" / ("dark", "light")[number % 2] / f"{number}.png").unlink()
    _, out, _ = striate("predict", "two.striate", "new", "--top", "1")
    assert len(out.splitlines()) == 10
    assert {line.split()[1] for line in out.splitlines()} <= {"dark", "light"}


def test_many_classes_are_told_by_their_worst_mistakes() -> None:
    counts = np.diag(np.full(30, 9))
    counts[4, 17], counts[28, 3] = 7, 2
    names = tuple(f"class{number}" for number in range(30))
    assert [line.split() for line in confusion_table(names, counts)] == [
        ["is", "was", "taken", "for", "times"],
        ["class4", "class17", "7"],
        ["class28", "class3", "2"],
    ]


# ---- which run --------------------------------------------------------------------------


def test_a_network_that_was_edited_since_is_answered_by_the_run(
    striate: Command, net: Path, digits: Path, tmp_path: Path
) -> None:
    shutil.copytree(net.parent, tmp_path / "copy")
    edited = chain(Input((1, 28, 28)), Flatten(), Linear(3), Output())
    path = tmp_path / "copy" / net.name
    save(path, Project(Design(edited)))
    status, out, err = striate("predict", path, digits / "0.png", "--top", "10")
    assert status == 0
    assert len(out.split()) == 1 + 3 * 10
    assert err == f"{path} has been edited since run run1: the network of the run answers.\n"


def test_the_newest_run_that_has_learned_answers(
    striate: Command, net: Path, digits: Path, tmp_path: Path
) -> None:
    shutil.copytree(net.parent, tmp_path / "copy")
    home = tmp_path / "copy" / "net.runs"
    (home / "run2").mkdir()
    shutil.copy(home / "run1" / "run.json", home / "run2" / "run.json")
    _, out, _ = striate(
        "predict", tmp_path / "copy" / net.name, digits, "--votes", "flips", "--json"
    )
    assert {one["run"] for one in json.loads(out.splitlines()[0])["votes"]} == {"run1"}


def test_a_template_is_answered_by_its_own_runs(
    striate: Command, net: Path, digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(home_of(net), tmp_path / "runs")  # those of another network
    status, _, err = striate("predict", "lenet5", digits)
    assert (status, err) == (
        1, "lenet5 has no trained run. Train it first: striate train lenet5.\n"
    )  # fmt: skip
    assert striate("train", "lenet5", "--epochs", "1", "--batch-size", "500", "--json")[0] == 0
    status, out, _ = striate("predict", "lenet5", digits, "--top", "1")
    assert (status, len(out.splitlines())) == (0, 5)


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        ("predict {net}", 2, "Missing argument 'IMAGES...'."),
        ("predict {net} x.png --run none", 1, "There is no run none: "),
        ("predict {net} x.png --ensemble none", 1, "holds run0, run1."),
        ("predict {net} x.png --device gpu:99", 1, "99"),
        ("predict {net} x.png --device tpu", 1, "'tpu' is not known"),
        ("predict {net} x.png --top 0", 2, "0 is not in the range"),
        ("predict {net} x.png --votes many", 2, "'many' is not one of 'flips', 'ten'"),
        ("predict nothing x.png", 1, "there is no such project file or template"),
        ("evaluate {net} --data dogs", 1, "There is no data set or folder “dogs”."),
        ("evaluate {net} --data fashion", 1, "fashion has classes that run run1 does not know"),
        ("evaluate {net} --data points", 1, "points"),
    ],
)
def test_refusals(striate: Command, net: Path, words: str, status: int, sentence: str) -> None:
    found, out, err = striate(*words.format(net=net).split())
    assert (found, out) == (status, "")
    assert sentence in err
    assert "Traceback" not in err


def test_a_network_of_sounds_is_shown_no_pictures(
    striate: Command, digits: Path, tmp_path: Path
) -> None:
    graph = chain(Input((2,)), Linear(len(open_source(Points()).classes)), Output())
    source = DataChoice(Points(train=20, validation=10))
    design = Design(graph, plan=Plan(epochs=1, device="cpu"), data=source)
    save(tmp_path / "p.striate", Project(design))
    list(train(design, run=RunFolder.at(tmp_path / "p.runs" / "one", design_to_json(design))))
    status, _, err = striate("predict", tmp_path / "p.striate", digits)
    assert status == 1
    assert "does not look at pictures" in err
    assert striate("evaluate", tmp_path / "p.striate")[0] == 0
