"""Checkouts measured in turns: what their commands and measures cost, as medians of processes."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

MEASURES = Path(__file__).with_name("measures.py")

Found = dict[str, float]
"""Measured numbers by name."""


class Watched(NamedTuple):
    """A command that has ended: CPU seconds until its first line stood on stdout, and in all."""

    first: float
    total: float


def watched(command: list[str], folder: Path, environment: dict[str, str]) -> Watched:
    """Run a command in a folder to its end. Raises RuntimeError if it goes wrong."""
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, cwd=folder, env=environment)
        assert child.stdout is not None
        with child.stdout as out:
            out.readline()
            first = cpu_so_far(child.pid)
            out.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        # a check that finds faults has ended well, and says so by 1
        if child.returncode not in (0, 1):
            raise RuntimeError(f"{' '.join(command)}: {errors.read().decode(errors='replace')[-500:]}")
    return Watched(first, usage.ru_utime + usage.ru_stime)


def cpu_so_far(process: int) -> float:
    """CPU seconds that a process and its children have used; not a number where the system does not tell."""
    status = Path(f"/proc/{process}/stat")
    if not status.exists():
        return float("nan")
    # behind the name, which may hold anything: time of the user and of the system, own and of children
    fields = status.read_text().rpartition(")")[2].split()[11:15]
    return sum(map(int, fields)) / os.sysconf("SC_CLK_TCK")


class Turns:
    """Checkouts that are measured in turns, each by processes of its own and with a cache of its own."""

    def __init__(
        self, checkouts: dict[str, Path], folder: Path, repeats: int, tell: Callable[[str], object]
    ) -> None:
        self.checkouts, self.folder, self.repeats, self.tell = checkouts, folder, repeats, tell

    def medians(self, work: Callable[[str], Found], repeats: int | None = None) -> dict[str, Found]:
        """What some work finds in each checkout, by its name."""
        found: dict[str, list[Found]] = {name: [] for name in self.checkouts}
        for _ in range(repeats or self.repeats):
            for name, several in found.items():
                several.append(work(name))
        return {name: median_of(several) for name, several in found.items()}

    def measure(self, name: str, *arguments: object, repeats: int | None = None) -> dict[str, Found]:
        """A measure of measures.py."""
        self.tell(f"{name} {' '.join(map(str, arguments))}")
        command = [sys.executable, str(MEASURES), name, *map(json.dumps, arguments)]

        def work(checkout: str) -> Found:
            done = subprocess.run(
                command, env=self._environment(checkout), cwd=self.folder, capture_output=True, check=True
            )
            return json.loads(done.stdout)

        return self.medians(work, repeats)

    def command(self, *arguments: str, repeats: int | None = None) -> dict[str, Found]:
        """CPU seconds of a command line: `first` until its first line, and `total`."""
        self.tell(f"steppe {' '.join(arguments)}")
        command = [sys.executable, "-m", "sim", *arguments]
        # not where the checkout lies: Python would take `sim` from the folder it stands in
        return self.medians(
            lambda checkout: watched(command, self.folder, self._environment(checkout))._asdict(), repeats
        )

    def _environment(self, checkout: str) -> dict[str, str]:
        own = {"PYTHONPATH": str(self.checkouts[checkout]), "PYTHONUNBUFFERED": "1"}
        return os.environ | own | {"XDG_CACHE_HOME": str(self.folder / f"cache-{checkout}")}


def median_of(found: list[Found]) -> Found:
    """The median of each measured number."""
    return {name: statistics.median(each[name] for each in found) for name in found[0]}
