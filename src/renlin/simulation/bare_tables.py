"""Read the tables of a bare network: every fault of every table at once, nothing guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.errors import DataFault, Fault, Said, SchemeFault, did_you_mean

Whole = npt.NDArray[np.int64]
KINDS = ("level", "room", "stair", "door")
TRUE, FALSE = ("true", "1", "yes", "1.0"), ("false", "0", "no", "0.0")
ADULT = "adult"
NEAREST = 0


@dataclass(frozen=True)
class Column:
    """What one column may hold: how it is read, its bounds, and the value of an empty cell."""

    kind: str
    needed: bool = False
    low: float = -np.inf
    high: float = 1e6
    default: Any = None


NODES = {
    "node": Column("id", needed=True),
    "exit": Column("flag", default=False),
    "capacity": Column("number", low=0.0, high=1e9, default=np.nan),
    "known": Column("flag", default=True),
    "note": Column("text"),
}
LINKS = {
    "link": Column("id", needed=True),
    "origin": Column("id", needed=True),
    "target": Column("id", needed=True),
    "length": Column("number", needed=True, low=0.0),
    "width": Column("number", needed=True, low=1e-3),
    "kind": Column("kind", default="level"),
    "rises": Column("flag", default=False),
    "area": Column("number", low=1e-3, default=np.nan),
    "boundary": Column("number", low=0.0, default=np.nan),
    "flow": Column("number", low=1e-6, default=np.nan),
    "one_way": Column("flag", default=False),
    "main": Column("flag", default=True),
    "note": Column("text"),
}
PERSONS = {
    "person": Column("id", needed=True),
    "origin": Column("id", needed=True),
    "exit": Column("id", default=None),
    "release": Column("number", low=0.0, default=0.0),
    "speed": Column("number", low=0.0, default=np.nan),
    "speed_down": Column("number", low=0.0, default=np.nan),
    "speed_up": Column("number", low=0.0, default=np.nan),
    "size": Column("number", low=1e-3, default=1.0),
    "slow": Column("flag", default=False),
    "group": Column("id", default="all"),
    "party": Column("id"),
    "body": Column("number", low=0.0, default=0.0),
    "familiar": Column("flag", default=True),
    "via": Column("text"),
    "note": Column("text"),
}


@dataclass(frozen=True)
class Tables:
    """The tables with every cell typed; nodes are told by row number.

    Attributes
    ----------
    nodes, links, persons
        As given; ``origin`` and ``target`` of links and ``origin`` of persons are rows of
        ``nodes``, ``target`` of persons is 0 for the nearest exit or 1 + an exit, ``group``
        a position in ``groups``, ``via`` a tuple of rows of ``nodes``.
    exits
        Rows of the nodes that are exits.
    capacity
        Persons each takes.
    groups
        Names of the groups, sorted.
    """

    nodes: pd.DataFrame
    links: pd.DataFrame
    persons: pd.DataFrame
    exits: Whole
    capacity: Whole
    groups: tuple[str, ...]


def read(
    nodes: pd.DataFrame, links: pd.DataFrame, persons: pd.DataFrame, catalogue: Catalogue
) -> Tables:
    """Return the three tables typed and joined.

    Raises
    ------
    DataFault
        With every fault of every table.
    SchemeFault
        When no node is an exit.
    """
    faults: list[Fault] = []
    if len(links) == 0:
        faults.append(_no_link())
    typed = {
        name: _typed(name, table, columns, faults)
        for name, table, columns in (
            ("nodes", nodes, NODES), ("links", links, LINKS), ("persons", persons, PERSONS),
        )
    }  # fmt: skip
    if faults:
        raise DataFault(faults)
    number = {str(node): row for row, node in enumerate(typed["nodes"]["node"])}
    exits = np.flatnonzero(typed["nodes"]["exit"].to_numpy(dtype=bool)).astype(np.int64)
    leads = {str(typed["nodes"]["node"].iloc[row]): 1 + at for at, row in enumerate(exits)}
    way, people = typed["links"], typed["persons"]
    faults.extend(differing(people))
    way = way.assign(**{end: _rows("links", way, end, number, faults) for end in ENDS})
    people = people.assign(
        origin=_rows("persons", people, "origin", number, faults),
        target=_rows("persons", people, "exit", leads, faults, empty=NEAREST),
        via=_passed(people, number, faults),
    )
    if faults:
        raise DataFault(faults)
    if len(exits) == 0:
        raise SchemeFault(_no_exit())
    groups = sorted(set(people["group"]))
    people["group"] = people["group"].map({name: at for at, name in enumerate(groups)})
    most = np.iinfo(np.int32).max
    room = typed["nodes"]["capacity"].iloc[exits].fillna(most).to_numpy(dtype=np.float64)
    return Tables(
        typed["nodes"], way, _with_speeds(people, catalogue), exits,
        np.minimum(room, most).astype(np.int64), tuple(groups),
    )  # fmt: skip


ENDS = ("origin", "target")


def _typed(
    name: str, table: pd.DataFrame, columns: Mapping[str, Column], faults: list[Fault]
) -> pd.DataFrame:
    """Return the table with all its columns, each of its type; faults are added to the list."""
    for column in map(str, table.columns):
        if column not in columns:
            expected = Said("认得的列", "a known column")
            got = Said(column, column)
            remedy = did_you_mean(column, columns)
            faults.append(Fault(name, expected, got, remedy, None, column))
    for column in dict.fromkeys(map(str, table.columns[table.columns.duplicated()])):
        expected, got = Said("这一列只有一次", "this column once"), Said("重复", "repeated")
        faults.append(Fault(name, expected, got, _CORRECT, None, column))
    table = table.loc[:, ~table.columns.duplicated()]
    made: dict[str, Any] = {}
    for column, wanted in columns.items():
        if column not in table.columns and wanted.needed:
            expected, got = Said("这一列", "this column"), Said("没有", "none")
            remedy = Said("补上这一列。", "Add the column.")
            faults.append(Fault(name, expected, got, remedy, None, column))
        given = table[column] if column in table.columns else [None] * len(table)
        cells = [None if _empty(value) else value for value in given]
        made[column] = [
            _cell(name, row, column, value, wanted, faults) for row, value in enumerate(cells)
        ]
    key = next(iter(columns))
    seen: set[str] = set()
    for row, value in enumerate(made[key]):
        if value is not None and value in seen:
            expected, got = Said("不重复的编号", "an id of its own"), Said("重复", "repeated")
            faults.append(Fault(name, expected, got, _CORRECT, row + 2, key))
        if value is not None:
            seen.add(value)
    return pd.DataFrame(
        {name: pd.Series(cells, dtype=_dtype(cells)) for name, cells in made.items()}
    )


def _dtype(cells: list[Any]) -> Any:
    """Return the type of a column; words stay objects, so that a missing one stays None."""
    return object if any(one is None or isinstance(one, str) for one in cells) else None


def _empty(value: Any) -> bool:
    if value is None or value is pd.NA or value != value:
        return True
    return isinstance(value, str) and value.strip() == ""


_CORRECT = Said("改正后再跑。", "Correct it.")


def _cell(name: str, row: int, column: str, value: Any, wanted: Column, faults: list[Fault]) -> Any:
    if value is None:
        if wanted.needed:
            _fault(name, row, column, Said("有值", "a value"), Said("空", "empty"), faults)
        return wanted.default
    found, expected = _READ[wanted.kind](value)
    bounded = wanted.kind == "number" and found is not None
    if bounded and not wanted.low <= found <= wanted.high:
        found, expected = None, f"{wanted.low:g} .. {wanted.high:g}"
    if found is None:
        _fault(name, row, column, Said(expected, expected), Said(f"{value}", f"{value}"), faults)
        return wanted.default
    return found


def _fault(
    name: str, row: int, column: str, expected: Said, got: Said, faults: list[Fault]
) -> None:
    faults.append(Fault(name, expected, got, _CORRECT, row + 2, column))


def _number(value: Any) -> tuple[float | None, str]:
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None, "number"
    return (found if np.isfinite(found) else None), "number"


def _flag(value: Any) -> tuple[bool | None, str]:
    word = str(value).strip().lower()
    return (True if word in TRUE else False if word in FALSE else None), "true | false"


def _kind(value: Any) -> tuple[str | None, str]:
    word = str(value).strip()
    return (word if word in KINDS else None), " | ".join(KINDS)


def _id(value: Any) -> tuple[str | None, str]:
    """Return an id as text; a whole number that became a fraction is the number it was."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip(), "id"


_READ: Mapping[str, Callable[[Any], tuple[Any, str]]] = {
    "id": _id,
    "text": lambda value: (str(value).strip(), "text"),
    "number": _number,
    "flag": _flag,
    "kind": _kind,
}


def _rows(
    name: str,
    table: pd.DataFrame,
    column: str,
    known: Mapping[str, int],
    faults: list[Fault],
    empty: int = -1,
) -> list[int]:
    """Return the row each cell points to; one that points nowhere is a fault."""
    made = []
    for row, value in enumerate(table[column]):
        if value is not None and value not in known:
            what = "nodes 里有的编号" if column != "exit" else "nodes 里是出口的编号"
            told = "a node" if column != "exit" else "a node that is an exit"
            _fault(name, row, column, Said(what, told), Said(value, value), faults)
        made.append(empty if value is None else known.get(value, empty))
    return made


def _passed(people: pd.DataFrame, known: Mapping[str, int], faults: list[Fault]) -> Any:
    """Return the nodes each person passes on the way, in order, as rows of ``nodes``."""
    made: list[tuple[int, ...]] = []
    for row, value in enumerate(people["via"]):
        names = [] if value is None else [one.strip() for one in value.split(BETWEEN)]
        for name in names:
            if name not in known:
                expected = Said("nodes 里有的编号，用 ; 隔开", "nodes, with ; between them")
                _fault("persons", row, "via", expected, Said(name, name), faults)
        made.append(tuple(known.get(name, 0) for name in names))
    return pd.Series(made, index=people.index, dtype=object)


BETWEEN = ";"
TOGETHER = ("origin", "exit", "via")
"""What members of one party have in common."""


def differing(people: pd.DataFrame) -> list[Fault]:
    """Return a fault for every member of a party who starts or goes elsewhere than its first."""
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for row, party in enumerate(people["party"]):
        if party is None:
            continue
        lead = first.setdefault(party, row)
        for column in TOGETHER:
            mine, theirs = people[column].iloc[row], people[column].iloc[lead]
            if mine != theirs:
                expected = Said(f"与同伴第 {lead + 2} 行相同", f"as row {lead + 2} of its party")
                told = "" if mine is None else str(mine)
                _fault("persons", row, column, expected, Said(told, told), faults)
    return faults


def _with_speeds(people: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the persons with all three speeds: those not stated as an adult's, in proportion."""
    adult = catalogue.classes[ADULT]
    level = people["speed"].fillna(adult.speed_level.value)
    share = level / adult.speed_level.value
    return people.assign(
        speed=level,
        speed_down=people["speed_down"].fillna(share * adult.speed_down.value),
        speed_up=people["speed_up"].fillna(share * adult.speed_up.value),
    )


def _no_link() -> Fault:
    expected, got = Said("至少一条路", "at least one link"), Said("没有", "none")
    return Fault("links", expected, got, Said("补上路段。", "State the links."))


def _no_exit() -> Fault:
    return Fault(
        "nodes",
        Said("至少一个 exit 为 true 的点", "at least one node whose exit is true"),
        Said("没有", "none"),
        Said("标出出口。", "Mark the exits."),
        None,
        "exit",
    )
