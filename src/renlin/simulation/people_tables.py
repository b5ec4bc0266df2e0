"""Tabulate what became of people: groups, persons, households, clearance, reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.equity.levels import worst_mean
from renlin.kernels.codes import HELP_HELPER, HELP_RESPONDER
from renlin.simulation.ensemble import Ensemble
from renlin.simulation.notification import CHANNELS
from renlin.simulation.observation import CODE, PHASES, REASONS, Households
from renlin.simulation.population import Residents
from renlin.simulation.summary import commonest, mean_over, middle_run, quantile_over
from renlin.simulation.waiting import Waiting

Floats = npt.NDArray[np.floating[Any]]
Flags = npt.NDArray[np.bool_]

ALL, WORST = "all", "worst_decile"
SLOW_QUANTILE = 0.9  # p90
BAND = (0.05, 0.95)
MINUTE = 60.0
NOT_THERE = ("away", "unplaced")


def group_rows(made: Ensemble, who: Residents, worst_share: float) -> pd.DataFrame:
    """Return one row per seed and group: time, who did not arrive, unsafe time.

    Over those who are in the community; away and unplaced stand beside them, so that the
    row adds up to the register. ``worst_decile`` are the ``worst_share`` of the persons
    who take longest in that run.
    """
    rows: list[dict[str, Any]] = []
    for run in made.runs:
        own = run.persons
        counts = {name: own.reason == CODE[name] for name in (*NOT_THERE, "sheltered")}
        there = ~np.isnan(own.time)
        for display, member in [(ALL, np.ones(who.n, dtype=bool)), *_members(who)]:
            mine = member & there
            rows.append(
                {
                    "seed": run.seed,
                    "display": display,
                    "n": int(mine.sum()),
                    **_level(own.time[mine], own.arrived[mine], own.unsafe[mine]),
                    **{name: int((member & flag).sum()) for name, flag in counts.items()},
                }
            )
        rows.append({"seed": run.seed, "display": WORST, **_worst(own, there, worst_share)})
    table = pd.DataFrame(rows)
    table[["away", "unplaced", "sheltered"]] = table[["away", "unplaced", "sheltered"]].astype(
        "Int64"
    )
    return _named(made, table)


def _members(who: Residents) -> Iterator[tuple[str, Flags]]:
    for index, display in enumerate(who.displays):
        yield display, who.display == index


def _level(time: Floats, arrived: Flags, unsafe: Floats) -> dict[str, Any]:
    if len(time) == 0:
        return {"mean_time": np.nan, "p90": np.nan, "not_evacuated": 0, "unsafe_time": np.nan}
    return {
        "mean_time": float(time.mean(dtype=np.float64)),
        "p90": float(np.quantile(time.astype(np.float64), SLOW_QUANTILE)),
        "not_evacuated": int((~arrived).sum()),
        "unsafe_time": float(unsafe.mean(dtype=np.float64)),
    }


def _worst(own: Any, there: Flags, share: float) -> dict[str, Any]:
    time = own.time[there].astype(np.float64)
    n = int(np.ceil(share * len(time)))
    if n == 0:
        return {"n": 0, **_level(time, own.arrived[there], own.unsafe[there])}
    last = np.argsort(-time, kind="stable")[:n]
    level = _level(time[last], own.arrived[there][last], own.unsafe[there][last])
    return {"n": n, **level, "mean_time": float(worst_mean(time, share))}


def person_rows(made: Ensemble, who: Residents) -> pd.DataFrame:
    """Return one row per person: time over the runs in which they are there, and why not."""
    time = made.time
    reason = np.stack([run.persons.reason for run in made.runs])
    absent = [CODE[name] for name in NOT_THERE]
    there = ~np.isnan(time)
    arrived = np.where(there, made.arrived, np.nan)
    missed = there & ~made.arrived
    why = commonest(reason, missed, len(REASONS))
    safe = commonest(reason, there & (reason == CODE["sheltered"]), len(REASONS))
    gone = commonest(reason, np.isin(reason, absent), len(REASONS))
    chosen = np.where(why >= 0, why, np.where(safe >= 0, safe, np.where(there.any(0), 0, gone)))
    table = pd.DataFrame(
        {
            "person": who.persons,
            "mean_time": mean_over(time),
            "p90": quantile_over(time, SLOW_QUANTILE),
            "arrived_share": mean_over(arrived),
            "n_runs": there.sum(axis=0),
            "reason": np.array(REASONS)[chosen],
        }
    )
    return _named(made, table)


def household_rows(made: Ensemble, who: Residents, facilities: tuple[str, ...]) -> pd.DataFrame:
    """Return one row per household: times, phases, helper, destination and route.

    Medians over the runs in which somebody of the household is at home, by its member who
    takes longest; the route is that of the run with the household's median time.
    """
    runs = [run.households for run in made.runs if run.households is not None]
    time = np.stack([run.time for run in runs])
    there = ~np.isnan(time)
    phase = np.stack([run.phase for run in runs])
    helped = np.stack([run.helped_by for run in runs])
    reason = np.stack([run.reason for run in runs])
    missed = there & ~np.stack([run.arrived for run in runs])
    why = commonest(reason, missed, len(REASONS))
    safe = commonest(reason, there & (reason == CODE["sheltered"]), len(REASONS))
    facility = np.stack([run.facility for run in runs]).astype(np.int64)
    goal = commonest(facility, facility >= 0, max(len(facilities), 1))
    named = np.array([*facilities, ""], dtype=object)
    n = np.bincount(who.household, minlength=len(who.households))
    table = pd.DataFrame(
        {
            "household": who.households,
            "n": n,
            "p50": quantile_over(time, 0.5),
            "p90": quantile_over(time, SLOW_QUANTILE),
            "arrived_share": mean_over(np.where(there, ~missed, np.nan)),
            "n_runs": there.sum(axis=0),
            **{
                f"{name}_p50": quantile_over(phase[:, :, at], 0.5) for at, name in enumerate(PHASES)
            },
            "helper_p50": quantile_over(np.stack([run.helper_time for run in runs]), 0.5),
            "helper_used_share": _share(helped == HELP_HELPER, there),
            "rescued_share": _share(helped == HELP_RESPONDER, there),
            "destination": named[goal],
            "route": _routes(made, runs, time),
            "reason": np.array(REASONS)[np.where(why >= 0, why, np.maximum(safe, 0))],
        }
    )
    return _named(made, table)


def _share(flags: Flags, counted: Flags) -> Floats:
    return mean_over(np.where(counted, flags, np.nan))


def _routes(made: Ensemble, runs: list[Households], time: Floats) -> list[str]:
    if isinstance(made.made, Waiting):
        return [""] * time.shape[1]
    names = made.made.scene.site.ground.walks.links["link"].to_numpy(dtype=object)
    typical = middle_run(time)
    return [
        ""
        if run < 0
        else ";".join(names[runs[run].route[runs[run].start[home] : runs[run].start[home + 1]]])
        for home, run in enumerate(typical)
    ]


def clearance_rows(made: Ensemble, who: Residents, horizon: float) -> pd.DataFrame:
    """Return the share of each group that is safe at every full minute, with its band."""
    minutes = np.arange(int(np.ceil(horizon / MINUTE)) + 1)
    time, arrived = made.time, made.arrived
    parts = []
    for display, member in [(ALL, np.ones(who.n, dtype=bool)), *_members(who)]:
        share = np.stack(
            [
                _cleared(time[row, member], arrived[row, member], minutes * MINUTE)
                for row in range(len(time))
            ]
        )
        parts.append(
            pd.DataFrame(
                {
                    "display": display,
                    "minute": minutes,
                    "share": mean_over(share),
                    "low": quantile_over(share, BAND[0]),
                    "high": quantile_over(share, BAND[1]),
                }
            )
        )
    return _named(made, pd.concat(parts, ignore_index=True))


def _cleared(time: Floats, arrived: Flags, marks: Floats) -> Floats:
    there = ~np.isnan(time)
    if not there.any():
        return np.full(len(marks), np.nan)
    done = np.sort(time[there & arrived])
    return np.searchsorted(done, marks, side="right") / int(there.sum())


def reach_rows(made: Ensemble, who: Residents) -> pd.DataFrame:
    """Return by what each group was reached: persons in households, mean over the runs."""
    channel = np.stack([run.channel for run in made.runs])
    rows = []
    for display, member in [(ALL, np.ones(who.n, dtype=bool)), *_members(who)]:
        persons = np.bincount(who.household[member], minlength=len(who.households))
        for code, name in enumerate(CHANNELS):
            count = ((channel == code) * persons).sum(axis=1)
            rows.append({"display": display, "channel": name, "persons": float(count.mean())})
    return _named(made, pd.DataFrame(rows))


def _named(made: Ensemble, table: pd.DataFrame) -> pd.DataFrame:
    """Return ``table`` with scheme and scenario in front."""
    table.insert(0, "scheme", made.scheme)
    table.insert(1, "scenario", made.scenario)
    return table
