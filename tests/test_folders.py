"""Folders of results: only a real place is one, what is not ours stays, and at every moment old or new
results are there.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.writing import folders
from sim.writing.folders import replacing, write_new
from sim.writing.leftovers import beside
from sim.writing.manifest import (
    COMPARE,
    MANIFEST,
    NAMES,
    RUN,
    SWEEP,
    contents,
    is_ours,
    kind_of,
    read_manifest,
    seal,
)
from sim.writing.places import PlaceError, new_file, place_of

SMALL = Path(__file__).parent / "cases" / "small.toml"
posix = pytest.mark.skipif(os.name != "posix", reason="what is not POSIX has a fallback that is documented")


def results(folder: Path, text: str = "new", overwrite: bool = False, kind: str = COMPARE) -> Path:
    """Results of a kind with one table."""
    with replacing(folder, kind, overwrite) as work:
        (work / "table.csv").write_text(text)
        seal(work, kind, {"seed": 1})
    return folder


def held(folder: Path) -> list[str]:
    return list(contents(folder))


def steppe(*arguments):
    return CliRunner().invoke(app, [str(each) for each in arguments])


def test_results_stand_at_their_place_with_the_folders_above_it(tmp_path):
    folder = results(tmp_path / "a" / "b" / "c")
    assert held(tmp_path) == ["a/b/c/manifest.json", "a/b/c/table.csv"]
    manifest = read_manifest(folder)
    assert kind_of(manifest) == COMPARE and manifest["files"]["table.csv"]["bytes"] == 3


def test_an_error_leaves_nothing_not_even_the_folders_above(tmp_path):
    for place in (tmp_path / "a" / "b", tmp_path / "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(KeyboardInterrupt), replacing(place, RUN) as work:
            (work / "table.csv").write_text("half")
            raise KeyboardInterrupt
    assert held(tmp_path) == ["empty/"]


# -- what is a place -------------------------------------------------------------------------------------


def make(path: Path, kind: str) -> Path:
    """Something that is no folder."""
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as opened:
            os.chdir(path.parent)  # names of sockets are short
            opened.bind(path.name)
    elif kind == "device":
        subprocess.run(["mknod", str(path), "c", "1", "3"], check=True)
    elif kind == "file":
        path.write_text("mine")
    elif kind == "link to a folder":
        (path.parent / "other").mkdir()
        path.symlink_to("other")
    elif kind == "link to nothing":
        path.symlink_to("nowhere")
    elif kind == "link to a device":
        path.symlink_to("/dev/null")
    return path


KINDS = ["pipe", "socket", "file", "link to a folder", "link to nothing", "link to a device"]


@posix
@pytest.mark.parametrize(
    "kind", [*KINDS, pytest.param("device", marks=pytest.mark.skipif(os.getuid() != 0, reason="not root"))]
)
def test_what_is_no_folder_is_refused_and_left(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    path = make(tmp_path / "out", kind)
    before = os.lstat(path)
    for overwrite in (False, True):
        with pytest.raises(PlaceError, match="not a folder"):
            place_of(path, RUN, overwrite)
    with pytest.raises(PlaceError, match="exists"):
        new_file(path)
    after = os.lstat(path)
    assert (after.st_ino, after.st_mode, after.st_mtime_ns) == (
        before.st_ino,
        before.st_mode,
        before.st_mtime_ns,
    )


@posix
@pytest.mark.parametrize("device", ["/dev/null", "/dev/stdout", "/dev/fd/1", "/dev"])
def test_devices_of_the_system_are_refused(device):
    before = os.lstat("/dev/null")
    for overwrite in (False, True):
        with pytest.raises(PlaceError):
            place_of(device, RUN, overwrite)
    assert os.lstat("/dev/null").st_ino == before.st_ino


@posix
@pytest.mark.parametrize("given", [".", "./", "../here", "../here/.", "sub/..", "../link/here"])
def test_an_empty_folder_is_filled_under_whoever_is_in_it(tmp_path, monkeypatch, given):
    here = tmp_path / "here"
    here.mkdir()
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.chdir(here)
    if given == "sub/..":
        monkeypatch.chdir(tmp_path)
        (tmp_path / "sub").symlink_to(here / "inner")
        (here / "inner").mkdir()
        shutil.rmtree(tmp_path / "link", ignore_errors=True)
        with pytest.raises(PlaceError, match="not empty"):  # where the link leads is not where it stands
            place_of(given, COMPARE)
        return
    results(Path(given))
    assert held(Path()) == ["manifest.json", "table.csv"] == held(here)
    with pytest.raises(PlaceError, match="that you are in"):
        results(Path(given), overwrite=True)
    with pytest.raises(PlaceError, match="that you are in"):
        results(here, overwrite=True)
    assert held(here) == ["manifest.json", "table.csv"]


@posix
def test_a_link_on_the_way_is_followed(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to("disk")
    results(tmp_path / "link" / "out")
    results(tmp_path / "link" / "out", overwrite=True)
    assert held(tmp_path / "disk") == ["out/manifest.json", "out/table.csv"]


def test_a_place_that_cannot_be_is_refused_before_the_work(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("mine")
    impossible = [
        tmp_path / "file" / "out",
        tmp_path / "file" / "a" / "out",
        tmp_path / ("x" * 300),
        tmp_path / ("y" * 300) / "out",
    ]
    for place in [*impossible, *([Path("/proc/none/out")] if sys.platform == "linux" else [])]:
        for tried in (lambda place=place: place_of(place, RUN), lambda place=place: new_file(place)):
            with pytest.raises(PlaceError, match="cannot write there"):
                tried()
    results(tmp_path / ("z" * 250))
    results(tmp_path / ("z" * 250), overwrite=True)
    assert len(held(tmp_path)) == 3


def test_a_folder_that_is_read_only_is_refused_before_the_work(tmp_path, monkeypatch):
    real = os.mkdir

    def refusing(path, *more):
        if Path(path).parent == tmp_path:
            raise PermissionError(13, "Permission denied")
        real(path, *more)

    monkeypatch.setattr(os, "mkdir", refusing)
    for place in (tmp_path / "out", tmp_path / "a" / "out"):
        with pytest.raises(PlaceError, match="Permission denied"):
            place_of(place, RUN)
    assert held(tmp_path) == []


@pytest.mark.parametrize(
    "order",
    [
        ["run", SMALL], ["compare", SMALL, "--b", "quantities.wealth.start=0.3"],
        ["spatial", "--scenario", SMALL],
        ["compare", SMALL, "--b", "quantities.wealth.start=0.3", "csv"],
        ["calibrate", SMALL, "--data", SMALL],
    ],
)  # fmt: skip
def test_commands_refuse_a_place_before_they_work(tmp_path, monkeypatch, order):
    """What a scenario is worth is not even looked at: nothing may be simulated."""

    def work(*arguments, **more):
        raise AssertionError("worked")

    for name in (
        "sim.studies.run.ask.simulate",
        "sim.studies.compare.ask.simulate",
        "sim.studies.calibrate.ask.simulate",
    ):
        monkeypatch.setattr(name, work)
    (tmp_path / "file").write_text("mine")
    name = "out.csv" if "csv" in order or order[0] == "spatial" else "out"
    done = steppe(*[word for word in order if word != "csv"], "--out", tmp_path / "file" / name)
    assert done.exit_code == 1 and "cannot write there" in done.stderr and done.stderr.count("\n") == 1, (
        done.output
    )


# -- what is ours ----------------------------------------------------------------------------------------


FOREIGN = [
    '{"name": "my app"}', "{}", "[]", "",
    '{"kind": "steppe run"}', '{"kind": ["steppe run"]}', '{"kind": "steppe run", "format": 99}',
    '{"identity": {}}', '{"format": 1, "runs": 2}',
]  # fmt: skip


@pytest.mark.parametrize("manifest", FOREIGN)
def test_a_folder_with_somebody_elses_manifest_is_never_replaced(tmp_path, manifest):
    (tmp_path / "src").mkdir()
    for name in (MANIFEST, "src/thesis.txt", "table.csv"):
        (tmp_path / name).write_text(manifest)
    done = steppe("run", SMALL, "--runs", 8, "--no-figures", "--overwrite", "--out", tmp_path)
    assert done.exit_code == 1 and done.stderr.count("\n") == 1
    assert held(tmp_path) == ["manifest.json", "src/thesis.txt", "table.csv"]


STRANGE = [
    "notes.txt",
    "figures/mine.png",
    "empty",
    "draws.csv",
    "link",
    ".git/config",
    "parts/part-000001.parquet",
]


@posix
@pytest.mark.parametrize("added", STRANGE)
def test_our_folder_with_something_else_in_it_is_not_replaced(tmp_path, added):
    folder = results(tmp_path / "out", "old", kind=RUN)
    path = folder / added
    path.parent.mkdir(exist_ok=True)
    if added == "empty":
        path.mkdir()
    elif added == "link":
        (folder / "table.csv").rename(tmp_path / "table.csv")
        (folder / "table.csv").symlink_to(tmp_path / "table.csv")
    else:
        path.write_text("mine")
    before = held(folder)
    with pytest.raises(PlaceError, match="table.csv" if added == "link" else added):
        results(folder, overwrite=True, kind=RUN)
    assert (
        held(folder) == before
        and [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    )


def test_a_manifest_that_lists_other_peoples_files_does_not_make_them_ours(tmp_path):
    folder = results(tmp_path / "out")
    manifest = read_manifest(folder)
    manifest["files"] |= {"thesis.txt": {"bytes": 1, "sha256": "0"}, "../victim": {"bytes": 1, "sha256": "0"}}
    (folder / MANIFEST).write_text(json.dumps(manifest))
    for path in (folder / "thesis.txt", tmp_path / "victim"):
        path.write_text("mine")
    with pytest.raises(PlaceError, match=r"thesis\.txt"):
        results(folder, overwrite=True)
    (folder / "thesis.txt").unlink()
    results(folder, overwrite=True)
    assert (tmp_path / "victim").read_text() == "mine"


def test_results_of_another_kind_are_not_replaced(tmp_path):
    results(tmp_path / "out", kind=RUN)
    with pytest.raises(PlaceError, match="holds a steppe run, not a steppe compare"):
        results(tmp_path / "out", overwrite=True)
    sweep = {"identity": dict.fromkeys(("scenario", "design", "runs_per_point", "as_run", "points"))}
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / MANIFEST).write_text(json.dumps(sweep))
    with pytest.raises(PlaceError, match=f"holds a {SWEEP}"):
        results(tmp_path / "s", overwrite=True, kind=RUN)


def test_runs_from_before_checksums_are_known_and_replaced(tmp_path):
    folder = tmp_path / "out"
    (folder / "figures").mkdir(parents=True)
    old = dict.fromkeys(("scenario", "seed", "runs", "months", "versions")) | {"format": 1}
    for name in ("table.csv", "outcomes.parquet", "figures/events.png"):
        (folder / name).write_text("old")
    (folder / MANIFEST).write_text(json.dumps(old))
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(PlaceError, match=r"thesis\.txt"):
        results(folder, overwrite=True, kind=RUN)
    (folder / "thesis.txt").unlink()
    results(folder, overwrite=True, kind=RUN)
    assert held(folder) == ["manifest.json", "table.csv"]


def test_names_are_known_exactly():
    assert is_ours("figures/scores-event.png", "steppe hindcast") and not is_ours(
        "figures/scores-x/mine.png", "steppe hindcast"
    )
    assert not any(
        is_ours(name, kind)
        for kind in NAMES
        for name in ("../table.csv", "table.csv@", "figures/", "Table.csv")
    )


# -- what the dead leave ---------------------------------------------------------------------------------


def left(place: Path, state: str = "partial", inside: bool = False) -> Path:
    """What a process leaves that is killed while it writes."""
    above = place if inside else place.parent
    path = above / beside(place, state)
    path.mkdir(parents=True)
    (path / "table.csv").write_text("half")
    return path


@posix
@pytest.mark.parametrize("inside", [False, True])
def test_leftovers_of_the_dead_go_and_those_of_the_living_stay(tmp_path, inside):
    place = tmp_path / "out"
    left(place, inside=inside)
    results(place)
    assert held(tmp_path) == ["out/manifest.json", "out/table.csv"]
    with replacing(tmp_path / "alive", RUN) as work:
        for _ in range(2):
            with pytest.raises(PlaceError, match="another process is writing here"):
                place_of(tmp_path / "alive", RUN)
        assert work.is_dir()
        (work / "table.csv").write_text("alive")
        seal(work, RUN, {})
    assert (tmp_path / "alive" / "table.csv").read_text() == "alive"


@posix
def test_what_only_looks_like_a_leftover_stays(tmp_path):
    mine = left(tmp_path / "out")
    (mine / "thesis.txt").write_text("mine")
    for name in (
        ".out.partial-",
        ".out.partial-0123456z",
        ".other.partial-01234567",
        ".out.partial-0123456789",
    ):
        (tmp_path / name).write_text("mine")
    (tmp_path / ".out.partial-00000000").symlink_to(mine / "thesis.txt")
    results(tmp_path / "out")
    assert (mine / "thesis.txt").read_text() == "mine" and (tmp_path / ".out.partial-00000000").is_symlink()
    assert len(held(tmp_path)) == 8


@posix
def test_a_replacement_that_was_killed_between_its_steps_is_undone(tmp_path):
    place = results(tmp_path / "out", "old")
    left(place)
    place.rename(tmp_path / beside(place, "old"))
    with pytest.raises(PlaceError, match="not empty"):
        place_of(place, COMPARE)
    assert (
        held(tmp_path) == ["out/manifest.json", "out/table.csv"]
        and (place / "table.csv").read_text() == "old"
    )


@posix
@pytest.mark.parametrize("moved", [0, 1, 2])
def test_a_move_into_an_empty_folder_that_was_killed_is_ended(tmp_path, moved):
    whole, place = results(tmp_path / "whole"), tmp_path / "out"
    place.mkdir()
    work = place / beside(place)
    shutil.copytree(whole, work)
    for name in ("table.csv", MANIFEST)[:moved]:
        (work / name).rename(place / name)
    with pytest.raises(PlaceError, match="not empty;"):
        place_of(place, COMPARE)
    assert held(place) == ["manifest.json", "table.csv"]


@posix
@pytest.mark.parametrize("swaps", [True, False], ids=["in one step", "in two steps"])
def test_at_every_step_of_a_replacement_old_or_new_results_are_there(tmp_path, monkeypatch, swaps):
    """The process dies before each change that it makes to a disk; then the next one comes."""
    calls = 0

    class Killed(BaseException):
        pass

    def counted(real, limit):
        def call(*arguments, **more):
            nonlocal calls
            calls += 1
            if calls >= limit:
                raise Killed
            return real(*arguments, **more)

        return call

    limit, seen = 1, set()
    while True:
        place = tmp_path / str(limit) / "out"
        results(place, "old")
        calls = 0
        with monkeypatch.context() as patch:
            for name in ("rename", "unlink", "rmdir", "mkdir", "fsync"):
                patch.setattr(os, name, counted(getattr(os, name), limit))
            real = folders.exchange
            patch.setattr(folders, "exchange", counted(real, limit) if swaps else lambda *_: False)
            try:
                results(place, "new", overwrite=True)
                done = True
            except Killed:
                done = False
        with pytest.raises(PlaceError, match="not empty;"):
            place_of(place, COMPARE)
        text = (place / "table.csv").read_text()
        assert held(place.parent) == ["out/manifest.json", "out/table.csv"], (limit, held(place.parent))
        seen.add(text)
        if done:
            break
        limit += 1
    assert text == "new" and seen == {"old", "new"} and limit > 8


# -- single files ----------------------------------------------------------------------------------------


def test_a_single_file_is_new_and_whole(tmp_path, monkeypatch):
    write_new(tmp_path / "a" / "t.csv", b"x\n1\n")
    with pytest.raises(PlaceError, match="exists"):
        write_new(tmp_path / "a" / "t.csv", b"y\n")
    (tmp_path / f".u.csv.partial-{7:08x}").write_bytes(b"half")

    def full(handle):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr(os, "fsync", full)
        write_new(tmp_path / "b" / "u.csv", b"y\n")
    write_new(tmp_path / "u.csv", b"y\n")
    assert held(tmp_path) == ["a/t.csv", "u.csv"] and (tmp_path / "a" / "t.csv").read_bytes() == b"x\n1\n"
