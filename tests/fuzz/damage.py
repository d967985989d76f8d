"""Damaged copies of a scenario file: what an editor, a disk or a hurried author does to it, from one seed."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

NUMBER = re.compile(rb"(?<![\w.\"-])-?\d+(?:\.\d+)?(?![\w.-])")
WORD = re.compile(rb"[A-Za-z_]{4,}")
STRANGE = (
    b"nan", b"-nan", b"inf", b"-inf", b"1e999", b"-1e308", b"99999999999999999999999999", b"true", b"'0.5'",
    b"\"high\"", b"[]", b"[1, 2]", b"{}", b"{ size = 1 }", b"{ value = 1 }", b"2024-06-19",
    b"2024-06-19T12:00:00Z", b"0x1F", b"1_000", b"-7", b"1e-320", b"", b"-0.0", b"''",
)  # fmt: skip


def damaged(text: bytes, seed: int) -> tuple[str, bytes]:
    """What was done, and the damaged copy; one to three damages."""
    rng = np.random.default_rng(seed)
    done = []
    for _ in range(int(rng.choice([1, 1, 1, 2, 3]))):
        damage = DAMAGES[int(rng.integers(len(DAMAGES)))]
        text = damage(text, rng)
        done.append(damage.__name__.strip("_"))
    return ", ".join(done), text


def _place(text: bytes, rng: np.random.Generator) -> int:
    return int(rng.integers(max(len(text), 1)))


def _lines(text: bytes) -> list[bytes]:
    return text.split(b"\n")


def _delete_line(text: bytes, rng: np.random.Generator) -> bytes:
    lines = _lines(text)
    del lines[int(rng.integers(len(lines)))]
    return b"\n".join(lines)


def _repeat_line(text: bytes, rng: np.random.Generator) -> bytes:
    lines = _lines(text)
    place = int(rng.integers(len(lines)))
    return b"\n".join([*lines[: place + 1], *lines[place:]])


def _swap_lines(text: bytes, rng: np.random.Generator) -> bytes:
    lines = _lines(text)
    a, b = rng.integers(len(lines), size=2)
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def _delete_character(text: bytes, rng: np.random.Generator) -> bytes:
    place = _place(text, rng)
    return text[:place] + text[place + 1 :]


def _swap_characters(text: bytes, rng: np.random.Generator) -> bytes:
    place = _place(text[:-2], rng)
    return text[:place] + text[place + 1 : place + 2] + text[place : place + 1] + text[place + 2 :]


def _strange_bytes(text: bytes, rng: np.random.Generator) -> bytes:
    place = _place(text, rng)
    more = (
        b"\xff\xfe",
        b"\x00",
        b"\r",
        "–".encode(),
        "０".encode(),
        b"\xe2\x80",
        b"[" * 5000,
        b"{ a = " * 2000,
    )
    return text[:place] + more[int(rng.integers(len(more)))] + text[place:]


def _cut_short(text: bytes, rng: np.random.Generator) -> bytes:
    return text[: _place(text, rng)]


def _lose_a_block(text: bytes, rng: np.random.Generator) -> bytes:
    place = _place(text, rng)
    return text[:place] + text[place + int(rng.integers(1, 4096)) :]


def _in_match(
    pattern: re.Pattern[bytes], change: Callable[[bytes, np.random.Generator], bytes], text: bytes, rng
) -> bytes:
    """Change one place where a pattern is found outside comments."""
    found = [
        m for m in pattern.finditer(text) if b"#" not in text[text.rfind(b"\n", 0, m.start()) + 1 : m.start()]
    ]
    if not found:
        return text
    match = found[int(rng.integers(len(found)))]
    return text[: match.start()] + change(match.group(), rng) + text[match.end() :]


def _strange_value(text: bytes, rng: np.random.Generator) -> bytes:
    return _in_match(NUMBER, lambda number, rng: STRANGE[int(rng.integers(len(STRANGE)))], text, rng)


def _slip_of_a_digit(text: bytes, rng: np.random.Generator) -> bytes:
    def slip(number: bytes, rng: np.random.Generator) -> bytes:
        slips = (
            number + b"0",
            number + number[-1:],
            number.replace(b".", b""),
            b"-" + number,
            number.replace(b"0.", b"."),
            b"1" + number,
        )
        return slips[int(rng.integers(len(slips)))]

    return _in_match(NUMBER, slip, text, rng)


def _typo_in_a_word(text: bytes, rng: np.random.Generator) -> bytes:
    def typo(word: bytes, rng: np.random.Generator) -> bytes:
        place = int(rng.integers(1, len(word) - 1))
        return word[:place] + word[place + 1 : place + 2] + word[place : place + 1] + word[place + 2 :]

    return _in_match(WORD, typo, text, rng)


def _other_word(text: bytes, rng: np.random.Generator) -> bytes:
    words = list(dict.fromkeys(WORD.findall(text)))
    return _in_match(WORD, lambda word, rng: words[int(rng.integers(len(words)))], text, rng)


def _lose_a_header(text: bytes, rng: np.random.Generator) -> bytes:
    return _in_match(re.compile(rb"(?m)^\[.*\]$"), lambda header, rng: b"", text, rng)


def _other_header(text: bytes, rng: np.random.Generator) -> bytes:
    headers = re.findall(rb"(?m)^\[.*\]$", text)
    return _in_match(
        re.compile(rb"(?m)^\[.*\]$"), lambda header, rng: headers[int(rng.integers(len(headers)))], text, rng
    )


DAMAGES = (
    _delete_line, _repeat_line, _swap_lines, _delete_character, _swap_characters, _strange_bytes, _cut_short,
    _lose_a_block, _strange_value, _strange_value, _slip_of_a_digit, _slip_of_a_digit, _typo_in_a_word,
    _typo_in_a_word, _other_word, _lose_a_header, _other_header,
)  # fmt: skip
