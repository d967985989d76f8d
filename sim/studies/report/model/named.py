"""What `[page]` of a file names, looked up before a page is made: a slip is told whatever the page shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from sim.refusal import ScenarioError
from sim.scenario.interventions import key_of
from sim.scenario.lookup import path_of
from sim.scenario.paths import BadPath
from sim.scenario.scenario import Scenario
from sim.studies.report.model.presets import settings_of


def check_page(scenario: Scenario) -> None:
    """Look up every name of `[page]`. Raises ScenarioError with the file, the key and what is wrong.

    >>> import sim
    >>> check_page(sim.load("mongolia-2024").override({"page.does": ["snow"]}))
    Traceback (most recent call last):
    sim.refusal.ScenarioError: mongolia-2024: page.does: snow: no such path
    """
    page = scenario.case.page
    done_by(scenario, page.does or ())
    read_by(scenario, page.assumes or ())
    _meant(scenario, "labels", page.labels, partial(key_of, scenario.raw, scenario.case))
    for name, preset in page.presets.items():
        settings_of(scenario, name, preset)


def done_by(scenario: Scenario, names: Iterable[str]) -> list[str]:
    """What names of `page.does` mean, as interventions have it, each once. Raises ScenarioError."""
    return _meant(scenario, "does", names, partial(key_of, scenario.raw, scenario.case))


def read_by(scenario: Scenario, names: Iterable[str]) -> list[str]:
    """The paths that names of `page.assumes` mean, each once. Raises ScenarioError."""
    return _meant(scenario, "assumes", names, partial(path_of, scenario.raw))


def _meant(scenario: Scenario, key: str, names: Iterable[str], meant: Callable[[str], str]) -> list[str]:
    try:
        return list(dict.fromkeys(map(meant, names)))
    except BadPath as error:
        raise ScenarioError([f"{scenario.name}: page.{key}: {error}"]) from None
