"""A class of games: who gained what over the rule, in which seat, on which luck."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from sim.play.kept.lines import Line, lines_of
from sim.refusal import BadInput
from sim.writing.notebook import card
from sim.writing.progress import Progress, reporting

Task = tuple[str, str, str, int, int, int]
"""What was played: case, checksum of the scenario, actor, seed, future, months."""


@dataclass(frozen=True)
class Games:
    """Games from files, each played again; wrong: a line for each that is not what it says."""

    lines: tuple[Line, ...]
    wrong: tuple[str, ...]
    files: tuple[Path, ...]

    def __repr__(self) -> str:
        return f"<Games {len(self.lines)} played again and found so, {len(self.wrong)} not>"

    def _repr_html_(self) -> str:
        return card(repr(self)[1:-1], self.table())

    @cached_property
    def tasks(self) -> dict[Task, list[Line]]:
        """Games of the same seat on the same luck, largest gain first."""
        found: dict[Task, list[Line]] = {}
        for line in sorted(self.lines, key=lambda each: -each.gain):
            found.setdefault(task_of(line), []).append(line)
        return found

    def table(self) -> pd.DataFrame:
        """A row for each game [logits]: who, what, its worth, the rule's on the same luck, the gain, and that
        of the same choices in other futures with its 95 % interval.
        """
        return pd.DataFrame([_row(line) for own in self.tasks.values() for line in own], columns=COLUMNS)

    def save(self, folder: str | Path, overwrite: bool = False) -> tuple[str, ...]:
        """Write the table, the lines and a figure to a folder, all or nothing; lines on what was not drawn.

        Raises FileExistsError (`PlaceError`).
        """
        from sim.play.kept.folder import write

        return write(self, Path(folder), overwrite)


COLUMNS = [
    "name", "actor", "scenario", "scenario_sha256", "seed", "future", "months", "occupant", "choices",
    "worth", "rule", "gain", "gain_elsewhere", "low", "high", "made",
]  # fmt: skip


def task_of(line: Line) -> Task:
    """What a line is about."""
    scenario = line.scenario
    return (scenario.case, scenario.as_run_sha256, line.actor, line.seed, line.future, line.months)


def _row(line: Line) -> list[object]:
    scenario, elsewhere = line.scenario, line.elsewhere
    return [
        line.name, line.actor, scenario.case, scenario.as_run_sha256, line.seed, line.future, line.months,
        line.occupant, sum(len(chosen) for *_, chosen in line.choices), line.worth, line.rule, line.gain,
        elsewhere.gain, elsewhere.low, elsewhere.high, line.made or "",
    ]  # fmt: skip


def games(
    files: Iterable[str | Path], *, scenario: str | Path | None = None, progress: Progress = None
) -> Games:
    """Read games that were written down as lines, and play each again.

    files: as `steppe play --results` writes them, whole or put one behind the other; scenario: where its file
    lies, if not where the lines say. Raises BadInput where there is no line.
    """
    places = tuple(Path(file) for file in files)
    read = [own for file in places for own in lines_of(file)]
    if not read:
        raise BadInput(f"{', '.join(map(str, places)) or 'no file'}: holds no game")
    lines, wrong = list[Line](), list[str]()
    where = None if scenario is None else Path(scenario)
    with reporting(progress, len(read), "games") as tell:
        for own in read:
            checked = own.played_again(where)
            if checked.line is None or checked.wrong:
                wrong.append(checked.fault)
            else:
                lines.append(checked.line)
            tell(1)
    return Games(tuple(lines), tuple(wrong), places)
