"""A scenario tried out without compiling it: the stages of the month on arrays, some runs side by side.

For checks that try hundreds of scenarios once each. The ensemble is faster by far once its machine code
exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from sim.engine.history import History
from sim.engine.lanes import Lanes
from sim.engine.luck import MONTHS_PER_DRAW, stream_id, unit, words_at
from sim.rules.numbers import normal_pair
from sim.rules.state import at
from sim.rules.timetable import month
from sim.scenario.lower import World


@lru_cache(maxsize=20_000)
def _uniforms(seed: int, runs: int, name: str, step: int) -> tuple[Lanes, ...]:
    words = words_at(seed, np.arange(runs, dtype=np.uint64), stream_id(name), step)
    return tuple(np.asarray(unit(word), dtype=float).view(Lanes) for word in words)


@lru_cache(maxsize=20_000)
def _normals(seed: int, runs: int, name: str, step: int) -> tuple[Lanes, ...]:
    u = _uniforms(seed, runs, name, step)
    return (*normal_pair(u[0], u[1]), *normal_pair(u[2], u[3]))


class LanesLuck:
    """The draws of runs 0, 1, 2, ... side by side: the same addresses as everywhere."""

    def __init__(self, seed: int, runs: int) -> None:
        self.seed, self.runs, self.month = seed, runs, 0

    def proposal(self, event: str) -> Lanes:
        window, place = divmod(self.month, MONTHS_PER_DRAW)
        return _uniforms(self.seed, self.runs, f"{event}/propose", window)[place]

    def settle(self, event: str, word: int, needed: Any) -> Any:
        if not np.any(needed):
            return 1.0
        drawn = _uniforms(self.seed, self.runs, f"{event}/settle", self.month)[word]
        return np.where(np.asarray(needed) != 0.0, drawn, 1.0).view(Lanes)

    def shock(self, name: str) -> Lanes:
        window, place = divmod(self.month, MONTHS_PER_DRAW)
        return _normals(self.seed, self.runs, f"{name}/noise", window)[place]


Month = tuple[np.ndarray, np.ndarray]
"""Numbers of the state (names, runs) and codes of events (events, runs)."""


def rehearse(
    world: World, runs: int, seed: int = 1, names: Iterable[str] = (), luck: LanesLuck | None = None,
    first: int = 0, state: Mapping[str, np.ndarray] = MappingProxyType({}),
) -> Iterator[Month]:  # fmt: skip
    """Month after month of runs 0 .. runs-1: the recorded numbers, or those with these names.

    luck: that of as many lanes, if it is not theirs; first: the month [after the start] that is lived first;
    state: how the month before left the runs, by name (runs,), where it is not as at the start.
    """
    names = tuple(names) or world.recorded
    s: dict[str, Any] = dict(world.start)
    # starts are the same for all runs, and stay
    moving = [name for name in s if not name.startswith("start.")]
    s.update({name: np.full(runs, s[name]).view(Lanes) for name in moving})
    s.update({name: own.copy().view(Lanes) for name, own in state.items()})
    luck = luck or LanesLuck(seed, runs)
    records = [at("record", event.name) for event in world.parts.events]
    for t in range(first, world.months):
        luck.month = t
        s = _lived(world, s, luck, t)
        yield _together(s, names, runs, np.dtype(float)), _together(s, records, runs, np.dtype(np.uint8))


def _lived(world: World, s: dict[str, Any], luck: LanesLuck, t: int) -> dict[str, Any]:
    """The state after a month; runs in which other triggers have fired live it under other rules."""
    triggers = world.parts.triggers
    seen = [np.broadcast_to(s[each.latched] != 0.0, luck.runs) for each in triggers]
    fired = np.array(seen, dtype=bool).reshape(len(triggers), luck.runs)
    after: dict[str, Any] = {}
    for which in {tuple(column) for column in fired.T.tolist()}:
        names = frozenset(each.name for each, has in zip(triggers, which, strict=True) if has)
        own, lived = world.latched(names).at(t), dict(s)
        # what no month before knew of is as it was at the start
        lived |= {name: own.start[name] for name in own.start.keys() - s.keys()}
        lived |= {name: float(path[t]) for name, path in own.series.items()}
        # a run that is not finite fails, and does not stop the others
        with np.errstate(all="ignore"):
            month(lived, own.parts, luck)
        here = (np.array(which, dtype=bool) == fired.T).all(axis=1)
        after = _merged(after, lived, here)
    return after


def _merged(before: dict[str, Any], lived: dict[str, Any], here: np.ndarray) -> dict[str, Any]:
    """Two states: that of the runs that are here, and that of the others."""
    if not before or here.all():
        return lived
    other = before | {name: lived[name] for name in lived.keys() - before.keys()}
    return {
        name: np.where(here, np.asarray(lived.get(name, value)), np.asarray(value)).view(Lanes)
        for name, value in other.items()
    }


def _together(s: dict[str, Any], names: Any, runs: int, dtype: np.dtype) -> np.ndarray:
    rows = np.empty((len(names), runs), dtype=dtype)
    for place, name in enumerate(names):
        rows[place] = np.asarray(s[name])
    return rows


def month_of(world: World, s: Mapping[str, Any]) -> Month:
    """A month of one run from its state, whoever computed it."""
    codes = [s[at("record", event.name)] for event in world.parts.events]
    values = np.array([[s[name]] for name in world.recorded], dtype=float)
    return values.reshape(-1, 1), np.array(codes, dtype=np.uint8).reshape(-1, 1)


def history_of(world: World, months: list[Month]) -> History:
    """Rehearsed months as a history, for the functions that read one."""
    numbers, marks = zip(*months, strict=True)
    values, codes = np.stack(numbers)[None], np.stack(marks)[None]
    return History(world, np.arange(values.shape[-1], dtype=np.uint64), values, codes)
