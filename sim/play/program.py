"""Any program in a seat: it is asked, and answers, in lines of JSON over its standard input and output.

The protocol is told in docs/play.md. A program that is silent, floods, sends what is no JSON or no legal move
is asked again a few times, with the reason; then the rule decides the round. Nothing that it sends can stop
the game or bring it where the rules forbid.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from sim.play.occupants import Occupant
from sim.play.sight import Option, Sight
from sim.play.table import ROUND_OFF
from sim.refusal import BadInput, one_line

PROTOCOL = 1

TRIES = 3
"""Times that a round is asked for before the rule decides it."""

GIVEN_UP = 3
"""Rounds in a row that the rule had to decide after which the program is asked no more."""

MOST_BYTES = 2**20
"""Bytes of a line beyond which it is none."""

LONGEST = 3600.0
"""Seconds after which a line that nobody reads is given up."""

WAITING = 64
"""Lines that are kept unread before the program has to wait."""


class Program(Occupant):
    """A program that is started once and asked round by round.

    command: as on a command line; seconds: for an answer; keep: is told every line that is sent or read, as
    one of the transcript. Raises BadInput where it cannot be started.
    """

    def __init__(
        self, command: str, seconds: float = 10.0, keep: Callable[[str, str], Any] = lambda side, line: None
    ) -> None:
        self.command, self.seconds, self.keep = command, seconds, keep
        self.left_to_rule, self.in_a_row, self.faults = 0, 0, list[str]()
        self._greeted = False
        try:
            words = shlex.split(command)
            if not words:
                raise BadInput("an empty command names no program")
            self._process = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        except (OSError, ValueError) as error:
            raise BadInput(f"the program '{one_line(command)}' cannot be started: {error}") from None
        self._read, self._unsent = queue.Queue[bytes](WAITING), queue.Queue[bytes | None]()
        ways = (self._listen, self._process.stdout), (self._speak, self._process.stdin)
        self._threads = [threading.Thread(target=work, args=(own,), daemon=True) for work, own in ways]
        for each in self._threads:
            each.start()

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def close(self) -> None:
        """End the program, and all that it started."""
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._unsent.put(None)
        for each in self._threads:
            each.join(1.0)
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError, ValueError):
                if stream is not None:
                    stream.close()

    # -- asking

    def decide(self, sight: Sight) -> Mapping[str, float]:
        """What the program chooses; nothing, so that the rule decides, where it has no legal answer."""
        if not self._greeted:
            self._send(greeting(sight))
            self._greeted = True
        if self.in_a_row >= GIVEN_UP or not sight.options:
            return {}
        self._forget()
        self._send(question(sight))
        why = ""
        for _ in range(TRIES):
            found, why = self._answer(sight)
            if found is not None:
                self.in_a_row = 0
                return found
            if self._process.poll() is not None:
                break
            self._send({"type": "illegal", "why": why, "legal": [each.name for each in sight.options]})
        self.left_to_rule, self.in_a_row = self.left_to_rule + 1, self.in_a_row + 1
        self.faults.append(f"{sight.date}: {why}")
        return {}

    def over(self, worth: float, rule: float) -> None:
        """Tell the program what the game came to, and what the rule would have made of it [logits]."""
        self._send({"type": "over", "worth": worth, "rule": rule})

    def _answer(self, sight: Sight) -> tuple[dict[str, float] | None, str]:
        """A legal answer, or None and what is wrong."""
        until = time.monotonic() + self.seconds
        try:
            line = self._read.get(timeout=max(until - time.monotonic(), 0.0))
        except queue.Empty:
            if self._process.poll() is not None:
                return None, "the program has ended"
            return None, f"no answer within {self.seconds:g} seconds"
        self.keep("read", line[:MOST_BYTES].decode("utf-8", "replace"))
        return understood(line, sight)

    def _send(self, told: Mapping[str, Any]) -> None:
        line = json.dumps(told, ensure_ascii=False)
        self.keep("sent", line)
        self._unsent.put(line.encode() + b"\n")

    def _forget(self) -> None:
        """What was said out of turn answers nothing."""
        with contextlib.suppress(queue.Empty):
            while True:
                self.keep("unasked", self._read.get_nowait()[:MOST_BYTES].decode("utf-8", "replace"))

    # -- on threads: a program that does not read or write holds up nobody else

    def _speak(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            while (line := self._unsent.get()) is not None:
                stream.write(line)
                stream.flush()

    def _listen(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError, queue.Full):
            while line := stream.readline(MOST_BYTES + 1):
                whole = line
                # the rest of a line without end is read away, not kept
                while not whole.endswith(b"\n") and (whole := stream.readline(MOST_BYTES)):
                    pass
                # who floods waits until it is asked, and in vain once the game is over
                self._read.put(line, timeout=LONGEST)


@contextlib.contextmanager
def transcript(game: Path | None) -> Iterator[Callable[[str, str], Any]]:
    """Keeps what is sent and read as lines of JSON beside the file of a game; nothing of one without."""
    if game is None:
        yield lambda side, line: None
        return
    with open(game.with_name(f"{game.name}.transcript"), "a", encoding="utf-8") as file:
        yield lambda side, line: print(json.dumps({side: line}), file=file, flush=True)


def greeting(sight: Sight) -> dict[str, Any]:
    """What a program is told before the first round: what may ever be seen and chosen."""
    seat = sight.seat
    return {
        "type": "hello",
        "protocol": PROTOCOL,
        "actor": seat.actor,
        "months": seat.world.months,
        "seen": [{"name": name, "label": seat.label(name), "unit": seat.unit(name)} for name in seat.seen],
        "choices": [
            {"name": each.name, "kind": each.kind, "label": each.label, "most": each.most}
            for each in seat.choices
        ],
    }


def question(sight: Sight) -> dict[str, Any]:
    """A round as a program is asked."""
    return {
        "type": "choose",
        "month": sight.month,
        "date": sight.date,
        "round": 1 if sight.is_first_round else 2,
        "seen": dict(sight.numbers),
        "news": list(sight.news),
        "worth": sight.worth,
        "legal": [_told(each) for each in sight.options],
    }


def _told(option: Option) -> dict[str, Any]:
    told = {
        "name": option.name,
        "kind": option.choice.kind,
        "label": option.choice.label,
        "most": option.choice.most,
    }
    if option.advice:
        told["advice"] = dict(option.advice)
    if option.terms is not None:
        told["terms"] = option.terms
    return told


def understood(line: bytes, sight: Sight) -> tuple[dict[str, float] | None, str]:
    """A line as legal choices; else None and what is wrong with it."""
    if len(line) > MOST_BYTES:
        return None, f"a line has at most {MOST_BYTES} bytes"
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None, "the line is no JSON"
    if not isinstance(found, dict) or not isinstance(found.get("choose"), dict):
        return None, 'an answer is {"choose": {NAME: NUMBER, ...}}'
    for name, value in found["choose"].items():
        wrong = _wrong(sight.option(name), name, value)
        if wrong:
            return None, wrong
    wrong = _shares_wrong(sight, found["choose"])
    return (None, wrong) if wrong else ({name: float(value) for name, value in found["choose"].items()}, "")


def _wrong(option: Option | None, name: str, value: Any) -> str:
    """What is wrong with one choice; empty if nothing is."""
    if option is None:
        return f"{one_line(name)[:80]} is not legal now"
    # true is 1 for Python, and a number of 400 digits none at all
    if type(value) not in (int, float) or not -1e9 < value < 1e9:
        return f"{name} is a number"
    if option.choice.is_yes_or_no and value not in (0, 1, -1):
        return f"{name} is 1 for yes, 0 for no or -1 by the rule"
    if value > option.choice.most:
        return f"{name} is at most {option.choice.most:g}"
    return ""


def _shares_wrong(sight: Sight, chosen: Mapping[str, float]) -> str:
    """What is wrong with shares of a whole; empty if nothing is."""
    for group in sight.seat.groups:
        own = [chosen[each.name] for each in group if each.name in chosen]
        if not own or all(value < 0 for value in own):
            continue
        if len(own) < len(group) or min(own) < 0 or abs(sum(own) - group[0].most) > ROUND_OFF:
            return f"shares of {group[0].kind} are given for all, 0 or more, and sum to {group[0].most:g}"
    return ""
