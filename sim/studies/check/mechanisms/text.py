"""Cards that were tried, as lines of a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.scenario.cards import words
from sim.scenario.load import Scenario
from sim.studies.check.mechanisms.sizes import Size
from sim.studies.check.mechanisms.trial import Cards, Tried
from sim.writing.text import WIDTH


def lines(scenario: Scenario, faults: list[str], tell: Callable[[str], None]) -> Iterator[str]:
    """A line or two for each card; those that fail are added to the faults."""
    cards = Cards(scenario)
    held = 0
    for tried in cards.tried(tell):
        yield from told(tried)
        held += tried.passes
        if not tried.passes:
            faults.append(f"card {tried.name}: {fault(tried)}")
    yield ""
    yield f"{held} of {len(cards.deck.cards)} cards pass."
    if cards.beliefs is not None:
        origin = f"of {cards.deck.posterior}" if cards.deck.posterior else "of the priors"
        yield f"Draws: {cards.beliefs.draws} of the uncertain numbers, {origin}."


def told(tried: Tried) -> Iterator[str]:
    """A card with what came of it."""
    verdict = "passes" if tried.passes else "FAILS"
    yield f"{verdict:<7} {tried.name:<12} {short(tried)}"
    claim = tried.card.claim
    if len(claim) > WIDTH - 21:
        claim = f"{claim[: WIDTH - 24]}..."
    yield f"{'':<21}{claim}"


def short(tried: Tried) -> str:
    """What was asked of a card and what it gave, in a line."""
    card = tried.card
    if tried.size is None:
        return f"cannot be run yet ({card.needs}): {tried.why}"
    share = "" if tried.share is None else f"; in {100 * tried.share:.0f} % of draws"
    return f"{interval(tried)}, asks for {words.asks(card)}{share}"


def fault(tried: Tried) -> str:
    """What is wrong with a card that fails, in a word."""
    if tried.size is None:
        return "cannot be run yet"
    if tried.card.within is not None:
        return "lies elsewhere"
    return "does not move enough"


def interval(tried: Tried) -> str:
    """The size with its 95 % interval."""
    size = tried.size
    if size is None or size.mean != size.mean:
        return "no ratio: there is nothing to compare with"
    return f"{_number(tried, size.mean)} ({_ends(tried, size)})"


def _ends(tried: Tried, size: Size) -> str:
    return f"{_number(tried, size.low)} to {_number(tried, size.high)}"


def _number(tried: Tried, value: float) -> str:
    if tried.card.scale == "ratio":
        return f"{100 * value:+.1f} %"
    return f"{value:+.4f}"
