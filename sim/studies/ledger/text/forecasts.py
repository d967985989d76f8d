"""What was written down, as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from sim.assimilation.facts import EVENT
from sim.refusal import cleaned
from sim.studies.ledger.entry import Entry
from sim.studies.ledger.forecast import Forecast
from sim.studies.ledger.text.words import LABEL, heading
from sim.writing.failures import failures
from sim.writing.text import WIDTH, percent

CONDITIONED = "Conditional on this scenario; written down, to be scored once it is known what came."


def written_down(found: Forecast) -> Iterator[str]:
    """What was added to a ledger, and where it stands."""
    first = found.entries[0]
    yield from failures(first.failed, first.runs)
    yield from textwrap.wrap(cleaned(first.scenario.title), WIDTH)
    yield from textwrap.wrap(_made_of(first), WIDTH)
    yield from _events([entry for entry in found.entries if entry.kind == EVENT])
    series = {entry.target for entry in found.entries if entry.kind != EVENT}
    if series:
        count = sum(entry.kind != EVENT for entry in found.entries)
        yield ""
        yield f"{count} distributions of {len(series)} numbers, as quantiles from 1 to 99 %"
    yield ""
    for line in _where(found):
        yield from textwrap.wrap(line, WIDTH)
    yield CONDITIONED


def _made_of(entry: Entry) -> str:
    """The runs that were made, and with which numbers."""
    runs = f"{entry.runs:,} runs of {entry.months} months from {entry.scenario.start}, seed {entry.seed}"
    if entry.numbers is None:
        return f"{runs}, one set of numbers"
    source = cleaned(entry.numbers.posterior or f"the prior ({entry.numbers.prior})")
    return f"{runs}, over {entry.numbers.draws:,} draws from {source}"


def _events(entries: list[Entry]) -> Iterator[str]:
    """A line an entry, under the label of its outcome."""
    if not entries:
        return
    yield ""
    yield f"{'Probability (%) by the end of':<{LABEL}}{'month':>8}{'':>8}  {'95 % interval':<16}baselines"
    before = None
    for entry in entries:
        lines = [""]
        if entry.label != before:
            lines, before = textwrap.wrap(cleaned(entry.label), LABEL - 1), entry.label
        yield f"{lines[0]:<{LABEL}}{entry.by:>8}{_chance(entry)}"
        yield from lines[1:]


def _chance(entry: Entry) -> str:
    """A probability with its interval, what baselines say, and how it is marked."""
    assert entry.probability is not None
    interval, marks = "", ["  past"] * entry.past
    if entry.low is not None and entry.high is not None:
        interval = f"{100 * entry.low:.1f} to {100 * entry.high:.1f}"
    if entry.answered is not None:
        marks.append("  known")
    chances = [(name, said) for name, said in entry.baselines.items() if isinstance(said, float)]
    beside = ", ".join(f"{heading(name)} {percent(said)}" for name, said in chances)
    return f"{percent(entry.probability):>8}  {interval:<16}{beside}{''.join(marks)}"


def _where(found: Forecast) -> Iterator[str]:
    """Where the entries stand, what was marked and what was left out."""
    ledger, first = found.ledger, found.entries[0]
    lines = f"Lines {first.number} to {found.entries[-1].number} of {cleaned(str(ledger.path))}"
    yield f"{lines}, {first.made}; hash of the last one: {ledger.sha256}"
    marked = sum(entry.past for entry in found.entries)
    if marked:
        yield f"{marked} ask about months that are past: they are marked, and never count as forecasts."
    if found.left_out:
        yield f"{found.left_out} questions about months that are past were left out."
