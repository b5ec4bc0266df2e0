"""Introduce the steps of the space assessment to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.equity.intervals import wilson
from renlin.finding import Finding, Lineage, find
from renlin.space import contradictions as conflict
from renlin.space import points as pt
from renlin.space.coverage import COVERED, NOT_COVERED, UNKNOWN, cover, modes, service
from renlin.space.hazards import FAMILIES, heat, open_hazards, surface

WALKING = ("walks", "gates", "entrances", "buildings", "dwellings", "facilities", "spaces")


@dataclass(frozen=True)
class Space:
    """What the space assessment found.

    Attributes
    ----------
    hazard, heat
        Risk by building and as a smoothed surface.
    coverage, coverage_groups
        State of every resident for every service, and by group with the gap.
    points, paper_only, network_gaps, contradictions
        Where to act first; covered on paper only; where the map is in pieces; where space
        and need contradict each other.
    """

    hazard: Finding
    heat: Finding
    coverage: Finding
    coverage_groups: Finding
    points: Finding
    paper_only: Finding
    network_gaps: Finding
    contradictions: Finding


def assess(place: Community, needs: NeedsFindings) -> Space:
    """Say where the place fails whom.

    Parameters
    ----------
    place
        The community, or one with a scheme applied.
    needs
        Result of needs identification: profiles, tiers and households are read.

    Examples
    --------
    >>> import renlin as rl
    >>> place = rl.open_community("tests/places/willow")
    >>> found = rl.space.assess(place, rl.needs.identify(place))
    >>> sorted(found.coverage.table["state"].unique())
    ['covered', 'not_covered', 'unknown']
    """
    residents = _residents(place, needs)
    hazard = _hazard(place)
    heat_map = _heat(place, hazard, residents)
    coverage = _coverage(place, needs, residents)
    groups = _groups(place, coverage)
    points = _points(place, needs, hazard, coverage)
    paper = _paper(place, coverage)
    gaps = _gaps(place, residents)
    conflicts = _contradictions(place, coverage)
    return Space(hazard, heat_map, coverage, groups, points, paper, gaps, conflicts)


def _residents(place: Community, needs: NeedsFindings) -> pd.DataFrame:
    """Return one row per resident with class, group, place and mode of help."""
    profiles = needs.profiles.table[["person", "household", "display", "class"]]
    homes = place["households"][["household", "dwelling"]].merge(
        place["dwellings"][["dwelling", "entrance", "floor"]], on="dwelling", how="left"
    )
    found = profiles.merge(homes[["household", "entrance", "floor"]], on="household", how="left")
    found["mode"] = modes(found, place["pairs"], place["helpers"], place.catalogue)
    return found


def _hazard(place: Community) -> Finding:
    day = pd.Timestamp(place.settings.survey_date)
    found = open_hazards(place["hazards"], place.catalogue, day)
    table = surface(
        place["buildings"], place["entrances"], found, _outdoors(place), place.catalogue
    )
    rule = "1 - product(1 - weight x rate) by family, root mean square over families"
    lineage = {
        name: Lineage(rule, tuple(f"hazards/{code}" for code in sorted(place.catalogue.hazards)))
        for name in ("risk", "low", "high", "quality", *FAMILIES)
    }
    return find(
        "space.hazard",
        table,
        key=["building"],
        lineage=lineage,
        inputs={name: place[name] for name in ("hazards", "buildings", "entrances")},
        catalogue={"hazards": place.catalogue.digest("hazards")},
        parameters={
            name: place.catalogue.number(name) for name in ("hazard_reach", "uninspected_rate")
        },
        privacy="public",
    )


def _outdoors(place: Community) -> pd.DataFrame:
    parts = []
    for table in ("walks", "spaces", "facilities"):
        frame = place[table]
        parts.append(
            pd.DataFrame(
                {
                    "place_table": table,
                    "place": frame.iloc[:, 0].astype(str),
                    "geometry": list(frame["geometry"]),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _heat(place: Community, hazard: Finding, residents: pd.DataFrame) -> Finding:
    unit = dict(zip(place["entrances"]["entrance"], place["entrances"]["building"], strict=True))
    counted = residents["entrance"].map(unit).value_counts()
    numbers = {name: place.catalogue.number(name) for name in ("heat_cell", "heat_bandwidth")}
    lineage = {
        "value": Lineage(
            "risk x residents per hectare, Gaussian smoothing",
            tuple(f"parameters/{n}" for n in numbers),
            (("space.hazard", "", ""),),
        )
    }
    table = heat(hazard.table, counted, place.catalogue)
    return find(
        "space.heat",
        table,
        key=["row", "column"],
        parents=[hazard],
        parameters=numbers,
        inputs={"residents": residents[["person", "entrance"]]},
        lineage=lineage,
        synthetic=place.synthetic,
    )


def _coverage(place: Community, needs: NeedsFindings, residents: pd.DataFrame) -> Finding:
    parts = []
    for kind in place.policy.services:
        offered = service(kind, place["facilities"], place.catalogue)
        if offered is not None:
            parts.append(cover(residents, place.network, offered, place.catalogue))
    table = pd.concat(parts, ignore_index=True) if parts else cover_nothing()
    rule = (
        "covered: pessimistic time <= limit; not covered: nothing within straight reach, or the "
        "same network and optimistic time > limit; else unknown"
    )
    used = sorted({f"classes/{name}" for name in table["class"].dropna()})
    entries = (*used, *(f"facilities/{kind}" for kind in place.policy.services))
    parents = (("needs.profiles", "person", "person"),)
    lineage = {
        name: Lineage(rule, entries, parents)
        for name in ("state", "reason", "time_optimistic", "time_pessimistic")
    }
    return find(
        "space.coverage",
        table,
        key=["person", "service"],
        parents=[needs.profiles],
        inputs={name: place[name] for name in (*WALKING, "households", "pairs", "helpers")},
        catalogue={
            "classes": place.catalogue.digest("classes"),
            "facilities": place.catalogue.digest("facilities"),
            "parameters": place.catalogue.digest("parameters"),
        },
        policy={"services": list(place.policy.services)},
        privacy="personal",
        lineage=lineage,
        synthetic=place.synthetic,
    )


def cover_nothing() -> pd.DataFrame:
    """Return an empty coverage table."""
    from renlin.space.coverage import COLUMNS

    return pd.DataFrame(columns=list(COLUMNS))


def _groups(place: Community, coverage: Finding) -> Finding:
    """Count the three states by group, with the share covered among those known."""
    table = coverage.table
    rows: list[dict[str, Any]] = []
    for kind, part in table.groupby("service"):
        by_group = {"all": part} | dict(iter(part.groupby("display")))
        shares: dict[str, float] = {}
        for display, group in by_group.items():
            counts = group["state"].value_counts()
            covered, missed = int(counts.get(COVERED, 0)), int(counts.get(NOT_COVERED, 0))
            known = covered + missed
            interval = wilson(covered, known, level=place.policy.confidence) if known else None
            share = covered / known if known else float("nan")
            shares[str(display)] = share
            rows.append(
                {
                    "service": kind,
                    "display": display,
                    "n": len(group),
                    "covered": covered,
                    "not_covered": missed,
                    "unknown": int(counts.get(UNKNOWN, 0)),
                    "covered_share": share,
                    "low": interval.low if interval else float("nan"),
                    "high": interval.high if interval else float("nan"),
                }
            )
        rows.append(_gap(str(kind), shares, place.policy.reference))
    columns = [
        "service",
        "display",
        "n",
        "covered",
        "not_covered",
        "unknown",
        "covered_share",
        "low",
        "high",
    ]
    made = pd.DataFrame(rows, columns=columns)
    parents = (("space.coverage", "display", "display"),)
    lineage = {
        name: Lineage("residents by state; share among those known, Wilson interval", (), parents)
        for name in ("covered", "not_covered", "unknown", "covered_share")
    }
    return find(
        "space.coverage_groups",
        made,
        key=["service", "display"],
        parents=[coverage],
        policy={"confidence": place.policy.confidence, "reference": place.policy.reference},
        privacy="public",
        lineage=lineage,
    )


def _gap(kind: str, shares: dict[str, float], reference: str) -> dict[str, Any]:
    """Return reference minus the worst group, as a row of its own."""
    others = {k: v for k, v in shares.items() if k not in ("all", reference) and not pd.isna(v)}
    worst = min(others.values()) if others else float("nan")
    return {
        "service": kind,
        "display": "gap",
        "n": 0,
        "covered": 0,
        "not_covered": 0,
        "unknown": 0,
        "covered_share": shares.get(reference, float("nan")) - worst,
        "low": float("nan"),
        "high": float("nan"),
    }


def _points(place: Community, needs: NeedsFindings, hazard: Finding, coverage: Finding) -> Finding:
    table = pt.rank_points(
        coverage.table,
        needs.tiers.table,
        hazard.table,
        place["entrances"],
        place.catalogue,
        risk_percentile=place.policy.risk_percentile,
    )
    parents = (
        ("space.hazard", "building", "building"),
        ("space.coverage", "entrance", "entrance"),
    )
    lineage = {
        name: Lineage(
            "unserved vulnerable persons x risk, buildings of high risk only",
            ("parameters/high_risk_rate", "parameters/weight_spread"),
            parents,
        )
        for name in ("rank", "risk", "unserved_vulnerable", "persons", "cause")
    }
    return find(
        "space.points",
        table,
        key=["point"],
        parents=[hazard, coverage, needs.tiers],
        inputs={"entrances": place["entrances"]},
        lineage=lineage,
        policy={"risk_percentile": place.policy.risk_percentile},
        parameters={
            name: place.catalogue.number(name) for name in ("high_risk_rate", "weight_spread")
        },
    )


def _paper(place: Community, coverage: Finding) -> Finding:
    table = pt.paper_only(coverage.table, place["entrances"], place.catalogue)
    entries = tuple(f"facilities/{kind}" for kind in place.policy.services)
    parents = (("space.coverage", "entrance", "entrance"),)
    lineage = {
        name: Lineage("inside the straight radius, not covered on foot", entries, parents)
        for name in ("persons", "straight_m", "walk_m", "time", "cause")
    }
    return find(
        "space.paper_only",
        table,
        key=["entrance", "display", "service"],
        parents=[coverage],
        inputs={"entrances": place["entrances"]},
        lineage=lineage,
    )


def _gaps(place: Community, residents: pd.DataFrame) -> Finding:
    counted = residents["entrance"].value_counts()
    least = place.catalogue.number("snap_tolerance")
    table = pt.network_gaps(place.network, counted, place.settings.crs, least_length=least)
    lineage = {
        name: Lineage(
            "connected parts of the walk network without inferred links",
            ("parameters/snap_tolerance",),
        )
        for name in ("persons", "distance_to_main", "n_entrances")
    }
    return find(
        "space.network_gaps",
        table,
        key=["gap"],
        lineage=lineage,
        inputs={
            **{name: place[name] for name in WALKING},
            "residents": residents[["person", "entrance"]],
        },
        parameters={"snap_tolerance": least},
        privacy="public",
        synthetic=place.synthetic,
    )


def _contradictions(place: Community, coverage: Finding) -> Finding:
    names = ("spaces", "uses", "gates", "walks", "facilities")
    ground = conflict.Ground(
        {name: place[name] for name in names},
        _persons_at(place["facilities"], coverage.table),
        place.catalogue,
    )
    table = conflict.contradictions(ground)
    entries = tuple(f"standards/{code}" for code in ("fire_lane_width", "ramp_slope", "ramp_width"))
    lineage = {
        name: Lineage("declared rule named in column rule", entries, ())
        for name in ("needed", "offered", "gap", "severity", "persons")
    }
    return find(
        "space.contradictions",
        table,
        key=["contradiction"],
        parents=[coverage],
        inputs={name: place[name] for name in names},
        lineage=lineage,
        catalogue={"standards": place.catalogue.digest("standards")},
        privacy="public",
        parameters={
            name: place.catalogue.number(name) for name in ("need_hour", "opening_minutes_limit")
        },
    )


def _persons_at(facilities: gpd.GeoDataFrame, coverage: pd.DataFrame) -> dict[str, int]:
    """Return space -> residents whose nearest shelter it holds."""
    space = dict(zip(facilities["facility"], facilities["space"], strict=True))
    nearest = coverage.loc[coverage["service"] == "shelter", "facility"].map(space).dropna()
    return {str(name): int(n) for name, n in nearest.value_counts().items()}
