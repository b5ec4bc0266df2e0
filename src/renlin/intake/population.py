"""Make up a synthetic population that meets published margins, households kept whole.

Nobody in it exists. Every row says ``synthetic``, and every output made from it says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.errors import DataFault, Fault, Said, raise_all
from renlin.intake.fitting import Constraint, fitted, largest_remainder, whole_numbers
from renlin.intake.household_sample import Member, Sample, household_sample
from renlin.intake.lodging import lodged
from renlin.intake.margins import FITTED, HUKOU, PLACE, Condition, Margin, band, margins_of
from renlin.intake.traits import Subjects, traits
from renlin.random_streams import draw

SYNTHETIC = "synthetic"
RELATIONS = {
    "head": "户主",
    "spouse": "配偶",
    "child": "子女",
    "grandchild": "孙子女",
    "parent": "父母",
    "mate": "合租",
}
_RANK = {"grandchild": 0, "child": 1, "mate": 2, "head": 2, "spouse": 2, "parent": 3}
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Population:
    """A synthetic population and how well it meets its margins.

    Attributes
    ----------
    persons, households, dwellings, facts
        Rows of the tables of that name.
    fit
        One row per category of each fitted margin: margin, category, asked (share), got
        (share), n, base.
    requested, reached
        Persons asked for, and persons made: equal unless whole households cannot sum to it.
    """

    persons: pd.DataFrame
    households: pd.DataFrame
    dwellings: pd.DataFrame
    facts: pd.DataFrame
    fit: pd.DataFrame
    requested: int
    reached: int


def make_population(
    n_persons: int, homes: pd.DataFrame, catalogue: Catalogue, *, kind: str, seed: int
) -> Population:
    """Return ``n_persons`` residents in whole households, lodged in ``homes``.

    Shares of households are fitted to the margins of the community kind (household size,
    tenure, age, sex, older people living alone), rounded to whole households, and given
    the other margins by lot.

    Parameters
    ----------
    n_persons
        At least 1.
    homes
        Landings with homes: columns of ``lodging.HOME_COLUMNS``.
    kind
        Community kind whose margins hold.
    seed
        Same seed, same residents, in whatever order ``homes`` comes.

    Raises
    ------
    DataFault
        When the margins are faulty or contradict each other.

    Source: ye2009; margins as each row of ``margins.csv`` says.
    """
    margins = margins_of(catalogue, kind)
    sample = household_sample(catalogue)
    oldest = int(catalogue.number("age_oldest"))
    constraints = _constraints(sample, margins, oldest)
    weights = fitted(_possible(sample, constraints), constraints)
    numbers = _numbers(sample, constraints, weights, n_persons, seed)
    groups = _Groups(sample, numbers)
    persons = _persons(groups, catalogue, seed)
    households = pd.DataFrame(
        {"household": groups.ids, "tenure": groups.tenure, "size": groups.sizes}
    )
    given = [margin for margin in margins if margin.name not in FITTED]
    of_homes = _household_traits(households, given, seed, oldest)
    of_persons = _person_traits(persons, given, seed, oldest)
    dwellings = lodged(groups.ids, homes, seed=seed)
    lodging = dict(zip(dwellings["household"], dwellings["dwelling"], strict=True))
    return Population(
        persons=_person_rows(persons, of_persons),
        households=_household_rows(households, lodging),
        dwellings=dwellings.drop(columns="household"),
        facts=_facts(households["household"], of_homes, persons["person"], of_persons),
        fit=_fit(constraints, numbers),
        requested=n_persons,
        reached=len(persons),
    )


class _Groups:
    """The households made: key, members, tenure and size of each."""

    def __init__(self, sample: Sample, numbers: npt.NDArray[np.int64]) -> None:
        which = np.repeat(np.arange(len(numbers)), numbers)
        width = max(5, len(str(len(which))))
        self.ids = [f"h{n:0{width}d}" for n in range(1, len(which) + 1)]
        self.members = [sample.members[i] for i in which]
        self.tenure = [sample.tenure[i] for i in which]
        self.sizes = np.array([len(group) for group in self.members], dtype=np.int64)


def _constraints(sample: Sample, margins: Sequence[Margin], oldest: int) -> list[Constraint]:
    """Return one constraint per category of every fitted margin."""
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


def _possible(sample: Sample, constraints: Sequence[Constraint]) -> Floats:
    """Return the prior without households some member of which is in no category of a margin."""
    prior = sample.prior.copy()
    for group in _by_margin(constraints).values():
        counted = sum(constraint.count for constraint in group)
        prior[counted < group[0].base] = 0.0
    return prior


def _by_margin(constraints: Sequence[Constraint]) -> dict[str, list[Constraint]]:
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


def _numbers(
    sample: Sample, constraints: Sequence[Constraint], weights: Floats, n_persons: int, seed: int
) -> npt.NDArray[np.int64]:
    """Return how many households of each sort there are: persons first, then the margins."""
    expected = weights * n_persons / float(weights @ sample.size)
    n_households = max(1, round(float(expected.sum())))
    whole = [(sample.size, n_persons), (np.ones(len(weights)), n_households)]
    margins = sorted(_by_margin(constraints).items(), key=lambda m: (" | " in m[0], m[0]))
    for _, group in margins:
        total = _total(group[0].base, whole, expected)
        shares = np.array([constraint.share for constraint in group])
        parts = largest_remainder(shares, total)
        whole += [(c.count, int(part)) for c, part in zip(group, parts, strict=True)]
    targets = np.array([float(target) for _, target in whole])
    counts = np.column_stack([count for count, _ in whole])
    return whole_numbers(expected, sample.codes, targets, counts, seed=seed)


def _total(base: Floats, whole: Sequence[tuple[Floats, int]], expected: Floats) -> int:
    """Return the whole number a margin shares out: the target of what it is a share of."""
    for count, target in whole:
        if np.array_equal(count, base):
            return target
    return round(float(expected @ base))


def _persons(groups: _Groups, catalogue: Catalogue, seed: int) -> pd.DataFrame:
    """Return person, household, role, age, sex and what margins may ask of them."""
    rows = [
        (household, member, tenure, len(members))
        for household, members, tenure in zip(
            groups.ids, groups.members, groups.tenure, strict=True
        )
        for member in members
    ]
    width = max(6, len(str(len(rows))))
    ids = [f"p{n:0{width}d}" for n in range(1, len(rows) + 1)]
    luck = draw(seed, "age", ids)
    ages: list[int] = []
    start = 0
    for members in groups.members:
        ages.extend(_ages(members, luck[start : start + len(members)], catalogue))
        start += len(members)
    return pd.DataFrame(
        {
            "person": ids,
            "household": [row[0] for row in rows],
            "age": np.array(ages, dtype=np.int64),
            "sex": [row[1].sex for row in rows],
            "relation": [RELATIONS[row[1].role] for row in rows],
            "tenure": [row[2] for row in rows],
            "size": np.array([row[3] for row in rows], dtype=np.int64),
        }
    )


def _ages(members: tuple[Member, ...], luck: Floats, catalogue: Catalogue) -> list[int]:
    """Return whole ages inside the bands, parents old enough for their children.

    The youngest are drawn first, with room left for their parents.
    """
    least, most = catalogue.number("parent_gap_least"), catalogue.number("parent_gap_most")
    ages = [0] * len(members)
    for i in sorted(range(len(members)), key=lambda k: (_RANK[members[k].role], k)):
        low, high = float(members[i].low), float(members[i].high)
        for j, other in enumerate(members):
            gap = _RANK[other.role] - _RANK[members[i].role]
            if "mate" in (other.role, members[i].role) or gap == 0:
                continue
            if gap > 0:
                low, high = max(low, other.low - gap * most), min(high, other.high - gap * least)
            else:
                low, high = max(low, ages[j] - gap * least), min(high, ages[j] - gap * most)
        low = min(max(low, members[i].low), members[i].high)
        high = max(min(high, members[i].high), low)
        ages[i] = _age(low, high, float(luck[i]), catalogue)
    return ages


def _age(low: float, high: float, luck: float, catalogue: Catalogue) -> int:
    """Return a whole age: even in a closed band, thinning out in the band up to the oldest."""
    if high < catalogue.number("age_oldest"):
        return int(low + luck * (high - low + 1))
    mean = catalogue.number("age_open_band_mean")
    reach = 1.0 - np.exp(-(high - low) / mean)
    return int(low - mean * np.log(1.0 - luck * reach))


def _household_traits(
    households: pd.DataFrame, margins: Sequence[Margin], seed: int, oldest: int
) -> dict[str, npt.NDArray[np.object_]]:
    known = {"tenure": households["tenure"].to_numpy(object), "size": households["size"].to_numpy()}
    own = [margin for margin in margins if margin.level == "household"]
    return traits(Subjects(list(households["household"]), known), own, seed=seed, oldest=oldest)


def _person_traits(
    persons: pd.DataFrame, margins: Sequence[Margin], seed: int, oldest: int
) -> dict[str, npt.NDArray[np.object_]]:
    alone = np.where(persons["size"].to_numpy() == 1, "yes", "no").astype(object)
    known = {name: persons[name].to_numpy() for name in ("age", "size")}
    words = {name: persons[name].to_numpy(object) for name in ("sex", "tenure")}
    own = [margin for margin in margins if margin.level == "person"]
    subjects = Subjects(list(persons["person"]), {**known, **words, "alone": alone})
    return traits(subjects, own, seed=seed, oldest=oldest)


def _person_rows(persons: pd.DataFrame, given: dict[str, npt.NDArray[np.object_]]) -> pd.DataFrame:
    hukou = given.get(HUKOU, np.full(len(persons), None, dtype=object))
    return pd.DataFrame(
        {
            "person": persons["person"],
            "household": persons["household"],
            "age": persons["age"],
            "sex": persons["sex"],
            "relation": persons["relation"],
            "hukou": [word or "unknown" for word in hukou],
            "origin": SYNTHETIC,
        }
    )


def _household_rows(households: pd.DataFrame, lodging: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "household": households["household"],
            "dwelling": [lodging[household] for household in households["household"]],
            "tenure": households["tenure"],
            "origin": SYNTHETIC,
        }
    )


def _facts(
    households: pd.Series,
    of_homes: dict[str, npt.NDArray[np.object_]],
    persons: pd.Series,
    of_persons: dict[str, npt.NDArray[np.object_]],
) -> pd.DataFrame:
    """Return one fact per subject and indicator that a margin gave."""
    parts = []
    for table, ids, given in (
        ("households", households, of_homes),
        ("persons", persons, of_persons),
    ):
        for indicator, words in given.items():
            if indicator == HUKOU:
                continue
            stated = np.array([word is not None for word in words], dtype=bool)
            subjects = ids.to_numpy(object)[stated]
            parts.append(
                pd.DataFrame(
                    {
                        "fact": [f"{subject}-{indicator}" for subject in subjects],
                        "subject": subjects,
                        "subject_table": table,
                        "indicator": indicator,
                        "value": words[stated],
                        "source": SYNTHETIC,
                        "file": "margins.csv",
                    }
                )
            )
    if not parts:
        return pd.DataFrame(columns=["fact", "subject", "subject_table", "indicator", "value"])
    return pd.concat(parts, ignore_index=True).sort_values("fact", ignore_index=True)


def _fit(constraints: Sequence[Constraint], numbers: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return what was asked and what the whole households give."""
    rows = []
    for constraint in constraints:
        margin, _, category = constraint.name.rpartition(" = ")
        n, base = int(numbers @ constraint.count), int(numbers @ constraint.base)
        rows.append((margin, category, constraint.share, n / base if base else 0.0, n, base))
    return pd.DataFrame(rows, columns=["margin", "category", "asked", "got", "n", "base"])
