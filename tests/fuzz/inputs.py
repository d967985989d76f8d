"""Hostile tables, posteriors, folders of results and options, through the commands that read them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from typer.testing import CliRunner

from sim.cli import app
from tests.fuzz.damage import damaged
from tests.fuzz.folders import FEW, OBSERVED, harmed_results, store
from tests.fuzz.options import words_of
from tests.fuzz.oracle import Verdict, control_signs, crash, limited
from tests.fuzz.tables import json_changed, table
from tests.support.past import DEEDS, TEXT

KTAB = """"Case","Description",3,2
Actor,Description,Influence,One,Salience,Two,Salience
a,First,40,10,50,55,30
b,Second,30,80,15,50,15
c,Third,20,35,60,20,10
"""
POINTS = "quantities.wealth.start,quantities.war.start\n0.2,0.1\n0.5,0.3\n0.8,0.2\n"
DRAWS = {
    name: {"label": name, "kind": kind, "draws": [0.5 + i / 20 for i in range(20)]}
    for name, kind in (("raids", "plus"), ("shocks", "times"))
}
POSTERIOR = json.dumps(
    {"kind": "steppe posterior", "format": 1, "manifest": {"title": "x", "keeps_prior": []}, "entries": DRAWS}
)


@dataclass(frozen=True)
class Attempt:
    """A command and what was done to its input; `reads`: the file that a refusal must name; `harmed`: stored
    bytes changed.
    """

    what: str
    words: list[str]
    reads: str = ""
    harmed: bool = False


def judged(seed: int, number: int, folder: Path) -> tuple[str, Verdict]:
    """What was done, and the verdict on the program's answer; files of the case lie in a new folder within
    `folder`.
    """
    rng = Random(f"inputs {seed} {number}")
    kind = rng.choice(KINDS)
    with tempfile.TemporaryDirectory(dir=folder) as here, contextlib.chdir(here):
        Path("past.toml").write_text(TEXT, encoding="utf-8")
        store()
        tried = kind(rng)
        laid = [name for name in ("run", "sweep") if Path(f"old-{name}").is_dir()]
        what = f"{kind.__name__}: {tried.what}: steppe {' '.join(tried.words)[:300]!r}"
        try:
            with limited():
                done = CliRunner().invoke(app, tried.words)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            return what, Verdict("failed", [crash(error)])
        found = answer(done, tried)
        if kind is options:
            found.faults += lost(tried.words, laid)
        return what, found


def lost(words: list[str], laid: list[str]) -> list[str]:
    """What a command did to files that are not its own; `laid` names the results that were there before."""
    faults = [] if Path("file").read_text(encoding="utf-8") == "x" else ["somebody's file is changed"]
    if [path.name for path in Path("other").iterdir() if path.name != "x"] != ["thesis.txt"] or not Path(
        "link"
    ).is_symlink():
        faults.append("somebody's folder is changed")
    if not stat.S_ISFIFO(Path("pipe").lstat().st_mode):
        faults.append("a pipe is gone")
    for name in laid if "--overwrite" not in words else ():
        held = (
            {path.name for path in Path(f"old-{name}").iterdir()} if Path(f"old-{name}").is_dir() else set()
        )
        if not {path.name for path in (store() / name).iterdir()} <= {*held, "lock"}:
            faults.append(f"results of another {name} are gone")
    return faults


def answer(done: Any, tried: Attempt) -> Verdict:
    """The verdict on what a command said."""
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return Verdict("failed", [crash(done.exception)])
    found = Verdict("accepted" if done.exit_code == 0 else "refused")
    if done.exit_code not in (0, 1, 2):
        found.faults.append(f"exit code {done.exit_code}")
    if signs := control_signs((done.stdout + done.stderr).replace("\r", "\n")):
        found.faults.append(f"control signs are printed: {signs}")
    if tried.harmed and done.exit_code == 0:
        found.faults.append("damaged results are called sound")
    if done.exit_code:
        told = [line for line in done.stderr.splitlines() if line.startswith("steppe: ")]
        usage = "Usage: " in done.stderr or done.stderr.startswith("Error: ")
        if not told and not usage and not done.stdout:
            found.faults.append(f"refused without a word: {done.stderr[-200:]!r}")
        for line in told if tried.reads and done.exit_code == 2 else ():
            found.lines += 1
            if tried.reads not in line and not line.startswith("steppe: and "):
                found.unnamed += 1
                found.faults.append(f"names no {tried.reads}: {line[:200]!r}")
    return found


def observations(rng: Random) -> Attempt:
    words = ["hindcast", "past.toml", "--data=facts.csv", "--runs=64", "--no-figures", "--out=o", "--seed=1"]
    return Attempt(table("facts.csv", OBSERVED, rng), words, "facts.csv")


def points(rng: Random) -> Attempt:
    words = ["sweep", "past.toml", "--table=points.csv", "--runs-per-point=4", "--out=o", *FEW]
    return Attempt(table("points.csv", POINTS, rng), words, "points.csv")


def actors(rng: Random) -> Attempt:
    return Attempt(table("actors.csv", KTAB, rng), ["spatial", "actors.csv"], "actors.csv")


def posterior(rng: Random) -> Attempt:
    if rng.random() < 0.3:
        what, data = damaged(POSTERIOR.encode(), rng.randrange(2**32))
    else:
        what, text = json_changed(json.loads(POSTERIOR), rng)
        data = text.encode("utf-8", errors="replace")
    Path("learnt.json").write_bytes(data)
    words = [
        "run",
        "past.toml",
        "--posterior=learnt.json",
        "--draws=4",
        "--runs=8",
        "--no-figures",
        "--out=o",
        *FEW,
    ]
    return Attempt(what, words, "learnt.json")


def folders(rng: Random) -> Attempt:
    """Damaged results, and a command that reads them."""
    what, harmed = harmed_results(rng)
    if rng.random() < 0.7:
        return Attempt(what, ["verify", "o", "--sample=4"], harmed=harmed)
    which = rng.choice(([], ["--point=1"], ["--lever=none"], ["--story"]))
    return Attempt(what, ["replay", "o", f"--run={rng.choice((0, 3, 15, 10**6))}", *which])


def options(rng: Random) -> Attempt:
    """A command with options of every kind of value."""
    for name in ("run", "sweep"):
        if rng.random() < 0.3:
            shutil.copytree(store() / name, f"old-{name}")
    Path("facts.csv").write_text(OBSERVED, encoding="utf-8")
    Path("deeds.csv").write_text(DEEDS, encoding="utf-8")
    Path("learnt.json").write_text(POSTERIOR, encoding="utf-8")
    Path("points.csv").write_text(POINTS, encoding="utf-8")
    Path("file").write_text("x", encoding="utf-8")
    Path("other").mkdir()
    Path("other/thesis.txt").write_text("ten years", encoding="utf-8")
    os.symlink("other", "link")
    os.mkfifo("pipe")
    return Attempt("options", words_of(rng))


KINDS: tuple[Callable[[Random], Attempt], ...] = (
    observations, observations, points, actors, posterior, folders, folders, folders, options, options,
    options, options,
)  # fmt: skip
