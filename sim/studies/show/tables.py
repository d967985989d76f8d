"""Numbers and names of a scenario as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.scenario.load import Scenario
from sim.scenario.paths import join
from sim.studies.show.ask import PATHS, Labels, Number, event_rows, holding, names_of, numbers_of
from sim.studies.show.events import event_in_words
from sim.studies.show.layout import WIDTH, heading, wrapped

LONGEST_NAME = 40
"""Characters of the column of names; the label of a longer one begins behind it."""

CLOSE = "    "
"""Before a path that is too long to stand behind its value and range."""


def number_lines(numbers: list[Number]) -> Iterator[str]:
    """A table of numbers: value, plausible range, path and unit, with label and source below."""
    values = [f"{each.value:g}" for each in numbers]
    ranges = [_range(each) for each in numbers]
    wide = max(map(len, [*values, "value"]))
    wider = max(map(len, [*ranges, "plausible"]))
    indent = " " * (wide + wider + 4)
    yield f"{'value':>{wide}}  {'plausible':<{wider}}  number [unit], tier"
    for each, value, plausible in zip(numbers, values, ranges, strict=True):
        begun = f"{value:>{wide}}  {plausible:<{wider}}  "
        if len(begun) + len(each.path) > WIDTH:  # it stays whole, on a line of its own
            yield begun.rstrip()
            begun = CLOSE
        yield from wrapped(_told(each), indent=begun, hang=indent)
        yield from wrapped(f"{each.label}: {each.source}", indent=indent)


def _range(number: Number) -> str:
    if number.low is None:
        return ""
    return f"{number.low:g} to {number.high:g}"


def _told(number: Number) -> str:
    """A number by its path, with its unit and tier if it has them."""
    told = number.path
    if number.unit:
        told += f" [{number.unit}]"
    if number.tier:
        told += f", {number.tier}"
    return told


def event_lines(scenario: Scenario, name: str) -> Iterator[str]:
    """One event row, or all rows of one template, in full, and their numbers. Raises Unknown."""
    rows = event_rows(scenario, name)
    for row in rows:
        yield from event_in_words(scenario.case, row, full=True)
    # Rows of one template share the numbers of the event that they were written from.
    own = join("events", rows[0].template)
    numbers = [number for number in numbers_of(scenario) if number.path.startswith(f"{own}.")]
    if numbers:
        yield ""
        yield from number_lines(numbers)


def name_lines(scenario: Scenario, word: str = "") -> Iterator[str]:
    """What can be named in a scenario, by kind; with a word, what holds it, recorded paths too."""
    yield from wrapped(scenario.title)
    yield f"  {len(scenario.numbers)} numbers"
    for kind, labels in names_of(scenario).items():
        if word:
            yield from _named(kind, holding(labels, word))
        # Recorded paths are hundreds: the headlines show what they look like, a word finds the others.
        elif kind == PATHS:
            yield from heading(f"{kind}: {len(labels)}, of which the headlines are")
            yield from _columns({name: labels[name] for name in scenario.case.headlines if name in labels})
        else:
            yield from _named(kind, labels)


def _named(kind: str, labels: Labels) -> Iterator[str]:
    """The names of a kind under its heading; nothing where there is none."""
    if labels:
        yield from heading(kind)
        yield from _columns(labels)


def _columns(labels: Labels) -> Iterator[str]:
    """Names and labels beside each other."""
    wide = min(max(map(len, labels), default=0), LONGEST_NAME)
    for name, label in labels.items():
        lines = wrapped(label, f"  {name:<{wide}}  ", " " * (wide + 4))
        yield from lines or [f"  {name}"]  # a text without words has no lines to stand beside


def shipped_lines(scenarios: Iterable[tuple[str, str, str]], data: Iterable[str]) -> Iterator[str]:
    """Shipped scenarios by name, title and question, and the files of data that belong to them."""
    yield from heading("Scenarios")[1:]
    for name, title, question in scenarios:
        yield from wrapped(f"{name}: {title}", indent="  ")
        yield from wrapped(question, indent="      ")
    yield from heading("Data")
    yield from (f"  {name}" for name in data)
