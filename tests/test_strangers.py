"""Results that came from somebody else: no link is followed, nonsense gets one line, and every damage is
seen.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.engine import cache
from sim.engine.setups import branch
from sim.refusal import Refusal
from sim.scenario.load import load
from sim.studies.compare.ask import compare
from sim.studies.run.folder import run_into
from sim.studies.sweep.ask import sweep
from sim.studies.sweep.design import grid
from sim.studies.sweep.journal import StoreError
from sim.studies.sweep.results import Sweep
from sim.studies.sweep.store import finish
from sim.studies.verify.ask import UNLISTED, verify
from sim.writing.manifest import MANIFEST, contents, sealed
from tests.support.hindcasts import past_case

SMALL = Path(__file__).parent / "cases" / "small.toml"
posix = pytest.mark.skipif(os.name != "posix", reason="what is not POSIX has a fallback that is documented")


def swept(folder: Path) -> Sweep:
    points = grid({"quantities.wealth.start": [0.2, 0.8]})
    return sweep(
        load(SMALL), points, folder, levers={"none": {}, "late": {"parameters.cost": 0.6}}, runs=16, months=4
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, Path]:
    """A folder of each kind that verify knows by its rows, and of one that it knows by its files alone."""
    where, scenario = tmp_path_factory.mktemp("whole"), load(SMALL)
    run_into(where / "run", scenario, 24, months=4)
    run_into(where / "branch", branch(past_case(), 1, "2010-03"), 24, months=4, figures=False)
    done = swept(where / "sweep")
    done.finish({"summary.csv": done.summary()}, dict)
    compare(scenario, scenario.override({"quantities.wealth.start": 0.3}), 24, months=4).save(
        where / "compare"
    )
    return {path.name: path for path in where.iterdir()}


@pytest.fixture
def copy(whole, tmp_path):
    def made(kind: str, name: str = "copy") -> Path:
        shutil.rmtree(tmp_path / name, ignore_errors=True)
        return Path(shutil.copytree(whole[kind], tmp_path / name))

    return made


def steppe(*arguments):
    return CliRunner().invoke(app, [str(each) for each in arguments])


# -- links -----------------------------------------------------------------------------------------------


def victim(folder: Path, name: str) -> Path:
    """Something of the user's, beside the folder, to which a link of ours leads."""
    target, link = folder.parent / "victim", folder / name
    shutil.rmtree(target, ignore_errors=True)
    if link.is_dir():
        shutil.copytree(link, target)
        shutil.rmtree(link)
    else:
        target.mkdir()
        (target / "file").write_bytes(link.read_bytes() if link.exists() else b"precious")
        link.unlink(missing_ok=True)
    link.symlink_to(target if name == "parts" else target / "file")
    return target


LINKS = [
    "summary.csv",
    "tipping.csv",
    "maps.png",
    "parts",
    "parts.jsonl",
    ".lock",
    MANIFEST,
    f".{MANIFEST}.partial",
]


@posix
@pytest.mark.parametrize("name", [*LINKS, "parts/part-000000.parquet", "parts/.part-000000.parquet.partial"])
def test_a_sweep_never_writes_or_deletes_through_a_link(copy, name):
    folder = copy("sweep")
    target = victim(folder, name)
    before = {path.name: path.read_bytes() for path in target.iterdir()}
    with pytest.raises(StoreError, match="no plain file"):
        swept(folder)
    with pytest.raises(Refusal):
        finish(folder, {"summary.csv": b"x"})
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before


@posix
@pytest.mark.parametrize(
    "name", ["summary.csv", MANIFEST, "parts.jsonl", ".lock", "parts/part-000000.parquet"]
)
def test_a_pipe_in_a_sweep_is_refused_and_not_waited_for(copy, name):
    folder = copy("sweep")
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    with pytest.raises(StoreError, match="no plain file"):
        swept(folder)
    done = steppe("verify", folder)
    assert done.exit_code == 1 and "Traceback" not in done.output


@posix
@pytest.mark.parametrize("kind", ["pipe", "file", "link"])
def test_a_sweep_refuses_what_is_no_folder(tmp_path, kind):
    place = tmp_path / "out"
    {"pipe": os.mkfifo, "file": Path.touch, "link": lambda path: path.symlink_to("nowhere")}[kind](place)
    before = os.lstat(place)
    with pytest.raises(StoreError, match="is not a folder"):
        swept(place)
    now = os.lstat(place)
    assert (now.st_mode, now.st_ino, now.st_mtime_ns) == (before.st_mode, before.st_ino, before.st_mtime_ns)
    assert len(list(tmp_path.iterdir())) == 1


# -- damage ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["run", "sweep", "compare"])
def test_every_damaged_byte_of_every_file_is_seen(copy, whole, kind):
    folder = copy(kind)
    assert verify(folder, 4).wrong == []
    rng, names = np.random.default_rng(5), [name for name in contents(folder) if name != ".lock"]
    assert len(names) >= 3
    for name in names:
        data = (folder / name).read_bytes()
        for place in {0, len(data) - 1, *rng.integers(len(data), size=4).tolist()}:
            flipped = bytearray(data)
            flipped[place] ^= 1 << int(rng.integers(8))
            (folder / name).write_bytes(flipped)
            assert faults(folder), (name, place)
        (folder / name).write_bytes(data)
    for name in names:
        (folder / name).rename(folder / "away")
        assert faults(folder), name
        (folder / "away").rename(folder / name)
    assert verify(folder, 0).wrong == []


def faults(folder: Path) -> list[str]:
    """What verify finds; it never raises anything but a refusal of one line."""
    try:
        return verify(folder, 0).wrong
    except Refusal as error:
        assert "\n" not in str(error)
        return [str(error)]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("run", "notes.txt"),
        ("compare", "x/y"),
        ("sweep", "maps.png"),
        ("sweep", "parts/mine"),
        ("sweep", "parts/part-000007.parquet"),
    ],
)
def test_what_was_not_written_is_named(copy, kind, name):
    folder = copy(kind)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("mine")
    done = steppe("verify", folder)
    assert done.exit_code == 1 and f"{name} is none of the files that were written" in done.stdout


@posix
@pytest.mark.parametrize("sign", ["\x1b[31m", "\u2028", "\u202e"])
def test_names_of_a_strangers_files_do_not_act_on_the_terminal(copy, sign):
    folder = copy("compare")
    (folder / f"a{sign}b").write_text("mine")
    done = steppe("verify", folder)
    assert done.exit_code == 1 and sign not in done.stdout + done.stderr and "a\\" in done.stdout


def test_results_from_before_checksums_are_checked_as_far_as_they_go(copy):
    folder = copy("run")
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    for key in ("kind", "files", "manifest_sha256"):
        del told[key]
    (folder / MANIFEST).write_text(json.dumps(told | {"format": 1}), encoding="utf-8")
    done = steppe("verify", folder)
    assert done.exit_code == 0 and "are the same" in done.stdout and UNLISTED in done.stderr
    sweep = copy("sweep")
    identity = json.loads((sweep / MANIFEST).read_text(encoding="utf-8"))["identity"]
    (sweep / MANIFEST).write_text(json.dumps({"identity": identity}), encoding="utf-8")
    done = steppe("verify", sweep)
    assert done.exit_code == 0 and "parts stored and whole" in done.stdout and UNLISTED in done.stderr


def test_rows_are_run_again_on_machine_code_that_is_made_for_it(copy, monkeypatch):
    def kept(key):
        raise AssertionError("verify took machine code from a file")

    monkeypatch.setattr(cache, "fetch", kept)
    for kind in ("run", "sweep"):
        assert verify(copy(kind), 8).wrong == []


# -- nonsense --------------------------------------------------------------------------------------------

NONSENSE: list[Any] = [
    None, True, -1, 0, 1.5, 10**12, 10**400, float("nan"), float("inf"), "", "x", "2024-06", "١", [], ["x"],
    [1], [[]], [{}], {}, {"a": 1}, {"x": {}}, {"as_run": {}}, {"": [None]},
]  # fmt: skip


def spots(told: Any, depth: int = 3, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a manifest has values, so deep."""
    if path:
        yield path
    if depth and isinstance(told, dict):
        for key in told:
            yield from spots(told[key], depth - (key not in ("identity", "scenario", "branch")), (*path, key))
    elif depth and isinstance(told, list) and told:
        yield from spots(told[0], depth - 1, (*path, 0))


def changed(told: Any, path: tuple[Any, ...], value: Any, gone: bool) -> Any:
    told = json.loads(json.dumps(told))
    inner = told
    for key in path[:-1]:
        inner = inner[key]
    if gone:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return told


@pytest.mark.parametrize("each", [1, pytest.param(3, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", ["run", "branch", "sweep", "compare"])
def test_nonsense_in_a_manifest_is_told_in_one_line(copy, whole, kind, each):
    """Its own checksum made right, so that what reads it must tell; a sample of places and values, the same
    each time.
    """
    folder = copy(kind)
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    told.pop("manifest_sha256")
    shallow = [path for path in spots(told, 2) if path[:2] != ("scenario", "as_run") or len(path) == 2]
    rng, tried = np.random.default_rng(3), 0
    for path in shallow:
        for number in rng.choice(len(NONSENSE) + 1, each, replace=False):
            gone = number == len(NONSENSE)
            other = changed(told, path, None if gone else NONSENSE[number], gone)
            rest = {key: value for key, value in other.items() if key not in ("kind", "format")}
            text = sealed("", rest | {key: other[key] for key in ("kind", "format") if key in other})
            (folder / MANIFEST).write_bytes(text)
            tried += 1
            for ask in (lambda: verify(folder, 2), lambda: opened_again(folder)):
                try:
                    ask()
                except Refusal as error:
                    assert "\n" not in str(error) and len(str(error)) < 700, (path, other)
    assert tried > 20 * each


def opened_again(folder: Path) -> None:
    from sim.studies.replay.ask import replay

    replay(folder, 1)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a": ' * 50_000, "9" * 5000, "\xff", "nul\0", '{"identity": {"x": 1e999}}']
)
def test_a_manifest_that_is_none_is_told_in_one_line(tmp_path, text):
    (tmp_path / MANIFEST).write_text(text, encoding="latin-1")
    for order in (["verify", tmp_path], ["replay", tmp_path, "--run", 0]):
        done = steppe(*order)
        assert done.exit_code == 1 and done.stderr.count("\n") == 1 and "Traceback" not in done.output


@pytest.mark.parametrize(
    "line", ["7", '"x"', "{}", '{"part": "0", "rows": 1, "bytes": 1, "sha256": "", "failures": {}}',
             '{"part": 1e3, "rows": 1, "bytes": 1, "sha256": "", "failures": {}}',
             '{"part": -1, "rows": 1, "bytes": 1, "sha256": "", "failures": {}}',
             '{"part": 0, "rows": 1, "bytes": 1, "sha256": [], "failures": {"x": 1}}',
             '{"part": 999999, "rows": null, "bytes": {}, "sha256": 7, "failures": {"5": "no"}}', "[" * 9999],
)  # fmt: skip
def test_nonsense_in_the_journal_of_a_sweep_is_told_in_one_line(copy, line):
    folder = copy("sweep")
    with open(folder / "parts.jsonl", "a", encoding="utf-8") as file:
        file.write(line + "\n")
    done = steppe("verify", folder)
    assert done.exit_code == 1 and done.stderr.count("\n") == 1 and "Traceback" not in done.output
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_text(json.dumps({"identity": told["identity"]}), encoding="utf-8")
    assert "Traceback" not in steppe("verify", folder).output


def test_a_flipped_byte_in_rows_without_checksums_is_told_in_one_line(copy):
    folder = copy("run")
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_bytes(
        sealed("steppe run", {key: told[key] for key in told if key not in ("files", "kind", "format")})
    )
    data, rng = (folder / "outcomes.parquet").read_bytes(), np.random.default_rng(2)
    for place in rng.integers(len(data), size=40):
        flipped = bytearray(data)
        flipped[place] ^= 0xFF
        (folder / "outcomes.parquet").write_bytes(flipped)
        for ask in (lambda: verify(folder, 8), lambda: opened_again(folder)):
            try:
                ask()
            except Refusal as error:
                assert "\n" not in str(error)
