"""What a key of a scenario file may hold: kinds of numbers and texts with their bounds; what a section is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from sim.registry import Shelf
from sim.scenario.chances import UNDERSTOOD, logit_of

NOBODY = ("nature", "calendar")
CONTEST = "contest"
EACH = "each"

MONTH = r"(1[5-9]|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])"
"""A month such as 2024-06."""

CHANCE = "chance"
"""The format of a text that is a chance in words."""


def _number(value: Any) -> Any:
    """A whole or decimal number as a float. Raises ValueError."""
    # To Python True is the number 1; in a file it is a slip.
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")
    # NaN alone is not equal to itself; whether infinity may be there each kind says.
    if value != value:
        raise ValueError("must be a finite number")
    return float(value)


def _whole(value: Any) -> Any:
    """A whole float as a whole number: a design of a sweep and numpy have no others."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _month(text: str) -> str:
    """A text as it is if it is a month. Raises ValueError."""
    if not re.fullmatch(MONTH, text):
        raise ValueError(f"must be a month such as 2024-06, not '{text}'")
    return text


def _chance(value: Any) -> Any:
    """A text as it is if it is a chance in words. Raises ValueError."""
    if not isinstance(value, str):
        raise ValueError(f"is written {UNDERSTOOD}")
    logit_of(value)
    return value


def month_number(text: str) -> int:
    """Months since year 0 of a date such as `2024-06`.

    >>> month_number("2024-06") - month_number("2023-12")
    6
    """
    year, month = text.split("-")
    return int(year) * 12 + int(month) - 1


Number = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]
Logit = Annotated[float, BeforeValidator(_number), Field(lt=50, gt=float("-inf"))]
BaseLogit = Annotated[float, BeforeValidator(_number), Field(lt=50)]
Share = Annotated[float, BeforeValidator(_number), Field(ge=0, le=1, allow_inf_nan=False)]
Below1 = Annotated[float, BeforeValidator(_number), Field(ge=0, lt=1)]
Positive = Annotated[float, BeforeValidator(_number), Field(gt=0, allow_inf_nan=False)]
Scale = Annotated[float, BeforeValidator(_number), Field(ge=0, allow_inf_nan=False)]
Place = Annotated[float, BeforeValidator(_number), Field(ge=-1, le=1)]
Point = Annotated[list[Place], Field(min_length=1, max_length=2)]
Scales = Annotated[list[Scale], Field(min_length=1, max_length=2)]
Ends = Annotated[list[Number], Field(min_length=2, max_length=2)]
Factors = Annotated[list[Positive], Field(min_length=2, max_length=2)]
Whole = Annotated[int, Field(ge=0, le=1200, strict=True), BeforeValidator(_whole)]
Months = Annotated[int, Field(ge=1, le=1200, strict=True), BeforeValidator(_whole)]
Window = Annotated[int, Field(ge=1, le=120, strict=True), BeforeValidator(_whole)]
Lead = Annotated[int, Field(ge=0, le=24, strict=True), BeforeValidator(_whole)]
Month = Annotated[
    str, Field(strict=True, json_schema_extra={"pattern": f"^{MONTH}$"}), AfterValidator(_month)
]
Text = Annotated[str, Field(strict=True, min_length=1)]
Chance = Annotated[str, Field(strict=True, json_schema_extra={"format": CHANCE}), BeforeValidator(_chance)]
Word = Annotated[str, Field(pattern=r"^[A-Za-z]\w*$")]
Names = Annotated[list[str], Field(min_length=1)]
Nested = dict[str, Any]


def registered(shelf: Shelf) -> Callable[[str], str]:
    """What checks that a text names something shipped, registered or installed."""

    def known(name: str) -> str:
        # Looked up when a file is read, as plug-ins may be registered after this module is imported.
        if name not in shelf:
            raise ValueError(f"must be {either(shelf)}{shelf.hint(name)}")
        return name

    return known


def either(names: Iterable[str]) -> str:
    """Names as alternatives; a word for there being none."""
    quoted = [f"'{name}'" for name in names]
    *others, last = quoted or ["something registered"]
    if others:
        return f"{', '.join(others)} or {last}"
    return last


def key(
    meaning: str,
    default: Any = ...,
    unit: str = "",
    shipped: tuple[str, ...] = (),
    example: Any = None,
    **more: Any,
) -> Any:
    """A key of a section: what it means, what it is where the file leaves it out, and its unit.

    shipped: names that an editor may complete, where others may be registered.
    example: a value that it may have, for editors and pages.
    """
    extra: dict[str, Any] = {}
    if example is not None:
        extra["examples"] = [example]
    if unit:
        extra["unit"] = unit
    if shipped:
        extra["anyOf"] = [{"enum": list(shipped)}, {"type": "string"}]
    return Field(default, description=meaning, json_schema_extra=extra, **more)


class Section(BaseModel):
    """A table of the file: unknown keys are refused, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def given(self, name: str) -> Any:
        """The value of a key that the file writes, be it 0; None where the file leaves the key out."""
        if name in self.model_fields_set:
            return getattr(self, name)
        return None

    def flaws(self) -> Iterator[tuple[str, str]]:
        """What is wrong between the keys of this section alone: a key (or nothing) and what to say of it."""
        yield from ()
