"""Who may do what to whom: the map of the model, from the file alone."""

from __future__ import annotations

from sim.drawing.style import own_style
from sim.drawing.svg import inline, without_glyphs
from sim.studies.report.findings import Findings
from sim.studies.report.pieces import Figure, Section
from sim.studies.show.acts import Acts, acts_of

TITLE = "Who may do what to whom"


def who(found: Findings) -> Section | None:
    """The parties with arrows from who begins to who answers; none where they cannot be drawn."""
    # Here: matplotlib takes a second, which a report that is refused need not spend.
    from sim.studies.show.figures import parties_figure

    alt = in_sentences(acts_of(found.scenario))
    try:
        with own_style(), without_glyphs():
            svg = inline(parties_figure(found.scenario), "map", TITLE, alt)
    except Exception:
        # whatever matplotlib makes of somebody's labels: a page is never lost for the sake of a picture
        return None
    command = found.command("show", map="map.svg")
    caption = "From the scenario alone; the same with what each act moves is made by the command."
    return Section("who", TITLE, [Figure(svg, caption, command)])


def in_sentences(acts: Acts) -> str:
    """What the map shows, for who does not see it.

    >>> import sim
    >>> in_sentences(acts_of(sim.load("armenia-2024")))[:75]
    'Armenia: Armenia leaves the CSTO. Russia: Russia stops Armenian goods at th'
    """
    told = []
    for party in acts.parties:
        own = []
        for act in acts.of(party.name):
            answers = "" if act.to is None else f" ({acts.label(act.to)} answers)"
            own.append(f"{act.label}{answers}")
        if own:
            told.append(f"{party.label}: {', '.join(own)}.")
    return " ".join(told)
