"""The command `steppe`: one file a command, and the lines that make one program of them.

Heavy modules are imported inside the commands, so that help comes at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

import sim
from sim.cli.commands import Grouped
from sim.cli.printing import say
from sim.writing.terminal import prepare

EXITS = """Exit codes: 0 done; 1 refused or failed (a folder that holds results, runs that failed, a
figure that could not be drawn, a finding that does not hold, faults that check, verify or replay
found); 2 bad input (one line for each problem); 130 interrupted (Ctrl-C, SIGTERM, SIGHUP)."""

app = typer.Typer(
    cls=Grouped,
    help=f"How a buffer state steers between powers: many monthly futures of one scenario file.\n\n{EXITS}",
    epilog="Start with: steppe list, or steppe new NAME. Every command ends with the one to go on with.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    """Print the version and end, where it is wanted."""
    if wanted:
        say(f"steppe {sim.__version__}")
        raise typer.Exit


@app.callback()
def steppe(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options of the program itself; what it is for is told above, in its help."""


def main() -> None:
    """Run the command line."""
    prepare()  # at first: what a command prints may hold signs that the terminal's encoding lacks
    app(prog_name="steppe")
