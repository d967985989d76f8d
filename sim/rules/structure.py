"""The parts of a case as the stages see them: who there is, and the constants of the scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, Protocol

from sim.rules.nodes import Node
from sim.rules.numbers import Number, ratio
from sim.rules.settings import Settings
from sim.rules.state import Change, at, row_of, start_of

State = dict[str, Number]
"""The named numbers of one run."""


class Luck(Protocol):
    """Where the draws of one run and month come from."""

    def proposal(self, event: str) -> Number:
        """The uniform that decides whether the event is proposed."""

    def settle(self, event: str, word: int, needed: Number) -> Number:
        """A uniform for the answer, the execution or the cancellation; 1 where `needed` is 0."""

    def shock(self, name: str) -> Number:
        """The standard normal shock of a stock or axis."""


def relative(s: State, name: str) -> Number:
    """A number of the state, relative to its start [1]."""
    return ratio(s[name], s[start_of(name)])


def change(s: State, name: str) -> Number:
    """A number of the state, less its start."""
    return s[name] - s[start_of(name)]


@dataclass(frozen=True)
class Cell:
    """The link of one supplier in one channel."""

    supplier: str
    channel: str
    weight: float
    share_speed: float

    # names, made once for a cell: a model of agents asks for them in every month
    @cached_property
    def bandwidth(self) -> str:
        return at("bandwidth", self.supplier, self.channel)

    @cached_property
    def dependence(self) -> str:
        return at("dependence", self.supplier, self.channel)

    @cached_property
    def attraction(self) -> str:
        return at("attraction", self.supplier, self.channel)

    @cached_property
    def effort(self) -> str:
        return at("effort", self.supplier, self.channel)

    @cached_property
    def gain(self) -> str:
        return at("effort_gain", self.supplier, self.channel)

    @cached_property
    def earns(self) -> str:
        return at("earns.effort", self.supplier, self.channel)

    @cached_property
    def earned(self) -> str:
        return at("earned.effort", self.supplier, self.channel)

    @cached_property
    def effort_attraction(self) -> str:
        return at("attraction.effort", self.supplier, self.channel)


@dataclass(frozen=True)
class Tie:
    """How strongly a power is drawn towards another one's position; where it is negative, repelled.

    axis: the one on which, or None for all.
    """

    towards: str
    axis: str | None
    strength: Any

    def acts_on(self, name: str) -> bool:
        """Whether it acts on an axis, by its name in the state."""
        return self.axis is None or name.endswith(f".{self.axis}")


@dataclass(frozen=True)
class Standing:
    """The position of the target or of a power: its place on each axis, and what moves it there.

    axes: names in the state; noise: of each axis, None where the file leaves it out; on_path: axes whose
    course the scenario gives; wander: by axis, where the file says so, the sd of a month's step of what the
    position is anchored at.
    """

    actor: str
    axes: tuple[str, ...]
    speed: float
    noise: tuple[float | None, ...]
    ties: tuple[Tie, ...]
    on_path: frozenset[str]
    wander: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Supplier:
    """A power, or the target's own supply (`is_power` false: no effort, no goodwill)."""

    name: str
    is_power: bool
    budget: float
    capability: Any
    cells: tuple[Cell, ...]
    seated: bool = False


@dataclass(frozen=True)
class Pair:
    """Two powers that count together to some extent: similarity strength times an expression, if any."""

    first: str
    second: str
    strength: float
    times: Any


@dataclass(frozen=True)
class Source:
    """One term of a linear sum: weight times the value, or (`from_start`) its change since the start."""

    value: Any
    weight: float
    from_start: bool


@dataclass(frozen=True)
class Stock:
    """A scalar quantity: relaxes with `speed` towards its intercept (or start) plus its sources.

    noise and curvature are None where the file leaves them out.
    """

    name: str
    speed: float
    noise: float | None
    low: float
    high: float
    intercept: float | None
    sources: tuple[Source, ...]
    curvature: float | None
    on_path: bool


@dataclass(frozen=True)
class Aggregate:
    """A weighted mean of stocks: its members by name, each with its weight [1]; the weights sum to 1."""

    name: str
    weights: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Unit:
    """A faction, or a unitary actor: what it values, in logits per unit."""

    name: str
    actor: str
    ideal: tuple[float, ...]
    values: dict[str, float]
    is_faction: bool
    sympathies: dict[str, float] = field(default_factory=dict)
    moved_by: dict[str, float] = field(default_factory=dict)

    @cached_property
    def clout(self) -> str:
        return at("clout", self.name)


@dataclass(frozen=True)
class Increment:
    """One effect: size times driver on `key`; foreseen: the driver as it will be when the effect is due."""

    key: str
    size: float
    driver: Any
    foreseen: Any

    @cached_property
    def change(self) -> Change | None:
        """How it changes what it names."""
        return row_of(self.key)[0].change


@dataclass(frozen=True)
class Terms:
    """What the target and a power bargain over: a concession in [0, 1], and its worth to each [logits].

    partner: the power; one of the two worths is positive, that of the side that receives; rivals: events that
    either side may wait for instead.
    """

    partner: str
    to_target: float
    to_power: float
    rivals: tuple[str, ...]


@dataclass(frozen=True)
class Event:
    """One event row."""

    name: str
    label: str
    initiator: str
    kind: str
    principal: str
    responder: str | None
    answer: str
    base_logit: float
    response_logit: float
    execution_logit: float
    shifts: tuple[tuple[Any, float], ...]
    response_shifts: tuple[tuple[Any, float], ...]
    gate: Any
    once: bool
    lead: int
    cooldown: int
    retry: int
    group: str | None
    control: dict[str, float]
    cancel_logit: float | None
    cancel_shifts: tuple[tuple[Any, float], ...]
    accepted: tuple[Increment, ...]
    refused: tuple[Increment, ...]
    executed: tuple[Increment, ...]
    cancelled: tuple[Increment, ...]
    forced: bool
    forbidden: bool
    endings: tuple[str, str] = ("it succeeds", "it fails")
    terms: Terms | None = None
    initiator_seated: bool = False
    responder_seated: bool = False

    @cached_property
    def effects(self) -> tuple[Increment, ...]:
        """What it may change, whatever its ending."""
        return (*self.accepted, *self.refused, *self.executed, *self.cancelled)

    @cached_property
    def decides(self) -> bool:
        """Whether an actor decides to start it, or a proxy for one; else nature or the calendar does."""
        return self.kind == "offer"

    @cached_property
    def is_dated(self) -> bool:
        """Whether the calendar has it."""
        return self.kind == "calendar"

    @cached_property
    def answers(self) -> bool:
        """Whether an actor answers."""
        return self.answer == "actor"

    @cached_property
    def can_fail(self) -> bool:
        """Whether an actor, or luck in a contest, can say no."""
        return self.answer != "nobody"

    @cached_property
    def is_drawn(self) -> bool:
        """Whether its proposal is a matter of odds: of no date, and not never."""
        return not self.is_dated and self.base_logit != float("-inf")

    @cached_property
    def is_threat(self) -> bool:
        """Whether a refusal may be followed by a deed."""
        return bool(self.executed)

    @cached_property
    def can_be_called_off(self) -> bool:
        """Whether it is announced, and may be cancelled until it takes place."""
        return self.lead > 0 and self.cancel_logit is not None

    @cached_property
    def wait(self) -> str:
        if self.group:
            return at("wait.group", self.group)
        return at("wait", self.name)

    @cached_property
    def waits(self) -> bool:
        """Whether the event ever has to wait at all."""
        if self.group is not None:
            return True
        return any(months > 0 for months in (self.lead, self.cooldown, self.retry))


@dataclass(frozen=True)
class Stake:
    """A driver that somebody values: what a unit of each number of the state adds to it, by its name."""

    driver: str
    slopes: dict[str, Any]


@dataclass(frozen=True)
class Trigger:
    """What somebody waits for: that an expression exceeds a bar."""

    name: str
    seen: Any
    bar: float

    @property
    def latched(self) -> str:
        """The number of the state that is 1 once it has been seen."""
        return at("latched", self.name)


@dataclass(frozen=True)
class Deed:
    """Something done of which it may be known in which months it came: any of some rows reaches a node.

    is_dated_by_windows: of some it is known only that it came in one of several months.
    """

    name: str
    rows: tuple[str, ...]
    node: Node
    is_dated_by_windows: bool = False

    @property
    def done(self) -> str:
        """The number of the state that is 1 in a month in which it is decided, as is known."""
        return at("done", self.name)

    @property
    def part(self) -> str:
        """The number of the state that is one over the months that are left in which it can be decided."""
        return at("part", self.name)

    @property
    def opens(self) -> str:
        """The number of the state that is 1 in the first of these months."""
        return at("opens", self.name)

    @property
    def awaited(self) -> str:
        """The number of the state that is 1 as long as it has not been decided in them."""
        return at("awaited", self.name)


@dataclass(frozen=True)
class Parts:
    """A whole case, ready to be run."""

    target: str
    settings: Settings
    standings: dict[str, Standing]
    """Positions of the target and of every power, by actor; the target's comes first."""
    suppliers: tuple[Supplier, ...]
    channels: tuple[str, ...]
    pairs: tuple[Pair, ...]
    stocks: tuple[Stock, ...]
    units: dict[str, tuple[Unit, ...]]
    salience: dict[str, dict[str, Any]]
    """By actor: expressions that multiply what a stake, or a channel's links, are worth to it."""
    stakes: dict[str, Stake]
    """Drivers that somebody values."""
    near: tuple[tuple[str, str], ...]
    """Pairs of powers whose nearness the file names."""
    delegated: frozenset[str]
    """Rows of which the file asks how far they go beyond who decides."""
    events: tuple[Event, ...]
    blocs: dict[str, tuple[str, ...]]
    bounds: dict[str, tuple[float, float]]
    drivers: dict[str, Any]
    kept: tuple[str, ...]
    """Numbers of the state that a run records, in the order of the file."""
    triggers: tuple[Trigger, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()
    wandering: tuple[str, ...] = ()
    """Stocks and positions on paths that go on by themselves after their last point, by name."""
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Events of which a month notes why they are decided as they are, with the names that it notes."""
    deeds: tuple[Deed, ...] = ()
    """What may be known of the past."""
    theories: Mapping[str, str] = field(default_factory=dict)
    """Theories of choice of actors that have one of their own."""

    seats: tuple[str, ...] = ()
    """Actors that somebody else may decide for, see `sim.rules.seats`."""

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """Numbers of the state that say what is chosen in seats, in a month."""
        return tuple(chain(self._of_events, self._of_effort, self._of_welcome))

    @property
    def _of_events(self) -> Iterator[str]:
        for event in self.events:
            if event.initiator_seated:
                yield at("chosen.proposal", event.name)
                if event.terms is not None:
                    yield at("chosen.terms", event.name)
                if event.is_threat:
                    yield at("chosen.execution", event.name)
            if event.responder_seated:
                yield at("chosen.answer", event.name)

    @property
    def _of_effort(self) -> Iterator[str]:
        for power in self.powers:
            if power.seated:
                yield from (at("chosen.effort", power.name, cell.channel) for cell in power.cells)

    @property
    def _of_welcome(self) -> Iterator[str]:
        if self.target in self.seats:
            yield from (at("chosen.welcome", power.name) for power in self.powers)

    def theory_of(self, actor: str | None) -> str:
        """Name of the theory by which an actor answers, and believes what others will; None: nature."""
        return self.theories.get(actor or "", self.settings.decision.theory)

    @property
    def axes(self) -> tuple[str, ...]:
        """Names in the state of the target's place on each axis."""
        return self.standings[self.target].axes

    @cached_property
    def powers(self) -> tuple[Supplier, ...]:
        return tuple(supplier for supplier in self.suppliers if supplier.is_power)

    @cached_property
    def by_name(self) -> dict[str, Supplier]:
        return {supplier.name: supplier for supplier in self.suppliers}

    @cached_property
    def stock(self) -> dict[str, Stock]:
        return {stock.name: stock for stock in self.stocks}

    @cached_property
    def event(self) -> dict[str, Event]:
        return {event.name: event for event in self.events}

    @cached_property
    def judged(self) -> tuple[Event, ...]:
        """The events of which the file asks whether who decides would have done them."""
        return tuple(event for event in self.events if event.name in self.delegated)

    @cached_property
    def on_paths(self) -> frozenset[str]:
        """Stocks and positions whose course the scenario gives, whatever happens."""
        stocks = frozenset(stock.name for stock in self.stocks if stock.on_path)
        return stocks.union(*(standing.on_path for standing in self.standings.values()))

    @cached_property
    def measured_from_start(self) -> tuple[Any, ...]:
        """Expressions of which a rule takes the change since the start: sources, and what means follow."""
        sources = [source.value for stock in self.stocks for source in stock.sources]
        return (*sources, *(power.capability for power in self.powers if power.capability is not None))

    @cached_property
    def cells_of(self) -> dict[str, tuple[Cell, ...]]:
        """The links in each channel, in the order of the suppliers."""
        found: dict[str, list[Cell]] = {channel: [] for channel in self.channels}
        for cell in self.cell.values():
            found[cell.channel].append(cell)
        return {channel: tuple(cells) for channel, cells in found.items()}

    @cached_property
    def cell(self) -> dict[tuple[str, str], Cell]:
        every = chain.from_iterable(supplier.cells for supplier in self.suppliers)
        return {(cell.supplier, cell.channel): cell for cell in every}

    @cached_property
    def factions(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in chain.from_iterable(self.units.values()) if unit.is_faction)

    @cached_property
    def siblings(self) -> dict[str, tuple[Unit, ...]]:
        """All units of the actor of a unit, by the name of the unit."""
        found: dict[str, tuple[Unit, ...]] = {}
        for units in self.units.values():
            for unit in units:
                found.setdefault(unit.name, units)
        return found

    @cached_property
    def watched(self) -> tuple[str, ...]:
        """What is recorded or decides, and is not watched where it arises: clout, drivers and the like.

        Stocks and axes follow from their targets, drift and changes; shares and what is measured of them are
        in the drift.
        """
        names = [*(unit.clout for unit in self.factions), *self.kept]
        return tuple(name for name in dict.fromkeys(names) if not row_of(name)[0].from_watched)

    @cached_property
    def kept_deeds(self) -> frozenset[str]:
        """Rows that may be called off before they come; what is known to have come was not."""
        rows = chain.from_iterable(deed.rows for deed in self.deeds if deed.node is Node.TOOK_PLACE)
        return frozenset(row for row in rows if self.event[row].can_be_called_off)

    @cached_property
    def deals(self) -> tuple[Event, ...]:
        """Events with terms to bargain over."""
        return tuple(event for event in self.events if event.terms is not None)

    @cached_property
    def groups(self) -> dict[str, tuple[Event, ...]]:
        """The events of each group, in the order of the file."""
        found: dict[str, tuple[Event, ...]] = {}
        for event in self.events:
            if event.group:
                found[event.group] = (*found.get(event.group, ()), event)
        return found

    def is_valued_by(self, actor: str, key: str) -> bool:
        """Whether an actor, or one of its factions, values something."""
        return any(key in unit.values for unit in self.units[actor])

    @cached_property
    def touched(self) -> tuple[str, ...]:
        """Every number of the state that some event can change directly."""
        effects = chain.from_iterable(event.effects for event in self.events)
        keys = chain.from_iterable(map(self.keys_of, effects))
        # each once, in an order that does not depend on hashes
        return tuple(dict.fromkeys(keys))

    def tilted(self, increment: Increment) -> tuple[str, str]:
        """Whose position a tilt moves, and towards whom: the target's where it names nobody else."""
        *others, towards = row_of(increment.key)[1]
        (moved,) = others or [self.target]
        return moved, towards

    def keys_of(self, increment: Increment) -> tuple[str, ...]:
        """The numbers of the state that an effect changes: one, the axes of a tilt, or none for a payoff."""
        # felt by a decider, and seen nowhere else
        if increment.change is Change.FEEL:
            return ()
        if increment.change is Change.TILT:
            return self.standings[self.tilted(increment)[0]].axes
        return (increment.key,)
