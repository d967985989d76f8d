"""Sentences of a game in a page, with places for what it finds; those of the terminal are the same words."""

from __future__ import annotations

from sim.play.past import BESIDE, HISTORY, NEITHER, NEVER
from sim.play.words import CONCESSION, NOBODY, SCORED

SAID = {
    "opening": "You decide for {label}, from {first} on, for {months}. Each month you read the news, mark "
    "what you do, and decide; what you leave unmarked is not done. Where offers are made to you, you answer "
    "them before the month goes on. Behind each choice stands which faction at home is for it and which "
    "against, by what it would gain or lose [logits]: +0.7 doubles the odds that it says yes, +2 makes them "
    "seven times as high.",
    "scored": SCORED,
    "future": "Future {future} of seed {seed}: whoever plays it has the same luck.",
    "month": "{date}, month {month} of {months}",
    "so_far": "Score so far {score}; things are worth {worth} now{by}.",
    "by": ", and have changed by {what}",
    "last": "In {date}:",
    "nothing": "Nothing of note happened.",
    "begins": "Nobody has decided anything yet.",
    "nobody": NOBODY,
    "may": "You may",
    "offered": "You are offered",
    "may_nothing": "There is nothing that you may propose this month.",
    "for": "for it",
    "against": "against",
    "concession": CONCESSION,
    "terms": "Concession that you offer, from 0 (nothing) to 1 (all there is); empty: as your advisers would",
    "by_rule": "as your advisers would",
    "as_before": "as you shared it out last month",
    "share": "Share it out yourself, by weights, as long as they stand here; it acts slowly. Empty: as your "
    "advisers would.",
    "decide": "Decide",
    "answer": "Answer",
    "leave": "Leave it to your advisers' rule",
    "move": {"first": "Your move: {what}", "second": "Your answer: {what}"},
    "none": {"first": "nothing", "second": "no"},
    "left": "left to your advisers' rule",
    "and": ", ",
    "over": "Your score: {worth}; the rule made {rule} of the same luck.",
    "ending": "At the end things are worth {worth} more to {label} than at the start{made}.",
    "made": ": by {what}",
    "fan": "In {many} futures the rule makes {low} to {high} (5 to 95 %), half of the time more than "
    "{middle}; yours is above {share} % of them. Your choices, made in those futures wherever they can be, "
    "gain {gain} over the rule ({least} to {most}, 95 %).",
    "decided": "What decided it: what each choice that differs from the rule's added to your score, alone:",
    "more": "and {many} more, of less weight",
    "as_rule": "You did what the rule would have drawn throughout.",
    "history": HISTORY,
    "beside": BESIDE,
    "neither": NEITHER,
    "never": NEVER,
    "done": "{verb}: {label}",
    "instead": "{kind} {label}: {value} instead of {ruled}",
    "same_bits": "Checked here: {many} futures under the rule have the same bits as in the program ({hash}).",
    "other_bits": "This browser does not compute the same bits as the program: do not use this page.",
}
"""What a page says, by what it says it of; numbers come with their signs."""
