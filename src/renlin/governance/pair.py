"""Propose pairs of households and helpers, and say where helpers are lacking."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding, Lineage, find
from renlin.governance.demand import Demand, demand
from renlin.governance.matching import Match, match

PARAMETERS = (
    "pair_backup_load",
    "pair_backup_weight",
    "pair_candidates",
    "pair_default_capacity",
    "pair_unmet_cost",
)
INPUTS = ("helpers", "pairs", "walks", "gates", "entrances", "dwellings")
COLUMNS = (
    "household",
    "role",
    "helper",
    "time_to_door",
    "building",
    "night",
    "day",
    "strong",
    "status",
)


@dataclass(frozen=True)
class Pairs:
    """Who helps whom, and what is lacking."""

    pairs: Finding
    shortages: Finding

    def community(self, place: Community) -> Community:
        """Return ``place`` with the proposed pairs added, not yet agreed."""
        table = self.pairs.table
        new = table[table["status"] == "new"]
        names = new["household"].astype(str) + "-" + new["role"].astype(str)
        rows = pd.DataFrame(
            {
                "pair": ("proposed-" + names).to_numpy(),
                "household": new["household"].to_numpy(),
                "helper": new["helper"].to_numpy(),
                "role": [str(role).split("-")[0] for role in new["role"]],
                "agreed_on": pd.Series([pd.NaT] * len(new), dtype="datetime64[s]"),
            }
        )
        if len(rows) == 0:
            return place
        return place.with_tables(pairs=pd.concat([place["pairs"], rows], ignore_index=True))


def pair(place: Community, needs: NeedsFindings) -> Pairs:
    """Pair every household that needs help with first helpers and a backup.

    Agreed pairs are kept. The first two who come are ``primary`` and ``second``; the
    backup lives in another building. What cannot be met is a ``shortage`` row.
    """
    wanted = demand(place, needs.profiles.table, needs.households.table)
    kept = place["pairs"][["household", "helper", "role"]]
    found = match(wanted, kept, place.catalogue)
    table = _table(wanted, found, kept)
    shortages = _shortages(wanted, found)
    rule = "fewest shortages, then least time to the door; backup from another building"
    entries = tuple(f"parameters/{name}" for name in PARAMETERS)
    behind = (("needs.households", "household", "household"),)
    lineage = {
        name: Lineage(rule, entries, behind) for name in ("helper", "time_to_door", "status")
    }
    keep = partial(
        find,
        parents=[needs.profiles, needs.households],
        inputs={name: place[name] for name in INPUTS},
        parameters={name: place.catalogue.number(name) for name in PARAMETERS}
        | {"solver": found.status},
        privacy="personal",
        synthetic=place.synthetic,
        lineage=lineage,
    )
    return Pairs(
        keep("governance.pairs", table, key=["household", "role"]),
        keep("governance.shortages", shortages, key=["household"]),
    )


def _table(wanted: Demand, found: Match, kept: pd.DataFrame) -> pd.DataFrame:
    helpers = wanted.helpers.set_index("helper")
    agreed = set(zip(kept["household"], kept["helper"], strict=True))
    rows = []
    for household, part in found.pairs.groupby("household"):
        ordered = part.sort_values(["first", "time", "helper"], ascending=[False, True, True])
        n_first = int(part["first"].sum())
        roles = [*_numbered(("primary", "second"), n_first)]
        roles += _numbered(("backup", "backup"), len(part) - n_first)
        for role, row in zip(roles, ordered.to_dict("records"), strict=True):
            helper = helpers.loc[row["helper"]]
            known = (household, row["helper"]) in agreed
            rows.append(
                {
                    "household": household,
                    "role": role,
                    "helper": row["helper"],
                    "time_to_door": row["time"] if np.isfinite(row["time"]) else np.nan,
                    "building": helper["building"],
                    "night": bool(helper["night"]),
                    "day": bool(helper["day"]),
                    "strong": bool(helper["strong"]),
                    "status": "kept" if known else "new",
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _numbered(names: tuple[str, str], n: int) -> list[str]:
    """Return one role per helper: the first name, the second name, then numbered ones."""
    first, then = names
    rest = [then if i == 2 and then != first else f"{then}-{i}" for i in range(2, n + 1)]
    return [first, *rest][:n]


def _shortages(wanted: Demand, found: Match) -> pd.DataFrame:
    columns = ["household", "building", "entrance", "tier", "need", "carry"]
    table = found.shortage.merge(wanted.households[columns], on="household")
    lacking = table[["helpers", "backup", "strong", "night"]].sum(axis=1) > 0
    return table[lacking].reset_index(drop=True)
