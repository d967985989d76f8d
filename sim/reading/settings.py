"""Texts such as KEY=VALUE, cut where a sign stands outside quotes."""

from __future__ import annotations


def divided(text: str, sign: str) -> list[str]:
    """The parts of a text between signs that stand outside double quotes, without the blanks around them."""
    parts, begin, quoted = [], 0, False
    for place, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter == sign and not quoted:
            parts.append(text[begin:place])
            begin = place + 1
    return [part.strip() for part in (*parts, text[begin:])]
