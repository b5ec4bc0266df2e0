"""Weight the answers of a session to the community's margins and count them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from renlin.needs.workshops.raking import Raked, attempt, collapse

CELLS = ("age_band", "living", "tenure", "impairment")
COLLAPSED = ("impairment", "tenure", "living", "age_band")
"""Order in which small categories are merged: what is asked least reliably goes first."""
MIDDLE_AGE, OLD_AGE = 60, 80
"""Years; the bands of reference needs 5 (60 base, 80)."""
CATEGORIES = {
    "age_band": ("under_60", "60_79", "80_over"),
    "living": ("alone", "together"),
    "tenure": ("owner", "tenant"),
    "impairment": ("yes", "no"),
}
RAKED, REFUSED = "raked", "refused"
LEVELS = ("vision_level", "hearing_level", "speech_level", "limb_level", "intellectual_level",
          "mental_level")  # fmt: skip
NO_IMPAIRMENT = 5
"""Level of a person without a disability of that kind, as the catalogue counts."""


@dataclass(frozen=True)
class Weighted:
    """The answers of one session on one indicator, weighted.

    Attributes
    ----------
    share, n_effective
        Weighted share of yes; respondents it is worth (Kish).
    state
        ``raked``, or ``refused`` when the margins cannot be met, or no two categories of any
        margin hold enough participants: then unweighted.
    unmet
        Margins that cannot be met.
    """

    share: float
    n_effective: float
    n_asked: int
    state: str
    unmet: tuple[str, ...] = ()


def margins(table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return the community's margins: variable -> category -> share of those known.

    Parameters
    ----------
    table
        Wide indicators, one row per resident. Who is unknown is left out of that margin
        (Assumption: the known stand for the unknown).
    """
    placed = cells(table)
    made: dict[str, dict[str, float]] = {}
    for variable, names in CATEGORIES.items():
        n = placed[variable].value_counts()
        total = float(n.sum())
        if total > 0:
            made[variable] = {name: float(n.get(name, 0)) / total for name in names}
    return made


def cells(table: pd.DataFrame) -> pd.DataFrame:
    """Return the category of every resident in each variable; unknown is missing."""
    age = table["age"].astype("Float64")
    band = pd.Series(None, index=table.index, dtype="str")
    band[(age < MIDDLE_AGE).fillna(False)] = "under_60"
    band[((age >= MIDDLE_AGE) & (age < OLD_AGE)).fillna(False)] = "60_79"
    band[(age >= OLD_AGE).fillna(False)] = "80_over"
    levels = table[list(LEVELS)].astype("Float64")
    impaired = (levels < NO_IMPAIRMENT).fillna(False).any(axis=1)
    free = (levels >= NO_IMPAIRMENT).fillna(False).all(axis=1)
    return pd.DataFrame(
        {
            "age_band": band,
            "living": _either(table["lives_alone"], "alone", "together"),
            "tenure": _either(table["tenant"], "tenant", "owner"),
            "impairment": pd.Series(
                np.select([impaired, free], ["yes", "no"], ""), index=table.index, dtype="str"
            ).where(impaired | free),
        }
    )


def _either(column: pd.Series, yes: str, no: str) -> pd.Series:
    return column.map({True: yes, False: no}).astype("str")


def weigh(
    answers: pd.DataFrame,
    wanted: Mapping[str, Mapping[str, float]],
    *,
    cap: float,
    least: int,
) -> Weighted:
    """Return the share of yes among the answers, weighted to the community's margins.

    Parameters
    ----------
    answers
        Rows of the table ``answers`` of one session and one indicator.
    wanted
        As :func:`margins` returns.
    cap, least
        Greatest weight in medians; participants below which a category is merged.
    """
    counted = answers[answers["n_asked"] > 0].reset_index(drop=True)
    n = counted["n_asked"].astype("int64").to_numpy()
    yes = counted["n_yes"].astype("float64").to_numpy()
    known = [variable for variable in COLLAPSED if variable in wanted]
    each = counted.loc[counted.index.repeat(n), list(known)].reset_index(drop=True)
    own = {v: {c: s for c, s in wanted[v].items() if s > 0} for v in known}
    merged, reduced, _ = collapse(each, own, known, least)
    found = attempt(merged, reduced, cap=cap)
    share_yes = np.repeat(np.divide(yes, n, out=np.zeros(len(n)), where=n > 0), n)
    if isinstance(found, Raked) and reduced:
        share = float(np.average(share_yes, weights=found.weights))
        return Weighted(share, found.n_effective, int(n.sum()), RAKED)
    plain = float(share_yes.mean()) if len(share_yes) else float("nan")
    lost = known if isinstance(found, Raked) else [fault.column or "" for fault in found]
    unmet = tuple(sorted(set(lost)))
    return Weighted(plain, float(n.sum()), int(n.sum()), REFUSED, unmet)
