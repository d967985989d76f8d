"""What came of runs under draws of the uncertain numbers, as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pandas as pd

from sim.engine.beliefs import Beliefs
from sim.outcomes.baselines import BASELINES
from sim.statistics.nested import least_share
from sim.studies.run.ensemble import Ensemble
from sim.studies.run.text.columns import BY, MARKED, ONLY_CHANCE, baselines_of, ends, laid_out, shares
from sim.studies.run.text.drivers import drivers_told
from sim.studies.run.text.terms import terms_told
from sim.writing.text import WIDTH, percent

NOTES = (
    "Again with other luck: the command with another seed. Over what nobody knows: what the middle 90 % of "
    "draws of the uncertain numbers expect, chance taken out ({only}: they do not differ beyond it); "
    "{others}. The numbers' share: % of what makes single runs differ that is due to the draws; the rest is "
    "chance, and below {least} all may be."
)
OTHER_NUMBERS = "numbers that the scenario does not call uncertain are in neither"
WHOLE_NUMBERS = "whole numbers, what builds and what measures the model stay as they are"


def believed(beliefs: Beliefs, runs: int) -> str:
    """One sentence: how many draws, and what they are from."""
    each = f"{beliefs.draws:,} draws of {len(beliefs.free)} uncertain numbers, {runs // beliefs.draws:,} runs"
    if beliefs.from_ranges:
        return f"{each} under each; every number that has a range drawn from it, all values alike plausible."
    if not beliefs.learnt:
        return f"{each} under each; from the scenario's priors alone."
    prior = barely = ""
    if beliefs.prior_only:
        prior = f", {len(beliefs.prior_only)} from the scenario's priors"
    if beliefs.barely:
        barely = f" (next to nothing of {', '.join(beliefs.barely)})"
    return f"{each} under each; {len(beliefs.learnt)} learnt from {beliefs.source}{barely}{prior}."


def under_draws(
    ensemble: Ensemble, beliefs: Beliefs, everything: bool, of: str | None = None
) -> Iterator[str]:
    """The tables with both intervals side by side, what drives an outcome, and what the columns mean."""
    table, last = ensemble.table(), ensemble.dates[-1]
    own = {kind: table[table["kind"] == kind] for kind in ("outcome", "distribution", "terms", "posture")}
    least = least_share(beliefs.draws, ensemble.runs // beliefs.draws)
    yield from laid_out(
        "Probability (%)", own["outcome"], [BY, *shares(least), *baselines_of(own["outcome"])]
    )
    yield from drivers_told(ensemble, of)
    yield from laid_out(f"Where it stands in {last}", own["distribution"], ends(least))
    yield from terms_told(own["terms"])
    yield from laid_out(f"Posture in {last}, % of runs", own["posture"], shares(least))
    if everything:
        events = table[table["kind"] == "event"]
        yield from laid_out(f"Probability (%) that it takes place by {last}", events, shares(least))
    yield ""
    yield from textwrap.wrap(_notes(least, own["outcome"], beliefs), WIDTH)


def _notes(least: float, outcomes: pd.DataFrame, beliefs: Beliefs) -> str:
    """What the columns mean, in a few sentences."""
    others = OTHER_NUMBERS
    if beliefs.from_ranges:
        others = WHOLE_NUMBERS
    notes = [NOTES.format(only=ONLY_CHANCE, least=percent(least), others=others)]
    rules = [BASELINES[name] for name in MARKED if not outcomes.empty and outcomes[name].notna().any()]
    if rules:
        told = "; ".join(f"{rule.heading}: {rule.meaning}" for rule in rules)
        notes.append(f"Without any model: {told} (more in table.csv).")
    return " ".join(notes)
