"""How the rules score against the past from which the numbers of a scenario were learnt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from sim.engine.beliefs import learnt_beliefs, read_posterior
from sim.engine.own import posterior_of
from sim.reading.shipped import place_of, shipped
from sim.reading.source import Source, source_of
from sim.refusal import Refusal
from sim.scenario.load import Scenario, load
from sim.studies.hindcast.ask import Hindcast, hindcast
from sim.studies.report.because import Untold
from sim.studies.report.study import Tell

RUNS, DRAWS = 1_000, 100
RUN_MONTHS = 300 * RUNS
"""About the work that a past of a few decades takes."""

NO_DATA = "not scored: the scenario names no observations of a past to be compared with"


@dataclass(frozen=True)
class Past:
    """A scored past, with the files by which a command scores it again; how far it was learnt from."""

    found: Hindcast
    world: str
    files: dict[str, str]
    fitted_until: str


def past_of(scenario: Scenario, seed: int, threads: int | None, tell: Tell) -> Past | Untold:
    """The past that the posterior of a scenario was learnt from, scored; why it is not, else."""
    try:
        posterior = posterior_of(scenario)
        if posterior is None:
            return Untold(NO_DATA)
        return _scored(scenario, posterior, seed, threads, tell)
    except Refusal as error:
        return Untold(str(error))


def _scored(
    scenario: Scenario, posterior: Source, seed: int, threads: int | None, tell: Tell
) -> Past | Untold:
    manifest = read_posterior(posterior)["manifest"]
    world, table = (_beside(scenario, manifest, part) for part in ("scenario", "observations"))
    if world is None or table is None:
        return Untold(
            "the past that its posterior names is not beside the scenario as it was then, and not shipped"
        )
    believed = learnt_beliefs(load(world), posterior, DRAWS, seed)
    origins = _last_in_sample(believed.scenario)
    found = hindcast(believed, table, RUNS, seed, origins=origins, threads=threads, progress=tell)
    learnt_from = str(next(iter(_places(scenario, posterior.name)), posterior.name))
    files = {"data": table.name, "posterior": learnt_from}
    if origins is not None:
        files["origins"] = str(origins[0])
    return Past(found, world.name, files, str(manifest.get("fitted_until", "")))


def _last_in_sample(scenario: Scenario) -> tuple[int, int] | None:
    """The one origin that a page has time for: the end of the last year that numbers were learnt from."""
    split = scenario.case.hindcast
    if split is None:
        return None
    year = int(split.fitted_until[:4])
    return year, year


def _beside(scenario: Scenario, manifest: Mapping[str, Any], part: str) -> Source | None:
    """A file that a manifest names, beside the scenario or shipped, if it is still the same; else None."""
    told = manifest.get(part)
    if not isinstance(told, dict):
        return None
    sha256 = told.get("sha256", told.get("file_sha256"))
    # only its name counts: where it lay is another machine's business
    name = PurePosixPath(PureWindowsPath(str(told.get("file"))).name).name
    for place in _places(scenario, name):
        source = source_of(place)
        if source.sha256 == sha256:
            return source
    return None


def _places(scenario: Scenario, name: str) -> list[Path | str]:
    """Where such a file may lie."""
    stem, found = Path(name).stem, list[Path | str]()
    if scenario.source is not None:
        here = Path(place_of(scenario.source.name)).parent / name
        found += [here] * here.is_file()
    if stem in shipped():
        found.insert(0, stem)
    return found
