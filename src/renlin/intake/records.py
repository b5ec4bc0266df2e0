"""Turn the cells below a heading row into records, and list every row that is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from renlin.errors import Fault, Said
from renlin.intake.grid import Grid, Rows, each_or_together
from renlin.intake.heading_row import heads_columns, is_foot, number_columns
from renlin.intake.rows import column_letter, row_list

_BLOCK = 16
"""Rows that Excel writes as one block, leaving out delimiters after the block's last
filled column. Source: excel_trailing."""
_BLOCK_LEAST = 4  # rows that must agree before a short row counts as Excel's. Assumption.


@dataclass(frozen=True)
class RawTable:
    """The rows of a register as text, before any column is understood.

    Parameters
    ----------
    place
        File, and sheet in brackets, as named in faults.
    headings
        One text per column.
    rows
        Cells as text, shape (n_rows, n_columns); an empty cell is ``""``.
    row_numbers
        Row of each record as the user's program counts it, length n_rows.
    heading_row
        Row of the headings.
    sheet
        Name of the sheet, None for a text file.
    notes
        How the file was read.
    faults
        What must be corrected; the rows concerned are not among ``rows``.
    doubts
        What was kept out or is unknown although its row was read: damaged numbers,
        formulas never calculated, repeated headings, sums below the table.
    """

    place: str
    headings: tuple[str, ...] = field(repr=False)
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    row_numbers: tuple[int, ...] = field(repr=False)
    heading_row: int
    sheet: str | None = None
    notes: tuple[Said, ...] = ()
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()

    def column(self, heading: str) -> tuple[str, ...]:
        """Return the cells below ``heading``, length n_rows."""
        index = self.headings.index(heading)
        return tuple(row[index] for row in self.rows)


def assembled(grid: Grid, index: int) -> RawTable:
    """Return the table below the heading row, with everything found wrong.

    Parameters
    ----------
    grid
        Cells of the file or sheet.
    index
        Index of the heading row among the grid's rows.
    """
    number, cells = grid.rows[index]
    headings, below = _headings(grid, index), grid.rows[index + 1 :]
    while headings and not headings[-1] and not _filled(below, len(headings) - 1):
        headings = headings[:-1]
    faults = [*grid.faults, *_heading_faults(grid.place, number, headings, below)]
    faults += _second_headings(grid.place, below)
    below, left_out = _without_repeats(grid.place, cells, below)
    kept, short, ragged = _squared(grid, below, len(headings))
    if not below:
        faults.append(no_records(grid.place, number))
    doubts = [d for d in grid.doubts if d.row is None or d.row > number]
    used = [i for i, heading in enumerate(headings) if heading]
    return RawTable(
        place=grid.place,
        headings=tuple(headings[i] for i in used),
        rows=tuple(tuple(row[i] for i in used) for _, row in kept),
        row_numbers=tuple(n for n, _ in kept),
        heading_row=number,
        sheet=grid.sheet,
        notes=(*grid.notes, *_title_note(grid, index), *_short_note(short)),
        faults=(*faults, *ragged),
        doubts=(*doubts, *left_out, *_wide_merges(grid, number)),
    )


def _title_note(grid: Grid, index: int) -> Iterator[Said]:
    if index:
        rows = row_list(number for number, _ in grid.rows[:index])
        yield Said(f"标题行之前的{rows.zh}未读", f"{rows.en} above the headings were not read")


def _short_note(short: Sequence[int]) -> Iterator[Said]:
    if short:
        where = row_list(short)
        yield Said(
            f"Excel 在{where.zh}省去了行尾的空单元格",
            f"Excel left out empty cells at the end of {where.en}",
        )


def _headings(grid: Grid, index: int) -> list[str]:
    """Return the headings; equal ones below group headings get the group's name."""
    number, cells = grid.rows[index]
    headings = [" ".join(cell.split()) for cell in cells]
    top = min((m.top for m in grid.merged if m.top < m.bottom == number), default=number)
    above = [row for row in grid.rows[:index] if row[0] >= top]
    repeated = {h for h, n in Counter(headings).items() if n > 1 and h}
    return [
        _group(grid, above, column) + heading if heading in repeated else heading
        for column, heading in enumerate(headings)
    ]


def _group(grid: Grid, above: Sequence[tuple[int, tuple[str, ...]]], column: int) -> str:
    """Return the nearest group heading over a column, across cells merged sideways."""
    for number, cells in reversed(above):
        merged = (m for m in grid.merged if m.top == number and m.left <= column <= m.right)
        left = next((m.left for m in merged), column)
        if left < len(cells) and cells[left].strip():
            return " ".join(cells[left].split())
    return ""


def _filled(rows: Rows, column: int) -> list[int]:
    return [number for number, cells in rows if column < len(cells) and cells[column].strip()]


def _heading_faults(
    place: str, number: int, headings: Sequence[str], below: Rows
) -> Iterator[Fault]:
    """Yield faults of columns without a heading and of headings used twice."""
    for column, heading in enumerate(headings):
        filled = _filled(below, column) if not heading else []
        if filled:
            got = Said(f"空标题，下面有 {len(filled)} 个值", f"none above {len(filled)} values")
            yield Fault(
                place,
                Said("列标题", "a heading"),
                got,
                Said("请给这一列加标题，或删去这一列。", "Name the column or remove it."),
                row=number,
                column=column_letter(column),
            )
    for heading, count in Counter(h for h in headings if h).items():
        if count > 1:
            where = [column_letter(c) for c, h in enumerate(headings) if h == heading]
            yield Fault(
                place,
                Said("各列标题不同", "a heading of its own for each column"),
                Said(f"{'、'.join(where)} 列标题相同", f"the same in columns {', '.join(where)}"),
                Said("请改名，例如 户主姓名、成员姓名。", "Rename them."),
                row=number,
                column=where[0],
            )


def _second_headings(place: str, below: Rows) -> Iterator[Fault]:
    """Yield faults of rows that are headings again: several heading rows or tables."""
    numbers = number_columns(below[1:])
    for index, (number, cells) in enumerate(below):
        first, gap = index == 0, index > 0 and number > below[index - 1][0] + 1
        if not (first or gap) or is_foot(cells) or not heads_columns(cells, numbers):
            continue
        got = Said("又一行列标题", "another row of headings")
        remedy = Said(
            "请只留一行标题、每个文件一张表，或在映射文件里写明 heading_row。",
            "Keep one heading row and one table per file, or state heading_row in the mapping.",
        )
        yield Fault(place, Said("一行数据", "a record"), got, remedy, row=number)


def _without_repeats(place: str, heading: Sequence[str], below: Rows) -> tuple[Rows, list[Fault]]:
    """Return the rows without repeated headings and sums, and the doubts that list them."""
    named = [cell.strip() for cell in heading]
    kept, repeats, feet = [], [], []
    for number, cells in below:
        if [cell.strip() for cell in cells] == named:
            repeats.append(number)
        elif is_foot(cells):
            feet.append(number)
        else:
            kept.append((number, cells))
    remedy = Said("已略过这些行，请核对。", "These rows were left out: please check.")

    def make(row: int, got: Said) -> Fault:
        return Fault(place, Said("一行数据", "a record"), got, remedy, row=row)

    doubts = each_or_together(repeats, Said("重复的标题行", "the headings again"), make)
    doubts += each_or_together(feet, Said("合计或表注", "a sum or a remark"), make)
    return tuple(kept), doubts


def _wide_merges(grid: Grid, heading: int) -> Iterator[Fault]:
    """Yield doubts of cells merged across columns among the records."""
    for merge in grid.merged:
        if merge.top > heading and merge.right > merge.left:
            yield Fault(
                grid.place,
                Said("每列一个值", "one value per column"),
                Said("横向合并的单元格", "a cell merged across columns"),
                Said(
                    "只有最左一列得到该值，其余视为未知。",
                    "Only its first column got the value; the others are unknown.",
                ),
                row=merge.top,
                column=column_letter(merge.left),
            )


def _squared(grid: Grid, below: Rows, width: int) -> tuple[Rows, list[int], list[Fault]]:
    """Return rows of exactly ``width`` cells, those completed, and the faults of all others.

    Empty cells beyond the headings are dropped. Sheets have no delimiters, so their
    rows are complete. A shorter row of a text is completed only where Excel left out
    delimiters: all rows of its block of 16 end at the same column.
    """
    completed = _excel_short(grid)
    last = below[-1][0] if below else 0
    kept: list[tuple[int, tuple[str, ...]]] = []
    wrong: dict[int, tuple[int, bool]] = {}
    for number, cells in below:
        spare = any(cell.strip() for cell in cells[width:])
        short = len(cells) < width
        cut_here = short and grid.cut_short and number == last
        if spare or cut_here or (short and grid.sheet is None and number not in completed):
            wrong[number] = (len(cells), cut_here)
        else:
            kept.append((number, (*cells[:width], *[""] * (width - len(cells)))))
    short_rows = [number for number, cells in below if len(cells) < width and number not in wrong]
    return tuple(kept), [] if grid.sheet else short_rows, _ragged(grid.place, width, wrong)


def _excel_short(grid: Grid) -> frozenset[int]:
    """Return the rows whose whole block of 16 ends at one column, as Excel writes them."""
    blocks: dict[int, list[tuple[int, int]]] = {}
    for number, cells in grid.rows:
        blocks.setdefault((number - 1) // _BLOCK, []).append((number, len(cells)))
    return frozenset(
        number
        for rows in blocks.values()
        if len(rows) >= _BLOCK_LEAST and len({length for _, length in rows}) == 1
        for number, _ in rows
    )


def _ragged(place: str, width: int, wrong: dict[int, tuple[int, bool]]) -> list[Fault]:
    """Return the faults of rows with too few or too many cells."""
    expected = Said(f"{width} 个单元格", f"{width} cells")
    remedy = Said(
        "请检查这一行多出或缺少的分隔符。", "Look for a missing or extra delimiter in this row."
    )
    cut_remedy = Said(
        "文件在此中断，后面的住户可能缺失，请重新导出。",
        "The file ends here and residents may be missing: export it again.",
    )

    def make(row: int, got: Said) -> Fault:
        return Fault(place, expected, got, cut_remedy if wrong[row][1] else remedy, row=row)

    faults = []
    for count in sorted({count for count, _ in wrong.values()}):
        rows = [row for row, (n, _) in wrong.items() if n == count]
        faults += each_or_together(rows, Said(f"{count} 个", f"{count}"), make)
    return faults


def no_records(place: str, row: int | None) -> Fault:
    """Return the fault of a register without records; ``row`` is that of its headings."""
    got = (
        Said("只有标题行", "headings only") if row is not None else Said("空文件", "an empty file")
    )
    return Fault(
        place,
        Said("至少一行数据", "at least one record"),
        got,
        Said(
            "请确认导出了数据；空登记不能当作没有住户。",
            "Check the export: an empty register does not mean that nobody lives there.",
        ),
        row=row,
    )
