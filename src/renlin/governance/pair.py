"""Propose pairs of households and helpers, and say where helpers are lacking."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding, Lineage, find
from renlin.governance.candidates import Able, able
from renlin.governance.demand import Demand, demand
from renlin.governance.matching import Match, match
from renlin.governance.roles import BACKUP, FIRST_ROLES, PRIMARY, part_of
from renlin.governance.shortages import shortages
from renlin.governance.support import support

PARAMETERS = (
    "pair_backup_load",
    "pair_candidates",
    "pair_candidates_most",
    "pair_change_cost",
    "pair_default_capacity",
    "pair_no_strength_cost",
    "pair_priority_cannot_leave",
    "pair_priority_tier_1",
    "pair_priority_tier_2",
    "pair_together",
    "review_months_pairs",
)
INPUTS = (
    "buildings",
    "dwellings",
    "entrances",
    "facilities",
    "gates",
    "helpers",
    "pairs",
    "spaces",
    "walks",
)
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
    "reason",
    "agreed",
    "review_on",
)
KEPT, NEW = "kept", "new"
PROPOSED = "proposed-"


@dataclass(frozen=True)
class Pairs:
    """Who helps whom, and what is lacking.

    Attributes
    ----------
    pairs
        One row per household and role: the agreed pairs (``kept``) and the proposed ones
        (``new``), each with the way and what the helper can do.
    shortages
        One row per household with too few helpers, and why.
    lost
        Pairs on record that can no longer hold, and why.
    support
        Share with a first helper, a backup, somebody at night, by group with the gap.
    """

    pairs: Finding
    shortages: Finding
    lost: Finding
    support: Finding

    def community(self, place: Community) -> Community:
        """Return ``place`` as if every proposed pair had been agreed.

        What was proposed earlier and is not proposed any more is taken out, and so is what
        can no longer hold.
        """
        table = self.pairs.table
        chosen = set(zip(table["household"], table["helper"], strict=True))
        old = place["pairs"]
        served = old["household"].isin(set(table["household"]))
        served |= old["household"].isin(set(self.shortages.table["household"]))
        holds = [
            (household, helper) in chosen or not (gone or is_served)
            for household, helper, gone, is_served in zip(
                old["household"],
                old["helper"],
                old["pair"].isin(set(self.lost.table["pair"])),
                served,
                strict=True,
            )
        ]
        stays = old[np.array(holds, dtype=bool)]
        known = set(zip(stays["household"], stays["helper"], strict=True))
        rows = [row for row in table.to_dict("records") if _pair_of(row) not in known]
        if not rows and len(stays) == len(old):
            return place
        added = pd.DataFrame(
            {
                "pair": [f"{PROPOSED}{row['household']}-{row['role']}" for row in rows],
                "household": [row["household"] for row in rows],
                "helper": [row["helper"] for row in rows],
                "role": [part_of(str(row["role"])) for row in rows],
                "agreed_on": pd.Series([pd.NaT] * len(rows), dtype=old["agreed_on"].dtype),
            }
        ).astype({name: old[name].dtype for name in ("pair", "household", "helper", "role")})
        fresh = ~stays["pair"].isin(set(added["pair"]))
        parts = [part for part in (stays[fresh], added) if len(part)]
        return place.with_tables(
            pairs=pd.concat(parts, ignore_index=True) if parts else old.iloc[0:0]
        )


def _pair_of(row: dict[Any, Any]) -> tuple[Any, Any]:
    return row["household"], row["helper"]


def pair(place: Community, needs: NeedsFindings) -> Pairs:
    """Pair every household that needs help with first helpers and a backup.

    Agreed pairs are kept. Who comes first is ``primary`` and ``second``; the ``backup``
    is somebody else, from another building. What cannot be met is a row of shortages.
    All of it is a proposal until resident and helper agree.

    Parameters
    ----------
    needs
        Result of needs identification: profiles and households are read.

    Examples
    --------
    >>> import renlin as rl
    >>> place = rl.open_community("tests/places/willow")
    >>> found = rl.governance.pair(place, rl.needs.identify(place))
    >>> found.pairs.table.set_index(["household", "role"]).loc[("hu-lin", "primary"), "status"]
    'kept'
    """
    wanted = demand(place, needs.profiles.table, needs.households.table)
    found = match(wanted, place.catalogue)
    may = able(wanted)
    months = int(place.catalogue.number("review_months_pairs"))
    review = pd.Timestamp(place.settings.survey_date) + pd.DateOffset(months=months)
    table = _table(wanted, may, found).assign(review_on=review)
    lacking = shortages(wanted, may, table, found)
    people = needs.profiles.table[["person", "household", "display"]]
    homes = needs.households.table[["household", "possible"]]
    entries = tuple(f"parameters/{name}" for name in PARAMETERS)
    behind = (("needs.households", "household", "household"),)
    rule = (
        "fewest lacking, the highest rank first; then the shortest longest way; then the least "
        "total way; backup from another building; agreed pairs kept"
    )
    keep = partial(
        find,
        parents=[needs.profiles, needs.households],
        inputs={name: place[name] for name in INPUTS} | {"persons": _of_helpers(place)},
        parameters={name: place.catalogue.number(name) for name in PARAMETERS}
        | {"solver": found.status, "candidates": found.nearest},
        catalogue={name: place.catalogue.digest(name) for name in ("classes", "parameters")},
        synthetic=place.synthetic,
    )
    made = keep(
        "governance.pairs",
        table[list(COLUMNS)],
        key=["household", "role"],
        privacy="personal",
        lineage={
            name: Lineage(rule, entries, behind) for name in ("helper", "time_to_door", "status")
        },
    )
    short = keep(
        "governance.shortages",
        lacking,
        key=["household"],
        privacy="personal",
        lineage={
            name: Lineage("need less what agreed and proposed pairs meet", entries, behind)
            for name in ("helpers", "backup", "strong", "night", "day")
        },
    )
    lost = keep("governance.lost_pairs", wanted.lost, key=["pair"], privacy="personal")
    return Pairs(made, short, lost, support(people, homes, wanted.households, made, short))


def _of_helpers(place: Community) -> pd.DataFrame:
    """Return what is read of the residents who help: their household and whether they left."""
    persons = place["persons"][["person", "household", "until"]]
    return persons[persons["person"].isin(set(place["helpers"]["person"].dropna()))]


def _table(wanted: Demand, may: Able, found: Match) -> pd.DataFrame:
    """Return one row per pair, with a role that no other pair of the household has."""
    rows = [*_kept(wanted, may), *_new(wanted, found)]
    table = pd.DataFrame(
        rows, columns=["household", "role", "helper", "status", "reason", "h", "m"]
    )
    order = {KEPT: 0, NEW: 1}
    time = wanted.time[table["h"].to_numpy(dtype=int), table["m"].to_numpy(dtype=int)]
    table["time_to_door"] = np.where(np.isfinite(time), time, np.nan)
    table["rank"] = table["status"].map(order)
    table = table.sort_values(["household", "rank", "time_to_door", "helper"])
    table["role"] = _roles(table)
    facts = wanted.helpers.set_index("helper")
    for name in ("building", "night", "day", "strong"):
        table[name] = facts[name].loc[table["helper"].to_numpy()].array
    table["agreed"] = table["status"] == KEPT
    return table.drop(columns=["h", "m", "rank"]).reset_index(drop=True)


def _kept(wanted: Demand, may: Able) -> list[dict[str, Any]]:
    at_home = {name: i for i, name in enumerate(wanted.households["household"])}
    at_helper = {name: i for i, name in enumerate(wanted.helpers["helper"])}
    rows = []
    for row in wanted.pairs[wanted.pairs["agreed"]].to_dict("records"):
        h, m = at_home[row["household"]], at_helper[row["helper"]]
        first = row["role"] in FIRST_ROLES
        counts = may.first[h, m] if first else may.backup[h, m]
        reason = "agreed" if counts else _why_not(wanted, h, m, first=first)
        rows.append(
            {
                "household": row["household"],
                "role": row["role"],
                "helper": row["helper"],
                "status": KEPT,
                "reason": reason,
                "h": h,
                "m": m,
            }
        )
    return rows


def _why_not(wanted: Demand, h: int, m: int, *, first: bool) -> str:
    """Return why an agreed pair does not meet the need it was agreed for."""
    if not np.isfinite(wanted.time[h, m]):
        return "agreed_way_unknown"
    return "agreed_not_strong" if first else "agreed_same_building"


def _new(wanted: Demand, found: Match) -> list[dict[str, Any]]:
    homes = wanted.households["household"].to_numpy()
    helpers = wanted.helpers["helper"].to_numpy()
    return [
        {
            "household": homes[h],
            "role": PRIMARY if first else BACKUP,
            "helper": helpers[m],
            "status": NEW,
            "reason": "nearest_free",
            "h": int(h),
            "m": int(m),
        }
        for h, m, first in zip(found.home, found.helper, found.first, strict=True)
    ]


def _roles(table: pd.DataFrame) -> list[str]:
    """Return a role for every pair: agreed roles stay, new first helpers fill what is free."""
    made: list[str] = []
    taken: dict[str, set[str]] = {}
    for household, role, status in zip(
        table["household"], table["role"], table["status"], strict=True
    ):
        used = taken.setdefault(str(household), set())
        wished = FIRST_ROLES if status == NEW and role in FIRST_ROLES else (str(role),)
        chosen = next((name for name in wished if name not in used), None)
        number = 2
        while chosen is None:
            numbered = f"{wished[-1]}-{number}"
            chosen = numbered if numbered not in used else None
            number += 1
        used.add(chosen)
        made.append(chosen)
    return made
