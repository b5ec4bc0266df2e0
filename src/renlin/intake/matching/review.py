"""Give doubtful pairs to people, side by side, and take their decisions back.

A decision is a row of the review file; changing or emptying it undoes it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from renlin.errors import DataFault, Fault, Said, did_you_mean
from renlin.intake.matching.files import read
from renlin.intake.matching.linking import DECISIONS, Linked
from renlin.intake.matching.prepared import Tables
from renlin.intake.matching.spec import Spec

LONGEST_HEADINGS = 1 << 16  # bytes: more is no line of headings
LAST = ("decision", "decided_by", "decided_on")


def review_table(linked: Linked, decisions: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the pairs that people must decide, without values of the records.

    ``pair``, ``id_a``, ``id_b``, ``probability``, ``reason``, ``reason_en``, one code per
    comparison (agree, near, differ, unknown), ``decision``, ``decided_by``, ``decided_on``.
    Decisions made before stay in the file: it is their record, and where they are undone.
    """
    queue = linked.review
    levels = {c: c.removeprefix("level_") for c in queue.columns if c.startswith("level_")}
    shown = ["id_a", "id_b", "probability", "reason", "reason_en", *levels]
    made = queue[shown].rename(columns=levels)
    for column in LAST:
        made[column] = ""
    made = _with_decided(made, linked, decisions, list(levels))
    made.insert(0, "pair", [_pair(a, b) for a, b in zip(made["id_a"], made["id_b"], strict=True)])
    return made


def _with_decided(
    made: pd.DataFrame, linked: Linked, decisions: pd.DataFrame | None, levels: list[str]
) -> pd.DataFrame:
    if decisions is None or not len(decisions):
        return made
    keep = decisions.drop_duplicates(["id_a", "id_b"], keep="last")
    known = linked.pairs.rename(columns={c: c.removeprefix("level_") for c in levels})
    wanted = [c for c in made.columns if c not in LAST]
    told = keep[["id_a", "id_b", *LAST]].merge(known[wanted], how="left", on=["id_a", "id_b"])
    seen = set(zip(keep["id_a"], keep["id_b"], strict=True))
    fresh = [pair not in seen for pair in zip(made["id_a"], made["id_b"], strict=True)]
    return pd.concat([told[list(made.columns)], made[fresh]], ignore_index=True)


def _pair(a: str, b: str) -> str:
    return f"{a}|{b}"


def with_values(review: pd.DataFrame, tables: Tables, spec: Spec) -> pd.DataFrame:
    """Return a review table with the values of both records side by side.

    The file is then as private as the tables themselves.
    """
    a, b = tables
    made = review.copy()
    at = list(made.columns).index("decision")
    for field in spec.fields:
        for side, table in (("a", a), ("b", a if b is None else b)):
            key = "a" if side == "a" or b is None else "b"
            heading = spec.id_heading("a" if key == "a" else "b")
            ids = (
                [str(i + 1) for i in range(len(table))]
                if heading is None
                else [str(v).strip() for v in table[heading]]
            )
            column = field.heading("a" if key == "a" else "b")
            values = dict(zip(ids, table[column].tolist(), strict=True))
            made.insert(at, f"{field.name}_{side}", made[f"id_{side}"].map(values))
            at += 1
    return made


def read_decisions(path: Path) -> pd.DataFrame:
    """Return the decisions of a review file: ``id_a``, ``id_b`` and the last three columns.

    Raises
    ------
    DataFault
        With all of: columns that are missing, words that are no decision, a decision
        nobody signed, a day that is no date, one pair decided both ways.
    """
    if _only_headings(path):
        return pd.DataFrame(columns=["id_a", "id_b", *LAST], dtype=object)
    table = read(path)
    faults = [_missing(path, c, table) for c in ("id_a", "id_b", *LAST) if c not in table.columns]
    if faults:
        raise DataFault(faults)
    table = table.fillna("")
    decided = table[table["decision"] != ""]
    for at, row in zip(decided.index, decided[list(LAST)].itertuples(index=False), strict=True):
        faults += _row_faults(path, int(at) + 2, *map(str, row))
    for _, group in decided.groupby(["id_a", "id_b"], sort=True):
        if len(set(group["decision"])) > 1:
            expected = Said("一对一个决定", "one decision for a pair")
            got = Said("两种决定", "two different ones")
            remedy = Said("留下一个。", "Keep one.")
            faults.append(
                Fault(path.name, expected, got, remedy, int(group.index[-1]) + 2, "decision")
            )
    if faults:
        raise DataFault(faults)
    return decided[["id_a", "id_b", *LAST]].reset_index(drop=True)


def _only_headings(path: Path) -> bool:
    """Tell whether a file is a queue in which nothing was left to decide."""
    lines = path.read_bytes()[:LONGEST_HEADINGS].split()
    return len(lines) == 1 and lines[0].startswith(b"pair,id_a,id_b,")


def _missing(path: Path, column: str, table: pd.DataFrame) -> Fault:
    expected = Said(f"列 {column}", f"the column {column}")
    got = Said("没有", "none")
    return Fault(path.name, expected, got, did_you_mean(column, table.columns), 1, column)


def _row_faults(path: Path, row: int, decision: str, by: str, on: str) -> list[Fault]:
    faults = []
    if decision not in DECISIONS:
        expected = Said("、".join(DECISIONS), ", ".join(DECISIONS))
        got = Said("别的词", "another word")
        faults.append(
            Fault(path.name, expected, got, did_you_mean(decision, DECISIONS), row, "decision")
        )
    if not by:
        expected = Said("决定的人", "who decided")
        remedy = Said("请写上工号或姓名。", "Write who decided.")
        faults.append(Fault(path.name, expected, Said("空", "nothing"), remedy, row, "decided_by"))
    try:
        dt.date.fromisoformat(on)
    except ValueError:
        expected = Said("日期，例如 2026-03-05", "a date such as 2026-03-05")
        remedy = Said("请写成 年-月-日。", "Write it as year-month-day.")
        got = Said("不是日期", "no date")
        faults.append(Fault(path.name, expected, got, remedy, row, "decided_on"))
    return faults
