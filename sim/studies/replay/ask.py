"""One stored row lived again from the manifest alone: what was stored, what comes of it now."""

from __future__ import annotations

from pathlib import Path

from sim.engine.pages import page_of
from sim.engine.request import MOST_RUNS, check_run
from sim.engine.setups import Plain
from sim.reading.numbers import whole_of
from sim.refusal import BadInput
from sim.scenario.lower import lower
from sim.studies.replay.row import Replay, row_of
from sim.studies.replay.stored import Stored
from sim.studies.replay.strange import ReplayError, understood
from sim.studies.sweep.results import Sweep
from sim.studies.sweep.rows import again
from sim.writing.manifest import MANIFEST, RUN, SWEEP, kind_of, read_manifest


def replay(folder: str | Path, run: int, point: int = 0, lever: str | None = None) -> Replay:
    """A row of results run again; point and lever say which of a sweep.

    Raises ManifestError, ReplayError, StoreError, BadInput.
    """
    run, point = check_run(run), whole_of("the number of a point", point, 0, MOST_RUNS)
    found = opened(folder)
    with understood(found.folder):
        return _again(found, run, point, lever)


def _again(found: Sweep | Stored, run: int, point: int, lever: str | None) -> Replay:
    if isinstance(found, Sweep):
        if lever is None:
            lever = next(iter(found.plan.levers))
        return _again_of_sweep(found, run, point, lever)
    if point != 0 or lever is not None:
        raise BadInput(
            f"{found.folder} holds the runs of one scenario; a point and a lever belong to a sweep"
        )
    return found.replay(run)


def _again_of_sweep(stored: Sweep, run: int, point: int, lever: str) -> Replay:
    plan, where = stored.plan, f"point {point}, lever '{lever}'"
    if lever not in plan.levers:
        raise BadInput(f"no lever '{lever}'; there are {', '.join(plan.levers)}")
    if point >= len(plan.points) or run >= plan.runs:
        held = f"points 0 to {len(plan.points) - 1}, each of runs 0 to {plan.runs - 1}"
        raise BadInput(f"{stored.folder} holds {held}")
    cell = point * len(plan.levers) + list(plan.levers).index(lever)
    if cell in stored.failures:
        raise ReplayError(f"{where} could not be run: {stored.failures[cell]}")
    before = stored.page(cell, run)
    if before.empty:
        raise ReplayError(f"{where} is not stored yet; the sweep is not finished")
    # A run comes out of its whole page: all runs of a page are computed together, and so they are again.
    found = again(plan, cell, range(*page_of(run, plan.runs)))
    if isinstance(found, str):
        raise ReplayError(f"{where} cannot be run any more: {found}")
    world = lower(plan.scenario.override(plan.changes(cell)[2]), plan.months)
    rows = row_of(before, run), row_of(found.to_pandas(), run)
    return Replay(Plain(world.scenario), world, plan.seed, run, *rows)


def opened(folder: str | Path) -> Sweep | Stored:
    """The rows in a folder, and what they were made of. Raises ManifestError, StoreError, ReplayError."""
    folder = Path(folder)
    manifest = read_manifest(folder)
    kind = kind_of(manifest)
    if kind is None:
        raise ReplayError(f"{folder}: {MANIFEST} is none that this version of steppe knows")
    if kind not in (RUN, SWEEP):
        raise ReplayError(
            f"{folder}: holds a {kind}, no rows to run again; the command in its manifest makes it"
        )
    with understood(folder):  # whatever the manifest must tell is read here, once
        if kind == SWEEP:
            sweep = Sweep(folder)
            _ = sweep.plan, sweep.failures
            return sweep
        run = Stored(folder, manifest)
        _ = run.told, run.lots
        return run
