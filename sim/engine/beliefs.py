"""What is believed of the uncertain numbers of a scenario, as draws: from the priors in its file, or learnt
from observations.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.engine.believed import table_of
from sim.engine.pages import Lots
from sim.engine.ranged import Ranged, ranged_numbers
from sim.engine.setups import Setup
from sim.engine.uncertain import Entry, Free, drawn, free_numbers
from sim.engine.worlds import UnderDraws, Worlds
from sim.reading.numbers import shown, whole_of
from sim.reading.source import Source, source_of
from sim.refusal import BadInput, did_you_mean, one_line
from sim.scenario.load import Scenario, as_scenario
from sim.scenario.lower import World
from sim.writing.notebook import card

KIND, FORMAT = "steppe posterior", 1

MOST_DRAWS = 10**6

MOST_TRIED = 16
"""Draws from ranges that are tried for each that is wanted, about, before a wish is given up."""

LEAST = {"times": 0.0, "plus": -math.inf}
"""What draws lie above, by what they do to numbers."""

FARTHEST = 10
"""Standard deviations of its prior within which a number can have been learnt; priors end much nearer."""


@dataclass(frozen=True)
class Beliefs(Setup):
    """A scenario under joint draws of its uncertain entries: values by name (draws,).

    learnt: entries whose values come from observations. manifest, file, sha256: of the posterior file that
    they were read from.
    """

    scenario: Scenario
    free: tuple[Entry, ...]
    values: Mapping[str, np.ndarray]
    learnt: tuple[str, ...] = ()
    manifest: Mapping[str, Any] | None = None
    file: str | None = None
    sha256: str | None = None

    def __repr__(self) -> str:
        size = f"{self.draws:,} draws of {len(self.free):,} entries"
        return f"<Beliefs {one_line(f'{self.scenario!r}: {size}')}>"

    def _repr_html_(self) -> str:
        """What is drawn, in a notebook."""
        return card(repr(self)[1:-1], self.table())

    def table(self) -> pd.DataFrame:
        """A row for each entry: label, kind, what holds 90 % of its draws, whether observations taught it."""
        return table_of(self.free, self.values, self.learnt)

    @property
    def draws(self) -> int:
        return len(next(iter(self.values.values())))

    def whole(self, runs: int, least: int = 1) -> int:
        if self.draws < min(least, 2):
            raise BadInput("one draw does not tell how uncertain the numbers are; ask for 2 draws or more")
        if runs < least * self.draws:
            raise BadInput(
                f"{runs:,} runs are too few for {self.draws:,} draws with {least} under each; "
                f"ask for {least * self.draws:,} runs or more, or fewer draws"
            )
        # rounded up: each draw gets as many runs as the others, or some draws would count for more
        return -(-runs // self.draws) * self.draws

    def under(self, other: Scenario) -> Beliefs:
        return replace(self, scenario=other)

    def prepared(self, world: World, seed: int) -> Lots:
        return UnderDraws(Worlds(self.scenario, self.free, world.months), self.values)

    def lived(self, run: int) -> Scenario:
        own = {name: values[[run % self.draws]] for name, values in self.values.items()}
        numbers = drawn(self.scenario, self.free, own)
        return self.scenario.override({path: float(value[0]) for path, value in numbers.items()})

    @property
    def from_ranges(self) -> bool:
        """Whether numbers are drawn one by one, each from its plausible range."""
        return all(isinstance(entry, Ranged) for entry in self.free)

    @property
    def prior_only(self) -> tuple[str, ...]:
        """Names of the entries of which nothing was learnt."""
        return tuple(entry.name for entry in self.free if entry.name not in self.learnt)

    @property
    def barely(self) -> tuple[str, ...]:
        """Names among the learnt of which the observations told next to nothing, as the manifest says."""
        told = self._told("keeps_prior")
        if not isinstance(told, list):
            return ()
        return tuple(name for name in self.learnt if name in told)

    @property
    def source(self) -> str:
        """What the posterior file says that it was learnt from, else its name; fit for a terminal."""
        told = self._told("title")
        # the file is anybody's: a title may be of any type
        if isinstance(told, str) and told:
            return one_line(told)
        return one_line(self.file)

    def _told(self, key: str) -> Any:
        if self.manifest is None:
            return None
        return self.manifest.get(key)


def beliefs_in(setup: Setup) -> Beliefs | None:
    """The draws of uncertain numbers under which the runs of a setup live, if there are any."""
    if isinstance(setup, Beliefs):
        return setup
    return None


def prior_beliefs(scenario: Scenario | str | Path, draws: int = 200, seed: int = 1) -> Beliefs:
    """A scenario under draws of its uncertain numbers from the priors in its file; pass it to `sim.run`.

    Raises ScenarioError, BadInput if nothing in it is uncertain.

    >>> import sim
    >>> beliefs = sim.prior_beliefs("mongolia-1995", draws=4)
    >>> sim.run(beliefs, runs=8, months=6).outcomes["draw"].tolist()
    [0, 0, 1, 1, 2, 2, 3, 3]
    """
    (draws, seed), scenario = _whole(draws, seed), as_scenario(scenario)
    free = free_numbers(scenario)
    if not free:
        add = "add [uncertain.NAME] with numbers and times or plus"
        raise BadInput(f"{scenario.name}: says of no number that it is uncertain; {add}")
    return Beliefs(scenario, free, {entry.name: entry.draw(draws, seed) for entry in free})


def range_beliefs(scenario: Scenario | str | Path, draws: int = 200, seed: int = 1) -> Beliefs:
    """A scenario under draws of all its numbers, each from its plausible range; pass it to `sim.run`.

    Which numbers are drawn says `ranged_numbers`. Draws that make no scenario are left out, and others drawn
    in their place. Raises ScenarioError, BadInput if hardly any makes one.

    >>> import sim
    >>> beliefs = sim.range_beliefs("armenia-2024", draws=4)
    >>> sim.run(beliefs, runs=8, months=6).outcomes["draw"].tolist()
    [0, 0, 1, 1, 2, 2, 3, 3]
    """
    (draws, seed), scenario = _whole(draws, seed), as_scenario(scenario)
    entries, tried = ranged_numbers(scenario), draws
    worlds = Worlds(scenario, entries, 1)
    while True:
        values = {entry.name: entry.draw(tried, seed) for entry in entries}
        possible, reason = worlds.possible(values)
        kept = np.flatnonzero(possible)[:draws]
        if len(kept) == draws:
            return Beliefs(scenario, entries, {name: each[kept] for name, each in values.items()})
        if tried > MOST_TRIED * draws:
            raise BadInput(f"{reason}: most draws from the ranges make no scenario; make ranges narrower")
        tried *= 2


def _whole(draws: int, seed: int) -> tuple[int, int]:
    """How many draws, and the seed of their luck. Raises BadInput."""
    return whole_of("draws", draws, 1, MOST_DRAWS), whole_of("seed", seed, 0, 2**64 - 1)


def learnt_beliefs(
    scenario: Scenario | str | Path, file: str | Path | Source, draws: int = 200, seed: int = 1
) -> Beliefs:
    """A scenario under the first draws of what was learnt of its uncertain numbers (a file of `calibrate`).

    Entries that the file does not know keep their priors. Raises ScenarioError, BadInput for a file that is
    none, or that has nothing to say of this scenario or too few draws.

    >>> import sim
    >>> beliefs = sim.learnt_beliefs("mongolia-2024", "mongolia-1995-posterior", draws=4)
    >>> len(beliefs.learnt)
    11
    """
    scenario, source = as_scenario(scenario), source_of(file)
    prior, found, name = prior_beliefs(scenario, draws, seed), read_posterior(source), source.name
    told = found["entries"]
    known = [entry for entry in free_numbers(scenario) if entry.name in told]
    if not known:
        hint = did_you_mean(next(iter(told), ""), [entry.name for entry in prior.free])
        raise BadInput(f"{name}: knows none of the uncertain entries of {scenario.name}{hint}")
    values = dict(prior.values)
    for entry in known:
        try:
            values[entry.name] = _learnt(entry, told[entry.name], draws, scenario.name)
        except ValueError as error:
            raise BadInput(f"{name}: {error}") from None
    learnt = tuple(entry.name for entry in known)
    return Beliefs(scenario, prior.free, values, learnt, found["manifest"], name, found["sha256"])


def _learnt(entry: Free, told: Mapping[str, Any], draws: int, scenario: str) -> np.ndarray:
    """The first draws of an entry (draws,). Raises ValueError for one that means something else here."""
    if told["kind"] != entry.kind:
        meant = f"{entry.name} is a '{told['kind']}' there and a '{entry.kind}' in {scenario}"
        raise ValueError(f"{meant}; give it one meaning")
    if len(told["draws"]) < draws:
        raise ValueError(f"holds {len(told['draws'])} draws; ask for as many or fewer")
    values = np.array(told["draws"][:draws], dtype=float)
    # so far out nobody can have learnt from this prior: the file is about another one
    if np.abs(entry.score(values)).max() > FARTHEST:
        far = f"lie more than {FARTHEST} standard deviations from its prior in {scenario}"
        raise ValueError(f"draws of {entry.name} {far}; learn them from this prior with steppe calibrate")
    return values


def read_posterior(file: str | Path | Source) -> dict[str, Any]:
    """A posterior file as it stands. Raises BadInput."""
    source = source_of(file)
    name, again = source.name, "make the file again with steppe calibrate"
    try:
        found = json.loads(source.data, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:  # a file of open brackets alone nests too deep
        raise BadInput(f"{name}: cannot be read as a posterior ({error})") from None
    entries = _entries(found)
    if not entries:
        raise BadInput(f"{name}: is no posterior of this version of steppe; steppe calibrate writes one")
    damaged = [entry for entry, told in entries.items() if not _sound(told)]
    if damaged:
        raise BadInput(f"{name}: the draws of {damaged[0]} are damaged; {again}")
    counts = {len(told["draws"]) for told in entries.values()}
    # a draw is one joint state of belief: the entries are read row by row
    if len(counts) > 1:
        raise BadInput(f"{name}: its entries have different numbers of draws; {again}")
    manifest = found.get("manifest", {})
    if not isinstance(manifest, dict):
        raise BadInput(f"{name}: its manifest is damaged; {again}")
    return {"manifest": manifest, "entries": entries, "sha256": source.sha256}


def _entries(found: Any) -> dict[str, Any]:
    """The entries of a posterior file; none of anything else."""
    if not isinstance(found, dict) or found.get("kind") != KIND:
        return {}
    # true is 1 for Python, and no number of a format
    if type(found.get("format")) is not int or found["format"] != FORMAT:
        return {}
    entries = found.get("entries")
    if not isinstance(entries, dict):
        return {}
    return entries


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A table of a JSON file. Raises ValueError if a key is there twice."""
    # json would let the last one win without a word
    found = dict(pairs)
    if len(found) < len(pairs):
        times = Counter(key for key, _ in pairs)
        repeated = [key for key, count in times.items() if count > 1]
        raise ValueError(f"{shown(repeated[0])} is there twice")
    return found


def _sound(entry: Any) -> bool:
    """Whether an entry has finite draws of a known kind; factors are above 0."""
    if not isinstance(entry, dict):
        return False
    draws, least = entry.get("draws"), LEAST.get(str(entry.get("kind")))
    if least is None or not isinstance(draws, list):
        return False
    return bool(draws) and all(_is_draw(each, least) for each in draws)


def _is_draw(value: Any, least: float) -> bool:
    """Whether a value of JSON is a finite number above `least`; true is none."""
    if type(value) not in (float, int):
        return False
    try:
        return math.isfinite(value) and value > least
    # a whole number of 400 digits is none
    except OverflowError:
        return False


def write_posterior(
    file: Path, free: tuple[Free, ...], values: Mapping[str, np.ndarray], manifest: Mapping[str, Any]
) -> None:
    """Store draws of factors and shifts (draws,) with what they came from."""
    entries = {entry.name: _stored(entry, values[entry.name]) for entry in free}
    posterior = {"kind": KIND, "format": FORMAT, "manifest": manifest, "entries": entries}
    text = json.dumps(posterior, ensure_ascii=False, default=str)
    # a line for each entry, so that versions of the file can be compared line by line
    text = text.replace('"entries": ', '\n"entries": ').replace('}, "', '},\n"') + "\n"
    # a strange file name is written as JSON writes it in ASCII
    file.write_bytes(text.encode("utf-8", "backslashreplace"))


def _stored(entry: Free, draws: np.ndarray) -> dict[str, Any]:
    # five digits are finer than any belief, and small enough for a repository
    rounded = [float(f"{value:.5g}") for value in draws]
    return {"label": entry.label, "kind": entry.kind, "draws": rounded}
