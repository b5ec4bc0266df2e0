"""Count what every household of a sample adds to every margin."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from renlin.errors import DataFault, Fault, Said, raise_all
from renlin.intake.fitting import Constraint
from renlin.intake.household_sample import Sample
from renlin.intake.margins import FITTED, PLACE, Condition, Margin, band

Floats = npt.NDArray[np.float64]


def constraints_of(sample: Sample, margins: Sequence[Margin], oldest: int) -> list[Constraint]:
    """Return one constraint per category of every fitted margin.

    Raises
    ------
    DataFault
        When an age category cuts a band of the household types.
    """
    counting = _Counting(sample, oldest)
    found = []
    for margin in margins:
        if margin.name in FITTED:
            counting.refuse_cut_bands(margin)
            base = counting.count(margin.level, margin.given)
            for category, share in margin.shares.items():
                wanted = (*margin.given, (margin.name, (category,)))
                count = counting.count(margin.level, wanted)
                found.append(Constraint(f"{margin.text} = {category}", count, base, share))
    return found


def possible(sample: Sample, constraints: Sequence[Constraint]) -> Floats:
    """Return the prior without households some member of which is in no category of a margin."""
    prior = sample.prior.copy()
    for group in by_margin(constraints).values():
        counted = sum(constraint.count for constraint in group)
        prior[counted < group[0].base] = 0.0
    return prior


def by_margin(constraints: Sequence[Constraint]) -> dict[str, list[Constraint]]:
    """Return margin (with its condition) -> the constraints of its categories."""
    groups: dict[str, list[Constraint]] = {}
    for constraint in constraints:
        groups.setdefault(constraint.name.rpartition(" = ")[0], []).append(constraint)
    return groups


class _Counting:
    """Count the members of every household of a sample that meet conditions."""

    def __init__(self, sample: Sample, oldest: int) -> None:
        members = [member for group in sample.members for member in group]
        sizes = sample.size.astype(np.int64)
        self.oldest = oldest
        self.n = len(sizes)
        self.household = np.repeat(np.arange(self.n), sizes)
        self.first = np.concatenate([[True], np.diff(self.household) > 0])
        self.low = np.array([member.low for member in members])
        self.high = np.array([member.high for member in members])
        self.size = sizes[self.household]
        self.words = {
            "sex": np.array([member.sex for member in members]),
            "tenure": np.array(sample.tenure)[self.household],
            "alone": np.where(self.size == 1, "yes", "no"),
        }

    def count(self, level: str, wanted: Sequence[Condition]) -> Floats:
        """Return persons (or 1 for the household) that meet all conditions, shape (n,)."""
        met = np.ones(len(self.household), dtype=bool) if level == "person" else self.first.copy()
        for name, words in wanted:
            met &= self._meets(name, words)
        return np.bincount(self.household[met], minlength=self.n).astype(float)

    def refuse_cut_bands(self, margin: Margin) -> None:
        """Raise when an age category holds a part of a band of the household types.

        Raises
        ------
        DataFault
            With the categories and the bands that they may be made of.
        """
        words = [w for name, group in margin.given if name == "age" for w in group]
        words += list(margin.shares) if margin.name == "age" else []
        bands = sorted(set(zip(self.low.tolist(), self.high.tolist(), strict=True)))
        faults = [
            _cut_band(margin, word, bands)
            for word in words
            if (span := band(word, oldest=self.oldest)) is not None
            and any(
                low <= span[1] and span[0] <= high and not (span[0] <= low and high <= span[1])
                for low, high in bands
            )
        ]
        raise_all(faults, DataFault)

    def _meets(self, name: str, words: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Return who meets one condition; an age band holds who lies wholly inside it."""
        if name in self.words:
            return np.isin(self.words[name], words)
        met = np.zeros(len(self.household), dtype=bool)
        for word in words:
            span = band(word, oldest=self.oldest)
            if span is not None and name == "age":
                met |= (span[0] <= self.low) & (self.high <= span[1])
            elif span is not None and name == "size":
                met |= (span[0] <= self.size) & (word.endswith("+") | (self.size <= span[1]))
        return met


def _cut_band(margin: Margin, word: str, bands: Sequence[tuple[int, int]]) -> Fault:
    listed = ", ".join(f"{low}-{high}" for low, high in bands)
    return Fault(
        PLACE,
        Said(f"由这些年龄段合成：{listed}", f"ages made up of these bands: {listed}"),
        Said(f"{word}，切开了其中一段", f"{word}, which cuts one of them"),
        Said(
            "换用这些分界，或在 household_types.csv 里改年龄段。",
            "Use these limits, or change the bands of household_types.csv.",
        ),
        None,
        margin.text,
    )
