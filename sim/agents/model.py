"""The Mesa model: one run of a scenario with agents. `step()` is the timetable of a month (ODD 3)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from sim.agents.actor import Actor, Calendar, Faction, Initiator, Nature, Participant, Power, Proxy, Target
from sim.agents.shown import headlines_of, took_place
from sim.engine.engine import handed_on
from sim.engine.history import month_label
from sim.engine.life import Life, Phase
from sim.engine.luck import RunLuck
from sim.engine.request import check_request, check_run
from sim.engine.setups import Plain, Setup, setup_of
from sim.reading.numbers import shown
from sim.reading.shipped import shipped
from sim.refusal import BadInput, did_you_mean, one_line
from sim.rules import offers
from sim.rules.known import under_known
from sim.rules.structure import Luck, Parts, State
from sim.rules.timetable import happen, measure, take_stock
from sim.scenario.index import powers
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import World
from sim.scenario.schema import Case, month_number
from sim.writing.notebook import card
from sim.writing.text import CAVEAT


class Model(mesa.Model):
    """One future of a scenario; the same (scenario, seed, run) gives the bytes of the ensemble.

    state: its numbers by name; phase: where in its life it is (`sim.engine.life`).

    scenario: a Scenario, its file or the name of a shipped one, or whatever else `sim.run` takes: of draws of
    uncertain numbers run k lives under draw k modulo their number; of a living ensemble (`sim.given`) it goes
    through the past of its ancestors, keeps to what is known, and then goes on by itself; a branch goes
    through the past of the run that it leaves. run: number of the run.
    seed: 0 to 2**64 - 1, drawn if None. rng: Mesa's other name for a seed (an integer or a numpy Generator);
    it wins over seed. months: length of the run, the scenario's own if None. overrides: {path: value}
    replaced in the scenario. agents: {name: class} of your own for actors of the scenario, which extend
    Target, Power or Proxy of `sim.agents.actor`; only this model knows them, ensembles do not. Raises
    ScenarioError, and BadInput for a seed, run, months or agents that cannot be.
    """

    def __init__(
        self,
        scenario: Setup | Scenario | World | str | Path | None = None,
        *,
        run: int = 0,
        seed: int | None = 1,
        rng: int | np.random.Generator | None = None,
        months: int | None = None,
        overrides: Mapping[str, Any] | None = None,
        agents: Mapping[str, type[Participant]] | None = None,
    ) -> None:
        self.seed, self.run = seed_of(seed, rng), check_run(run)
        # the rules draw from `luck`; Mesa's own generator is for agents of a user's own
        super().__init__(rng=self.seed)
        self.running: bool = True
        self.life = life_of(scenario, self.run, self.seed, months, overrides)
        # what is recorded and told is that of its last phase: others may record more
        self.phase, self.world = self.life[0], self.life[-1].world
        self.case, self.now = self.world.scenario.case, self.phase.world
        self.luck = RunLuck(self.phase.seed, self.phase.run)
        # what decided this month: luck, or what is known
        self.drawn: Luck = self.luck
        self.state: State = dict(self.phase.world.start)
        self.eve: State = {}
        self.month = -1
        self._populate(classes_of(self.case, agents or {}))
        self.datacollector = mesa.DataCollector(
            model_reporters={"date": "date", **{name: [self.read, [name]] for name in self.world.recorded}},
            agent_reporters={
                name: partial(attribute, name)
                for name in ("name", "clout", "closeness", "openness", "position", "decision")
            },
        )

    def __repr__(self) -> str:
        lived = f"run {self.run} of seed {self.seed}, {self.month + 1} of {self.world.months} months lived"
        return f"<Model {one_line(f'{self.world.scenario.name}: {lived}, {self.date}')}>"

    def _repr_html_(self) -> str:
        """Where the run stands, in a notebook."""
        return card(repr(self)[1:-1], headlines_of(self), f"{took_place(self)} {CAVEAT}")

    def _populate(self, classes: Mapping[str, Any]) -> None:
        case = self.case
        actors: dict[str | None, Actor] = {}
        self.calendar, self.nature = Calendar(self), Nature(self)
        target = self.parts.target
        self.target: Target = classes[target](self, target, case.actors[target].label)
        actors[self.target.name] = self.target
        for name in powers(case):
            actors[name] = classes[name](self, name, case.actors[name].label)
        # after the actors, of whom one is the patron
        for name, actor in case.actors.items():
            if actor.role == "proxy":
                classes[name](self, name, actor.label, actors[actor.patron])
        self.actors = self.agents.select(agent_type=Actor)
        self.powers = self.agents.select(agent_type=Power)
        self.factions = self.agents.select(agent_type=Faction)
        self.initiators = self.agents.select(agent_type=Initiator)
        self.agents.do("brief")

    @property
    def start(self) -> Mapping[str, float]:
        """The state before the first month."""
        return self.life[0].world.start

    @property
    def parts(self) -> Parts:
        """What the stages go through this month."""
        return self.now.parts

    @property
    def date(self) -> str:
        """The month that was simulated last, such as `2024-06`; before the first step, the month to come."""
        return month_label(month_number(self.case.time.start) + max(self.month, 0))

    def read(self, name: str) -> float:
        """A number of the state, for Mesa's records."""
        # all releases of Mesa take a method with its arguments, only some a `partial`
        return self.state[name]

    def step(self) -> None:
        """One month; each phase reads the state that the last one left. Raises RuntimeError at the end."""
        if not self.running:
            again = "build a new Model, with months= for a longer one"
            raise RuntimeError(f"this run ended in {self.date}; {again}")
        self.month += 1
        if self.month == self.phase.until:
            self._go_on()
        self.luck.month = self.month
        self._turn()
        self.drift()
        self.deliberate()
        self.act()
        self.datacollector.collect(self)
        self.running = self.month + 1 < self.world.months

    def _go_on(self) -> None:
        """Enter the next phase of its life, with what the last one leaves; all else is as that begins."""
        left = self.phase.world
        self.phase = next(each for each in self.life if self.month < each.until)
        kept = {name: self.state[name] for name in handed_on(left, self.month - 1)}
        self.state = self.phase.world.start | kept
        self.luck = RunLuck(self.phase.seed, self.phase.run)

    def _turn(self) -> None:
        """Go over to other rules in a month in which somebody intervenes."""
        seen = frozenset(each.name for each in self.parts.triggers if self.state[each.latched] != 0.0)
        now = self.phase.world.latched(seen).at(self.month)
        if now is not self.now:
            self.now = now
            # what no month before knew of is as it was at the start
            self.state |= {name: now.start[name] for name in now.start.keys() - self.state.keys()}
            self.agents.do("brief")

    def drift(self) -> None:
        """What moves by itself: paths, stocks, effort and welcome, bandwidths and dependences, positions."""
        self.calendar.turn_page(self.month)
        self.nature.follow_paths()
        self.nature.relax_stocks()
        self.powers.do("allocate_effort")
        self.target.allocate_welcome()
        self.powers.do("move_bandwidths")
        self.target.move_dependences()
        measure(self.state, self.parts)
        self.actors.do("shift_position")
        self.calendar.count_down()

    def deliberate(self) -> None:
        """Everyone weighs the endings of every event, backwards: execution, answer, proposal."""
        self.actors.do("take_counsel")
        self.initiators.do("look_ahead")
        self.actors.do("answer")
        self.nature.answer()
        self.initiators.do("bid")
        # what everyone knew before luck spoke: a trace tells the odds from it
        self.eve = dict(self.state)
        self.initiators.do("own_up")
        self.actors.do("hear_advice")

    def act(self) -> None:
        """Luck settles all events at once; then clout shifts, proposers learn, and the month is recorded."""
        self.drawn = under_known(self.state, self.parts, self.luck)
        offers.draw_proposals(self.state, self.parts, self.drawn)
        happen(self.state, self.parts, self.drawn)
        self.factions.do("press_claim")
        self.actors.do("settle_clout")
        self.initiators.do("learn")
        take_stock(self.state, self.parts)


KINDS: dict[str, type[Participant]] = {"target": Target, "power": Power, "proxy": Proxy}
"""The class of agents for each role of an actor."""


def classes_of(case: Case, own: Mapping[str, type[Participant]]) -> dict[str, type[Participant]]:
    """The class of each actor that acts, some of them a user's own. Raises BadInput.

    >>> import sim
    >>> from sim.agents.actor import Target
    >>> class Hermit(Target):
    ...     def allocate_welcome(self):
    ...         pass  # its welcome to the powers stays what it is
    >>> model = sim.Model("mongolia-2024", months=3, agents={"Mongolia": Hermit})
    >>> model.run_model()
    >>> [agent.openness for agent in model.powers][:2]
    [1.0, 1.0]
    """
    found = {name: KINDS[actor.role] for name, actor in case.actors.items() if actor.role in KINDS}
    for name, kind in own.items():
        if name not in found:
            raise BadInput(f"agents: no actor {shown(str(name))} that acts{did_you_mean(str(name), found)}")
        # issubclass raises for what is no class at all
        if not isinstance(kind, type) or not issubclass(kind, found[name]):
            base = f"sim.agents.actor.{found[name].__name__}"
            raise BadInput(f"agents: {name} is a {case.actors[name].role}; its class has to extend {base}")
    return found | dict(own)


def attribute(name: str, agent: mesa.Agent) -> float | str | None:
    """An attribute of an agent; None where its kind has none."""
    # Mesa 3.5 refuses the name of such an attribute, earlier releases give None
    return getattr(agent, name, None)


def seed_of(seed: int | None, rng: int | np.random.Generator | None) -> int:
    """The seed that the arguments of a model stand for; drawn if neither is given. Raises BadInput."""
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(2**63))
    if rng is not None:
        seed = rng
    if seed is None:
        return secrets.randbits(63)
    return check_request(1, seed).seed


def life_of(
    scenario: Setup | Scenario | World | str | Path | None,
    run: int,
    seed: int,
    months: int | None,
    overrides: Mapping[str, Any] | None,
) -> Life:
    """The life that the arguments of a model stand for. Raises ScenarioError, BadInput."""
    months = check_request(1, 0, months).months
    if isinstance(scenario, World):
        if months is None and not overrides:
            return (Phase(scenario, scenario.months, seed, run),)
        if months is None:
            months = scenario.months
        scenario = scenario.scenario
    if scenario is None:
        names = ", ".join(shipped(".toml"))
        give = f"give a file, or the name of a shipped one ({names})"
        raise ScenarioError([f"a model needs a scenario: {give}"])
    setup = setup_of(scenario)
    if not overrides:
        return setup.life(run, seed, months)
    if setup.has_past:
        raise BadInput("overrides change a run from its start; of one with a past, change the scenario")
    return Plain(setup.lived(run).override(overrides)).life(run, seed, months)
