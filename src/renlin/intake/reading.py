"""Hold what a reader doubts about one value until its place in a file is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from renlin.errors import Fault, Said

_LISTED = 12  # ranges named before the rest is only counted: one screen line


class Doubt(NamedTuple):
    """Say what was expected, what stands there, and what to do; quote no value.

    A doubt never stops a reading by itself: whoever reads the file turns it into
    a fault with :meth:`at`, or keeps the value as unknown and lists the doubt.
    """

    expected: Said
    got: Said
    remedy: Said

    def at(self, place: str, row: int | None = None, column: str | None = None) -> Fault:
        """Return the doubt as a fault of ``place``."""
        return Fault(place, self.expected, self.got, self.remedy, row=row, column=column)


def row_list(rows: Iterable[int]) -> Said:
    """Return row numbers as one phrase, runs shortened, long lists counted.

    Examples
    --------
    >>> row_list([4, 5, 6, 9]).en
    'rows 4-6, 9'
    """
    numbers = sorted(set(rows))
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    shown = [str(a) if a == b else f"{a}-{b}" for a, b in runs[:_LISTED]]
    left = sum(b - a + 1 for a, b in runs[_LISTED:])
    zh, en = f"第 {'、'.join(shown)} 行", f"row{'s' * (len(numbers) > 1)} {', '.join(shown)}"
    if left:
        return Said(f"{zh}及另外 {left} 行", f"{en} and {left} more")
    return Said(zh, en)


def column_letter(index: int) -> str:
    """Return the letter a spreadsheet shows above the column at 0-based ``index``.

    Faults found before the headings are trusted name columns by letter: a file
    without a heading row would otherwise put a resident into the message.

    Examples
    --------
    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
