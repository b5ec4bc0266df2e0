"""Write the summary: the main numbers of a run for machines, each with its finding."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from renlin.report.book import WHOLE
from renlin.report.privacy import Reader, reader, rows_give_away, worst_is_few
from renlin.report.tables import rows_of
from renlin.study.results import Results
from renlin.version import VERSION as RELEASE

FILE = "summary.json"
FORMAT = 1


def write_summary(results: Results, folder: Path) -> Path:
    """Write ``summary.json`` into ``folder`` and return its path.

    Units are SI (seconds, shares 0-1, persons); unknown is null and counted apart; counts
    of fewer than k residents are null with ``"few": true`` beside them. Objects only, keys
    sorted, no clock: the same run gives the same bytes.

    Parameters
    ----------
    results
        What the run found.
    folder
        Results folder; it is made when absent.
    """
    text = json.dumps(
        summary(results), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    partial = path.with_suffix(".partial")
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(path)
    return path


def summary(results: Results) -> dict[str, Any]:
    """Return the summary as plain data."""
    community = results.community
    k = reader("public", community.settings)
    settings, policy = community.settings, community.policy
    return {
        "summary_version": FORMAT,
        "renlin": RELEASE,
        "community": {
            "code": settings.code, "name": settings.name, "name_en": settings.name_en,
            "kind": settings.kind, "survey_date": settings.survey_date.isoformat(),
            "persons": len(community.present()), "households": len(community["households"]),
            "buildings": len(community["buildings"]), "entrances": len(community["entrances"]),
            "sample": settings.sample, "synthetic": community.synthetic,
        },
        "policy": {
            "epsilon": policy.epsilon, "majority_loss_s": policy.majority_loss,
            "reference": policy.reference, "confidence": policy.confidence,
            "decided_by": policy.decided_by, "decided_on": policy.decided_on.isoformat(),
        },
        "findings": {
            name: {"id": found.id, "rows": len(found.table), "key": list(found.provenance.key)}
            for name, found in sorted(results.findings.items())
        },
        "tiers": _tiers(results, k),
        "coverage": _coverage(results, k),
        "points": _points(results, k),
        "network_gaps": _gaps(results, k),
        "comparison": _comparison(results, k),
        "paradox": _paradox(results, k),
        "dual_view": _dual_view(results, k),
        "plans": _plans(results, k),
    }  # fmt: skip


def _table(results: Results, name: str) -> pd.DataFrame:
    found = results.findings.get(name)
    return pd.DataFrame() if found is None else found.table


def _number(value: Any) -> float | int | None:
    """Return a number JSON can hold; missing and infinite are null."""
    if value is None or pd.isna(value):
        return None
    number = float(value)
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else round(number, 6)


def _count(n: float, k: Reader) -> dict[str, Any]:
    """Return a count of residents, or that it is too small to be told."""
    return {"persons": int(n)} if k.sees(n) else {"persons": None, "few": True}


def _tiers(results: Results, k: Reader) -> dict[str, Any]:
    table = _table(results, "needs.tiers")
    if len(table) == 0:
        return {}
    sure, possible = table["sure"].astype(int), table["possible"].astype(int)
    return {
        "sure": {str(t): _count(float((sure == t).sum()), k) for t in (1, 2, 3, 4)},
        "possible": {str(t): _count(float((possible == t).sum()), k) for t in (1, 2, 3, 4)},
        "may_change": _count(float((possible != sure).sum()), k),
    }


def _coverage(results: Results, k: Reader) -> dict[str, Any]:
    made: dict[str, Any] = {}
    listed = rows_of(_table(results, "space.coverage_groups"))
    for service in sorted({str(row["service"]) for row in listed}):
        own = [row for row in listed if row["service"] == service]
        groups = [r for r in own if r["display"] not in WHOLE and r["n"] > 0]
        states = k.counts({str(r["display"]): float(r["n"]) for r in groups})
        cells = {}
        for row in own:
            display = str(row["display"])
            cells[display] = _cell(row, states.get(display, "shown"))
        if _tells(own, states, "covered_share", results, high_is_worse=False):
            cells["gap"] = {"few": True}
        made[service] = cells | {"unknown_because": _reasons(results, service, k)}
    return made


def _reasons(results: Results, service: str, k: Reader) -> dict[str, Any]:
    """Return why reach is unknown -> how many residents; reasons of nobody are left out."""
    people = _table(results, "space.coverage")
    if len(people) == 0:
        return {}
    unknown = people[(people["service"] == service) & (people["state"] == "unknown")]
    counts = unknown["reason"].value_counts().sort_index()
    sizes = {str(reason): float(n) for reason, n in counts.items()}
    states = k.counts(sizes)
    return {
        reason: {"persons": int(n) if states.get(reason, "shown") == "shown" else None}
        for reason, n in sizes.items()
    }


def _tells(
    rows: list[dict[str, Any]],
    states: Mapping[str, str],
    column: str,
    results: Results,
    *,
    high_is_worse: bool,
) -> bool:
    """Return whether the gap of these rows would tell the figure of a few people."""
    hidden = {d for d, state in states.items() if state == "few"}
    reference = results.community.policy.reference
    return rows_give_away(rows, column, hidden, reference, high_is_worse=high_is_worse)


def _cell(row: dict[str, Any], state: str) -> dict[str, Any]:
    """Return the figures of a group; without counts where one would give away another."""
    if state == "few":
        return {"few": True}
    shares = {c: _number(row[c]) for c in ("covered_share", "low", "high")}
    if row["display"] == "gap":
        return shares
    if state == "some":
        return {**shares, "n": None}
    return {**shares, **{c: _number(row[c]) for c in ("n", "covered", "not_covered", "unknown")}}


def _points(results: Results, k: Reader) -> dict[str, Any]:
    table = _table(results, "space.points")
    if len(table) == 0:
        return {"n": 0}
    causes = table["cause"].value_counts()
    return {
        "n": len(table), "causes": {str(c): int(causes[c]) for c in sorted(causes.index)},
        "unserved_vulnerable": _count(float(table["unserved_vulnerable"].sum()), k),
    }  # fmt: skip


def _gaps(results: Results, k: Reader) -> dict[str, Any]:
    """Return the gaps that stand open and those a rule has joined, with who lives behind them."""
    table = _table(results, "space.network_gaps")
    bridged = table["bridged"].astype(bool) if len(table) else pd.Series(dtype=bool)
    parts = {"open": table[~bridged], "bridged": table[bridged]} if len(table) else {}
    return {
        name: {
            "n": len(parts.get(name, ())),
            **_count(float(parts[name]["persons"].sum()) if name in parts else 0.0, k),
        }
        for name in ("open", "bridged")
    }


def _comparison(results: Results, k: Reader) -> dict[str, Any]:
    made: dict[str, Any] = {}
    listed = rows_of(_table(results, "simulation.comparison"))
    sizes = {str(r["display"]): float(r["n"]) for r in listed if r["display"] not in WHOLE}
    states = k.counts({d: n for d, n in sizes.items() if n > 0})
    columns = ("base", "value", "difference", "low", "high")
    for row in listed:
        place = made.setdefault(str(row["scenario"]), {}).setdefault(str(row["scheme"]), {})
        state = states.get(str(row["display"]), "shown")
        cell: dict[str, Any] = {"few": True}
        if state != "few":
            cell = {f"{c}_s": _number(row[c]) for c in columns}
            cell |= {"n": _number(row["n"]) if state == "shown" else None}
            cell |= {"verdict": str(row["verdict"])}
        place[str(row["display"])] = cell
    for scenario, schemes in made.items():
        for scheme, cells in schemes.items():
            own = [r for r in listed if (r["scenario"], r["scheme"]) == (scenario, scheme)]
            both = (
                _tells(own, states, column, results, high_is_worse=True)
                for column in ("base", "value")
            )
            if "gap" in cells and any(both):
                cells["gap"] = {"few": True}
    return made


def _paradox(results: Results, k: Reader) -> dict[str, Any]:
    """Return the verdicts; a worst group of a few is not named and its figures are left out."""
    made: dict[str, Any] = {}
    for row in rows_of(_table(results, "study.paradox")):
        cell: dict[str, Any] = {
            "verdict": str(row["verdict"]),
            "forms": [f for f in str(row["forms"]).split(";") if f],
            "mean_change_s": _number(row["mean_change"]),
        }
        if k.sees(_worst_persons(results, row)):
            cell["worst_group"] = str(row["worst_group"])
            cell |= {f"{n}_s": _number(row[n]) for n in ("worst_change", "gap_before", "gap_after")}
        else:
            cell["worst_group"] = None
        made.setdefault(str(row["scenario"]), {})[str(row["scheme"])] = cell
    return made


def _worst_persons(results: Results, row: dict[str, Any]) -> float:
    sizes = _table(results, "simulation.groups")
    own = sizes[(sizes["scenario"] == row["scenario"]) & (sizes["display"] == row["worst_group"])]
    return float(own["n"].max()) if len(own) else 0.0


def _dual_view(results: Results, k: Reader) -> dict[str, Any]:
    """Return the figures of both plans; those of a worst group of a few are left out."""
    table = rows_of(_table(results, "study.dual_view"))
    price = rows_of(_table(results, "study.price"))
    secret = {"worst", "gap", "goal"} if worst_is_few(table, price, k) else set()
    return {
        str(row["row"]): {
            "universal": _number(row["universal"]), "equity": _number(row["equity"]),
            "unit": str(row["unit"]), "better": str(row["better"]),
        }
        for row in table
        if str(row["row"]) not in secret
    }  # fmt: skip


def _plans(results: Results, k: Reader) -> dict[str, Any]:
    table = _table(results, "governance.plans")
    if len(table) == 0:
        return {"households": 0}
    n = int(table["household"].nunique())
    short = _table(results, "governance.shortages")
    lacking = int(short["household"].nunique()) if len(short) else 0
    return {
        "households": n if k.sees(n, n) else None,
        "short_of_helpers": lacking if k.sees(lacking, lacking) else None,
    }
