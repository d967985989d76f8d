"""What the shipped scenarios give is pinned in golden/golden.json: parity compares two drivers of one rule,
this the rule itself.

A change is a Results change: announce it in CHANGELOG, with its reason, and pin anew with `python
tests/golden/pin.py`.
"""

from __future__ import annotations

import json

import pytest

from tests.golden import pin

GOLDEN = json.loads(pin.FILE.read_text(encoding="utf-8"))
ANNOUNCE = "a change is a Results change: announce it in CHANGELOG and run `python tests/golden/pin.py`"


def test_every_shipped_scenario_is_pinned():
    assert set(GOLDEN) == set(pin.shipped())


@pytest.mark.smoke
@pytest.mark.parametrize("name", GOLDEN)
def test_a_shipped_scenario_gives_what_it_gave(name: str):
    found = pin.moved(GOLDEN[name], pin.golden(pin.shipped()[name]))
    assert not found, "\n".join([f"{name}: {ANNOUNCE}", *found])


def test_golden_values_are_worth_the_name():
    """A last bit of one number of one run moves the hash, the order of columns and the path to a number do
    not.
    """
    rows = pin.sim.run(pin.shipped()["khalkhin-gol-1939"], runs=8, months=3, seed=1).outcomes
    other = rows.copy()
    other.loc[5, "end.autonomy"] *= 1 + 2**-52
    assert pin.digest(other) != pin.digest(rows) == pin.digest(rows[rows.columns[::-1]])
