"""Write what staff and residents decided about tiers: confirmed, changed, refused, by hand."""

from __future__ import annotations

from typing import Any

from liulin_generator.people import persons
from liulin_generator.pseudonyms import person_pseudonym

VERSION = "2026.1"
VISITED = "2026-10-25"
HOLDS_UNTIL = "2027-01-23"
GUARDED = 14
"""Age below which a guardian consents, years (个人信息保护法 art. 31)."""
_CONFIRMATIONS: tuple[tuple[Any, ...], ...] = (
    # key, resident, rule set, tier proposed, decision, tier set, role, second role, note
    ("k01", "b05-2-301/0", "老年人风险分级", 2, "confirmed", None, "社区社工", None, "家访核对"),
    ("k02", "b11-1-401/1", "搬抬转移分级", 2, "confirmed", None, "残联专职委员", None, "看过新证"),
    ("k03", "b06-3-502/0", "搬抬转移分级", 1, "confirmed", None, "网格员", None, "家访核对"),
    ("k04", "b24-2-401/0", "用电维持分级", 1, "confirmed", None, "网格员", None, "设备在用"),
    ("k05", "b07-3-201/0", "搬抬转移分级", 1, "changed", 2, "网格员", None, "家属说能自己走几步"),
    (
        "k06",
        "b04-3-203/0",
        "老年人风险分级",
        2,
        "refused",
        None,
        "社区社工",
        None,
        "不愿由机器定级",
    ),
    (
        "k07",
        "b12-2-202/0",
        "老年人风险分级",
        2,
        "changed",
        1,
        "社区社工",
        None,
        "白天无人，听不清电话",
    ),
)
_OVERRIDES: tuple[tuple[Any, ...], ...] = (
    # key, resident, tier, role, second role, why, case, since, until
    ("o01", "b14-3-103/0", 2, "社区社工", None, "骨折出院，独自在家", "个案 2026-17",
     "2026-10-20", "2027-01-20"),
    ("o02", "b21-2-501/1", 2, "社区社工", None, "术后三个月", "个案 2026-09",
     "2026-06-01", "2026-09-01"),
)  # fmt: skip


def confirmations() -> list[dict[str, Any]]:
    """Return the rows of ``confirmations``; residents stand there by pseudonym.

    One of them asks for a lower tier with a single signature: it has no effect.
    """
    named = _named()
    names = ("confirmation", "person", "ruleset", "tier", "decision", "tier_set", "role",
             "second_role", "note")  # fmt: skip
    order = ("confirmation", "person", "ruleset", "version", "tier", "decision", "tier_set",
             "role", "second_role", "decided_on", "until", "note", "state")  # fmt: skip
    rows = []
    for facts in _CONFIRMATIONS:
        row = dict(zip(names, facts, strict=True))
        row |= {"person": named[row["person"]], "version": VERSION, "decided_on": VISITED}
        row |= {"until": HOLDS_UNTIL, "state": "active"}
        rows.append({name: row[name] for name in order})
    return rows


def overrides() -> list[dict[str, Any]]:
    """Return the rows of ``overrides``: one in effect, one whose time is over."""
    named = _named()
    names = (
        "override",
        "person",
        "tier",
        "role",
        "second_role",
        "why",
        "evidence",
        "since",
        "until",
    )
    rows = [dict(zip(names, facts, strict=True)) | {"state": "active"} for facts in _OVERRIDES]
    return [row | {"person": named[row["person"]]} for row in rows]


def consents() -> list[dict[str, Any]]:
    """Return the rows of ``consents``: given, withdrawn, by a guardian, used in an emergency.

    The ledger is not yet declared as kept (``ledger_since``), so whoever is not in it is
    used as before.
    """
    named = _named()
    child = next(p.key for p in persons() if p.age < GUARDED and p.key in named)
    names = ("entry", "person", "field", "decision", "decided_on", "until", "by", "form",
             "reason")  # fmt: skip
    told = (
        ("g01", "b05-2-301/0", None, "given", "2026-10-25", None, "self", "上门签字", None),
        ("g02", "b11-1-401/1", None, "given", "2026-10-25", None, "self", "上门签字", None),
        ("g03", child, None, "given", "2026-10-25", None, "guardian", "监护人签字", None),
        ("g04", "b04-3-203/0", None, "given", "2026-10-20", None, "self", "上门签字", None),
        ("g05", "b04-3-203/0", "chronic_count", "withdrawn", "2026-10-26", None, "self", "口头",
         None),
        ("g06", "b06-3-502/0", None, "emergency", "2026-10-27", "2026-10-27", "staff", "值班记录",
         "夜间跌倒，无法询问"),
    )  # fmt: skip
    order = ("entry", "person", "purpose", "field", "decision", "decided_on", "until", "by",
             "form", "reason", "noticed_on")  # fmt: skip
    rows = [dict(zip(names, facts, strict=True)) for facts in told]
    return [
        {name: (row | {"purpose": "rescue", "noticed_on": None})[name] for name in order}
        | {"person": named[row["person"]]}
        for row in rows
    ]


def _named() -> dict[str, str]:
    return {person.key: person_pseudonym(person) for person in persons()}
