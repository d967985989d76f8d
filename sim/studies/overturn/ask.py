"""The smallest change of a scenario's numbers at which a stated finding fails."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from sim.engine.doubts import RANGES, doubts
from sim.engine.request import check_request
from sim.engine.uncertain import Entry
from sim.reading.numbers import whole_of
from sim.refusal import BadInput, Refusal
from sim.scenario.load import Scenario, ScenarioError, as_scenario
from sim.studies.finding import Finding, finding_of
from sim.studies.overturn.margins import Asked, Reading, read_out
from sim.studies.overturn.overturned import Overturned
from sim.studies.overturn.search import Search
from sim.studies.overturn.space import Space
from sim.studies.response import Response
from sim.writing.progress import Progress, reporting

MOST_RUNS, MOST_DRAWS = 10**6, 10**4


class NotHeld(Refusal):
    """A finding that does not hold at the scenario's own numbers, or not beyond chance."""


def overturn(
    scenario: Scenario | str | Path,
    finding: str,
    second: Scenario | str | Path | None = None,
    *,
    vary: Iterable[str] = ("*",),
    prior: str = RANGES,
    by: str | None = None,
    runs: int = 10_000,
    draws: int = 500,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress = None,
) -> Overturned:
    """The nearest numbers within their ranges or priors at which a finding fails, and how plausible that is.

    finding: in words, such as `"deal by 2024-12 < 0.5"`, `"autonomy > domination"`, or of what
    the `second` scenario changes, `"autonomy falls"`. vary: paths, names or patterns of the numbers that may
    move. prior: "ranges", or "file" for the entries of [uncertain]. by: the month of outcomes that name none.
    runs: at the points that are told; the search itself makes do with fewer. Raises BadInput, ScenarioError,
    and `NotHeld` (a Refusal) for a finding that does not hold as it is.

    >>> import sim
    >>> asked = "autonomy by 2024-07 > 0.5"
    >>> found = sim.overturn("mongolia-2024", asked, vary=["sanctions"], runs=50, draws=9)
    >>> found.table()["name"].tolist()
    ['quantities.sanctions.start']
    """
    runs, seed, _, threads = check_request(whole_of("runs", runs, 2, MOST_RUNS), seed, None, threads)
    draws = whole_of("draws", draws, 1, MOST_DRAWS)
    worlds = tuple(as_scenario(each) for each in (scenario, second) if each is not None)
    _check_alike(worlds)
    findings = [finding_of(world, finding, by, second is not None) for world in worlds]
    entries = doubts(worlds[0], vary, prior)
    own = [entry for entry in entries if _is_of_both(entry, worlds)]
    if not own:
        raise BadInput("the second scenario sets all of these numbers itself, so none of them can move")
    space = Space.of(own)
    with reporting(progress, None) as tell:
        responses = tuple(
            Response(world, space.entries, each, runs, seed, threads)
            for world, each in zip(worlds, findings, strict=True)
        )
        asked = Asked(findings[0], space, responses, tell)
        base = asked.reading(space.box.origin, range(runs))
        _check_held(findings[0], base)
        found = Search(asked, runs, draws).found()
    left_out = tuple(entry.name for entry in entries if entry not in own)
    return Overturned(worlds, asked, base, found, runs, seed, left_out, tuple(sys.argv))


def _check_alike(worlds: Sequence[Scenario]) -> None:
    """Raises ScenarioError for scenarios that do not begin in the same month."""
    first, last = worlds[0], worlds[-1]
    if first.case.time.start != last.case.time.start:
        raise ScenarioError([f"{last.name}: cannot be compared with {first.name}: another first month"])


def _is_of_both(entry: Entry, worlds: Sequence[Scenario]) -> bool:
    """Whether the numbers of an entry are the same in all worlds: a change is not to be moved away."""
    first, *others = ([world.numbers.get(path) for path in entry.paths] for world in worlds)
    return all(other == first for other in others)


def _check_held(finding: Finding, base: Reading) -> None:
    """Raises NotHeld for a finding that does not hold at the file's numbers beyond chance."""
    if base.apart.sign == finding.sign:
        return
    if base.apart.sign == 0:
        told = "cannot be told from chance here; ask for more runs"
    else:
        told = "does not hold here, so there is nothing to overturn"
    raise NotHeld(f"{finding}: {told} ({read_out(finding, base)})")
