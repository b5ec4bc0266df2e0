"""Let workshops correct the registers: by how much, how sure, undoable, never silently down.

A measurement (one resident, or how many of a group) is kept apart from a preference; a
preference changes no estimate. How many of a group need something is weighed against the
register; whether one resident does is a new row of evidence (``evidence``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.needs.capacities import holds
from renlin.needs.workshops.prevalence import counted as risk_side
from renlin.needs.workshops.updating import Count, Estimate, Register, Shift, update

EVERYBODY = "all"
COLUMNS = (
    "correction", "workshop", "kind", "subject", "field", "method", "held_on", "n_asked", "n_yes",
    "was", "is", "applied", "before", "before_low", "before_high", "after", "after_low",
    "after_high", "shift", "shift_low", "shift_high", "tiers_changed", "raised", "kept", "undone",
    "tier_before", "tier_after", "possible_before", "possible_after",
)  # fmt: skip
TIERS = COLUMNS[-4:]
"""Tiers without the corrections and with them, 1 to 4 (4: none)."""


@dataclass(frozen=True)
class Weights:
    """How much register and workshop weigh.

    Attributes
    ----------
    prior_cap
        Persons the register counts for at most.
    design_effect
        By how much volunteers are worth less than a random sample, at least 1.
    interval
        Probability inside the interval shown.
    """

    prior_cap: float
    design_effect: float
    interval: float


def weights(catalogue: Catalogue) -> Weights:
    """Return the weights of the catalogue."""
    return Weights(
        catalogue.number("workshop_prior_cap"),
        catalogue.number("workshop_design_effect"),
        catalogue.number("workshop_interval"),
    )


def corrected(
    n_yes: int, n_known: int, workshop_yes: float, workshop_n: float, by: Weights
) -> tuple[Estimate, Estimate]:
    """Return the share before and after a workshop.

    Before: Beta(m p, m (1 - p)) with p = n_yes / n_known of the register and
    m = min(n_known, prior_cap). After: x / deff of n / deff workshop answers added.

    Parameters
    ----------
    n_yes, n_known
        Residents of the group whose register entry says yes; whose entry is known.
    workshop_yes, workshop_n
        Participants who said so, participants asked.
    by
        Weights.

    Source: reference needs 7; ibrahim_chen2000 (discounted evidence).

    Examples
    --------
    >>> before, after = corrected(3, 30, 12, 20, Weights(30, 2, 0.9))
    >>> round(before.mean, 3), round(after.mean, 3)
    (0.1, 0.225)
    """
    found = _shifted(Register(n_yes, n_known - n_yes), workshop_yes, workshop_n, by)
    return found.before, found.after


def _shifted(register: Register, n_yes: float, n_asked: float, by: Weights) -> Shift:
    counts = [Count(n_yes, n_asked, by.design_effect)] if n_asked else []
    return update(register, counts, cap=by.prior_cap, interval=by.interval)


def corrections_table(
    corrections: pd.DataFrame,
    applied: pd.Series,
    changes: pd.DataFrame,
    table: pd.DataFrame,
    members: pd.DataFrame,
    catalogue: Catalogue,
) -> pd.DataFrame:
    """Return every correction, what it changed and what it was kept from changing.

    Parameters
    ----------
    corrections
        Table of the community, undone ones too.
    applied
        Correction -> whether it is the newest word on its subject and field.
    changes
        Columns correction, person, raised, kept and those of ``TIERS``: residents whose tier
        a correction raised, or would have lowered had it not been kept as possible.
    table, members
        Wide indicators and group memberships, rows aligned, without the corrections.
    catalogue
        Indicators and weights.

    Returns
    -------
    Columns of ``COLUMNS``. ``before`` to ``shift_high`` only for kind ``prevalence``;
    ``shift`` is after minus the register's share, and its interval holds whatever the
    unknown are (``workshops.updating``). An undone correction leaves ``after`` as ``before``.
    ``TIERS`` are missing where no resident is spoken of; of a household, the highest tier of
    its residents, by the rules alone.
    """
    by = weights(catalogue)
    highest = changes.groupby("correction")[list(TIERS)].min()
    counts = changes.groupby("correction")[["raised", "kept"]].sum()
    touched = changes[changes["raised"] | changes["kept"]].groupby("correction")["person"].nunique()
    rows = []
    for row in corrections.to_dict("records"):
        code = str(row["correction"])
        undone = row["state"] == "undone"
        made: dict[Any, Any] = {name: row.get(name) for name in COLUMNS[:11]}
        made["applied"] = bool(applied.get(code, False)) and not undone
        made |= _prevalence(row, undone, table, members, catalogue, by)
        made["tiers_changed"] = int(touched.get(code, 0))
        made["raised"] = int(counts["raised"].get(code, 0))
        made["kept"] = int(counts["kept"].get(code, 0))
        made["undone"] = undone
        made |= highest.loc[code].to_dict() if code in highest.index else {}
        rows.append(made)
    return _typed(pd.DataFrame(rows, columns=list(COLUMNS)))


def _prevalence(
    row: Mapping[Any, Any],
    undone: bool,
    table: pd.DataFrame,
    members: pd.DataFrame,
    catalogue: Catalogue,
    by: Weights,
) -> dict[str, float]:
    names = COLUMNS[12:21]
    field = str(row["field"])
    group = EVERYBODY if pd.isna(row["subject"]) else str(row["subject"])
    asked, said = row["n_asked"], row["n_yes"]
    measured = row["kind"] == "prevalence" and field in catalogue.indicators
    if not measured or pd.isna(asked) or pd.isna(said) or group not in (EVERYBODY, *members):
        return dict.fromkeys(names, float("nan"))
    inside = np.ones(len(table), dtype=bool)
    if group != EVERYBODY:
        inside = members[group].fillna(False).to_numpy(dtype=bool)
    entry = catalogue.indicators[field]
    told = holds(table, entry, "risk" if entry.risk_when else "met")
    register = Register(*(int((side & inside).sum()) for side in (told.yes, told.no, told.unknown)))
    n = float(asked)
    counted = (0.0, 0.0) if undone else (risk_side(float(said), n, row["is"], entry, catalogue), n)
    made = _shifted(register, *counted, by)
    values = (
        *(made.before.mean, made.before.low, made.before.high),
        *(made.after.mean, made.after.low, made.after.high),
        *(made.shift.mean, made.shift.low, made.shift.high),
    )
    return dict(zip(names, values, strict=True))


def _typed(made: pd.DataFrame) -> pd.DataFrame:
    words = ("correction", "workshop", "kind", "subject", "field", "method", "was", "is")
    types: dict[str, str] = dict.fromkeys(words, "str")
    types |= dict.fromkeys(("n_asked", "n_yes"), "Int64")
    types |= dict.fromkeys(COLUMNS[12:21], "float64") | {"held_on": "datetime64[s]"}
    types |= dict.fromkeys(("tiers_changed", "raised", "kept"), "int64")
    types |= dict.fromkeys(("applied", "undone"), "bool") | dict.fromkeys(TIERS, "Int64")
    return made.astype(types)
