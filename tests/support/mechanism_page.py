"""docs/mechanisms.md: what the cards of each shipped scenario claim, and what they gave when last run.

    python -m tests.support.mechanism_page

runs every card and writes the page anew, and draws its picture, in about a minute.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import sim
from sim.reading.shipped import shipped
from sim.scenario.cards import deck_of, words
from sim.scenario.schema.cards import Card, Deck, Measured
from sim.studies.check.mechanisms.text import interval
from sim.studies.check.mechanisms.trial import Cards, Tried

PAGE = Path(__file__).parents[2] / "docs" / "mechanisms.md"

ABOUT = """# Mechanisms

What a scenario claims, claim by claim: the numbers that carry the claim, what is changed, and what must
move then, how far and which way. A claim is a *card* in `NAME.mechanisms.toml`, beside the
scenario `NAME.toml`; its `least` is the smallest size that a reader would care about, written before the
card was run. A card that does not move enough fails, and is reported; it is not tuned until it passes.

```sh
steppe show mongolia-2024 --mechanisms
steppe check mongolia-2024 --only mechanisms
```

`show` prints the cards; `check` runs each with and without its change on the same luck and prints the size,
its 95 % interval and the share of draws of the uncertain numbers in which the card holds, and ends with
exit code 1 if one fails. What is *done* changes the rules from the first month on (or a `month`) and leaves
the start as it is; what is *read so* changes the world that is described, and its start with it. A row that
needs what the model does not have yet says so, and fails until then.

*By construction*: a row of the file says it. *Emergent*: it follows from several rules together. Cards of
one group are switched off together. This page is written by `python -m tests.support.mechanism_page`.

![How far each claim moves what it should](mechanisms.png)

*Cards of `mongolia-2024`: a row a claim, a dot a card; right of the line it moves enough (an arrow: beyond
eight times that). Drawn by `python -m tests.support.mechanism_page` as `docs/mechanisms.png`.*
"""

KEYS = """
## Keys of a card

A file of cards has one table `[cards.NAME]` for each. A value is as in the scenario, or relative to it:
`{ times = 3 }`, `{ plus = -1 }`; a stock is held by its name. Patterns with `*` and `?` stand for many
numbers.
"""

HEAD = "| card | claim | numbers | changed | must move | kind | last run |\n|---|---|---|---|---|---|---|"


def cell(text: str) -> str:
    """A text in a cell of a table; a star is none of Markdown's."""
    return text.replace("|", "\\|").replace("*", "\\*")


def page(ran: Mapping[str, Mapping[str, str]]) -> str:
    """The page; ran: by scenario and card what came of it."""
    return "\n".join([ABOUT, *_matrices(ran), *_keys()]) + "\n"


def _matrices(ran: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for name in shipped(".toml"):
        cards, found = deck_of(sim.load(name)).cards, ran[name]
        passed = sum(told.startswith("passes") for told in found.values())
        yield f"## {name}\n\n{passed} of {len(cards)} cards pass.\n\n{HEAD}"
        yield from (_row(card, cards[card], found[card]) for card in cards)
        yield ""


def _row(name: str, card: Card, last: str) -> str:
    numbers = ", ".join(f"`{pattern}`" for pattern in card.numbers)
    texts = map(cell, (words.changes(card), words.moves(card), words.kind(card)))
    return f"| {name} | {cell(card.claim)} | {numbers} | {' | '.join(texts)} | {last} |"


def _keys() -> Iterator[str]:
    yield KEYS
    for section, heading in ((Deck, "The file"), (Card, "A card"), (Measured, "An outcome")):
        yield f"{heading}:\n\n| key | meaning |\n|---|---|"
        for name, field in section.model_fields.items():
            yield f"| `{field.alias or name}` | {cell(field.description or '')} |"
        yield ""


def last_run(tried: Tried) -> str:
    """What came of a card, in a cell."""
    if tried.size is None:
        return f"fails: cannot be run yet ({tried.card.needs})"
    told = f"{'passes' if tried.passes else '**fails**'}: {interval(tried)}"
    if tried.share is None:
        return told
    return f"{told}; {100 * tried.share:.0f} % of draws"


def run_all() -> dict[str, list[Tried]]:
    """Every card of every shipped scenario."""
    return {name: list(Cards(sim.load(name)).tried()) for name in shipped(".toml")}


def told(ran: Mapping[str, list[Tried]]) -> dict[str, dict[str, str]]:
    """What came of every card, in a cell."""
    return {name: {tried.name: last_run(tried) for tried in cards} for name, cards in ran.items()}


if __name__ == "__main__":
    from tests.support.mechanism_picture import draw

    found = run_all()
    PAGE.write_text(page(told(found)), encoding="utf-8")
    draw(found["mongolia-2024"])
