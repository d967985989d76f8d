"""Rules of one's own: registered or installed, named in a scenario, run by both drivers, known again."""

from __future__ import annotations

import importlib
import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.engine.engine import Engine
from sim.registry import SHELVES, THEORIES, RuleError, require
from sim.rules.choice import acceptance_probability
from sim.rules.numbers import less, where
from sim.scenario.lower import lower
from sim.studies.sweep.programs import Programs
from sim.studies.verify.ask import verify

SMALL = "tests/cases/small.toml"

PACKAGE = '''"""Rules of an installed package."""

from sim.rules.numbers import minimum


class Proud:
    """Says yes at most half the time."""

    @staticmethod
    def answer(q):
        return minimum(0.5, 0.25 + q.values.accepted * 0.0)

    @staticmethod
    def belief(q, acceptance):
        return acceptance
'''


class Stubborn:
    """Says no where the deal is worth less than none."""

    @staticmethod
    def answer(q):
        odds = acceptance_probability(q.values, q.execution, q.precision, q.base)
        return where(less(q.values.accepted, q.values.refused), 0.1 * odds, odds)

    @staticmethod
    def belief(q, acceptance):
        return acceptance


def assert_same_bytes(scenario):
    """Every recorded number at the end of a run is the same in machine code and in the model of agents."""
    model = sim.Model(scenario, rng=3, run=5)
    while model.running:
        model.step()
    world = lower(scenario)
    history = Engine.of(world).page(3, np.array([5], dtype=np.uint64))
    for name in world.recorded:
        assert history.last(name)[0].hex() == float(model.state[name]).hex(), name


@pytest.fixture(autouse=True)
def bare():
    """Whatever a test registers is gone after it."""
    yield
    for shelf in SHELVES.values():
        shelf._own.clear()


@pytest.fixture
def stubborn():
    sim.register("stubborn", theory=Stubborn)
    return sim.load(SMALL).override({"decision.theory": "stubborn"})


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A package with a theory as an entry point, on the path of this process."""
    (tmp_path / "proud_rules.py").write_text(PACKAGE)
    info = tmp_path / "proud_rules-0.3.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: proud-rules\nVersion: 0.3\n")
    (info / "entry_points.txt").write_text(
        "[steppe.theories]\nproud = proud_rules:Proud\nbroken = proud_rules:Nobody\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    yield tmp_path
    sys.modules.pop("proud_rules", None)


def test_a_registered_theory_gives_the_same_bytes_in_both_drivers(stubborn):
    assert_same_bytes(stubborn)


def test_a_registered_learning_rule_gives_the_same_bytes_in_both_drivers():
    class Habit:
        """Effort stays where it is, a little drawn by what it promises."""

        pressure = staticmethod(lambda q: 0.5 * q.promise() + q.effort())

    sim.register("habit", learning=Habit)
    assert_same_bytes(sim.load(SMALL).override({"decision.learning": "habit"}))


def test_a_registered_theory_changes_what_comes_of_it(stubborn):
    case = sim.load("configs/mongolia-2024.toml")
    plain, own = (
        sim.run(each, 64, months=6) for each in (case, case.override({"decision.theory": "stubborn"}))
    )
    assert not own.outcomes.equals(plain.outcomes)


def test_a_theory_that_is_none_is_refused_with_those_that_are():
    with pytest.raises(
        sim.ScenarioError, match=r"decision.theory: must be 'qre', .*register it with sim.register"
    ):
        sim.load(SMALL).override({"decision.theory": "nobody_s"})
    with pytest.raises(sim.ScenarioError, match="did you mean 'level1'"):
        sim.load(SMALL).override({"decision.theory": "level_1"})


def test_an_installed_theory_is_found_by_its_name_and_stamped_with_its_version(installed):
    scenario = sim.load(SMALL).override({"decision.theory": "proud"})
    assert sim.run(scenario, runs=8, months=3).failed == 0
    stamp = THEORIES.stamp("proud")
    assert (stamp.module, stamp.distribution, stamp.version) == ("proud_rules", "proud-rules", "0.3")


def test_what_cannot_be_imported_is_told_in_one_line(installed):
    with pytest.raises(sim.BadInput, match=r"'broken'.*cannot be imported: AttributeError"):
        sim.load(SMALL).override({"decision.theory": "broken"})


def test_names_of_ours_and_of_packages_are_taken(installed):
    for name, why in (("qre", "shipped"), ("proud", "installed package"), ("a b", "letters"), (3, "letters")):
        with pytest.raises(RuleError, match=why):
            sim.register(name, theory=Stubborn)
    with pytest.raises(RuleError, match="no function `answer`"):
        sim.register("empty", theory=object())
    with pytest.raises(RuleError, match="one thing at a time"):
        sim.register("nothing")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda q: 0.1 if q.values.accepted > 0.5 else 0.9, "may not branch"),
        (lambda q: 1 / 0, "answer raised ZeroDivisionError"),
        (lambda q: None, "gives None, not a number"),
        (lambda q: "often", "gives 'often', not a number"),
        (lambda q: [0.5], "not a number"),
        (lambda q: q.worth, "answer raised AttributeError"),
        (lambda q: float(q.values.accepted), "answer raised TypeError"),
    ],
)
def test_what_a_theory_does_wrong_is_one_line_that_names_it(answer, told):
    class Wrong:
        belief = staticmethod(lambda q, acceptance: acceptance)

    Wrong.answer = staticmethod(answer)
    sim.register("wrong", theory=Wrong)
    scenario = sim.load(SMALL).override({"decision.theory": "wrong"})
    with pytest.raises(RuleError, match=f"theory 'wrong' .*{told}") as caught:
        sim.run(scenario, runs=8, months=2)
    assert "\n" not in str(caught.value)


def test_a_manifest_tells_the_theory_and_a_replay_refuses_another(stubborn, tmp_path):
    sim.run_into(tmp_path / "runs", stubborn, runs=16, months=3, figures=False)
    told = json.loads((tmp_path / "runs" / "manifest.json").read_text())["scenario"]["registered"]
    assert [(each["kind"], each["name"], each["module"]) for each in told] == [
        ("theory", "stubborn", __name__)
    ]
    assert not verify(tmp_path / "runs", 16).wrong
    THEORIES._own.clear()
    with pytest.raises(sim.Refusal, match=r"theory 'stubborn'.*neither registered nor installed"):
        verify(tmp_path / "runs", 16)
    other = tmp_path / "other_rules.py"
    other.write_text(PACKAGE)
    with pytest.raises(RuleError, match="another source"):
        sys.path.insert(0, str(tmp_path))
        try:
            sim.register("stubborn", theory=importlib.import_module("other_rules").Proud)
        finally:
            sys.path.remove(str(tmp_path))
            sys.modules.pop("other_rules", None)
        require(told)


def test_a_manifest_of_shipped_rules_does_not_speak_of_others(tmp_path):
    sim.run_into(tmp_path / "runs", SMALL, runs=8, months=2, figures=False)
    assert "registered" not in json.loads((tmp_path / "runs" / "manifest.json").read_text())["scenario"]


def test_theories_of_one_s_own_can_be_swept_and_a_worker_without_them_says_so(stubborn, tmp_path):
    points = pd.DataFrame({"decision.theory": ["qre", "stubborn"]})
    done = sim.sweep(SMALL, points, tmp_path / "sweep", runs=16, months=3)
    assert not done.failures and done.rows().groupby("point")["run"].count().tolist() == [16, 16]
    assert not done.verify(4)
    sent = pickle.dumps(Programs(done.plan))
    THEORIES._own.clear()
    with pytest.raises(sim.Refusal, match=r"a worker has other rules.*'stubborn'"):
        pickle.loads(sent)


@pytest.mark.slow
def test_the_command_line_runs_an_installed_theory(installed, tmp_path):
    command = [
        sys.executable,
        "-m",
        "sim",
        "run",
        SMALL,
        "--runs",
        "16",
        "--months",
        "2",
        "--set",
        "decision.theory=proud",
    ]
    shown = subprocess.run(
        [*command, "--out", str(tmp_path / "out")], capture_output=True, text=True,
        env={"PYTHONPATH": f"{Path.cwd()}:{installed}", "PATH": "", "HOME": str(tmp_path)},
    )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    assert "proud-rules" in (tmp_path / "out" / "manifest.json").read_text()
    shutil.rmtree(tmp_path / "out")
