"""Draw the profile (画像) of every household, of each group and of the whole community.

What is not known stands beside what is: names of what to ask, shares unknown, and the
bounds that both leave.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.rules import LEVEL_ZH
from renlin.needs.capacities import CAPACITIES, count, share
from renlin.needs.population import ALL

LIST = ";"
NAMED = 5
"""Items named in a row; the rest are counted. A matter of reading, not of value."""
LEVELS = tuple(sorted(LEVEL_ZH))
PHASES = tuple(f"{name}{side}" for name in CAPACITIES for side in ("", "_low", "_high"))
HOUSEHOLD = (
    "household", "n_persons", "sure", "possible", "standing", "groups", "groups_possible",
    *PHASES, "needs", "n_needs", "asked", "n_asked", "unknown_share", "unknown_zh", "unknown_en",
)  # fmt: skip
GROUP = (
    "display", "n_persons", "n_households", "n_undecided",
    *(f"{side}_{level}" for side in ("sure", "possible") for level in LEVELS),
    *PHASES, "unknown_share", "n_asked", "needs", "small",
)  # fmt: skip


def households(
    table: pd.DataFrame,
    homes: pd.DataFrame,
    tiers: pd.DataFrame,
    members: pd.DataFrame,
    needed: pd.DataFrame,
    asked: pd.DataFrame,
    catalogue: Catalogue,
) -> pd.DataFrame:
    """Return one readable row per household.

    Parameters
    ----------
    table
        Wide indicators; rows aligned with ``tiers`` and ``members``.
    homes
        ``needs.households``: columns household, sure, possible, n_persons.
    tiers
        ``needs.tiers``: columns person, household, standing.
    members
        Memberships, nullable.
    needed
        ``needs.list``: columns household, item.
    asked
        ``needs.work_list``: columns household, indicator, rank.
    catalogue
        Names of indicators.

    Returns
    -------
    Columns of ``HOUSEHOLD``: capacities with the bounds that missing data leave; ``asked``
    the questions that matter most, most telling first; ``unknown_share`` of all
    indicators of its residents, 0 to 1. Of a home without residents on record everything
    is unknown.
    """
    made = homes[["household", "n_persons", "sure", "possible"]].copy()
    keys = made["household"]
    standing = tiers.groupby("household")["standing"].agg(_several)
    made["standing"] = _mapped(keys, standing, "unknown")
    names = [column for column in members if column != "person"]
    for column, wanted in (("groups", True), ("groups_possible", None)):
        own = members[names].fillna(False) if wanted else members[names].isna()
        found = own.astype(bool).groupby(tiers["household"].to_numpy()).any()
        cells = found.to_numpy(dtype=bool)
        words = [LIST.join(np.array(names)[row]) for row in cells]
        made[column] = _mapped(keys, pd.Series(words, index=found.index, dtype="str"))
    made = made.merge(_capacities(table, catalogue), on="household", how="left")
    made = _with_lists(made, needed, asked, catalogue)
    share_unknown = table.drop(columns=["person", "household"]).isna().mean(axis=1)
    by_home = share_unknown.groupby(table["household"].to_numpy()).mean()
    made["unknown_share"] = [float(by_home.get(key, 1.0)) for key in keys]
    return made[list(HOUSEHOLD)]


def groups(
    table: pd.DataFrame,
    tiers: pd.DataFrame,
    members: pd.DataFrame,
    asked: pd.DataFrame,
    totals: pd.DataFrame,
    catalogue: Catalogue,
    *,
    small_below: int,
) -> pd.DataFrame:
    """Return the profile of each group and, as ``all``, of the community.

    Parameters
    ----------
    table, tiers, members, asked, totals
        As for :func:`households`; ``totals`` is ``needs.totals``.
    small_below
        Residents below which a group is marked small.

    Returns
    -------
    Columns of ``GROUP``: residents by sure and by possible tier (4 is none), mean
    capacities with bounds, ``n_asked`` questions open of its residents and homes,
    ``needs`` the items most households need.
    """
    inside = members.drop(columns=["person"]).reset_index(drop=True)
    inside.insert(0, ALL, pd.Series(True, index=inside.index, dtype="boolean"))
    bounded = _bounds(table, catalogue)
    unknown = table.drop(columns=["person", "household"]).isna().mean(axis=1).to_numpy()
    rows = []
    for name in inside:
        own = inside[name].fillna(False).to_numpy(dtype=bool)
        people = tiers[own]
        subjects = set(people["person"]) | set(people["household"])
        row: dict[str, object] = {
            "display": name,
            "n_persons": int(own.sum()),
            "n_households": int(people["household"].nunique()),
            "n_undecided": int(inside[name].isna().sum()),
            "unknown_share": float(unknown[own].mean()) if own.any() else float("nan"),
            "n_asked": int(asked["subject"].isin(subjects).sum()),
            "needs": _most_needed(totals, str(name)),
            "small": bool(own.sum() < small_below),
        }
        for side in ("sure", "possible"):
            row |= {f"{side}_{level}": int((people[side] == level).sum()) for level in LEVELS}
        row |= {c: _mean(bounded[c].to_numpy(dtype=float)[own]) for c in PHASES}
        rows.append(row)
    return pd.DataFrame(rows, columns=list(GROUP))


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _bounds(table: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the three capacities of every resident, with bounds.

    ``low`` as if no unknown item were met, ``high`` as if all were; both are 0 to 1 where
    nothing applies.
    """
    made: dict[str, np.ndarray] = {}
    for name in CAPACITIES:
        found = count(table, catalogue.indicators, name)
        made[name] = share(found.yes, found.yes + found.no)
        made[f"{name}_low"] = np.nan_to_num(share(found.yes, found.n), nan=0.0)
        made[f"{name}_high"] = np.nan_to_num(share(found.yes + found.unknown, found.n), nan=1.0)
    return pd.DataFrame(made)


def _capacities(table: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the three capacities of every household: all items of its residents together."""
    homes = table["household"].to_numpy()
    made = pd.DataFrame({"household": np.unique(homes.astype(str))})
    for name in CAPACITIES:
        found = count(table, catalogue.indicators, name)
        parts = {"yes": found.yes, "no": found.no, "unknown": found.unknown}
        sums = pd.DataFrame(parts).groupby(homes).sum()
        yes, no, unknown = (sums[part].to_numpy(dtype=np.int64) for part in parts)
        made[name] = share(yes, yes + no)
        made[f"{name}_low"] = share(yes, yes + no + unknown)
        made[f"{name}_high"] = share(yes + unknown, yes + no + unknown)
    return made


def _with_lists(
    made: pd.DataFrame, needed: pd.DataFrame, asked: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    keys = made["household"]
    items = needed.groupby("household")["item"].agg(lambda names: LIST.join(sorted(set(names))))
    order = asked.sort_values("rank").drop_duplicates(["household", "indicator"])
    first = order.groupby("household", sort=False)["indicator"]
    told = first.agg(lambda codes: LIST.join(list(codes)[:NAMED]))
    made["needs"] = _mapped(keys, items)
    made["n_needs"] = [len(row.split(LIST)) if row else 0 for row in made["needs"]]
    made["asked"] = _mapped(keys, told)
    sizes = first.size()
    made["n_asked"] = [int(sizes.get(key, 0)) for key in keys]
    entries = catalogue.indicators
    rows = list(zip(made["asked"], made["n_asked"], made["n_persons"], strict=True))
    made["unknown_zh"] = [_unknown_zh(codes, n, people, entries) for codes, n, people in rows]
    made["unknown_en"] = [_unknown_en(codes, n, people, entries) for codes, n, people in rows]
    return made


def _mapped(keys: pd.Series, words: pd.Series, otherwise: str = "") -> pd.Series:
    """Return the word of each key, as text even where there is none at all."""
    known = {str(key): str(word) for key, word in words.items()}
    return pd.Series([known.get(key, otherwise) for key in keys], index=keys.index, dtype="str")


def _unknown_zh(codes: str, n: int, people: int, entries: Mapping[str, object]) -> str:
    if not people:
        return "这一户住着谁、有多少人，都还不知道。"
    if not codes:
        return "没有会改变等级的未知项。"
    names = "、".join(str(getattr(entries[code], "zh", code)) for code in codes.split(LIST))
    more = f"等 {n} 项" if n > len(codes.split(LIST)) else ""
    return f"还不知道：{names}{more}。"


def _unknown_en(codes: str, n: int, people: int, entries: Mapping[str, object]) -> str:
    if not people:
        return "Who lives here, and how many, is not known."
    if not codes:
        return "Nothing unknown could change the tier."
    names = "; ".join(str(getattr(entries[code], "en", code)) for code in codes.split(LIST))
    more = n - len(codes.split(LIST))
    return f"Not known: {names}{f'; {more} more' if more > 0 else ''}."


def _most_needed(totals: pd.DataFrame, display: str) -> str:
    own = totals[(totals["display"] == display) & (totals["n_households"] > 0)]
    order = own.sort_values(["n_households", "item"], ascending=[False, True], kind="stable")
    return LIST.join(order["item"].head(NAMED))


def _several(states: pd.Series) -> str:
    return LIST.join(sorted(set(states)))
