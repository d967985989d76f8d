"""Numbers of a scenario that are uncertain together, and what a draw of them makes of the scenario.

Each entry of [uncertain] is one standard normal z before calibration: its numbers are multiplied by exp(sd z)
or shifted by sd z.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from sim.engine.lanes import Lanes
from sim.engine.luck import normals
from sim.rules.numbers import exp, log
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.wholes import scaled

CUT = 3.0
"""Standard deviations at which the priors are cut off."""


class Entry(Protocol):
    """Numbers of a scenario that are drawn together: from a prior (`Free`), or one over its range (`Ranged`).

    name, label: what tables and figures call it; paths: the numbers of the file that it moves; kind: what its
    values are, factors (`times`), shifts (`plus`) or the numbers themselves (`value`); ends: the least and
    largest value (2,); own: the value under which the numbers are those of the file.
    """

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def paths(self) -> tuple[str, ...]: ...

    @property
    def kind(self) -> str: ...

    @property
    def ends(self) -> np.ndarray: ...

    @property
    def own(self) -> float: ...

    def draw(self, draws: int, seed: int) -> np.ndarray:
        """Independent values (draws,); no other entry, and no number of draws, moves one."""

    def quantile(self, level: Any) -> np.ndarray:
        """The values below which these shares [0, 1] of the prior lie, in their shape."""

    def applied(self, number: float, value: np.ndarray) -> np.ndarray:
        """A number of the file under a value."""


@dataclass(frozen=True)
class Free:
    """One uncertain entry: a common factor or shift of the numbers at `paths`.

    is_factor: whether it multiplies them; sd: standard deviation of the shift, or of the factor's log;
    centre: the factor or shift that the numbers of the file contain already.
    """

    name: str
    label: str
    paths: tuple[str, ...]
    is_factor: bool
    sd: float
    centre: float

    @property
    def kind(self) -> str:
        if self.is_factor:
            return "times"
        return "plus"

    @property
    def own(self) -> float:
        return self.centre

    @property
    def ends(self) -> np.ndarray:
        """The values at both ends of its prior (2,)."""
        return self.value(np.array([-CUT, CUT]))

    def draw(self, draws: int, seed: int) -> np.ndarray:
        return self.value(self.scores(draws, seed))

    def scores(self, draws: int, seed: int) -> np.ndarray:
        """Independent standard normals (draws,), cut off at +-CUT."""
        return _cut(f"{self.name}/uncertain", draws, seed)

    def quantile(self, level: Any) -> np.ndarray:
        # Imported when it is asked for: most commands need no quantile, and scipy takes a while to load.
        from scipy.special import ndtr, ndtri

        below, above = ndtr([-CUT, CUT])
        return self.value(np.clip(ndtri(below + level * (above - below)), -CUT, CUT))

    def value(self, z: np.ndarray) -> np.ndarray:
        """Factor or shift of standard normals z, in the shape of z."""
        scaled = np.asarray(self.sd * z, dtype=float)
        if self.is_factor:
            return np.asarray(exp(scaled.view(Lanes)))
        return scaled

    def score(self, value: np.ndarray) -> np.ndarray:
        """The standard normal that a factor or shift is: the inverse of `value`."""
        scaled = np.asarray(value, dtype=float)
        if self.is_factor:
            scaled = np.asarray(log(scaled.view(Lanes)))
        return scaled / self.sd

    def applied(self, number: float, value: np.ndarray) -> np.ndarray:
        """A number of the file under a factor or shift, of which the file contains `centre` already."""
        if self.is_factor:
            return number * (value / self.centre)
        return number + (value - self.centre)


def free_numbers(scenario: Scenario) -> tuple[Free, ...]:
    """The uncertain entries with the paths that their patterns mean.

    Raises ScenarioError for patterns that mean nothing, and for numbers that belong to two entries.
    """
    found = tuple(_free(scenario, name) for name in scenario.case.uncertain)
    taken: dict[str, str] = {}
    wrong: list[str] = []
    for entry in found:
        place = f"{scenario.name}: uncertain.{entry.name}.numbers"
        if not entry.paths:
            wrong.append(f"{place}: no number of the file has such a path")
        # a number of two entries would be moved twice, and its prior be another than either says
        twice = [path for path in entry.paths if path in taken]
        wrong += [f"{place}: {path} belongs to {taken[path]} already" for path in twice]
        taken |= dict.fromkeys(entry.paths, entry.name)
    if wrong:
        raise ScenarioError(wrong)
    return found


def _free(scenario: Scenario, name: str) -> Free:
    """An entry of [uncertain] with the numbers of the file that it means."""
    entry = scenario.case.uncertain[name]
    paths = tuple(path for path in scenario.numbers if _fits(path, entry.numbers))
    is_factor = entry.times is not None
    sd = float(entry.times or entry.plus or 0.0)
    if entry.centre is not None:
        return Free(name, entry.label, paths, is_factor, sd, entry.centre)
    # the centre of an entry that says of none: what changes nothing
    return Free(name, entry.label, paths, is_factor, sd, float(is_factor))


def _fits(path: str, patterns: Iterable[str]) -> bool:
    # by case on every platform: paths are names, not files
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


def drawn(
    scenario: Scenario, entries: Sequence[Entry], values: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """The numbers of the file, by path, under values of entries by name; arrays stay (draws,).

    What shares a whole with a number that is drawn is scaled with it, so that the whole stays one.
    """
    numbers, found = scenario.numbers, {}
    for entry in entries:
        if entry.name not in values:
            continue
        for path in entry.paths:
            found[path] = entry.applied(numbers[path], values[entry.name])
    return scaled(scenario, found)


def prior_scores(free: Sequence[Free], draws: int, seed: int) -> np.ndarray:
    """Standard normals cut off at +-CUT (draws, free)."""
    scores = [entry.scores(draws, seed) for entry in free]
    # reshaped for the sake of no entries at all
    return np.array(scores).reshape(len(free), draws).T


def _cut(stream: str, draws: int, seed: int) -> np.ndarray:
    """Normals (draws,), those beyond the cut drawn again at the next step."""
    z, step = normals(seed, stream, draws), 0
    while (far := np.abs(z) > CUT).any():
        step += 1
        z[far] = normals(seed, stream, draws, step)[far]
    return z
