"""Count residents by community and group: tiers, scores and what is not known.

Everything kept is a whole number, so that districts add up exactly and in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis
import numpy as np
import pandas as pd

from renlin.needs.expressions import POSSIBLE, SURE
from renlin.needs.nation.columns import COMMUNITY, HOUSEHOLD, unknown
from renlin.needs.nation.residents import GROUP, MEASURES

ALL = "all"
TIERS = (1, 2, 3)
UNIT = 1_000_000
"""Parts in which a share is added up, so that sums are whole and the same everywhere."""
SIDES = ("", "_low", "_high")
COUNTS = (
    "n",
    "n_households",
    "n_undecided",
    *(f"{bound}_{tier}" for bound in (SURE, POSSIBLE) for tier in TIERS),
    "n_open",
    *(f"n_{name}" for name in MEASURES),
    *(f"{name}{side}_sum" for name in MEASURES for side in SIDES),
)


def parted(residents: Any, groups: Sequence[str]) -> Any:
    """Return what is counted of each resident, every share in whole parts.

    Parameters
    ----------
    residents
        As :func:`renlin.needs.nation.residents.judged` returns.
    """
    homes = [HOUSEHOLD] if HOUSEHOLD in residents.columns else []
    names = [f"{name}{side}" for name in MEASURES for side in SIDES]
    shares = {c: (residents[c] * UNIT + 0.5).floor().cast("int32") for c in names}
    members = [f"{GROUP}{code}" for code in groups]
    return residents.select(COMMUNITY, *homes, SURE, POSSIBLE, *members, **shares)


def by_group(residents: Any, groups: Sequence[str]) -> Any:
    """Return the Ibis table of counts by community and group, of who surely belongs.

    Parameters
    ----------
    residents
        As :func:`parted` returns.
    groups
        Codes of the groups; ``all`` is added. Groups overlap.
    """
    parts = [_counted(residents, ALL)]
    parts += [
        _counted(residents.filter(residents[f"{GROUP}{c}"].fill_null(False)), c) for c in groups
    ]
    return ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]


def undecided(residents: Any, groups: Sequence[str]) -> Any:
    """Return the Ibis table of how many of each community may belong to each group."""
    open_ = {code: unknown(residents[f"{GROUP}{code}"]).cast("int32").sum() for code in groups}
    return residents.group_by(COMMUNITY).aggregate(**open_)


def communities(
    counts: pd.DataFrame, open_: pd.DataFrame, *, k_persons: int, k_households: int
) -> pd.DataFrame:
    """Return one row per community and group, also where nobody surely belongs.

    Parameters
    ----------
    counts, open_
        As :func:`by_group` and :func:`undecided` give.
    k_persons, k_households
        Sizes below which a cell is marked ``small``.

    Returns
    -------
    Columns ``community``, ``group``, ``COUNTS``, ``small``; sums in millionths.
    ``n_households`` is missing where the table names no households.
    """
    long = open_.melt(COMMUNITY, var_name="group", value_name="n_undecided")
    whole = open_[[COMMUNITY]].assign(group=ALL, n_undecided=0)
    keys = pd.concat([whole, long], ignore_index=True)
    made = keys.merge(counts, on=[COMMUNITY, "group"], how="left")
    return small(_typed(made, [COMMUNITY, "group"]), k_persons, k_households)


def summed(
    parts: pd.DataFrame, by: Sequence[str], *, k_persons: int, k_households: int
) -> pd.DataFrame:
    """Return the counts of larger areas: sums over ``parts``, never means of means."""
    keys = [*by, "group"]
    columns = [*COUNTS]
    made = parts.groupby(keys, sort=True)[columns].sum(min_count=1).reset_index()
    return small(_typed(made, keys), k_persons, k_households)


def small(made: pd.DataFrame, k_persons: int, k_households: int) -> pd.DataFrame:
    """Return the table with ``small``: cells that may not be shown to the public."""
    few = (made["n"] > 0) & (made["n"] < k_persons)
    homes = made["n_households"]
    few |= ((made["n"] > 0) & (homes < k_households)).fillna(False)
    return made.assign(small=few.to_numpy(dtype=bool))


def shown(made: pd.DataFrame) -> pd.DataFrame:
    """Return the means of every measure beside its bounds, shares; missing over nobody."""
    result = made[[c for c in made.columns if not c.endswith("_sum")]].copy()
    for name in MEASURES:
        result[name] = _mean(made[f"{name}_sum"], made[f"n_{name}"])
        for side in SIDES[1:]:
            result[f"{name}{side}"] = _mean(made[f"{name}{side}_sum"], made["n"])
    return result


def _counted(members: Any, group: str) -> Any:
    n = members.count()
    named = HOUSEHOLD in members.columns
    homes = members[HOUSEHOLD].nunique() if named else n.nullif(n)
    tiers = {
        f"{bound}_{tier}": (members[bound] == tier).cast("int32").sum()
        for bound in (SURE, POSSIBLE)
        for tier in TIERS
    }
    known = {f"n_{name}": members[name].count() for name in MEASURES}
    sums = {
        f"{name}{side}_sum": members[f"{name}{side}"].sum() for name in MEASURES for side in SIDES
    }
    sized = members.group_by(COMMUNITY).aggregate(
        n=n,
        n_households=homes,
        **tiers,
        n_open=(members[SURE] != members[POSSIBLE]).cast("int32").sum(),
        **known,
        **sums,
    )
    order = [COMMUNITY, "group", *(c for c in COUNTS if c != "n_undecided")]
    whole = {c: sized[c].cast("int64") for c in order if c not in (COMMUNITY, "group")}
    return sized.select(sized[COMMUNITY], group=ibis.literal(group), **whole)


def _mean(total: pd.Series, n: pd.Series) -> pd.Series:
    return total.astype("float64") / n.astype("float64").where(n > 0, np.nan) / UNIT


def _typed(made: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    columns = {c: made[c].astype("Int64") for c in COUNTS}
    for name, values in columns.items():
        if name != "n_households":
            columns[name] = values.fillna(0).astype("int64")
    return pd.DataFrame({**{k: made[k] for k in keys}, **columns})
