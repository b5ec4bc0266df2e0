"""Write the minutes of two meetings and the corrections they made."""

from __future__ import annotations

from typing import Any

from liulin_generator.frame import text
from liulin_generator.people import persons
from liulin_generator.pseudonyms import person_pseudonym

ELDERS, FORUM = "elders-2026-10-12", "forum-2026-10-19"
PHONES, PHONES_DAY, PHONES_SEEN = "phones-2026-10-26", "2026-10-26", 45
ELDERS_DAY, FORUM_DAY = "2026-10-12", "2026-10-19"
TIER_CHANGED = {"c01": "b05-2-301/0", "c03": "b11-1-401/1"}
"""Correction -> resident whose tier it moves."""

_COLUMNS = (
    "correction",
    "workshop",
    "kind",
    "subject",
    "field",
    "was",
    "is",
    "n_asked",
    "n_yes",
    "method",
    "held_on",
    "signed_by",
    "why",
    "state",
)
_ROWS: tuple[tuple[Any, ...], ...] = (
    (
        "c01",
        ELDERS,
        "person",
        "b05-2-301/0",
        "has_smart_device",
        "true",
        "false",
        None,
        None,
        "本人当面说",
        ELDERS_DAY,
        "社区社工",
        "名册上的智能手机是女儿的，平时不在家；本人只有座机",
        "active",
    ),
    (
        "c02",
        ELDERS,
        "prevalence",
        "over_80",
        "has_smart_device",
        None,
        "false",
        23,
        17,
        "举手",
        ELDERS_DAY,
        "议事会主持人",
        "八十岁以上到会 23 人，17 人没有或不会用智能手机",
        "active",
    ),
    (
        "c03",
        FORUM,
        "person",
        "b11-1-401/1",
        "limb_level",
        "2",
        "1",
        None,
        None,
        "本人出示新证",
        FORUM_DAY,
        "残联专职委员",
        "2026 年 9 月换证，由二级变一级，已改坐轮椅",
        "active",
    ),
    (
        "c04",
        FORUM,
        "space",
        "row2-c",
        "width",
        "1.6",
        "0.9",
        14,
        14,
        "带轮椅实走",
        FORUM_DAY,
        "残联专职委员",
        "两边停满车时轮椅要侧着过",
        "active",
    ),
    (
        "c05",
        FORUM,
        "preference",
        "wheelchair",
        "ramp_first",
        None,
        "true",
        14,
        11,
        "两两比较",
        FORUM_DAY,
        "恳谈会主持人",
        "先修单元门坡道，再谈大广场",
        "active",
    ),
    (
        "c06",
        ELDERS,
        "rule",
        "lives_alone",
        "lives_alone",
        None,
        "true",
        23,
        19,
        "讨论",
        ELDERS_DAY,
        "议事会主持人",
        "白天一个人在家的，也要算独居：提请委员会",
        "active",
    ),
    (
        "c07",
        PHONES,
        "prevalence",
        "over_80",
        "has_smart_device",
        None,
        "false",
        PHONES_SEEN,
        40,
        "上门看手机",
        PHONES_DAY,
        "网格员",
        "会上说法不够分量，逐户看了 45 位八十岁以上的：40 位没有或不会用",
        "active",
    ),
    (
        "c08",
        FORUM,
        "prevalence",
        "wheelchair",
        "helpers_within_30min",
        None,
        "0",
        9,
        4,
        "举手",
        FORUM_DAY,
        "恳谈会主持人",
        "到会坐轮椅的 9 人，4 人半小时内叫不到人；没来的可能更多",
        "active",
    ),
)


def corrections() -> list[dict[str, Any]]:
    """Return the rows of ``corrections``; residents stand there by pseudonym."""
    everyone = {person.key: person for person in persons()}
    rows = []
    for facts in _ROWS:
        row = dict(zip(_COLUMNS, facts, strict=True))
        if row["kind"] == "person":
            row["subject"] = person_pseudonym(everyone[row["subject"]])
        rows.append(row)
    return rows


def minutes() -> dict[str, str]:
    """Return file name -> text of the minutes; no names, counts per group only."""
    return {f"{ELDERS}.md": text("elders.md"), f"{FORUM}.md": text("forum.md")}
