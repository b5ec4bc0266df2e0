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
from scipy.special import betaincinv

from renlin.catalogue.load import Catalogue
from renlin.needs.capacities import holds

EVERYBODY = "all"
NOT_SAID = 0.5
"""Cases a side starts with where neither register nor workshop says anything (Jeffreys)."""
COLUMNS = (
    "correction", "workshop", "kind", "subject", "field", "method", "held_on", "n_asked", "n_yes",
    "was", "is", "applied", "before", "before_low", "before_high", "after", "after_low",
    "after_high", "shift", "shift_low", "shift_high", "tiers_changed", "raised", "kept", "undone",
)  # fmt: skip


@dataclass(frozen=True)
class Estimate:
    """A share with its interval."""

    mean: float
    low: float
    high: float


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


def estimate(alpha: float, beta: float, interval: float) -> Estimate:
    """Return mean and central interval of Beta(alpha, beta).

    A side with no weight at all leaves a point: of nobody asked, none said yes.
    """
    if alpha <= 0 and beta <= 0:
        alpha = beta = NOT_SAID
    if alpha <= 0 or beta <= 0:
        point = 0.0 if alpha <= 0 else 1.0
        return Estimate(point, point, point)
    tail = (1 - interval) / 2
    low, high = betaincinv(alpha, beta, [tail, 1 - tail])
    return Estimate(alpha / (alpha + beta), float(low), float(high))


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
    m = min(float(n_known), by.prior_cap)
    p = n_yes / n_known if n_known else 0.0
    alpha, beta = m * p, m * (1 - p)
    yes = workshop_yes / by.design_effect
    no = (workshop_n - workshop_yes) / by.design_effect
    return estimate(alpha, beta, by.interval), estimate(alpha + yes, beta + no, by.interval)


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
        Columns correction, person, raised, kept: residents whose tier a correction
        raised, or would have lowered had it not been kept as possible.
    table, members
        Wide indicators and group memberships, rows aligned, without the corrections.
    catalogue
        Indicators and weights.

    Returns
    -------
    Columns of ``COLUMNS``. ``before`` to ``shift_high`` only for kind ``prevalence``;
    ``shift`` is after minus before, and its interval that of after minus the register's
    share. An undone correction leaves ``after`` as ``before``.
    """
    by = weights(catalogue)
    counts = changes.groupby("correction")[["raised", "kept"]].sum()
    touched = changes[changes["raised"] | changes["kept"]].groupby("correction")["person"].nunique()
    rows = []
    for row in corrections.to_dict("records"):
        code = str(row["correction"])
        undone = row["state"] == "undone"
        made = {name: row.get(name) for name in COLUMNS[:11]}
        made["applied"] = bool(applied.get(code, False)) and not undone
        made |= _prevalence(row, undone, table, members, catalogue, by)
        made["tiers_changed"] = int(touched.get(code, 0))
        made["raised"] = int(counts["raised"].get(code, 0))
        made["kept"] = int(counts["kept"].get(code, 0))
        made["undone"] = undone
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
    n_yes, n_no = int((told.yes & inside).sum()), int((told.no & inside).sum())
    counted = (0.0, 0.0) if undone else (float(said), float(asked))
    before, after = corrected(n_yes, n_yes + n_no, *counted, by)
    shifts = (after.mean - before.mean, after.low - before.mean, after.high - before.mean)
    values = (before.mean, before.low, before.high, after.mean, after.low, after.high, *shifts)
    return dict(zip(names, values, strict=True))


def _typed(made: pd.DataFrame) -> pd.DataFrame:
    words = ("correction", "workshop", "kind", "subject", "field", "method", "was", "is")
    types: dict[str, str] = dict.fromkeys(words, "str")
    types |= dict.fromkeys(("n_asked", "n_yes"), "Int64")
    types |= dict.fromkeys(COLUMNS[12:21], "float64") | {"held_on": "datetime64[s]"}
    types |= dict.fromkeys(("tiers_changed", "raised", "kept"), "int64")
    types |= dict.fromkeys(("applied", "undone"), "bool")
    return made.astype(types)
