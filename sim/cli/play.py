"""Command `play`: take a seat, or let a program take it."""

from __future__ import annotations

import shlex
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.changes import load_scenario
from sim.cli.exits import Refused, plain_errors, saved, saving
from sim.cli.options import Changes, Deeds, Seed, counted, given, real, refuse_if, words_of, written
from sim.cli.printing import note, say_all

NOTHING_TO_PLAY = "name a scenario and a seat, as in: steppe play SCENARIO --as ACTOR"
GOES_ON = "--go-on FILE goes on with what the file holds; leave out the scenario and what it is played by"
PLAYED_IN_PAGE = (
    "--page writes a page in which somebody plays; leave out --save, --go-on, --program and the like"
)
NAMELESS = "--results needs a --name of 1 to 80 letters for the line, such as --name Ann"
NOTHING_TO_REPLACE = "--overwrite replaces a debrief or a page; name it with --out or --page"
NOTHING_DONE = "stopped; nothing was decided yet, so nothing is kept"
MONTHS = 12
"""Months of a game, unless asked otherwise: a year takes a person some minutes."""

LONGEST_NAME = 80


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
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who plays, as the line of --results says it.")
    ] = None,
    results: Annotated[
        Path | None, written("Add the game as a line to a file once it is over; steppe games reads it.")
    ] = None,
    out: Annotated[
        Path | None, written("Folder for the debrief once it is over: text, tables, the fan as a figure.")
    ] = None,
    facts: Annotated[
        Path | None,
        typer.Option(
            "--history",
            metavar="FACTS.csv",
            help="Dated facts that the debrief lays beside the game [default: the scenario's deeds].",
        ),
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
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the page, or the debrief, that is there.")
    ] = False,
) -> None:
    """Decide for an actor, month by month, on the luck of the model, and see what it was worth.

    A game that is stopped is kept, and can be gone on with. Exit codes: 0 played to the end, or stopped, or
    the page is there; 1 a file that holds no game or is no ledger, a place that is taken, or a program that
    the rule had to decide for; 2 input that cannot be used.
    """
    playing: list[Any] = []
    with plain_errors(lambda: _kept(playing)):
        from sim.play.game import Game
        from sim.play.kept.lines import check_place
        from sim.writing.manifest import PLAY
        from sim.writing.places import place_of

        others = (go_on, save, program, name, results, out)
        refuse_if(page is not None and any(each is not None for each in others), PLAYED_IN_PAGE)
        refuse_if(overwrite and out is None and page is None, NOTHING_TO_REPLACE)
        if out is not None:
            place_of(out, PLAY, overwrite)  # a folder that is taken is told before the game
        if results is not None:
            check_place(results)  # and so is a file that cannot be added to
        if go_on is not None:
            again = (scenario, actor, months, changes, deeds, save)
            refuse_if(any(each is not None for each in again), GOES_ON)
            game = Game.read(go_on)
            game.name = given(name, game.name)
            refuse_if(results is not None and not _is_name(game.name), NAMELESS)
        else:
            refuse_if(scenario is None or actor is None, NOTHING_TO_PLAY)
            refuse_if((results is not None or name is not None) and not _is_name(given(name, "")), NAMELESS)
            taken = save is not None and save.exists()
            refuse_if(taken, f"{save} is there; name a new file, or: --go-on {save}")
            loaded = load_scenario(scenario, changes, deeds=deeds)
            who = "person" if program is None else program
            game = Game(loaded, str(actor), future, seed, given(months, MONTHS), who, given(name, ""), save)
            _ = game.table  # a seat that cannot be taken is told before a file is begun
        if page is not None:
            _in_page(game, scenario, (changes, deeds), facts, page, overwrite)
            return
        if facts is not None:
            from sim.assimilation.observations import observations_of

            observations_of(facts, game.scenario)  # a table that cannot be read is told before the game
        if go_on is None:
            game.begin()
        playing.append(game)
        if program is not None:
            fault = _by_program(game, program, seconds)
            _ended(game, results, out, overwrite, facts)
            if fault:
                raise Refused(fault)
        elif _by_person(game):
            _ended(game, results, out, overwrite, facts)


def _is_name(name: str) -> bool:
    return len(name.strip()) > 0 and len(name) <= LONGEST_NAME


def _in_page(
    game: Any, scenario: Path | None, changed: Any, facts: Path | None, file: Path, overwrite: bool
) -> None:
    """Write the page of a game. Raises PlaceError, ScenarioError."""
    from sim.play.page.document import page_of
    from sim.play.past import deeds_of
    from sim.studies.report.saving import place_for, save_text
    from sim.writing.places import PlaceError

    try:
        place_for(file, overwrite)
    except PlaceError as error:
        error.about = "page"
        raise
    words = words_of({"--set": changed[0], "--do": changed[1]})
    own = {"--as": game.actor, "--months": game.months, "--seed": game.seed, "--future": game.future}
    if facts is not None:
        own["--history"] = facts
    played = [word for option, value in own.items() for word in (option, str(value))]
    command = ["steppe", "play", str(scenario), *played, *words, "--page", file.name]
    history = given(facts, deeds_of(game.scenario))
    saved(save_text(page_of(game, shlex.join(command), history), file))


def _by_person(game: Any) -> bool:
    """Let a person play; whether the game is over."""
    from sim.play.terminal import play as on_terminal

    over = on_terminal(game, input, print)
    if not over:
        note(_kept([game]))
    return over


def _kept(playing: list[Any]) -> str:
    """How a game that was stopped goes on; it is kept now if it was not so far."""
    if not playing or not playing[0].rounds:
        return NOTHING_DONE
    (game,) = playing
    if game.file is None:
        game.keep(_free(f"{Path(game.scenario.name).stem}-{game.actor}"))
    return f"stopped; go on with: steppe play --go-on {game.file}"


def _free(stem: str) -> Path:
    """A name for a file that is not there yet."""
    names = (Path(f"{stem}{number}.game.jsonl") for number in ["", *(f"-{each}" for each in range(2, 10**6))])
    return next(name for name in names if not name.exists())


def _by_program(game: Any, command: str, seconds: float) -> str:
    """Let a program play, and keep the transcript beside the game; where the rule had to decide, why."""
    from sim.play.program import Program, transcript
    from sim.play.scores import beside

    with ExitStack() as stack:
        keep = stack.enter_context(transcript(game.file))
        asked = stack.enter_context(Program(command, seconds, keep))
        while not game.is_over:
            game.take(asked.decide(game.sight()))
        found = beside(game)
        asked.over(found.worth, found.rule)
        if asked.left_to_rule:
            told = f"{asked.left_to_rule} rounds were left to the rule; the last: {asked.faults[-1]}"
            return f"{told}; was it the program? {command}"
        return ""


def _ended(game: Any, results: Path | None, out: Path | None, overwrite: bool, facts: Path | None) -> None:
    """Tell how a game ended, and keep what was asked for."""
    from sim.play.past import deeds_of, past_lines, past_of
    from sim.play.scores import beside
    from sim.play.words import debrief

    found = beside(game)
    told = list(debrief(game, found))
    facts = given(facts, deeds_of(game.scenario))
    if facts is not None:
        told += past_lines(game, past_of(game, facts), facts.name)
    say_all(told)
    sys.stdout.flush()
    if results is not None:
        from sim.play.kept.lines import write_down

        write_down(game, found, results)
        note(f"a line was added to {results}")
    if out is not None:
        from sim.play.kept.folder import write_debrief

        saving(out)
        saved(out, write_debrief(game, found, told, out, overwrite))
