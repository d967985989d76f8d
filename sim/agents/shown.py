"""What a living run tells of itself: how far its headlines have moved, and what took place last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.rules.state import at
from sim.scenario.labels import state_label

if TYPE_CHECKING:
    from sim.agents.model import Model


def headlines_of(model: Model) -> pd.DataFrame:
    """A row for each headline of the scenario, its quantities if it names none: label, start and now.

    Headlines that have no start, as those worked out of several numbers of the state, are left to ensembles.

    >>> import sim
    >>> model = sim.Model("mongolia-2024", run=3, months=2)
    >>> model.run_model()
    >>> headlines_of(model).columns.tolist()
    ['label', 'start', 'now']
    """
    names = [name for name in model.case.headlines or model.case.quantities if name in model.start]
    rows = [(state_label(model.case, name), model.start[name], model.state[name]) for name in names]
    return pd.DataFrame(rows, columns=["label", "start", "now"])


def took_place(model: Model) -> str:
    """What took place in the month that was simulated last, in a sentence."""
    if model.month < 0:
        return "Not stepped yet."
    rows = model.world.scenario.rows
    # a row of a later stage of the world is not in the state before that stage
    happened = [row.label for name, row in rows.items() if model.state.get(at("took_place", name), 0.0) > 0.0]
    return f"{model.date}: {', '.join(happened) or 'no event'}."
