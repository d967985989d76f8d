"""The failed run: a number that is not finite, wherever a run uses it, marks the run as failed; no other
number does.

The inputs are lines for the small case. They are tried on arrays (`rehearse`), and some also in machine code
and with agents.
"""

from __future__ import annotations

import copy
import math
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sim
from sim.agents.model import Model
from sim.engine.engine import Engine
from sim.engine.history import History
from sim.engine.interpreter import history_of, rehearse
from sim.rules.health import HEALTH
from sim.scenario.load import parse
from sim.scenario.lower import World, lower
from sim.studies.compare.text import differences
from sim.studies.run.text import summary
from sim.studies.sweep.ask import sweep
from sim.studies.sweep.text import sweep_summary

SMALL = Path(__file__).parent / "cases" / "small.toml"
RUNS = 8
NONE, INFINITE = "(war - war) / (war - war)", "1 / (war - war)"
"""Written so that only a run finds out: what is never finite is refused when the file is read."""
NOT_FINITE = (NONE, INFINITE, "-1 / (war - war)", "wealth / (war - war)")
HIDDEN = (
    f"1 / ({INFINITE})", f"min(1, {NONE})", f"min({NONE}, 1)", f"max(0, {NONE})", f"min(1, {INFINITE})",
    f"max(0, 0 - {INFINITE})", f"min(1, max(0, {INFINITE}))", f"0 * ({INFINITE})",
)  # fmt: skip
"""Expressions of which a part is not finite, though the whole may seem to be."""
CONTEST = {
    "label": "Contest",
    "initiator": "nature",
    "responder": "contest",
    "base_logit": -1.0,
    "accepted": {"war": 0.1},
}
CALENDAR = {
    "label": "Vote",
    "initiator": "calendar",
    "dates": ["2010-02"],
    "responder": "contest",
    "accepted": {"war": 0.1},
}
SUMMIT = {
    "label": "Summit", "initiator": "North", "responder": "Buffer", "base_logit": 2.0, "lead": 3,
    "accepted": {"wealth": 0.1},
}  # fmt: skip
THREAT = {
    "label": "Threat",
    "initiator": "North",
    "responder": "Buffer",
    "base_logit": -1.0,
    "executed": {"war": 0.1},
}
LATE = {"calendars": {"late": {"from": "2010-04"}}}
"""A calendar that is 1 from the fourth month, the last that is simulated here."""


def world(more: dict[str, Any], months: int = 4) -> World:
    """The small case with some more tables; tables in tables are added to."""
    raw = tomllib.loads(SMALL.read_text(encoding="utf-8"))
    _add(raw, copy.deepcopy(more))
    return lower(parse(raw, "small.toml"), months)


def _add(table: dict[str, Any], more: dict[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(table.get(key), dict):
            _add(table[key], value)
        else:
            table[key] = value


def tried(w: World) -> History:
    return history_of(w, list(rehearse(w, RUNS)))


def row(name: str, entry: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"events": {name: entry | more}}


def places(expression: str) -> dict[str, dict[str, Any]]:
    """Everywhere a scenario may write an expression."""
    effect = {"size": 0.01, "times": expression}
    keys = (
        {"war": effect},
        {"bandwidth": {"North": {"trade": effect}}},
        {"attraction": {"South": {"trade": effect}}},
        {"tilt": {"South": effect}},
        {"payoff": {"Buffer": effect}},
        {"credit": {"court": effect}},
    )
    found = {
        "a driver that nothing reads": {"drivers": {"d": expression}},
        "a driver in a gate": {"drivers": {"d": expression}, "events": {"raid": {"gate": "d"}}},
        "a gate": {"events": {"raid": {"gate": expression}}},
        "shifts": {"events": {"aid": {"shifts": {expression: 1.0}}}},
        "shifts with a coefficient of zero": {"events": {"aid": {"shifts": {expression: 0.0}}}},
        "shifts of nature": {"events": {"raid": {"shifts": {expression: -0.5}}}},
        "response_shifts": {"events": {"loan": {"response_shifts": {expression: 0.3}}}},
        "response_shifts of a contest": row("fight", CONTEST, response_shifts={expression: 0.3}),
        "response_shifts on a date": row("vote", CALENDAR, response_shifts={expression: 0.3}),
        "shifts of a cancellation": row(
            "summit", SUMMIT, cancel={"base_logit": -1.0, "shifts": {expression: 0.3}}
        ),
        "a coupling": {"couplings": {"war": {expression: 0.1}}},
        "a coupling with an intercept": {
            "couplings": {"war": {expression: 0.1}},
            "quantities": {"war": {"intercept": 0.1}},
        },
    }
    found |= {f"an effect on {next(iter(key))}": {"events": {"loan": {"accepted": key}}} for key in keys}
    found["an effect of a refusal"] = {"events": {"loan": {"refused": keys[0]}}}
    found["an effect of a threat"] = row("threat", THREAT, executed=keys[0])
    return found


@pytest.mark.parametrize("place", places("1"))
@pytest.mark.parametrize("expression", NOT_FINITE)
def test_a_number_that_is_not_finite_fails_the_run_wherever_it_stands(place: str, expression: str):
    assert tried(world(places(expression)[place])).failed.all()


@pytest.mark.parametrize("expression", HIDDEN)
@pytest.mark.parametrize(
    "place", ["a driver that nothing reads", "a gate", "shifts", "an effect on war", "a coupling"]
)
def test_so_does_one_that_the_rest_of_the_expression_would_hide(place: str, expression: str):
    assert tried(world(places(expression)[place])).failed.all()


@pytest.mark.parametrize("theory", ["qre", "heuristic", "level1", "level2", "adaptive", "eub"])
@pytest.mark.parametrize("expression", NOT_FINITE[:3])
def test_so_does_the_answer_under_every_theory(theory: str, expression: str):
    own = {"decision": {"theory": theory}} | places(expression)["response_shifts"]
    assert tried(world(own)).failed.all()
    threat = {"decision": {"theory": theory}} | places(expression)["an effect of a threat"]
    assert tried(world(threat)).failed.all()


@pytest.mark.parametrize("place", sorted(set(places("1")) - {"response_shifts on a date"}))
def test_one_that_comes_in_the_last_month_still_fails_the_run(place: str):
    own = places("(1 - late) / (1 - late)")[place] | LATE
    assert not tried(world(own, 3)).failed.any()
    assert tried(world(own, 4)).failed.all()


@pytest.mark.parametrize("place", places("1"))
def test_a_finite_number_fails_no_run(place: str):
    for expression in ("1", "min(1, 2 / (1 + war))", "max(wealth - 1, 0 - 2)", "0 / (1 + war)"):
        assert not tried(world(places(expression)[place])).failed.any(), expression


@pytest.mark.parametrize(
    "more",
    [
        {"actors": {"North": {"goodwill": 0.0}}},
        {"actors": {"North": {"effort": {"trade": 1.0, "politics": 0.0}}}},
        {
            "actors": {"North": {"budget": 0.0}, "South": {"budget": 0.0}},
            "influence": {"bandwidth_speed": 1.0},
        },
        {"actors": {"Buffer": {"factions": {"town": {"valuations": {"wealth": 1e308, "war": -1e308}}}}},
         "events": {"aid": {"accepted": {"wealth": 100.0, "war": -100.0}}}},
    ],
    ids=[
        "no goodwill to begin with",
        "no effort to begin with",
        "nobody has influence",
        "a worth beyond all numbers",
    ],
)  # fmt: skip
def test_so_do_numbers_of_the_model_itself(more: dict[str, Any]):
    assert tried(world(more)).failed.all()


def test_a_posture_of_a_number_that_is_not_finite_is_no_posture(tmp_path: Path):
    own = world({"drivers": {"d": "war / (war - war)"}, "postures": {"leaning": {"above": {"d": 0.0}}}})
    ensemble = sim.run(own.scenario, runs=RUNS, months=4)
    assert ensemble.failed == RUNS and ensemble.outcomes["posture"].isna().all()
    assert ensemble.outcomes.drop(columns=["posture", "failed"]).isna().to_numpy().all()


SOME_FAIL = {"drivers": {"d": "1 / (1 - happened.raid)"}, "events": {"raid": {"base_logit": -2.0}}}
"""Runs in which a raid has taken place fail."""


def test_failed_runs_stand_in_the_first_line_and_in_every_table(tmp_path: Path):
    own = world(SOME_FAIL, 12).scenario
    ensemble = sim.run(own, runs=64, months=12)
    raids = int((ensemble.outcomes["failed"]).sum())
    assert 0 < raids < 64 and ensemble.failed == raids
    assert next(summary(ensemble)).startswith(f"{raids} of 64 runs had a number that is not finite")
    for table in (ensemble.table(), ensemble.events(), ensemble.postures(), ensemble.fan("war")):
        assert (table["failed"] == raids).all() and (table["runs"] == 64 - raids).all()
    plain = world({"drivers": {"d": "1"}}, 12).scenario
    assert next(summary(sim.run(plain, runs=4, months=12))) == plain.title
    compared = sim.compare(plain, own, runs=64, months=12)
    assert next(differences(compared)).startswith(f"{raids} of 64 runs")
    assert (compared.table()["failed"] == raids).all()


def test_the_first_line_of_a_sweep_counts_the_failed_runs_of_all_its_cells(tmp_path: Path):
    own = world(SOME_FAIL, 12).scenario
    points = pd.DataFrame({"quantities.war.start": [0.1, 0.2, 0.3]})
    done = sweep(own, points, tmp_path / "sweep", runs=64, months=12)
    found = done.summary()
    lost = int(found.drop_duplicates("point")["failed"].sum())
    first = next(sweep_summary(done, found, found.iloc[:0]))
    assert lost > 0 and first.startswith(f"{lost} of 192 runs had a number")


def test_a_row_that_can_never_be_proposed_does_not_fail_a_run():
    never = row("never", CONTEST, base_logit=-math.inf)
    assert not tried(world(never)).failed.any()


IN_ALL_DRIVERS = [
    "a gate",
    "response_shifts on a date",
    "an effect on attraction",
    "a coupling with an intercept",
]


@pytest.mark.parametrize("place", IN_ALL_DRIVERS)
def test_machine_code_and_agents_fail_in_the_same_month(place: str):
    w = world(places("(1 - late) / (1 - late)")[place] | LATE, 5)
    compiled = Engine.of(w).page(1, np.arange(RUNS, dtype=np.uint64))
    arrays = tried(w)
    model, lived = Model(w, run=2), []
    while model.running:
        model.step()
        lived.append(math.isnan(model.state[HEALTH]))
    for other in (compiled, arrays):
        assert np.isnan(other[HEALTH][:, 2]).tolist() == lived
    assert lived[-1] and not lived[0]
