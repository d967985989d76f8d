"""A page about a hindcast: scores of runs of the past beside those of baselines that use no model."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pandas as pd

from sim.assimilation.facts import EVENT, IN_SAMPLE, OUT_OF_SAMPLE, SAMPLES, SERIES, TIME, VALIDATION
from sim.outcomes.baselines import BASELINES
from sim.studies.hindcast.targets import BESIDE, EVERY
from sim.studies.hindcast.text import EVENT_NOTE, SCORES_NOTE, SERIES_NOTE, TIME_NOTE
from sim.studies.report.folders.opened import Folder
from sim.studies.report.folders.shape import Columns, Part, Picture, Shape, count, number, share
from sim.studies.report.pieces import Piece, Words
from sim.studies.report.words import counted

WHAT = {SERIES: "Series", EVENT: "Events", TIME: "First times"}

IN_WORDS = {
    IN_SAMPLE: "in-sample (fitted to them, so no test)", VALIDATION: "validation",
    OUT_OF_SAMPLE: "out-of-sample",
}  # fmt: skip


def _question(folder: Folder, of: str | None) -> Iterator[str]:
    """What was laid beside what."""
    told = folder.manifest
    yield "How near do runs of the past come to what came, and how near come rules that use no model?"
    split = folder.scenario.case.hindcast
    size = f"{told['facts']:,} observations, {told['runs']:,} runs of {told['months']} months"
    size += f", seed {told['seed']}"
    if told["beliefs"]:
        size += f", under {told['beliefs']['draws']:,} draws of the uncertain numbers"
    if split is not None:
        size += f"; numbers were fitted until {split.fitted_until}, validated until {split.validated_until}"
    yield f"{size}."


def _answer(folder: Folder, of: str | None) -> Iterator[Piece]:
    yield Words.of(*_scored(folder))


def _scored(folder: Folder) -> Iterator[str]:
    """Of each kind of observation and sample, the score of the runs beside those of the baselines.

    What runs were not fitted to comes first, as it says most.
    """
    table = folder.table("targets.csv")
    for sample in reversed(SAMPLES):
        for kind, what in WHAT.items():
            own = table[(table["kind"] == kind) & (table["sample"] == sample)]
            whole = own[own["target"] == EVERY]
            # one target alone has no row for all of them
            for _, row in (whole if len(whole) else own).iterrows():
                said = "; ".join([*_beside(kind, row), *_held(kind, row)])
                yield f"{what}, {IN_WORDS[sample]}, {counted(int(row['facts']), 'observation')}: {said}."


def _beside(kind: str, row: pd.Series) -> Iterator[str]:
    """How the runs score beside the baselines, those together of which the same is said."""
    said: dict[str, list[str]] = {}
    for name in BESIDE[kind]:
        skill, low, high = (_cell(row, f"skill_{name}{end}") for end in ("", "_low", "_high"))
        if pd.notna(skill):
            told = f"“{BASELINES[name].label}” (skill {_skill(skill, low, high)})"
            said.setdefault(_costs(skill, low, high), []).append(told)
    for verdict, named in said.items():
        yield f"{verdict} {' and '.join(named)}"


def _held(kind: str, row: pd.Series) -> Iterator[str]:
    """How often intervals held what came, and how many events came."""
    if kind == SERIES:
        half, most = (_cell(row, f"within_{level}") for level in ("50", "90"))
        yield f"{half:.0f} lie inside the 50 % interval of the runs, {most:.0f} inside that of 90 %"
    if kind == EVENT:
        expected = _cell(row, "probability") * row["facts"]
        yield f"{_cell(row, 'happened'):.0f} happened, where the runs expect {expected:.1f}"


def _costs(skill: float, low: float, high: float) -> str:
    """Whether the runs miss by less than a baseline, as far as that can be told."""
    if pd.isna(low):
        return "too few years to tell the runs from"
    if low <= 0 <= high:
        return "the runs are not told apart from"
    if skill > 0:
        return "the runs miss by less than"
    return "the runs miss by more than"


def _skill(skill: float, low: float, high: float) -> str:
    if pd.isna(low):
        return f"{skill:+.2f}"
    return f"{skill:+.2f}, 95 % {low:+.2f} to {high:+.2f}"


def _cell(row: pd.Series, name: str) -> float:
    """A cell, or not a number where the table has no such column."""
    return float(row.get(name, float("nan")))


def _kind(table: pd.DataFrame, folder: Folder, of: str | None, kind: str) -> pd.DataFrame:
    """Targets of a kind, without columns that say nothing of it."""
    return table[table["kind"] == kind].dropna(axis=1, how="all")


def _scores(kind: str) -> Columns:
    """Mean scores of the runs and of each baseline, and how far the runs are better."""
    found: Columns = {
        "label": ("Target", None),
        "sample": ("sample", None),
        "facts": ("n", count),
        "score": ("runs", number),
    }
    for name in BESIDE[kind]:
        found[f"score_{name}"] = (BASELINES[name].label, number)
    for name in BESIDE[kind]:
        found[f"skill_{name}"] = (f"skill against {BASELINES[name].heading}", number)
    return found


def _observed(table: pd.DataFrame, folder: Folder, of: str | None) -> pd.DataFrame:
    """Observations, those first that nothing was fitted to."""
    fitted = table["sample"] == IN_SAMPLE
    return pd.concat([table[~fitted], table[fitted]])


_OBSERVED: Columns = {
    "label": ("What", None), "when": ("when", None), "sample": ("sample", None), "observed": ("came", number),
    "q05": ("runs: 5 %", number), "q50": ("half", number), "q95": ("95 %", number),
    "probability": ("runs: probability, %", share), "score": ("score", number),
}  # fmt: skip
_RELIABILITY: Columns = {
    "sample": ("Sample", None), "from": ("said, from", share), "to": ("to, %", share),
    "facts": ("how often", count),
    "probability": ("said on the mean, %", share), "happened": ("came", count), "share": ("came, %", share),
    "low": ("from", share), "high": ("to", share),
}  # fmt: skip

SCORED = Shape(
    "Runs of the past beside what came",
    _question,
    _answer,
    (
        *(
            Part(
                "targets.csv", f"scores-{kind}", f"{what}: mean scores, 0 is best", _scores(kind),
                partial(_kind, kind=kind),
            )
            for kind, what in WHAT.items()
        ),
        Part(
            "reliability.csv", "reliability",
            "Events, by the probability that runs gave them: how often they came", _RELIABILITY,
        ),
        Part("scores.csv", "observations", "Observations", _OBSERVED, _observed),
    ),
    (
        Picture(
            "figures/series", "Series",
            "What came in each year beside quantiles of the runs, series by series.",
        ),
        Picture(
            "figures/reliability", "Reliability", "How often events came, by their probability in the runs."
        ),
        Picture(
            "figures/pit", "PIT", "Where what came lies among what runs said, in tenths: flat if as said."
        ),
        *(
            Picture(f"figures/scores-{kind}", f"{what}: scores", "Mean scores of runs and of baselines.")
            for kind, what in WHAT.items()
        ),
    ),
    (
        SCORES_NOTE, SERIES_NOTE, EVENT_NOTE, TIME_NOTE,
        "That runs of the past fit says little of the future: what moved it then need not move it now.",
    ),
)  # fmt: skip
