"""What the manifests of all studies tell alike: what was run, on which luck, how long, by which command."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sim import registry
from sim.assimilation.given import past_in
from sim.assimilation.past import Past
from sim.engine.beliefs import Beliefs, beliefs_in
from sim.engine.doubts import FILE, RANGES
from sim.engine.history import month_label
from sim.engine.setups import Branch, Setup
from sim.scenario.load import Scenario
from sim.scenario.registered import stamps
from sim.studies.run.draws import draws_table
from sim.writing.manifest import made_with
from sim.writing.tables import csv_bytes
from sim.writing.text import CONDITIONAL


def scenario_of(scenario: Scenario) -> dict[str, Any]:
    """A scenario as it was run, and the checksum of its file as it was read."""
    raw, file_sha256 = json.dumps(scenario.raw, sort_keys=True, ensure_ascii=False, default=str), None
    if scenario.source is not None:
        file_sha256 = scenario.source.sha256
    return {
        "title": scenario.title,
        "file": scenario.name,
        "file_sha256": file_sha256,
        "overrides": dict(scenario.overrides),
        "as_run_sha256": hashlib.sha256(raw.encode()).hexdigest(),
        "as_run": scenario.raw,
        **registered_in(scenario),
    }


def registered_in(*scenarios: Scenario) -> dict[str, Any]:
    """What scenarios name that is not shipped, with where it comes from; no key where all is shipped."""
    # Of the same registered thing once, whichever of the scenarios names it.
    found = registry.told(stamp for scenario in scenarios for stamp in stamps(scenario.case))
    if found:
        return {"registered": found}
    return {}


def told(
    setup: Setup, runs: int, failed: int, seed: int, months: int, own: Mapping[str, Any],
    command: Sequence[str], packages: Sequence[str] = (),
) -> dict[str, Any]:  # fmt: skip
    """What every manifest tells in this order, with what is a study's `own` in the middle.

    runs, failed: all that were made, and those with a number that is not finite; packages: whose versions
    matter besides the usual ones.
    """
    return {
        "note": CONDITIONAL,
        **setup_told(setup, runs),
        "seed": seed,
        "runs": runs,
        "failed_runs": failed,
        "months": months,
        **own,
        "command": list(command),
        **made_with(*packages),
    }


def setup_told(setup: Setup, runs: int) -> dict[str, Any]:
    """The scenario, the past that runs share and the draws that they live under; None for none."""
    branch = beliefs = None
    if isinstance(setup, Branch):
        branch = {"run": setup.run, "month": setup.month, "trunk_as_run": setup.trunk.scenario.raw}
    if isinstance(setup, Beliefs):
        beliefs = _beliefs(setup, runs)
    found = {"scenario": scenario_of(setup.scenario), "branch": branch, "beliefs": beliefs}
    past = past_in(setup)
    if past is not None:
        found["known"] = known(past)
    return found


def known(past: Past) -> dict[str, Any]:
    """What runs were conditioned on, and how many of them carry it."""
    draws, beliefs = beliefs_in(past.setup), None
    if draws is not None:
        beliefs = _beliefs(draws, past.particles)
    return {
        "from": month_label(past.month),
        "facts": past.source.name,
        "facts_sha256": past.source.sha256,
        "used": len(past.used),
        "not_used": [str(fact) for fact in past.unused],
        "runs": past.particles,
        "seed": past.seed,
        "past_as_run": past.setup.scenario.raw,
        "beliefs": beliefs,
        "effective_runs": past.effective,
        "ancestors_in_last_month": past.parents,
        "ancestors_at_start": past.ancestors,
        "log_evidence": past.evidence,
    }


def draws_bytes(beliefs: Beliefs) -> bytes:
    """The draws as a CSV file; every value in as many digits as give back its bits."""
    return csv_bytes(draws_table(beliefs))


def _beliefs(found: Beliefs, runs: int) -> dict[str, Any]:
    """What the uncertain numbers were drawn from."""
    posterior = None
    if found.file is not None:
        posterior = {"file": found.file, "sha256": found.sha256, "manifest": found.manifest}
    prior = FILE
    if found.from_ranges:
        prior = RANGES
    return {
        "draws": found.draws,
        "prior": prior,
        "runs_per_draw": runs // found.draws,
        "learnt": list(found.learnt),
        "barely_learnt": list(found.barely),
        "prior_only": list(found.prior_only),
        "draws_sha256": hashlib.sha256(draws_bytes(found)).hexdigest(),
        "posterior": posterior,
    }
