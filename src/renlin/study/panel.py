"""Put two plans side by side: mean, worst group, gap, who loses, who gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student_t

from renlin.community.community import Community
from renlin.community.settings import Scheme
from renlin.equity.levels import worst_mean

UNIVERSAL, EQUITY, CONTROL = "universal", "equity", "person"
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Times:
    """Times of every person in every run, for one scenario.

    Attributes
    ----------
    persons
        Ids, in the order of the columns.
    time
        Scheme -> seconds, censored at the horizon, shape (n_seeds, n_persons).
    arrived
        Scheme -> whether they arrived, same shape.
    """

    persons: npt.NDArray[np.object_]
    time: Mapping[str, Floats]
    arrived: Mapping[str, npt.NDArray[np.bool_]]


def panel_table(
    place: Community,
    profiles: pd.DataFrame,
    times: Times,
    plans: Mapping[str, Scheme],
    budget: float,
) -> pd.DataFrame:
    """Return the rows of the dual view: figures, each with the better side."""
    display = profiles.set_index("person")["display"].reindex(list(times.persons)).to_numpy()
    rows: list[dict[str, Any]] = [_row("budget", budget, budget, "yuan", lower=None)]
    panel = {
        view: _panel(place, display, times, view) for view in (UNIVERSAL, EQUITY, "base", CONTROL)
    }
    units = {
        "cost": "yuan",
        "mean": "s",
        "worst": "s",
        "gap": "s",
        "worst_decile": "s",
        "worse_off": "persons",
        "undecided": "persons",
        "not_evacuated": "persons",
    }
    for view, plan in plans.items():
        panel[view]["cost"] = float(plan.cost or 0.0)
    panel["base"]["cost"] = 0.0
    for name, unit in units.items():
        lower = None if name == "cost" else True
        made = _row(name, panel[UNIVERSAL][name], panel[EQUITY][name], unit, lower=lower)
        made |= {"base": panel["base"][name], "person": panel[CONTROL][name]}
        made["note"] = str(panel[EQUITY].get(f"{name}_group", ""))
        rows.append(made)
    table = pd.DataFrame(rows)
    for column in ("universal", "equity", "base", "person"):
        table[column] = table[column].astype("float64")
    return table


def _row(
    name: str, universal: Any, equity: Any, unit: str, *, lower: bool | None
) -> dict[str, Any]:
    better = ""
    if lower and universal != equity:
        better = UNIVERSAL if universal < equity else EQUITY
    return {
        "row": name,
        "universal": universal,
        "equity": equity,
        "unit": unit,
        "better": better,
        "base": np.nan,
        "person": np.nan,
        "note": "",
    }


def _panel(
    place: Community, display: npt.NDArray[np.object_], times: Times, view: str
) -> dict[str, Any]:
    time, base = times.time[view], times.time["base"]
    mean = time.mean(axis=0)
    by_group = {str(g): float(mean[display == g].mean()) for g in sorted(set(display))}
    worst = max(by_group, key=lambda g: (by_group[g], g))
    state = person_states(time - base, place.policy.confidence)
    return {
        "mean": float(mean.mean()),
        "worst": by_group[worst],
        "worst_group": worst,
        "gap": by_group[worst] - by_group.get(place.policy.reference, min(by_group.values())),
        "worst_decile": float(worst_mean(mean, place.policy.worst_share)),
        "worse_off": int((state == 1).sum()),
        "undecided": int((state == 0).sum()),
        "not_evacuated": float((~times.arrived[view]).sum(axis=1).mean()),
    }


def person_states(difference: Floats, confidence: float) -> npt.NDArray[np.int8]:
    """Return 1 (slower), −1 (faster), 0 (undecided) or 2 (unchanged) for each person.

    Paired t interval over the runs; ``unchanged`` when every run is the same to 1 ms.
    """
    n = difference.shape[0]
    mean = difference.mean(axis=0)
    spread = difference.std(axis=0, ddof=1) / np.sqrt(n)
    half = student_t.ppf(0.5 + confidence / 2.0, n - 1) * spread
    state = np.where(mean - half > 0, 1, np.where(mean + half < 0, -1, 0)).astype(np.int8)
    state[(np.abs(difference) < 1e-3).all(axis=0)] = 2
    return state


def price_table(place: Community, profiles: pd.DataFrame, times: Times) -> pd.DataFrame:
    """Return who gives and who gains: equity against the universal view and against today."""
    display = profiles.set_index("person")["display"].reindex(list(times.persons)).to_numpy()
    rows = []
    for name in ["all", *sorted(set(map(str, display)))]:
        member = np.ones(len(display), dtype=bool) if name == "all" else display == name
        against = {
            "universal": (times.time[EQUITY] - times.time[UNIVERSAL])[:, member].mean(axis=1),
            "base": (times.time[EQUITY] - times.time["base"])[:, member].mean(axis=1),
        }
        row: dict[str, Any] = {"display": name, "n": int(member.sum())}
        for other, runs in against.items():
            middle = float(runs.mean())
            quantile = student_t.ppf(0.5 + place.policy.confidence / 2.0, len(runs) - 1)
            half = float(quantile * runs.std(ddof=1) / np.sqrt(len(runs)))
            row |= {
                f"against_{other}": middle,
                f"{other}_low": middle - half,
                f"{other}_high": middle + half,
            }
        rows.append(row)
    return pd.DataFrame(rows)
