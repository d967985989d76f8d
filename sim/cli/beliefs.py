"""What is drawn of the uncertain numbers: as the file says, or as --prior and --posterior say."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.options import LONGEST_SHOWN, counted, given, refuse_if
from sim.cli.printing import note
from sim.refusal import BadInput, ScenarioError

DRAWS, EACH, LEAST = 500, 10, 2
"""Draws; the runs under each of them, or there are fewer draws; the least of draws and of runs under each,
from which chance and numbers can be told apart.
"""

TWO_SOURCES = "--posterior and --prior: draw the uncertain numbers from one of them"
NO_SOURCE = "--draws counts draws of the uncertain numbers; give --posterior or --prior too"
OTHERWISE = "; give --posterior FILE, --prior file to draw from priors, or --fixed for one set of numbers"
FIXED = "--fixed is one set of numbers; leave out --prior, --posterior and --draws"
NOTHING_UNCERTAIN = "one set of numbers: the file calls none uncertain; --prior ranges draws them all"
TOO_FEW = f"one set of numbers: fewer than {LEAST * LEAST} runs cannot be shared among draws"


class Prior(StrEnum):
    """What is drawn without a posterior: the entries of [uncertain], or every number from its range."""

    FILE = "file"
    RANGES = "ranges"


Posterior = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Draw the uncertain numbers from what steppe calibrate learnt."),
]


def prior_of(given: Any) -> Prior:
    """A reader of --prior. Raises typer's BadParameter."""
    try:
        return Prior(given)
    except ValueError:
        known = " or ".join(Prior)
        raise typer.BadParameter(f"must be {known}, not {str(given)[:LONGEST_SHOWN]!r}") from None


FromPrior = Annotated[
    Prior | None,
    typer.Option(
        "--prior", parser=prior_of, metavar="file|ranges",
        help="Draw from the priors of the file, or every number from its range.",
    ),
]  # fmt: skip
InDoubt = Annotated[
    Prior,
    typer.Option("--prior", help="What is in doubt: numbers in their ranges, or the entries of [uncertain]."),
]
Vary = Annotated[
    list[str] | None,
    typer.Option("--vary", metavar="PATH", help="A number in doubt, or a pattern; all that are by default."),
]
Draws = Annotated[
    int | None,
    counted(1, 10**6, f"How many draws; the runs are shared among them [default: {DRAWS}, or RUNS/{EACH}]."),
]


def drawn(
    scenario: Any, fixed: bool, source: tuple[Path | None, Prior | None, int | None], seed: int, runs: int
) -> Any:
    """What is run: one set of numbers, or draws from a source (posterior, prior, how many), else as the file
    says.
    """
    from sim.engine.setups import Plain

    posterior, prior, draws = source
    if fixed:
        return Plain(scenario)
    if posterior is None and prior is None:
        return drawn_by_file(scenario, draws, seed, runs) or Plain(scenario)
    return drawn_as_asked(scenario, posterior, prior, draws, seed, runs)


def drawn_by_file(scenario: Any, draws: int | None, seed: int, runs: int) -> Any:
    """Draws from the posterior that the file names, else from its priors.

    None, told on stderr, where the file calls nothing uncertain, and for so few runs that none can be shared.
    """
    from sim.engine.own import posterior_of

    reason = None
    if not scenario.case.uncertain:
        reason = NOTHING_UNCERTAIN
    elif draws is None and runs < LEAST * LEAST:
        reason = TOO_FEW
    if reason is not None:
        refuse_if(draws is not None, reason)
        note(reason)
        return None
    try:
        return _drawn(scenario, posterior_of(scenario), Prior.FILE, draws, seed, runs)
    except ScenarioError:
        raise  # about the file, whatever its numbers are drawn from
    except BadInput as error:
        raise BadInput(f"{error}{OTHERWISE}") from None


def drawn_as_asked(
    scenario: Any, posterior: Path | None, prior: Prior | None, draws: int | None, seed: int, runs: int
) -> Any:
    """Draws from a posterior file, or from priors; None if neither is asked for."""
    from sim.reading.source import source_of

    refuse_if(prior is not None and posterior is not None, TWO_SOURCES)
    if posterior is not None:
        return _drawn(scenario, source_of(posterior), Prior.FILE, draws, seed, runs)
    if prior is not None:
        return _drawn(scenario, None, prior, draws, seed, runs)
    refuse_if(draws is not None, NO_SOURCE)
    return None


def _drawn(scenario: Any, posterior: Any, prior: Prior, draws: int | None, seed: int, runs: int) -> Any:
    """Draws from a posterior, else from a prior: as many as asked for, else as fit the runs and the file."""
    from sim.engine.beliefs import learnt_beliefs, prior_beliefs, range_beliefs
    from sim.engine.own import draws_in

    fitting = min(DRAWS, max(runs // EACH, LEAST))
    if posterior is not None:
        fitting = min(fitting, draws_in(posterior))
        return learnt_beliefs(scenario, posterior, given(draws, fitting), seed)
    if prior is Prior.RANGES:
        return range_beliefs(scenario, given(draws, fitting), seed)
    return prior_beliefs(scenario, given(draws, fitting), seed)


def whole_runs(setup: Any, runs: int, least: int) -> int:
    """The runs that give each draw as many, told on stderr where they are more than asked for."""
    rounded = setup.whole(runs, least)
    if rounded != runs:
        note(f"{rounded:,} runs instead of {runs:,}: as many under each of {setup.draws:,} draws")
    return int(rounded)
