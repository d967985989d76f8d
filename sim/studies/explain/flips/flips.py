"""Which futures flip between two worlds, on which decision each hangs, and the tables of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.statistics.intervals import wilson
from sim.statistics.paired import Difference
from sim.studies.explain.flips.hinges import Hinge, hinges
from sim.studies.explain.flips.made import Made
from sim.studies.explain.flips.pairs import Decision, Flipped, Pair, flipped_of
from sim.studies.explain.flips.words import WORLDS, actor_of, cause_words, date_of, decided

COLUMNS = [
    "event", "node", "actor", "decision", "only_in", "flips", "share", "low", "high", "first", "month",
    "odds_a", "odds_b", "stake", "stake_logits", "second_stake", "second_stake_logits",
]  # fmt: skip

ROWS = [
    "run", "came_in", "hangs_on", "month", "event", "node", "actor", "decision", "only_in", "odds_a",
    "odds_b", "luck", "stake", "stake_logits", "second_stake", "second_stake_logits", "first_month",
    "first_decision",
]  # fmt: skip


@dataclass(frozen=True)
class Flips:
    """Futures in which an outcome comes in one of two worlds only, and what each hangs on.

    came (2, runs): whether it comes in either world, not a number where a run failed.
    """

    pair: Pair
    came: np.ndarray
    flipped: Flipped
    hinges: tuple[Hinge, ...]

    @property
    def runs(self) -> int:
        """Futures that count: those that failed in neither world."""
        return int(np.isfinite(self.came).all(axis=0).sum())

    @property
    def gained(self) -> int:
        """Flips in which it comes in the second world only."""
        return int(self.flipped.came[1].sum())

    @cached_property
    def by_decision(self) -> dict[Decision, list[Hinge]]:
        """Flips by the decision that they hang on, those with the most first."""
        found: dict[Decision, list[Hinge]] = defaultdict(list)
        for hinge in self.hinges:
            if hinge.decisive is not None:
                found[hinge.decisive.turn.decision].append(hinge)
        return dict(sorted(found.items(), key=lambda own: (-len(own[1]), own[0])))

    @property
    def on_one(self) -> Difference:
        """The share of flips that hang on a single decision, with its 95 % interval."""
        return self.share_of(sum(hinge.decisive is not None for hinge in self.hinges))

    def share_of(self, flips: int) -> Difference:
        """So many as a share of all flips, with its 95 % interval (Wilson)."""
        if not self.hinges:
            return Difference(np.nan, np.nan, np.nan)
        low, high = wilson(flips, len(self.hinges))
        return Difference(flips / len(self.hinges), float(low), float(high))

    def table(self) -> pd.DataFrame:
        """A row for each decision that flips hang on, those with the most first: columns COLUMNS.

        `first`: share of them in which it is also the first that differs; `month`: the median one; odds and
        stakes [logits, second world less first]: means over its flips.
        """
        return pd.DataFrame(list(self._by_decision()), columns=COLUMNS)

    def rows(self) -> pd.DataFrame:
        """A row for each flip, by the number of the run: columns ROWS."""
        return pd.DataFrame(list(self._by_flip()), columns=ROWS)

    def _by_decision(self) -> Iterator[dict[str, Any]]:
        for decision, own in self.by_decision.items():
            share, made = self.share_of(len(own)), [hinge.decisive for hinge in own if hinge.decisive]
            odds = np.mean([each.odds for each in made], axis=0)
            months = sorted(each.turn.month for each in made)
            yield {
                **self._named(decision), "flips": len(own), "share": share.mean, "low": share.low,
                "high": share.high, "first": np.mean([hinge.first is hinge.decisive for hinge in own]),
                "month": self._date(months[len(months) // 2]), "odds_a": odds[0], "odds_b": odds[1],
                **self._stakes(decision, mean_stakes(made)),
            }  # fmt: skip

    def _by_flip(self) -> Iterator[dict[str, Any]]:
        for place, hinge in enumerate(self.hinges):
            row = {"run": int(self.flipped.runs[place]), "came_in": WORLDS[int(self.flipped.came[1, place])]}
            row["hangs_on"] = hangs_on(hinge)
            if hinge.first is not None:
                first = hinge.first.turn
                row["first_month"] = self._date(first.month)
                row["first_decision"] = decided(self.pair.worlds[0], first.decision)
            if hinge.decisive is not None:
                row |= self._made(hinge.decisive)
            yield row

    def _made(self, made: Made) -> dict[str, Any]:
        decision = made.turn.decision
        odds = {"odds_a": made.odds[0], "odds_b": made.odds[1], "luck": made.luck}
        own = {"month": self._date(made.turn.month), **self._named(decision), **odds}
        return own | self._stakes(decision, made.stakes)

    def _named(self, decision: Decision) -> dict[str, Any]:
        world = self.pair.worlds[0]
        return {
            "event": decision.event, "node": decision.node.value, "actor": actor_of(world, decision),
            "decision": decided(world, decision), "only_in": WORLDS[decision.only_in],
        }  # fmt: skip

    def _stakes(self, decision: Decision, stakes: list[tuple[str, float]]) -> dict[str, Any]:
        words, found = cause_words(self.pair.worlds[0], decision.event), dict[str, Any]()
        for name, (cause, amount) in zip(("stake", "second_stake"), stakes, strict=False):
            found |= {name: words.get(cause, cause), f"{name}_logits": amount}
        return found

    def _date(self, month: int) -> str:
        return date_of(self.pair.worlds[0], month)


def mean_stakes(made: list[Made]) -> list[tuple[str, float]]:
    """What each cause adds more in the second world [logits], the mean over turns, the most first."""
    sums: dict[str, float] = defaultdict(float)
    for each in made:
        for cause, amount in each.stakes:
            sums[cause] += amount / len(made)
    return sorted(sums.items(), key=lambda stake: -abs(stake[1]))


def hangs_on(hinge: Hinge) -> str:
    """What a flip hangs on, in a word for a table."""
    if hinge.decisive is not None:
        return "the first decision" if hinge.decisive is hinge.first else "a later decision"
    if not hinge.is_known:
        return "not tried"
    return "several decisions" if hinge.first is not None else "numbers alone"


def flips_of(pair: Pair, runs: int) -> Flips:
    """The flips among so many futures of two worlds."""
    came = pair.came(runs)
    flipped = flipped_of(came)
    return Flips(pair, came, flipped, tuple(hinges(pair, flipped)))
