"""Every command: in which group of the help it stands, and when to use it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup

from sim.cli.ahead import ahead
from sim.cli.exits import plain_errors

GROUPS = {
    "Run a case": {
        "new": "begin a case of your own",
        "list": "see which scenarios come with the program, and what can be named in one",
        "show": "read a scenario in words, or its numbers with their sources",
        "run": "simulate many futures, and see how often what happens",
        "trace": "read one future as a story, with everybody's reasons",
    },
    "Ask of it": {
        "compare": "see what one change does, on the same futures",
        "explain": "see which mechanisms make a number, or a difference, and by how much",
        "sweep": "vary numbers and choices over their ranges",
        "discover": "find under which conditions of a sweep something comes",
        "sensitivity": "find what an outcome hangs on, and how much of the doubt is whose",
        "overturn": "see how little has to be otherwise for a finding to fail",
        "indicators": "see what to watch, until when, to tell which future one is in",
        "policy": "find what an actor should do whatever comes, and what it costs",
    },
    "Sit in it": {
        "play": "decide for an actor, month by month, and see what it was worth beside its rule",
        "exploit": "see what an actor would gain by leaving its rule, and what that changes",
        "games": "check games of a class by playing them again, and lay them side by side",
    },
    "Pass it on": {
        "report": "send an answer with its doubt, and the model itself, as one page",
    },
    "Trust it, or not": {
        "check": "look for mistakes in a scenario, before its results are believed",
        "hindcast": "score runs of the past beside observations",
        "calibrate": "learn uncertain numbers from observations",
        "panel": "learn from many states at once what they have in common",
        "forecast": "write down probabilities before it is known what comes",
        "score": "score what was written down once it has come due",
        "wants": "learn what actors want from what they did",
        "spatial": "lay the field's spatial models beside runs",
        "verify": "see whether stored results are what was written",
        "replay": "run one stored row again",
    },
}
"""Commands by group, in the order of the help, each with when to use it. Each is a file of this folder with a
function of the same name; what follows it is said in `ahead.py`.
"""

COMMANDS = {name: when for group in GROUPS.values() for name, when in group.items()}
"""When to use each command."""


class Grouped(TyperGroup):
    """The program, whose help lists commands by what one wants; made is only the one that is used."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = cast(dict[str, Any], Commands())

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands of each group under its heading."""
        for heading, commands in GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl([*commands.items()])


class Followed(TyperCommand):
    """A command that ends with the one that makes sense after it."""

    def invoke(self, ctx: Any) -> Any:
        """Do what was asked for, and once it is done say what to do next."""
        done = super().invoke(ctx)
        with plain_errors():
            ahead(str(ctx.info_name), ctx.params)
        return done


class Commands(Mapping[str, TyperCommand]):
    """Every command by name, made when it is asked for: all of them would be half of what a start takes."""

    def __getitem__(self, name: str) -> TyperCommand:
        if name not in COMMANDS:
            raise KeyError(name)
        return _command(name)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


@cache
def _command(name: str) -> TyperCommand:
    """The command of the function that its file has."""
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    alone.command(cls=Followed)(getattr(import_module(f"sim.cli.{name}"), name))
    return cast(TyperCommand, typer.main.get_command(alone))
