"""Count the ways each building is supplied, and the single points whose loss cuts it off."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from renlin.community.supply import Edge, feeders, lives, services, serving, ways_apart
from renlin.equity.intervals import newcombe

NODE, LINK = "node", "link"
KNOWN, UNKNOWN = "known", "unknown"
BUILDINGS = (
    "building",
    "service",
    "state",
    "households",
    "vulnerable",
    "n_serving",
    "node_ways",
    "link_ways",
    "n_single",
    "single_points",
    "first_h",
)
POINTS = (
    "part",
    "kind",
    "rank",
    "buildings",
    "households",
    "vulnerable",
    "persons",
    "services",
    "first_h",
    "last_h",
    "share_vulnerable",
    "share_others",
    "gap",
    "gap_low",
    "gap_high",
)


@dataclass(frozen=True)
class Loss:
    """What one part takes with it.

    Attributes
    ----------
    part, kind
        Key of a node, or ``feeder>node`` of a link.
    hours
        (building, service) -> hours until it is lost.
    """

    part: str
    kind: str
    hours: Mapping[tuple[str, str], float]


def losses(utilities: pd.DataFrame) -> list[Loss]:
    """Return what each node and each link takes with it, alone, by failing at hour 0.

    A building loses a service when the last node that serves it stops
    (:func:`renlin.community.supply.lives`). Parts that take nothing are left out.
    """
    served = {service: serving(utilities, service) for service in services(utilities)}
    nodes = [(str(name), NODE, (str(name),), ()) for name in utilities["utility"]]
    feeds = feeders(utilities)
    links = [
        (f"{feeder}>{name}", LINK, (), ((feeder, name),))
        for name in sorted(feeds)
        for feeder in feeds[name]
    ]
    whole = _hours(utilities, served, (), ())
    found = []
    for part, kind, lost, cut in [*nodes, *links]:
        hours = _hours(utilities, served, lost, cut)
        gone = {k: h for k, h in hours.items() if np.isfinite(h) and not np.isfinite(whole[k])}
        if gone:
            found.append(Loss(part, kind, gone))
    return found


def _hours(
    utilities: pd.DataFrame,
    served: Mapping[str, Mapping[str, list[str]]],
    lost: Collection[str],
    cut: Collection[Edge],
) -> dict[tuple[str, str], float]:
    life, _ = lives(utilities, lost, cut)
    return {
        (building, service): max(life[node] for node in nodes)
        for service, buildings in served.items()
        for building, nodes in buildings.items()
    }


def by_building(utilities: pd.DataFrame, found: list[Loss], housed: pd.DataFrame) -> pd.DataFrame:
    """Return how each inhabited building is supplied with each service.

    Parameters
    ----------
    found
        Of :func:`losses`.
    housed
        building, household, vulnerable (one row per household).

    Returns
    -------
    Columns of ``BUILDINGS``. ``node_ways`` and ``link_ways`` are the ways that share no
    node, no link (:func:`renlin.community.supply.ways_apart`); ``single_points`` the nodes
    whose loss alone cuts the building off, ";"-joined; ``first_h`` the hours until the
    first of them is felt. A building no record serves is ``unknown``, all counts missing.
    """
    homes = housed.groupby("building")["vulnerable"].agg(["size", "sum"])
    feeds = feeders(utilities)
    single: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for loss in (one for one in found if one.kind == NODE):
        for key, hours in loss.hours.items():
            single.setdefault(key, []).append((hours, loss.part))
    rows = []
    for service in services(utilities):
        nodes_of = serving(utilities, service)
        for building, n_homes, n_vulnerable in homes.itertuples():
            ends = nodes_of.get(str(building), [])
            told = sorted(single.get((str(building), service), []))
            ways = ways_apart(feeds, ends) if ends else (pd.NA, pd.NA)
            rows.append(
                {
                    "building": building,
                    "service": service,
                    "state": KNOWN if ends else UNKNOWN,
                    "households": int(n_homes),
                    "vulnerable": int(n_vulnerable),
                    "n_serving": len(ends) if ends else pd.NA,
                    "node_ways": ways[0],
                    "link_ways": ways[1],
                    "n_single": len(told) if ends else pd.NA,
                    "single_points": ";".join(sorted(part for _, part in told)),
                    "first_h": told[0][0] if told else np.nan,
                }
            )
    whole = ("households", "vulnerable", "n_serving", "node_ways", "link_ways", "n_single")
    table = pd.DataFrame(rows, columns=list(BUILDINGS))
    table = table.astype(dict.fromkeys(whole, "Int64") | {"first_h": "float64"})
    return table.sort_values(["building", "service"]).reset_index(drop=True)


def single_points(found: list[Loss], housed: pd.DataFrame, *, level: float) -> pd.DataFrame:
    """Return every single point of failure of homes, most vulnerable households hit first.

    Parameters
    ----------
    housed
        building, household, vulnerable, persons (one row per household).
    level
        Confidence of the interval of the gap, 0-1.

    Returns
    -------
    Columns of ``POINTS``. ``first_h`` and ``last_h`` are the hours until the first and the
    last building feels it; ``share_vulnerable`` and ``share_others`` the shares of all
    vulnerable and of all other households hit, ``gap`` the former minus the latter, with
    its interval. Ties share a rank.
    """
    rows: list[dict[str, Any]] = []
    vulnerable = housed["vulnerable"].astype(bool)
    n = {True: int(vulnerable.sum()), False: int((~vulnerable).sum())}
    for loss in found:
        buildings = sorted({building for building, _ in loss.hours})
        here = housed[housed["building"].isin(buildings)]
        if len(here) == 0:
            continue
        hit = here["vulnerable"].astype(bool)
        counts = {True: int(hit.sum()), False: int((~hit).sum())}
        apart = newcombe(counts[True], n[True], counts[False], n[False], level=level)
        rows.append(
            {
                "part": loss.part,
                "kind": loss.kind,
                "buildings": len(buildings),
                "households": len(here),
                "vulnerable": counts[True],
                "persons": int(here["persons"].sum()),
                "services": ";".join(sorted({service for _, service in loss.hours})),
                "first_h": min(loss.hours.values()),
                "last_h": max(loss.hours.values()),
                "share_vulnerable": counts[True] / n[True] if n[True] else np.nan,
                "share_others": counts[False] / n[False] if n[False] else np.nan,
                "gap": apart.estimate,
                "gap_low": apart.low,
                "gap_high": apart.high,
            }
        )
    table = pd.DataFrame(rows, columns=[c for c in POINTS if c != "rank"])
    counted = [(row["vulnerable"], row["households"]) for row in rows]
    table["rank"] = pd.Series([1 + sum(w > one for w in counted) for one in counted], dtype="int64")
    ordered = table.sort_values(["rank", "kind", "part"], ascending=[True, False, True])
    return ordered[list(POINTS)].reset_index(drop=True)
