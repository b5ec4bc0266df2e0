"""Make a siting problem from three plain tables: demands, sites, and what lies between them.

Which column is which is told by its content first (the ids of one table stand in another),
then by its name, or by the caller; what was understood is said. Costs are a long table (one
row per pair) or a wide one (one row per demand, one column per site).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from renlin.errors import DataFault, Fault, Said, did_you_mean, raise_all
from renlin.space.siting.problem import Floats, Problem, stated

NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "demand_id": (
            r"demand(_?id)?", "需求(点|编号)?", r"origin(_?id)?", "from", "起点",
            r"customer(_?id)?", "client", "id", "编号", "name", "名称",
        ),
        "site_id": (
            r"site(_?id)?", "设施", "备选点", "选址", r"facility(_?id)?", r"dest(ination)?(_?id)?",
            "to", "终点", "store", "candidate", "id", "编号", "name", "名称",
        ),
        "weight": (
            "weight", "权重", "persons", "人数", "people", "residents",
            r"pop(ulation)?[_ ]?\d*", "人口", "demand", "需求量",
        ),
        "group": ("group", "人群", "群体", "组"),
        "first": ("first", "最高(级|档)", "优先", "top", "highest", "priority"),
        "built": ("built", "已建", "existing", "现状", "既有", "fixed", "predefined"),
        "price": ("price", "造价", "价格", "费用", "投资", "cost", "yuan", "budget"),
        "capacity": ("capacity", "容量", "容纳(人数)?", "room"),
        "cost": (
            "costs?", "distance", "距离", "dist", "time", "时间", "耗时", "minutes", "seconds",
            "length", "路程",
        ),
    }
)  # fmt: skip
"""Kind of column -> names it goes by, whole, in any case; the likeliest first."""
YES = frozenset(
    {"1", "1.0", "yes", "y", "true", "t", "是", "有", "已建", "现状", "predefined", "built"}
)
NO = frozenset({"", "0", "0.0", "no", "n", "false", "f", "否", "无", "候选", "candidate"})
NONE = frozenset(
    {"", "inf", "infinity", "na", "n/a", "nan", "null", "none", "-", "—", "不通", "不可达"}
)
"""What stands in a cell of costs where no way leads."""
MOST = 20
"""Faults of one kind listed one by one."""
ENOUGH = 0.5
"""Share of the ids of one table that stand in a column, from which it counts as their column.
Assumption."""


class Read(NamedTuple):
    """A problem, which columns it was read from, and what a reader should know about it."""

    problem: Problem
    columns: Mapping[str, str]
    notes: tuple[Said, ...]


@dataclass
class _Sheet:
    """One table with its name; gathers faults and what was understood."""

    name: str
    table: pd.DataFrame
    faults: list[Fault] = field(default_factory=list)

    def texts(self, column: str) -> Any:
        return self.table[column].map(_text).to_numpy(dtype=object).astype(str)

    def row(self, at: int) -> int:
        """Return the row of the file that a position stands for."""
        return int(self.table.index[at]) + 2

    def numbers(self, column: str, none: Iterable[str] = (), value: float = np.nan) -> Floats:
        """Return the column as numbers of zero or more; cells of ``none`` become ``value``."""
        cells = self.texts(column)
        found = np.full(len(cells), value)
        empty = np.isin(np.char.lower(cells), list(none))
        for at in np.flatnonzero(~empty):
            try:
                found[at] = float(cells[at])
            except ValueError:
                found[at] = np.nan
        bad = ~empty & ~(np.isfinite(found) & (found >= 0))
        wrong = np.flatnonzero(bad)
        self.faults += [self._fault(int(at), column, _NUMBER) for at in wrong[:MOST]]
        return np.where(bad, 0.0, found)

    def yes_no(self, column: str) -> Any:
        cells = np.char.lower(self.texts(column))
        wrong = np.flatnonzero(~np.isin(cells, [*YES, *NO]))
        self.faults += [self._fault(int(at), column, _YES_NO) for at in wrong[:MOST]]
        return np.isin(cells, list(YES))

    def _fault(self, at: int, column: str, expected: Said) -> Fault:
        return Fault(self.name, expected, _OTHER, _MEND, row=self.row(at), column=column)


def read_tables(
    demand: pd.DataFrame,
    sites: pd.DataFrame,
    costs: pd.DataFrame,
    *,
    named: Mapping[str, str] | None = None,
    files: tuple[str, str, str] = ("demand", "sites", "costs"),
) -> Read:
    """Return the problem that three tables of text cells state.

    Parameters
    ----------
    demand
        One row per demand: its id; perhaps persons, group, and whether an equity floor
        covers it first.
    sites
        One row per site: its id; perhaps whether it is built, price and capacity.
    costs
        Time or distance, long or wide; an empty cell or a pair without a row: no way leads.
    named
        Kind -> column, where the caller says so: ``demand_id``, ``site_id``, ``weight``,
        ``group``, ``first``, ``built``, ``price``, ``capacity``, ``cost``.
    files
        Names of the three files, for messages.

    Raises
    ------
    DataFault
        With all faults: columns that cannot be told apart or do not exist, cells that are no
        numbers, ids that stand twice, pairs that stand twice with two values.
    """
    given = dict(named or {})
    left, right, between = (
        _Sheet(name, table) for name, table in zip(files, (demand, sites, costs), strict=True)
    )
    raise_all([*_empty(left), *_empty(right), *_empty(between)], DataFault)
    raise_all(_absent(given, left, right, between), DataFault)
    columns = _ids(left, right, between, given)
    who, where = left.texts(columns["demand_id"]), right.texts(columns["site_id"])
    raise_all(
        [*_twice(left, who, columns["demand_id"]), *_twice(right, where, columns["site_id"])],
        DataFault,
    )
    matrix, notes = _matrix(between, columns, given, who, where)
    parts = _parts(left, right, columns, given)
    raise_all([*left.faults, *right.faults, *between.faults], DataFault)
    return Read(stated(who, where, matrix, **parts), columns, tuple(notes))


def _parts(
    left: _Sheet, right: _Sheet, columns: dict[str, str], given: dict[str, str]
) -> dict[str, Any]:
    """Return the optional columns of both sides; note in ``columns`` which were taken."""
    parts: dict[str, Any] = {}
    for kind, sheet in (
        ("weight", left), ("group", left), ("first", left),
        ("built", right), ("price", right), ("capacity", right),
    ):  # fmt: skip
        own = columns["demand_id"] if sheet is left else columns["site_id"]
        column = given.get(kind) or _called(kind, sheet, own)
        if column is None:
            continue
        columns[kind] = column
        if kind == "group":
            parts[kind] = sheet.texts(column)
        elif kind in ("first", "built"):
            parts[kind] = sheet.yes_no(column)
        elif kind == "capacity":
            parts[kind] = sheet.numbers(column, NONE, np.inf)
        else:
            parts[kind] = sheet.numbers(column)
    return parts


def _ids(left: _Sheet, right: _Sheet, between: _Sheet, given: dict[str, str]) -> dict[str, str]:
    """Return the columns of ids in all three tables.

    ``demand_id`` and ``site_id`` name columns of their own tables, ``costs_demand`` and
    ``costs_site`` those of the costs; a wide table has no ``costs_site``.
    """
    by_demand = _matches(left, between, given.get("demand_id"))
    by_site = _matches(right, between, given.get("site_id"))
    pairs = [(a.share + b.share, a, b) for a in by_demand for b in by_site if a.costs != b.costs]
    best = max((score for score, _, _ in pairs), default=0.0)
    chosen = [(a, b) for score, a, b in pairs if score >= best - 1e-9]
    if chosen:
        a, b = _one(chosen, between)
        return {
            "demand_id": a.own,
            "site_id": b.own,
            "costs_demand": a.costs,
            "costs_site": b.costs,
        }
    wide = _wide(right, between, given.get("site_id"))
    if by_demand and wide is not None:
        a = min(by_demand, key=lambda match: (-match.share, _rank("demand_id", match.own)))
        return {"demand_id": a.own, "site_id": wide, "costs_demand": a.costs}
    raise DataFault(_no_match(between, left if not by_demand else right))


class _Match(NamedTuple):
    """A column of a table whose ids stand in a column of the costs, and how well they do."""

    own: str
    costs: str
    share: float


def _matches(sheet: _Sheet, between: _Sheet, asked: str | None) -> list[_Match]:
    """Return every pair of columns that share ids: at least half of the smaller set."""
    there = {name: _distinct(between, name) for name in between.table.columns}
    found = []
    for own in [asked] if asked else _may_be_ids(sheet):
        known = _distinct(sheet, own)
        if asked is None and len(known) < len(sheet.table):
            continue
        for column, ids in there.items():
            both = len(known & ids)
            if both and both >= ENOUGH * min(len(known), len(ids)):
                found.append(_Match(own, column, 2 * both / (len(known) + len(ids))))
    return found


def _may_be_ids(sheet: _Sheet) -> list[str]:
    """Return the columns that are not called persons: those may stand in the costs as well."""
    return [c for c in sheet.table.columns if not _odd("demand_id", c) or _odd("weight", c)]


def _distinct(sheet: _Sheet, column: str) -> set[str]:
    return set(sheet.texts(column).tolist()) - {""}


def _one(chosen: list[tuple[_Match, _Match]], between: _Sheet) -> tuple[_Match, _Match]:
    """Return the only reading of the costs, by names where ids alone leave several."""

    def unlike(pair: tuple[_Match, _Match]) -> int:
        a, b = pair
        own = (a.own != a.costs) + (b.own != b.costs)
        return own + _odd("demand_id", a.costs) + _odd("site_id", b.costs)

    def rank(pair: tuple[_Match, _Match]) -> tuple[int, int]:
        return unlike(pair), _rank("demand_id", pair[0].own) + _rank("site_id", pair[1].own)

    best = min(chosen, key=rank)
    ways = {(a.costs, b.costs) for a, b in chosen if unlike((a, b)) == unlike(best)}
    if len(ways) > 1:
        raise DataFault(_ambiguous(between, sorted(ways)))
    return best


def _odd(kind: str, column: str) -> int:
    return int(_rank(kind, column) == len(NAMES[kind]))


def _wide(right: _Sheet, between: _Sheet, asked: str | None) -> str | None:
    """Return the column of sites whose ids are headings of the costs, or None."""
    headings = {_text(name) for name in between.table.columns}
    scored = [
        (len(set(right.texts(own).tolist()) & headings), own)
        for own in ([asked] if asked else right.table.columns)
    ]
    count, own = max(scored, key=lambda pair: pair[0])
    return own if count >= ENOUGH * len(right.table) else None


def _matrix(
    between: _Sheet,
    columns: dict[str, str],
    given: dict[str, str],
    who: Any,
    where: Any,
) -> tuple[Floats, list[Said]]:
    rows = pd.Index(who).get_indexer(between.texts(columns["costs_demand"]))
    if "costs_site" not in columns:
        return _wide_matrix(between, columns["costs_demand"], rows, who, where)
    column = given.get("cost") or _called(
        "cost", between, columns["costs_demand"], columns["costs_site"]
    )
    if column is None:
        column = _only_numeric(between, columns)
    columns["cost"] = column
    cells = between.numbers(column, NONE, np.inf)
    at = pd.Index(where).get_indexer(between.texts(columns["costs_site"]))
    inside = (rows >= 0) & (at >= 0)
    matrix = np.full((len(who), len(where)), np.inf)
    key = rows * len(where) + at
    pairs = pd.DataFrame({"key": key, "cost": cells, "at": np.arange(len(key))})[inside]
    spread = pairs.groupby("key")["cost"].agg(["min", "max"])
    for bad in pairs[pairs["key"].isin(spread.index[spread["min"] != spread["max"]])]["at"][:MOST]:
        between.faults.append(
            Fault(
                between.name,
                _ONE_COST,
                _TWO_COSTS,
                _MERGE,
                row=between.row(int(bad)),
                column=column,
            )
        )
    matrix.ravel()[spread.index.to_numpy(dtype=np.int64)] = spread["min"].to_numpy()
    return matrix, _noted(matrix, int((~inside).sum()))


def _wide_matrix(
    between: _Sheet, ids: str, rows: Any, who: Any, where: Any
) -> tuple[Floats, list[Said]]:
    between.faults += _twice(between, between.texts(ids), ids)
    heading = {_text(name): name for name in between.table.columns}
    matrix = np.full((len(who), len(where)), np.inf)
    inside = rows >= 0
    for at, site in enumerate(where):
        if site in heading:
            matrix[rows[inside], at] = between.numbers(heading[site], NONE, np.inf)[inside]
    return matrix, _noted(matrix, int((~inside).sum()))


def _noted(matrix: Floats, outside: int) -> list[Said]:
    notes = []
    if outside:
        notes.append(
            Said(
                f"成本表有 {outside} 行的编号不在需求表或设施表里，没有用。",
                f"{outside} rows of the costs name ids of neither table; they were not used.",
            )
        )
    missing = int(np.isinf(matrix).sum())
    if missing:
        notes.append(
            Said(
                f"{missing} 对需求与设施之间没有路（成本表没有这一对，或为空）。",
                f"{missing} pairs without a way (no row or an empty cell in the costs).",
            )
        )
    lost = int(np.isinf(matrix).all(axis=1).sum())
    if lost:
        notes.append(
            Said(
                f"{lost} 个需求到不了任何设施，单独计数。",
                f"{lost} demands reach no site; they are counted apart.",
            )
        )
    return notes


def _called(kind: str, sheet: _Sheet, *but: str) -> str | None:
    """Return the column that goes by the likeliest name of ``kind``, or None."""
    ranked = [(_rank(kind, column), column) for column in sheet.table.columns if column not in but]
    found = min(ranked, key=lambda pair: pair[0], default=(len(NAMES[kind]), ""))
    return found[1] if found[0] < len(NAMES[kind]) else None


def _rank(kind: str, column: str) -> int:
    """Return the place of a column's name among those of ``kind``; their number if none fits."""
    for at, pattern in enumerate(NAMES[kind]):
        if re.fullmatch(pattern, _text(column), re.IGNORECASE):
            return at
    return len(NAMES[kind])


def _only_numeric(between: _Sheet, columns: dict[str, str]) -> str:
    """Return the only column of the costs besides the ids that holds numbers."""
    rest = [
        c
        for c in between.table.columns
        if c not in (columns["costs_demand"], columns["costs_site"])
    ]
    numeric = [c for c in rest if pd.to_numeric(between.table[c], errors="coerce").notna().any()]
    if len(numeric) == 1:
        return str(numeric[0])
    raise DataFault(
        Fault(
            between.name,
            Said("一列距离或时间", "one column of distances or times"),
            Said("、".join(map(str, numeric)) or "没有", ", ".join(map(str, numeric)) or "none"),
            Said("请用 --cost 指明。", "Name it with --cost."),
        )
    )


def _text(cell: object) -> str:
    """Return a cell as text without blanks around it; whole numbers without a point."""
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _empty(sheet: _Sheet) -> list[Fault]:
    if len(sheet.table):
        return []
    some, none = Said("至少一行", "at least one row"), Said("没有", "none")
    return [Fault(sheet.name, some, none, _MEND)]


def _absent(given: dict[str, str], left: _Sheet, right: _Sheet, between: _Sheet) -> list[Fault]:
    of = {"demand_id": left, "weight": left, "group": left, "first": left, "cost": between}
    faults = []
    for kind, column in given.items():
        sheet = of.get(kind, right)
        known = [str(name) for name in sheet.table.columns]
        if column not in known:
            expected = Said("、".join(known), ", ".join(known))
            got = Said(column, column)
            faults.append(
                Fault(sheet.name, expected, got, did_you_mean(column, known), column=column)
            )
    return faults


def _twice(sheet: _Sheet, ids: Any, column: str) -> list[Fault]:
    seen = pd.Series(ids)
    bad = np.flatnonzero((seen.duplicated() | (seen == "")).to_numpy())
    return [
        Fault(sheet.name, Said("不空、不重复的编号", "an id, each once"),
              Said("空或重复", "none, or one that stood before"), _MERGE,
              row=sheet.row(int(at)), column=column)
        for at in bad[:MOST]
    ]  # fmt: skip


def _no_match(between: _Sheet, other: _Sheet) -> Fault:
    heads = ", ".join(map(str, between.table.columns))
    return Fault(
        between.name,
        Said(f"一列是 {other.name} 的编号", f"a column with the ids of {other.name}"),
        Said(f"各列：{heads}", f"columns {heads}"),
        Said("请核对编号的写法，或用 --demand-id、--site-id 指明。",
             "Check how ids are written, or name the columns with --demand-id and --site-id."),
    )  # fmt: skip


def _ambiguous(between: _Sheet, ways: list[tuple[str, str]]) -> Fault:
    shown = "；".join(f"{a} → {b}" for a, b in ways)
    return Fault(
        between.name,
        Said("能分清需求和设施的两列", "two columns that tell demands from sites"),
        Said(f"都说得通：{shown}", f"several readings: {shown}"),
        Said("请把这两列改名为 demand 和 site。", "Call the two columns demand and site."),
    )


_NUMBER = Said("不小于 0 的数", "a number of zero or more")
_YES_NO = Said("是或否", "yes or no")
_OTHER = Said("别的内容", "something else")
_MEND = Said("请改正这一格。", "Mend this cell.")
_ONE_COST = Said("每对一个值", "one value per pair")
_TWO_COSTS = Said("同一对有两个值", "two values for one pair")
_MERGE = Said("请合并或删去多余的行。", "Merge the rows or leave one out.")
