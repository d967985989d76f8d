"""The model of a page whose futures go on from pasts that keep to facts: the ensemble's bits."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.engine.beliefs import prior_beliefs
from sim.engine.fingerprint import fingerprint
from sim.engine.setups import Plain
from sim.outcomes.happenings import Findings, happening_of
from sim.outcomes.measures import measured
from sim.outcomes.postures import posture
from sim.scenario.lower import lower
from sim.studies.report.model import pack
from sim.studies.report.model.pasts import few_of
from tests.support.natively import NOTHING, under
from tests.support.node import answers

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")

MONTH, FREE, PASTS, RUNS = "2024-10", 4, 24, 40
FACTS = pd.DataFrame([("event", "clash", "2024-07", 1)], columns=["kind", "target", "when", "value"])
"""Invented."""

SETTINGS = (
    NOTHING,
    NOTHING
    | {
        "do": [{"path": "threat", "value": 0.9, "month": 6}, {"path": "threat", "value": "free", "month": 20}]
    },
    NOTHING
    | {
        "set": {"actors.Russia.valuations.status": 55.0, "quantities.threat.noise": 0.02},
        "do": [{"path": "threat", "value": 0.1, "month": FREE}],
    },
)


def scenario_of():
    """One theory, since each is a program to be compiled; some wants in doubt."""
    times = {"value": 0.3, "unit": "1", "range": [0.1, 1.0], "source": "for this test"}
    entries = {"moods": {"label": "Moods", "numbers": ["actors.Russia.valuations.*"], "times": times}}
    page = {
        "theories": [],
        "does": ["threat"],
        "assumes": ["actors.Russia.valuations.status", "quantities.threat.noise", "quantities.threat.start"],
    }
    return sim.load("armenia-2024").override({"page": page, "uncertain": entries})


@pytest.fixture(scope="module", params=["drawn", "fixed"])
def known(request):
    setup = prior_beliefs(scenario_of(), 60) if request.param == "drawn" else Plain(scenario_of())
    return few_of(sim.given(setup, FACTS, MONTH, runs=120), PASTS)


@pytest.fixture(scope="module")
def packed(known):
    return pack(known)


def lived(known, settings, runs=RUNS):
    """What the ensemble's runs leave behind under settings from the month on."""
    meant = known.under(under(known.scenario, settings))
    world = lower(meant.scenario)
    return meant.prepared(world, 1).lived(1, np.arange(runs, dtype=np.uint64))


def free_of(history):
    return fingerprint([replace(history, raw=history.raw[:, FREE:], raw_codes=history.raw_codes[:, FREE:])])


@needs_node
def test_settings_give_the_bits_of_the_ensemble_past_and_future(known, packed):
    ask = {"ask": "futures", "first": 0, "count": RUNS, "hash": True}
    _, *found = answers(packed, [ask | {"settings": each} for each in SETTINGS])
    for settings, told in zip(SETTINGS, found, strict=True):
        assert "ok" in told, told["refused"]
        history, told = lived(known, settings), told["ok"]
        assert told["hash"] == free_of(history), settings
        first, scenario = Findings(history), known.scenario
        for name in told["first_month"]:
            native = np.nan_to_num(first.first(happening_of(scenario, name)), nan=-1.0)
            assert np.array_equal(told["first_month"][name], native), name
        assert np.array_equal(told["postures"].reshape(history.months, -1), posture(history))
        for path in packed["paths"]:
            native = measured(history.world, history.__getitem__)(path["name"]).astype(np.float32)
            assert np.array_equal(told["paths"][path["name"]].reshape(native.shape), native)


@needs_node
def test_the_scenario_as_it_stands_gives_the_hash_that_travels(packed):
    _, found = answers(packed, [packed["check"] | {"ask": "futures", "settings": NOTHING, "hash": True}])
    assert found["ok"]["hash"] == packed["check"]["hash"]


@needs_node
def test_the_band_counts_futures_of_each_past(known, packed):
    """As many of each past as are asked for: the mean over pasts is that of the first runs."""
    draws, runs = PASTS, 16
    _, found = answers(packed, [{"ask": "band", "settings": NOTHING, "draws": draws, "runs": runs}])
    history = lived(known, NOTHING, draws * runs)
    for outcome in packed["outcomes"]:
        first = Findings(history).first(happening_of(known.scenario, outcome["name"]))
        for month, told in zip(outcome["by"], found["ok"][outcome["name"]], strict=True):
            share = np.mean(first <= month)
            assert told["low"] - 1e-6 <= share <= told["high"] + 1e-6


@needs_node
def test_a_story_begins_with_what_is_known_and_goes_on_from_there(known, packed):
    _, found = answers(packed, [{"ask": "follow", "settings": NOTHING, "run": PASTS + 1}])
    history = lived(known, NOTHING, PASTS + 2)
    lines = {
        (each["month"], line["event"]): line["did"]
        for each in found["ok"]["months"]
        for line in each["lines"]
    }
    native = {
        (month, event.name)
        for event in history.world.parts.events
        for month in np.flatnonzero(history.codes(event.name)[:, -1])
    }
    assert lines.keys() == native
    assert any(month < FREE for month, _ in lines)
    assert all(each.get("known", False) is (each["month"] < FREE) for each in found["ok"]["months"])


@needs_node
def test_what_is_known_cannot_be_done_otherwise(packed):
    done = NOTHING | {"do": [{"path": "threat", "value": 0.5, "month": FREE - 1}]}
    _, found = answers(packed, [{"ask": "futures", "settings": done, "first": 0, "count": 2}])
    assert "known of 2024-09 already" in found["refused"]["why"]


def test_numbers_of_the_start_are_not_offered_and_each_past_has_its_own(known, packed):
    page = known.scenario.case.page
    assert [number["path"] for number in packed["numbers"]] == ["threat", *page.assumes[:2]]
    assert any("quantities.threat.start" in line and "past" in line for line in packed["left_out"])
    assert packed["past"]["own"] is (known.past.values != {})
    assert packed["doubt"]["draws"] == packed["past"]["particles"] == PASTS


def test_a_page_says_what_is_known_and_what_it_is_without(tmp_path):
    facts, page = tmp_path / "facts.csv", tmp_path / "page.html"
    FACTS.to_csv(facts, index=False)
    order = ["report", "armenia-2024", "--static", "--runs", "80", "--out", str(page), "--given", str(facts)]
    halved = CliRunner().invoke(app, order)
    assert halved.exit_code == 2 and "--from" in halved.stderr and not page.exists()
    assert CliRunner().invoke(app, [*order, "--from", MONTH]).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert "Given 1 fact known until October 2024 (" in text and "of 80 runs count." in text
    assert "Without the facts: " in text and 'download="facts.csv"' in text and 'class="past"' in text
    for left_out in ("drivers", "why", "change", "story"):
        assert f'id="{left_out}"' not in text
    assert "Not in this page, because it would be told without the facts" in text
