"""Every number of a shipped file says how well founded it is, and every table that it cites opens."""

from __future__ import annotations

import csv
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

import sim
from sim.reading.shipped import FOLDER, shipped
from sim.scenario.load import parse
from sim.scenario.provenance import TIERS, Provenance, tiers_of
from sim.studies.caveat import caveat
from sim.studies.show.ask import numbers_of

pytestmark = pytest.mark.smoke

SMALL = (Path(__file__).parent / "cases" / "small.toml").read_text("utf-8")
TABLES = FOLDER / "data"
CITED = re.compile(r"data/(\w+\.\w+)")
CUT_OFF = date(2024, 6, 19)
SAYS_SO = ("judgement", "by definition")
"""What the source of a number that is no more than judgement begins with."""


def texts() -> dict[str, str]:
    """Scenario files and those that stand beside them, such as cards of mechanisms."""
    return {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.toml")}


def rows(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", texts())
def test_every_table_that_a_file_cites_opens(name):
    for cited in CITED.findall(texts()[name]):
        assert rows(cited), cited


def test_every_table_is_cited_by_a_scenario_and_told_in_the_readme():
    cited = {name for text in texts().values() for name in CITED.findall(text)}
    told = (TABLES / "README.md").read_text("utf-8")
    for path in TABLES.glob("*.csv"):
        assert path.name in cited and f"`{path.name}`" in told, path.name


@pytest.mark.parametrize("path", sorted(TABLES.glob("*.csv")), ids=lambda path: path.name)
def test_no_row_is_later_than_the_cut_off_and_no_series_than_2021(path):
    for row in rows(path.name):
        assert None not in row, "more cells than headings"
        assert row.get("date", "")[:10] <= CUT_OFF.isoformat()
        for key in ("year", "data_year"):
            assert int(row.get(key, 2021)) <= 2021


@pytest.mark.parametrize("name", shipped(".toml"))
def test_what_claims_no_more_than_judgement_says_so_and_what_does_not_says_no_such_thing(name):
    for path, known in sim.load(name).provenance.items():
        is_judgement = known.source.startswith(SAYS_SO)
        assert (known.tier == "judgement") == is_judgement, f"{path}: {known.tier}: {known.source}"


@pytest.mark.parametrize("name", shipped(".toml"))
def test_no_source_is_a_document_that_a_reader_cannot_open(name):
    for path, known in sim.load(name).provenance.items():
        assert not re.search(r"MODEL|\(memory\)|\bseed\b", known.source), f"{path}: {known.source}"


def test_sections_of_the_odd_that_sources_name_exist():
    odd = (Path(__file__).parents[1] / "ODD.md").read_text("utf-8")
    named = {number for text in texts().values() for number in re.findall(r"ODD (\d+(?:\.\d+)?)", text)}
    assert named
    for number in named:
        assert re.search(rf"^##+ {re.escape(number)}\.? ", odd, re.M), number


def with_tier(tier: str) -> dict:
    raw = tomllib.loads(SMALL)
    raw["provenance"] = [{"numbers": "*", "unit": "1", "source": "t", "plus": [-9.0, 9.0], "tier": tier}]
    return raw


@pytest.mark.parametrize("tier", TIERS)
def test_a_rule_gives_its_tier_to_all_its_numbers(tier):
    scenario = parse(with_tier(tier), "t")
    assert tiers_of(scenario.provenance.values()) == {tier: len(scenario.provenance)}


def test_without_a_tier_no_more_than_judgement_is_claimed():
    raw = with_tier("measured")
    del raw["provenance"][0]["tier"]
    assert set(tiers_of(parse(raw, "t").provenance.values())) == {"judgement"}


def test_a_number_in_place_has_its_own_tier():
    raw = with_tier("literature")
    place = {"value": 0.5, "unit": "1", "range": [0.0, 1.0], "source": "t", "tier": "measured"}
    raw["parameters"] = {"cost": place}
    known = parse(raw, "t").provenance["parameters.cost"]
    assert known == Provenance("1", 0.0, 1.0, "t", "measured")


@pytest.mark.parametrize("tier", ["guessed", "", 1, ["measured"], True, None])
def test_a_tier_that_does_not_exist_is_refused_in_one_line(tier):
    for raw in (with_tier(tier), with_tier("measured")):
        if raw["provenance"][0]["tier"] == "measured":
            number = {"value": 0.5, "unit": "1", "range": [0.0, 1.0], "source": "t", "tier": tier}
            raw["parameters"] = {"cost": number}
        with pytest.raises(sim.ScenarioError) as refused:
            parse(raw, "t")
        assert len(refused.value.problems) == 1 and "tier" in refused.value.problems[0]
        assert all(word in refused.value.problems[0] for word in TIERS)


def test_the_table_of_numbers_has_tiers_and_every_report_counts_them():
    scenario = sim.load("mongolia-2024")
    shown = {number.path: number.tier for number in numbers_of(scenario)}
    assert shown["outcomes.chinese_visit.baselines.climatology"] == "measured"
    assert shown["alignment.pull"] == "calibrated" and shown["effort.ewa_memory"] == "literature"
    counts = tiers_of(scenario.provenance.values())
    assert sum(counts.values()) == len(scenario.provenance)
    told = " ".join(caveat(scenario))
    for tier, words in (("measured", "measured"), ("literature", "from the literature")):
        assert f"{counts[tier]} {words}" in told
    assert caveat(scenario, scenario) == caveat(scenario)
