"""What the tables of a panel are to the model: a file declares powers, series, flows, visits and rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.reading.shipped import FOLDER
from sim.reading.source import Source, source_of
from sim.refusal import BadInput
from sim.scenario.load import load, tables_of

SHIPPED = FOLDER / "panel" / "roles.toml"
"""The roles that come with the program, beside their template."""

Year = Annotated[int, Field(ge=1800, le=2200)]
Share = Annotated[float, Field(gt=0.0, lt=1.0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Power(_Strict):
    """A power of the model: the states that count as it."""

    label: str
    states: list[str] = Field(min_length=1)


class Column(_Strict):
    """A column of a table with a row for a state and year."""

    table: str
    column: str

    @property
    def place(self) -> tuple[str, str]:
        """The table and its column."""
        return self.table, self.column


class Position(Column):
    """Positions on the axis; scale: how many of the column's units are one of the axis."""

    scale: float = Field(gt=0.0)


class Links(Column):
    """Bandwidth of a power at the start; times: what the column is multiplied by."""

    times: float = Field(gt=0.0)


class Flow(_Strict):
    """A flow of trade: the channel that it fills, and by power the observation of its share."""

    channel: str
    observed: dict[str, str]


class Input(_Strict):
    """A course of the world outside: a path of a shipped scenario."""

    scenario: str
    path: str


class Sum(_Strict):
    """The sum of a course, month by month, from a value in a month on."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    of: str
    since: str = Field(alias="from")
    start: float


class Rules(_Strict):
    """How the start follows from the data; what each means stands in the file."""

    unlisted: Share
    coarse: float = Field(gt=0.0, le=100.0)
    allied: Share
    thin: int = Field(ge=1)
    error: Share
    error_least: float = Field(gt=0.0)


class Roles(_Strict):
    """What the tables are to the model."""

    template: str
    earliest: Year
    first_origin: Year
    fitted_until: Year
    spent_until: Year
    powers: dict[str, Power] = Field(min_length=1)
    position: Position
    series: dict[str, Column]
    flows: dict[str, Flow]
    visits: dict[str, str]
    bandwidth: dict[str, Links]
    rules: Rules
    inputs: dict[str, Input]
    sums: dict[str, Sum]
    sources: dict[str, str]
    unseen: str
    spent: str

    @property
    def columns(self) -> set[tuple[str, str]]:
        """The columns of yearly series that are needed."""
        columns = (self.position, *self.series.values(), *self.bandwidth.values())
        return {each.place for each in columns}


def roles_of(file: Path = SHIPPED) -> tuple[Roles, Source, Source]:
    """The roles, their file, and the template that they name. Raises BadInput with a line a mistake."""
    source = source_of(file)
    try:
        roles = Roles.model_validate(tables_of(source))
    except ValidationError as error:
        raise BadInput("\n".join(f"{file}: {line}" for line in map(_told, error.errors()))) from None
    unknown = [name for name in _named(roles) if name not in roles.powers]
    if unknown:
        raise BadInput(f"{file}: {unknown[0]} is no power; it must be one of {', '.join(roles.powers)}")
    return roles, source, source_of(file.parent / roles.template)


def _told(error: Any) -> str:
    """A mistake in a line."""
    place = ".".join(map(str, error["loc"]))
    return f"{place}: {error['msg']}"


def _named(roles: Roles) -> list[str]:
    """The powers that other tables name."""
    observed = [name for flow in roles.flows.values() for name in flow.observed]
    return [*observed, *roles.visits.values(), *roles.bandwidth]


def template_of(file: Path) -> Template:
    """The template of a scenario; a word that it does not get is an error."""
    loader = FileSystemLoader(file.parent)
    environment = Environment(loader=loader, undefined=StrictUndefined, keep_trailing_newline=True)
    return environment.get_template(file.name)


def inputs_of(roles: Roles) -> dict[str, list[tuple[str, float]]]:
    """Courses of the world outside by name: points [month, value] of shipped scenarios."""
    cases = {each.scenario: load(each.scenario).case for each in roles.inputs.values()}
    return {name: cases[each.scenario].paths[each.path] for name, each in roles.inputs.items()}
