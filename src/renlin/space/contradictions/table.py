"""Find where space and need contradict each other, by declared rules with evidence.

Three dimensions: use, management, planning. Each rule names what is needed, what is
offered and who can mend it; a missing value gives a ``no_data`` row, never a pass. There
is no score: severity only orders the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from renlin.catalogue.place_rules import ContradictionRule
from renlin.space.contradictions import proof
from renlin.space.contradictions.concerned import Concerned
from renlin.space.contradictions.ground import Clash, Evidence, Ground
from renlin.space.contradictions.proof import Archive, Seen
from renlin.space.contradictions.rules import CHECKS, in_force
from renlin.space.contradictions.standing import CLOSED, standing

COLUMNS = (
    "contradiction",
    "rank",
    "space",
    "dimension",
    "rule",
    "subject",
    "group",
    "hazards",
    "phase",
    "state",
    "standing",
    "needed",
    "offered",
    "gap",
    "unit",
    "persons",
    "severity",
    "evidence",
    "source",
    "said_by",
    "observed_on",
    "confidence",
    "responsible",
    "remedy",
    "remedy_kind",
    "cost",
    "cost_unit",
    "standard",
    "clause",
    "binding",
    "clause_verified",
)
FOUND, NO_DATA = "found", "no_data"
KINDS = ("rule", "agreement", "works", "ask")
"""Classes of remedy, the cheapest first; what is to be asked stands apart."""
DIMENSIONS = ("management", "use", "planning")
MANDATORY = "mandatory"


@dataclass(frozen=True)
class Contradictions:
    """The table, and whom each row concerns, in the order of the table."""

    table: gpd.GeoDataFrame
    concerned: tuple[Concerned, ...]


def contradictions(
    ground: Ground,
    corrected: Mapping[tuple[str, str, str], str],
    objections: pd.DataFrame,
    crs: str,
) -> Contradictions:
    """Return every contradiction, management remedies before building works.

    ``severity = min(1, gap / needed) x share of residents concerned x their mean risk``,
    0-1. The risk is the upper bound of the share of residents harmed in a year: where nobody
    has inspected, nothing is known to be harmless. Rows without data carry severity NaN.
    Rows are ranked by dimension (management first), then by severity, the binding clause
    first among equals; what is closed comes last.

    Parameters
    ----------
    corrected
        (table, key, column) -> workshop statement whose value stands there.
    objections
        Layer of that name.
    crs
        Of the shapes.

    Raises
    ------
    CatalogueFault
        When a declared rule names what the catalogue does not have.

    Source: space reference §6.
    """
    half_life = ground.catalogue.number("observation_half_life")
    archive = Archive(ground.tables, ground.day, half_life)
    rows, concerned, shapes = [], [], []
    drawn = _drawn(ground)
    for rule in in_force(ground.catalogue):
        for clash in CHECKS[rule.check](ground, rule):
            evidence = proof.behind(clash.evidence, _column(rule, clash, ground), corrected)
            rows.append(_row(rule, clash, ground, evidence, archive.seen(evidence)))
            concerned.append(clash.concerned)
            shapes.append(drawn.get((clash.evidence[0][0], clash.space)) if evidence else None)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["standing"] = standing(table["contradiction"], table["observed_on"], objections)
    return _ranked(table, concerned, gpd.GeoSeries(shapes, crs=crs))


def _column(rule: ContradictionRule, clash: Clash, ground: Ground) -> str:
    """Return the column a clash was read from: of a need, that of the need."""
    need = ground.catalogue.place_needs.get(clash.subject)
    return rule.column or (need.column if need is not None else "")


def _drawn(ground: Ground) -> dict[tuple[str, str], Any]:
    """Return (layer, key) -> shape of every place; a use has that of its space."""
    made: dict[tuple[str, str], Any] = {}
    for name, frame in ground.tables.items():
        if "geometry" in frame:
            keys = frame.iloc[:, 0].astype(str)
            made |= {(name, key): shape for key, shape in zip(keys, frame["geometry"], strict=True)}
    spaces = [(key, shape) for (name, key), shape in made.items() if name == "spaces"]
    made |= {(table, key): shape for key, shape in spaces for table in ("uses", "facilities",
             "corrections") if (table, key) not in made}  # fmt: skip
    return made


def _ranked(
    table: pd.DataFrame, concerned: list[Concerned], shapes: gpd.GeoSeries
) -> Contradictions:
    order = table.assign(
        closed=table["standing"] == CLOSED,
        dimension_at=table["dimension"].map({d: n for n, d in enumerate(DIMENSIONS)}),
        advised=table["binding"] != MANDATORY,
    ).sort_values(
        ["closed", "dimension_at", "severity", "advised", "contradiction"],
        ascending=[True, True, False, True, True],
        na_position="last",
    ).index  # fmt: skip
    made = table.loc[order].assign(rank=range(1, len(table) + 1)).reset_index(drop=True)
    by_key = made.sort_values("contradiction", kind="stable").index
    drawn = gpd.GeoDataFrame(
        made.loc[by_key].reset_index(drop=True),
        geometry=gpd.GeoSeries(shapes.loc[order].to_numpy()[by_key], crs=shapes.crs),
    )
    return Contradictions(drawn, tuple(concerned[order[at]] for at in by_key))


def _row(
    rule: ContradictionRule,
    clash: Clash,
    ground: Ground,
    evidence: Evidence,
    seen: Seen,
) -> dict[str, Any]:
    missing = pd.isna(clash.offered)
    everybody = max(ground.everybody().persons, 1)
    share = clash.concerned.persons / everybody
    part = min(1.0, clash.gap / clash.needed) if clash.needed else 1.0
    code = clash.remedy or rule.remedy
    named = (rule.code, clash.space, clash.subject, NO_DATA if missing else "")
    return {
        "contradiction": ":".join(part for part in named if part),
        "space": clash.space,
        "dimension": rule.dimension,
        "rule": rule.code,
        "subject": clash.subject,
        "group": clash.group,
        "hazards": clash.hazards or rule.hazards,
        "phase": clash.phase,
        "state": NO_DATA if missing else FOUND,
        "needed": clash.needed,
        "offered": clash.offered,
        "gap": clash.gap,
        "unit": clash.unit,
        "persons": clash.concerned.persons,
        "severity": float("nan") if missing else part * share * clash.concerned.risk,
        "evidence": proof.named(evidence),
        "source": seen.source,
        "said_by": seen.said_by,
        "observed_on": seen.newest,
        "confidence": seen.confidence,
        "responsible": clash.responsible,
        "remedy": code,
        **_priced(code, ground),
        **_clause(rule, clash, ground),
    }


def _priced(code: str, ground: Ground) -> dict[str, Any]:
    """Return the class of a remedy, and its cost where the catalogue has one."""
    remedy = ground.catalogue.remedies[code]
    response = ground.catalogue.responses.get(remedy.response)
    cost = response.cost if response is not None else None
    return {
        "remedy_kind": remedy.kind,
        "cost": float("nan") if cost is None else cost.value,
        "cost_unit": "" if cost is None else cost.unit,
    }


def _clause(rule: ContradictionRule, clash: Clash, ground: Ground) -> dict[str, Any]:
    standard = ground.catalogue.standards.get(clash.standard)
    return {
        "standard": clash.standard,
        "clause": f"{standard.standard} {standard.clause}" if standard else "",
        "binding": standard.binding if standard else rule.binding,
        "clause_verified": bool(standard.verified) if standard else True,
    }
