"""Steppe: how a buffer state steers between powers, as tens of thousands of monthly futures of one scenario
file.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.agents.model import Model
    from sim.engine.beliefs import Beliefs, learnt_beliefs, prior_beliefs
    from sim.engine.setups import branch
    from sim.scenario.load import Scenario, ScenarioError, load
    from sim.studies.compare.ask import Comparison, compare
    from sim.studies.run.ask import run
    from sim.studies.run.ensemble import Ensemble
    from sim.studies.run.folder import run_into

_PLACES = {
    "load": "sim.scenario.load",
    "Scenario": "sim.scenario.load",
    "ScenarioError": "sim.scenario.load",
    "run": "sim.studies.run.ask",
    "Beliefs": "sim.engine.beliefs",
    "prior_beliefs": "sim.engine.beliefs",
    "learnt_beliefs": "sim.engine.beliefs",
    "run_into": "sim.studies.run.folder",
    "branch": "sim.engine.setups",
    "Ensemble": "sim.studies.run.ensemble",
    "Model": "sim.agents.model",
    "compare": "sim.studies.compare.ask",
    "Comparison": "sim.studies.compare.ask",
}

__all__ = [
    "Beliefs", "Comparison", "Ensemble", "Model", "Scenario", "ScenarioError", "branch", "compare", "learnt_beliefs",
    "load", "prior_beliefs", "run", "run_into",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: the compiler, pandas and Mesa take their time."""
    if name not in _PLACES:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    return getattr(import_module(_PLACES[name]), name)
