"""Write the spec of tables nobody described: by their headings, then by what they hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

import pandas as pd

from renlin.errors import DataFault, Fault, Said
from renlin.intake.characters import is_missing, plain_heading
from renlin.intake.matching.repeats import repeated
from renlin.intake.matching.spec import Spec, kinds, stated

SAMPLE = 500  # values looked at per column: enough to tell shares of a tenth apart
MOST = 0.8
"""Share of values that must look like a kind. Assumption."""
FEW = 0.2
"""Share of different values below which a column holds categories. Assumption."""
SAME = 0.75
"""Likeness of two headings of different tables that mean one column. Assumption."""
_LOOKS = {
    "email": re.compile(r"[^@\s]+@[^@\s]+"),
    "date": re.compile(
        r"(18|19|20)\d\d[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
    ),
    "id_number": re.compile(r"\d{17}[\dXx]"),
    "phone": re.compile(r"\+?\d[\d\s()/.-]{6,}\d"),
    "number": re.compile(r"[$¥€£]?\s*-?\d[\d,]*(\.\d+)?%?"),
}


def guess(a: pd.DataFrame, b: pd.DataFrame | None = None) -> Spec:
    """Return a spec guessed from headings and contents.

    Columns that hold the answer of a labelled set (``cluster``), that hold nothing, or the
    same everywhere, are left out, and so is what says again what others say
    (:func:`renlin.intake.matching.repeats.repeated`). In two tables columns pair by equal
    headings, then by equal kind and similar headings.

    Raises
    ------
    DataFault
        When nothing can be compared.
    """
    id_a = _id(a)
    id_b = id_a if b is None else _id(b)
    fields = _fields(a, b, {id_a, id_b})
    twice = repeated(a, [column_of(field) for field in fields])
    fields = [field for field in fields if column_of(field) not in twice]
    if not fields:
        expected = Said("两表共有的列", "columns that both tables have")
        got = Said("没有可以比较的列", "nothing to compare")
        remedy = Said("请写一份 link.toml。", "Write a link.toml.")
        raise DataFault(Fault("link.toml", expected, got, remedy))
    ids = {"id": id_a} if id_a == id_b else {"id_a": id_a, "id_b": id_b}
    named = {k: v for k, v in ids.items() if v is not None}
    return stated({**named, "fields": fields})


def column_of(field: Mapping[str, Any]) -> str:
    """Return the column of the first table that a guessed field compares."""
    return str(field.get("column_a") or field.get("column") or field["name"])


def _id(table: pd.DataFrame) -> str | None:
    """Return the column of ids: one so headed, or ending so, with every value once."""
    words = kinds()["headings"]["id"]
    plain = {plain_heading(w) for w in words}
    ranked = sorted(table.columns, key=lambda c: plain_heading(str(c)) not in plain)
    for column in ranked:
        heading = plain_heading(str(column))
        if heading not in plain and not heading.endswith("id"):
            continue
        values = table[column].map(lambda v: "" if v is None or v != v else str(v).strip())
        if len(values) and (values != "").all() and values.is_unique:
            return str(column)
    return None


def _fields(a: pd.DataFrame, b: pd.DataFrame | None, ids: set[str | None]) -> list[dict[str, Any]]:
    fields: list[dict[str, Any]] = []
    taken = set(ids)
    for column in map(str, a.columns):
        if column in ids or plain_heading(column) in _ignored():
            continue
        kind = _kind(column, a[column])
        other = column if b is None else _partner(column, kind, b, taken)
        if kind is None or other is None:
            continue
        taken.add(other)
        columns = {"column_a": column, "column_b": other} if column != other else {}
        named = {"name": _name(column, fields), "kind": kind}
        fields.append(named | (columns or ({"column": column} if column != named["name"] else {})))
    return fields


def _name(column: str, fields: Sequence[dict[str, Any]]) -> str:
    name = re.sub(r"[:~]", " ", column)
    return name if name not in {f["name"] for f in fields} else f"{name} {len(fields)}"


def _ignored() -> frozenset[str]:
    return frozenset(plain_heading(w) for w in kinds()["headings"]["ignore"])


def _partner(
    column: str, kind: str | None, b: pd.DataFrame, taken: Collection[str | None]
) -> str | None:
    free = [str(c) for c in b.columns if str(c) not in taken]
    mine = plain_heading(column)
    for other in free:
        if plain_heading(other) == mine:
            return other
    alike = [
        (SequenceMatcher(None, mine, plain_heading(o)).ratio() + (_by_heading(o) == kind), o)
        for o in free
        if _kind(o, b[o]) == kind
    ]
    best = max(alike, default=(0.0, ""))
    return best[1] if best[0] >= SAME else None


def _kind(column: str, values: pd.Series) -> str | None:
    """Return the kind of a column, None when it tells nothing."""
    known = [str(v).strip() for v in values if not is_missing(None if v != v else str(v))]
    if len(set(known)) < 2:
        return None
    step = max(1, len(known) // SAMPLE)
    shown = known[::step][:SAMPLE]
    seen = _by_content(shown)
    told = _by_heading(column)
    if told == "number" and seen not in ("number", "date"):
        told = None
    if told == "date" and seen not in ("date", "number", "phone"):
        told = None
    return told or seen or _by_words(known, shown)


def _by_heading(column: str) -> str | None:
    heading = plain_heading(column)
    for exact in (True, False):
        for kind, row in kinds()["kinds"].items():
            for word in map(plain_heading, row["words"]):
                if heading == word or (not exact and len(word) > 3 and heading.endswith(word)):
                    return str(kind)
    return None


def _by_content(shown: Sequence[str]) -> str | None:
    for kind, look in _LOOKS.items():
        if sum(look.fullmatch(v) is not None for v in shown) >= MOST * len(shown):
            return kind
    return None


def _by_words(known: Sequence[str], shown: Sequence[str]) -> str:
    length = sum(len(v.split()) for v in shown) / len(shown)
    if len(set(known)) <= FEW * len(known) and length < 4:
        return "category"
    if length >= 3:
        return "text"
    return "name" if length >= 1.5 else "category"
