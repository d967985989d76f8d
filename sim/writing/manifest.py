"""The manifest of a folder of results: its kind, what was run and with what, the checksum of every file."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import stat
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.refusal import Refusal

MANIFEST, LOCK, FORMAT = "manifest.json", ".lock", 3
"""Format 1 had no checksums, and runs, sweeps and calibrations had no kind; in format 2 each kind told what
was run in a way of its own.
"""

PICTURES = ("png", "svg")
"""How the names of the files of a figure end."""

(
    RUN, SWEEP, COMPARE, EXPLAIN, DISCOVER, SENSITIVITY, OVERTURN, INDICATORS, POLICY, HINDCAST, CALIBRATE,
    WANTS, EXPERIMENT, SCORE, PANEL, EXPLOIT, GAMES, PLAY,
) = (
    f"steppe {made}"
    for made in (
        "run", "sweep", "compare", "explain", "discover", "sensitivity", "overturn", "indicators", "policy",
        "hindcast", "calibrate", "wants", "experiment", "score", "panel", "exploit", "games", "play",
    )
)  # fmt: skip


def pictures(*names: str) -> tuple[str, ...]:
    """The files of some figures: each is there as pixels and as lines and text.

    >>> pictures("maps")
    ('maps.png', 'maps.svg')
    """
    return tuple(f"{name}.{kind}" for name in names for kind in PICTURES)


NAMES: dict[str, tuple[str, ...]] = {
    RUN: (
        "outcomes.parquet", "paths.parquet", "events.parquet", "postures.parquet", "fans.parquet",
        "facts.csv", "table.csv", "columns.csv", "draws.csv", "drivers.csv", "given.csv", "scenario.toml",
        *pictures("figures/events", "figures/paths", "figures/goodwill"),
        *pictures("figures/actors", "figures/postures", "figures/given"),
    ),
    SWEEP: (
        "parts.jsonl", ".lock", "parts/part-[0-9]*.parquet", "summary.csv", "tipping.csv",
        *pictures("sweep", "distributions", "maps", "means", "postures"),
    ),
    COMPARE: ("table.csv", "months.csv", "facts.csv", "draws.csv", *pictures("differences", "months")),
    EXPLAIN: (
        "mechanisms.csv", "changes.csv", "interactions.csv", "decisions.csv", "flips.csv",
        "facts.csv",
        *pictures("waterfall", "changes", "flips"),
    ),
    DISCOVER: (
        "boxes.csv", "limits.csv", "conditions.csv", "trajectory.csv", "leaves.csv", "tree.txt",
        *pictures("tradeoff", "boxes"),
    ),
    SENSITIVITY: (
        "screening.csv", "parts.csv", "indices.csv", "tornado.csv", "spread.csv",
        *pictures("tornado", "indices"),
    ),
    OVERTURN: ("table.csv", "shifts.csv", "draws.csv", *pictures("plane")),
    INDICATORS: ("indicators.csv", "signposts.csv", *pictures("indicators")),
    POLICY: ("table.csv", "regret.csv", *pictures("front", "regret")),
    HINDCAST: (
        "scores.csv", "targets.csv", "reliability.csv", "pit.csv", "fans.csv", "forecasts.csv",
        "horizons.csv", "theories.csv", "discrepancies.csv", "observations.csv", "given.csv", "scenario.toml",
        *pictures(
            "figures/series", "figures/reliability", "figures/pit", "figures/skill", "figures/scores-*"
        ),
    ),
    CALIBRATE: (
        "calibration.csv", "ranks.csv", "errors.csv", "ridges.csv", "posterior.json",
        *pictures("learnt", "ranks", "told"),
    ),
    WANTS: ("wants.csv", "ridges.csv", "deeds.csv", "ranks.csv", "facts.csv", *pictures("wants")),
    PANEL: (
        "scenarios/*.toml", "scenarios/*-observations.csv", "scores.csv", "skill.csv", "numbers.csv",
        "particles.csv", "trust.csv", *pictures("skill", "numbers"),
    ),
    EXPLOIT: (
        "table.csv", "months.csv", "wants.csv", "outcomes.csv", "findings.csv", "family.csv", "family.toml",
        *pictures("gain"),
    ),
    EXPERIMENT: ("table.csv", "answer.txt", *pictures("*")),
    GAMES: ("games.csv", "games.jsonl", *pictures("games")),
    PLAY: ("debrief.txt", "months.csv", "choices.csv", *pictures("fan")),
    SCORE: ("entries.csv", "summary.csv", "reliability.csv", "pits.csv", "facts.csv", "ledger.jsonl"),
}  # fmt: skip
"""What each kind of folder may hold besides its manifest; nothing else is ever written or removed."""

INNER_SWEEP = "sweep"
"""The folder in that of an experiment where its sweep is stored."""

APART: dict[str, tuple[str, ...]] = {kind: () for kind in NAMES} | {
    SWEEP: ("parts/",),
    EXPERIMENT: (f"{INNER_SWEEP}/",),
}
"""How names begin that a manifest does not list: parts have a journal, a sweep has a manifest of its own."""

MOST_BYTES = 2**28
"""Size from which a manifest is refused [bytes]."""

CHUNK = 2**20


class ManifestError(Refusal):
    """A folder without a manifest that can be used, in one line."""


def is_ours(name: str, kind: str) -> bool:
    """Whether results of a kind may hold a file of this name (from the folder, with slashes)."""
    if name == MANIFEST:
        return True
    return any(_matches(name, pattern) for pattern in NAMES[kind])


def _matches(name: str, pattern: str) -> bool:
    """Whether a pattern means a name; its star would stand for slashes too."""
    return fnmatchcase(name, pattern) and name.count("/") == pattern.count("/")


def contents(folder: Path) -> Iterator[str]:
    """Names of all that a folder holds, from the folder, with slashes; links are not followed.

    What is neither a file nor a folder ends with an at sign, an empty folder with a slash: no name of ours
    does.
    """
    yield from _within(folder, "")


def _within(folder: Path, above: str) -> Iterator[str]:
    # Disks give names in any order; manifests list them in one.
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        name = above + entry.name
        if entry.is_dir(follow_symlinks=False):
            held = list(_within(Path(entry.path), f"{name}/"))
            yield from held or [f"{name}/"]
        elif entry.is_file(follow_symlinks=False):
            yield name
        else:
            yield f"{name}@"


def sha256_of(file: Path) -> str:
    """Checksum of a file's bytes."""
    found = hashlib.sha256()
    with open(file, "rb") as opened:
        while chunk := opened.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


def seal(folder: Path, kind: str, told: Mapping[str, Any]) -> None:
    """Write the manifest of a folder that holds all else: its kind, what is told, every file's checksum."""
    (folder / MANIFEST).write_bytes(sealed(kind, {**told, "files": listed(folder, kind)}))


def listed(folder: Path, kind: str) -> dict[str, dict[str, Any]]:
    """Size [bytes] and checksum of every file of a folder of results, by name, but for its manifest."""
    found = {}
    for name in _accounted(folder, kind, (MANIFEST,)):
        assert is_ours(name, kind), f"NAMES does not know that a {kind} writes {name}"
        file = folder / name
        found[name] = {"bytes": file.stat().st_size, "sha256": sha256_of(file)}
    return found


def _accounted(folder: Path, kind: str, beside: tuple[str, ...]) -> Iterator[str]:
    """Names of all that a folder holds and its manifest should list, but for some."""
    for name in contents(folder):
        if name not in beside and not name.startswith(APART[kind]):
            yield name


def sealed(kind: str, told: Mapping[str, Any]) -> bytes:
    """A manifest as it is stored, with a checksum of its own."""
    told = {"kind": kind, "format": FORMAT, **told}
    # Of what a reader of the file gets: dates become texts on the way, tuples lists.
    return _text({**told, "manifest_sha256": _digest(json.loads(_text(told)))})


def _text(told: Mapping[str, Any]) -> bytes:
    """JSON; a character that UTF-8 does not have (of a strange file name) as JSON writes it in ASCII."""
    text = json.dumps(told, indent=1, ensure_ascii=False, default=str)
    return (text + "\n").encode("utf-8", "backslashreplace")


def _digest(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of results of any kind. Raises ManifestError if there is none that can be read."""
    try:
        found = json.loads(_bytes(folder / MANIFEST))
        if isinstance(found, dict):
            return found
        reason = "is no table"
    except FileNotFoundError:
        reason = "is missing"
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
    except (ValueError, RecursionError):
        reason = "is damaged"
    raise ManifestError(f"{folder}: no results that can be read ({MANIFEST} {reason})")


def _bytes(file: Path) -> bytes:
    """What a regular file holds: no link is followed, no pipe waited for. Raises OSError, ValueError."""
    safely = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(file, os.O_RDONLY | safely)
    with open(handle, "rb") as opened:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
            raise ValueError("is no file of ours")
        return opened.read()


def kind_of(found: Mapping[str, Any]) -> str | None:
    """The kind of results that a manifest tells of, in any format so far; None if it is not ours."""
    if "kind" in found:
        kind = found["kind"]
        if _is_kind(kind) and _is_format(found.get("format")):
            return kind
        return None
    # Format 1: the kind is told by what is there.
    marks = {
        RUN: (found, {"scenario", "seed", "runs", "months", "versions", "format"}),
        SWEEP: (found.get("identity"), {"scenario", "design", "runs_per_point", "as_run", "points"}),
        CALIBRATE: (found, {"scenario", "data_sha256", "synthetic_data_sets", "keeps_prior"}),
    }
    for kind, (held, keys) in marks.items():
        if isinstance(held, dict) and keys <= set(held):
            return kind
    return None


def _is_kind(told: Any) -> bool:
    """A manifest may hold anything: a list has no place among the kinds."""
    return isinstance(told, str) and told in NAMES


def _is_format(told: Any) -> bool:
    """Whether it is the number of a format that this version reads; true and false are none."""
    return type(told) is int and 1 <= told <= FORMAT


def files_of(found: Mapping[str, Any]) -> dict[str, str] | None:
    """Checksums by name; None for results from before there were any. Raises ManifestError."""
    if "files" not in found:
        return None
    checksums = {}
    try:
        for name, each in found["files"].items():
            checksums[name] = str(each.get("sha256"))
    except AttributeError:
        raise ManifestError(f"{MANIFEST} lists its files in a way that this program does not") from None
    return checksums


def differing(folder: Path, found: Mapping[str, Any], listed: Mapping[str, str], kind: str) -> list[str]:
    """What is not as it was written: a line for each file that differs, is missing, or is not one of ours."""
    held = list(_accounted(folder, kind, (MANIFEST, LOCK)))
    wrong = []
    if not _is_whole(found):
        wrong.append(f"{MANIFEST} is damaged: its checksum differs")
    wrong += [f"{name} is missing" for name in listed if name not in held]
    # Names of the list are somebody's words: only files that were found in the folder are opened.
    for name, checksum in listed.items():
        if name not in held:
            continue
        fault = damage_of(folder / name, checksum)
        if fault:
            wrong.append(fault)
    return wrong + [unknown(name) for name in held if name not in listed]


def unknown(name: str) -> str:
    """What is said of a file that nobody wrote."""
    return f"{name.removesuffix('@')} is none of the files that were written"


def _is_whole(found: Mapping[str, Any]) -> bool:
    """Whether a manifest has its own checksum."""
    told = {key: value for key, value in found.items() if key != "manifest_sha256"}
    return found.get("manifest_sha256") == _digest(told)


def damage_of(file: Path, checksum: str) -> str | None:
    """What is wrong with a file that should have a checksum; None if it has."""
    try:
        if sha256_of(file) == checksum:
            return None
        return f"{file.name} is damaged: its checksum differs"
    except FileNotFoundError:
        return f"{file.name} is missing"
    except OSError as error:
        return f"{file.name} cannot be read: {error.strerror}"


def version_of(package: str) -> str | None:
    """The installed version of a package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def made_with(*packages: str) -> dict[str, Any]:
    """Date, versions (of these packages too) and machine."""
    used = ("numpy", "llvmlite", "pandas", "pyarrow", *packages)
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {
            "steppe": version_of("steppe-sim"),
            "python": platform.python_version(),
            **dict(zip(used, map(version_of, used), strict=True)),
        },
        "machine": platform.machine(),
    }
