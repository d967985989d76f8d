"""A command that is killed at any moment: what is at its place is whole, and the same command then ends in
the same bytes.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
import pytest

from sim.assimilation.facts import SERIES
from sim.studies.verify.ask import verify
from sim.writing.manifest import MANIFEST, contents
from tests.support.children import command, started
from tests.support.hindcasts import table_of
from tests.support.past import TEXT, yearbook

SMALL = Path(__file__).parent / "cases" / "small.toml"
pytestmark = pytest.mark.skipif(
    os.name != "posix", reason="what is not POSIX has a fallback that is documented"
)


def begun(words: list[str], folder: Path) -> BaseProcess:
    folder.mkdir(exist_ok=True)
    return started(command, words, str(folder))


def ended(words: list[str], folder: Path) -> int | None:
    child = begun(words, folder)
    child.join(120)
    return child.exitcode


@pytest.fixture(scope="module")
def past(tmp_path_factory) -> Path:
    """A scenario with a past, and observations of it."""
    folder = tmp_path_factory.mktemp("past")
    (folder / "past.toml").write_text(TEXT, encoding="utf-8")
    asked = [fact for fact in yearbook() if fact.kind == SERIES]
    value = {"income": 0.5, "votes": 0.1}
    facts = tuple(
        type(fact)(fact.kind, fact.target, fact.first, fact.last, value[fact.target]) for fact in asked
    )
    table_of(facts, folder / "facts.csv")
    return folder


ORDERS = {
    "run": ["run", SMALL, "--runs", "1000", "--months", "12"],
    "run that replaces": ["run", SMALL, "--runs", "3000", "--overwrite", "--no-figures"],
    "sweep": [
        "sweep",
        SMALL,
        "--vary",
        "quantities.wealth.start=0.2:0.8:9",
        "--runs-per-point",
        "5000",
        "--months",
        "6",
    ],
    "compare": ["compare", SMALL, "--b", "quantities.wealth.start=0.3", "--runs", "3000"],
    "hindcast": ["hindcast", "PAST/past.toml", "--data", "PAST/facts.csv", "--runs", "500"],
    "calibrate": [
        "calibrate", "PAST/past.toml", "--data", "PAST/facts.csv", "--simulations", "500", "--tests", "100",
        "--draws", "100",
    ],
}  # fmt: skip


def held(folder: Path) -> dict[str, bytes]:
    """All that results hold, the lock of a sweep aside."""
    return {name: (folder / name).read_bytes() for name in contents(folder) if name != ".lock"}


def survives(kind: str, past: Path, where: Path, kills: int, seed: int) -> None:
    """Kill a command at some moments of its life; what is found and what comes of the same command is right
    each time.
    """
    words = [str(word).replace("PAST", str(past)) for word in ORDERS[kind]] + ["--out", "out"]
    started_at = time.monotonic()
    assert ended(words, where / "whole") in (0, 1), (where / "whole" / "told.txt").read_text()
    lasts, whole = time.monotonic() - started_at, held(where / "whole" / "out")
    rng = np.random.default_rng([seed, list(ORDERS).index(kind)])
    old = before(kind, words, where)
    for number, share in enumerate(np.sort(rng.random(kills))):
        folder = where / str(number)
        folder.mkdir()
        if old is not None:
            shutil.copytree(old, folder / "out")
        child = begun(words, folder)
        time.sleep(share * lasts)
        child.kill()
        child.join()
        if old is not None:
            assert held(folder / "out") in (held(old), whole), "old or new results are there at every moment"
        code = ended(words, folder)
        told = (folder / "told.txt").read_text()
        assert code in (0, 1) and "Traceback" not in told, told
        assert held(folder / "out") == whole, (share, told)
        assert sorted(path.name for path in folder.iterdir()) == ["out", "told.txt"], "no litter"
        shutil.rmtree(folder)


def before(kind: str, words: list[str], where: Path) -> Path | None:
    """Results that are to be replaced, if the command replaces any."""
    if "--overwrite" not in words:
        return None
    assert ended([*words, "--seed", "7"], where / "old") == 0
    return where / "old" / "out"


@pytest.mark.parametrize("kind", ORDERS)
def test_the_same_command_ends_in_the_same_bytes_after_a_kill(kind, past, tmp_path):
    survives(kind, past, tmp_path, 3, 1)
    assert verify(tmp_path / "whole" / "out", 4).wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ORDERS)
def test_the_same_command_ends_in_the_same_bytes_after_any_of_thirty_kills(kind, past, tmp_path):
    survives(kind, past, tmp_path, 30, 2)


def test_children_do_their_work_on_one_day(tmp_path):
    """Else the bytes of two manifests could not be compared."""
    assert ended(["run", str(SMALL), "--runs", "8", "--no-figures", "--out", "out"], tmp_path) == 0
    assert (
        json.loads((tmp_path / "out" / MANIFEST).read_text(encoding="utf-8"))["date"]
        == "2024-06-19T00:00:00+00:00"
    )
