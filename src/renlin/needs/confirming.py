"""Lay proposals before the staff, and write down what they decide.

A file of decisions is taken whole or not at all. Nothing is deleted: an undone decision
stays on record and has no effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

import pandas as pd

from renlin.errors import DataFault, Fault, Said, did_you_mean, raise_all
from renlin.needs.standing import FIRST_DATA_ROW

DECISIONS = ("confirmed", "changed", "refused")
SHEET = (
    "person", "household", "tier", "possible", "ruleset", "version", "reason_zh", "standing",
    "decision", "tier_set", "role", "second_role", "until", "note",
)  # fmt: skip
ASKED = ("person", "decision", "role")
TAKEN = (*ASKED, "ruleset", "version", "tier", "tier_set", "second_role", "until", "note")


def proposals(tiers: pd.DataFrame) -> pd.DataFrame:
    """Return the tiers nobody has decided on, highest first, as a sheet to fill in.

    Parameters
    ----------
    tiers
        ``needs.tiers``.

    Returns
    -------
    Columns of ``SHEET``; the last six are empty.
    """
    decided = tiers["standing"].isin(["confirmed", "changed", "overridden"])
    made = tiers[~decided & (tiers["possible"] < 4)].copy()
    made["tier"], made["possible"] = made["proposed_sure"], made["proposed_possible"]
    made = made.sort_values(["tier", "possible", "person"], kind="stable")
    for name in SHEET[-6:]:
        made[name] = ""
    return made[list(SHEET)].reset_index(drop=True)


def taken(
    sheet: pd.DataFrame,
    tiers: pd.DataFrame,
    confirmations: pd.DataFrame,
    day: pd.Timestamp,
    *,
    place: str,
) -> pd.DataFrame:
    """Return the table of confirmations with the decisions of a filled sheet added.

    Rows without a decision are passed over. Rule set, version and tier are those the sheet
    was made with; where they are no longer what the rules propose, the row is refused:
    nobody signs what they have not seen.

    Parameters
    ----------
    sheet
        Cells as text; columns person, decision, role and, as needed, tier_set,
        second_role, until, note.
    tiers
        ``needs.tiers`` of today.
    confirmations
        Table of the community.
    day
        Day of the decision.
    place
        File name for the faults.

    Raises
    ------
    DataFault
        With every fault: unknown columns, persons, decisions, tiers or days; no role; a
        proposal that has changed; a decision that contradicts itself.
    """
    raise_all(list(_headings(sheet, place)), DataFault)
    known: dict[str, Mapping[Any, Any]] = {
        str(row["person"]): row for row in tiers.to_dict("records")
    }
    rows, faults = [], list[Fault]()
    for number, cells in enumerate(sheet.to_dict("records"), start=FIRST_DATA_ROW):
        row = {name: _plain(cells.get(name)) for name in TAKEN}
        if not row["decision"]:
            continue
        found = list(_faults(row, known.get(row["person"]), day, place, number))
        faults += found
        if not found:
            rows.append(_record(row, known[row["person"]], day, number))
    raise_all(faults, DataFault)
    added = pd.DataFrame(rows, columns=confirmations.columns)
    for name in ("decided_on", "until"):
        added[name] = pd.to_datetime(added[name])
    made = added.astype(confirmations.dtypes.to_dict())
    if len(confirmations) == 0:
        return made
    fresh = ~made["confirmation"].isin(set(confirmations["confirmation"]))
    return pd.concat([confirmations, made[fresh]], ignore_index=True)


def undone(confirmations: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return the confirmations with one of them marked as undone.

    Raises
    ------
    DataFault
        When there is none of that key.
    """
    if code not in set(confirmations["confirmation"]):
        keys = sorted(confirmations["confirmation"])
        expected = Said("已有的确认编号", "the key of a confirmation")
        got = Said(code, code)
        place = "layers/confirmations.csv"
        raise DataFault(Fault(place, expected, got, did_you_mean(code, keys), None, "confirmation"))
    hit = confirmations["confirmation"] == code
    return confirmations.assign(state=confirmations["state"].mask(hit, "undone"))


def _headings(sheet: pd.DataFrame, place: str) -> Iterator[Fault]:
    known = tuple(dict.fromkeys((*SHEET, *TAKEN)))
    for name in map(str, sheet.columns):
        if name not in known:
            expected = Said("、".join(known), ", ".join(known))
            yield Fault(place, expected, Said(name, name), did_you_mean(name, known), 1, name)
    for name in ASKED:
        if name not in sheet:
            remedy = Said("用本命令写出的表。", "Use the sheet this command writes.")
            yield Fault(
                place, Said(name, name), Said("没有这一列", "no such column"), remedy, 1, name
            )


def _faults(
    row: dict[str, str], tier: Mapping[Any, Any] | None, day: pd.Timestamp, place: str, number: int
) -> Iterator[Fault]:
    correct = Said("改正这一格。", "Correct this cell.")
    if tier is None:
        expected = Said("名册里的人", "a resident on record")
        yield Fault(place, expected, Said("别的键", "another key"), correct, number, "person")
        return
    if row["decision"] not in DECISIONS:
        expected = Said("、".join(DECISIONS), ", ".join(DECISIONS))
        got = Said(row["decision"], row["decision"])
        remedy = did_you_mean(row["decision"], DECISIONS)
        yield Fault(place, expected, got, remedy, number, "decision")
    if not row["role"]:
        expected = Said("决定的人的职务", "the role that decides")
        yield Fault(place, expected, Said("空的", "nothing"), correct, number, "role")
    if (row["decision"] == "changed") != bool(row["tier_set"]):
        expected = Said("只在改定时写核定等级", "tier_set where the decision is changed, only")
        got = Said(row["tier_set"] or "没有写", row["tier_set"] or "nothing")
        yield Fault(place, expected, got, correct, number, "tier_set")
    elif row["tier_set"] and row["tier_set"] not in ("1", "2", "3", "4"):
        got = Said(row["tier_set"], row["tier_set"])
        yield Fault(place, Said("1 到 4", "1 to 4"), got, correct, number, "tier_set")
    if row["second_role"] and row["second_role"] == row["role"]:
        expected, got = Said("另一个角色", "another role"), Said("同一个角色", "the same role")
        yield Fault(place, expected, got, correct, number, "second_role")
    until = pd.to_datetime(row["until"] or "", errors="coerce", format="%Y-%m-%d")
    if row["until"] and (pd.isna(until) or until < day):
        expected = Said("今后的日期，如 2026-12-31", "a day to come such as 2026-12-31")
        yield Fault(place, expected, Said("别的写法", "something else"), correct, number, "until")
    for name, now in (("tier", tier["proposed_sure"]), ("version", tier["version"])):
        if row[name] and row[name] != _plain(now):
            expected = Said("规则现在的建议", "what the rules propose now")
            got = Said("已经变了", "another since the sheet was written")
            remedy = Said("重新写出表，再看一遍。", "Write the sheet anew and look again.")
            yield Fault(place, expected, got, remedy, number, name)


def _record(
    row: dict[str, str], tier: Mapping[Any, Any], day: pd.Timestamp, number: int
) -> dict[str, object]:
    told = "|".join([row["person"], row["decision"], row["tier_set"], row["role"], f"{day:%F}"])
    key = blake2b(f"{told}|{number}".encode(), digest_size=5).hexdigest()
    return {
        "confirmation": f"k-{key}",
        "person": row["person"],
        "ruleset": tier["ruleset"] or None,
        "version": tier["version"] or None,
        "tier": tier["proposed_sure"],
        "decision": row["decision"],
        "tier_set": int(row["tier_set"]) if row["tier_set"] else None,
        "role": row["role"],
        "second_role": row["second_role"] or None,
        "decided_on": day,
        "until": row["until"] or None,
        "note": row["note"] or None,
        "state": "active",
    }


def _plain(value: object) -> str:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return ""
    return str(value).strip()
