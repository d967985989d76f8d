"""ODD 5: what a run starts with beyond the numbers of its file."""

from sim.rules.timetable import HEALTH
from sim.studies.check.rest import drifts
from tests.support.paired import changed, world
from tests.support.small import small


def test_a_start_is_healthy_without_claims_and_nothing_learnt():
    s = changed({"decision.learning": "ewa"}).start
    assert s[HEALTH] == 0.0
    assert {s[f"claim.{unit.name}"] for unit in world().parts.factions} == {0.0}
    efforts = [cell.effort for power in world().parts.powers for cell in power.cells]
    assert {s[f"attraction.{effort}"] for effort in efforts} == {0.0}
    assert all(s[f"earned.{effort}"] == s[f"earns.{effort}"] > 0.0 for effort in efforts), (
        "so the first month pays nothing"
    )


def test_every_number_knows_its_start_and_no_start_has_one():
    s = changed({}).start
    assert not [name for name in s if name.startswith("start.start.")]
    assert all(
        s[f"start.{stock.name}"] == s[stock.name] for stock in world().parts.stocks if not stock.on_path
    )


def test_ties_and_salience_may_read_what_is_wanted_and_the_start_rests():
    eager = {"influence_share": "1 + value.Buffer.autonomy * bit"}
    tied = {"North": {"South": "value.North.influence_share * bit"}}
    s = small(
        {"parameters": {"bit": 0.01}, "alignment": {"ties": tied}, "actors": {"North": {"salience": eager}}}
    )
    assert set(drifts(s).values()) == {0.0}
