"""CSV files: the same bytes on every machine, numbers in full, and no text that spreadsheets would run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from sim.refusal import is_unprintable

if TYPE_CHECKING:
    import pandas as pd

FORMULA = re.compile(r"[\s'\"]*[=+\-@＝＋－＠]")
"""How a text begins that spreadsheets take for a formula, behind blanks and quotes too."""

NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)

BREAKS = re.compile(r"[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")


def write_csv(frame: pd.DataFrame, place: str | Path | BinaryIO) -> None:
    """Write a table, without its index, to a path or a file that is open for bytes."""
    _put(csv_bytes(frame), place)


def write_rows(rows: Iterable[Sequence[Any]], place: str | Path | BinaryIO) -> None:
    """Write rows of cells that have no common heading."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([harmless(cell) for cell in row] for row in rows)
    _put(text.getvalue().encode(), place)


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """The bytes of `write_csv`: UTF-8, lines that end with a line feed, numbers in full.

    A number has as many digits as give back its bits.
    """
    # Here and not above: rows of cells, such as the numbers of a scenario, do not wait for it to load.
    from pandas.api.types import is_numeric_dtype

    safe = frame.set_axis([harmless(name) for name in frame.columns], axis=1)
    # By place and not by name: two columns may have one name.
    for place, kind in enumerate(safe.dtypes):
        if not is_numeric_dtype(kind):
            safe.isetitem(place, safe.iloc[:, place].astype(object).map(harmless, na_action="ignore"))
    return safe.to_csv(index=False, lineterminator="\n").encode()


def harmless(cell: Any) -> Any:
    """A cell as it is written: a text loses what cannot be seen, and what looks like a formula is quoted.

    An apostrophe in front makes a text of it, as in a spreadsheet.
    """
    if not isinstance(cell, str):
        return cell
    # Half of a pair of surrogates, as file names may have them, is no UTF-8.
    text = BREAKS.sub(" ", cell).encode("utf-8", "replace").decode()
    text = "".join(sign for sign in text if not is_unprintable(sign))
    if FORMULA.match(text) and not NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def as_meant(text: str) -> str:
    """A text that was read from a CSV file, without the apostrophe that `harmless` put in front."""
    if text.startswith("'") and harmless(text[1:]) == text:
        return text[1:]
    return text


def _put(content: bytes, place: str | Path | BinaryIO) -> None:
    if isinstance(place, str | Path):
        Path(place).write_bytes(content)
    else:
        place.write(content)
