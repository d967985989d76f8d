"""From tables to scenarios: one a state, by a template, with a table of dated observations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.assimilation.facts import EVENT, SERIES, Fact
from sim.assimilation.observations import COLUMNS, window_of
from sim.reading.source import Source
from sim.scenario.load import Scenario, load
from sim.scenario.lower.timeline import Timeline
from sim.scenario.schema import month_number
from sim.studies.panel.roles import Roles, Sum, inputs_of, roles_of, template_of
from sim.studies.panel.start import (
    AHEAD,
    MONTHS,
    NoStart,
    Number,
    Traded,
    first_year,
    key_of,
    latest,
    movers,
    on_axis,
    rate,
    share_in,
    suppliers,
)
from sim.studies.panel.tables import State, Tables, Visit, read_tables
from sim.writing.tables import csv_bytes

Course = list[tuple[str, float]]
"""Points [month, value]."""

Row = tuple[str, str, str, str, str, str, str]
"""A row of a table of observations, with its COLUMNS."""

SOURCE, DERIVED = "source", "derived"
"""What the column `provenance` of a row says: read in a table, or followed from one by a rule."""


@dataclass(frozen=True)
class Built:
    """A state as a scenario and what came of it.

    first: the year of its start, whose values it starts from; rows: later observations; earlier: values of
    series up to the start, which no run is conditioned on.
    """

    state: State
    first: int
    source: Source
    rows: tuple[Row, ...]
    earlier: tuple[Fact, ...]

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario. Raises ScenarioError."""
        return load(self.source)

    @cached_property
    def observations(self) -> Source:
        """The table of dated observations, as a file."""
        import pandas as pd

        return Source(
            f"{self.stem}-observations.csv", csv_bytes(pd.DataFrame(self.rows, columns=list(COLUMNS)))
        )

    @property
    def stem(self) -> str:
        """What its files are called."""
        return self.state.code.lower()


@dataclass(frozen=True)
class Scenarios:
    """All states of some tables as scenarios, in the order of the table.

    left_out: a line for each state of which the tables hold too little. last: the last year of the tables.
    """

    states: Mapping[str, Built]
    left_out: tuple[str, ...]
    roles: Roles
    tables: Tables
    sources: tuple[Source, ...]
    last: int

    @property
    def origins(self) -> tuple[int, ...]:
        """Years at whose ends is asked: from the first of the roles to the last with so many after it."""
        return tuple(range(self.roles.first_origin, self.last - AHEAD + 1))


def scenarios_of(data: Path, file: Path, only: tuple[str, ...] = ()) -> Scenarios:
    """The scenarios of the tables in a folder, of all buffers or only some, by code.

    Raises BadInput or TableError for tables or roles that cannot be used.
    """
    roles, *sources = roles_of(file)
    tables = read_tables(data, roles.columns)
    template, inputs = template_of(file.parent / roles.template), inputs_of(roles)
    last = max(max(years) for rows in tables.series.values() for years in rows.values())
    built, left_out = {}, []
    for state in tables.buffers:
        if only and state.code not in only:
            continue
        try:
            words, first, rows = _words(tables, roles, state, last)
        except NoStart as reason:
            left_out.append(str(reason))
            continue
        text = template.render(words | _world(roles, inputs, first))
        source = Source(f"{state.code.lower()}.toml", text.encode())
        later = tuple(row for row in rows if int(row[2][:4]) > first)
        before = tuple(_fact(row) for row in rows if int(row[2][:4]) <= first and row[5] == SOURCE)
        built[state.code] = Built(state, first, source, later, before)
    return Scenarios(built, tuple(left_out), roles, tables, tuple(sources), last)


def _world(roles: Roles, inputs: Mapping[str, Course], first: int) -> dict[str, Any]:
    """What the template is given of the world outside: courses, and where their sums start."""
    courses = {name: _course(points, first) for name, points in inputs.items()}
    sums = {name: _summed(each, inputs[each.of], first) for name, each in roles.sums.items()}
    return {"inputs": courses, "inputs_at_start": sums}


def _course(points: Course, first: int) -> str:
    """A course in TOML, from the last point before the first year on."""
    start = f"{first}-01"
    known = max((month for month, _ in points if month <= start), default=start)
    told = ", ".join(f'["{month}", {value:g}]' for month, value in points if month >= known)
    return f"[{told}]"


def _summed(each: Sum, points: Course, first: int) -> Number:
    """The sum of a course until the first year."""
    since = month_number(each.since)
    course = Timeline(since, MONTHS * first - since).course(list(points))
    value = each.start + math.fsum(course.tolist())
    told = f"{each.start:g} in {each.since} and the sum of {each.of} from then"
    return Number(value, "log", 0.75 * value, 1.5 * value, told)


def _words(
    tables: Tables, roles: Roles, state: State, last: int
) -> tuple[dict[str, Any], int, tuple[Row, ...]]:
    """What the template is given of a state, the year of its start, and its observations. Raises NoStart."""
    first = first_year(tables, roles, state)
    starts = {name: _series_start(tables, roles, name, state, first) for name in roles.series}
    place = roles.position
    known, value = latest(tables.series[place.place][state.code], first)
    position = round(on_axis(value, place.scale), 4)
    told = f"{place.column} of {known} / {place.scale:g}, {place.table}"
    words = {
        "state": {
            "name": state.name,
            "key": key_of(state, roles.powers),
            "start": first,
            "end": last,
            "months": MONTHS * (last - first + 1),
            "position": Number(position, "position", position - 0.06, position + 0.06, told),
        },
        "powers": movers(tables, roles, first),
        "visitors": list(roles.visits.values()),
        "suppliers": suppliers(tables, roles, state, first),
        "trade": traded(roles),
        "scale": place.scale,
        "starts": starts,
        "errors": {name: _error(tables, roles, name, state, first) for name in roles.series},
        "rates": {row: rate(tables, roles, key, state, first) for row, key in roles.visits.items()},
        "fitted_until": roles.fitted_until,
        "spent_until": roles.spent_until,
        "unseen": roles.unseen,
        "spent": roles.spent,
        "sources": roles.sources,
    }
    return words, first, _rows(tables, roles, state, first, last)


def traded(roles: Roles) -> tuple[Traded, ...]:
    """The shares in trade that are observed."""
    return tuple(
        Traded(series, key, roles.powers[key].label, name, flow.channel)
        for name, flow in roles.flows.items()
        for key, series in flow.observed.items()
    )


def _series_start(tables: Tables, roles: Roles, name: str, state: State, first: int) -> Number:
    """The value of a series from which it starts."""
    column = roles.series[name]
    known, value = latest(tables.series[column.place][state.code], first)
    source = f"{column.column} of {known}, {column.table}"
    return Number(value, "of the series", 0.9 * value, 1.1 * value, source)


def _error(tables: Tables, roles: Roles, name: str, state: State, first: int) -> Number:
    """Error of a measurement, a part of the value at the start."""
    value = abs(_series_start(tables, roles, name, state, first).value)
    error = round(max(roles.rules.error_least, roles.rules.error * value), 4)
    source = (
        f"judgement: {roles.rules.error:g} of the value at the start, {roles.rules.error_least:g} at least"
    )
    return Number(error, "of the series", 0.4 * error, 2.5 * error, source, False)


# -- observations ----------------------------------------------------------------------------------


def _rows(tables: Tables, roles: Roles, state: State, first: int, last: int) -> tuple[Row, ...]:
    """What the tables say: series and shares in trade of all years, visits after the start."""
    rows: list[Row] = []
    for name, column in roles.series.items():
        rows += _of_series(name, tables.series[column.place][state.code], column.table)
    for each in traded(roles):
        rows += _of_trade(tables, roles, state, each)
    for name, key in roles.visits.items():
        rows += _of_visits(tables, roles, state, name, key, first, last)
    return tuple(rows)


def _fact(row: Row) -> Fact:
    """A row of a yearly series as it would be read."""
    kind, target, when, value, source, provenance, note = row
    return Fact(kind, target, *window_of(when), float(value), source, provenance, note)


def _of_series(name: str, years: Mapping[int, float], file: str) -> list[Row]:
    return [(SERIES, name, str(year), repr(years[year]), file, SOURCE, "") for year in sorted(years)]


def _of_trade(tables: Tables, roles: Roles, state: State, each: Traded) -> list[Row]:
    """A row a list; of a power that it leaves out a part of its smallest share, where that is fine enough."""
    rows = []
    power = roles.powers[each.power]
    for year, partners in sorted(tables.partners.get((state.code, each.flow), {}).items()):
        share, listed = share_in(partners, power, roles)
        vague = partners.grouped or partners.smallest > roles.rules.coarse
        if vague and not listed:
            continue
        told, note = SOURCE, ""
        if not listed:
            told, note = DERIVED, f"not listed: below {partners.smallest:g} %, of which a part is taken"
        value = repr(round(100.0 * share, 4))
        rows.append((SERIES, each.name, str(year), value, "trade_partner_shares.csv", told, note))
    return rows


def _of_visits(
    tables: Tables, roles: Roles, state: State, name: str, key: str, first: int, last: int
) -> list[Row]:
    """Months with a visit and those between without; years where the month is not known.

    Nothing is said of years before the first or after the last visit of this power to anybody.
    """
    own = roles.powers[key].states
    known = [visit.year for pair, each in tables.visits.items() if pair[0] in own for visit in each]
    if not known:
        return []
    here = [visit for code in own for visit in tables.visits.get((code, state.code), ())]
    rows = []
    for year in range(max(first + 1, min(known)), min(last, max(known)) + 1):
        for when, value in _windows(year, [visit for visit in here if visit.year == year]):
            rows.append((EVENT, name, when, value, "leader_visits.csv", SOURCE, ""))
    return rows


def _windows(year: int, visits: list[Visit]) -> list[tuple[str, str]]:
    """Windows of a year, one after the other, with 1 where a visit came.

    >>> _windows(1998, [Visit(1998, "1998-05")])
    [('1998-01/1998-04', '0'), ('1998-05', '1'), ('1998-06/1998-12', '0')]
    >>> _windows(1998, [Visit(1998, None)]), _windows(1998, [])
    ([('1998', '1')], [('1998', '0')])
    """
    months = {visit.month for visit in visits}
    if not visits or None in months:
        return [(str(year), str(int(bool(visits))))]
    came = sorted(int(month[5:]) for month in months if month is not None)
    found, free = [], 1
    for month in came:
        if free < month:
            found.append((_window(year, free, month - 1), "0"))
        found.append((_window(year, month, month), "1"))
        free = month + 1
    if free <= MONTHS:
        found.append((_window(year, free, MONTHS), "0"))
    return found


def _window(year: int, first: int, last: int) -> str:
    """Months of a year as a table of observations writes them."""
    if first == last:
        return f"{year}-{first:02d}"
    return f"{year}-{first:02d}/{year}-{last:02d}"
