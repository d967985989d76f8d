"""A game's page as one file of HTML that needs no other and asks for none."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sim.play.game import Game
from sim.play.page.pack import pack
from sim.play.page.scripts import ASSETS, text_of, whole
from sim.studies.report.document import MAKER, as_json, asset, fit, policy
from sim.writing.manifest import version_of
from sim.writing.text import CAVEAT


def page_of(game: Game, command: str, facts: Path | None = None) -> str:
    """The page in which a game is played from its start; command: what makes it. Raises ScenarioError.

    facts: a dated table that its end lays beside the game.

    >>> import sim
    >>> html = page_of(Game(sim.load("armenia-2024"), "Armenia", 0, 1, 3), "steppe play ...")
    >>> "<title>Armenia:" in html
    True
    """
    packed, script = pack(game, command, facts), whole()
    said = packed["said"]
    values = packed | {"first": packed["dates"][0], "months": f"{game.months} months"}
    return (
        _templates()
        .get_template("game.html")
        .render(
            title=packed["title"],
            label=packed["label"],
            future=said["future"].format(**packed),
            opening=said["opening"].format(**values),
            scored=said["scored"],
            caveat=CAVEAT,
            command=command,
            maker=MAKER,
            version=version_of("steppe-sim"),
            policy=policy(script),
            style=Markup("\n".join((asset("page.css"), text_of("game.css")))),
            model=Markup(as_json(fit(packed))),
            script=Markup(script),
        )
    )


def _templates() -> Environment:
    """The template; what it is filled with is escaped, and turns no direction of writing."""
    return Environment(
        loader=FileSystemLoader(ASSETS), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=fit,
    )  # fmt: skip
