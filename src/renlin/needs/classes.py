"""Give every resident the class they move in, and every group they belong to.

The class that is surely right moves them in the simulation; the classes they may belong to
while facts are unknown stand beside it. Groups overlap, and membership may be unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pandas as pd

from renlin.catalogue.models import BehaviourClass, DisplayGroup
from renlin.errors import CatalogueFault, Fault, Said
from renlin.needs.values import Told, any_list
from renlin.privacy.publishing import Limits, hidden_cells
from renlin.privacy.publishing import memberships as inside

LIST = ";"


def classify(table: pd.DataFrame, classes: Mapping[str, BehaviourClass]) -> pd.DataFrame:
    """Return the behaviour class of every resident.

    Classes are asked in order of rank; the first whose rule surely holds is the class. Who
    meets no rule has the class without one. Classes of a better rank that may hold are
    kept: with one more fact, the resident could be in one of them.

    Parameters
    ----------
    table
        One row per resident with the indicators.
    classes
        Classes of the catalogue, one of them without a rule.

    Returns
    -------
    Columns ``person``, ``household``, ``class``, ``display``, ``class_possible`` and
    ``display_possible`` (";"-joined, empty when nothing else is possible), ``slow``,
    ``helpers_needed``, ``needs_help``.

    Raises
    ------
    CatalogueFault
        When two classes share a rank or not exactly one has no rule.
    """
    order = _ordered(classes)
    fallback = next(entry for entry in order if not entry.when)
    ruled = [entry for entry in order if entry.when]
    told = [any_list(table, entry.when) for entry in ruled]
    chosen = np.full(len(table), len(ruled))
    for place in range(len(ruled) - 1, -1, -1):
        chosen[told[place].yes] = place
    entries = [*ruled, fallback]
    picked = [entries[place] for place in chosen]
    open_ = _open(told, chosen)
    return pd.DataFrame(
        {
            "person": table["person"],
            "household": table["household"],
            "class": pd.Series([entry.code for entry in picked], dtype="str"),
            "display": pd.Series([entry.display for entry in picked], dtype="str"),
            "class_possible": _listed(open_, [entry.code for entry in ruled]),
            "display_possible": _listed(open_, [entry.display for entry in ruled]),
            "slow": np.array([entry.slow_walker for entry in picked], dtype=bool),
            "helpers_needed": np.array([entry.n_helpers for entry in picked], dtype=np.int64),
            "needs_help": pd.Series([entry.help for entry in picked], dtype="str"),
        }
    )


def memberships(table: pd.DataFrame, displays: Mapping[str, DisplayGroup]) -> pd.DataFrame:
    """Return who belongs to which group: yes, no or unknown; groups overlap.

    The group without a rule holds who surely belongs to no other.

    Returns
    -------
    ``person``, then one nullable boolean column per group in the order of the catalogue.
    """
    ordered = sorted(displays.values(), key=lambda entry: entry.order)
    told = {e.code: any_list(table, e.member_when) for e in ordered if e.member_when}
    yes = np.zeros(len(table), dtype=bool)
    no = np.ones(len(table), dtype=bool)
    for part in told.values():
        yes, no = yes | part.yes, no & part.no
    rest = Told(no, yes)
    columns = {entry.code: _nullable(told.get(entry.code, rest)) for entry in ordered}
    return pd.DataFrame({"person": table["person"], **columns})


def comparable(
    members: pd.DataFrame, ages: pd.Series, displays: Mapping[str, DisplayGroup]
) -> pd.DataFrame:
    """Return memberships to compare groups with: the group without a rule is made wider.

    Strictly, nobody of whom one fact is missing is known to belong to no group, and there
    would be nobody to compare with. Here the rest are those who surely belong to no other
    group and whose age is known; who surely belongs to none and has no age stays undecided.

    Parameters
    ----------
    members
        As :func:`memberships` returns.
    ages
        Age of each row, years; missing is unknown.
    """
    ruled = [code for code, entry in displays.items() if entry.member_when]
    elsewhere = members[ruled].fillna(False).any(axis=1).to_numpy(dtype=bool)
    aged = ages.notna().to_numpy(dtype=bool)
    rest = _nullable(Told(~elsewhere & aged, elsewhere))
    return members.assign(**{c: rest for c in displays if c not in ruled})


def combinations(members: pd.DataFrame, households: pd.Series, *, limits: Limits) -> pd.DataFrame:
    """Return how many residents share each combination of groups, so that none gives one away.

    Combinations under the limits are counted together as ``other``, and with them as many
    more as it takes: whoever knows every combination shown, the residents in all and the
    total of every group that is not itself under the limit can place a hidden combination
    only within ``limits.width`` persons or more. While ``other`` stays under the limits,
    the next smallest combination joins it; a community that is small as a whole has no rows.

    Parameters
    ----------
    members
        As :func:`memberships` returns.
    households
        Household of each row of ``members``.
    limits
        What is too small, and how uncertain what is hidden must stay.

    Returns
    -------
    Columns ``combination`` (groups joined by ``+``; ``none`` for no sure group),
    ``n_persons``, ``n_households``.
    """
    groups = [column for column in members.columns if column != "person"]
    sure = members[groups].fillna(False).to_numpy(dtype=bool)
    rows, back = np.unique(sure, axis=0, return_inverse=True)
    names = ["+".join(g for g, own in zip(groups, row, strict=True) if own) for row in rows]
    homes = pd.Series(households.to_numpy()).groupby(back.reshape(-1))
    sizes = homes.agg(["size", "nunique"]).to_numpy(dtype=np.float64)
    hidden = _hidden(sizes, rows, limits)
    told = np.array([name or "none" for name in names], dtype=object)[back.reshape(-1)]
    shown = np.where(hidden[back.reshape(-1)], "other", told)
    cells = pd.DataFrame({"combination": shown, "household": households.to_numpy()})
    cells["combination"] = cells["combination"].astype("str")
    made = cells.groupby("combination")["household"].agg(n_persons="size", n_households="nunique")
    few = limits.small(*(made[c].to_numpy(np.float64) for c in ("n_persons", "n_households")))
    return pd.DataFrame(made[~few].reset_index())


def _hidden(sizes: np.ndarray, rows: np.ndarray, limits: Limits) -> np.ndarray:
    """Return which combinations are counted as ``other``, shape (n,).

    Parameters
    ----------
    sizes
        Persons and households of each combination, shape (n, 2).
    rows
        Groups of each combination, shape (n, n_groups).
    """
    n = len(sizes)
    sums = inside(sizes[:, 0], rows)
    small = np.concatenate([limits.small(sizes[:, 0], sizes[:, 1]), sums.values[n:] > 0])
    small[n:] &= sums.values[n:] < limits.persons
    known = np.concatenate([np.zeros(n, dtype=bool), ~small[n:]])
    hidden: np.ndarray = hidden_cells(sums, small, limits.width, known=known)[:n]
    for cell in np.lexsort((sizes[:, 1], sizes[:, 0])):
        n_persons, n_homes = sizes[hidden].sum(axis=0)
        if hidden.any() and limits.small(np.array([n_persons]), np.array([n_homes]))[0]:
            hidden[cell] = True
    return hidden


def _ordered(classes: Mapping[str, BehaviourClass]) -> list[BehaviourClass]:
    order = sorted(classes.values(), key=lambda entry: (entry.rank, entry.code))
    faults = [
        Fault(
            "classes.toml",
            Said("每类自己的 rank", "a rank of its own for each class"),
            Said(f"{one.code} 与 {other.code} 同为 {one.rank}", f"{one.rank} twice"),
            Said("改其中一个。", "Change one of them."),
            column=f"{other.code}.rank",
        )
        for one, other in pairwise(order)
        if one.rank == other.rank
    ]
    without = [entry.code for entry in order if not entry.when]
    if len(without) != 1:
        listed = "、".join(without) or "没有"
        faults.append(
            Fault(
                "classes.toml",
                Said("正好一类没有 when", "exactly one class without when"),
                Said(listed, ", ".join(without) or "none"),
                Said("其余的类写上 when。", "Give the others a when."),
            )
        )
    if faults:
        raise CatalogueFault(faults)
    return order


def _open(told: list[Told], chosen: np.ndarray) -> np.ndarray:
    """Return which better classes may hold, shape (n_persons, n_classes)."""
    if not told:
        return np.zeros((len(chosen), 0), dtype=bool)
    unknown = np.column_stack([part.unknown for part in told])
    return unknown & (np.arange(len(told))[None, :] < chosen[:, None])


def _listed(open_: np.ndarray, names: list[str]) -> pd.Series:
    rows, back = np.unique(open_, axis=0, return_inverse=True)
    words = [
        LIST.join(dict.fromkeys(n for n, own in zip(names, row, strict=True) if own))
        for row in rows
    ]
    return pd.Series([words[at] for at in back.reshape(-1)], dtype="str")


def _nullable(told: Told) -> pd.Series:
    return pd.Series(told.yes).astype("boolean").mask(told.unknown)
