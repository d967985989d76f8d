"""Hostile scenarios and other inputs are refused in plain lines or used as they stand; thousands more on
demand (tests/fuzz).
"""

from __future__ import annotations

import tomllib

import pytest

from tests.fuzz import inputs, scenario
from tests.fuzz.oracle import control_signs, refused
from tests.fuzz.scenario import FILES, case, tables_of
from tests.fuzz.toml import Verbatim, dumps

SEED, SCENARIOS, INPUTS, TESTS = 9, 300, 60, 6


@pytest.mark.parametrize("part", range(TESTS))
def test_hostile_scenarios_are_refused_with_file_and_key_or_used_as_written(part, tmp_path):
    found = {number: scenario.judged(SEED, number, tmp_path) for number in range(part, SCENARIOS, TESTS)}
    faults = {
        f"{number}: {what}": verdict.faults for number, (what, verdict) in found.items() if verdict.faults
    }
    assert not faults, "try one alone with python -m tests.fuzz scenarios --seed 9 --case NUMBER"
    kinds = [verdict.kind for _, verdict in found.values()]
    assert kinds.count("accepted") > 3 and kinds.count("refused") > 10, (
        "the damage is neither harmless nor total"
    )


def test_hostile_tables_posteriors_folders_and_options_are_refused_plainly_or_used(tmp_path):
    found = {number: inputs.judged(SEED, number, tmp_path) for number in range(INPUTS)}
    faults = {
        f"{number}: {what}": verdict.faults for number, (what, verdict) in found.items() if verdict.faults
    }
    assert not faults, "try one alone with python -m tests.fuzz inputs --seed 9 --case NUMBER"
    assert {"accepted", "refused"} == {verdict.kind for _, verdict in found.values()}


def test_a_case_is_known_by_its_seed_and_number_alone():
    assert [case(3, number) for number in range(20)] == [case(3, number) for number in range(20)]
    assert len({case(3, number) for number in range(20)} | {case(4, number) for number in range(20)}) == 40


@pytest.mark.parametrize("file", sorted(set(FILES)), ids=lambda file: file.stem)
def test_what_is_written_reads_as_it_was(file):
    assert tomllib.loads(dumps(tables_of(file))) == tables_of(file)


def test_signs_of_every_kind_can_be_written():
    odd = {"": {'a"b\\': ["\x00\x1b\x7f\u2028é\n", True, -0.0, 1e308, 10**30, [], {}]}}
    assert tomllib.loads(dumps(odd)) == odd
    assert dumps({"a": Verbatim("[[")}) == '"a" = [[\n'


def test_the_judge_sees_what_is_wrong_with_a_refusal():
    good = 'case.toml: events.loan."a: b": must be a number (found 3)'
    assert refused([good], "case.toml", ["events"]).faults == []
    for bad in (
        "events.loan: must be a number",
        "case.toml: must be a number",
        "case.toml: nothing.here: must be a number",
        "case.toml: events.loan: a\nb",
        "case.toml: events.loan: \x1b[1m",
        "case.toml: events.loan: " + "x" * 400,
        "case.toml: events.loan: <class 'float'>",
    ):
        assert refused([bad], "case.toml", ["events"]).faults, bad
    assert refused([], "case.toml", ["events"]).faults
    assert control_signs("a\tb\nc") == [] and control_signs("\x9b\u202e") == ["\x9b", "\u202e"]
