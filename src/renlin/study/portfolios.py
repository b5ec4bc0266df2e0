"""Choose the measures of both views for one budget, from what each does to every household."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.community import Community
from renlin.equity.accounts import Allocation
from renlin.equity.allocation import compare_rules, frontier
from renlin.equity.problem import Problem, Terms, community_measures
from renlin.equity.programmes import Limits
from renlin.study.candidates import Measures, Together
from renlin.study.panel import CONTROL, EQUITY, UNIVERSAL
from renlin.study.times import BASE, SAME, Floats, Times

RULE_OF = {UNIVERSAL: "value_weighted", EQUITY: "epsilon", CONTROL: "person_utilitarian"}
TAKEN = 0.5
EPSILONS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
"""Steps of the sweep from equity to efficiency, beside the committee's own; without unit."""


@dataclass(frozen=True)
class Effects:
    """What measures do alone.

    Attributes
    ----------
    homes
        Ids of households somebody of which was there, sorted.
    persons
        Residents compared in each. Shape (n_homes,).
    group
        Group each counts as: of its residents' groups the one the catalogue puts first.
    risk
        Mean seconds per resident today. Shape (n_homes,).
    gain
        Seconds per resident each measure takes off, one column per measure.
    """

    homes: npt.NDArray[np.str_]
    persons: npt.NDArray[np.int64]
    group: pd.Series
    risk: Floats
    gain: pd.DataFrame


def effects(place: Community, profiles: pd.DataFrame, measures: Measures, alone: Times) -> Effects:
    """Return the effect of every measure on every household.

    A measure that requires others is measured beside them: what it adds is its effect.

    Parameters
    ----------
    alone
        Times today (``base``) and in the world of each set of :func:`worlds_of`.
    """
    people = profiles.set_index("person").loc[list(alone.persons)].reset_index()
    homes, members = np.unique(people["household"].to_numpy(dtype=str), return_inverse=True)
    mean = {world: _per_home(time, members, len(homes)) for world, time in alone.time.items()}
    gain = {
        measure: mean[name_of(measures.with_needs(measure) - {measure})]
        - mean[name_of(measures.with_needs(measure))]
        for measure in measures.codes
    }
    return Effects(
        homes,
        np.bincount(members).astype(np.int64),
        pd.Series(_groups(people, members, place), index=homes),
        mean[BASE],
        pd.DataFrame(gain, index=homes),
    )


def worlds_of(measures: Measures) -> dict[str, Together]:
    """Return the worlds to simulate: name -> measures, every measure with what it requires."""
    sets = {measures.with_needs(measure) for measure in measures.codes}
    sets |= {measures.with_needs(measure) - {measure} for measure in measures.codes}
    return {name_of(one): one for one in sorted(sets, key=name_of)}


def name_of(taken: Together) -> str:
    """Return the name of the world in which these measures are taken; none is ``base``."""
    return "+".join(sorted(taken)) or BASE


def _per_home(time: npt.NDArray[Any], members: npt.NDArray[np.intp], n: int) -> Floats:
    """Return mean seconds per resident and run in which they are there. Shape (n,)."""
    known = ~np.isnan(time)
    total = np.bincount(members, np.where(known, time, 0.0).sum(axis=0), minlength=n)
    return np.asarray(total / np.bincount(members, known.sum(axis=0), minlength=n))


def _groups(people: pd.DataFrame, members: npt.NDArray[np.intp], place: Community) -> list[str]:
    """Return the group of each household: vulnerable ones first, then in catalogue order."""
    rank = {
        code: (not entry.vulnerable, entry.order, code)
        for code, entry in place.catalogue.displays.items()
    }
    first: dict[int, str] = {}
    for home, display in zip(members.tolist(), people["display"], strict=True):
        known = first.get(home)
        if known is None or rank[str(display)] < rank[known]:
            first[home] = str(display)
    return [first[home] for home in range(len(first))]


def problem(place: Community, measures: Measures, known: Effects, budget: float) -> Problem:
    """Return the allocation problem both views solve.

    Its units are the residents of one group in one building: what a measure does to one
    household is mostly the luck of the runs, what it does to neighbours of one group is
    steadier, and every unit lies in one group and has one value.
    """
    pool = _pools(place, known)
    persons = pd.Series(known.persons, index=known.homes, dtype="float64")
    whole = persons.groupby(pool).sum()
    share = persons / pool.map(whole)
    units = pd.DataFrame(
        {
            "risk": (known.risk * share).groupby(pool).sum(),
            "persons": whole,
            "value": (value_of(place, known) * share).groupby(pool).sum(),
        }
    )
    gain = known.gain.mul(share, axis=0).groupby(pool).sum()
    group = known.group.groupby(pool).first()
    terms = Terms(
        budget=budget,
        removable=place.catalogue.number("removable_share"),
        kind="indivisible",
        requires=measures.requires,
        excludes=measures.excludes,
    )
    return community_measures(units, group, measures.costs, gain, terms)


def _pools(place: Community, known: Effects) -> pd.Series:
    """Return household -> ``building|group``; an unknown building pools by group alone."""
    homes = place["households"].set_index("household")["dwelling"]
    dwellings = place["dwellings"].set_index("dwelling")["entrance"]
    unit = place["entrances"].set_index("entrance")["building"]
    found = homes.reindex(known.homes).map(dwellings).map(unit)
    building = found.astype("object").where(found.notna(), "?").astype(str)
    return building.str.cat(known.group.astype(str), sep="|")


def choose(place: Community, made: Problem) -> dict[str, Allocation]:
    """Return the plan of every view.

    Raises
    ------
    Infeasible
        When the limits of the policy cannot be met together, with what would have to give.
    """
    plans = compare_rules(made, epsilon=place.policy.epsilon, limits=_limits(place, made))
    return {view: plans[rule].feasible() for view, rule in RULE_OF.items()}


def sweep(place: Community, made: Problem) -> pd.DataFrame:
    """Return the whole way from equity to efficiency, by epsilon."""
    steps = sorted({*EPSILONS, place.policy.epsilon})
    table = frontier(made, steps, limits=_limits(place, made))
    return table.assign(in_force=table["epsilon"] == place.policy.epsilon)


def _limits(place: Community, made: Problem) -> Limits:
    """Return what no plan may break: the reference group's greatest mean loss against today."""
    if place.policy.reference not in made.given_groups:
        return Limits()
    return Limits(
        majority=place.policy.reference, max_loss=place.policy.majority_loss, against="none"
    )


def value_of(place: Community, known: Effects) -> Floats:
    """Return the weight per person of the efficiency-first view (policy ``value_weight``).

    ``floor_area``: floor area of the building per dwelling and resident, the stand-in for
    资源向高经济价值区域倾斜; it describes no city's policy. ``owner_occupied``: 1 for owners,
    0 for the rest. ``persons``: everybody alike. An unknown value counts as the median.
    """
    kind = place.policy.value_weight
    if kind == "persons":
        return np.ones(len(known.homes))
    households = place["households"].set_index("household").reindex(known.homes)
    if kind == "owner_occupied":
        return np.where(households["tenure"] == "owner", 1.0, 0.0)
    unit = place["entrances"].set_index("entrance")["building"]
    dwellings = place["dwellings"].set_index("dwelling")
    building = dwellings["entrance"].map(unit)
    frame = place["buildings"].set_index("building")
    area = frame["geometry"].area * frame["floors"].astype("float64")
    each = area / building.value_counts().reindex(area.index)
    found = households["dwelling"].map(building).map(each).astype("float64")
    filled = found.fillna(found.median()).fillna(1.0).to_numpy()
    return np.asarray(filled / known.persons, dtype=np.float64)


def portfolio_table(
    measures: Measures,
    known: Effects,
    chosen: Mapping[str, Allocation],
    catalogue: Catalogue,
) -> pd.DataFrame:
    """Return every measure: its price, what it does alone, who takes it, and why.

    Both lists in one: ``rank_universal`` orders by value-weighted seconds per yuan,
    ``rank_equity`` by seconds of the group slowest today per yuan. ``acts`` is whether
    anybody's time moved at all.
    """
    weight = known.persons / known.persons.sum()
    level = pd.Series(known.risk * known.persons).groupby(known.group.to_numpy()).sum() / (
        pd.Series(known.persons).groupby(known.group.to_numpy()).sum()
    )
    slowest = sorted(level[level == level.max()].index)[-1]
    there = (known.group == slowest).to_numpy()
    of_slowest = np.where(there, known.persons, 0) / known.persons[there].sum()
    rows = []
    for row in measures.table.to_dict("records"):
        gain = known.gain[str(row["measure"])].to_numpy()
        taken = {view: bool(plan.given[row["measure"]] > TAKEN) for view, plan in chosen.items()}
        acts = bool((np.abs(gain) > SAME).any())
        why = _why(taken, acts=acts)
        rows.append(
            {
                "measure": row["measure"],
                "name": row["name"],
                "strategy": row["strategy"],
                "cost": float(row["cost"]),
                "cost_source": row["cost_source"],
                "mean_change": float(-(gain @ weight)),
                "worst_group": slowest,
                "worst_change": float(-(gain @ of_slowest)),
                "acts": acts,
                **taken,
                "status": chosen[EQUITY].status,
                "why_zh": catalogue.word(why, "zh"),
                "why_en": catalogue.word(why, "en"),
            }
        )
    return _ranked(pd.DataFrame(rows))


def _why(taken: Mapping[str, bool], *, acts: bool) -> str:
    if not acts:
        return "why_no_effect"
    if taken[UNIVERSAL] and taken[EQUITY]:
        return "why_both"
    if taken[UNIVERSAL] or taken[EQUITY]:
        return "why_universal_only" if taken[UNIVERSAL] else "why_equity_only"
    return "why_neither"


def _ranked(table: pd.DataFrame) -> pd.DataFrame:
    """Add both orders: seconds saved per yuan, of everybody and of the slowest group."""
    for name, column in ((UNIVERSAL, "mean_change"), (EQUITY, "worst_change")):
        per_yuan = -table[column] / table["cost"].replace(0.0, np.nan)
        free = (table["cost"] == 0.0) & (table[column] < 0)
        order = per_yuan.mask(free, np.inf).fillna(0.0)
        table[f"rank_{name}"] = order.rank(method="min", ascending=False).astype("int64")
    return table
