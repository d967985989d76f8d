"""Sentences of a game in a page, with places for what it finds; those of the terminal are the same words."""

from __future__ import annotations

from sim.play.words import APART, CONCESSION, DID, NOBODY

SAID = {
    "opening": "You decide for {label}, from {first} on, for {months}. Each month you read the news, mark "
    "what you do, and decide; what you leave unmarked is not done. Where offers are made to you, you answer "
    "them before the month goes on. Behind each choice stands which faction at home is for it and which "
    "against, by what it would gain or lose [logits]: +0.7 doubles the odds that it says yes, +2 makes them "
    "seven times as high.",
    "scored": "You are scored by what the state of things is worth to your actor, as its factions weigh it "
    "at the start, beyond what it was worth then [logits], as a mean over the months; beside it stands what "
    "the model's own rule makes of the same luck.",
    "future": "Future {future} of seed {seed}: the same for everybody who plays it.",
    "month": "{date}, month {month} of {months}",
    "so_far": "Worth now: {worth}",
    "nothing": "Nothing of note happened.",
    "begins": "Nobody has decided anything yet.",
    "nobody": NOBODY,
    "may": "You may",
    "offered": "You are offered",
    "may_nothing": "There is nothing that you may propose this month.",
    "for": "for it",
    "against": "against",
    "concession": CONCESSION,
    "terms": "Concession that you offer, from 0 to 1; empty: as your advisers would",
    "by_rule": "as your advisers would",
    "share": "Share it out yourself, by weights; it acts slowly",
    "decide": "Decide",
    "answer": "Answer",
    "leave": "Leave it to your advisers' rule",
    "move": {"first": "Your move: {what}", "second": "Your answer: {what}"},
    "none": {"first": "nothing", "second": "no"},
    "left": "left to your advisers' rule",
    "and": ", ",
    "over": "It was worth {worth} to {label} on average over the months; the rule made {rule} of the same "
    "luck.",
    "fan": "In {many} futures the rule makes {low} to {high} (5 to 95 %), half of the time more than "
    "{middle}; yours is above {share} % of them.",
    "regret": "What you chose, wherever it may be chosen, gains {gain} on the rule over {many} futures "
    "({low} to {high} with 95 % confidence); in this one it gained {here}.",
    "decided": "What decided it, each choice taken back alone and left to the rule's luck:",
    "more": "and {many} more that differ from the rule's, of less weight",
    "as_rule": "You did what the rule would have drawn throughout.",
    "yes": {kind: done for kind, (done, _) in DID.items()},
    "apart": {"yes": APART[True], "no": APART[False]},
    "left_undone": {kind: left for kind, (_, left) in DID.items()},
    "done": "{verb}: {label}",
    "instead": "{kind} {label}: {value} instead of {ruled}",
    "same_bits": "Checked here: {many} futures under the rule have the same bits as in the program ({hash}).",
    "other_bits": "This browser does not compute the same bits as the program: do not use this page.",
}
"""What a page says, by what it says it of; numbers come with their signs."""
