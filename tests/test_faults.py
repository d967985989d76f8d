"""A sweep's folder survives what disks, power and processes do to it; the harness that says so finds bugs
that are planted.
"""

from __future__ import annotations

import ast
import contextlib
import errno
import itertools
import json
import os
import sys
import time
import types
from collections import Counter
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import sim.studies.sweep.journal
import sim.studies.sweep.plan
import sim.studies.sweep.rows
import sim.studies.sweep.store
import sim.writing.disk
import sim.writing.whole
from sim.cli import app
from sim.scenario.load import load
from sim.studies.sweep.ask import sweep
from sim.studies.sweep.design import grid
from sim.studies.sweep.journal import JOURNAL, PARTS, StoreError, name_of
from sim.studies.sweep.results import Sweep
from sim.studies.sweep.store import Store
from sim.writing.manifest import LOCK, MANIFEST
from tests.support.children import PROCESSES, started, sweep_of_80_parts
from tests.support.faulty_disk import ERRORS, LOSSES, WAYS, Crash, Disk, Fault, File, Process

ROOT = Path("/disk")
FOLDER = ROOT / "results" / "sweep"
IDENTITY = {"seed": 1, "version": "1", "levers": {"none": {}}}
ORDER = (0, 2, 1, 3)
"""Parts as they are stored; one comes late."""
TABLES = [
    pa.table({"run": np.arange(3) + 3 * part, "end.wealth": np.arange(3) / (part + 1)})
    for part in sorted(ORDER)
]
WRITERS = (sim.writing.disk, sim.writing.whole, sim.studies.sweep.journal, sim.studies.sweep.store)
"""The store and the files that it writes with, each after those that it imports."""
SOURCES = {module.__name__: Path(str(module.__file__)).read_text(encoding="utf-8") for module in WRITERS}
FAILURES = [{"4": "must be at most 1"} if part == 1 else {} for part in sorted(ORDER)]
ALL = set(ORDER)


def parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return sink.getvalue().to_pybytes()


BYTES = {id(table): parquet(table) for table in TABLES}
"""Parts are made once, for speed."""


class NoLock:
    """A lock that is always free."""

    def acquire(self) -> None:
        pass

    def release(self) -> None:
        pass


def made_before(table: pa.Table, sink: pa.BufferOutputStream, **_) -> None:
    sink.write(BYTES[id(table)])


def places(store) -> list[dict]:
    """Where a store and what it writes with look up `os` and `open`: the globals of their modules."""
    whole = store.write_whole.__globals__
    return [whole["settle_name"].__globals__, whole, store.journal.__globals__, vars(store)]


@contextlib.contextmanager
def on(process: Process, store, write_table=made_before) -> Iterator[None]:
    """The store's own `os` and `open` are those of a process on the simulated disk; it is alone there."""
    with pytest.MonkeyPatch.context() as patch:
        for place in places(store):
            patch.setitem(place, "os", process)
            patch.setitem(place, "open", process.open_file)
        patch.setattr(store, "FileLock", lambda *_, **__: NoLock())
        patch.setattr(store, "pq", types.SimpleNamespace(write_table=write_table))
        yield


def work(
    disk: Disk, stored: set[int], store, fault: Fault | None = None, patient: bool = False, parts=ORDER
) -> Process:
    """A sweep in one process; `stored` learns what the store says is stored. A patient caller tries a failed
    part again, last.
    """
    process = Process(disk, fault)
    with on(process, store):
        mine = store.Store(FOLDER, IDENTITY)
        with mine.open():
            if fault is not None and fault.way in ERRORS:
                stored -= {
                    part for part in ALL if any(name_of(part) in line for line in mine.damaged)
                }  # it says that it lost them
            assert stored <= set(mine.done), f"stored parts are made again: {sorted(stored - set(mine.done))}"
            todo = [part for part in parts if part not in mine.done]
            for place, part in enumerate(todo):
                try:
                    mine.add(part, TABLES[part], FAILURES[part])
                    stored.add(part)
                    if len(set(todo)) < len(todo):
                        sound(disk, stored, set(), store)  # as one who reads meanwhile sees it
                except store.StoreError:
                    if not patient or place >= len(parts):
                        raise
                    todo.append(part)
    return process


def finished() -> Disk:
    """What the true store leaves when nothing fails."""
    disk = Disk(ROOT)
    work(disk, set(), sim.studies.sweep.store)
    return disk


WHOLE = finished().files(FOLDER)
LINES = [json.loads(line) for line in WHOLE[JOURNAL].splitlines()]


def begun() -> tuple[Disk, set[int], set[int]]:
    """Nothing is there yet. A disk, the parts stored on it, and those of them that were damaged since."""
    return Disk(ROOT), set(), set()


def halfway() -> tuple[Disk, set[int], set[int]]:
    """A sweep that was stopped between two parts."""
    disk, stored = Disk(ROOT), set[int]()
    work(disk, stored, sim.studies.sweep.store, parts=ORDER[:2])
    return disk.copy(), stored, set()


def battered() -> tuple[Disk, set[int], set[int]]:
    """A finished sweep with a part flipped, two swapped, the journal's end torn off, and leftovers of a
    crash.
    """
    disk = finished()
    top, parts = disk.node(FOLDER), disk.node(FOLDER / PARTS)
    parts.names[name_of(1)].data = flipped(WHOLE[f"{PARTS}/{name_of(1)}"])
    parts.change((name_of(0), parts.names[name_of(2)]), (name_of(2), parts.names[name_of(0)]))
    top.names[JOURNAL].data = WHOLE[JOURNAL][:-30]
    parts.change((f".{name_of(3)}.partial", File(b"PAR1")))
    top.change((f".{MANIFEST}.partial", File(b"{")))
    return disk.copy(), set(), {0, 1, 2}


def flipped(data: bytes) -> bytes:
    return data[:90] + bytes([data[90] ^ 1]) + data[91:]


def sound(disk: Disk, stored: set[int], rotten: set[int], store) -> None:
    """Before going on: what counts is right, once, or refused; what was said to be stored counts."""
    files = disk.files(FOLDER)
    with on(Process(disk), store):
        lines = list(store.journal(FOLDER))
        refused = {line["part"] for line in lines if store.damage(FOLDER, line)}
    counted = [line["part"] for line in lines]
    assert len(counted) == len(set(counted)), f"parts count twice: {counted}"
    assert stored <= set(counted), f"stored parts are lost: {sorted(stored - set(counted))}"
    assert refused <= rotten, f"parts that count are damaged: {sorted(refused - rotten)}"
    for line in lines:
        part = line["part"]
        assert line == LINES[part], f"the line of part {part} is another"
        right = files.get(f"{PARTS}/{name_of(part)}") == WHOLE[f"{PARTS}/{name_of(part)}"]
        assert right or part in refused, f"part {part} counts with other rows"


def ends_well(disk: Disk, stored: set[int], rotten: set[int], store) -> None:
    """Sound now; going on gives the bytes of a sweep that never stopped; that is on disk, and once more
    changes nothing.
    """
    sound(disk, stored, rotten, store)
    work(disk, stored, store)
    assert disk.files(FOLDER) == WHOLE, "the end has other bytes"
    late = disk.after_power_loss("all", np.random.default_rng(0))
    sound(late, ALL, set(), store)
    assert late.files(FOLDER) == WHOLE, "a finished sweep was not on disk"
    before = {name: id(node) for name, node in late.node(FOLDER / PARTS).names.items()}
    work(late, ALL, store)
    after = {name: id(node) for name, node in late.node(FOLDER / PARTS).names.items()}
    assert late.files(FOLDER) == WHOLE and after == before, "a finished sweep was not left alone"


def outcomes(disk: Disk, seed: int) -> Iterator[tuple[str, Disk]]:
    """What the next process may find: all that was written, or what a loss of power left of it."""
    for loss in LOSSES:
        for chance in range(2 if loss == "any" else 1):
            yield (
                f"power lost with {loss}",
                disk.after_power_loss(loss, np.random.default_rng([seed, chance])),
            )
    yield "power kept", disk


def violations(store, found: Counter) -> Iterator[str]:
    """Every operation of a sweep fails in every way, with every loss of power after it; yields promises that
    are broken.

    `found` counts faults by way, what the next process met, and operations by kind.
    """
    for start in (begun, halfway, battered):
        disk, stored, rotten = start()
        try:
            trail = work(disk, stored, store).trail
            ends_well(disk, stored, set(), store)
        except Exception as error:
            yield f"{start.__name__}, no fault: {error!r}"
            continue
        found.update(trail)
        known = set()
        for (place, kind), way in itertools.product(enumerate(trail), WAYS):
            for patient in (False, True) if way in ERRORS else (False,):
                disk, stored, rotten = start()
                name = f"{start.__name__}, {kind} ({place}), {way}{', tried again' if patient else ''}"
                try:
                    with contextlib.suppress(Crash, store.StoreError):
                        work(disk, stored, store, Fault(place, way), patient)
                except Exception as error:
                    yield f"{name}: {error!r}"
                    continue
                found[way] += 1
                for outcome, next_disk in outcomes(disk, place):
                    found["outcomes"] += 1
                    case = next_disk.state(), frozenset(stored)
                    if case in known:
                        continue
                    known.add(case)
                    try:
                        ends_well(next_disk, set(stored), rotten - stored, store)
                    except Exception as error:
                        yield f"{name}, {outcome}: {error!r}"


# -- the store -----------------------------------------------------------------------------------------


def test_no_fault_of_a_disk_breaks_a_promise_of_the_store():
    found = Counter()
    assert list(itertools.islice(violations(sim.studies.sweep.store, found), 5)) == []
    assert set(KINDS) <= set(found), "every operation that a store does failed"
    assert sum(found[way] for way in WAYS) > 1000 and found["outcomes"] > 7000


KINDS = (
    "mkdir", "open folder", "fsync folder", "open wb", "open ab", "open rb", "read", "write", "flush",
    "fsync file", "replace", "unlink", "listdir",
)  # fmt: skip


@pytest.mark.slow
def test_no_chain_of_faults_breaks_a_promise_of_the_store():
    """Up to six processes after each other on one disk, each with a fault at a random place, with and without
    power between.
    """
    met = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        disk, stored, rotten = (begun, halfway, battered)[seed % 3]()
        for _ in range(6):
            fault = Fault(int(rng.integers(80)), str(rng.choice(WAYS)))
            with contextlib.suppress(Crash, StoreError):
                work(disk, stored, sim.studies.sweep.store, fault, bool(rng.integers(2)))
            met += 1
            if rng.random() < 0.5:
                disk = disk.after_power_loss(str(rng.choice(LOSSES)), rng)
            sound(disk, stored, rotten - stored, sim.studies.sweep.store)
        ends_well(disk, stored, rotten - stored, sim.studies.sweep.store)
    assert met == 2400


def test_the_store_touches_files_only_where_the_harness_sees_it():
    """No method of a path that reads or writes, no other module that does; the lock is the only exception."""
    for text in (SOURCES[name] for name in SOURCES if name != sim.writing.disk.__name__):
        tree = ast.parse(text)
        used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not used & {
            "exists", "is_file", "is_dir", "iterdir", "glob", "rglob", "read_bytes", "read_text",
            "write_bytes", "write_text", "rename", "touch", "rmdir", "stat",
        }  # fmt: skip
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
        modules = {alias.name for node in imports for alias in node.names}
        modules |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert modules <= {
            "__future__", "contextlib", "errno", "hashlib", "json", "os", "stat", "collections.abc",
            "pathlib", "typing", "pyarrow", "pyarrow.parquet", "filelock", "sim.refusal",
            "sim.writing.manifest",
            *SOURCES,
        }  # fmt: skip
    disk = ast.parse(SOURCES[sim.writing.disk.__name__])
    (settled,) = [node for node in ast.walk(disk) if getattr(node, "name", "") == "settle_name"]
    assert "settle(path.parent)" in ast.unparse(settled), "all that the store asks of the disk's own file"


# -- the harness finds what is planted -----------------------------------------------------------------

QUICK = """def quick(path, data):
    with open(partial(path), "wb") as file:
        file.write(data)
    os.replace(partial(path), path)
    settle_name(path)


"""
ADOPT = """        for number in range(100):
            data = read(self.folder / PARTS / name_of(number))
            if data and all(line["part"] != number for line in journal(self.folder)):
                whole = {"bytes": len(data), "sha256": digest(data)}
                self.done[number] = {"part": number, "rows": 3, **whole, "failures": {}}
"""
ADD = "            write_whole(self.folder / PARTS / name_of(part), data)\n"
LISTED = "            else:\n                self._list(self.done | {part: line})\n"
PLANTS = {
    "the journal names a part before it is there": [(ADD, ""), (LISTED, LISTED + ADD)],
    "a part is not synced": [
        (ADD, ADD.replace("write_whole(", "quick(")),
        ("partial, read, write_whole\n", "partial, quick, read, write_whole\n"),
        ("def _put", QUICK + "def _put"),
    ],
    "nothing is synced": [("    os.fsync(file.fileno())\n", "    pass\n")],
    "the buffer is not flushed before the sync": [("    file.flush()\n", "")],
    "renames are not synced": [("path), path)\n    settle_name(path)\n", "path), path)\n")],
    "the folders above are not synced": [("    for place in places[1:]:\n        settle_name(place)\n", "")],
    "files are written in their place": [
        ("with open(partial(path)", "with open(path"), ("    os.replace(partial(path), path)\n", ""),
    ],
    "a file is renamed before its bytes are whole": [
        (
            '"wb", opener=_plain) as file:\n',
            '"wb", opener=_plain) as file:\n        os.replace(partial(path), path)\n',
        ),
        ("\n    os.replace(partial(path), path)\n", "\n"),
    ],
    "checksums are not compared": [('digest(data) == line["sha256"]', "data is not None")],
    "only lengths are compared": [('digest(data) == line["sha256"]', 'len(data) == line["bytes"]')],
    "a damaged part is told and kept": [
        (
            "            if problem is None:\n",
            "            self.damaged += [problem] if problem else []\n            if True:\n",
        ),
    ],
    "a torn line of the journal counts": [
        ("line = json.loads(text)", "line = json.loads(text) if text.endswith(b'}') else "
         "{'part': int(text.split(b',')[0].split()[-1]), "
         "'rows': 3, 'bytes': 0, 'sha256': '', 'failures': {}}"),
    ],
    "leftovers are taken for parts": [
        ("os.unlink(folder / name)\n", "os.replace(folder / name, folder / name[1:-8])\n"),
        (
            "        for line in journal(self.folder):\n",
            ADOPT + "        for line in journal(self.folder):\n",
        ),
    ],
    "leftovers stay": [("                os.unlink(folder / name)\n", "                pass\n")],
    "a full disk is passed over in silence": [
        (
            '        raise StoreError(\n            f"{folder}: {reason};',
            '        return\n        raise StoreError(\n            f"{folder}: {reason};',
        ),
    ],
    "a failing disk reads as an empty file": [("    except FileNotFoundError:\n", "    except OSError:\n")],
    "going on repeats a line": [
        (
            "        self._list(self.done)\n",
            "        self._listed = True\n        self.done.pop(max(self.done, default=0), 0)\n",
        ),
    ],
    "a line follows a torn one": [("                self._listed = False  #", "                #")],
    "a part that failed counts as done": [
        ("        self.done[part] = line\n", ""),
        (
            "        with _disk_of(self.folder):\n            write_whole(self.folder / PARTS",
            "        self.done[part] = line\n"
            "        with _disk_of(self.folder):\n            write_whole(self.folder / PARTS",
        ),
    ],
    "parts are listed as they come": [
        ("if self._listed and part > max(self.done, default=-1):", "if self._listed:"),
    ],
    "the manifest comes last": [
        (
            "            write_whole(self.folder / MANIFEST, manifest)\n            return\n",
            "            return\n",
        ),
        (
            "            yield self\n",
            "            yield self\n            write_whole(self.folder / MANIFEST, "
            "json.dumps({'identity': self.identity}, indent=1).encode())\n",
        ),
    ],
    "a journal that reads well is left": [
        (
            "        write_whole(self.folder / JOURNAL, text",
            "        if read(self.folder / JOURNAL) == text.encode():\n"
            "            self._listed = True\n            return\n"
            "        write_whole(self.folder / JOURNAL, text",
        ),
    ],
    "the journal is replaced at every start by an empty one": [
        ("        self._list(self.done)\n", "        self._list({})\n"),
    ],
}  # fmt: skip


def planted(changes: list[tuple[str, str]]) -> types.ModuleType:
    """The store with a bug in it, or in a file that it writes with."""
    texts = dict(SOURCES)
    for old, new in changes:
        found = [name for name, text in texts.items() for _ in range(text.count(old))]
        assert len(found) == 1, f"the store no longer reads {old!r}: {found}"
        texts[found[0]] = texts[found[0]].replace(old, new)
    with pytest.MonkeyPatch.context() as patch:
        for name, text in texts.items():
            module = types.ModuleType(name)
            patch.setitem(sys.modules, name, module)
            exec(compile(text, f"{name}_with_a_bug.py", "exec"), vars(module))
    return module


@pytest.mark.parametrize("bug", PLANTS)
def test_a_planted_bug_is_found(bug):
    assert next(violations(planted(PLANTS[bug]), Counter()), None) is not None


# -- real files, real processes ------------------------------------------------------------------------

SMALL = Path(__file__).parent / "cases" / "small.toml"
RUNS, MONTHS = 40, 6
POINTS = grid({"quantities.war.start": [0.0, 0.2, 0.5], "parameters.cost": [0.5, 1.0]})


@pytest.fixture
def small_parts(monkeypatch):
    """Two cells a part: three parts."""
    monkeypatch.setattr(sim.studies.sweep.plan, "PART_ROWS", 2 * RUNS)


def swept(folder: Path, **more) -> Sweep:
    return sweep(load(SMALL), POINTS, folder, runs=RUNS, months=MONTHS, **more)


def contents(folder: Path) -> dict[str, bytes]:
    """All that a sweep leaves, the lock aside."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != LOCK]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_the_simulated_disk_gets_what_a_real_one_gets(tmp_path, monkeypatch):
    monkeypatch.setattr(sim.studies.sweep.store.pq, "write_table", made_before)
    with (mine := Store(tmp_path / "results" / "sweep", IDENTITY)).open():
        for part in ORDER:
            mine.add(part, TABLES[part], FAILURES[part])
    assert contents(tmp_path / "results" / "sweep") == WHOLE


@pytest.mark.usefixtures("small_parts")
def test_after_any_fault_a_sweep_reads_only_right_rows_and_ends_in_the_same_bytes(tmp_path):
    """A whole sweep on the simulated disk; what is found after losses of power is read from a real one."""
    swept(tmp_path / "whole")
    whole, rows, summary = (
        contents(tmp_path / "whole"),
        Sweep(tmp_path / "whole").rows(),
        Sweep(tmp_path / "whole").summary(),
    )
    plan, tables = Sweep(tmp_path / "whole").plan, {}
    for line in sim.studies.sweep.store.journal(tmp_path / "whole"):
        tables[line["part"]] = pq.read_table(tmp_path / "whole" / PARTS / name_of(line["part"]))
    for seed in range(12):
        disk, rng = Disk(ROOT), np.random.default_rng(seed)
        process = Process(disk, Fault(40 + int(rng.integers(25)), "torn"))
        with (
            on(process, sim.studies.sweep.store, pq.write_table),
            contextlib.suppress(Crash),
            (mine := Store(FOLDER, plan.identity)).open(),
        ):
            for part, table in tables.items():
                mine.add(part, table, {})
        folder = tmp_path / str(seed)
        for name, data in disk.after_power_loss("any", rng).files(FOLDER).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        found = Sweep(folder)
        if found.done:
            parts = found.rows()
            assert parts.equals(rows[: len(parts)]) and len(parts) == 2 * RUNS * found.done
            part_summary = found.summary()
            assert part_summary.equals(summary[: len(part_summary)])
        swept(folder)
        assert contents(folder) == whole, seed


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(
    "damage",
    ["cut short", "emptied", "flipped", "swapped", "gone", "all of it", "journal cut", "journal gone"],
)
def test_damaged_parts_are_named_refused_and_made_again(tmp_path, damage):
    folder = tmp_path / "s"
    swept(folder)
    whole = contents(folder)
    part, other = (folder / PARTS / name_of(number) for number in (1, 2))
    data = part.read_bytes()
    if damage == "swapped":
        part.write_bytes(other.read_bytes())
        other.write_bytes(data)
    elif damage == "gone":
        part.unlink()
    elif damage == "all of it":
        for path in (folder / PARTS).iterdir():
            path.write_bytes(flipped(path.read_bytes()))
    elif damage == "journal cut":
        (folder / JOURNAL).write_bytes((folder / JOURNAL).read_bytes()[:-30])
    elif damage == "journal gone":
        (folder / JOURNAL).unlink()
    else:
        part.write_bytes({"cut short": data[:-7], "emptied": b"", "flipped": flipped(data)}[damage])
    expected = {"swapped": [1, 2], "all of it": [0, 1, 2], "journal cut": [], "journal gone": []}.get(
        damage, [1]
    )
    named = [line.split()[0] for line in Sweep(folder).verify(0)]
    assert named == [name_of(number) for number in expected]
    told: list[str] = []
    swept(folder, tell=told.append)
    assert [line.split()[0] for line in told] == named
    assert contents(folder) == whole and Sweep(folder).verify(0) == []


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(
    "error", [MemoryError("no memory"), RuntimeError("a worker died"), KeyboardInterrupt()]
)
def test_a_worker_that_dies_loses_only_what_was_in_flight(tmp_path, monkeypatch, error):
    swept(tmp_path / "whole")
    real, computed = sim.studies.sweep.rows.rows_of, []

    def dying(plan, cells, prepared):
        computed.extend(cells.tolist())
        if 4 in cells:
            raise error
        return real(plan, cells, prepared)

    monkeypatch.setattr(sim.studies.sweep.rows, "rows_of", dying)
    with pytest.raises(type(error)):
        swept(tmp_path / "s", threads=1)
    assert Sweep(tmp_path / "s").cells == [0, 1, 2, 3]
    monkeypatch.setattr(sim.studies.sweep.rows, "rows_of", lambda *a: computed.extend(a[1]) or real(*a))
    computed.clear()
    swept(tmp_path / "s")
    assert sorted(computed) == [4, 5] and contents(tmp_path / "s") == contents(tmp_path / "whole")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_full_or_failing_disk_is_told_in_one_line_and_the_same_command_goes_on(tmp_path, monkeypatch, code):
    order = [
        "sweep",
        str(SMALL),
        "--vary",
        "quantities.war.start=0:1:3",
        "--runs-per-point",
        "30",
        "--months",
        "4",
    ]
    real = os.replace

    def failing(old, new):
        if Path(new).name == name_of(0):
            raise OSError(code, os.strerror(code))
        real(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", failing)
        failed = CliRunner().invoke(app, [*order, "--out", str(tmp_path / "s")])
    lines = [line for line in failed.stderr.splitlines() if line.startswith("steppe:")]
    assert failed.exit_code == 1 and len(lines) == 1 and "Traceback" not in failed.output
    assert os.strerror(code) in lines[0] and "the same command goes on" in lines[0]
    again = CliRunner().invoke(app, [*order, "--out", str(tmp_path / "s")])
    assert again.exit_code == 0, again.output
    assert Sweep(tmp_path / "s").verify(1) == []


def child(folder: Path) -> BaseProcess:
    """A process that is about to start a sweep of 80 parts."""
    begun = PROCESSES.Event()
    process = started(sweep_of_80_parts, SMALL, folder, begun)
    assert begun.wait(120)
    return process


def ended(process: BaseProcess) -> int | None:
    process.join(120)
    return process.exitcode


def test_killed_twenty_times_at_random_moments_a_sweep_ends_in_the_same_bytes(tmp_path):
    """Kills some time after the start and, in turn, soon after further parts; sound each time before it goes
    on.
    """
    assert ended(child(tmp_path / "whole")) == 0
    whole, rng, done = contents(tmp_path / "whole"), np.random.default_rng(20), []
    folder = tmp_path / "killed"
    for kill in range(20):
        before = lines_in(folder)
        process = child(folder)
        while kill % 2 and process.is_alive() and lines_in(folder) < before + rng.integers(1, 6):
            time.sleep(0.005)
        time.sleep(rng.exponential(0.02 if kill % 2 else 0.05))
        process.kill()
        ended(process)
        if (folder / MANIFEST).exists():
            assert Sweep(folder).verify(0) == []
            done.append(Sweep(folder).done)
    assert done == sorted(done) and ended(child(folder)) == 0
    assert contents(folder) == whole and done[-1] >= 10 and len(set(done)) >= 10, done


def lines_in(folder: Path) -> int:
    return (folder / JOURNAL).read_bytes().count(b"\n") if (folder / JOURNAL).exists() else 0


def test_of_two_processes_on_one_folder_the_second_is_refused(tmp_path):
    first = child(tmp_path / "s")
    try:
        while not (tmp_path / "s" / MANIFEST).exists():
            assert first.is_alive()
            time.sleep(0.01)
        with (
            pytest.raises(StoreError, match="another process is writing here"),
            Store(tmp_path / "s", IDENTITY).open(),
        ):
            pass
    finally:
        first.kill()
        ended(first)
    with pytest.raises(StoreError, match="holds another sweep"), Store(tmp_path / "s", IDENTITY).open():
        pytest.fail("the lock of a process that is gone holds nobody up, another sweep does")
