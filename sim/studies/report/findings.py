"""What a report about a scenario tells: studies of it, each done once, by the first section that asks."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.engine.setups import Setup
from sim.outcomes.target import Target, target_of
from sim.scenario.load import Scenario
from sim.studies.run.ask import run
from sim.studies.run.ensemble import Ensemble
from sim.writing.progress import Progress


@dataclass(frozen=True)
class Findings:
    """A scenario with what is found out about it.

    setup: what is run; asked: the words of the command by which others make the same (file and changes);
    of: the outcome that the page is about; by: its month, None for those of the file.
    """

    setup: Setup
    asked: tuple[str, ...]
    of: str | None
    runs: int
    seed: int
    threads: int | None = None
    progress: Progress = None

    @property
    def scenario(self) -> Scenario:
        return self.setup.scenario

    @cached_property
    def target(self) -> Target:
        """What the page is about, by each of its months. Raises BadInput."""
        return target_of(self.scenario, self.of)

    @cached_property
    def ensemble(self) -> Ensemble:
        """The runs behind the answer."""
        return run(self.setup, self.runs, self.seed, threads=self.threads, progress=self.progress)

    def command(self, name: str, *words: str, **options: Any) -> str:
        """A command about the same world, to be pasted; options by the names of its parameters.

        >>> import sim
        >>> from sim.engine.setups import Plain
        >>> found = Findings(Plain(sim.load("mongolia-2024")), ("mongolia-2024",), None, 8, 1)
        >>> found.command("run", runs=8)
        'steppe run mongolia-2024 --runs 8'
        """
        return command_of(name, *self.asked, *words, **options)


def command_of(name: str, *words: str, **options: Any) -> str:
    """A command to be pasted; True is an option without a value, None is left out, a tuple one option each.

    >>> command_of("compare", "a b.toml", fixed=True, b_do=("x=1", "y=2"), of=None)
    "steppe compare 'a b.toml' --fixed --b-do x=1 --b-do y=2"
    """
    given = [word for key, value in options.items() for word in _option(key, value)]
    return shlex.join(["steppe", name, *words, *given])


def _option(key: str, value: Any) -> list[str]:
    option = f"--{key.replace('_', '-')}"
    if value is None:
        return []
    if value is True:
        return [option]
    if isinstance(value, tuple):
        return [word for each in value for word in (option, str(each))]
    return [option, str(value)]
