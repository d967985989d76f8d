"""The page of the keys of an event row: every key stands there once, with an example that a file may hold."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sim.scenario.load import parse
from sim.scenario.reference import Key, sections
from tests.support.event_page import GROUPS, INSIDE, PAGE, ROW, inline, page

pytestmark = pytest.mark.smoke

SMALL = Path(__file__).parent / "cases" / "small.toml"
KEYS = {key.name: key for key in sections()[ROW][1]}
OFFER = ("responder", "response_logit", "response_shifts", "accepted", "refused", "control")
"""Keys of what somebody answers."""

NEEDED = {
    **{key: {"responder": "Buffer", "base_logit": -3.0} for key in OFFER},
    "about": {}, "base_logit": {},
    "each": {"initiator": "each", "base_logit": -3.0},
    "calendar": {"initiator": "calendar"}, "dates": {"initiator": "calendar"},
    "executed": {"responder": "Buffer", "base_logit": -3.0, "execution_logit": 0.0},
    "execution_logit": {"responder": "Buffer", "base_logit": -3.0, "executed": {"wealth": -0.1}},
    "cancel": {"base_logit": -3.0, "lead": 2},
    "cancelled": {"base_logit": -3.0, "lead": 2, "cancel": {"base_logit": -4.0}},
    "terms": {
        "responder": "Buffer", "base_logit": -3.0, "accepted": {"wealth": {"size": 0.1, "times": "terms"}},
    },
    "endings": {"responder": "contest", "base_logit": -3.0},
    "same_as": {"responder": "Buffer", "base_logit": -3.0},
}  # fmt: skip
"""What a row needs besides, so that a key means something."""


def loaded(key: Key, **more: object):
    """The small case with one more row, in which a key has the value of its example as the page writes it."""
    tables = tomllib.loads(SMALL.read_text(encoding="utf-8"))
    tables["calendars"] = {"elections": {"dates": ["2010-06"]}}
    written = tomllib.loads(f"{key.name} = {inline(key.example)}")
    besides = NEEDED.get(key.name, {"base_logit": -3.0})
    tables["events"]["example"] = {"label": "x", "initiator": "North", **besides, **more, **written}
    tables["provenance"].append(
        {"numbers": "events.example.*", "unit": "1", "plus": [-1.0, 1.0], "source": "test"}
    )
    return parse(tables, "case")


@pytest.mark.parametrize("name", KEYS)
def test_the_example_of_a_key_is_one_that_a_file_may_hold(name):
    assert KEYS[name].example is not None
    scenario = loaded(KEYS[name])
    assert any(row.template == "example" for row in scenario.rows.values())


@pytest.mark.parametrize("table", INSIDE)
def test_the_examples_of_a_table_within_a_row_make_one(table):
    inner = {key.name: key.example for key in sections()[INSIDE[table]][1]}
    whole = Key(ROW, table, "table", "none", "", "", inner)
    assert getattr(loaded(whole).rows["example"], table) is not None


def test_every_key_stands_on_the_page_once():
    told = [name for names in GROUPS.values() for name in names]
    assert sorted(told) == sorted(KEYS)
    text = PAGE.read_text(encoding="utf-8")
    assert all(text.count(f"\n| `{name}` |") == 1 for name in told)


def test_the_page_is_what_the_schema_says():
    assert PAGE.read_text(encoding="utf-8") == page(), "make it anew: python -m tests.support.event_page"
