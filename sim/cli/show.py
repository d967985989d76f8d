"""Command `show`: a scenario in words and tables."""

from __future__ import annotations

import json
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.changes import load_scenario, tell_outside
from sim.cli.exits import plain_errors
from sim.cli.options import Changes, Deeds, given, refuse_if
from sim.cli.printing import note, say, say_all
from sim.refusal import BadInput

NOT_OF_NUMBERS = "a word and --csv are about numbers; give --numbers too"
EVENT_HAS_ITS_OWN = "--event shows one event with its numbers; leave out --numbers"
CARDS_ALONE = "--mechanisms shows cards and nothing else; leave out --numbers and --event"
MAP_ALONE = "--map draws a picture and shows nothing else; leave out --numbers, --event and --mechanisms"
ALONE = "--keys WORD and --json-schema are about no scenario; give nothing else with them"


def show(
    scenario: Annotated[
        Path | None,
        typer.Argument(
            metavar="[SCENARIO]",
            help="A scenario file (TOML), or the name of a shipped one; --keys and --json-schema need none.",
        ),
    ] = None,
    word: Annotated[
        str | None,
        typer.Argument(metavar="[WORD]", help="Of --numbers and --keys: those in which it occurs."),
    ] = None,
    changes: Changes = None,
    deeds: Deeds = None,
    numbers: Annotated[
        bool, typer.Option("--numbers", help="Every number with its label, unit, range, source and tier.")
    ] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Of --numbers: print them as CSV.")] = False,
    event: Annotated[
        str | None, typer.Option(metavar="NAME", help="One event in full, by its name or label.")
    ] = None,
    mechanisms: Annotated[
        bool,
        typer.Option("--mechanisms", help="Its mechanism cards: claims, their numbers, what must move."),
    ] = False,
    picture: Annotated[
        Path | None,
        typer.Option(
            "--map",
            metavar="FILE",
            help="Draw who may do what to whom: FILE.png, FILE.svg, or both without ending.",
        ),
    ] = None,
    keys: Annotated[
        bool, typer.Option("--keys", help="Every key that a scenario file may have, with unit and meaning.")
    ] = False,
    json_schema: Annotated[
        bool, typer.Option("--json-schema", help="The keys as a JSON schema, which editors complete from.")
    ] = False,
) -> None:
    """Show a scenario in words and tables: who wants what, what can happen, and where numbers come from."""
    with plain_errors():
        if keys or json_schema:
            # without a scenario, what stands in its place is the word, or the first of several
            words = [str(each) for each in (scenario, word) if each is not None]
            _show_keys(" ".join(words), json_schema, [changes, numbers, csv, event, mechanisms, picture])
            return
        if scenario is None:
            raise BadInput("give a scenario: a file, or the name of a shipped one (steppe list)")
        _refuse_mixed(word, numbers, csv, event)
        refuse_if(mechanisms and (numbers or event is not None), CARDS_ALONE)
        refuse_if(picture is not None and (numbers or event is not None or mechanisms), MAP_ALONE)
        loaded = load_scenario(scenario, changes, deeds=deeds)
        if picture is not None:
            _draw_map(loaded, picture)
        elif numbers:
            _show_numbers(loaded, given(word, ""), csv)
        elif event is not None:
            say_all(_event(loaded, event))
        elif mechanisms:
            say_all(_cards(loaded))
        else:
            say_all(_in_words(loaded))
        tell_outside(None, loaded)


def _refuse_mixed(word: str | None, numbers: bool, csv: bool, event: str | None) -> None:
    """Raises BadInput for options that contradict each other, or that need --numbers."""
    is_list = csv or word is not None
    refuse_if(is_list and not numbers, NOT_OF_NUMBERS)
    refuse_if(numbers and event is not None, EVENT_HAS_ITS_OWN)


def _show_keys(word: str, json_schema: bool, others: list[Any]) -> None:
    """The vocabulary of scenario files; it is about no scenario, so nothing else can be asked for with it."""
    from sim.scenario import reference

    is_searched = word != ""
    refuse_if(any(others) or (json_schema and is_searched), ALONE)
    if json_schema:
        say(json.dumps(reference.json_schema(), indent=1, ensure_ascii=False))
    elif not is_searched:
        say(reference.page().rstrip("\n"))
    else:
        if not reference.keys_with(word):
            raise BadInput(f"no key of a scenario file has '{word}' in it; --keys alone shows them all")
        say_all(reference.lines(word))


def _in_words(loaded: Any) -> Iterable[str]:
    """The whole scenario."""
    from sim.studies.show.text import scenario_in_words

    return scenario_in_words(loaded)


def _event(loaded: Any, name: str) -> Iterable[str]:
    """One event in full. Raises Unknown."""
    from sim.studies.show.tables import event_lines

    return event_lines(loaded, name)


def _cards(loaded: Any) -> Iterable[str]:
    """The mechanism cards. Raises BadInput if there are none."""
    from sim.studies.show.mechanisms import matrix_lines

    return matrix_lines(loaded)


def _draw_map(loaded: Any, file: Path) -> None:
    """Draw the map of a scenario. Raises BadInput, PlaceError for a file that exists."""
    from sim.studies.show.picture import save_map

    for each in save_map(loaded, file):
        note(f"saved in {each}")


def _show_numbers(loaded: Any, word: str, csv: bool) -> None:
    """Print numbers as a table or as CSV."""
    from sim.studies.show.ask import numbers_of, rows_of
    from sim.studies.show.tables import number_lines
    from sim.writing.tables import write_rows

    found = numbers_of(loaded, word)
    if not csv:
        say_all(number_lines(found))
        return
    text = BytesIO()
    write_rows(rows_of(found), text)
    say_all(text.getvalue().decode().splitlines())
