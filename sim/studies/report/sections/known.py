"""What is known of the past that runs keep to, and what it does to the answer."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.assimilation.facts import EVENT, SERIES, Fact
from sim.assimilation.given import Given
from sim.engine.history import month_label
from sim.outcomes.happenings import happenings_of
from sim.studies.report.findings import Findings
from sim.studies.report.pieces import Piece, Section, Table, Words
from sim.studies.report.words import counted, month_name, of_hundred

HEADS = ("Fact", "when", "what", "source")
CAME, DID_NOT = "it came", "it did not come"
MOST = 40
"""Facts that are shown; the file that can be saved has them all."""

HOW = (
    "Runs are lived through these months many times and weighed by how well they keep to the facts; those "
    "that do go on from there, each with a past of its own. Fewer count than there are, since several share "
    "a past: intervals are of those that count."
)
NOT_HERE = (
    "Not in this page, because it would be told without the facts: what drives the answer, why the model "
    "says so, one way to change it, one future told, and the band over all ranges."
)


def said_of(given: Given) -> str:
    """What runs keep to, and how many of them count, in a sentence."""
    past = given.past
    facts = f"Given {counted(len(past.used), 'fact')} known until {month_name(given.month)}"
    return f"{facts} ({past.source.name}); {past.effective:,.0f} of {past.particles:,} runs count."


def known(found: Findings) -> Section | None:
    """The facts, and outcomes with and without them; none where nothing is given."""
    if found.given is None:
        return None
    given = found.given
    pieces: list[Piece] = [Words.of(HOW), _facts(given), *_effects(found), Words.of(NOT_HERE, kind="note")]
    return Section("known", "What is known", pieces)


def _facts(given: Given) -> Table:
    """The facts as they are read, and as they stand in their table."""
    past, labels = given.past, _labels(given)
    every = (*past.used, *past.unused)
    data = pd.DataFrame([_row(fact, fact in past.used) for fact in every])
    shown = pd.DataFrame([_shown(fact, labels) for fact in past.used[:MOST]], columns=list(HEADS))
    notes = []
    if len(past.used) > MOST:
        notes.append(f"Shown: {MOST} of {len(past.used):,} facts; all are in the CSV file.")
    if past.unused:
        rows = counted(len(past.unused), "row")
        why = f"of {month_name(given.month)} or later, or of what runs cannot be weighed by"
        notes.append(f"{rows} of the table not used: {why}.")
    caption = f"What runs keep to until {month_name(given.month)}"
    return Table("facts", caption, shown, data, "", tuple(notes), texts=tuple(shown.columns))


def _labels(given: Given) -> dict[str, str]:
    """What targets of facts are called."""
    scenario = given.past.setup.scenario
    happenings = {each.name: each.label for each in happenings_of(scenario)}
    return happenings | {name: each.label for name, each in scenario.case.observations.items()}


def _row(fact: Fact, used: bool) -> dict[str, object]:
    """A fact as it stands in its table, and whether it is used."""
    return {
        "kind": fact.kind, "target": fact.target, "when": fact.when, "value": _written(fact),
        "source": fact.source, "provenance": fact.provenance, "note": fact.note, "used": used,
    }  # fmt: skip


def _written(fact: Fact) -> object:
    """The value as tables have it: of a first time its month, or never."""
    if fact.kind in (EVENT, SERIES):
        return fact.value
    return month_label(int(fact.value)) if math.isfinite(fact.value) else "never"


def _shown(fact: Fact, labels: dict[str, str]) -> tuple[str, str, str, str]:
    """A fact in words: of what, when, what came of it, and who says so."""
    if fact.kind == SERIES:
        what = f"{fact.value:g}"
    elif fact.kind == EVENT:
        what = CAME if fact.value else DID_NOT
    else:
        what = f"it first came in {_written(fact)}" if math.isfinite(fact.value) else DID_NOT
    return labels.get(fact.target, fact.target), fact.when, what, fact.source or "–"


def _effects(found: Findings) -> Iterator[Piece]:
    """Outcomes by the first month that is free and the last, with the facts and without."""
    assert found.given is not None
    both = []
    for rows in (found.table, found.plain.table()):
        own = rows[(rows["kind"] == "outcome") & (rows["date"] >= found.given.month)]
        both.append(own[["name", "label", "date", "value"]])
    one, other = both
    if one.empty:
        return
    data = one.merge(other, on=["name", "label", "date"], suffixes=("", "_without"))
    ends = [own.iloc[[0, -1]].drop_duplicates() for _, own in data.groupby("name", sort=False)]
    told = [_effect(row) for row in pd.concat(ends).itertuples()]
    shown = pd.DataFrame(told, columns=["Outcome", "by the end of", "given the facts", "without them"])
    caption = "In how many of 100 futures it has come, given the facts and without them"
    notes = ("Without them: as many futures of the same scenario from its start.",)
    yield Table("effects", caption, shown, data, found.plain_command, notes, texts=("by the end of",))


def _effect(row: Any) -> tuple[str, str, str, str]:
    """An outcome by a month, with the facts and without."""
    return row.label, month_name(str(row.date)), of_hundred(row.value), of_hundred(row.value_without)
