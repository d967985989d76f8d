"""One state lived through its past: what particles know and say at each origin, stored when it is done."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sim.assimilation.discrepancy import TRUST, Discrepancy, exponential
from sim.assimilation.facts import EVENT, SERIES, Fact
from sim.assimilation.filter import Asked, effective, filtered, weights_of
from sim.assimilation.kernel import scores
from sim.assimilation.observations import facts_of
from sim.engine.beliefs import prior_beliefs
from sim.engine.uncertain import free_numbers
from sim.refusal import Refusal
from sim.studies.panel.scenarios import SOURCE, Built
from sim.studies.panel.start import AHEAD, MONTHS
from sim.writing.whole import make_folder, read, write_whole

WIDER = (1.0, 2.0, 4.0)
"""How many times as large as in the scenario errors are taken to be, in turn."""


@dataclass(frozen=True)
class At:
    """What the particles of a state know and say at the end of a year.

    z (entries, particles): uncertain numbers as standard normals under their priors; log_weights
    (particles,): normed; places: of the facts that are asked about, and said (asked, particles) [unit] what
    would be observed of them; trust: by series, how likely it is to follow each part of a run's change
    (TRUST); evidence: log density of all facts so far; ancestors: particles of the start from which these
    come, as many as equal ones would tell as much; wider: how many times as large as in the scenario errors
    are taken to be.
    """

    year: int
    z: np.ndarray
    log_weights: np.ndarray
    places: tuple[int, ...]
    said: np.ndarray
    trust: Mapping[str, tuple[float, ...]]
    evidence: float
    ancestors: float
    wider: float = 1.0

    @cached_property
    def weights(self) -> np.ndarray:
        """Weights of the particles (particles,), which sum to 1."""
        return weights_of(self.log_weights)

    @property
    def effective(self) -> float:
        """As many equal particles would tell as much."""
        return effective(self.weights)


@dataclass(frozen=True)
class Lived:
    """A state at its origins, in order.

    facts: all that is asked about, at any origin; broke: why there are no later origins, if so.
    """

    code: str
    entries: tuple[str, ...]
    facts: tuple[Fact, ...]
    origins: tuple[At, ...]
    broke: str = ""


@dataclass(frozen=True)
class How:
    """How states are lived: particles, the seed of their luck, origins [year], threads."""

    particles: int
    seed: int
    origins: tuple[int, ...]
    threads: int | None = None


def live(built: Built, how: How, tell: Callable[[int], Any] = lambda done: None) -> Lived:
    """Condition a state on its past at every origin that lies after its start. Raises ScenarioError.

    Where what came in a year leaves too few particles, errors are taken to be larger from that year's origin
    on (WIDER), and the past is lived again: origins before it keep what could be known then.
    """
    scenario = built.scenario
    facts = facts_of(built.observations, scenario)
    later = tuple(asked_about(facts))
    names = tuple(entry.name for entry in free_numbers(scenario))
    found, broke = list[At](), ""
    for wider in WIDER:
        left = [year for year in how.origins if year > built.first and year not in {at.year for at in found}]
        broke = ""
        try:
            for at in _origins(built, facts, later, how, left, wider, tell):
                found.append(at)
        except Refusal as reason:
            broke = str(reason)
        if not broke:
            break
    return Lived(built.state.code, names, later, tuple(found), broke)


def _origins(
    built: Built, facts: tuple[Fact, ...], later: tuple[Fact, ...], how: How, years: Sequence[int],
    wider: float, tell: Callable[[int], Any],
) -> Iterator[At]:  # fmt: skip
    """A state at some origins, with errors of all series so many times what the scenario says."""
    case = built.scenario.case
    errors = {f"observations.{name}.error": wider * each.error for name, each in case.observations.items()}
    beliefs = prior_beliefs(built.scenario.override(errors), how.particles, how.seed)
    asked = Asked(beliefs, facts, case.time.months, how.particles, how.seed, how.threads)
    ends = {MONTHS * (year - built.first + 1): year for year in years}
    places = {fact: place for place, fact in enumerate(later)}
    ahead = {month: min(month + AHEAD * MONTHS, asked.months) for month in ends}
    for origin in filtered(asked, ahead, later, tell):
        own = tuple(places[fact] for fact in origin.asked)
        trust = {name: _trust(error, origin.weights) for name, error in origin.errors.items()}
        z = scores(beliefs.free, origin.values)
        ancestors = effective(origin.lineage.of_ancestors(origin.weights))
        yield At(
            ends[origin.month], z, origin.log_weights, own, origin.said, trust, origin.evidence, ancestors,
            wider,
        )  # fmt: skip


def asked_about(facts: Iterable[Fact]) -> Iterator[Fact]:
    """What is foretold: each value that was read off a table, and whether an event came in each year.

    Not what was put in the place of a share that no list names, and not windows that what came has cut.
    """
    came = dict[tuple[str, int], float]()
    for fact in facts:
        if fact.kind == SERIES and fact.provenance == SOURCE:
            yield fact
        elif fact.kind != SERIES:
            key = fact.target, fact.last // MONTHS
            came[key] = max(came.get(key, 0.0), fact.value)
    for (target, year), value in came.items():
        yield Fact(EVENT, target, MONTHS * year, MONTHS * year + MONTHS - 1, value)


def _trust(error: Discrepancy, weights: np.ndarray) -> tuple[float, ...]:
    """How likely a series is to follow each part of a run's change."""
    share = (exponential(error.log_weights) * weights).sum(axis=1)
    return tuple(float(share[error.trust == part].sum()) for part in TRUST)


# -- stored, so that work that was killed goes on ----------------------------------------------------


@dataclass(frozen=True)
class Shelf:
    """States that were lived, each in a file as soon as it is done; none where there is no folder."""

    folder: Path | None

    @classmethod
    def beside(cls, results: Path, identity: Mapping[str, Any]) -> Shelf:
        """Beside the folder of results, by what is asked for: who asks for anything else has another one."""
        told = json.dumps(identity, sort_keys=True, default=str).encode()
        name = f".{results.name[:100]}.lived-{hashlib.sha256(told).hexdigest()[:16]}"
        return cls(results.parent / name)

    def get(self, code: str, built: Built) -> Lived | None:
        """A state that was lived before; None if it was not, or its file is damaged."""
        if self.folder is None:
            return None
        data = read(self._file(code))
        if data is None:
            return None
        try:
            return _from_bytes(data, code, built)
        except (ValueError, KeyError, OSError, zipfile.BadZipFile):
            return None

    def put(self, lived: Lived) -> None:
        """Once this returns the state is on disk."""
        if self.folder is not None:
            make_folder(self.folder)
            write_whole(self._file(lived.code), _to_bytes(lived))

    def close(self) -> None:
        """Results are stored: what led to them is not needed any more."""
        if self.folder is None or not self.folder.is_dir():
            return
        for file in self.folder.glob("*.npz"):
            file.unlink()
        self.folder.rmdir()

    def _file(self, code: str) -> Path:
        assert self.folder is not None
        return self.folder / f"{code.lower()}.npz"


def _to_bytes(lived: Lived) -> bytes:
    told = {
        "entries": lived.entries,
        "broke": lived.broke,
        "origins": [
            (at.year, at.places, at.trust, at.evidence, at.ancestors, at.wider) for at in lived.origins
        ],
    }
    arrays: dict[str, Any] = {"told": np.frombuffer(json.dumps(told).encode(), dtype=np.uint8)}
    for at in lived.origins:
        arrays |= {f"z{at.year}": at.z, f"w{at.year}": at.log_weights, f"s{at.year}": at.said}
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def _from_bytes(data: bytes, code: str, built: Built) -> Lived:
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        told = json.loads(held["told"].tobytes())
        origins = [
            At(year, held[f"z{year}"], held[f"w{year}"], tuple(places), held[f"s{year}"],
               {name: tuple(each) for name, each in trust.items()}, evidence, ancestors, wider)
            for year, places, trust, evidence, ancestors, wider in told["origins"]
        ]  # fmt: skip
    facts = tuple(asked_about(facts_of(built.observations, built.scenario)))
    return Lived(code, tuple(told["entries"]), facts, tuple(origins), told["broke"])


def each_lived(
    states: Mapping[str, Built], how: How, shelf: Shelf, tell: Callable[[int], Any] = lambda done: None
) -> Iterator[Lived]:
    """The states one after the other, those that were lived before from the shelf; told of run-months."""
    for code, built in states.items():
        lived = shelf.get(code, built)
        if lived is None:
            lived = live(built, how, tell)
            shelf.put(lived)
        else:
            tell(run_months(built, how))
        yield lived


def run_months(built: Built, how: How) -> int:
    """About how many months all particles of a state live, from its start and from its origins."""
    origins = [year for year in how.origins if year > built.first]
    last = max(origins, default=built.first)
    return how.particles * MONTHS * (last - built.first + 1 + AHEAD * len(origins))
