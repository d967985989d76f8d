"""What overturns a finding, as lines of text: one sentence first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import numpy as np

from sim.studies.caveat import caveat
from sim.studies.overturn.margins import read_out
from sim.studies.overturn.overturned import Overturned
from sim.studies.overturn.search import Shift
from sim.studies.overturn.space import PRIOR, RANGE
from sim.studies.overturn.tables import value_at
from sim.writing.text import WIDTH, percent

UNITS = {
    RANGE: "Distance 1: one number at the end of its plausible range. Distances add up as squares.",
    PRIOR: "Distance 1: one entry a standard deviation of its prior away. Distances add up as squares.",
}
NOTE = "A search found nothing nearer, which is no proof that there is nothing. All intervals are 95 %."
WHENCE = {RANGE: "ranges", PRIOR: "priors"}
ROOM = 58
"""Signs of a label in the table."""


def overturned_told(found: Overturned) -> Iterator[str]:
    """What it takes to overturn a finding, number by number, and how plausible that is."""
    yield from _wrapped(sentence(found))
    yield ""
    yield from _wrapped(f"As the file has it: {read_out(found.finding, found.base)}.")
    shift = found.few or found.nearest
    if shift is not None:
        yield from _moved(found, shift)
    yield from _wrapped(_plausible(found))
    if found.left_out:
        yield from _wrapped(f"Not moved, as the change sets them: {', '.join(found.left_out)}.")
    yield from _wrapped(f"{UNITS[found.asked.space.unit]} {NOTE}")
    yield from caveat(*found.worlds)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)


def sentence(found: Overturned) -> str:
    """The answer in a sentence of plain words."""
    entries, shift = found.asked.space.entries, found.few or found.nearest
    if shift is None:
        closest = found.found.closest
        assert closest is not None
        nearest = read_out(found.finding, closest.there)
        told = f"Nothing plausible was found that overturns it: {found.finding}."
        return f"{told} The nearest approach is {nearest}."
    moved, finding = shift.moved, found.finding
    most = " and ".join(_named(found, shift, place) for place in moved[:2])
    if len(moved) == 1:
        return f"{finding} fails once one of {len(entries)} numbers moves {_far(found, shift)}: {most}."
    told = f"{finding} fails once {len(moved)} of {len(entries)} numbers move, together as far as one"
    told += f" that moves {_far(found, shift)}"
    if len(moved) == 2:
        return f"{told}: {most}."
    share = percent(float(shift.parts[moved[:2]].sum()))
    return f"{told}. Two of them make {share} % of the squared distance: {most}."


def _named(found: Overturned, shift: Shift, place: int) -> str:
    entry = found.asked.space.entries[place]
    return f"{entry.label} ({entry.own:.4g} to {value_at(found, shift, place):.4g})"


def _far(found: Overturned, shift: Shift) -> str:
    """How far one number would have to move to go as far as all of them together."""
    away = shift.distance
    if found.asked.space.unit == PRIOR:
        return f"by {away:.2g} standard deviations"
    if away <= 1:
        return f"{100 * away:.2g} % of the way to the end of its range"
    return f"{away:.2g} times the way to the end of its range"


def _moved(found: Overturned, shift: Shift) -> Iterator[str]:
    """The numbers that move, one a line, and what is found there."""
    yield from _wrapped(f"There, on other luck: {read_out(found.finding, shift.there)}.")
    yield ""
    yield f"{'Number':<{ROOM}}{'file':>9}{'to':>9}{'plausible':>18}{'part':>6}"
    for place in shift.moved:
        entry = found.asked.space.entries[place]
        lines = textwrap.wrap(entry.label, ROOM - 1)
        low, high = (f"{end:.3g}" for end in entry.ends)
        numbers = f"{entry.own:>9.4g}{value_at(found, shift, place):>9.4g}{f'{low} to {high}':>18}"
        yield f"{lines[0]:<{ROOM}}{numbers}{percent(float(shift.parts[place])):>6}"
        yield from lines[1:]
    yield ""
    yield from _wrapped(_distances(found, shift))


def _distances(found: Overturned, shift: Shift) -> str:
    """How far off these numbers are, all numbers, and two alone."""
    told = f"Distance of these numbers alone: {_interval(shift)}."
    if found.nearest is not None and found.nearest.distance < shift.distance:
        told += f" With all {len(found.nearest.moved)} that help: {_interval(found.nearest)}."
    if len(shift.moved) <= 2:
        return told
    if found.two is None:
        return f"{told} The two that do most do not overturn it alone, wherever in what is plausible."
    two = " and ".join(_named(found, found.two, place) for place in found.two.moved)
    who = "The two that do most overturn"
    # where there are several ways to overturn it, the nearest of two numbers may be a way of one of them
    if len(found.two.moved) == 1:
        who = "One of the two that do most overturns"
    return f"{told} {who} it alone: {_interval(found.two)}, with {two}."


def _interval(shift: Shift) -> str:
    if np.isinf(shift.high):
        return f"{shift.distance:.3g}"
    return f"{shift.distance:.3g} ({shift.low:.3g} to {shift.high:.3g} by chance)"


def _plausible(found: Overturned) -> str:
    """In how many draws of all numbers the finding fails."""
    margins, failing = found.found.margins, found.failing
    counted = int((~np.isnan(margins)).sum())
    shares = [percent(each) for each in (failing.mean, failing.low, failing.high)]
    told = f"How plausible: it fails in {shares[0]} % ({shares[1]} to {shares[2]}) of {counted:,} draws"
    told += f" of all numbers that may move from their {WHENCE[found.asked.space.unit]}."
    if counted < len(margins):
        told += f" {len(margins) - counted:,} more draws make no scenario that runs, and count nowhere."
    return told
