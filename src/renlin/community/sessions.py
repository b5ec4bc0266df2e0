"""Read what workshops and cases brought: one TOML file per session in ``workshops/``.

Measured and wished stand in separate tables from the start: ``statements`` and ``answers``
hold measurements, ``preferences`` wishes, ``mentions`` residents no register may know.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.tables import conform
from renlin.errors import Fault, Said

FOLDER = "workshops"
PARTS = ("participants", "statements", "answers", "preferences", "mentions")
"""Tables a session file holds beside its head."""
SESSION_TABLES = ("sessions", *PARTS)
ACTIVE, UNDONE = "active", "undone"


def read_sessions(root: Path, catalogue: Catalogue, faults: list[Fault]) -> dict[str, pd.DataFrame]:
    """Return the tables of all session files in ``root/workshops``; faults are added.

    A file that is faulty adds nothing; rows of faults are entries of the array of that
    name, the first being 1.
    """
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in SESSION_TABLES}
    seen: dict[str, str] = {}
    for path in sorted((root / FOLDER).glob("*.toml")):
        place = f"{FOLDER}/{path.name}"
        declared = _declared(path, place, faults)
        if declared is None:
            continue
        made, wrong = session_tables(declared, catalogue, place)
        code = str(declared.get("session"))
        if path.stem != code or code in seen:
            wrong.append(_misnamed(place, code))
        seen[code] = place
        faults.extend(wrong)
        if not wrong:
            for name, table in made.items():
                parts[name].append(table)
    return {name: _joined(name, tables, catalogue) for name, tables in parts.items()}


def session_tables(
    declared: Mapping[str, Any], catalogue: Catalogue, place: str
) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """Return the tables of one session as its file declares it, and what is wrong."""
    code = declared.get("session")
    head = {name: value for name, value in declared.items() if name not in PARTS}
    made: dict[str, pd.DataFrame] = {}
    faults: list[Fault] = []
    for name in SESSION_TABLES:
        rows = [head] if name == "sessions" else declared.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            faults.append(_no_rows(place, name))
            rows = []
        columns = [column.column for column in catalogue.tables[name]]
        cells = [_row(name, row, str(code), at) for at, row in enumerate(rows, start=1)]
        names = list(dict.fromkeys([*columns, *(key for row in cells for key in row)]))
        raw = pd.DataFrame(
            [[row.get(c) for c in names] for row in cells], columns=names, dtype="object"
        )
        where = place if name == "sessions" else f"{place}[{name}]"
        done = conform(raw, name, catalogue, place=where, rows=range(1, len(raw) + 1))
        faults.extend(done.faults)
        made[name] = done.table
    if not faults:
        faults.extend(_undeclared(made, catalogue, place))
    return made, faults


def _row(name: str, row: Mapping[str, Any], session: str, at: int) -> dict[str, Any]:
    """Return one row with its session; a statement is numbered within it."""
    own = dict(row) if name == "sessions" else {**row, "session": session}
    if name == "statements":
        own["statement"] = f"{session}-s{at:03d}"
    return own


def _undeclared(made: Mapping[str, pd.DataFrame], catalogue: Catalogue, place: str) -> list[Fault]:
    """Return a fault for every code that no catalogue holds, and counts that cannot be."""
    groups = {*catalogue.displays, "all"}
    wishes, tie = set(catalogue.wishes), {"tie"}
    known: list[tuple[str, str, set[str]]] = [
        ("sessions", "form", set(catalogue.forms)),
        ("sessions", "recruitment", set(catalogue.recruitments)),
        ("participants", "display", groups),
        ("answers", "field", set(catalogue.indicators)),
        ("preferences", "display", groups),
        ("preferences", "first", wishes),
        ("preferences", "second", wishes),
        ("preferences", "preferred", wishes | tie),
        ("statements", "rule", set(catalogue.tier_files)),
    ]
    faults = []
    for table, column, codes in known:
        for at, code in enumerate(made[table][column], start=1):
            if pd.notna(code) and code not in codes:
                expected = Said("目录里有的代码", "a code of the catalogue")
                got = Said("没有这个代码", "no such code")
                remedy = Said("改正这个代码。", "Correct the code.")
                where = place if table == "sessions" else f"{place}[{table}]"
                faults.append(Fault(where, expected, got, remedy, at, column))
    for table in ("statements", "answers"):
        more = (made[table]["n_yes"] > made[table]["n_asked"]).fillna(False)
        for at in more.index[more]:
            expected = Said("不多于参加人数", "at most as many as were asked")
            remedy = Said("改正人数。", "Correct the counts.")
            got = Said("更多", "more")
            faults.append(Fault(f"{place}[{table}]", expected, got, remedy, int(at) + 1, "n_yes"))
    return faults


def _declared(path: Path, place: str, faults: list[Fault]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        expected = Said("UTF-8 的 TOML", "TOML in UTF-8")
        got = Said("读不出的文件", "a file that cannot be read")
        remedy = Said("用 renlin workshop 重新读入。", "Read it in again with renlin workshop.")
        faults.append(Fault(place, expected, got, remedy))
        return None


def _joined(name: str, tables: list[pd.DataFrame], catalogue: Catalogue) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    if filled:
        return pd.concat(filled, ignore_index=True)
    return conform(pd.DataFrame(), name, catalogue, place=name).table


def _misnamed(place: str, code: str) -> Fault:
    expected = Said("文件名与 session 相同", "a file named as its session")
    remedy = Said("改文件名或 session。", "Rename the file or the session.")
    return Fault(place, expected, Said(code, code), remedy, None, "session")


def _no_rows(place: str, name: str) -> Fault:
    expected = Said(f"{name} = [{{…}}, …]", f"{name} = [{{…}}, …]")
    remedy = Said("照格式改。", "Write it in this form.")
    return Fault(place, expected, Said("别的内容", "something else"), remedy, None, name)
