"""Checking results: every file against its checksum, then a sample of rows by running them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.engine.machine import without_cache
from sim.studies.replay.ask import opened
from sim.studies.replay.stored import Stored
from sim.studies.replay.strange import ReplayError, understood
from sim.studies.sweep.journal import PARTS, name_of
from sim.studies.sweep.results import Sweep
from sim.writing.manifest import (
    EXPERIMENT,
    INNER_SWEEP,
    MANIFEST,
    RUN,
    SWEEP,
    contents,
    differing,
    files_of,
    kind_of,
    read_manifest,
    unknown,
)

UNLISTED = "these results are from before checksums were kept: their tables and figures cannot be checked"


@dataclass(frozen=True)
class Verdict:
    """What is `wrong` with results, a line each; else what is `right`, and what could not be checked."""

    wrong: list[str]
    right: str
    unsure: str = ""

    def then(self, other: Verdict) -> Verdict:
        """What both say together; what was unsure is as the last says."""
        right = "; ".join(filter(None, [self.right, other.right]))
        return Verdict([*self.wrong, *other.wrong], right, other.unsure)


def verify(folder: str | Path, sample: int = 100, seed: int = 0) -> Verdict:
    """Check every file of results, then run a sample of rows again, if they hold any, each with its page.

    The sweep of an experiment is checked as a sweep is. Machine code is compiled anew for it, and none that
    was kept is used. Raises ManifestError, ReplayError, StoreError.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    kind = kind_of(manifest)
    if kind is None:
        raise ReplayError(f"{folder}: {MANIFEST} is none that this version of steppe knows")
    with understood(folder), without_cache():
        # Files first: rows out of damaged ones could not be told from rows that come out otherwise.
        files = _files(folder, manifest, kind)
        if files.wrong:
            return files
        if kind in (RUN, SWEEP):
            return files.then(_rows(folder, sample, seed, files.unsure))
    inner = folder / INNER_SWEEP
    if kind == EXPERIMENT and inner.is_dir():
        return files.then(verify(inner, sample, seed))
    return files


def _files(folder: Path, manifest: Mapping[str, Any], kind: str) -> Verdict:
    """Every file against its checksum."""
    listed = files_of(manifest)
    if listed is None:
        return Verdict([], "", UNLISTED)
    wrong = differing(folder, manifest, listed, kind)
    return Verdict(wrong, f"{len(listed)} files are those that were written")


def _rows(folder: Path, sample: int, seed: int, unsure: str) -> Verdict:
    """A sample of rows by running them again."""
    found = opened(folder)
    if not _finished(found):
        unsure = ""  # the tables of a sweep come last: there are none yet that could lack a checksum
    elif isinstance(found, Sweep) and not unsure:
        extra = _extra_parts(found)
        if extra:
            return Verdict(extra, "", unsure)
    return Verdict(found.verify(sample, seed), sound(found, sample), unsure)


def _extra_parts(found: Sweep) -> list[str]:
    """What stands beside the parts of a finished sweep."""
    known = {f"{PARTS}/{name_of(line['part'])}" for line in found.lines}
    known.add(f"{PARTS}/")
    held = [name for name in contents(found.folder) if name.startswith(f"{PARTS}/")]
    return [unknown(name) for name in held if name not in known]


def _finished(found: Sweep | Stored) -> bool:
    """Whether tables should stand beside the rows: those of a sweep come last."""
    if isinstance(found, Stored):
        return True
    return found.done == found.plan.parts


def sound(found: Sweep | Stored, sample: int) -> str:
    """What a check of rows that found nothing says."""
    if isinstance(found, Stored):
        return f"{min(sample, found.runs)} of {found.runs} rows run again, with their pages, are the same"
    rows = len(found.cells) * found.plan.runs
    again = f"{min(sample, rows)} of {rows} rows run again, with their pages, are the same"
    return f"{found.done} of {found.plan.parts} parts stored and whole; {again}"
