"""Count rows and columns the way the user's own program shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from renlin.errors import Said

QUOTED_LINES = 50
"""Most lines one quoted cell may span. Assumption: no register cell holds a longer note."""
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LISTED = 12  # ranges named before the rest is only counted: one screen line


def record_rows(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the row number and the bytes of each line, as a spreadsheet counts rows.

    A line end inside quotes does not begin a new row; a quote that nothing closes
    within :data:`QUOTED_LINES` lines is taken as an ordinary character. Works on any
    encoding whose quote and line ends are single bytes.
    """
    lines = _LINE_END.split(data)
    odd = [i for i, line in enumerate(lines) if line.count(b'"') % 2]
    row, until, position = 0, -1, 0
    for i, line in enumerate(lines):
        if i > until:
            row += 1
            if position < len(odd) and odd[position] == i:
                position += 1
                if position < len(odd) and odd[position] - i <= QUOTED_LINES:
                    until = odd[position]
                    position += 1
        yield row, line


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
