"""A sweep's folder survives what disks, power and processes do to it; the harness that says so finds every bug planted in the store."""

from __future__ import annotations

import contextlib
import itertools
import json
import types
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from faulty_disk import CRASHES, ERRORS, LOSSES, WAYS, Crash, Disk, Fault, File, Process

import sim.sweep.store
from sim.sweep.store import JOURNAL, MANIFEST, PARTS, name_of

ROOT = Path("/disk")
FOLDER = ROOT / "results" / "sweep"
IDENTITY = {"seed": 1, "version": "1", "levers": {"none": {}}}
ORDER = (0, 1, 3, 2, 4)
"""Parts as they are stored; one comes late."""
TABLES = [pa.table({"run": np.arange(3) + 3 * part, "end.wealth": np.arange(3) / (part + 1)}) for part in ORDER]
FAILURES = [{"4": "must be at most 1"} if part == 2 else {} for part in range(5)]


@contextlib.contextmanager
def on(process: Process, store) -> Iterator[None]:
    """The store's own `os` and `open` are those of a process on the simulated disk; it is alone there."""
    before = {name: vars(store).get(name) for name in ("os", "open", "FileLock")}
    store.os, store.open, store.FileLock = process, process.open_file, lambda *_, **__: contextlib.nullcontext()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                delattr(store, name)
            else:
                setattr(store, name, value)


def work(disk: Disk, stored: set[int], store, fault: Fault | None = None, patient: bool = False) -> Process:
    """A sweep in one process; `stored` learns what the store says is stored. A patient caller tries a part twice."""
    process = Process(disk, fault)
    with on(process, store):
        mine = store.Store(FOLDER, IDENTITY)
        with mine.open():
            assert stored <= set(mine.done), f"stored parts are made again: {sorted(stored - set(mine.done))}"
            for part in ORDER:
                if part in mine.done:
                    continue
                try:
                    mine.add(part, TABLES[part], FAILURES[part])
                except store.StoreError:
                    if not patient:
                        raise
                    mine.add(part, TABLES[part], FAILURES[part])
                stored.add(part)
    return process


def finished() -> Disk:
    """What the true store leaves when nothing fails."""
    disk = Disk(ROOT)
    work(disk, set(), sim.sweep.store)
    return disk


WHOLE = finished().files(FOLDER)
LINES = [json.loads(line) for line in WHOLE[JOURNAL].splitlines()]


def begun() -> tuple[Disk, set[int], set[int]]:
    """Nothing is there yet. A disk, the parts stored on it, and those of them that were damaged since."""
    return Disk(ROOT), set(), set()


def battered() -> tuple[Disk, set[int], set[int]]:
    """A finished sweep with a part flipped, two swapped, the journal's end torn off, and leftovers of a crash."""
    disk = finished()
    top, parts = disk.node(FOLDER), disk.node(FOLDER / PARTS)
    parts.names[name_of(1)].data = flipped(WHOLE[f"{PARTS}/{name_of(1)}"])
    parts.change((name_of(2), parts.names[name_of(3)]), (name_of(3), parts.names[name_of(2)]))
    top.names[JOURNAL].data = WHOLE[JOURNAL][:-30]
    parts.change((f".{name_of(4)}.partial", File(b"PAR1")))
    top.change((f".{MANIFEST}.partial", File(b"{")))
    return disk.copy(), {0}, {1, 2, 3}


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
    """Sound now; going on gives the bytes of a sweep that never stopped; that is on disk, and once more changes nothing."""
    sound(disk, stored, rotten, store)
    work(disk, stored, store)
    assert disk.files(FOLDER) == WHOLE, "the end has other bytes"
    late = disk.after_power_loss("all", np.random.default_rng(0))
    sound(late, set(range(5)), set(), store)
    assert late.files(FOLDER) == WHOLE, "a finished sweep was not on disk"
    trail = work(late, set(range(5)), store).trail
    assert not {"write", "replace"} & set(trail) and late.files(FOLDER) == WHOLE, "a finished sweep was not left alone"


def outcomes(disk: Disk, seed: int) -> Iterator[tuple[str, Disk]]:
    """What the next process may find: all that was written, or what a loss of power left of it."""
    for loss in LOSSES:
        for chance in range(2 if loss == "any" else 1):
            yield f"power lost with {loss}", disk.after_power_loss(loss, np.random.default_rng([seed, chance]))
    yield "power kept", disk


def violations(store, found: Counter) -> Iterator[str]:
    """Every operation of a sweep fails in every way, with every loss of power after it; yields promises that are broken.

    `found` counts faults by way, what the next process met, and operations by kind.
    """
    for start in (begun, battered):
        disk, stored, rotten = start()
        try:
            trail = work(disk, stored, store).trail
            ends_well(disk, stored, set(), store)
        except Exception as error:
            yield f"{start.__name__}, no fault: {error!r}"
            continue
        found.update(trail)
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
                    try:
                        ends_well(next_disk, set(stored), rotten - stored, store)
                    except Exception as error:
                        yield f"{name}, {outcome}: {error!r}"


# -- the store -----------------------------------------------------------------------------------------


def test_no_fault_of_a_disk_breaks_a_promise_of_the_store():
    found = Counter()
    assert list(violations(sim.sweep.store, found)) == []
    print(found)
