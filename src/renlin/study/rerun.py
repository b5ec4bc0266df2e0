"""Run stages 2 and 3 again with a scheme, beside the place as it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from renlin.community.community import Community
from renlin.community.scheme import apply
from renlin.community.settings import Scheme
from renlin.needs.found import Needs
from renlin.simulation import simulate
from renlin.space import Space, assess
from renlin.study.times import BASE

Progress = Callable[[str, int, int], None]
STATES = ("covered", "not_covered", "unknown")


@dataclass(frozen=True)
class Rerun:
    """What a scheme changes in stages 2 and 3.

    Attributes
    ----------
    coverage
        One row per service and group: persons in each state, before and after.
    points
        One row per point of high risk and low coverage: ``before`` and ``after`` say whether
        it stands, with the vulnerable persons unserved.
    times
        Comparison of the main scenario (``simulation.comparison``); None where the community
        has no study.
    """

    coverage: pd.DataFrame
    points: pd.DataFrame
    times: pd.DataFrame | None


def rerun(
    place: Community,
    needs: Needs,
    scheme: Scheme,
    *,
    progress: Progress,
    workers: int | None = None,
) -> Rerun:
    """Return what ``scheme`` changes: coverage by group, points, and times under the same luck.

    Parameters
    ----------
    place, needs
        The community as it stands and what stage 1 found.

    Raises
    ------
    SchemeFault
        When an edit does not fit the place.
    """
    tried = apply(scheme, place)
    progress("应灾空间研判 space", 0, 2)
    before = assess(place, needs)
    progress("应灾空间研判 space", 1, 2)
    after = assess(tried, needs)
    progress("应灾空间研判 space", 2, 2)
    times = _times(place, tried, needs, scheme.code, progress, workers)
    return Rerun(_coverage(before, after), _points(before, after), times)


def _coverage(before: Space, after: Space) -> pd.DataFrame:
    key = ["service", "display"]
    first, second = (one.coverage_groups.table[[*key, "n", *STATES]] for one in (before, after))
    both = first.merge(second.drop(columns="n"), on=key, suffixes=("_before", "_after"))
    people = both[both["n"] > 0]
    columns = [f"{state}_{when}" for state in STATES for when in ("before", "after")]
    return people[[*key, "n", *columns]].reset_index(drop=True)


def _points(before: Space, after: Space) -> pd.DataFrame:
    key = ["point", "entrance"]
    first, second = (
        pd.DataFrame(one.points.table[[*key, "unserved_vulnerable"]]) for one in (before, after)
    )
    both = first.merge(second, on=key, how="outer", suffixes=("_before", "_after"))
    counts = ["unserved_vulnerable_before", "unserved_vulnerable_after"]
    stands = both[counts].notna().set_axis(["before", "after"], axis=1)
    filled = both[counts].fillna(0).astype("int64")
    return pd.concat([both[key], stands, filled], axis=1)


def _times(
    place: Community,
    tried: Community,
    needs: Needs,
    code: str,
    progress: Progress,
    workers: int | None,
) -> pd.DataFrame | None:
    study = place.study
    if study is None:
        return None
    found = simulate(
        place,
        needs,
        schemes={BASE: place, code: tried},
        scenarios=[place.scenarios[study.main_scenario]],
        seeds=range(study.seeds),
        progress=progress,
        workers=workers,
    )
    return found.comparison.table
