"""The caption of a figure: how many runs its numbers are of, on which luck, and with what changed."""

from __future__ import annotations

from dataclasses import dataclass

CONDITIONAL = "conditional on the scenario; not a forecast"


@dataclass(frozen=True)
class Caption:
    """What the foot of a figure says of its numbers, beneath the title of their scenario.

    failed: runs left out, of all points; changes: paths of the scenario with the values that they were given;
    fan_runs: the first so many runs, whose quantiles are shown, if not of all; branch: the run and the date
    until which all runs are one; points: of a sweep, which have `runs` each; draws: of the uncertain numbers,
    under which the runs lived, from what `drawn_from` says.

    >>> print(Caption("A case", 1000, 3, failed=2, changes=(("trust", 0.5),)))
    1,000 runs (2 failed and left out), seed 3; with trust = 0.5
    """

    title: str
    runs: int
    seed: int
    failed: int = 0
    changes: tuple[tuple[str, object], ...] = ()
    fan_runs: int | None = None
    branch: tuple[int, str] | None = None
    points: int = 1
    draws: int | None = None
    drawn_from: str = ""

    def __str__(self) -> str:
        size = f"{self._shown()}{self._size()}{self._under()}"
        return f"{size}, seed {self.seed}{self._changed()}{self._past()}"

    def _shown(self) -> str:
        if self.fan_runs in (None, self.runs - self.failed):
            return ""
        return f"Quantiles of the first {self.fan_runs:,} of "

    def _size(self) -> str:
        told = f"{self.runs:,} runs"
        if self.runs == 1:
            told = "1 run"
        if self.points > 1:
            told += f" at each of {self.points:,} points"
        if self.failed:
            told += f" ({self.failed:,} failed and left out)"
        return told

    def _under(self) -> str:
        if self.draws is None:
            return ""
        return f" under {self.draws:,} draws of the uncertain numbers from {self.drawn_from}"

    def _changed(self) -> str:
        if not self.changes:
            return ""
        return "; with " + ", ".join(f"{path} = {value}" for path, value in self.changes)

    def _past(self) -> str:
        if self.branch is None:
            return ""
        run, until = self.branch
        return f"; all of them run {run} until {until}"


@dataclass(frozen=True)
class Unrun:
    """The same of a figure that shows what a file says: no run is behind it.

    >>> print(Unrun("A case"))
    As the file says it; nothing was simulated
    """

    title: str

    def __str__(self) -> str:
        return "As the file says it; nothing was simulated"
