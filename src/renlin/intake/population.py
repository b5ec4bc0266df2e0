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
from renlin.errors import DataFault, Fault, Said
from renlin.intake.ages import ages_of
from renlin.intake.fitting import Constraint, fitted, largest_remainder, whole_numbers
from renlin.intake.household_sample import Sample, household_sample
from renlin.intake.lodging import lodged
from renlin.intake.margin_counts import by_margin, constraints_of, possible
from renlin.intake.margins import FITTED, HUKOU, Margin, margins_of
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
        When the margins are faulty or contradict each other, or the homes have no room.

    Source: ye2009; margins as each row of ``margins.csv`` says.
    """
    margins = margins_of(catalogue, kind)
    sample = household_sample(catalogue)
    oldest = int(catalogue.number("age_oldest"))
    constraints = constraints_of(sample, margins, oldest)
    weights = fitted(possible(sample, constraints), constraints)
    _refuse_crowding(n_persons, float(weights @ sample.size), homes, catalogue)
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


def _refuse_crowding(
    n_persons: int, mean_size: float, homes: pd.DataFrame, catalogue: Catalogue
) -> None:
    """Raise when a household would get less floor area than ``dwelling_area_least``."""
    room = float(homes["area"].sum()) / catalogue.number("dwelling_area_least") * mean_size
    if n_persons > room:
        raise DataFault(
            Fault(
                "--residents",
                Said(f"最多约 {room:.0f} 人", f"about {room:.0f} at most"),
                Said(f"{n_persons} 人", f"{n_persons}"),
                Said(
                    "减少人数，或补全住宅楼和层数。", "Ask for fewer, or add dwellings and storeys."
                ),
            )
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


def _numbers(
    sample: Sample, constraints: Sequence[Constraint], weights: Floats, n_persons: int, seed: int
) -> npt.NDArray[np.int64]:
    """Return how many households of each sort there are: persons first, then the margins."""
    expected = weights * n_persons / float(weights @ sample.size)
    n_households = max(1, round(float(expected.sum())))
    whole = [(sample.size, n_persons), (np.ones(len(weights)), n_households)]
    margins = sorted(by_margin(constraints).items(), key=lambda m: (" | " in m[0], m[0]))
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
        ages.extend(ages_of(members, luck[start : start + len(members)], catalogue))
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
