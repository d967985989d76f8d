"""Flips as tables: one by one, and by the decision that they hang on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.scenario.lower import World
from sim.statistics.intervals import wilson
from sim.studies.explain.flips.hinges import Hinge
from sim.studies.explain.flips.made import Made
from sim.studies.explain.flips.pairs import Decision
from sim.studies.explain.flips.words import WORLDS, actor_of, cause_words, date_of, decided

if TYPE_CHECKING:
    from sim.studies.explain.flips.flips import Flips

STAKES = ["stake", "stake_logits", "second_stake", "second_stake_logits"]
DECISION = ["event", "node", "actor", "decision", "only_in"]
COLUMNS = [*DECISION, "flips", "share", "low", "high", "first", "month", "odds_a", "odds_b", *STAKES]
ROWS = [
    "run", "came_in", "hangs_on", "month", *DECISION, "odds_a", "odds_b", "luck", *STAKES, "first_month",
    "first_decision",
]  # fmt: skip

FIRST, LATER = "the first decision", "a later decision"
SEVERAL, RULE, ALONE, UNKNOWN = "several decisions", "a rule", "numbers alone", "not tried"
"""What a flip hangs on."""


def rows_of(flips: Flips) -> pd.DataFrame:
    """A row for each flip: columns ROWS."""
    found, world = [], flips.pair.worlds[0]
    came_in = flips.flipped.came[1].astype(int).tolist()
    for run, place, hinge in zip(flips.flipped.runs.tolist(), came_in, flips.hinges, strict=True):
        row = {"run": run, "came_in": WORLDS[place], "hangs_on": hangs_on(hinge)}
        if hinge.first is not None:
            turn = hinge.first.turn
            row |= {
                "first_month": date_of(world, turn.month),
                "first_decision": decided(world, turn.decision),
            }
        if hinge.decisive is not None:
            row |= _made(world, hinge.decisive)
        found.append(row)
    return pd.DataFrame(found, columns=ROWS)


def hangs_on(hinge: Hinge) -> str:
    """What a flip hangs on."""
    if hinge.first is None:
        return ALONE
    if hinge.decisive is hinge.first:
        return FIRST
    if hinge.decisive is not None:
        return LATER
    if not hinge.is_known:
        return UNKNOWN
    if hinge.first.is_ruled:
        return RULE
    return SEVERAL


def table_of(flips: Flips) -> pd.DataFrame:
    """A row for each decision that flips hang on, those with the most first: columns COLUMNS."""
    world, found = flips.pair.worlds[0], []
    for decision, made in flips.by_decision.items():
        low, high = wilson(len(made), len(flips.hinges))
        told = pd.DataFrame([_made(world, each) for each in made])
        first = [flips.hinges[each.turn.flip].first is each for each in made]
        own = {
            "flips": len(made), "share": len(made) / len(flips.hinges), "low": float(low),
            "high": float(high), "first": sum(first) / len(made),
            "month": told["month"].sort_values().iloc[len(made) // 2],
        }  # fmt: skip
        odds = told[["odds_a", "odds_b"]].mean().to_dict()
        found.append(_named(world, decision) | own | odds | _stakes(world, decision, mean_stakes(made)))
    return pd.DataFrame(found, columns=COLUMNS)


def _named(world: World, decision: Decision) -> dict[str, Any]:
    return {
        "event": decision.event, "node": decision.node.value, "actor": actor_of(world, decision),
        "decision": decided(world, decision), "only_in": WORLDS[decision.only_in],
    }  # fmt: skip


def _made(world: World, made: Made) -> dict[str, Any]:
    """How a decision is made in both worlds."""
    decision, (odds_a, odds_b) = made.turn.decision, made.odds
    own = {"month": date_of(world, made.turn.month), "odds_a": odds_a, "odds_b": odds_b, "luck": made.luck}
    return _named(world, decision) | own | _stakes(world, decision, made.stakes)


def _stakes(world: World, decision: Decision, stakes: Mapping[str, float]) -> dict[str, Any]:
    """The two largest stakes, in words."""
    words, found = cause_words(world, decision.event), dict[str, Any]()
    for name, (cause, amount) in zip(("stake", "second_stake"), stakes.items(), strict=False):
        found |= {name: words.get(cause, cause), f"{name}_logits": amount}
    return found


def mean_stakes(made: Iterable[Made]) -> dict[str, float]:
    """What each cause adds more in the second world [logits], the mean over turns, the most first."""
    means = pd.DataFrame([each.stakes for each in made]).fillna(0.0).mean()
    return means.sort_values(key=lambda amounts: -amounts.abs(), kind="stable").to_dict()
