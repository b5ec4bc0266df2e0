"""Write the list of planted faults and the README, with counts taken from what was drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from liulin_generator import (
    clashes,
    duties,
    measures,
    mutual_aid,
    pipes,
    places,
    plan,
    sheets,
    spoilt,
    surveys,
)
from liulin_generator.faults import Planted
from liulin_generator.frame import text, toml_value
from liulin_generator.luck import SEED
from liulin_generator.people import Person, households, persons
from liulin_generator.registers import homes, truth


def faults_file() -> str:
    """Return ``registers/faults.toml``: what was planted where."""
    lines = [
        "# 名册里埋了哪些毛病、在哪几行（行号与打开文件时看到的一致）。",
        "# What was planted in which rows; building does not read this file, tests do.",
    ]
    for fault in spoilt.all_planted():
        rows = [sheets.row_number(fault.register, entry) for entry in fault.entries]
        lines += [
            "",
            "[[fault]]",
            f'code = "{fault.code}"',
            f'file = "{sheets.FILES[fault.register]}"',
            f'zh = "{fault.zh}"',
            f'en = "{fault.en}"',
            f"count = {len(rows)}",
            f"rows = {toml_value(rows)}",
        ]
    return "\n".join(lines) + "\n"


def readme(files: Mapping[str, bytes]) -> str:
    """Return the README of the example, Chinese first."""
    size = sum(map(len, files.values()))
    return text("readme.md").format(
        never="、".join(f"{int(key[1:])} 号楼" for key in surveys.NEVER_INSPECTED),
        seed=SEED,
        size=f"{size / 1e6:.1f}",
        n_households=len(households()),
        n_persons=len(persons()),
        n_buildings=len(plan.SLABS),
        n_units=len(plan.units()),
        n_files=len(files) + 1,
        groups=_groups(),
        faults=_fault_table(spoilt.all_planted()),
        contradictions=_contradictions(),
        pipes=_pipes(),
        gaps="、".join(duties.GAPS),
        overlap=duties.OVERLAP,
        measures=_measures(),
        n_hazards=len(surveys.hazards()),
        n_helpers=len(mutual_aid.helpers()),
        n_pairs=len(mutual_aid.pairs_today()),
    )


def _groups() -> str:
    """Return a table of the groups by third of the compound."""
    counts: Counter[tuple[str, str]] = Counter()
    for person in persons():
        zone = homes()[person.household].zone
        counts.update((label, zone) for label, holds in _labels(person).items() if holds)
    lines = ["| | 南 | 中 | 北 | 合计 |", "|---|---|---|---|---|"]
    for label in _labels(persons()[0]):
        row = [counts[label, zone] for zone in ("south", "middle", "north")]
        lines.append(f"| {label} | {' | '.join(map(str, row))} | {sum(row)} |")
    return "\n".join(lines)


def _labels(person: Person) -> dict[str, bool]:
    """Return which groups somebody belongs to; they overlap."""
    facts, home = truth()[person.key], homes()[person.household]
    slow = facts.get("care") in ("1", "2") or facts.get("limb") in ("2", "3", "4")
    return {
        "60 岁以上": person.age >= 60,
        "80 岁以上": person.age >= 80,
        "坐轮椅、下楼要人抬": mutual_aid.carried(person),
        "拄拐、走得慢": slow,
        "看不清": "sight" in facts,
        "听不清": "hearing" in facts,
        "一个人住的老人": home.kind == "lone_elder",
        "六岁及以下": person.age <= 6,
        "租户": home.tenure == "tenant",
        "只在网格员名单上的租户": not home.registered,
        "全部": True,
    }


def _fault_table(planted: list[Planted]) -> str:
    lines = ["| 文件 | 毛病 | fault | 行数 |", "|---|---|---|---|"]
    lines += [
        f"| {sheets.FILES[p.register]} | {p.zh} | {p.en} | {len(p.entries)} |" for p in planted
    ]
    return "\n".join(lines)


def _contradictions() -> str:
    lines = ["| 哪里 | 哪一类 | 矛盾 |", "|---|---|---|"]
    told = [f"| {a} | {b} | {c} |" for a, b, c, _ in places.CONTRADICTIONS]
    whole = [
        f"| {name} | 规划 | {what}（{len(keys)} 处） |" for name, what, keys in clashes.everywhere()
    ]
    return "\n".join(lines + told + whole)


def _pipes() -> str:
    lines = ["| 哪里 | 哪一类 | 为什么 |", "|---|---|---|"]
    return "\n".join(lines + [f"| {a} | {b} | {c} |" for a, b, c in pipes.PLANTED])


def _measures() -> str:
    lines = ["| 措施 | 造价（元，假定） | 方案 |", "|---|---|---|"]
    for measure in measures.MEASURES:
        scheme = (
            "A"
            if measure.key in measures.SCHEME_A
            else "B"
            if measure.key in measures.SCHEME_B
            else ""
        )
        lines.append(f"| {measure.name} | {measure.cost:,} | {scheme} |")
    return "\n".join(lines)
