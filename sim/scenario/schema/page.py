"""Section of the page that carries the model: which numbers its reader may move, and what to begin with."""

from __future__ import annotations

from sim.scenario.schema.kinds import Section, Text, key
from sim.scenario.schema.settings import Theory


class Preset(Section):
    """Settings with a name: something that somebody does, or that may be so."""

    label: Text = key("a verb, as on a button")
    says: Text = key("what it stands for, in one sentence")
    does: list[Text] = key(
        "what somebody does, each as NAME=VALUE@MONTH, or NAME=VALUE from the first month on",
        [],
        example=["wealth=0.2@2025-01"],
    )
    assumes: list[Text] = key("what is assumed, each as PATH=VALUE", [], example=["decision.precision=0.5"])
    theory: Theory | None = key("the theory of choice, if not the scenario's", None)


class Page(Section):
    """What the reader of a report may move (steppe report); twelve numbers at most."""

    does: list[Text] | None = key(
        "what somebody does, by the names of interventions: numbers, or stocks that are held; left out: the "
        "levers, and the stocks that nobody in the scenario moves",
        None,
    )
    assumes: list[Text] | None = key(
        "what is assumed, by path; left out: entries of [uncertain] that are one number, the largest drivers "
        "first where there are draws",
        None,
    )
    theories: list[Theory] | None = key(
        "theories of choice, besides the scenario's own; left out: all that are shipped", None
    )
    labels: dict[str, Text] = key("by name or path: what the page calls a number", {})
    presets: dict[str, Preset] = key("settings with a name, which the page offers", {})
