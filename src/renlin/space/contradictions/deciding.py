"""Write down that a contradiction is contested or closed; nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

import pandas as pd

from renlin.errors import DataFault, Fault, Said, did_you_mean, raise_all
from renlin.space.contradictions.standing import CLOSED, CONTESTED

PLACE = "layers/objections.csv"


@dataclass(frozen=True)
class Decision:
    """What a role says of one contradiction.

    Attributes
    ----------
    contradiction
        Its key.
    action
        ``contested`` or ``closed``.
    role
        Who says so: a role, never a name.
    day
        When.
    reason, evidence
        Why, and what it rests on; a closing needs evidence.
    """

    contradiction: str
    action: str
    role: str
    day: pd.Timestamp
    reason: str
    evidence: str = ""


def decided(
    objections: pd.DataFrame, decision: Decision, found: pd.DataFrame, *, today: pd.Timestamp
) -> pd.DataFrame:
    """Return the layer of objections with one more decision.

    Parameters
    ----------
    found
        ``space.contradictions``.
    today
        No decision is dated later.

    Raises
    ------
    DataFault
        With every fault: no such contradiction, no role or reason, a day to come or one
        before the contradiction was seen, a closing without evidence, the same decision twice.
    """
    raise_all(list(_faults(objections, decision, found, today)), DataFault)
    row = {
        "objection": _key(decision),
        "contradiction": decision.contradiction,
        "action": decision.action,
        "role": decision.role.strip(),
        "decided_on": decision.day,
        "reason": decision.reason.strip(),
        "evidence": decision.evidence.strip() or None,
        "state": "active",
    }
    added = pd.DataFrame([row], columns=objections.columns)
    added["decided_on"] = pd.to_datetime(added["decided_on"])
    made = added.astype(objections.dtypes.to_dict())
    return made if len(objections) == 0 else pd.concat([objections, made], ignore_index=True)


def undone(objections: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the layer with one decision marked as undone.

    Raises
    ------
    DataFault
        When there is none of that key.
    """
    keys = sorted(map(str, objections["objection"]))
    if key not in keys:
        expected = Said("已有的意见编号", "the key of a decision on record")
        remedy = did_you_mean(key, keys)
        raise DataFault(Fault(PLACE, expected, Said(key, key), remedy, None, "objection"))
    hit = objections["objection"] == key
    return objections.assign(state=objections["state"].mask(hit, "undone"))


def _key(decision: Decision) -> str:
    told = [decision.contradiction, decision.action, decision.role.strip(), f"{decision.day:%F}"]
    return "o-" + blake2b("|".join(told).encode(), digest_size=5).hexdigest()


def _faults(
    objections: pd.DataFrame, decision: Decision, found: pd.DataFrame, today: pd.Timestamp
) -> Iterator[Fault]:
    keys = list(map(str, found["contradiction"]))
    correct = Said("改正后再写。", "Correct it and write it again.")
    nothing = Said("空的", "nothing")
    seen = None
    if decision.contradiction not in keys:
        expected = Said("现在找到的矛盾的编号", "the key of a contradiction found today")
        got = Said(decision.contradiction, decision.contradiction)
        remedy = did_you_mean(decision.contradiction, keys)
        yield Fault(PLACE, expected, got, remedy, None, "contradiction")
    else:
        seen = found["observed_on"].iloc[keys.index(decision.contradiction)]
    if decision.action not in (CONTESTED, CLOSED):
        expected = Said(f"{CONTESTED}、{CLOSED}", f"{CONTESTED} or {CLOSED}")
        got = Said(decision.action, decision.action)
        yield Fault(PLACE, expected, got, correct, None, "action")
    for name, text in (("role", decision.role), ("reason", decision.reason)):
        if not text.strip():
            expected = Said("写明", "words")
            yield Fault(PLACE, expected, nothing, correct, None, name)
    if decision.action == CLOSED and not decision.evidence.strip():
        expected = Said("销号的凭据：检查、照片、会议纪要", "proof: inspection, photograph, minute")
        yield Fault(PLACE, expected, nothing, correct, None, "evidence")
    yield from _dates(decision, seen, today)
    if _key(decision) in set(objections["objection"]):
        expected = Said("还没有写过的决定", "a decision not yet on record")
        got = Said("已经写过", "on record already")
        yield Fault(PLACE, expected, got, correct, None, "objection")


def _dates(decision: Decision, seen: pd.Timestamp | None, today: pd.Timestamp) -> Iterator[Fault]:
    told = Said(f"{decision.day:%F}", f"{decision.day:%F}")
    remedy = Said("改正日期。", "Correct the date.")
    if decision.day > today:
        expected = Said(f"不晚于 {today:%F}", f"no later than {today:%F}")
        yield Fault(PLACE, expected, told, remedy, None, "decided_on")
    if decision.action == CLOSED and seen is not None and decision.day < seen:
        expected = Said(
            f"看到它的那天（{seen:%F}）或以后", f"on or after {seen:%F}, when it was seen"
        )
        yield Fault(PLACE, expected, told, remedy, None, "decided_on")
