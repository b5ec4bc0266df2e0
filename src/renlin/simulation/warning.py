"""Order households for warning: who has the least time to spare is told first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.community.settings import Scenario
from renlin.equity.intervals import Interval, paired_t
from renlin.finding import Finding, find
from renlin.simulation.comparison import BASE
from renlin.simulation.ensemble import Counter, Progress, draw_seeds, run_all
from renlin.simulation.event import ALONE
from renlin.simulation.lead_tables import (
    ALL,
    group_rows,
    household_rows,
    lineage,
    tiers_of,
    warned,
)
from renlin.simulation.observation import Persons
from renlin.simulation.population import residents
from renlin.simulation.rounds import FIRST_SEED, LEAD, lead_runs, lead_seeds
from renlin.simulation.simulate import check_job, stages
from renlin.simulation.traced import CATALOGUE, inputs_of
from renlin.simulation.waiting import Waiting

WHAT = "预警次序 warning order"
TIER = "tier"
ORDER_KEY = ("scheme", "scenario", "household")
GROUP_KEY = ("scheme", "scenario", "display")


@dataclass(frozen=True)
class WarningOrder:
    """Who must be told first, and how much earlier than the event.

    Attributes
    ----------
    warning_order
        Finding ``simulation.warning_order``: one row per scheme, scenario and household.
    warning_groups
        Finding ``simulation.warning_groups``: persons by group and instruction, and leads.
    """

    warning_order: Finding
    warning_groups: Finding


def warning_order(
    place: Community,
    needs: NeedsFindings,
    *,
    schemes: Mapping[str, Community],
    scenarios: Sequence[Scenario],
    progress: Progress | None = None,
) -> WarningOrder:
    """Return the order in which households are to be warned, with the lead time each needs.

    Everybody is told at the start, in ``warning_runs`` runs of seeds no study uses: lead =
    needs - available. Needs are the seconds from being told until the household has left
    that place of its way which leaves it least time (90th percentile); available is when
    the event makes that place unsafe or closes it (10th percentile). Who has the least time
    to spare comes first; before them those of whom something is not known, with the reason;
    last who stays where they are. Incidents at home, of which nobody can warn, are left out.

    Parameters
    ----------
    place, needs, schemes, scenarios, progress
        As :func:`renlin.simulation.simulate` has them.

    Raises
    ------
    SchemeFault
        As :func:`renlin.simulation.simulate`.

    Source: features I7; parameters ``warning_runs``.

    Examples
    --------
    >>> import renlin as rl
    >>> place = rl.open_community("tests/places/willow")
    >>> found = warning_order(
    ...     place,
    ...     rl.needs.identify(place),
    ...     schemes={"base": place},
    ...     scenarios=[place.scenarios["fire-a"]],
    ... )
    >>> sorted(found.warning_order.table["rank"]) == list(range(1, 13))
    True
    """
    check_job(schemes, scenarios, [FIRST_SEED], place)
    who = residents(place, needs)
    tiers = tiers_of(needs.households.table, who)
    runs = int(place.catalogue.number("warning_runs"))
    kinds = place.catalogue.scenarios
    warnable = [s for s in scenarios if kinds[s.kind].mechanism not in ALONE]
    count = Counter(WHAT, runs * len(schemes) * len(warnable), progress)
    drawn = lead_seeds(who, place.catalogue)
    orders, groups = [], []
    for scenario, code, made in stages(who, needs, schemes, warnable, {}, ordered=False):
        if isinstance(made, Waiting):
            continue
        found = warned(lead_runs(made, drawn, count), made.scene)
        named: dict[str, Any] = {"scheme": code, "scenario": scenario.code}
        orders.append(household_rows(found, made.scene, tiers).assign(**named))
        groups.append(group_rows(found, who).assign(**named))
    keep = _keeper(place, needs, schemes, scenarios)
    seeds = range(FIRST_SEED, FIRST_SEED + runs)
    return WarningOrder(
        keep("simulation.warning_order", _stacked(orders, ORDER_KEY), key=ORDER_KEY, seeds=seeds,
             privacy="personal", lineage=lineage("order") if orders else {}),
        keep("simulation.warning_groups", _stacked(groups, GROUP_KEY), key=GROUP_KEY, seeds=seeds,
             lineage=lineage("groups") if groups else {}),
    )  # fmt: skip


def _stacked(parts: Sequence[pd.DataFrame], key: Sequence[str]) -> pd.DataFrame:
    if not parts:
        return pd.DataFrame(columns=list(key))
    table = pd.concat(parts, ignore_index=True)
    return table[[*key, *(name for name in table.columns if name not in key)]]


def _keeper(
    place: Community,
    needs: NeedsFindings,
    schemes: Mapping[str, Community],
    scenarios: Sequence[Scenario],
) -> Any:
    """Return what makes a finding of a table of this job."""
    return partial(
        find,
        inputs=inputs_of(schemes),
        parents=[needs.profiles, needs.indicators, needs.households],
        catalogue={part: place.catalogue.digest(part) for part in CATALOGUE},
        policy={name: getattr(place.policy, name) for name in _POLICY},
        parameters={scenario.code: scenario.model_dump_json() for scenario in scenarios},
        synthetic=place.synthetic,
    )


_POLICY = ("confidence", "decided_by", "door_round_order", "speed_density")


def warning_effect(
    place: Community,
    needs: NeedsFindings,
    *,
    scenario: Scenario,
    seeds: Sequence[int],
    progress: Progress | None = None,
) -> Finding:
    """Return what it does to each group when door rounds follow the order of warning.

    The same runs twice: staff go to the highest tier first, and to the household with the
    least time to spare first. Differences are second minus first, paired by seed.

    Parameters
    ----------
    place, needs, seeds, progress
        As :func:`renlin.simulation.simulate` has them.
    scenario
        The one scenario to run.

    Returns
    -------
    Finding ``simulation.warning_effect``: by group, mean seconds to safety, persons safe in
    the end and persons who got out without ever being where it is unsafe, under both orders,
    the difference with its interval and a verdict.

    Raises
    ------
    SchemeFault
        As :func:`renlin.simulation.simulate`.

    Source: features I7; student1908.
    """
    orders = {BASE: by_order(place, TIER), LEAD: by_order(place, LEAD)}
    check_job(orders, [scenario], seeds, place)
    who = residents(place, needs)
    drawn = draw_seeds(who, place.catalogue, seeds)
    count = Counter(WHAT, len(orders) * len(seeds), progress)
    ran = {
        code: run_all(own, drawn, whole=False, count=count)
        for _, code, own in stages(who, needs, orders, [scenario], {})
    }
    rows = []
    every = np.ones(who.n, dtype=bool)
    members = [(ALL, every), *((d, who.display == k) for k, d in enumerate(who.displays))]
    for display, mine in members:
        for measure, value in _MEASURES.items():
            first, second = (
                np.array([value(run.persons, mine) for run in ran[code]]) for code in orders
            )
            row = _effect(first, second, place.policy.confidence, measure)
            rows.append({"display": display, "measure": measure, "n": int(mine.sum()), **row})
    keep = _keeper(place, needs, orders, [scenario])
    table = pd.DataFrame(rows).assign(scenario=scenario.code)
    key = ("scenario", "display", "measure")
    made: Finding = keep(
        "simulation.warning_effect", table[[*key, *(c for c in table if c not in key)]], key=key,
        seeds=seeds, lineage=lineage("effect"),
    )  # fmt: skip
    return made


def by_order(place: Community, order: str) -> Community:
    """Return ``place`` with door rounds in the order ``tier`` or ``lead``."""
    chosen = place.policy.model_copy(update={"door_round_order": order})
    return replace(place, policy=chosen)


Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
TIME = "mean_time"


def _mean_time(own: Persons, mine: Flags) -> float:
    there = mine & ~np.isnan(own.time)
    return float(own.time[there].mean(dtype=np.float64)) if there.any() else np.nan


def _safe(own: Persons, mine: Flags) -> float:
    return float((own.arrived & mine).sum())


def _in_time(own: Persons, mine: Flags) -> float:
    return float((own.arrived & mine & ~(own.unsafe > 0)).sum())


_MEASURES: Mapping[str, Callable[[Persons, Flags], float]] = {
    TIME: _mean_time,
    "persons_safe": _safe,
    "persons_in_time": _in_time,
}
"""Mean seconds to safety; persons safe in the end; those who never were where it is unsafe."""


def _effect(first: Floats, second: Floats, confidence: float, measure: str) -> dict[str, Any]:
    """Return both levels, the difference with its interval, and whether it is for the better."""
    interval: Interval = paired_t(second - first, level=confidence)
    better = interval.estimate < 0 if measure == TIME else interval.estimate > 0
    verdict = ("better" if better else "worse") if interval.excludes_zero else "undecided"
    known = ~np.isnan(first)
    return {
        "tier": float(first[known].mean()) if known.any() else np.nan,
        "lead": float(second[known].mean()) if known.any() else np.nan,
        "difference": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "verdict": verdict if known.any() else "unknown",
    }
