"""Write sessions into ``workshops/``, all or none; undo and redo them to the byte."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from renlin.community.sessions import ACTIVE, FOLDER, PARTS, UNDONE
from renlin.community.staging import staged
from renlin.errors import DataFault, Fault, Said

_ACTIVE = f'state = "{ACTIVE}"\n'
_UNDONE = re.compile(rf'^state = "{UNDONE}"\nundone_by = .*\nundone_on = .*\n', flags=re.M)


def toml(session: Mapping[str, Any]) -> str:
    """Return a session as TOML, one row a line."""
    head = [f"{name} = {_value(value)}" for name, value in session.items() if name not in PARTS]
    parts = []
    for name in PARTS:
        rows = session.get(name) or []
        lines = "".join(f"  {_inline(row)},\n" for row in rows)
        parts.append(f"{name} = [\n{lines}]" if rows else f"{name} = []")
    return "\n".join([*head, *parts]) + "\n"


def _inline(row: Mapping[str, Any]) -> str:
    told = {name: value for name, value in row.items() if value is not None and value != ""}
    return "{" + ", ".join(f"{name} = {_value(value)}" for name, value in told.items()) + "}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | dt.date):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def write(root: Path, sessions: Sequence[Mapping[str, Any]]) -> list[Path]:
    """Write one file per session and return the paths; all are written or none.

    Reading the same files in again changes nothing.

    Raises
    ------
    DataFault
        When a session of that code stands there with another content.
    """
    texts = {root / FOLDER / f"{one['session']}.toml": toml(one) for one in sessions}
    there = {path: path.read_text(encoding="utf-8") for path in texts if path.is_file()}
    faults = [_taken(path) for path, text in there.items() if text != texts[path]]
    if faults:
        raise DataFault(faults)
    with staged(root / FOLDER) as fresh:
        for path, text in texts.items():
            (fresh / path.name).write_text(text, encoding="utf-8", newline="\n")
    return list(texts)


def undo(root: Path, session: str, *, by: str, on: dt.date) -> Path:
    """Mark a session as undone, by whom and when; it is kept and counts for nothing.

    Raises
    ------
    DataFault
        When there is no such session, or it is undone already.
    """
    path, text = _opened(root, session)
    if _ACTIVE not in text:
        raise DataFault(
            _state(path, Said("有效的会", "a session in force"), Said("已撤销", "undone"))
        )
    made = f'state = "{UNDONE}"\nundone_by = {_value(by)}\nundone_on = {on.isoformat()}\n'
    return _replace(path, text.replace(_ACTIVE, made, 1))


def redo(root: Path, session: str) -> Path:
    """Put a session in force again: its file has exactly the bytes it had before.

    Raises
    ------
    DataFault
        When there is no such session, or it is in force.
    """
    path, text = _opened(root, session)
    if not _UNDONE.search(text):
        raise DataFault(
            _state(path, Said("已撤销的会", "an undone session"), Said("有效", "in force"))
        )
    return _replace(path, _UNDONE.sub(_ACTIVE, text, count=1))


def _opened(root: Path, session: str) -> tuple[Path, str]:
    known = {path.stem: path for path in (root / FOLDER).glob("*.toml")}
    if session not in known:
        expected = Said("workshops/ 里的会", "a session of workshops/")
        remedy = Said("用 renlin workshop 文件夹 看有哪些。", "See renlin workshop FOLDER.")
        raise DataFault(Fault(FOLDER, expected, Said("没有这个会", "no such session"), remedy))
    return known[session], known[session].read_text(encoding="utf-8")


def _replace(path: Path, text: str) -> Path:
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8", newline="\n")
    partial.replace(path)
    return path


def _taken(path: Path) -> Fault:
    expected = Said("没用过的会的编号", "a code no session has")
    got = Said("已有内容不同的会", "a session with another content")
    remedy = Said("换编号，或先删去原文件。", "Choose another code, or remove the file first.")
    return Fault(f"{FOLDER}/{path.name}", expected, got, remedy, None, "session")


def _state(path: Path, expected: Said, got: Said) -> Fault:
    remedy = Said("查会的编号。", "Check the code.")
    return Fault(f"{FOLDER}/{path.name}", expected, got, remedy, None, "state")
