"""Write what a community found out about its residents as rows of the national table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from renlin.catalogue.conditions import comparisons
from renlin.catalogue.load import Catalogue
from renlin.catalogue.rules import RuleSet
from renlin.errors import Fault, PrivacyFault, Said
from renlin.needs.expressions import AGE, ASKED
from renlin.needs.indicators import ages_of_evidence, ever_asked
from renlin.needs.nation.columns import COMMUNITY, HOUSEHOLD, PERSON
from renlin.needs.nation.manifest import partial_of
from renlin.needs.tiers import fields_of

LEVELS = 1000
"""Steps a range of numbers is divided in. Source: reference needs 9."""
Floats = npt.NDArray[np.float64]


def national_rows(
    indicators: pd.DataFrame,
    evidence: pd.DataFrame,
    pseudonyms: Mapping[str, str],
    rule_sets: Sequence[RuleSet],
    catalogue: Catalogue,
    *,
    community: str,
) -> pd.DataFrame:
    """Return one row of the national table per resident.

    Parameters
    ----------
    indicators, evidence
        Tables of the findings ``needs.indicators`` and ``needs.evidence``.
    pseudonyms
        Person or household -> pseudonym; made with a key that is kept elsewhere.
    community
        Code of the community in the country.

    Returns
    -------
    Keys, every indicator, and ``__days`` and ``__asked`` of the fields the rules read.
    Numbers are at most ``LEVELS`` steps of their range; no rule tells a number and its
    step apart.

    Raises
    ------
    PrivacyFault
        When somebody has no pseudonym: the row would carry who it is.
    """
    keys = pd.concat([indicators[PERSON], indicators[HOUSEHOLD]])
    lost = int((~keys.isin(list(pseudonyms))).sum())
    if lost:
        raise PrivacyFault(_unnamed(lost))
    persons = indicators[[PERSON, HOUSEHOLD]]
    made = {PERSON: persons[PERSON].map(pseudonyms), HOUSEHOLD: persons[HOUSEHOLD].map(pseudonyms)}
    made[COMMUNITY] = pd.Series(community, index=persons.index, dtype="str")
    cuts = _cuts(rule_sets)
    for code in sorted(catalogue.indicators):
        made[code] = _bounded(indicators[code], code, cuts.get(code, []), catalogue)
    fields = fields_of(rule_sets)
    ages = ages_of_evidence(evidence, persons, fields)
    asked = ever_asked(evidence, persons, fields)
    for field in fields:
        known = indicators[field].notna()
        made[f"{field}{AGE}"] = ages[field].where(known)
        made[f"{field}{ASKED}"] = asked[field]
    return pd.DataFrame(made)


def write_rows(rows: pd.DataFrame, folder: Path, *, city: str, district: str) -> Path:
    """Write rows into the national table in ``folder``, one file per community.

    Returns
    -------
    ``city=…/district=…/<community>.parquet``; it appears when it is whole.
    """
    community = str(rows[COMMUNITY].iloc[0]) if len(rows) else "empty"
    path = folder / f"city={city}" / f"district={district}" / f"{community}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = partial_of(path)
    arrow = pa.Table.from_pandas(rows, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(arrow, partial, compression="zstd")
    partial.replace(path)
    return path


def stepped(values: Floats, low: float, high: float, cuts: Sequence[float]) -> Floats:
    """Return values on the nearest of ``LEVELS`` steps that no cut parts from them.

    A value that cuts hem in on both sides stays as it is.
    """
    step = (high - low) / LEVELS
    steps = low + step * np.arange(LEVELS + 1)
    grid = np.unique(np.concatenate([steps, np.asarray(cuts, dtype=np.float64)]))
    grid = grid[(grid >= low) & (grid <= high)]
    above = np.clip(np.searchsorted(grid, values), 0, len(grid) - 1)
    below = np.where(grid[above] == values, above, np.clip(above - 1, 0, None))
    near = np.where(
        np.abs(grid[above] - values) < np.abs(grid[below] - values), grid[above], grid[below]
    )
    far = grid[above] + grid[below] - near
    made = np.where(_same_side(far, values, cuts), far, values)
    return np.where(_same_side(near, values, cuts), near, made)


def _same_side(values: Floats, others: Floats, cuts: Sequence[float]) -> npt.NDArray[np.bool_]:
    """Return where no cut tells two values apart."""
    same = np.ones(len(values), dtype=bool)
    for cut in cuts:
        same &= np.sign(values - cut) == np.sign(others - cut)
    return same


def _bounded(
    column: pd.Series, code: str, cuts: Sequence[float], catalogue: Catalogue
) -> pd.Series:
    entry = catalogue.indicators[code]
    if entry.kind != "number" or entry.low is None or entry.high is None:
        return column
    own = [v for c in entry.risk_when + entry.met_when if (v := _number(c.value)) is not None]
    numbers = column.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    distinct = np.unique(numbers[~np.isnan(numbers)]).astype(np.float64)
    told = dict(zip(distinct, stepped(distinct, entry.low, entry.high, [*cuts, *own]), strict=True))
    return column.astype("Float64").map(told, na_action="ignore").astype("Float64")


def _cuts(rule_sets: Sequence[RuleSet]) -> dict[str, list[float]]:
    found: dict[str, set[float]] = {}
    for rules in rule_sets:
        for tier in rules.tiers:
            for one in comparisons(tier.condition):
                numbers = {n for value in one.value if (n := _number(value)) is not None}
                found.setdefault(one.field, set()).update(numbers)
    return {field: sorted(cuts) for field, cuts in found.items()}


def _number(value: object) -> float | None:
    fine = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if fine else None  # type: ignore[arg-type]


def _unnamed(n: int) -> Fault:
    return Fault(
        "needs.indicators",
        Said("每人每户都有化名", "a pseudonym for everybody and every household"),
        Said(f"{n} 个没有", f"{n} without"),
        Said("先用密钥做化名。", "Make pseudonyms with the key first."),
    )
