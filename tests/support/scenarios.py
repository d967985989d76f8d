"""Random small scenarios: every kind of row, rule and edge value, from one seed; they always load."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np

from sim.scenario.load import Scenario, parse
from sim.scenario.schema import LEARNINGS, THEORIES, month_number

POWERS = ("Alpha", "Beta", "Gamma", "Delta")
CHANNELS = ("market", "fuel", "politics", "arms")
QUANTITIES = ("war", "wealth", "standing", "memory", "means")
MONTHS = 18
START = "2010-04"
DATES = ("2010-04", "2010-05", "2010-09", "2011-01", "2011-06", "2012-03")


def random_scenario(seed: int, months: int = MONTHS, **decision: Any) -> Scenario:
    """A random valid scenario; decision replaces entries of its [decision] section, such as theory."""
    raw = random_tables(seed)
    raw["time"]["months"] = months
    raw["decision"] |= decision
    return parse(dated_inside(raw), f"random-{seed}.toml")


def random_tables(seed: int) -> dict[str, Any]:
    """The tables of a random valid scenario file."""
    raw = dated_inside(_Author(np.random.default_rng(seed)).tables())
    # on luck of their own, so that all else is what it was before there were triggers
    rng = np.random.default_rng([seed, 1])
    if rng.random() < 0.4:
        stock = rng.choice(sorted(set(raw["quantities"]) - set(raw.get("paths", {})))).item()
        changes = {"decision.precision": float(rng.uniform(0.0, 3.0)), f"quantities.{stock}.relaxation": 0.3}
        # a start at rest may hang on odds there, and so on precision: no trigger can change it then
        if any(entry["start"] == "rest" for entry in raw["quantities"].values()):
            del changes["decision.precision"]
        raw["interventions"]["when"] = {"seen": {"if": f"change({stock})", "changes": changes}}
    add_positions(raw, np.random.default_rng([seed, 2]))
    rng = np.random.default_rng([seed, 3])
    if rng.random() < 0.5:
        write_templates(raw, rng)
    blame(raw, np.random.default_rng([seed, 4]))
    add_terms(raw, np.random.default_rng([seed, 5]))
    go_on(raw, np.random.default_rng([seed, 6]))
    return raw


def go_on(raw: dict[str, Any], rng: np.random.Generator) -> None:
    """Paths that wander after their last point, with years before the first month to learn from, and anchors
    of positions that do.
    """
    for name, course in raw["paths"].items():
        if rng.random() < 0.5 and name not in ("pressure",):
            values = [value for _, value in course]
            years = [float(rng.uniform(min(values), max(values))) for _ in range(int(rng.integers(1, 9)))]
            before = [[f"{2010 - len(years) + at}-01", value] for at, value in enumerate(years)]
            before = [point for point in before if point[0] < course[0][0]]
            raw["paths"][name] = [*before, *course]
            raw.setdefault("beyond", {})[name] = "wander"
    for actor in raw["actors"].values():
        if actor["role"] in ("target", "power") and rng.random() < 0.3:
            steps = [float(rng.uniform(0.0, 0.3)), 0.02]
            actor["wander"] = steps[int(rng.integers(2)) :] if rng.random() < 0.5 else steps[0]


def add_terms(raw: dict[str, Any], rng: np.random.Generator) -> None:
    """Bargains over some deals, of which some effects and odds hang on what is agreed there."""
    stock, events = min(raw["quantities"].keys() & set(QUANTITIES)), raw["events"]
    for name in ("deal", "summit", "invest", "errand"):
        if events.get(name, {}).get("responder") is None or rng.random() < 0.4:
            continue
        receives = rng.choice([-1.0, 1.0])
        rivals = [each for each in ("storm", "invest", "vote", name) if rng.random() < 0.5]
        worths = {"to_target": receives * rng.uniform(0.1, 4), "to_power": -receives * rng.uniform(0.1, 4)}
        events[name]["terms"] = {**{key: float(worth) for key, worth in worths.items()}, "rivals": rivals}
        by_terms = {"size": float(rng.uniform(-0.2, 0.2)), "times": f"terms * (1 + {stock})"}
        events[name]["accepted"][stock] = [0.01, by_terms]
    if "terms" in events["deal"]:
        raw["decision"]["outside"] = float(rng.uniform(0, 1))
        raw["events"]["decree"]["shifts"]["terms.deal - conceded.deal"] = 0.5


def add_positions(raw: dict[str, Any], rng: np.random.Generator) -> None:
    """Powers that move and are tied to one another, sympathies, and worths that hang on the state."""
    maybe, value = (lambda odds=0.5: rng.random() < odds), (lambda low, high: float(rng.uniform(low, high)))
    actors, drivers = raw["actors"], raw["drivers"]
    powers = [name for name, actor in actors.items() if actor["role"] == "power"]
    stock, other = sorted(raw["quantities"])[:2]
    raw["parameters"]["bond"] = value(-1, 2)
    drivers["gap"] = f"{stock} * bond + {other} - {stock} / (2 + {other})"
    ties: dict[str, Any] = {}
    for one, two in permutations(powers, 2):
        if maybe(0.3):
            ties.setdefault(one, {})[two] = f"bond * {stock}"
    if ties:
        raw["alignment"]["ties"] = ties
    for faction in actors["Buffer"]["factions"].values():
        if maybe():
            faction["sympathy"] = {power: value(-1, 1) for power in powers if maybe(0.7)}
        if maybe(0.3):
            faction["valuations"]["gap"] = value(-5, 5)
    for power in powers:
        entry = actors[power]
        if maybe():
            entry["noise"] = value(0, 0.05)
        wants = entry.setdefault("valuations", {})
        if maybe():
            wants["buffer"] = value(0, 20)
        valued = [key for key, worth in wants.items() if not isinstance(worth, dict)]
        channels = [*raw["bandwidths"][power]]
        entry["salience"] = {key: f"1 + bond * {stock}" for key in [*valued, *channels] if maybe(0.3)}
        if "capability" in entry and maybe():
            entry["capability"] = f"1 + {entry['capability']} * bond * bond"
    if len(powers) > 1:
        near = f"closeness.{powers[0]}.{powers[1]}"
        raw["headlines"] = [near]
        drivers["near"] = f"1 - {near} * alignment.{powers[0]}.order"
        raw["events"]["decree"]["effects"][f"tilt.{powers[0]}.{powers[1]}"] = value(-0.2, 0.2)
        if raw["similarity"] and maybe():
            raw["similarity"]["likeness"]["times"] = f"{stock} * {near}"
    if maybe(0.2):
        raw["paths"][f"alignment.{powers[0]}.order"] = [["2010-03", value(-1, 1)], ["2010-12", value(-1, 1)]]


def write_templates(raw: dict[str, Any], rng: np.random.Generator) -> None:
    """Parameters, a driver and a stock for each power, in most cases with a mean that others read."""
    each = [name for name, actor in raw["actors"].items() if actor["role"] == "power"]
    by_power = lambda low, high: {name: float(rng.uniform(low, high)) for name in each}  # noqa: E731
    exposure = dict(zip(each, rng.dirichlet(np.ones(len(each))).tolist(), strict=True))
    raw["parameters"] |= {"exposure": exposure, "reach": by_power(-1.0, 1.0)}
    raw["drivers"]["pull"] = {"each": each, "is": "reach.each * change(goodwill.each) - share.each"}
    pressure = {"label": "Pressure", "each": each, "start": by_power(0.05, 0.95), "relaxation": 0.2}
    raw["quantities"]["pressure"] = pressure
    if rng.random() < 0.5:
        pressure["noise"] = 0.02
    if rng.random() < 0.3:
        pressure |= {"start": "rest", "intercept": by_power(0.0, 1.0)}
    raw["couplings"]["pressure"] = {"pull.each": 0.2, "change(closeness.each)": float(rng.uniform(-0.4, 0.4))}
    invest = raw["events"]["invest"]
    invest["accepted"]["pressure"] = {"each": {"size": 0.1, "times": "exposure.each"}}
    invest["shifts"]["change(pressure.each)"] = -1.0
    stock = rng.choice(sorted(set(raw["quantities"]) - {"pressure"})).item()
    if rng.random() < 0.8:
        pressure["weights"] = "exposure"
        raw["headlines"] = [*raw.get("headlines", []), "pressure"]
        raw["couplings"].setdefault(stock, {})["change(pressure)"] = float(rng.uniform(-0.4, 0.4))
        if pressure["start"] != "rest" and rng.random() < 0.6:
            raw["paths"]["pressure"] = [[START, 0.3], ["2010-12", 0.9]]


def blame(raw: dict[str, Any], rng: np.random.Generator) -> None:
    """Credit and odds that hang on how far a row goes beyond who decides, where factions control it."""
    actors, events = raw["actors"], raw["events"]
    if "errand" in events:
        patron = actors[actors["Errand"]["patron"]]
        events["errand"]["control"] = dict.fromkeys(list(patron.get("factions", ()))[:1], 0.5)
    for name, event in events.items():
        actor = actors.get(event["initiator"], {})
        factions = actors.get(actor.get("patron"), actor).get("factions", {})
        own = event.get("effects", event.get("accepted"))
        if own is None or factions.keys().isdisjoint(event.get("control", ())):
            continue
        credit, faction = own.setdefault("credit", {}), sorted(factions)[0]
        held = credit.get(faction, [])
        more = {"size": float(rng.uniform(-1.0, 1.0)), "times": f"unapproved.{name}"}
        credit[faction] = [*(held if isinstance(held, list) else [held]), more]
        event["shifts"][f"unapproved.{name} - start(unapproved.{name})"] = float(rng.uniform(-2.0, 2.0))


def dated_inside(raw: dict[str, Any]) -> dict[str, Any]:
    """The tables with dates and interventions that the loader takes for their number of months: some can act,
    none contradict.
    """
    last = month_number(START) + raw["time"]["months"] - 1
    inside = lambda dates: [date for date in dates if month_number(date) <= last]  # noqa: E731
    plans, vote = raw["interventions"], raw["events"]["vote"]
    once = {name for name, event in raw["events"].items() if event.get("once")}
    forced = {name: inside(dates)[: 1 if name in once else None] for name, dates in plans["forced"].items()}
    plans["forced"] = {name: dates for name, dates in forced.items() if dates}
    plans["forbidden"] = [name for name in plans["forbidden"] if name not in plans["forced"]]
    if "dates" in vote and not inside(vote["dates"]):
        vote["dates"] = [START]
    return raw


class _Author:
    """Writes one scenario; the order of drawing is the order of the file."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.powers = POWERS[: int(rng.integers(1, 5))]
        self.channels = CHANNELS[: int(rng.integers(1, 5))]
        self.quantities = QUANTITIES[: int(rng.integers(2, 6))]
        self.domestic, self.proxy = self.maybe(0.6), self.maybe(0.5)
        self.names: list[str] = []
        self.rows: list[str] = []

    # -- draws -----------------------------------------------------------------------------------

    def maybe(self, probability: float = 0.5) -> bool:
        return bool(self.rng.random() < probability)

    def pick(self, options: Any) -> Any:
        options = list(options)
        return options[int(self.rng.integers(len(options)))]

    def some(self, options: Any, least: int = 0, most: int = 3) -> list[Any]:
        """Some of the options, in their order."""
        options = list(options)
        size = min(len(options), int(self.rng.integers(least, most + 1)))
        return [options[i] for i in sorted(self.rng.choice(len(options), size, replace=False))]

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def share(self, low: float = 0.0) -> float:
        """A number in [0, 1] (or [low, 1]) with an interest in the edges."""
        return self.pick((low, 1.0)) if self.maybe(0.15) else self.between(low, 1.0)

    def parts_of_one(self, names: Any) -> dict[str, float]:
        """Shares that sum to one; sometimes one of them takes it all."""
        names = list(names)
        if self.maybe(0.1):
            shares = np.eye(len(names))[int(self.rng.integers(len(names)))]
        else:
            shares = self.rng.dirichlet(np.ones(len(names)))
        return {name: float(share) for name, share in zip(names, shares, strict=True)}

    def point(self) -> list[float]:
        return [self.pick((-1.0, 0.0, 1.0)) if self.maybe(0.1) else self.between(-1, 1) for _ in range(2)]

    # -- the file --------------------------------------------------------------------------------

    def tables(self) -> dict[str, Any]:
        shares, bandwidths = self.links()
        raw: dict[str, Any] = {
            "title": "Random small case",
            "question": "Do both drivers agree?",
            "time": {"start": START, "months": MONTHS},
            "decision": {
                "theory": self.pick(THEORIES),
                "learning": self.pick(LEARNINGS),
                "precision": self.pick((0.0, 0.5, 1.0, 3.0)),
                "belief_memory": self.share(),
            },
            "actors": self.actors(bandwidths),
            "blocs": self.blocs(),
            "channels": self.channel_tables(),
            "shares": shares,
            "bandwidths": bandwidths,
            "influence": self.optional(
                effort_elasticity=self.pick((0.0, 0.5, 0.7, 1.0)),
                openness_elasticity=self.pick((0.0, 0.5, 0.9)),
                goodwill_elasticity=self.pick((0.0, 0.5, 0.3)),
                bandwidth_speed=self.share(),
                share_elasticity=self.pick((0.0, 0.5, 1.0)),
            ),
            "effort": self.optional(
                temperature=self.between(0.05, 2),
                speed=self.share(),
                ewa_memory=self.share(),
                ewa_foregone=self.share(),
            ),
            "openness": self.optional(
                temperature=self.between(0.3, 3),
                speed=self.share(),
                autonomy_weight=self.between(0, 3),
                dependence_weight=self.between(0, 3),
            ),
            "alignment": {"axes": ["order", "sea"]}
            | self.optional(
                dimensions=self.pick((1, 2)),
                speed=self.share(),
                backlash=self.between(0, 4),
                threshold=self.pick((0.0, 0.5, 0.9)),
                reach=self.between(1, 3),
            ),
            "clout": {"channel": self.pick(self.channels)}
            | self.optional(speed=self.share(), credit_weight=self.between(0, 2), credit_decay=self.share()),
            "goodwill": self.optional(
                relaxation=self.share(),
                closeness_weight=self.between(-1, 1),
                noise=self.pick((0.0, 0.02)),
                curvature=self.share(),
            ),
            "parameters": {"half": 0.5, "twice": 2.5, "nothing": 0.0},
        }
        self.rows = self.row_names(raw)
        raw["calendars"] = self.calendars()
        raw["similarity"] = self.similarity()
        self.names = self.state_names(raw)
        raw["drivers"] = {"mood": self.expression(), "heat": self.expression()}
        self.names += ["mood", "heat", *raw["calendars"], *raw["parameters"]]
        raw["quantities"] = {name: self.quantity(name) for name in self.quantities}
        raw["couplings"] = {
            name: {self.expression(): self.between(-0.4, 0.4) for _ in range(2)}
            for name in self.some(self.quantities)
        }
        raw["events"] = self.events(raw)
        raw["paths"] = {name: self.path() for name in self.some([*self.quantities, *self.goodwills()], 0, 1)}
        raw["interventions"] = {
            "forced": {name: self.some(DATES, 1, 2) for name in self.some(self.rows, 0, 1)},
            "forbidden": self.some(self.rows, 0, 1),
        }
        raw["outcomes"] = {
            "first": {"label": "First", "any_of": self.some(self.rows, 1, 2), "by": ["2010-09", "2011-06"]}
        }
        raw["postures"] = {
            "held": {"above": {"domination": 0.7}, "below": {"autonomy": self.share()}},
            "free": {},
        }
        raw["provenance"] = [{"numbers": "*", "unit": "1", "plus": [-1.0, 1.0], "source": "drawn at random"}]
        return raw

    def optional(self, **entries: Any) -> dict[str, Any]:
        return {key: value for key, value in entries.items() if self.maybe(0.7)}

    def goodwills(self) -> list[str]:
        return [f"goodwill.{power}" for power in self.powers]

    # -- actors and links ------------------------------------------------------------------------

    def links(self) -> tuple[dict, dict]:
        suppliers = [*self.powers, *(["home"] if self.domestic else [])]
        shares: dict[str, dict[str, float]] = {name: {} for name in suppliers}
        bandwidths: dict[str, dict[str, float]] = {name: {} for name in suppliers}
        for channel in self.channels:
            for name, share in self.parts_of_one(self.some(suppliers, 1, len(suppliers))).items():
                shares[name][channel] = share
                if share > 0:
                    bandwidths[name][channel] = self.share(low=0.01)
        return shares, bandwidths

    def channel_tables(self) -> dict[str, Any]:
        weights = self.parts_of_one(self.channels)
        return {
            name: {"label": name.title(), "weight": weights[name], "share_speed": self.share()}
            for name in self.channels
        }

    def blocs(self) -> dict[str, list[str]]:
        if len(self.powers) > 2 and self.maybe():
            return {"near": [self.powers[0]], "far": list(self.powers[1:])}
        return {f"bloc_{power}": [power] for power in self.powers}

    def actors(self, bandwidths: dict) -> dict[str, Any]:
        sizes = {"Buffer": int(self.rng.integers(1, 5))} | {
            power: self.pick((0, 0, 0, 1, 3)) for power in self.powers
        }
        self.factions = {
            actor: [f"{actor.lower()}_{i}" for i in range(size)] for actor, size in sizes.items()
        }
        actors: dict[str, Any] = {
            "Buffer": {
                "role": "target",
                "label": "The buffer",
                "position": self.point(),
                "factions": self.faction_tables("Buffer"),
            }
            | self.optional(noise=self.pick((0.0, 0.02)))
        }
        for power in self.powers:
            entry: dict[str, Any] = {
                "role": "power",
                "label": power,
                "position": self.point(),
                "goodwill": self.share(low=0.05),
            }
            entry |= self.optional(
                budget=self.pick((0.0, 0.5, 1.0, 1.5)),
                capability="means" if "means" in self.quantities else "war",
            )
            if self.maybe(0.3):
                entry["ideal"] = self.point()
            if bandwidths[power] and self.maybe(0.3):
                effort = self.rng.dirichlet(np.ones(len(bandwidths[power])))
                entry["effort"] = dict(zip(bandwidths[power], map(float, effort), strict=True))
            if self.factions[power]:
                entry["factions"] = self.faction_tables(power)
            else:
                entry["valuations"] = self.valuations(power)
            actors[power] = entry
        if self.proxy:
            actors["Errand"] = {"role": "proxy", "label": "Errand boy", "patron": self.pick(self.powers)}
        if self.domestic:
            actors["home"] = {"role": "domestic", "label": "Home supply"}
        return actors

    def faction_tables(self, actor: str) -> dict[str, Any]:
        clout = self.parts_of_one(self.factions[actor])
        return {
            name: {
                "label": name,
                "clout": clout[name],
                "ideal": self.point(),
                "valuations": self.valuations(actor),
            }
            | ({"moved_by": {self.pick(self.quantities): self.between(-2, 2)}} if self.maybe(0.4) else {})
            for name in self.factions[actor]
        }

    def valuations(self, actor: str) -> dict[str, Any]:
        everyone = [name for names in self.factions.values() for name in names]
        flat = self.optional(
            autonomy=self.between(0, 20),
            alignment=self.between(0, 10),
            goodwill_by_vulnerability=self.between(0, 20),
        )
        if actor != "Buffer":
            flat |= self.optional(influence_share=self.between(0, 30))
        flat |= {name: self.between(-20, 20) for name in self.some(self.quantities)}
        tables: dict[str, Any] = dict(flat)
        tables["goodwill"] = {
            power: self.pick((0.0, self.between(-5, 9))) for power in self.some(self.powers)
        }
        tables["clout"] = {name: self.between(-20, 20) for name in self.some(everyone, 0, 2)}
        return tables

    def similarity(self) -> dict[str, Any]:
        if len(self.powers) < 2:
            return {}
        pair = {"among": self.some(self.powers, 2, 3), "strength": self.pick((0.0, 0.6, 1.0))}
        return {"likeness": pair | ({"times": self.pick(self.quantities)} if self.maybe() else {})}

    # -- stocks, dates, expressions --------------------------------------------------------------

    def quantity(self, name: str) -> dict[str, Any]:
        low, high = self.pick(((0.0, 1.0), (0.0, 1.0), (0.1, 3.0)))
        entry: dict[str, Any] = {"label": name, "relaxation": self.share(), "low": low, "high": high}
        entry |= self.optional(noise=self.pick((0.0, 0.01, 0.1)), curvature=self.share())
        if self.maybe(0.3):
            return entry | {"start": self.pick(("rest", high)), "intercept": self.between(low + 0.05, high)}
        return entry | {"start": self.pick((high, self.between(low + 0.01, high)))}

    def path(self) -> list[list[Any]]:
        return [["2010-03", self.between(0.1, 1)], ["2010-10", self.between(0.1, 1)], ["2011-04", 1.0]]

    def calendars(self) -> dict[str, Any]:
        weights = {"tenth": self.share(), "fifth": self.share(), "other": self.share()}
        return {
            "jubilee": {
                "anniversary_of": self.pick(("1990-06", "1995-09", "2009-12")),
                "window": int(self.rng.integers(1, 9)),
                "weights": weights,
            },
            "opening": {"from": self.pick(DATES)},
            "votes": {"dates": self.some(DATES, 1, 3)}
            | ({"window": int(self.rng.integers(1, 7))} if self.maybe() else {}),
        }

    def state_names(self, raw: dict[str, Any]) -> list[str]:
        names = [
            *self.quantities,
            *self.goodwills(),
            "autonomy",
            "domination",
            "hedging",
            "alignment.order",
            "alignment.sea",
        ]
        for power in self.powers:
            names += [
                f"{kind}.{power}"
                for kind in ("influence", "share", "domination", "closeness", "vulnerability", "openness")
            ]
        for supplier, row in raw["bandwidths"].items():
            names += [
                f"{kind}.{supplier}.{channel}"
                for channel in row
                for kind in ("bandwidth", "dependence", "attraction")
            ]
        names += [f"clout.{name}" for factions in self.factions.values() for name in factions]
        names += [f"credit.{name}" for factions in self.factions.values() for name in factions]
        self.deviating = list(names)
        return names + [f"{kind}.{row}" for row in self.rows for kind in ("happened", "hazard")]

    def expression(self, depth: int = 2) -> str:
        if depth == 0 or self.maybe(0.3):
            if self.maybe(0.15):
                return f"{self.pick(('change', 'start'))}({self.pick(self.deviating)})"
            return self.pick(("0", "1", "2")) if self.maybe(0.15) else self.pick(self.names)
        left, right = self.expression(depth - 1), self.expression(depth - 1)
        kind = self.pick(("+", "-", "*", "/", "min", "max", "negative"))
        if kind == "negative":
            return f"-({left})"
        if kind == "/":
            return f"({left}) / (2 + ({right}) * ({right}))"
        return f"{kind}({left}, {right})" if len(kind) == 3 else f"({left}) {kind} ({right})"

    def shifts(self) -> dict[str, float]:
        return {self.expression(): self.between(-2, 2) for _ in range(int(self.rng.integers(0, 3)))}

    # -- events ----------------------------------------------------------------------------------

    def row_names(self, raw: dict[str, Any]) -> list[str]:
        plain = ["deal", "threat", "decree", "storm", "battle", "vote", "summit", "invitation", "repeat"]
        return plain + (["errand"] if self.proxy else []) + [f"invest_{power}" for power in self.powers]

    def events(self, raw: dict[str, Any]) -> dict[str, Any]:
        self.cells = [
            f"{supplier}.{channel}" for supplier, row in raw["bandwidths"].items() for channel in row
        ]

        pairs = [("Buffer", power) for power in self.powers] + [(power, "Buffer") for power in self.powers]

        def two() -> tuple[str, str]:
            return self.pick(pairs)

        events: dict[str, Any] = {}
        asker, asked = two()
        events["deal"] = self.event(asker, asked) | {"accepted": self.effects(), "refused": self.effects()}
        asker, asked = two()
        events["threat"] = self.event(asker, asked) | {
            "execution_logit": self.between(-2, 2),
            "accepted": self.effects(),
            "refused": self.effects(),
            "executed": self.effects(1),
        }
        events["decree"] = self.event(self.pick(("Buffer", *self.powers)), None) | {"effects": self.effects()}
        events["storm"] = self.event("nature", self.pick((None, "Buffer"))) | {"accepted": self.effects()}
        events["battle"] = self.event(self.pick(("nature", "Buffer", *self.powers)), "contest") | {
            "accepted": self.effects(),
            "refused": self.effects(),
        }
        events["vote"] = self.event("calendar", self.pick((None, "contest", "Buffer"))) | {
            "accepted": self.effects()
        }
        events["vote"] |= {"calendar": "votes"} if self.maybe() else {"dates": self.some(DATES, 1, 3)}
        asker, asked = two()
        events["summit"] = self.event(asker, asked) | {
            "lead": int(self.rng.integers(1, 4)),
            "group": "meeting",
            "accepted": self.effects(1),
            "refused": self.effects(),
            "cancelled": self.effects(),
            "cancel": {"base_logit": self.between(-4, 0), "shifts": self.shifts()},
        }
        events["invitation"] = self.event(asked, asker) | {
            "group": "meeting",
            "same_as": "summit",
            "lead": int(self.rng.integers(1, 3)),
        }
        events["repeat"] = self.event(asker, None if self.maybe() else "contest") | {"same_as": "decree"}
        if self.proxy:
            events["errand"] = self.event("Errand", "Buffer") | {"accepted": self.effects(1)}
            if self.maybe():
                events["errand"]["group"] = "meeting"
        events["invest"] = self.event("each", self.pick((None, "Buffer"))) | {
            "each": list(self.powers),
            "accepted": self.effects(),
        }
        events["invest"]["accepted"] |= {
            "goodwill": {"each": self.between(-0.1, 0.1)},
            "tilt": {"each": self.between(-0.1, 0.1)},
        }
        events["invest"]["shifts"] = {"change(goodwill.each)": self.between(-3, 3)}
        if self.maybe():
            events["invest"]["base_logit"] = {power: self.between(-4, 1) for power in self.powers}
        return events

    def event(self, initiator: str, responder: str | None) -> dict[str, Any]:
        entry: dict[str, Any] = {"label": f"By {initiator}", "initiator": initiator, "shifts": self.shifts()}
        if responder is not None:
            entry |= {
                "responder": responder,
                "response_logit": self.between(-2, 2),
                "response_shifts": self.shifts(),
            }
        if initiator != "calendar":
            entry["base_logit"] = float("-inf") if self.maybe(0.05) else self.between(-4, 1.5)
        entry |= self.optional(
            once=self.maybe(0.2),
            cooldown=self.pick((0, 1, 5)),
            retry=self.pick((0, 0, 2)),
            lead=self.pick((0, 0, 0, 1, 2)),
        )
        if self.maybe(0.2):
            entry["gate"] = self.expression()
        voices = [*self.factions.get(initiator, ()), *self.factions.get(responder or "", ())]
        if voices and self.maybe(0.4):
            entry["control"] = {name: self.pick((0.0, 0.4, 0.5)) for name in self.some(voices, 1, 2)}
        return entry

    def effects(self, least: int = 0) -> dict[str, Any]:
        everyone = [name for names in self.factions.values() for name in names]
        keys = [
            *self.quantities,
            *self.goodwills(),
            *(f"{kind}.{cell}" for cell in self.cells for kind in ("bandwidth", "attraction")),
            *(f"tilt.{power}" for power in self.powers),
            *(f"credit.{name}" for name in everyone),
            *(f"payoff.{name}" for name in ("Buffer", *self.powers)),
        ]
        nested: dict[str, Any] = {}
        for key in self.some(keys, least, 6):
            *path, last = key.split(".")
            table = nested
            for step in path:
                table = table.setdefault(step, {})
            table[last] = [self.effect(), self.effect()] if self.maybe(0.1) else self.effect()
        return nested

    def effect(self) -> Any:
        size = self.pick((0.0, 1.0)) if self.maybe(0.05) else self.between(-0.3, 0.3)
        return {"size": size, "times": self.expression()} if self.maybe(0.3) else size
