"""Options of the command line: numbers, read as all numbers from outside are, and places to write to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.reading.numbers import NotANumber, number, whole, whole_of
from sim.refusal import BadInput, cleaned

LONGEST_SHOWN = 100
"""Characters of a bad name that a message shows."""


def given(value: Any, default: Any) -> Any:
    """What was asked for, else the default; 0 is a value."""
    if value is None:
        return default
    return value


def refuse_if(wrong: bool, told: str) -> None:
    """Raises BadInput with what was told where options contradict each other."""
    if wrong:
        raise BadInput(told)


def folder_of(out: Path | None, scenario: Path, kind: str = "") -> Path:
    """The folder for results: the one that was asked for, else one named after the scenario."""
    return Path(given(out, Path("results") / f"{scenario.stem}{kind}"))


def words_of(options: Mapping[str, Sequence[str] | None]) -> tuple[str, ...]:
    """Options that may be given many times, as they were.

    >>> words_of({"--set": ["a=1", "b=2"], "--do": None})
    ('--set', 'a=1', '--set', 'b=2')
    """
    told = [(option, each) for option, values in options.items() for each in values or ()]
    return tuple(word for pair in told for word in pair)


def counted(low: int, high: int, meaning: str) -> Any:
    """An option of a whole number from `low` to `high`."""
    return typer.Option(parser=whole_between(low, high), metavar="N", help=meaning)


def written(meaning: str) -> Any:
    """An option of a place to write to."""
    return typer.Option(parser=place_to_write, metavar="PATH", help=meaning)


def whole_between(low: int, high: int) -> Callable[[Any], int]:
    """A reader of whole numbers from `low` to `high`, such as 20000 or 2e4; it raises BadParameter."""

    def read(given: Any) -> int:
        try:
            if isinstance(given, str):  # a default is passed through here as the number that it is
                given = whole(given)
            return whole_of("it", given, low, high)
        except (NotANumber, BadInput) as error:
            raise typer.BadParameter(str(error)) from None

    return read


def real(given: Any) -> float:
    """A finite number. Raises typer's BadParameter."""
    try:
        if isinstance(given, str):
            given = number(given)
        return float(given)
    except NotANumber as error:
        raise typer.BadParameter(str(error)) from None


def place_to_write(given: Any) -> Path:
    """A place to write to, by a name that can be shown. Raises typer's BadParameter."""
    name = cleaned(str(given))
    if str(given) != name:  # a name with line ends or escapes would forge lines wherever it is listed
        raise typer.BadParameter(f"{name[:LONGEST_SHOWN]} holds signs that no name should hold")
    return Path(given)


File = Annotated[
    Path, typer.Argument(metavar="SCENARIO", help="A scenario file (TOML), or the name of a shipped one.")
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Replace a value of the scenario by its path; may be given many times.",
    ),
]
Deeds = Annotated[
    list[str] | None,
    typer.Option(
        "--do",
        metavar="KEY=VALUE[@YYYY-MM]",
        help="Intervene: set a value, or hold a stock, from a month on; the start stays as it is.",
    ),
]
Seed = Annotated[int, counted(0, 2**64 - 1, "The luck of all runs; the same seed gives the same futures.")]
Months = Annotated[int | None, counted(1, 1200, "Months to simulate; the scenario's own by default.")]
Threads = Annotated[int | None, counted(1, 1024, "Threads; as many as processors by default.")]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder of results that steppe wrote.")]
By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="YYYY-MM",
        help="Months by which outcomes are asked about, for those of the file; may be given many times.",
    ),
]
Of = Annotated[
    str | None,
    typer.Option("--of", metavar="OUTCOME", help="An outcome, event or path [default: the first outcome]."),
]
Month = Annotated[
    str | None,
    typer.Option("--by", metavar="YYYY-MM", help="The month by which [default: the outcome's last]."),
]
MonthElse = Annotated[
    str | None, typer.Option("--by", metavar="YYYY-MM", help="The month of outcomes that name none.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the results that the folder holds.")]
