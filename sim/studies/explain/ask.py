"""Why an outcome is as likely as it is, or differs between two worlds: mechanisms off on the same futures."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sim.assimilation.given import Given, past_in
from sim.assimilation.past import Past
from sim.assimilation.shared import shared_past
from sim.engine.setups import Plain
from sim.scenario.load import Scenario, as_scenario
from sim.studies.explain.asked import Asked
from sim.studies.explain.explained import Explained
from sim.studies.explain.search import Search
from sim.writing.progress import Progress, reporting


def explain(
    scenario: Given | Scenario | str | Path,
    of: str | None = None,
    by: str | None = None,
    second: Given | Scenario | str | Path | None = None,
    *,
    groups: Iterable[str] | None = None,
    above: float | None = None,
    runs: int = 4000,
    futures: int = 20_000,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress = None,
) -> Explained:
    """What each mechanism adds to an outcome: Shapley values over groups of cards, on the same runs.

    of: an outcome, event, path or column, the first outcome if None. by: a month such as `2024-12`, the last
    that the scenario asks about if None. second: a world whose difference from the first is divided instead.
    groups: names of groups of cards, all if None; the others stay on. futures: how many are looked through
    for flips, in which the outcome comes in one of two worlds only, or a number lies `above` a level.

    A scenario may be one that keeps to what is known until a month (`sim.given`, under one set of numbers):
    mechanisms are off, and a second world is another, from that month on, on the same runs of the past; no
    more futures are looked through than it has. Raises BadInput, ScenarioError.

    >>> import sim
    >>> found = sim.explain("armenia-2024", "autonomy", "2024-08", groups=["fear", "autonomy"], runs=50)
    >>> found.table()["name"].tolist()
    ['base', 'fear', 'autonomy', 'whole']
    """
    worlds, past = _worlds(scenario, second)
    asked = Asked.of(worlds, of, by, groups, runs, seed, threads, past)
    search = Search.of(asked, above, futures)
    with reporting(progress, asked.run_months + search.run_months) as tell:
        return search.done(asked.done(tell), tell)


def _worlds(
    scenario: Given | Scenario | str | Path, second: Given | Scenario | str | Path | None
) -> tuple[list[Scenario], Past | None]:
    """The worlds that are asked about, and the past that they share. Raises BadInput, ScenarioError."""
    first = _going_on(scenario)
    if second is None:
        return [first.scenario], past_in(first)
    other = _going_on(second)
    if isinstance(first, Given) and not isinstance(second, Given):
        other = first.under(other)
    return [first.scenario, other.scenario], shared_past(first, other)


def _going_on(scenario: Given | Scenario | str | Path) -> Given | Plain:
    """A world with the past that its runs keep to, or with none. Raises ScenarioError."""
    if isinstance(scenario, Given):
        return scenario
    return Plain(as_scenario(scenario))
