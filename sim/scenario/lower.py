"""From a checked scenario to what the stages run: its parts, its start, and what time alone decides.

Whatever the stages go through stands in the parts in the order of names, and a file's order moves no bit:
sums run from left to right, and rows of one group that share their waiting are settled in that order. Readers
see the order of the file, which the case and its rows keep. In the file, order has a meaning for postures and
provenance alone: the first that fits counts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import combinations
from typing import Any, TypeVar, get_type_hints

import numpy as np

from sim.rules import structure as p
from sim.rules.expressions import ONE, Expression, value_of
from sim.rules.health import HEALTH
from sim.rules.numbers import Number, as_number, divide, sqrt, total
from sim.rules.salience import anniversary_salience, season
from sim.rules.settings import Settings
from sim.rules.state import row_of
from sim.rules.timetable import settle_start
from sim.scenario import expressions, index
from sim.scenario.load import Scenario
from sim.scenario.rows import Effect, Row, flatten
from sim.scenario.schema import CONTEST, NOBODY, Case, Section, month_number

Value = TypeVar("Value")
REST_ROUNDS = 20
REST_SWEEPS = 100
CREDIT_BOUND = 10.0


@dataclass(frozen=True)
class World:
    """A scenario ready to run: parts for the stages, the state at the start, and series set by time alone (by
    month).
    """

    scenario: Scenario
    parts: p.Parts
    start: dict[str, float]
    series: dict[str, np.ndarray]
    months: int

    @cached_property
    def recorded(self) -> tuple[str, ...]:
        """Names of the state that a run keeps for every month."""
        return (*self.parts.kept, HEALTH)


def in_order(table: Mapping[str, Value]) -> dict[str, Value]:
    """A table in the order of its keys, whatever that of the file."""
    return dict(sorted(table.items(), key=lambda item: item[0]))


def as_array(values: list[Any]) -> np.ndarray:
    """Floats as an array of floats; with a symbol among them, as an array of objects."""
    return np.array(values, dtype=object if any(hasattr(value, "recorder") for value in values) else float)


def state_name(case, name: str) -> str:
    """The name in the state of something that a scenario file calls `name`."""
    return f"driver.{name}" if name in case.drivers else name


def _as_it_is(step: expressions.Node, text: str, parts: tuple[Expression, ...]) -> Expression:
    return Expression(step.kind, text, parts, step.name, step.value)


def lower(scenario: Scenario, months: int | None = None) -> World:
    """Make a scenario ready to run for a number of months (its own by default)."""
    return _Lowering(scenario, scenario.case.time.months if months is None else months).world()


def settings_of(case: Case) -> Settings:
    """The sections of settings as rules take them: what a rule has no use for stays behind."""
    sections = get_type_hints(Settings)
    return Settings(**{name: _section(kind, getattr(case, name)) for name, kind in sections.items()})


def _section(kind: Any, given: Section) -> Any:
    return kind(**{field.name: getattr(given, field.name) for field in fields(kind)})


def _product(one: list[Number], other: list[Number]) -> Number:
    """Inner product, from left to right: a BLAS library's last bits depend on the processor."""
    return total([a * b for a, b in zip(one, other, strict=True)])


def _between(known: list[tuple[int, float]], month: int) -> float:
    """The value in a month of a path of (month, value): straight lines between its points, level before and
    after them.
    """
    later = bisect_right(known, month, key=lambda point: point[0])
    if later in (0, len(known)):
        return known[max(later - 1, 0)][1]
    (first, low), (last, high) = known[later - 1], known[later]
    return (high - low) / (last - first) * (month - first) + low


class _Lowering:
    def __init__(self, scenario: Scenario, months: int) -> None:
        self.scenario, self.case, self.months = scenario, scenario.case, months
        self.rows = in_order(scenario.rows)
        self.first_month = month_number(self.case.time.start)
        self.flat = self.case.alignment.dimensions == 1
        self.axes = tuple(
            f"alignment.{axis}" for axis in self.case.alignment.axes[: self.case.alignment.dimensions]
        )
        self.target = next(name for name, actor in self.case.actors.items() if actor.role == "target")
        self.powers = sorted(index.powers(self.case))
        self.suppliers = [*self.powers, *sorted(set(index.suppliers(self.case)) - set(self.powers))]
        self.cells = sorted(index.cells(self.case))
        self.series: dict[str, np.ndarray] = {}
        self.drivers: dict[tuple[str, int], Expression] = {}

    def world(self) -> World:
        case = self.case
        drivers = {name: self._driver(name, 0) for name in in_order(case.drivers)}
        events = tuple(self._event(row) for row in self.rows.values())
        stocks = tuple(self._stock(name) for name in sorted(index.stocks(case)))
        changeable = [*index.names_of(case, lambda row: row.change), *self.axes]
        bounds = {name: row_of(name)[0].bounds for name in changeable}
        bounds |= {stock.name: (stock.low, stock.high) for stock in stocks}
        parts = p.Parts(
            target=self.target,
            settings=settings_of(case),
            axes=self.axes,
            suppliers=tuple(self._supplier(name) for name in self.suppliers),
            channels=tuple(sorted(case.channels)),
            pairs=tuple(
                p.Pair(a, b, pair.strength, pair.times)
                for pair in in_order(case.similarity).values()
                for a, b in combinations(sorted(pair.among), 2)
            ),
            stocks=stocks,
            units={name: self._units(name) for name in (self.target, *self.powers)},
            events=events,
            blocs={name: tuple(sorted(members)) for name, members in in_order(case.blocs).items()},
            bounds=bounds,
            drivers=drivers,
            kept=self._kept(),
        )
        start = self._start(parts)
        settle_start(start, parts)
        self._rest(start, parts)
        return World(self.scenario, parts, start, self.series, self.months)

    def _kept(self) -> tuple[str, ...]:
        """Names of the state that a run records, in the order of the file."""
        case = self.case
        names = index.kept_names(case)
        for posture in case.postures.values():
            names += [state_name(case, key) for key in (*flatten(posture.above), *flatten(posture.below))]
        return tuple(dict.fromkeys(names))

    # -- numbers ---------------------------------------------------------------------------------

    def _point(self, point: list[float] | None) -> tuple[float, ...]:
        return tuple((point or [0.0, 0.0])[: len(self.axes)])

    def _supplier(self, name: str) -> p.Supplier:
        actor, case = self.case.actors[name], self.case
        cells = tuple(
            p.Cell(name, channel, case.channels[channel].weight, case.channels[channel].share_speed)
            for supplier, channel in self.cells
            if supplier == name
        )
        return p.Supplier(
            name, actor.role == "power", self._point(actor.position), actor.budget, actor.capability, cells
        )

    def _units(self, actor: str) -> tuple[p.Unit, ...]:
        entry = self.case.actors[actor]
        if not entry.factions:
            ideal = self._point(entry.ideal or entry.position)
            return (p.Unit(actor, actor, ideal, self._values(entry.valuations), False),)
        units = []
        for name, faction in in_order(entry.factions).items():
            ideal = self._point(faction.ideal)
            leanings = (
                {q: self._leaning(q, ideal) for q in self._political_powers()} if actor == self.target else {}
            )
            moved_by = in_order(faction.moved_by)
            units.append(
                p.Unit(name, actor, ideal, self._values(faction.valuations), True, leanings, moved_by)
            )
        return tuple(units)

    @staticmethod
    def _values(valuations: dict) -> dict[str, float]:
        return {key: as_number(value) for key, value in in_order(flatten(valuations)).items() if value != 0}

    def _political_powers(self) -> list[str]:
        return [name for name in self.powers if (name, self.case.clout.channel) in self.cells]

    def _leaning(self, power: str, ideal: tuple[float, ...]) -> float:
        """Cosine between the way to a power's position and the way to a faction's ideal, both seen from the
        start.
        """
        start = self._point(self.case.alignment.start)
        to_power = [
            place - own
            for place, own in zip(self._point(self.case.actors[power].position), start, strict=True)
        ]
        to_ideal = [place - own for place, own in zip(ideal, start, strict=True)]
        lengths = sqrt(_product(to_power, to_power)) * sqrt(_product(to_ideal, to_ideal))
        return divide(_product(to_power, to_ideal), lengths) if lengths > 0 else 0.0

    # -- stocks and start ------------------------------------------------------------------------

    def _stock(self, name: str) -> p.Stock:
        case = self.case
        kind, _, owner = name.partition(".")
        if kind == "goodwill" and owner:
            g = case.goodwill
            near = p.Source(self._expression(f"closeness.{owner}"), g.closeness_weight, True)
            return p.Stock(
                name, g.relaxation, g.noise, 0.0, 1.0, None, (near,), g.curvature, name in case.paths
            )
        if kind == "credit" and owner:
            return p.Stock(
                name,
                case.clout.credit_decay,
                0.0,
                -CREDIT_BOUND,
                CREDIT_BOUND,
                None,
                (),
                0.0,
                name in case.paths,
            )
        q = case.quantities[name]
        intercept = None if q.intercept == "auto" else as_number(q.intercept)
        couplings = in_order(case.couplings.get(name, {}))
        sources = tuple(
            p.Source(self._expression(text), weight, intercept is None) for text, weight in couplings.items()
        )
        return p.Stock(
            name, q.relaxation, q.noise, q.low, q.high, intercept, sources, q.curvature, name in case.paths
        )

    def _start(self, parts: p.Parts) -> dict[str, float]:
        case = self.case
        s: dict[str, float] = {}
        for i, axis in enumerate(self.axes):
            s[axis] = case.alignment.start[i]
        if self.flat:
            s[f"alignment.{case.alignment.axes[1]}"] = 0.0
        for stock in parts.stocks:
            kind, _, owner = stock.name.partition(".")
            if kind == "goodwill" and owner:
                s[stock.name] = as_number(case.actors[owner].goodwill or 0.0)
            elif kind == "credit" and owner:
                s[stock.name] = 0.0
            else:
                q = case.quantities[stock.name]
                s[stock.name] = 0.5 * (q.low + q.high) if q.start in ("rest", None) else as_number(q.start)
        for name, points in case.paths.items():
            self.series[name] = self._path(points)
        for supplier in parts.suppliers:
            for cell in supplier.cells:
                s[cell.bandwidth] = case.bandwidths[supplier.name][cell.channel]
                s[cell.dependence] = case.shares[supplier.name][cell.channel]
                s[cell.attraction] = 0.0
            if supplier.is_power:
                s[f"openness.{supplier.name}"] = 1.0
                s |= self._efforts(supplier)
        for name, actor in case.actors.items():
            s |= {f"clout.{faction}": entry.clout for faction, entry in actor.factions.items()}
            if not actor.factions:
                s[f"clout.{name}"] = 1.0
        for event in parts.events:
            s |= {f"happened.{event.name}": 0.0, f"hazard.{event.name}": 0.0, f"belief.{event.name}": 0.5}
            if event.lead > 0:
                s[f"pending.{event.name}"] = 0.0
            if event.waits:
                s[event.wait] = 0.0
            s |= self._schedule(event)
        s |= {name: as_number(values[0]) for name, values in self.series.items()}
        return s

    def _schedule(self, event: p.Event) -> dict[str, float]:
        dates = {"due": self.rows[event.name].dates if event.kind == "calendar" else ()}
        if event.forced:
            dates["forced"] = tuple(self.case.interventions.forced[event.name])
        for kind, months in dates.items():
            if kind == "due" and event.kind != "calendar":
                continue
            values = np.zeros(self.months)
            for date in months:
                month = month_number(date) - self.first_month
                if 0 <= month < self.months:
                    values[month] = 1.0
            self.series[f"{kind}.{event.name}"] = values
        return {}

    def _rest(self, s: dict[str, float], parts: p.Parts) -> None:
        """Solve for the starts that are given as "rest": every such stock where its sources hold it."""
        resting = [
            st
            for st in parts.stocks
            if st.name in self.case.quantities and self.case.quantities[st.name].start == "rest"
        ]
        for _ in range(REST_ROUNDS if resting else 0):
            before = [s[stock.name] for stock in resting]
            for stock in resting * REST_SWEEPS:
                level = stock.intercept or 0.0
                for source in stock.sources:
                    level += source.weight * value_of(s, source.value)
                s[stock.name] = min(max(level, stock.low), stock.high)
            settle_start(s, parts)
            if before == [s[stock.name] for stock in resting]:
                return

    def _efforts(self, supplier: p.Supplier) -> dict[str, float]:
        """Initial effort: as given, else in proportion to the bandwidth that a power has built."""
        given = self.case.actors[supplier.name].effort
        built = self.case.bandwidths.get(supplier.name, {})
        whole = total([built[cell.channel] for cell in supplier.cells])
        return {
            cell.effort: given.get(cell.channel, 0.0) if given else built[cell.channel] / whole
            for cell in supplier.cells
        }

    def _path(self, points: list[tuple[str, float]]) -> np.ndarray:
        known = [(month_number(month), value) for month, value in points]
        return np.array(
            [_between(known, month) for month in range(self.first_month, self.first_month + self.months)]
        )

    # -- expressions and calendars ---------------------------------------------------------------

    def _expression(self, text: str, lead: int = 0) -> Expression:
        """An expression with its drivers written out, as it is `lead` months ahead where time alone decides."""
        done: dict[int, Expression] = {}
        tree = expressions.parse(text)
        for step in tree.steps:
            parts = tuple(done[id(part)] for part in step.parts)
            done[id(step)] = (
                self._named(step.name, text, lead) if step.kind == "name" else _as_it_is(step, text, parts)
            )
        return done[id(tree)]

    def _named(self, name: str, text: str, lead: int) -> Expression:
        case = self.case
        if name in case.parameters:
            return Expression("number", text, value=case.parameters[name])
        if name in case.drivers:
            return self._driver(name, lead)
        return Expression("name", text, name=self._calendar(name, lead) if name in case.calendars else name)

    def _driver(self, name: str, lead: int) -> Expression:
        """A driver: one object wherever it is read."""
        if (name, lead) not in self.drivers:
            self.drivers[name, lead] = self._expression(self.case.drivers[name], lead)
        return self.drivers[name, lead]

    def _calendar(self, name: str, lead: int) -> str:
        """The name in the state of a calendar's value `lead` months ahead."""
        state = f"calendar.{name}.{lead}"
        if state not in self.series:
            months = range(self.first_month + lead, self.first_month + lead + self.months)
            self.series[state] = as_array([self._calendar_value(name, month) for month in months])
        return state

    def _calendar_value(self, name: str, month: int) -> float:
        calendar = self.case.calendars[name]
        if (
            calendar.anniversary_of is not None
            and calendar.weights is not None
            and calendar.window is not None
        ):
            w = calendar.weights
            return anniversary_salience(
                month, month_number(calendar.anniversary_of), calendar.window, w.tenth, w.fifth, w.other
            )
        if calendar.since is not None:
            return 1.0 if month >= month_number(calendar.since) else 0.0
        return season(month, [month_number(date) for date in calendar.dates or ()], calendar.window)

    # -- events ----------------------------------------------------------------------------------

    def _increments(self, effects: tuple[Effect, ...], lead: int) -> tuple[p.Increment, ...]:
        found = []
        for effect in sorted(effects, key=lambda effect: effect.key):
            now = ONE if effect.times is None else self._expression(effect.times)
            then = ONE if effect.times is None else self._expression(effect.times, lead)
            found.append(p.Increment(effect.key, effect.size, now, then))
        return tuple(found)

    def _shifts(self, shifts: dict[str, float], lead: int) -> tuple[tuple[Expression, float], ...]:
        return tuple((self._expression(text, lead), size) for text, size in in_order(shifts).items())

    def _principal(self, name: str) -> str:
        """Whose interests an initiator serves: a proxy's are its patron's."""
        if name in NOBODY:
            return name
        actor = self.case.actors[name]
        return actor.patron if actor.role == "proxy" and actor.patron is not None else name

    def _event(self, row: Row) -> p.Event:
        interventions = self.case.interventions
        answered = row.responder is not None and row.responder != CONTEST
        return p.Event(
            name=row.name,
            label=row.label,
            initiator=row.initiator,
            kind=row.initiator if row.initiator in NOBODY else "offer",
            principal=self._principal(row.initiator),
            responder=self._principal(row.responder) if answered and row.responder else None,
            answer="actor" if answered else "contest" if row.responder == CONTEST else "nobody",
            base_logit=row.base_logit,
            response_logit=row.response_logit,
            execution_logit=row.execution_logit,
            shifts=self._shifts(row.shifts, row.lead),
            response_shifts=self._shifts(row.response_shifts, row.lead),
            gate=None if row.gate is None else self._expression(row.gate),
            once=row.once,
            lead=row.lead,
            cooldown=row.cooldown,
            retry=row.retry,
            group=row.group,
            control=in_order(row.control),
            cancel_logit=row.cancel.base_logit if row.cancel else None,
            cancel_shifts=self._shifts(row.cancel.shifts, 0) if row.cancel else (),
            accepted=self._increments(row.effects["accepted"], row.lead),
            refused=self._increments(row.effects["refused"], 0),
            executed=self._increments(row.effects["executed"], 0),
            cancelled=self._increments(row.effects["cancelled"], 0),
            forced=bool(interventions.forced.get(row.name)),
            forbidden=row.name in interventions.forbidden,
        )
