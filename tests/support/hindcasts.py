"""A small case with a past: series, events and first times that its own runs can make up."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from sim.assimilation.facts import EVENT, SERIES, TIME, Fact
from sim.assimilation.instruments import Instruments
from sim.engine.history import month_label
from sim.engine.pages import pages
from sim.scenario.load import Scenario, parse
from sim.scenario.lower import lower

SMALL = Path(__file__).parents[1] / "cases" / "small.toml"
START, YEARS = 2010, 12
ERROR = 0.01


def past_case(**changes: Any) -> Scenario:
    """The small case over twelve years, with two series that are observed and an outcome; `changes` replace
    whole tables.
    """
    raw = tomllib.loads(SMALL.read_text(encoding="utf-8"))
    raw["time"] = {"start": f"{START}-01", "months": 12 * YEARS}
    measured = {"unit": "1", "error": ERROR, "definition": "the yearly mean", "source": "test"}
    raw["quantities"]["wealth"] |= {"noise": 0.04, "relaxation": 0.04}
    raw["observations"] = {
        "wealth": measured | {"label": "Wealth as counted", "measure": "wealth"},
        "lean": measured | {"label": "Lean", "measure": "alignment.order"},
    }
    raw["hindcast"] = {"fitted_until": "2016-12", "validated_until": "2018-12"}
    raw["uncertain"] = {
        "wealth": {"label": "Level of wealth", "numbers": ["quantities.wealth.start"], "times": 0.1}
    }
    raw["provenance"][0]["range"] = [6, 240]
    raw["provenance"].insert(
        0, {"numbers": "observations.*.error", "unit": "1", "range": [0.0, 0.1], "source": "test"}
    )
    raw["provenance"].insert(
        0, {"numbers": "uncertain.*.times", "unit": "1", "range": [0.01, 0.5], "source": "test"}
    )
    return parse(raw | changes, "past.toml")


def yearly(kind: str, target: str, values: list[float], first: int = START) -> tuple[Fact, ...]:
    """A fact a year."""
    return tuple(
        Fact(kind, target, 12 * year, 12 * year + 11, value) for year, value in enumerate(values, start=first)
    )


def asked(years: int = YEARS) -> tuple[Fact, ...]:
    """Observations that could be made of the case, values still to come: of each year, and the first raid."""
    blank = [0.0] * years
    last = 12 * (START + years) - 1
    return (
        *yearly(SERIES, "wealth", blank), *yearly(SERIES, "lean", blank),
        *yearly(EVENT, "loan", blank), *yearly(EVENT, "raid", blank),
        Fact(TIME, "raid", 12 * (START + years // 2), last, 0.0),
    )  # fmt: skip


def written_down(scenario: Scenario, runs: int, seed: int = 99) -> np.ndarray:
    """What would have been written down of `asked` in runs of the model (facts, runs), error of measurement
    included.
    """
    facts = asked()
    instruments = Instruments.of(lower(scenario, 12 * YEARS), facts)
    said = np.concatenate(
        list(pages(lower(scenario, 12 * YEARS), runs, seed, work=instruments.measure)), axis=1
    )
    return instruments.observed(said, seed, np.arange(runs))


def came(scenario: Scenario, run: int) -> tuple[Fact, ...]:
    """The observations of one run of the model."""
    values = written_down(scenario, run + 1)[:, run]
    return tuple(
        Fact(f.kind, f.target, f.first, f.last, float(v)) for f, v in zip(asked(), values, strict=True)
    )


def table_of(facts: tuple[Fact, ...], file: Path) -> Path:
    """Facts as a CSV file."""
    rows = ["kind,target,when,value,source,provenance,note"]
    for fact in facts:
        value = (
            repr(fact.value)
            if fact.kind != TIME
            else "never"
            if np.isinf(fact.value)
            else month_label(int(fact.value))
        )
        rows.append(f"{fact.kind},{fact.target},{fact.when},{value},made up,test,")
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file
