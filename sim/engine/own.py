"""What a scenario file says of its uncertain numbers: the posterior that it names, else its priors."""

from __future__ import annotations

from pathlib import Path

from sim.engine.beliefs import Beliefs, learnt_beliefs, prior_beliefs, read_posterior
from sim.reading.shipped import place_of, shipped
from sim.reading.source import Source, source_of
from sim.refusal import BadInput
from sim.scenario.load import Scenario, as_scenario


def own_beliefs(scenario: Scenario | str | Path, draws: int = 200, seed: int = 1) -> Beliefs:
    """A scenario under draws from the posterior that its file names, else from its priors.

    This is what `steppe run` does by default; pass it to `sim.run`. Raises ScenarioError, BadInput for a
    posterior that is not there or of no use, and where nothing is called uncertain.

    >>> import sim
    >>> sim.own_beliefs("mongolia-2024", draws=4).source
    'Mongolia, January 1995 - June 2024: the hindcast'
    """
    scenario = as_scenario(scenario)
    posterior = posterior_of(scenario)
    if posterior is None:
        return prior_beliefs(scenario, draws, seed)
    return learnt_beliefs(scenario, posterior, draws, seed)


def posterior_of(scenario: Scenario) -> Source | None:
    """The posterior that a scenario names, None if it names none. Raises BadInput if it is not there.

    It has the name that the scenario gives it: where that lies is nobody's business but this machine's.
    """
    name = scenario.case.posterior
    if name is None:
        return None
    for place in _places(scenario, name):
        if place.is_file():
            return Source(name, source_of(place).data)
    raise BadInput(
        f"{scenario.name}: posterior: there is no file {name} beside it, and none of that name is shipped"
    )


def _places(scenario: Scenario, name: str) -> list[Path]:
    """Where a posterior may lie: beside the file of its scenario, among what is shipped."""
    found = [shipped()[name]] if name in shipped() else []
    # tables that were read from no file have nothing beside them
    if scenario.source is None:
        return found
    return [Path(place_of(scenario.source.name)).parent / name, *found]


def draws_in(posterior: Source) -> int:
    """How many draws a posterior file holds. Raises BadInput."""
    entries = read_posterior(posterior)["entries"]
    return min(len(entry["draws"]) for entry in entries.values())
