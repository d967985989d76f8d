"""ODD 7.7: anchored at home, drawn by influence and ties, repelled by domination and by what is negative."""

import math

import pytest

from sim.rules import alignment
from sim.rules.structure import Standing
from sim.scenario.load import ScenarioError
from sim.scenario.lower import World, lower
from tests.support.paired import state_after, world
from tests.support.small import quiet, small


def test_backlash_turns_the_pull_round_as_domination_grows():
    """beta 1.5, tau .5: at .5 fully receptive, at 5/6 indifferent, at 1 pushed away by half."""
    assert alignment.receptiveness(0.3, 1.5, 0.5) == 1.0
    assert alignment.receptiveness(0.5, 1.5, 0.5) == 1.0
    assert alignment.receptiveness(5 / 6, 1.5, 0.5) == pytest.approx(0.0)
    assert alignment.receptiveness(1.0, 1.5, 0.5) == pytest.approx(-0.5)


def test_pull_is_towards_the_power_in_proportion_to_its_influence():
    tie = alignment.influence_tie(2.0, 0.2, 0.5)
    assert alignment.pull_towards(0.1, -0.8, tie) == pytest.approx(2 * 0.2 * 0.5 * -0.9)
    assert alignment.anchor_at(0.1, 0.3, 1.5) == pytest.approx(0.3)


def test_closeness_falls_linearly_with_distance():
    assert alignment.closeness(0.0, 2.2) == 1.0
    assert alignment.closeness(1.1, 2.2) == pytest.approx(0.5)
    assert alignment.closeness(3.0, 2.2) == 0.0


def test_closeness_to_russia_in_june_2024():
    """|(-.153, .05) - (-.163, .55)| = sqrt(.0001 + .25) = .5001000; 1 - .5001000 / 1.8 = .7221667."""
    assert world().start["closeness.Russia"] == pytest.approx(0.7221667, abs=1e-7)


def test_a_month_of_drift_worked_out_anew():
    """The whole of eq 8 written a second time, against the stage, in a state that is no rest point."""
    w = world()
    target = w.parts.standings["Mongolia"]
    s = state_after(w, 20)
    for axis, name in enumerate(w.parts.axes):

        def drift(state, prefix="", axis=axis, name=name):
            x = state[prefix + name]
            home = sum(state[f"{prefix}clout.{u.name}"] * u.ideal[axis] for u in w.parts.units["Mongolia"])
            pull = 0.0
            for q in w.parts.powers:
                beta = 1 - 1.5 * max(state[f"{prefix}domination.{q.name}"] - 0.5, 0) / 0.5
                place = state[f"{prefix}{w.parts.standings[q.name].axes[axis]}"]
                pull += 1.77 * state[f"{prefix}influence.{q.name}"] * beta * (place - x)
            return 1.0 * (home - x) + pull

        expected = s[name] + 0.0113 * (drift(s) - drift(s, "start."))
        moved = dict(s)
        alignment.pull_position(moved, w.parts, "Mongolia")
        alignment.move_position(moved, target, Calm())
        assert moved[name] == pytest.approx(expected, abs=1e-14)
        assert not math.isclose(moved[name], s[name], abs_tol=1e-6), (
            "the state must not be at rest, or the test says nothing"
        )


def on_order(noise=(None,), speed=0.1, on_path=()):
    """A target on one axis."""
    return Standing("Buffer", ("alignment.order",), speed, noise, (), frozenset(on_path))


def test_alignment_is_held_between_minus_one_and_one():
    """.98 + .1 * (.6 - .1) = 1.03, held at 1; -.98 + .1 * (-.5 - .1) = -1.04, held at -1; .90 + .05 = .95 is
    inside.
    """
    for position, drift, expected in ((0.98, 0.6, 1.0), (-0.98, -0.5, -1.0), (0.9, 0.6, 0.95)):
        s = {"alignment.order": position, "drift.alignment.order": drift, "start.drift.alignment.order": 0.1}
        alignment.move_position(s, on_order(noise=(0.0,)), Calm())
        assert s["alignment.order"] == pytest.approx(expected, abs=1e-12)


def test_a_lucky_shock_moves_alignment_up_by_its_noise():
    """.2 + .1 * 0 + .02 * 1.5 = .23, with the draw of that axis."""
    s = {"alignment.order": 0.2, "drift.alignment.order": 0.3, "start.drift.alignment.order": 0.3}
    alignment.move_position(s, on_order(noise=(0.02,)), Gusty())
    assert s["alignment.order"] == pytest.approx(0.23, abs=1e-12)


def test_a_position_without_noise_draws_nothing_and_one_on_a_path_is_left_alone():
    """.2 + .1 * (.8 - .3) = .25; on a path it stays at .2 whatever draws it."""
    for on_path, expected in (((), 0.25), (("alignment.order",), 0.2)):
        s = {"alignment.order": 0.2, "drift.alignment.order": 0.8, "start.drift.alignment.order": 0.3}
        alignment.move_position(s, on_order(on_path=on_path), NoLuck())
        assert s["alignment.order"] == pytest.approx(expected, abs=1e-12)


def test_each_axis_may_have_a_noise_of_its_own_and_powers_a_speed():
    w = lower(small({
        "alignment": {"speed": 0.02, "power_speed": 0.3},
        "actors": {"Buffer": {"noise": 0.01}, "North": {"noise": [0.02]}},
    }))  # fmt: skip
    buffer, north, south = (w.parts.standings[name] for name in ("Buffer", "North", "South"))
    assert (buffer.noise, north.noise, south.noise) == ((0.01, 0.01), (0.02, None), (None, None))
    assert (buffer.speed, north.speed, south.speed) == (0.02, 0.3, 0.3)


# -- powers ------------------------------------------------------------------------------------------

EAST = {"role": "power", "label": "East", "position": [0.0, -0.6], "goodwill": 0.5}
"""A third power, without links to the target."""

TIED = {
    "alignment": {
        "power_speed": 0.1,
        "anchor": 1.5,
        "ties": {"North": {"South": "bond * war", "East": "0 - war"}},
    },
    "actors": {"East": EAST, "North": {"ideal": [-0.6, 0.4]}},
    "parameters": {"bond": 2.0},
    "shares": {"East": {"trade": 0.0}},
    "bandwidths": {"East": {"trade": 0.3}},
    "blocs": {"East": ["East"]},
}


def tied(**more) -> World:
    """North at (-.8, .2) is drawn to South at (.8, 0) by twice the war and repelled by East by the war."""
    return lower(small(quiet(TIED | more)))


def test_a_power_is_drawn_and_repelled_by_its_ties():
    """War .2: ties .4 and -.2.

    Order: 1.5 * (-.6 + .8) + .4 * (.8 + .8) - .2 * (0 + .8) = .30 + .64 - .16 = .78.
    Side: 1.5 * (.4 - .2) + .4 * (0 - .2) - .2 * (-.6 - .2) = .30 - .08 + .16 = .38.
    """
    w = tied()
    assert w.start["drift.alignment.North.order"] == pytest.approx(0.78, abs=1e-15)
    assert w.start["drift.alignment.North.side"] == pytest.approx(0.38, abs=1e-15)
    assert w.start["drift.alignment.South.order"] == 0.0, "nothing draws it, and its ideal is where it stands"


def test_a_stronger_tie_moves_a_power_by_what_it_adds_to_the_drift_of_the_start():
    """War .2 to .5: ties 1.0 and -.5, drift .30 + 1.6 - .4 = 1.50: a month moves it by .1 * (1.50 - .78)."""
    w = tied()
    s = dict(w.start, war=0.5)
    alignment.pull_position(s, w.parts, "North")
    alignment.move_position(s, w.parts.standings["North"], NoLuck())
    assert s["alignment.North.order"] == pytest.approx(-0.8 + 0.072, abs=1e-15)


def test_a_negative_tie_drives_a_power_away():
    """Without bond, war .2 to .5 adds -.3 * (0 + .8) = -.24 to the drift: further from East than before."""
    w = tied(parameters={"bond": 0.0})
    s = dict(w.start, war=0.5)
    alignment.pull_position(s, w.parts, "North")
    assert s["drift.alignment.North.order"] - w.start["drift.alignment.North.order"] == pytest.approx(-0.24)


@pytest.mark.parametrize("bond", [-5.0, 0.0, 0.7, 40.0])
def test_every_power_is_at_rest_at_the_start_whatever_its_ties(bond):
    w = tied(parameters={"bond": bond}, quantities={"war": {"relaxation": 0.0}})
    s = state_after(w, 24)
    for standing in w.parts.standings.values():
        if standing.actor != "Buffer":
            assert [s[axis] for axis in standing.axes] == [w.start[axis] for axis in standing.axes]


def test_the_ideal_of_a_power_moves_with_the_clout_of_its_factions():
    """Hawks (.6) want -1 and doves (.4) -.5: ideal -.8; with clout .2 and .8 it is -.6, a drift of 1 * .2."""
    hawks = {"label": "Hawks", "clout": 0.6, "ideal": [-1.0, 0.2], "valuations": {"wealth": 1}}
    doves = hawks | {"label": "Doves", "clout": 0.4, "ideal": [-0.5, 0.2]}
    w = lower(small({"actors": {"North": {"factions": {"hawks": hawks, "doves": doves}}}}))
    assert w.start["drift.alignment.North.order"] == pytest.approx(0.0, abs=1e-15)
    s = dict(w.start) | {"clout.hawks": 0.2, "clout.doves": 0.8}
    alignment.pull_position(s, w.parts, "North")
    assert s["drift.alignment.North.order"] == pytest.approx(0.2)
    assert s["drift.alignment.North.side"] == pytest.approx(0.0, abs=1e-15)


def test_closeness_of_two_powers_is_their_distance_over_the_reach():
    """|(-.8, .2) - (.8, 0)| = sqrt(2.56 + .04) = 1.6124515; 1 - 1.6124515 / 2.2 = .2670675."""
    w = lower(small({"drivers": {"near": "closeness.North.South"}}))
    assert w.start["closeness.North.South"] == pytest.approx(0.2670675, abs=1e-7)
    # 1 - .4 / 2.2 = .8181818 once North stands at (.8, .4)
    s = dict(w.start) | {"alignment.North.order": 0.8, "alignment.North.side": 0.4}
    alignment.measure_closeness(s, w.parts)
    assert s["closeness.North.South"] == pytest.approx(0.8181818, abs=1e-7)
    assert s["closeness.South"] == w.start["closeness.South"], "the target has not moved"


class Gusty:
    """Luck with one shock, on one axis."""

    def shock(self, name):
        return {"alignment.order": 1.5}[name]


class Calm:
    """Luck without noise."""

    def shock(self, name):
        return 0.0


class NoLuck:
    """Luck that nobody may ask for."""


def test_a_power_on_a_path_needs_no_position_and_wants_to_stand_where_its_path_begins():
    course = {"paths": {"alignment.South.order": [["2010-01", 0.4], ["2011-01", 0.6]]}}
    w = lower(small(course | {"actors": {"South": {"position": None}}}))
    assert w.start["alignment.South.order"] == 0.4 and w.start["alignment.South.side"] == 0.0
    (unit,) = w.parts.units["South"]
    assert unit.ideal == (0.4, 0.0)
    with pytest.raises(ScenarioError, match=r"actors\.South: needs a position, its own or a course under"):
        small({"actors": {"South": {"position": None}}})
