"""Worlds for tests, single runs with floats, and paired comparisons on common random numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine.history import History
from sim.engine.luck import RunLuck
from sim.engine.pages import pages
from sim.rules.settings import Settings
from sim.rules.timetable import consider, month
from sim.scenario.load import Scenario, load
from sim.scenario.lower import World, lower

CONFIGS = Path(__file__).parents[2] / "configs"
MONGOLIA = CONFIGS / "mongolia-2024.toml"
SHIPPED = sorted(path.stem for path in CONFIGS.glob("*[0-9].toml"))
"""Every scenario that comes with the program, for claims about all of them."""


@dataclass(frozen=True)
class Watched(World):
    """A world that records more of its state than it would by itself."""

    more: tuple[str, ...] = ()

    @cached_property
    def recorded(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*World.recorded.func(self), *self.more]))  # type: ignore[attr-defined]


def watched(w: World, *names: str) -> Watched:
    """The same world with more names recorded."""
    return Watched(w.scenario, w.parts, w.start, w.series, w.months, w.then, more=names)


@lru_cache
def scenario() -> Scenario:
    """The shipped scenario."""
    return load(MONGOLIA)


@lru_cache
def world(months: int | None = None) -> World:
    """The shipped scenario, ready to run. Treat its start as read-only."""
    return lower(scenario(), months)


def settings_with(**sections: dict[str, Any]) -> Settings:
    """The settings of the shipped scenario, with some keys of some sections set to other values."""
    settings = world().parts.settings
    return replace(
        settings, **{name: replace(getattr(settings, name), **keys) for name, keys in sections.items()}
    )


@lru_cache
def shipped(name: str, months: int | None = None) -> World:
    """Any shipped scenario by the name of its file, ready to run. Treat its start as read-only."""
    return lower(load(CONFIGS / f"{name}.toml"), months)


def changed(changes: dict[str, Any], months: int | None = None) -> World:
    """The shipped scenario with some values replaced."""
    return lower(scenario().override(changes), months)


def state_after(w: World, months: int, seed: int = 1, run: int = 0) -> dict[str, float]:
    """The state of one run after some months, as the rules leave it."""
    s, luck = dict(w.start), RunLuck(seed, run)
    for t in range(months):
        luck.month = t
        s.update({name: float(values[t]) for name, values in w.series.items()})
        month(s, w.parts, luck)
    return s


def first_odds(w: World, t: int = 0) -> dict[str, float]:
    """The state at the start with everyone's appraisal of it, on the dates of month t."""
    s = dict(w.start)
    s.update({name: float(values[t]) for name, values in w.series.items()})
    consider(s, w.parts)
    return s


@dataclass(frozen=True)
class Contrast:
    """Mean of paired differences (second less first) and its standard error."""

    mean: float
    error: float
    first: float
    second: float

    @property
    def z(self) -> float:
        """Mean in standard errors; infinite for a sure difference."""
        if self.error == 0.0:
            return 0.0 if self.mean == 0.0 else float(np.sign(self.mean)) * float("inf")
        return self.mean / self.error


def values(w: World, measure: Callable[[History], np.ndarray], runs: int, seed: int) -> np.ndarray:
    """One number per run."""
    found = np.concatenate(
        list(pages(w, runs, seed, threads=2, work=lambda h: np.asarray(measure(h), dtype=float)))
    )
    assert len(found) == runs and np.isfinite(found).all()
    return found


def contrast(
    first: World, second: World, measure: Callable[[History], np.ndarray], runs: int = 2000, seed: int = 1
) -> Contrast:
    """Compare two worlds run by run on the same luck."""
    return compared(values(first, measure, runs, seed), values(second, measure, runs, seed))


def compared(a: np.ndarray, b: np.ndarray) -> Contrast:
    """Paired contrast of two numbers per run (runs,)."""
    difference, runs = b - a, len(a)
    return Contrast(difference.mean(), difference.std(ddof=1) / np.sqrt(runs), a.mean(), b.mean())
