"""Figures of a hindcast: what came beside what runs predicted, and scores beside baselines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from sim.studies.hindcast.figures import pit, reliability, scores, series, skill

if TYPE_CHECKING:
    from sim.studies.hindcast.ask import Hindcast


def figures(found: Hindcast) -> dict[str, Figure]:
    """Every figure of a hindcast by name; those for which its table holds nothing are left out."""
    kinds, made = set(found.scores["kind"]), {}
    if "series" in kinds:
        made["series"] = series.figure(found)
    if "event" in kinds:
        made["reliability"] = reliability.figure(found)
    # Without a row there are no columns either.
    if "series" in set(found.horizons.get("kind", ())):
        made["skill"] = skill.figure(found)
    if pit.groups(found.pit):
        made["pit"] = pit.figure(found)
    if found.targets.empty:  # without any score it has no columns either
        return made
    scored = set(found.targets["kind"])
    for kind in scores.KINDS:
        if kind in scored:
            made[f"scores-{kind}"] = scores.figure(found, kind)
    return made
