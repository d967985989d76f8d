"""A scenario that does nothing but hold numbers, and an outcome that is a known function of them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

import sim
from sim.engine.history import History
from sim.registry import OUTCOMES
from sim.scenario.load import Scenario, parse
from tests.support.small import SMALL, merged, quiet

NAME = "known_function"


def toy(
    inputs: int,
    sds: Mapping[str, float] | None = None,
    noise: float = 0.0,
    wealth: Mapping[str, float] | None = None,
) -> Scenario:  # fmt: skip
    """The small case without events, with stocks x1, x2 ... that stay where they start, in [0, 1].

    sds: standard deviations of shifts of single stocks under [uncertain], by name; none if None. noise: of
    wealth, which is all the luck that there is [1/sqrt(month)]; wealth: couplings of it.
    """
    stocks = {f"x{place}": _stock(place) for place in range(1, inputs + 1)}
    asked = {"known": {"function": NAME, "label": "A known function"}}
    added: dict[str, Any] = {"quantities": stocks, "outcomes": asked, "time": {"months": 6}}
    if wealth is not None:
        added["couplings"] = {"wealth": dict(wealth)}
    if sds is not None:
        added["uncertain"] = {name: _doubt(name, sd) for name, sd in sds.items()}
    case = merged(tomllib.loads(SMALL.read_text(encoding="utf-8")), quiet(added))
    case["quantities"]["wealth"]["noise"] = noise
    return parse(case, "toy")


def _stock(place: int) -> dict[str, Any]:
    start = {"value": 0.5, "unit": "1", "range": [0.0, 1.0], "source": "a test"}
    return {"label": f"Input {place}", "start": start, "relaxation": 0.01}


def _doubt(name: str, sd: float) -> dict[str, Any]:
    return {"label": name, "numbers": [f"quantities.{name}.start"], "plus": sd}


@contextmanager
def known(of: Callable[[np.ndarray], np.ndarray], kind: str = "value") -> Iterator[None]:
    """While it lasts, the outcome `known` is a function of the inputs (inputs, runs)."""

    def asked(history: History) -> np.ndarray:
        inputs = [name for name in history.world.recorded if name[0] == "x" and name[1:].isdigit()]
        return of(np.array([history.last(name) for name in inputs]))

    with registered(asked, kind):
        yield


@contextmanager
def registered(of: Callable[[History], np.ndarray], kind: str = "value") -> Iterator[None]:
    """While it lasts, the outcome `known` is a function of histories."""
    outcome = sim.OwnOutcome(of=of, label="A known function", unit="1", meaning="a known function", kind=kind)
    sim.register(NAME, outcome=outcome)
    try:
        yield
    finally:
        OUTCOMES._own.pop(NAME)
