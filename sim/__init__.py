"""Steppe: how a buffer state steers between powers, as tens of thousands of monthly futures of one scenario file."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.agents.model import Model
    from sim.counterfactual import Comparison, compare
    from sim.results import Ensemble, run
    from sim.scenario.beliefs import Beliefs, learnt_beliefs, prior_beliefs
    from sim.scenario.load import Scenario, ScenarioError, load

_PLACES = {
    "load": "sim.scenario.load",
    "Scenario": "sim.scenario.load",
    "ScenarioError": "sim.scenario.load",
    "run": "sim.results",
    "Beliefs": "sim.scenario.beliefs",
    "prior_beliefs": "sim.scenario.beliefs",
    "learnt_beliefs": "sim.scenario.beliefs",
    "Ensemble": "sim.results",
    "Model": "sim.agents.model",
    "compare": "sim.counterfactual",
    "Comparison": "sim.counterfactual",
}

__all__ = [
    "Beliefs", "Comparison", "Ensemble", "Model", "Scenario", "ScenarioError", "compare", "learnt_beliefs", "load",
    "prior_beliefs", "run",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: the compiler, pandas and Mesa take their time."""
    if name not in _PLACES:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    return getattr(import_module(_PLACES[name]), name)
