"""Policies that were found: what each reaches and loses over fresh worlds, their tables, figures, folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.drawing.saving import draw, into
from sim.engine.setups import Plain
from sim.refusal import one_line
from sim.scenario.load import Scenario
from sim.statistics.robust import Estimate
from sim.studies.finding import Finding
from sim.studies.manifest import told
from sim.studies.policy.candidates import Places
from sim.studies.policy.choice import Choice
from sim.studies.policy.journal import Journal
from sim.studies.policy.objectives import Objective
from sim.studies.policy.regret import regrets
from sim.studies.policy.tables import regret_table, table_of
from sim.studies.policy.worlds import Field, Luck, Performance
from sim.writing.folders import replacing
from sim.writing.manifest import POLICY, seal
from sim.writing.notebook import card
from sim.writing.tables import write_csv
from sim.writing.text import CAVEAT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STATUS_QUO = "status quo"


@dataclass(frozen=True)
class Policies:
    """Policies that were chosen, and what comes of them in worlds that the search has not seen.

    best: the place of the one of least regret in those that it has seen; luck: that of the search, and that
    of the performance.
    """

    field: Field
    objectives: tuple[Objective, ...]
    choice: Choice
    performance: Performance
    best: int
    luck: tuple[Luck, Luck]
    journal: Journal
    command: tuple[str, ...] = ()

    @property
    def scenario(self) -> Scenario:
        return self.field.knobs.scenario

    @property
    def chosen(self) -> tuple[Places, ...]:
        """The status quo, then policies that stand for all that no other beats."""
        return self.choice.policies

    @property
    def wants(self) -> tuple[Finding, ...]:
        return self.field.wants

    @property
    def names(self) -> list[str]:
        """The status quo, then A, B and so on in the order of their costs."""
        order = np.argsort(self.performance.cost[1:].mean(axis=(1, 2)), kind="stable")
        names = [STATUS_QUO, *("" for _ in order)]
        for letter, place in enumerate(order.tolist()):
            names[place + 1] = chr(ord("A") + letter)
        return names

    @property
    def order(self) -> list[int]:
        """Places of policies in the order of their names."""
        return sorted(range(len(self.chosen)), key=lambda place: (place > 0, self.names[place]))

    def said(self, place: int) -> str:
        """What a policy does, in words."""
        return self.field.knobs.said(self.chosen[place])

    @cached_property
    def estimates(self) -> list[list[Estimate]]:
        """What each policy reaches, by objective."""
        count = len(self.chosen)
        return [[each.of(self.performance, place) for each in self.objectives] for place in range(count)]

    @cached_property
    def regrets(self) -> np.ndarray:
        """What each policy loses in each world (policies, wants, settings, draws)."""
        return regrets(self.performance, self.wants)

    def table(self) -> pd.DataFrame:
        """A row for each policy: what it does, then value, low and high of each objective and mean regret."""
        return table_of(self)

    def regret(self) -> pd.DataFrame:
        """A row for each policy, thing that is wanted and setting: mean regret with its 95 % interval."""
        return regret_table(self)

    def __repr__(self) -> str:
        shares = f"{self.choice.front} of {self.choice.tried} candidates on the front"
        told = f"{self.field.knobs.actor}: {shares}"
        return f"<Policies {one_line(f'{told}: {self.scenario!r}')}>"

    def _repr_html_(self) -> str:
        """The table, in a notebook."""
        return card(repr(self)[1:-1], self.table(), CAVEAT)

    def plot(self) -> dict[str, Figure]:
        """What policies reach and cost, and what they lose where, by name."""
        from sim.studies.policy.figures import front_figure, regret_figure

        return {"front": front_figure(self), "regret": regret_figure(self)}

    def save(self, folder: str | Path, overwrite: bool = False) -> tuple[str, ...]:
        """Write tables, figures and manifest to a folder, all or nothing; a line for a figure not drawn.

        Raises FileExistsError (`PlaceError`).
        """
        with replacing(folder, POLICY, overwrite) as work:
            write_csv(self.table(), work / "table.csv")
            write_csv(self.regret(), work / "regret.csv")
            undrawn = draw(self.plot, into(work))
            seal(work, POLICY, self.manifest())
        self.journal.close()
        return undrawn

    def manifest(self) -> dict[str, Any]:
        """What it takes to do this again, and with what it was done."""
        # here, as the sentence is about this
        from sim.studies.policy.text import sentence

        known, fresh = self.luck
        settings = len(self.field.settings)
        own = {
            "actor": self.field.knobs.actor,
            "answer": [sentence(self)],
            "levers": [knob.name for knob in self.field.knobs.each],
            "wants": list(map(str, self.wants)),
            "objectives": [each.name for each in self.objectives],
            "settings": [setting.label for setting in self.field.settings],
            "counts": {"tried": self.choice.tried, "front": self.choice.front},
            "search": {"draws": len(known.draws), "runs_per_draw": known.runs},
            "told": {"draws": len(fresh.draws), "runs_per_draw": fresh.runs},
        }
        runs = settings * len(fresh.draws) * fresh.runs
        return told(
            Plain(self.scenario), runs, 0, self.field.seed, self.field.months, own, self.command, ("pymoo",)
        )
