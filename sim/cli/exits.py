"""How a command ends: problems as lines on stderr, exit codes, and no traceback for a user's mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer

from sim.cli.printing import note
from sim.refusal import Refusal, ScenarioError, one_line


class Refused(Refusal):
    """Something that is not done, with a sentence that says what to do."""


@contextmanager
def plain_errors(kept: Callable[[], str] = lambda: "nothing was saved") -> Iterator[None]:
    """Problems as lines on stderr and exit codes, never a traceback for what a user can do wrong.

    Exit codes: 2 for bad input, 1 for what is refused and for a disk that fails, 130 for an interrupt, where
    `kept` says what is left of the work.
    """
    try:
        yield
    except ScenarioError as error:
        *others, last = error.problems or ("",)  # the hint stands once, behind them all
        stop([*others, f"{last}{_how(error)}"], 2)
    except Refusal as error:
        stop([f"{error}{_how(error)}"], error.exit_code)
    except BrokenPipeError:
        raise  # an OSError too, but no fault: whoever read the lines, such as `head`, has enough of them
    except OSError as error:
        stop([f"cannot write or read: {error}"], 1)
    except KeyboardInterrupt:
        stop([f"interrupted; {kept()}"], 130)


HOW = {
    "number": "; steppe show SCENARIO --numbers WORD lists numbers",
    "event": "; steppe list SCENARIO lists events",
    "outcome": "; steppe list SCENARIO lists outcomes and events",
    "by": " (option --by)",
    "change": " (options --b and --b-do)",
    "above": " (option --above)",
    "run": " (option --run)",
    "out": " (options --out and --overwrite)",
    "kept": "; steppe sweep --keep OUTCOME",
    "longer": "; steppe sweep --months N",
    "design": "; steppe sweep SCENARIO --vary PATH --vary PATH --design lhs --points 400",
    "luck": "; steppe sweep --runs-per-point 20",
    "folder": " (option --out)",
    "file": " (option --out)",
    "page": " (options --page and --overwrite)",
    "past": "; steppe forecast --past",
    "case": " (option --case)",
}
"""What the command line adds to a problem: where to look for names, or which options are about it."""


def _how(error: Refusal) -> str:
    return HOW.get(error.about or "", "")


MOST_LINES = 20
"""Problems that are printed at once; the rest is counted."""


def stop(lines: Sequence[str], code: int) -> None:
    """Print problems and end with an exit code. Raises typer's Exit."""
    for line in lines[:MOST_LINES]:
        note(f"steppe: {one_line(line)}")
    if len(lines) > MOST_LINES:
        note(f"steppe: and {len(lines) - MOST_LINES} more")
    # What went wrong has been told; the error behind it would be a traceback.
    raise typer.Exit(code) from None


def saving(place: Path) -> None:
    """Say what goes on once the answer stands: to draw its figures may take longer than the runs."""
    note(f"saving to {place}")


def saved(folder: Path, undrawn: tuple[str, ...] = ()) -> None:
    """Say where results are; figures that could not be drawn make the command fail, and nothing is lost."""
    note(f"saved in {folder}")
    if undrawn:
        raise Refused(f"{'; '.join(undrawn)}; all else is saved")


def refuse_failed(failed: int, runs: int) -> None:
    """Runs that could not be used make the command fail."""
    if failed:
        if failed == runs:
            told = "no run could be used: every one"
        else:
            told = f"{failed:,} of {runs:,} runs could not be used: each"
        raise Refused(f"{told} had a number that is not finite")
