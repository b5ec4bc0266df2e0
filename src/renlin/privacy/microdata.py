"""Make records coarse enough that nobody stands out among those alike, or refuse.

Each feature an outsider may know is made coarser step by step, for everybody alike, until
every class of records alike has enough persons, enough households and enough different
values of what is sensitive. Of all ways to get there the one with the fewest steps is
taken; where there is none, nothing is given. Source: Samarati 2001 (full-domain
generalisation); Machanavajjhala et al. 2007 (distinct l-diversity).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
import pandas as pd

from renlin.errors import Fault, PrivacyFault, Said
from renlin.privacy.publishing import UNKNOWN

ANY = "*"
"""Stands for every value: the last step of each feature."""


@dataclass(frozen=True)
class Bands:
    """A number told by the band it lies in, closed below: below, from each cut on."""

    cuts: tuple[float, ...]


@dataclass(frozen=True)
class Kinds:
    """A value told by the kind it belongs to; a value of no kind keeps its name."""

    kinds: Mapping[str, str]


Step = Bands | Kinds
Steps = Mapping[str, Sequence[Step]]
"""Feature -> its steps from fine to coarse; before them it is told as it is."""


@dataclass(frozen=True)
class Bar:
    """What every class of records alike must have.

    Attributes
    ----------
    persons, households
        Fewest persons and households in a class.
    values
        Fewest different values of each sensitive feature in a class.
    left_out
        Largest share of records that may be left out because their class is too small.
    """

    persons: int
    households: int
    values: int
    left_out: float


@dataclass(frozen=True)
class Release:
    """Records that may be given away.

    Attributes
    ----------
    table
        Features and sensitive values, sorted, without any key.
    steps
        Feature -> steps taken.
    left_out
        Records left out.
    """

    table: pd.DataFrame
    steps: dict[str, int]
    left_out: int


def released(records: pd.DataFrame, steps: Steps, sensitive: Sequence[str], bar: Bar) -> Release:
    """Return the records made as coarse as ``bar`` asks, and no coarser.

    Parameters
    ----------
    records
        One row per person: ``household``, the features of ``steps``, the sensitive ones.
        A missing value is a value of its own, ``unknown``.
    steps
        How each feature may be made coarser; the last step, any value, is always there.
    sensitive
        Features whose values are given as they are.

    Raises
    ------
    PrivacyFault
        When no combination of steps is coarse enough.
    """
    forms = {name: list(_forms(records[name], stated)) for name, stated in steps.items()}
    told = {name: _plain(records[name]) for name in sensitive}
    homes = records["household"].to_numpy()
    for chosen in _fewest_first([len(form) for form in forms.values()]):
        coarse = pd.DataFrame({n: form[at] for (n, form), at in zip(forms.items(), chosen,
                                                                    strict=True)})  # fmt: skip
        kept = _enough(coarse, homes, told, bar)
        if kept.any() and (~kept).sum() <= bar.left_out * len(records):
            table = coarse.assign(**told)[kept]
            order = list(table.columns)
            table = table.sort_values(order, kind="stable").reset_index(drop=True)
            return Release(table, dict(zip(forms, chosen, strict=True)), int((~kept).sum()))
    raise PrivacyFault(_refused(len(records), bar))


def _fewest_first(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield every choice of one form per feature, those with the fewest steps first."""
    every = product(*(range(size) for size in sizes))
    yield from sorted(every, key=lambda chosen: (sum(chosen), chosen))


def _forms(values: pd.Series, steps: Sequence[Step]) -> Iterator[np.ndarray]:
    """Yield the feature as it is, after each step, and as any value."""
    plain = _plain(values)
    yield plain
    for step in steps:
        if isinstance(step, Kinds):
            yield np.array([step.kinds.get(value, value) for value in plain])
        else:
            yield _banded(values, step.cuts)
    yield np.full(len(plain), ANY)


def _plain(values: pd.Series) -> np.ndarray:
    return values.astype("str").fillna(UNKNOWN).to_numpy(dtype=object)


def _banded(values: pd.Series, cuts: Sequence[float]) -> np.ndarray:
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    edges = [f"{cut:g}" for cut in cuts]
    names = [f"<{edges[0]}", *(f"{a}-<{b}" for a, b in pairwise(edges)),
             f">={edges[-1]}"]  # fmt: skip
    at = np.searchsorted(np.asarray(cuts, dtype=np.float64), numbers, side="right")
    return np.where(np.isnan(numbers), UNKNOWN, np.array(names)[np.minimum(at, len(cuts))])


def _enough(
    coarse: pd.DataFrame, homes: np.ndarray, told: Mapping[str, np.ndarray], bar: Bar
) -> np.ndarray:
    """Return which records stand in a class that meets the bar, shape (n,)."""
    classes: np.ndarray = np.zeros(len(homes), dtype=np.int64)
    if coarse.shape[1]:
        classes = coarse.groupby(list(coarse.columns), sort=False).ngroup().to_numpy()
    frame = pd.DataFrame({"class": classes, "home": homes, **{f"_{n}": v for n, v in told.items()}})
    by = frame.groupby("class")
    fine = (by.size() >= bar.persons) & (by["home"].nunique() >= bar.households)
    for name in told:
        fine &= by[f"_{name}"].nunique() >= bar.values
    return np.asarray(fine.reindex(classes).to_numpy(dtype=bool))


def _refused(n: int, bar: Bar) -> Fault:
    return Fault(
        "microdata",
        Said(
            f"每一类至少 {bar.persons} 人、{bar.households} 户、敏感项 {bar.values} 种取值，"
            f"至多舍去 {bar.left_out:.0%}",
            f"at least {bar.persons} persons, {bar.households} households and {bar.values} "
            f"sensitive values in each class, at most {bar.left_out:.0%} left out",
        ),
        Said(f"{n} 人怎么合并都做不到", f"{n} persons, and no step is coarse enough"),
        Said(
            "少给几项敏感的，或只公布人数（renlin publish --rows）。",
            "Give fewer sensitive features, or publish counts (renlin publish --rows).",
        ),
    )
