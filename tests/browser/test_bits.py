"""In a browser, from a disk and under the page's policy, the model gives the bits of the ensemble."""

from __future__ import annotations

from random import Random

import pytest

import sim
from sim.engine.setups import Plain
from sim.studies.report.model import pack
from tests.support.natively import NOTHING, natively
from tests.support.worker_page import written
from tests.test_page_model import RUNS, futures, random_page, some_settings

HASH = "async (asked) => { const { ok, refused } = await ask(asked); return ok ? ok.hash : refused.why; }"


@pytest.fixture(scope="module")
def packed():
    return pack(Plain(sim.load("mongolia-2024")))


def test_the_shipped_scenario_gives_the_hash_that_travels(packed, opened, tmp_path):
    with opened(written(tmp_path / "page.html", packed)) as page:
        page.evaluate("begin()")
        asked = packed["check"] | {"ask": "futures", "settings": NOTHING, "hash": True}
        assert page.evaluate(HASH, asked) == packed["check"]["hash"]


def test_settings_give_the_bits_of_the_ensemble(packed, opened, tmp_path):
    scenario, rng = sim.load("mongolia-2024"), Random(11)
    with opened(written(tmp_path / "page.html", packed)) as page:
        page.evaluate("begin()")
        for _ in range(6):
            settings = some_settings(packed, rng)
            assert page.evaluate(HASH, futures(settings)) == natively(scenario, settings, RUNS).hash, settings


@pytest.mark.parametrize("number", range(30, 34))
def test_random_scenarios_give_the_bits_of_the_ensemble(number, opened, tmp_path):
    scenario, rng = random_page(number), Random(number)
    packed = pack(Plain(scenario))
    settings = [NOTHING, *(some_settings(packed, rng) for _ in range(3))]
    with opened(written(tmp_path / "page.html", packed)) as page:
        page.evaluate("begin()")
        found = [page.evaluate(HASH, futures(each)) for each in settings]
    answered = [place for place, each in enumerate(found) if len(each) == 64]
    assert len(answered) >= 3
    for place in answered:
        assert found[place] == natively(scenario, settings[place], RUNS).hash


def test_what_cannot_be_answered_is_refused(packed, opened, tmp_path):
    asked = futures(NOTHING | {"set": {"decision.precision": 200.0}})
    with opened(written(tmp_path / "page.html", packed)) as page:
        page.evaluate("begin()")
        assert "lies outside" in page.evaluate(HASH, asked)
