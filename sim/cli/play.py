"""Command `play`: take a seat, or let a program take it."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.changes import load_scenario
from sim.cli.exits import plain_errors, saved
from sim.cli.options import Changes, Deeds, Seed, counted, given, real, refuse_if, words_of, written
from sim.cli.printing import note, say_all

NOTHING_TO_PLAY = "name a scenario and a seat, as in: steppe play SCENARIO --as ACTOR"
GOES_ON = "--go-on FILE goes on with what the file holds; leave out the scenario and everything else"
PLAYED_IN_PAGE = "--page writes a page in which somebody plays; leave out --save, --go-on and --program"
MONTHS = 12
"""Months of a game, unless asked otherwise: a year takes a person some minutes."""


def play(
    scenario: Annotated[
        Path | None,
        typer.Argument(metavar="[SCENARIO]", help="A scenario file, or a shipped one."),
    ] = None,
    actor: Annotated[str | None, typer.Option("--as", metavar="ACTOR", help="Whose seat is taken.")] = None,
    future: Annotated[int, counted(0, 2**48 - 1, "Number of the future, as of a run.")] = 0,
    seed: Seed = 1,
    months: Annotated[int | None, counted(1, 1200, f"Months of the game [default: {MONTHS}].")] = None,
    changes: Changes = None,
    deeds: Deeds = None,
    save: Annotated[Path | None, written("Keep the game in a file, round by round.")] = None,
    go_on: Annotated[
        Path | None,
        typer.Option("--go-on", metavar="FILE", help="Go on with a game that was kept."),
    ] = None,
    program: Annotated[
        str | None,
        typer.Option(metavar="COMMAND", help="A program that decides, in lines of JSON; see docs/play.md."),
    ] = None,
    seconds: Annotated[
        float, typer.Option(parser=real, metavar="S", help="Seconds that a program has for an answer.")
    ] = 10.0,
    page: Annotated[
        Path | None, written("Write a page in which it is played, in any browser, offline.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the page that is there.")] = False,
) -> None:
    """Decide for an actor, month by month, on the luck of the model, and see what it was worth.

    Exit codes: 0 played to the end, or stopped, or the page is there; 1 a file that holds no game, a program
    that the rule had to decide for, or a place that is taken; 2 input that cannot be used.
    """
    with plain_errors():
        from sim.play.game import Game

        others = (go_on, save, program)
        refuse_if(page is not None and any(each is not None for each in others), PLAYED_IN_PAGE)
        if go_on is not None:
            refuse_if(
                any(each is not None for each in (scenario, actor, months, changes, deeds, save)), GOES_ON
            )
            game = Game.read(go_on)
        else:
            refuse_if(scenario is None or actor is None, NOTHING_TO_PLAY)
            game = _game(scenario, actor, future, seed, given(months, MONTHS), changes, deeds, save, program)
        if page is not None:
            _in_page(game, scenario, (changes, deeds), page, overwrite)
            return
        if program is not None:
            _by_program(game, program, seconds)
            return
        from sim.play.terminal import play as on_terminal

        if not on_terminal(game, input, print):
            note("stopped" if game.file is None else f"stopped; go on with: steppe play --go-on {game.file}")


def _game(
    scenario: Any, actor: Any, future: int, seed: int, months: int, changes: Any, deeds: Any,
    save: Path | None, program: str | None,
) -> Any:  # fmt: skip
    """A game before its first month. Raises BadInput, ScenarioError."""
    from sim.play.game import Game

    refuse_if(save is not None and save.exists(), f"{save} is there; name a new file, or: --go-on {save}")
    loaded = load_scenario(scenario, changes, deeds=deeds)
    game = Game(loaded, actor, future, seed, months, given(program, "person"), save)
    _ = game.table  # a seat that cannot be taken is told before a file is begun
    game.begin()
    return game


def _in_page(game: Any, scenario: Path | None, changed: Any, file: Path, overwrite: bool) -> None:
    """Write the page of a game. Raises PlaceError, ScenarioError."""
    from sim.play.page.document import page_of
    from sim.studies.report.saving import place_for, save_text
    from sim.writing.places import PlaceError

    try:
        place_for(file, overwrite)
    except PlaceError as error:
        error.about = "page"
        raise
    words = words_of({"--set": changed[0], "--do": changed[1]})
    own = (
        "--as",
        game.actor,
        "--months",
        str(game.months),
        "--seed",
        str(game.seed),
        "--future",
        str(game.future),
    )
    command = ["steppe", "play", str(scenario), *own, *words, "--page", file.name]
    saved(save_text(page_of(game, shlex.join(command)), file))


def _by_program(game: Any, command: str, seconds: float) -> None:
    """Let a program play, and tell what came of it. Raises Refusal where the rule had to decide for it."""
    from sim.cli.exits import Refused
    from sim.play.program import Program
    from sim.play.words import debrief, fan_of

    with Program(command, seconds) as asked:
        while not game.is_over:
            game.take(asked.decide(game.sight()))
        rule, fan = fan_of(game)
        asked.over(game.worth, rule)
        say_all(debrief(game, rule, fan))
        if asked.left_to_rule:
            told = f"{asked.left_to_rule} rounds were left to the rule; the last: {asked.faults[-1]}"
            raise Refused(f"{told}; was it the program? {command}")
    sys.stdout.flush()
