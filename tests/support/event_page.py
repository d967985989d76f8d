"""docs/event-rows.md: the keys of an event row, by what one wants to say with them, each with an example.

    python -m tests.support.event_page

writes the page anew, from the schema of scenario files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.scenario.paths import join
from sim.scenario.reference import Key, sections

PAGE = Path(__file__).parents[2] / "docs" / "event-rows.md"

ROW = "[events.NAME]"

ABOUT = """# Keys of an event row

An event is one table, `[events.NAME]`. Each month goes through it in one order: *may* it be started
(`gate`, `cooldown`, `retry`, `once`)? *Is* it (its odds, and what its initiator would gain)? What
is *answered*? When does it *take place*, and what does it *change*? Only `label`, `initiator` and
its odds must be there. Examples are of a case of two powers, North and South, and a buffer between
them; `steppe new` writes one to play with, and `steppe show SCENARIO --event NAME` tells a row in
words.

*This page is written by `python -m tests.support.event_page`.*
"""

GROUPS = {
    "Who": ("label", "initiator", "each", "responder", "control"),
    "How likely": ("about", "base_logit", "shifts", "response_logit", "response_shifts", "execution_logit"),
    "When, and when again": ("gate", "lead", "cooldown", "retry", "once", "group", "calendar", "dates"),
    "What it changes": ("effects", "accepted", "refused", "endings", "executed", "cancelled", "same_as"),
    "Called off, and bargained over": ("cancel", "terms"),
}
"""Keys of a row by what they say."""

SAID = {
    "How likely": """\
Of `about` and `base_logit` a row has exactly one, but for `"calendar"`: the chance in a month in
which it may be started, if nobody gained or lost by it and no shift counted. At a precision of 1
what it would gain [logits] is added to the log odds. `-3` is about once in 21 months, `-4` in 55,
`-5` in 150. `about` may be written in place, with its range in words too:
`about = { value = "twice in 10 years", range = ["once in 10 years", "once a year"], source = "counted" }`.
""",
    "What it changes": """Keys of these tables are stocks, `goodwill.POWER`, `bandwidth.POWER.CHANNEL`,
`attraction.POWER.CHANNEL`, `tilt.POWER`, `credit.FACTION` or `payoff.ACTOR`
([scenario files](scenarios.md#an-event)). A value is a number, or
`{ size = -0.10, times = "dependence.North.trade" }` with arithmetic on the state, or a list of such.
""",
}
"""What is said before a table of keys."""

INSIDE = {
    "cancel": "[events.NAME.cancel]",
    "endings": "[events.NAME.endings]",
    "terms": "[events.NAME.terms]",
}
"""Tables within a row."""

HEAD = "| key | example | without it | what it says |\n|---|---|---|---|"

WHOLE = """## Whole rows

`steppe new NAME` writes an offer, a row for each of several actors, a deed that asks nobody and a
blow of nature. The other kinds, in a full case:

```toml
# added to configs/mongolia-2024.toml
[events.parliament_sits]             # on set dates, for certain
label = "Parliament sits"
initiator = "calendar"
dates = ["2024-09", "2025-04"]
effects = { legitimacy = 0.01 }

[events.rail_gamble]                 # luck decides: a contest
label = "A railway is built ahead of money"
initiator = "Mongolia"
responder = "contest"
about = "once in 4 years"
response_logit = -0.5
once = true
accepted = { bandwidth.China.market = 0.05 }
refused = { legitimacy = -0.03 }

[events.transit_threat]              # a threat: refused, it is carried out or not
label = "Russian threat to close transit"
initiator = "Russia"
responder = "Mongolia"
about = "2 % a year"
response_logit = 0.0
execution_logit = -1.0
accepted = { tilt.Russia = 0.01 }
refused = { status = -0.01 }
executed = { legitimacy = -0.05, goodwill.Russia = -0.10 }

[events.power_line]                  # an offer that is bargained over, and may be called off until then
label = "A power line from Russia"
initiator = "Russia"
responder = "Mongolia"
about = "once in 3 years"
lead = 4
cancel = { base_logit = -4.0 }
terms = { to_target = 1.0, to_power = -1.0, rivals = ["fuel_deal"] }
accepted = { legitimacy = { size = 0.02, times = "terms" } }
cancelled = { goodwill.Russia = -0.02 }
```
"""


def inline(value: Any) -> str:
    """A value as TOML writes it on a line.

    >>> inline({"goodwill": {"North": 0.5}, "war + 1": [True, "x"]})
    '{ goodwill.North = 0.5, "war + 1" = [true, "x"] }'
    """
    if isinstance(value, dict):
        return f"{{ {', '.join(_entries(value, ''))} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(inline, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _entries(table: dict[str, Any], path: str) -> Iterator[str]:
    for key, value in table.items():
        here = join(path, key)
        if isinstance(value, dict):
            yield from _entries(value, here)
        else:
            yield f"{here} = {inline(value)}"


def row(key: Key, within: str = "") -> str:
    """A key as a row of its table."""
    without = {"none": "-", "": "must be there"}.get(key.default, key.default)
    if key.name in ("about", "base_logit") and not within:
        without = "one of the two must be there"
    said = key.meaning
    if key.unit:
        said += f" [{key.unit}]"
    cells = (f"`{within}{key.name}`", f"`{key.name} = {inline(key.example)}`", without, said)
    return f"| {' | '.join(cells)} |"


def page() -> str:
    """The page as the schema has it."""
    known = sections()
    keys = {key.name: key for key in known[ROW][1]}
    parts = [ABOUT]
    for title, names in GROUPS.items():
        lines = [HEAD]
        for name in names:
            lines.append(row(keys[name]))
            inner = known[INSIDE[name]][1] if name in INSIDE else ()
            lines += [row(each, f"{name}.") for each in inner]
        parts.append("\n".join([f"## {title}\n", *filter(None, [SAID.get(title)]), *lines, ""]))
    return "\n".join([*parts, WHOLE])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
