"""A game as one line: who played what, what was chosen, and what it came to beside the rule.

Lines stand in a ledger (`sim.studies.ledger.chain`), so that none can be changed or dropped where it was
written; and each can be checked by itself, wherever it was copied to, by playing its choices again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from sim.play.game import SAME, Game
from sim.play.scores import Beside, beside
from sim.reading.shipped import place_of
from sim.refusal import BadInput, Refusal, one_line
from sim.scenario.load import Scenario, load
from sim.studies.ledger.chain import Ledger, LedgerError, add, begun, is_whole
from sim.studies.ledger.clock import written
from sim.studies.ledger.entry import GAME, OfProgram, OfScenario, Told
from sim.studies.ledger.told import case_told, program_told
from sim.studies.manifest import scenario_of
from sim.writing.whole import read

MOST = 1000
"""Futures that a line may ask to be played again in, beside its own."""

Name = Annotated[str, Field(min_length=1, max_length=80)]


class Elsewhere(Told):
    """What the same choices gain over the rule in other futures: mean and 95 % interval [logits]."""

    futures: int = Field(ge=2, le=MOST)
    gain: float
    low: float
    high: float


class Line(Told):
    """A game that was played to its end.

    name: of who played; actor: in whose seat; choices: month (from 0), round (1 or 2) and what was chosen in
    it by name, of rounds in which something was; worth, rule: what it came to, and what the rule makes of the
    same luck [logits]; gain: their difference. The rest is of the ledger that it was written to.
    """

    kind: Literal["game"]
    name: Name
    occupant: str
    actor: str
    scenario: OfScenario
    seed: int = Field(ge=0, lt=2**64)
    future: int = Field(ge=0, lt=2**48)
    months: int = Field(ge=1, le=1200)
    choices: tuple[tuple[int, Literal[1, 2], dict[str, float]], ...]
    worth: float
    rule: float
    gain: float
    elsewhere: Elsewhere
    program: OfProgram
    format: int | None = None
    number: int | None = None
    previous: str | None = None
    made: str | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Read:
    """A line of a file: what it tells, or what is wrong with it."""

    file: Path
    at: int
    line: Line | None = None
    wrong: str = ""

    @property
    def fault(self) -> str:
        """What is wrong with it, and where it stands."""
        return f"{self.file}: line {self.at}: {self.wrong}"

    def played_again(self, scenario: Path | None = None) -> Read:
        """With what is wrong with it as it stands, else with what its game does not come to."""
        if self.line is None:
            return self
        return replace(self, wrong=fault_of(self.line, scenario))


def told_of(game: Game, found: Beside) -> dict[str, Any]:
    """What a line says of a game that is over."""
    elsewhere = found.elsewhere
    return {
        "kind": GAME, "name": game.name, "occupant": game.occupant, "actor": game.actor,
        "scenario": case_told(game.scenario), "seed": game.seed, "future": game.future,
        "months": game.months, "choices": [list(each) for each in game.choices],
        "worth": found.worth, "rule": found.rule, "gain": found.gain,
        "elsewhere": {
            "futures": len(found.fan), "gain": elsewhere.mean, "low": elsewhere.low, "high": elsewhere.high,
        },
        "program": program_told(),
    }  # fmt: skip


def check_place(file: Path) -> None:
    """Raises LedgerError for a file that no game can be added to."""
    if any(told.get("kind") != GAME for told in begun(file).entries):
        raise LedgerError(f"{file}: holds forecasts; choose another file for games")


def write_down(game: Game, found: Beside, file: Path) -> Ledger:
    """Add a game to a ledger, or begin it. Raises LedgerError."""
    told = told_of(game, found)
    return add(file, lambda time: [{"made": written(time), **told}])


# -- reading


def lines_of(file: Path) -> Iterator[Read]:
    """The lines of a file, or of several that were put one behind the other. Raises BadInput."""
    data = read(file)
    if data is None:
        raise BadInput(f"{file}: there is no such file")
    for at, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            yield _read(file, at, line)


def _read(file: Path, at: int, line: bytes) -> Read:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or told.get("kind") != GAME:
        return Read(file, at, wrong="is none of a game that is over")
    sha256 = told.get("sha256")
    if sha256 is not None and not is_whole(
        {key: value for key, value in told.items() if key != "sha256"}, sha256, line
    ):
        return Read(file, at, wrong="is not as it was written: its hash differs")
    try:
        return Read(file, at, Line.model_validate(told))
    except ValidationError as error:
        first = error.errors()[0]
        return Read(file, at, wrong=one_line(f"{'.'.join(map(str, first['loc']))}: {first['msg']}"))


# -- playing again


def played_again(line: Line, scenario: Path | None = None) -> Game:
    """The game of a line, played again by its choices.

    scenario: where its file lies, if not where the line says. Raises Refusal, in words that follow the line's
    number, where it cannot be.
    """
    found = _scenario_of(str(scenario or line.scenario.file), json.dumps(line.scenario.changes))
    if scenario_of(found)["as_run_sha256"] != line.scenario.as_run_sha256:
        raise BadInput(f"was played on another {line.scenario.case} than the one that lies here")
    game = Game(found, line.actor, line.future, line.seed, line.months, line.occupant, line.name)
    game.choose(line.choices)
    return game


@cache
def _scenario_of(file: str, changes: str) -> Scenario:
    """A scenario as a line says it. Raises BadInput, ScenarioError."""
    loaded = load(place_of(file))
    return loaded.override(json.loads(changes))


def fault_of(line: Line, scenario: Path | None = None) -> str:
    """What a line says that its game does not, played again; empty if nothing."""
    try:
        found = beside(played_again(line, scenario), line.elsewhere.futures)
    except Refusal as error:
        return one_line(error)
    elsewhere = found.elsewhere
    pairs = {
        "worth": (line.worth, found.worth), "rule": (line.rule, found.rule), "gain": (line.gain, found.gain),
        "elsewhere.gain": (line.elsewhere.gain, elsewhere.mean),
        "elsewhere.low": (line.elsewhere.low, elsewhere.low),
        "elsewhere.high": (line.elsewhere.high, elsewhere.high),
    }  # fmt: skip
    wrong = [f"{name} {told:.6g}, not {own:.6g}" for name, (told, own) in pairs.items() if _differ(told, own)]
    if wrong:
        return f"played again it comes to other numbers: it says {'; '.join(wrong)}"
    return ""


def _differ(told: float, own: float) -> bool:
    return abs(told - own) > SAME


def check_ledger(ledger: Ledger) -> None:
    """Play the games of a ledger again. Raises LedgerError with the first that comes to something else."""
    for own in lines_of(ledger.path):
        checked = own.played_again()
        if checked.wrong:
            raise LedgerError(checked.fault)
