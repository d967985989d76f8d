"""Rules and outcomes by name: shipped ones, those of installed packages, those that a program registers.

A scenario file never imports code: it names what stands here. Whatever is not shipped is kept with a stamp of
where it comes from, which manifests store and replays compare; and whatever goes wrong in it is told in one
line that names it.

Packages offer theirs as entry points of the groups `steppe.theories`, `steppe.learnings` and
`steppe.outcomes`, which are imported when a scenario names them, in whichever process that is; a program
registers its own with `register`.
"""

from __future__ import annotations

import hashlib
import inspect
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import EntryPoint, entry_points, packages_distributions, version
from pathlib import Path
from typing import Any

from sim.refusal import BadInput, did_you_mean, one_line

KINDS = ("date", "count", "value", "yes_no")
"""What the number of an outcome may be: a month, how often, a number of the state, or one and zero."""

HINT = (
    "; a rule may not branch on numbers of the state, it computes with sim.rules.numbers (less, where, ...)"
)

NAME = re.compile(r"[A-Za-z]\w{0,63}", re.ASCII)


class RuleError(BadInput):
    """Something registered that is missing, is another one, or does not do what it should."""


class Detour(Exception):
    """Raised by whoever evaluates a month and cannot go on: no fault of the rule that it passes."""


@dataclass(frozen=True)
class OwnOutcome:
    """An outcome of one's own: `of(history)` gives one number for each run (runs,).

    kind: date (months after the start, not a number if it never comes), count, value, or yes_no (1 or 0).
    `history` is a `sim.engine.history.History`: `history["autonomy"]` is a path (months, runs),
    `history.happened("event")` whether an event took place, `history.months` and `history.dates` tell the
    time.
    """

    of: Callable[[Any], Any]
    label: str
    unit: str
    meaning: str
    kind: str

    def __post_init__(self) -> None:
        if not callable(self.of):
            raise RuleError("an outcome is a function of a history; give one as `of`")
        if self.kind not in KINDS:
            raise RuleError(f"an outcome is of kind {', '.join(KINDS)}, not {one_line(repr(self.kind))}")
        for key in ("label", "unit", "meaning"):
            words = getattr(self, key)
            if not isinstance(words, str) or not words:
                raise RuleError(f"an outcome needs words for its {key}")


@dataclass(frozen=True)
class Stamp:
    """Where something registered comes from: what a manifest stores of it.

    sha256: of the source files of its functions; distribution, version: of the installed package, None if it
    is of none.
    """

    kind: str
    name: str
    module: str
    distribution: str | None
    version: str | None
    sha256: str

    def __str__(self) -> str:
        place = f"module {self.module}"
        if self.distribution:
            place += f", {self.distribution} {self.version}"
        return f"{self.kind} '{self.name}' ({place})"


@dataclass(frozen=True)
class Guarded:
    """A rule of one's own: what goes wrong in its functions is told in one line that names it."""

    stamp: Stamp
    rule: Any

    def __getattr__(self, method: str) -> Any:
        """One of its functions. Raises AttributeError where it has none."""
        # asked of a copy whose fields are not set yet, as by pickle, they would lead here without end
        if method.startswith("__") or method in ("stamp", "rule"):
            raise AttributeError(method)
        return partial(self._called, method, getattr(self.rule, method))

    def _called(self, method: str, function: Callable[..., Any], *arguments: Any) -> Any:
        found = self.called(method, function, *arguments)
        if not _is_number(found):
            raise RuleError(f"{self.stamp}: {method} gives {_shown(found)}, not a number")
        return found

    def called(self, method: str, function: Callable[..., Any], *arguments: Any) -> Any:
        """What a function gives. Raises RuleError, whatever it raises."""
        try:
            return function(*arguments)
        except (Detour, BadInput):
            raise
        except (Exception, SystemExit) as error:  # code of a stranger: anything may be wrong with it
            said = _said(error)
            # a symbol that is asked whether it is true raises this
            if isinstance(error, TypeError):
                said += HINT
            raise RuleError(f"{self.stamp}: {method} raised {said}") from error


def _is_number(found: Any) -> bool:
    """Whether arithmetic can go on with it: a float, or whatever stands for one while a month is recorded."""
    if isinstance(found, bool | str):
        return False
    return hasattr(type(found), "__rtruediv__")


def _said(error: BaseException) -> str:
    """An exception of somebody's code, in one line."""
    return one_line(f"{type(error).__name__}: {error}")


class Shelf:
    """What of one kind is known by name, with the functions that each needs and those it may have."""

    def __init__(self, kind: str, group: str, needs: tuple[str, ...], may: tuple[str, ...] = ()) -> None:
        self.kind, self.group, self.needs, self.may = kind, group, needs, may
        self._shipped: dict[str, Any] = {}
        self._own: dict[str, Guarded] = {}
        self._lock = threading.RLock()

    def ship(self, name: str, rule: Any) -> None:
        """Add one of our own, in the order in which they are named to a user."""
        self._shipped[name] = rule

    def register(self, name: str, rule: Any) -> None:
        """Add one of a program's own, or once more, as a notebook does. Raises RuleError."""
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise RuleError(f"a {self.kind} is named by letters, digits and _, not {_shown(name)}")
        if name in self._shipped:
            raise RuleError(f"the {self.kind} '{name}' is shipped with steppe; choose another name")
        if self._offers(name):
            raise RuleError(f"the {self.kind} '{name}' belongs to an installed package; choose another name")
        self._add(name, rule, None)

    def _add(self, name: str, rule: Any, point: EntryPoint | None) -> None:
        for need in self.needs:
            if not callable(getattr(rule, need, None)):
                needs = f"it needs {' and '.join(self.needs)}"
                raise RuleError(f"the {self.kind} '{name}' has no function `{need}`; {needs}")
        has = [*self.needs, *(method for method in self.may if hasattr(rule, method))]
        stamp = _stamp(self.kind, name, [getattr(rule, method) for method in has], point)
        with self._lock:
            self._own[name] = Guarded(stamp, rule)

    def _offers(self, name: str) -> list[EntryPoint]:
        """What installed packages offer under a name, each package once."""
        points = entry_points(group=self.group, name=name)
        # a package that is on the path twice, as an editable one may be, offers the same twice
        return list({point.value: point for point in points}.values())

    def _load(self, name: str) -> bool:
        """Import what an installed package offers under a name; false if none does. Raises RuleError."""
        # one thread imports it, the others wait and find it there
        with self._lock:
            if name in self._own:
                return True
            point = self._offer(name)
            if point is None:
                return False
            try:
                rule = point.load()
            except (Exception, SystemExit) as error:  # code of a stranger: anything may be wrong with it
                which = f"the {self.kind} '{name}' ({point.value})"
                raise RuleError(f"{which} cannot be imported: {_said(error)}") from error
            self._add(name, rule, point)
            return True

    def _offer(self, name: str) -> EntryPoint | None:
        """What the one installed package offers under a name. Raises RuleError if there are two."""
        if not NAME.fullmatch(name):
            return None
        offers = self._offers(name)
        if len(offers) > 1:
            both = " and ".join(point.value for point in offers)
            raise RuleError(f"two installed packages offer the {self.kind} '{name}' ({both}); remove one")
        return next(iter(offers), None)

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        if name in self._shipped or name in self._own:
            return True
        return self._load(name)

    def __getitem__(self, name: str) -> Any:
        """The rule of a name, guarded if it is not shipped. Raises RuleError."""
        if name in self._shipped:
            return self._shipped[name]
        if name in self._own or self._load(name):
            return self._own[name]
        raise RuleError(f"no {self.kind} {_shown(name)}{self.hint(name)}")

    def hint(self, name: str) -> str:
        """What to do about a name that is none."""
        near = did_you_mean(name, self)
        if near:
            return near
        return f"; register it with sim.register, or install the package that offers it ({self.group})"

    def __iter__(self) -> Iterator[str]:
        """All names: shipped, registered, offered by installed packages."""
        offered = (point.name for point in entry_points(group=self.group))
        return iter(dict.fromkeys([*self._shipped, *self._own, *offered]))

    @property
    def shipped(self) -> tuple[str, ...]:
        """Names of those that are shipped."""
        return tuple(self._shipped)

    def stamp(self, name: str) -> Stamp | None:
        """Where it comes from; None if it is shipped. Raises RuleError for a name that is none."""
        found = self[name]
        if name in self._shipped:
            return None
        return found.stamp


def _shown(value: object) -> str:
    """What stands where a name or number should, short enough for a line."""
    return one_line(repr(value))[:80]


THEORIES = Shelf("theory", "steppe.theories", ("answer", "belief"), ("remembered",))
LEARNINGS = Shelf("learning", "steppe.learnings", ("pressure",), ("learnt",))
OUTCOMES = Shelf("outcome", "steppe.outcomes", ("of",))
SHELVES = {shelf.kind: shelf for shelf in (THEORIES, LEARNINGS, OUTCOMES)}


def register(
    name: str, *, theory: Any = None, learning: Any = None, outcome: OwnOutcome | None = None
) -> None:
    """Make a theory of choice, a learning rule or an outcome of one's own known to scenario files by a name.

    A theory has `answer(q)` and `belief(q, acceptance)` (see `sim.rules.decisions`), a learning rule
    `pressure(q)` (see `sim.rules.learnings`), an outcome is an `OwnOutcome`. Raises RuleError (a BadInput).

    >>> class Deaf:
    ...     '''Whoever is asked says no four times in five, whatever it is worth.'''
    ...
    ...     @staticmethod
    ...     def answer(q):
    ...         return 0.2
    ...
    ...     @staticmethod
    ...     def belief(q, acceptance):
    ...         return acceptance
    >>> import sim
    >>> sim.register("deaf", theory=Deaf)
    >>> scenario = sim.load("configs/mongolia-2024.toml").override({"decision.theory": "deaf"})
    >>> sim.run(scenario, runs=8, months=3).failed
    0
    """
    given = {"theory": theory, "learning": learning, "outcome": outcome}
    named = [kind for kind, rule in given.items() if rule is not None]
    if len(named) != 1:
        raise RuleError("register one thing at a time: a theory, a learning or an outcome")
    if outcome is not None and not isinstance(outcome, OwnOutcome):
        raise RuleError("an outcome is registered as a sim.OwnOutcome, with label, unit, meaning and kind")
    SHELVES[named[0]].register(name, given[named[0]])


# -- stamps ----------------------------------------------------------------------------------------


def _stamp(kind: str, name: str, functions: list[Callable[..., Any]], point: EntryPoint | None) -> Stamp:
    plain = [_plain(function) for function in functions]
    module = getattr(plain[0], "__module__", None) or "__main__"
    if point is None or point.dist is None:
        distribution = _distribution(module)
    else:
        distribution = point.dist.name
    number = None
    if distribution:
        number = version(distribution)
    try:
        # sorted, and each once: the hash must not depend on which function stands in which file
        sources = sorted({_source(function) for function in plain})
    except (OSError, TypeError):
        raise RuleError(f"the {kind} '{name}' has no source to be read; define it in a file") from None
    digest = hashlib.sha256(b"\0".join(sources)).hexdigest()
    return Stamp(kind, name, module, distribution, number, digest)


def _plain(function: Any) -> Any:
    """The function behind a partial, a method, a decorated one or an object that can be called."""
    while isinstance(function, partial):
        function = function.func
    function = inspect.unwrap(function)
    if inspect.ismethod(function):
        return function.__func__
    if inspect.isroutine(function):
        return function
    return type(function).__call__


def _source(function: Any) -> bytes:
    """The file in which a function stands, or its own lines where there is none, as in a notebook."""
    file = inspect.getsourcefile(function)
    # what the interpreter has made up, as for a cell of a notebook, is no file
    if file is not None and Path(file).is_file():
        return Path(file).read_bytes()
    return inspect.getsource(function).encode()


def _distribution(module: str) -> str | None:
    """The installed package that a module belongs to."""
    found = packages_distributions().get(module.partition(".")[0])
    if found:
        return found[0]
    return None


def told(stamps: Iterable[Stamp | None]) -> list[dict[str, Any]]:
    """Stamps as a manifest stores them, each once; those of what is shipped are None, and left out."""
    return [asdict(stamp) for stamp in dict.fromkeys(stamps) if stamp is not None]


def require(stored: Any) -> None:
    """Raises RuleError unless everything that a manifest names is here as it was then."""
    for each in stored or ():
        before = Stamp(**each)
        shelf = SHELVES[before.kind]
        if before.name not in shelf:
            raise RuleError(
                f"made with the {before}, which is neither registered nor installed here; provide it"
            )
        now = shelf.stamp(before.name)
        if now is not None and now.sha256 == before.sha256:
            continue
        if now is None:
            here = "is shipped"
        else:
            here = f"has another source (now {now}, SHA-256 {now.sha256[:12]})"
        raise RuleError(f"made with the {before}, SHA-256 {before.sha256[:12]}, which here {here}")
