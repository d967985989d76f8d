"""Steppe: how a buffer state steers between powers, as many monthly futures of one scenario file."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.agents.model import Model
    from sim.assimilation.given import Given, given
    from sim.engine.beliefs import Beliefs, learnt_beliefs, prior_beliefs, range_beliefs
    from sim.engine.own import own_beliefs
    from sim.engine.setups import Branch, branch
    from sim.refusal import BadInput, Refusal, ScenarioError
    from sim.registry import OwnOutcome, RuleError, register
    from sim.scenario.load import Scenario, load
    from sim.studies.calibrate.ask import Calibration, calibrate
    from sim.studies.compare.ask import compare
    from sim.studies.compare.comparison import Comparison
    from sim.studies.discover.ask import discover
    from sim.studies.discover.found import Discovered
    from sim.studies.explain.ask import explain
    from sim.studies.explain.explained import Explained
    from sim.studies.exploit.ask import exploit
    from sim.studies.exploit.exploited import Exploited
    from sim.studies.hindcast.ask import Hindcast, hindcast
    from sim.studies.indicators.ask import indicators
    from sim.studies.indicators.indicators import Indicators
    from sim.studies.ledger.forecast import Forecast, forecast
    from sim.studies.ledger.score import Score, score
    from sim.studies.overturn.ask import overturn
    from sim.studies.overturn.overturned import Overturned
    from sim.studies.panel.ask import Panel, panel
    from sim.studies.policy.ask import policy
    from sim.studies.policy.policies import Policies
    from sim.studies.run.ask import run
    from sim.studies.run.ensemble import Ensemble
    from sim.studies.run.folder import run_into
    from sim.studies.sensitivity.adapters import to_ema, to_salib
    from sim.studies.sensitivity.ask import sensitivity
    from sim.studies.sweep.ask import Sweep, sweep
    from sim.studies.wants.ask import wants
    from sim.studies.wants.found import Wants

    __version__: str

__all__ = [
    "BadInput", "Beliefs", "Branch", "Calibration", "Comparison", "Discovered", "Ensemble", "Explained",
    "Exploited", "Forecast", "Given", "Hindcast", "Indicators", "Model", "Overturned", "OwnOutcome",
    "Panel", "Policies", "Refusal", "RuleError", "Scenario", "ScenarioError", "Score", "Sweep", "Wants",
    "__version__", "branch", "calibrate", "compare", "discover", "explain", "exploit", "forecast",
    "given", "hindcast", "indicators", "learnt_beliefs", "load", "overturn", "own_beliefs", "panel",
    "policy", "prior_beliefs", "range_beliefs", "register", "run", "run_into", "score", "sensitivity",
    "sweep", "to_ema", "to_salib", "wants",
]  # fmt: skip

_PLACES = {
    "sim.agents.model": ("Model",),
    "sim.assimilation.given": ("Given", "given"),
    "sim.engine.beliefs": ("Beliefs", "learnt_beliefs", "prior_beliefs", "range_beliefs"),
    "sim.engine.own": ("own_beliefs",),
    "sim.engine.setups": ("Branch", "branch"),
    "sim.refusal": ("BadInput", "Refusal", "ScenarioError"),
    "sim.registry": ("OwnOutcome", "RuleError", "register"),
    "sim.scenario.load": ("Scenario", "load"),
    "sim.studies.calibrate.ask": ("Calibration", "calibrate"),
    "sim.studies.compare.ask": ("compare",),
    "sim.studies.compare.comparison": ("Comparison",),
    "sim.studies.discover.ask": ("discover",),
    "sim.studies.discover.found": ("Discovered",),
    "sim.studies.explain.ask": ("explain",),
    "sim.studies.explain.explained": ("Explained",),
    "sim.studies.exploit.ask": ("exploit",),
    "sim.studies.exploit.exploited": ("Exploited",),
    "sim.studies.hindcast.ask": ("Hindcast", "hindcast"),
    "sim.studies.indicators.ask": ("indicators",),
    "sim.studies.indicators.indicators": ("Indicators",),
    "sim.studies.ledger.forecast": ("Forecast", "forecast"),
    "sim.studies.ledger.score": ("Score", "score"),
    "sim.studies.overturn.ask": ("overturn",),
    "sim.studies.overturn.overturned": ("Overturned",),
    "sim.studies.panel.ask": ("Panel", "panel"),
    "sim.studies.policy.ask": ("policy",),
    "sim.studies.policy.policies": ("Policies",),
    "sim.studies.run.ask": ("run",),
    "sim.studies.run.ensemble": ("Ensemble",),
    "sim.studies.run.folder": ("run_into",),
    "sim.studies.sensitivity.adapters": ("to_ema", "to_salib"),
    "sim.studies.sensitivity.ask": ("sensitivity",),
    "sim.studies.sweep.ask": ("Sweep", "sweep"),
    "sim.studies.wants.ask": ("wants",),
    "sim.studies.wants.found": ("Wants",),
}
"""Where each public name lives; a type checker reads the same above."""


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: the compiler, pandas and Mesa take their time."""
    if name == "__version__":
        return _version()
    for module, names in _PLACES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module 'sim' has no attribute '{name}'")


def __dir__() -> list[str]:
    """What a notebook offers to complete: public names, imported or not yet."""
    return sorted(__all__)


def _version() -> str:
    """The installed version; `0+unknown` in a checkout that is not installed."""
    # Slow to load, and hardly ever asked for.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("steppe-sim")
    except PackageNotFoundError:
        return "0+unknown"
