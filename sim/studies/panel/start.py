"""How a state starts: every number of its own from the first years of the tables, with its source."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from sim.refusal import Refusal
from sim.studies.panel.roles import Power, Roles
from sim.studies.panel.tables import Partners, State, Tables, Yearly

DIGITS = 6
"""Of a number in a scenario."""

LEAST, MOST = 0.002, 0.97
"""What a share of a power is at least, and what those of all powers together are at most."""

MONTHS = 12

AHEAD = 3
"""Years after an origin that are asked about."""


@dataclass(frozen=True)
class Number:
    """A number as it stands in a scenario, with its range and source."""

    value: float
    unit: str
    low: float
    high: float
    source: str
    measured: bool = True

    def __str__(self) -> str:
        tier = ', tier = "measured"' if self.measured else ""
        ends = f"[{_plain(min(self.low, self.high))}, {_plain(max(self.low, self.high))}]"
        # A text of JSON is one of TOML.
        told = f"unit = {json.dumps(self.unit)}, range = {ends}, source = {json.dumps(self.source)}{tier}"
        return f"{{ value = {_plain(self.value)}, {told} }}"


def _plain(value: float) -> str:
    return repr(round(float(value), DIGITS))


@dataclass(frozen=True)
class Supplier:
    """Who covers needs of the target: shares by channel, and links where a table measures them."""

    key: str
    shares: Mapping[str, Number]
    bandwidth: Number | None


@dataclass(frozen=True)
class Mover:
    """A power and its course [month, position] in TOML."""

    key: str
    label: str
    path: str


@dataclass(frozen=True)
class Traded:
    """An observed share of a power in a flow."""

    name: str
    power: str
    label: str
    flow: str
    channel: str


class NoStart(Refusal):
    """A state of which the tables do not hold enough."""


def key_of(state: State, taken: Mapping[str, object]) -> str:
    """What a scenario calls the state: its name in plain letters, its code where a power is called so.

    >>> key_of(State("XYZ", "Upper Nowhere", "buffer"), {})
    'Upper_Nowhere'
    """
    plain = unicodedata.normalize("NFKD", state.name).encode("ascii", "ignore").decode()
    key = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")
    if not key or key in taken or key == "domestic":
        return state.code
    return key


def first_year(tables: Tables, roles: Roles, state: State) -> int:
    """The first year by which every series, and both flows of trade, have begun. Raises NoStart."""
    begun = [roles.earliest]
    for column in (roles.position, *roles.series.values()):
        years = tables.series[column.place].get(state.code)
        if not years:
            raise NoStart(f"{state.code}: no row has {column.column} in {column.table}; left out")
        begun.append(min(years))
    for flow in roles.flows:
        lists = _lists(tables, roles, state, flow)
        if not lists:
            raise NoStart(
                f"{state.code}: no list of {flow} with {roles.rules.thin} states and no groups; left out"
            )
        begun.append(min(lists))
    return max(begun)


def _lists(tables: Tables, roles: Roles, state: State, flow: str) -> dict[int, Partners]:
    """The lists of a flow that can tell a start: of several states, and without groups of states."""
    lists = tables.partners.get((state.code, flow), {})
    thin = roles.rules.thin
    return {year: each for year, each in lists.items() if len(each.shares) >= thin and not each.grouped}


def latest(years: Yearly, year: int) -> tuple[int, float]:
    """The last value that was known by the end of a year, with its year."""
    known = max(each for each in years if each <= year)
    return known, years[known]


def mean_by_year(tables: Tables, column: tuple[str, str], power: Power) -> dict[int, float]:
    """Mean over the states of a power, by year, of those that have a value."""
    rows = [tables.series[column].get(code, {}) for code in power.states]
    years = sorted(set().union(*rows))
    known = {year: [row[year] for row in rows if year in row] for year in years}
    return {year: math.fsum(values) / len(values) for year, values in known.items()}


def on_axis(value: float, scale: float) -> float:
    """A position in units of the axis, which ends at 1 on either side."""
    return max(-1.0, min(1.0, value / scale))


# -- powers ----------------------------------------------------------------------------------------


def movers(tables: Tables, roles: Roles, year: int) -> tuple[Mover, ...]:
    """Where the powers stand, year by year; of a state before its first value, at it. Raises NoStart."""
    return tuple(_mover(tables, roles, key, year) for key in roles.powers)


def _mover(tables: Tables, roles: Roles, key: str, year: int) -> Mover:
    power, place = roles.powers[key], roles.position
    years = mean_by_year(tables, place.place, power)
    if not years:
        raise NoStart(f"{key}: no row of {', '.join(power.states)} in {place.table}; add them")
    # From the value of the first year on: what was before moves nothing.
    first = max((each for each in years if each <= year), default=min(years))
    course = {each: on_axis(value, place.scale) for each, value in years.items() if each >= first}
    points = [
        (f"{max(each, year)}-{month}", value) for each, value in course.items() for month in ("01", "12")
    ]
    text = ", ".join(f'["{month}", {_plain(value)}]' for month, value in points)
    return Mover(key, power.label, f"[{text}]")


# -- shares ----------------------------------------------------------------------------------------


def suppliers(tables: Tables, roles: Roles, state: State, year: int) -> tuple[Supplier, ...]:
    """Who covers what at the start: trade by lists, political ties by visits, security by alliances."""
    channels = {flow.channel: _trade(tables, roles, state, name, year) for name, flow in roles.flows.items()}
    channels["politics"] = _ties(tables, roles, state, year)
    channels["security"] = _security(tables, roles, state, year)
    found = []
    for key in (*roles.powers, "domestic"):
        shares = {channel: own[key] for channel, own in channels.items() if key in own}
        if shares:
            found.append(Supplier(key, shares, _links(tables, roles, state, key, year)))
    return tuple(found)


def _trade(tables: Tables, roles: Roles, state: State, flow: str, year: int) -> dict[str, Number]:
    """Shares of powers in a flow by the last list, and of all others."""
    lists = _lists(tables, roles, state, flow)
    known = max(each for each in lists if each <= year)
    told = {key: share_in(lists[known], power, roles) for key, power in roles.powers.items()}
    whole = math.fsum(max(share, LEAST) for share, _ in told.values())
    fit = min(1.0, MOST / whole)
    where = f"{flow} of {known}, trade_partner_shares.csv"
    found = {}
    for key, (share, listed) in told.items():
        value = round(max(share, LEAST) * fit, 4)
        if listed:
            found[key] = Number(value, "share", 0.8 * value, 1.25 * value, where)
        else:
            source = (
                f"judgement: not among the {flow} that are listed for {known}, so below the smallest share"
            )
            found[key] = Number(value, "share", LEAST / 2, 2.0 * value, f"{source} there; half of it", False)
    rest = round(1.0 - math.fsum(each.value for each in found.values()), 4)
    found["domestic"] = Number(rest, "share", 0.5 * rest, min(1.0, 2.0 * rest), f"the rest of {where}")
    return found


def share_in(partners: Partners, power: Power, roles: Roles) -> tuple[float, bool]:
    """Share of a power in a list [1], and whether all of its states that matter are in it.

    A state that is not listed has a part of the smallest share of the list.
    """
    listed = [partners.shares[code] for code in power.states if code in partners.shares]
    if listed:
        return math.fsum(listed) / 100.0, True
    return roles.rules.unlisted * partners.smallest / 100.0, False


def _ties(tables: Tables, roles: Roles, state: State, year: int) -> dict[str, Number]:
    """Shares of those whose visits are known, by Laplace's rule on visits until the start."""
    counts = {
        key: len(_visits(tables, roles, key, state, year)) for key in dict.fromkeys(roles.visits.values())
    }
    whole = sum(counts.values()) + len(counts)
    left, found = 1.0, dict[str, Number]()
    for key, count in counts.items():
        value = round((count + 1) / whole, 4)
        left -= value
        source = f"{count} visits up to {year}, leader_visits.csv, and one more for each power that is seen"
        found[key] = Number(value, "share", 0.5 * value, min(1.0, 1.8 * value), source)
    # Rounding lies with the last.
    last = found[key]
    found[key] = Number(last.value + left, last.unit, last.low, last.high, last.source)
    return found


def _visits(tables: Tables, roles: Roles, key: str, state: State, year: int) -> list[int]:
    """Years of visits of a power to the state up to a year."""
    return [
        visit.year
        for code in roles.powers[key].states
        for visit in tables.visits.get((code, state.code), ())
        if visit.year <= year
    ]


def _security(tables: Tables, roles: Roles, state: State, year: int) -> dict[str, Number]:
    """Shares of allied powers, alike, and of the state itself."""
    owed = tables.allies.get(state.code, {}).get(year, frozenset())
    allied = [key for key, power in roles.powers.items() if owed & set(power.states)]
    found, own = {}, 1.0
    for key in allied:
        value = round(roles.rules.allied / len(allied), 4)
        own -= value
        source = f"judgement by a defence obligation of {year}, alliances.csv: allies share a half alike"
        found[key] = Number(value, "share", 0.4 * value, min(1.0, 1.6 * value), source, False)
    source = f"judgement: the rest, with {len(allied)} allied powers in {year}, alliances.csv"
    found["domestic"] = Number(round(own, 4), "share", 0.5 * own, 1.0, source, False)
    return found


def _links(tables: Tables, roles: Roles, state: State, key: str, year: int) -> Number | None:
    """Bandwidth at the start where a table measures it."""
    column = roles.bandwidth.get(key)
    if column is None:
        return None
    years = tables.series[column.place].get(state.code, {})
    if not any(each <= year for each in years):
        return None
    known, measured = latest(years, year)
    value = round(max(0.02, min(0.9, column.times * measured)), 4)
    source = f"{column.column} of {known} times {column.times:g}, {column.table}"
    return Number(value, "0-1", 0.6 * value, min(1.0, 1.6 * value), source)


# -- rates of visits -------------------------------------------------------------------------------


def rate(tables: Tables, roles: Roles, key: str, state: State, year: int) -> Number:
    """Log odds a month of a visit, by those up to the start: (n + 1/2) / (months + 1) (Jeffreys).

    What a visit is worth to who comes is added to it by the model; an uncertain entry takes that up.
    """
    years = [
        visit.year
        for pair, visits in tables.visits.items()
        for visit in visits
        if pair[0] in roles.powers[key].states
    ]
    first = min(years, default=year)
    months = MONTHS * max(1, year - first + 1)
    count = len(_visits(tables, roles, key, state, year))
    odds = (count + 0.5) / (months + 0.5 - min(count, months))
    value = round(math.log(odds), 3)
    source = f"{count} visits in {first}-{year}, leader_visits.csv (Jeffreys)"
    return Number(value, "logit per month", value - 3.0, value + 3.0, source)
