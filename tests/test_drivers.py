"""Expressions of any length and depth are worked out or refused in one line: never a hang, never the end of
the stack.
"""

from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.engine.engine import Engine
from sim.scenario.drivers import DEEPEST, MOST_DRIVERS, MOST_IN_ALL
from sim.scenario.expressions import MOST_STEPS
from sim.scenario.load import Scenario, ScenarioError, load, parse
from sim.scenario.lower import lower

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "cases" / "small.toml"
LIMIT_S = 5.0


def with_drivers(drivers: dict[str, str], **more: Any) -> Scenario:
    """The small case with drivers."""
    return parse(tomllib.loads(SMALL.read_text(encoding="utf-8")) | {"drivers": drivers} | more, "case")


def refused(drivers: dict[str, str]) -> str:
    """The one line that is said of drivers."""
    with pytest.raises(ScenarioError) as error:
        with_drivers(drivers)
    assert len(error.value.problems) == 1, error.value.problems
    return error.value.problems[0]


def values(drivers: dict[str, str], *names: str) -> list[float]:
    """Drivers after the first month of a run."""
    world = lower(with_drivers(drivers), 1)
    page = Engine.of(world).page(1, np.arange(1, dtype=np.uint64))
    return [float(page[f"driver.{name}"][0, 0]) for name in names]


WORKED_OUT = {
    "a sum of 600 terms": {"d": "+".join(["war"] * 600)},
    "950 minus signs": {"d": "-" * 950 + "war"},
    "80 functions within each other": {"d": "min(war, " * 80 + "war" + ")" * 80},
    "a hundred drivers in a chain": {"d0": "war", **{f"d{i}": f"d{i - 1} + war" for i in range(1, DEEPEST)}},
    "40 drivers of two before": {
        "d0": "war",
        "d1": "war",
        **{f"d{i}": f"d{i - 1} * d{i - 2}" for i in range(2, 40)},
    },
    "90 drivers of one before, twice": {
        "d0": "war",
        **{f"d{i}": f"(d{i - 1} + d{i - 1}) / 2" for i in range(1, 90)},
    },
    "a thousand drivers side by side": {f"d{i}": "war" for i in range(MOST_DRIVERS)},
}


@pytest.mark.parametrize("case", WORKED_OUT)
def test_what_is_long_or_deep_or_shared_is_worked_out_in_no_time(case):
    began = time.perf_counter()
    drivers = WORKED_OUT[case]
    war = values(drivers | {"own": "war"} if len(drivers) < MOST_DRIVERS else drivers, next(iter(drivers)))[0]
    assert 0.0 < abs(war) < 1000.0
    assert time.perf_counter() - began < LIMIT_S


def test_a_shared_driver_is_worth_what_it_is_worth_written_out():
    shared = {"a": "war + wealth", "b": "a * a - a", "c": "max(b, a) / (1 + b)"}
    plain = {"c": "max((war + wealth) * (war + wealth) - (war + wealth), war + wealth)"}
    plain["c"] += " / (1 + ((war + wealth) * (war + wealth) - (war + wealth)))"
    assert values(shared, "c") == values(plain, "c")


TOO_MUCH = {
    "a chain": (
        {"d0": "war", **{f"d{i}": f"d{i - 1} + war" for i in range(1, 600)}},
        f"at most {DEEPEST - 1} can be",
    ),
    "a sum": (
        {"d": "+".join(["war"] * 1200)},
        f"has more than {MOST_STEPS:,} steps; write it as several drivers",
    ),
    "a long sum": ({"d": "+".join(["war"] * 4000)}, "write it as several drivers"),
    "signs": ({"d": "-" * 19_000 + "war"}, "write it as several drivers"),
    "more signs": ({"d": "-" * 40_000 + "war"}, "at most 20,000 can be read"),
    "brackets": ({"d": "(" * 900 + "war" + ")" * 900}, ""),
    "dots": ({"d": "war" + ".a" * 5000}, ""),
    "drivers": (
        {f"d{i}": "war" for i in range(MOST_DRIVERS + 1)},
        f"at most {MOST_DRIVERS:,} can be worked out",
    ),
    "all together": (
        {f"d{i}": "+".join(["war"] * 990) for i in range(40)},
        f"at most {MOST_IN_ALL:,} steps can be",
    ),
    "written out": (
        {"d0": "+".join(["war"] * 900), **{f"d{i}": "d0 + war" for i in range(1, 900)}},
        f"at most {MOST_IN_ALL:,} steps can be",
    ),
    "a circle": ({"a": "b + 1", "b": "c", "c": "war * a"}, "is defined through itself (a > b > c > a)"),
    "a circle of one": ({"a": "min(a, 1)"}, "drivers.a: is defined through itself (a > a)"),
    "a long circle": ({f"d{i}": f"d{(i + 1) % 900}" for i in range(900)}, "is defined through itself (d"),
}


@pytest.mark.parametrize("case", TOO_MUCH)
def test_what_is_too_long_too_deep_or_goes_in_circles_is_refused_with_its_limit(case):
    began = time.perf_counter()
    drivers, told = TOO_MUCH[case]
    line = refused(drivers)
    assert told in line and line.startswith("case: drivers"), line
    assert time.perf_counter() - began < LIMIT_S


NEVER_FINITE = (
    {"d": "0/0"}, {"d": "1/0"}, {"d": "war / 0"}, {"d": "war + 1 / (cost - cost)"}, {"a": "1 - 1",
    "d": "2 / a"}, {"d": "war / (huge * huge)"}, {"d": "min(war, 1 / 0)"}, {"d": "0 - huge * huge"},
)  # fmt: skip


@pytest.mark.parametrize("drivers", NEVER_FINITE, ids=range(len(NEVER_FINITE)))
def test_what_is_never_finite_is_refused(drivers):
    raw = tomllib.loads(SMALL.read_text(encoding="utf-8"))
    raw["parameters"]["huge"] = 1e200
    with pytest.raises(ScenarioError, match=r"case: drivers\.d: .* is no finite number, whatever the state"):
        parse(raw | {"drivers": drivers}, "case")


def test_a_gate_an_effect_and_a_shift_that_are_never_finite_are_refused_too():
    for place, table in (
        ("gate", "0 / 0"),
        ("shifts", {"1 / 0": 1.0}),
        ("effects", {"war": {"size": 0.1, "times": "2 / 0"}}),
    ):
        raw = tomllib.loads(SMALL.read_text(encoding="utf-8"))
        raw["events"]["raid"][place] = table
        with pytest.raises(ScenarioError, match=rf"events\.raid\.{place}"):
            parse(raw, "case")


def test_what_may_be_finite_is_left_to_the_run():
    assert with_drivers({"d": "war / (1 - wealth)", "e": "cost / war", "f": "max(0, 1) / 2"})


STRANGE = (
    "9" * 5000, "1e400", "war\x00", "war; war", "war\nwar", "0or war", "war if war else war", "ﬁsh",
    "war..war", "f'{war}'", "'" * 3, "war + " * 300, "\\", "war.war", "lambda: war", "1if 1else 1",
    "war := 1", "*war", "await war", "0x", "1__0",
)  # fmt: skip


@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
def test_a_strange_expression_is_refused_wherever_it_stands(text):
    raw = tomllib.loads(SMALL.read_text(encoding="utf-8"))
    raw["drivers"] = {"d": text}
    raw["events"]["raid"]["gate"] = text
    with pytest.raises(ScenarioError) as error:
        parse(raw, "case")
    assert {line.split(":")[1].strip() for line in error.value.problems} <= {"drivers.d", "events.raid.gate"}
    assert all(len(line) <= 400 for line in error.value.problems)


def test_show_and_run_end_on_short_lines_that_would_grow_without_bound(tmp_path):
    drivers = 'd0 = "autonomy"\nd1 = "autonomy"\n' + "".join(
        f'd{i} = "d{i - 1} * d{i - 2}"\n' for i in range(2, 40)
    )
    path = tmp_path / "case.toml"
    path.write_text(SMALL.read_text(encoding="utf-8") + f"\n[drivers]\n{drivers}", encoding="utf-8")
    began = time.perf_counter()
    assert CliRunner().invoke(app, ["show", str(path)]).exit_code == 0
    done = CliRunner().invoke(
        app, ["run", str(path), "--runs", "2", "--no-figures", "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 0 and time.perf_counter() - began < 2 * LIMIT_S
    assert len(load(path).case.drivers) == 40
