"""Policies as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.statistics.robust import Estimate, mean_of

if TYPE_CHECKING:
    from sim.studies.policy.policies import Policies

REGRET = ["policy", "want", "setting", "regret", "low", "high", "best"]


def table_of(found: Policies) -> pd.DataFrame:
    """A row for each policy in the order of costs: its name, whether it waits for a signal, each lever's
    value and bar, then by objective and regret value, low and high.
    """
    return pd.DataFrame([_row(found, place) for place in found.order])


def _row(found: Policies, place: int) -> dict[str, Any]:
    candidate = found.chosen[place]
    row: dict[str, Any] = {
        "policy": found.names[place],
        "least_regret": place == found.best,
        "waits": found.field.knobs.waits(candidate),
        "does": found.said(place),
    }
    for pull in found.field.knobs.pulls(candidate):
        row[f"lever.{pull.knob.name}"] = _written(pull.value)
        if pull.knob.bars:
            row[f"bar.{pull.knob.name}"] = _written(pull.above)
    for objective, estimate in zip(found.objectives, found.estimates[place], strict=True):
        row |= _told(objective.name, estimate)
    for want in range(len(found.wants)):
        row |= _told(f"regret.{_named(found, want)}", mean_of(found.regrets[place, want].T))
    return row


def _written(value: Any) -> str:
    """A value as it is written; empty where there is none, which a column of numbers could not say."""
    if value is None:
        return ""
    return str(value)


def _told(name: str, estimate: Estimate) -> dict[str, float]:
    return {name: estimate.value, f"{name}.low": estimate.low, f"{name}.high": estimate.high}


def _named(found: Policies, want: int) -> str:
    side = found.wants[want].sides[0]
    return f"{side.name}.{side.dates[0]}"


def regret_table(found: Policies) -> pd.DataFrame:
    """A row for each policy, thing that is wanted and setting: columns REGRET; `best` is whether no policy
    loses less there.
    """
    rows = []
    for want in range(len(found.wants)):
        for at, setting in enumerate(found.field.settings):
            means = found.regrets[:, want, at].mean(axis=1)
            for place in found.order:
                estimate = mean_of(found.regrets[place, want, at][:, None])
                numbers = [estimate.value, estimate.low, estimate.high]
                is_best = bool(place == means.argmin())
                rows.append([found.names[place], _named(found, want), setting.label, *numbers, is_best])
    return pd.DataFrame(rows, columns=REGRET)
