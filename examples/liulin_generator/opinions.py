"""Write what was renewed, spent, asked and counted over the years; all of it is invented."""

from __future__ import annotations

import math
from typing import Any

from liulin_generator import plan
from liulin_generator.luck import Luck, between

Row = dict[str, Any]

YEARS = (2023, 2024, 2025)
UNTOLD = ("b07", "b12")
"""Buildings whose accounts nobody found: unknown, not zero."""
BODIES = {"government": 14, "organisation": 12, "residents": 46}
ISSUES: dict[str, tuple[str, int | None, dict[str, float]]] = {
    "aware": (
        "这里最大的危险我清楚",
        5,
        {"government": 0.8, "organisation": 0.75, "residents": 0.4},
    ),
    "lift": ("先装电梯再修路", 5, {"government": 0.35, "organisation": 0.5, "residents": 0.7}),
    "neighbours": (
        "出事时邻居会来叫我",
        5,
        {"government": 0.6, "organisation": 0.6, "residents": 0.58},
    ),
    "who_pays": ("改造的钱谁出", None, {"government": 0.2, "organisation": 0.5, "residents": 0.85}),
}
"""Issue -> question, steps, where each body leans, 0 to 1."""
PAYERS = ("residents", "shared", "government")


def renewals() -> list[Row]:
    """Return the one renewal on record."""
    return [
        {
            "renewal": "r-2024",
            "name": "南院管线和外墙改造",
            "began_on": "2023-03-01",
            "ended_on": "2025-06-30",
            "source": "社区台账（虚构）",
        }
    ]


def spending() -> list[Row]:
    """Return the sums spent on each building; newer ones had more."""
    slabs = [row for row in plan.buildings() if row["use"] in ("dwelling", "mixed")]
    keys = [row["building"] for row in slabs if row["building"] not in UNTOLD]
    luck, built = Luck(keys), {row["building"]: row["year_built"] or 1970 for row in slabs}
    rows = []
    for year in YEARS:
        for key in keys:
            thousand = 10 + 25 * (built[key] >= 1980) + between(luck(f"spent {year}")[key], 0, 12)
            rows.append(
                {
                    "spending": f"{key}-{year}",
                    "year": year,
                    "place": key,
                    "purpose": "维修改造",
                    "amount": thousand * 1000,
                    "source": "维修台账（虚构）",
                }
            )
    return rows


def survey() -> list[Row]:
    """Return the answers of one round of questions, one sheet per respondent."""
    rows: list[Row] = []
    for body, count in BODIES.items():
        sheets = [f"{body}-{n:02d}" for n in range(1, count + 1)]
        luck = Luck(sheets)
        for issue, (name, steps, leaning) in ISSUES.items():
            for sheet in sheets:
                rows.append(
                    {
                        "answer": f"{sheet}-{issue}",
                        "respondent": sheet,
                        "body": body,
                        "issue": issue,
                        "name": name,
                        "scale": steps,
                        "said": _said(luck(issue)[sheet], leaning[body], steps),
                        "held_on": "2026-09-12",
                    }
                )
    return rows


def _said(u: float, lean: float, steps: int | None) -> str | int | None:
    if u < 0.04:
        return None
    spread = lean + 0.45 * (u - 0.5)
    n = steps or len(PAYERS)
    at = max(0, min(n - 1, math.floor(n * spread)))
    return at + 1 if steps else PAYERS[at]


def series() -> list[Row]:
    """Return half-yearly counts by group: stairs got clearer, the danger is less understood."""
    kept = {
        ("all", "stairs_blocked"): ("楼道被堵的住户", "exposure", "lower", (0.42, 0.2), 120),
        ("over_80", "stairs_blocked"): ("楼道被堵的住户", "exposure", "lower", (0.45, 0.18), 60),
        ("over_80", "knows_way"): ("说得出疏散路线", "perception", "higher", (0.62, 0.33), 60),
        ("tenant", "knows_way"): ("说得出疏散路线", "perception", "higher", (0.3, 0.3), 50),
    }
    rows = []
    for (display, measure), (name, kind, better, shares, n) in kept.items():
        dates = [f"{year}-{day}" for year in range(2021, 2027) for day in ("04-15", "10-15")][:11]
        luck = Luck(dates)(f"{display} {measure}")
        for at, date in enumerate(dates):
            share = shares[at >= 6]
            rows.append(
                {
                    "point": f"{display}-{measure}-{date}",
                    "measured_on": date,
                    "display": display,
                    "measure": measure,
                    "name": name,
                    "kind": kind,
                    "better": better,
                    "hits": round(n * (share + 0.08 * (luck[date] - 0.5))),
                    "n": n,
                    "source": "网格员入户（虚构）",
                }
            )
    return rows
