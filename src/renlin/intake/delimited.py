"""Cut a text into rows of cells: delimiter, quotes and line ends as they really come."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from renlin.errors import DataFault, Fault, Said
from renlin.intake.rows import QUOTED_LINES

DELIMITERS = (",", "\t", ";", "|", "，", "；", "｜")
"""Characters that may separate cells, the likelier first."""
LONGEST_ROW = 100_000
"""Characters of the longest row read. A register row has some hundred, and the longest
cell a spreadsheet program can hold has 32,767; more is no register."""
MOST_LINES = 400_000
"""Lines of the longest text read: a hundred communities. More lines in the bytes that
are read at all are no register, and would take minutes."""
_SAMPLE_LINES = 200  # lines looked at to find the delimiter
_ESCAPED = re.compile(r'\\"[^\s,;|，；｜"]')  # a backslash before a quote that ends no cell
_LINE_END = re.compile(r"\r\n|\r|\n")
_NAMES = {
    ",": Said("逗号", "comma"),
    "\t": Said("制表符", "tab"),
    ";": Said("分号", "semicolon"),
    "|": Said("竖线", "vertical bar"),
    "，": Said("全角逗号", "full-width comma"),
    "；": Said("全角分号", "full-width semicolon"),
    "｜": Said("全角竖线", "full-width vertical bar"),
}


@dataclass(frozen=True)
class Dialect:
    """How one text separates and quotes its cells."""

    delimiter: str | None
    quote: str = '"'
    escape: str | None = None

    def said(self) -> Said:
        """Return the delimiter's name."""
        if self.delimiter is None:
            return Said("没有分隔符（单列）", "no delimiter (one column)")
        return _NAMES[self.delimiter]


@dataclass(frozen=True)
class Cut:
    """Rows of cells with their numbers as a spreadsheet program counts them.

    Parameters
    ----------
    rows
        One ``(row number, cells)`` each; empty rows are counted, not kept.
    faults
        Quotes never closed, rows too long.
    """

    rows: tuple[tuple[int, tuple[str, ...]], ...] = field(repr=False)
    dialect: Dialect
    faults: tuple[Fault, ...] = ()


def cut(text: str, *, place: str) -> Cut:
    """Return the rows of a delimited text, its dialect and its faults.

    Line ends may be CR LF, LF or a bare CR, also mixed. A quote opens a cell only at
    its beginning. A quote that is not closed properly, on its own row or within
    :data:`~renlin.intake.rows.QUOTED_LINES` lines, is a fault of the row where it opens;
    it is left out and reading goes on with the next line, so that one slip does not hide
    the others.

    Parameters
    ----------
    text
        Decoded text of the file.
    place
        File as named in faults.

    Raises
    ------
    DataFault
        When the text has more than :data:`MOST_LINES` lines.

    Examples
    --------
    >>> cut("a,b\\n1,\\"x, y\\"", place="a.csv").rows
    ((1, ('a', 'b')), (2, ('1', 'x, y')))
    """
    lines = _LINE_END.split(text)
    if len(lines) > MOST_LINES:
        raise DataFault(_too_many(place, len(lines)))
    declared = lines[0][4:] if lines[0][:4].casefold() == "sep=" else ""
    # Excel obeys and hides this line, so its row 1 is the next one.
    lines = lines[1:] if declared in _NAMES else lines
    dialect = sniff(lines)
    if declared in _NAMES:
        dialect = Dialect(declared, dialect.quote, dialect.escape)
    rows: list[tuple[int, tuple[str, ...]]] = []
    faults: list[Fault] = []
    i, row = 0, 0
    while i < len(lines):
        row += 1
        if len(lines[i]) > LONGEST_ROW:
            faults.append(_too_long(place, row))
            i += 1
            continue
        cells, used, closed = _record(lines, i, dialect)
        if not closed:
            faults.append(_unclosed(place, row))
        elif any(cell.strip() for cell in cells):
            rows.append((row, tuple(cells)))
        i += used
    return Cut(tuple(rows), dialect, tuple(faults))


def sniff(lines: list[str]) -> Dialect:
    """Return the dialect that cuts most lines into the same, large number of cells.

    Score = (share of lines with the commonest number of cells) x (that number - 1).
    A full-width comma inside an address therefore loses against the comma between all
    cells, and one comma in every remark loses against the tabs.
    """
    sample = [line[:LONGEST_ROW] for line in lines if line.strip()][:_SAMPLE_LINES]
    whole = "\n".join(sample)
    doubled = '""' in whole.replace('\\"', "")
    escape = "\\" if not doubled and _ESCAPED.search(whole) else None
    best = (0.0, Dialect(None))
    for delimiter in DELIMITERS:
        if delimiter not in whole:
            continue
        dialect = Dialect(delimiter, _quote(sample, delimiter), escape)
        counts = Counter(_widths(sample, dialect))
        score = max(n / counts.total() * (width - 1) for width, n in counts.items())
        if score > best[0]:
            best = (score, dialect)
    return best[1]


def _widths(sample: list[str], dialect: Dialect) -> Iterator[int]:
    """Yield the number of cells of each row of a sample; 1 where quotes do not close.

    Under a wrong delimiter quotes close in the middle of cells.
    """
    i = 0
    while i < len(sample):
        cells, used, closed = _record(sample, i, dialect)
        yield len(cells) if closed else 1
        i += used


def _quote(sample: list[str], delimiter: str) -> str:
    """Return the quote character: the double quote unless only single quotes wrap cells."""
    if any('"' in line for line in sample):
        return '"'
    cells = [cell.strip() for line in sample for cell in line.split(delimiter) if cell.strip()]
    wrapped = sum(1 for c in cells if len(c) > 1 and c[0] == c[-1] == "'")
    return "'" if wrapped > len(cells) / 2 else '"'


def _record(lines: list[str], start: int, dialect: Dialect) -> tuple[list[str], int, bool]:
    """Return the cells of the row that begins at ``start``, lines used, and whether closed."""
    line = lines[start]
    if dialect.quote not in line:
        return (line.split(dialect.delimiter) if dialect.delimiter else [line]), 1, True
    text, used, tried = line, 1, _cells(line, dialect)
    while tried is None and used < QUOTED_LINES and start + used < len(lines):
        text += "\n" + lines[start + used]
        used += 1
        if len(text) > LONGEST_ROW:
            break
        if dialect.quote in lines[start + used - 1]:
            tried = _cells(text, dialect)
            if tried is not None and not tried[1]:
                tried = None
                break
    if tried is None:
        return (line.split(dialect.delimiter) if dialect.delimiter else [line]), 1, False
    return tried[0], used, tried[1]


def _cells(text: str, dialect: Dialect) -> tuple[list[str], bool] | None:
    """Return the cells of one row and whether every quote closed cleanly.

    None when the last quoted cell is still open at the end of ``text``.
    """
    cells, position, clean = [], 0, True
    while True:
        begin = position
        while text.startswith(" ", begin):
            begin += 1
        if text.startswith(dialect.quote, begin):
            found = _quoted(text, begin + 1, dialect)
            if found is None:
                return None
            cell, position = found
            end = _next(text, position, dialect)
            clean = clean and not text[position:end].strip()
            cell += text[position:end].strip()
        else:
            end = _next(text, position, dialect)
            cell = text[position:end]
        cells.append(cell)
        if end >= len(text):
            return cells, clean
        position = end + 1


def _next(text: str, position: int, dialect: Dialect) -> int:
    """Return where the next delimiter stands, or the end of the text."""
    end = text.find(dialect.delimiter, position) if dialect.delimiter else -1
    return len(text) if end < 0 else end


def _quoted(text: str, position: int, dialect: Dialect) -> tuple[str, int] | None:
    """Return the content of a quoted cell and the place after its closing quote."""
    quote, parts = dialect.quote, []
    while True:
        end = text.find(quote, position)
        if end < 0:
            return None
        if dialect.escape and text[end - 1] == dialect.escape and end > position:
            parts.append(text[position : end - 1] + quote)
            position = end + 1
        elif text.startswith(quote, end + 1):
            parts.append(text[position:end] + quote)
            position = end + 2
        else:
            parts.append(text[position:end])
            return "".join(parts), end + 1


def _too_many(place: str, lines: int) -> Fault:
    return Fault(
        place,
        Said(f"不超过 {MOST_LINES} 行", f"at most {MOST_LINES} lines"),
        Said(f"{lines} 行", f"{lines} lines"),
        Said("请按社区拆分后再导入。", "Split it by community, then import it."),
    )


def _too_long(place: str, row: int) -> Fault:
    return Fault(
        place,
        Said(f"每行不超过 {LONGEST_ROW} 个字符", f"rows of at most {LONGEST_ROW} characters"),
        Said("更长的一行", "a longer row"),
        Said(
            "这不是一行登记数据，请检查导出设置（换行符）。",
            "This is no register row: check the line ends in the export settings.",
        ),
        row=row,
    )


def _unclosed(place: str, row: int) -> Fault:
    return Fault(
        place,
        Said("成对的引号", "quotes in pairs"),
        Said("引号没有正确闭合", "a quote that is not closed properly"),
        Said(
            "请在这一行补上或删去引号。",
            "Add or remove the quote in this row.",
        ),
        row=row,
    )
