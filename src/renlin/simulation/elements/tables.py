"""Tabulate the trials of one scenario: elements in order, groups, elements two together."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.community.scheme_text import edits_text
from renlin.simulation.elements.gains import (
    FASTER,
    SLOWER,
    UNDECIDED,
    WORST_OFF,
    Outcome,
    Reading,
    Sureness,
    corrected,
    rows,
)
from renlin.simulation.elements.improvements import WIDTHS
from renlin.simulation.elements.listing import Element, shape
from renlin.simulation.elements.screen import Candidate, Screened
from renlin.simulation.elements.trials import Trial
from renlin.simulation.elements.worlds import Today
from renlin.simulation.people_tables import ALL, WORST

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

IMPROVE, KNOCK_OUT = "improve", "knock_out"
GROUPS = (
    "scenario", "element", "action", "display", "n", "base", "value", "difference", "low", "high",
    "p_value", "p_holm", "verdict", "not_evacuated", "more_left", "depends", "users", "queue_s",
)  # fmt: skip
PAIRS = (
    "scenario", "first", "second", "gain_first", "gain_second", "gain_both", "interaction", "low",
    "high", "p_value", "p_holm", "verdict",
)  # fmt: skip
ELEMENTS = (
    "scenario", "element", "rank", "kind", "place", "screened_by", "screen_rank", "queue_s",
    "queue_vulnerable_s", "users", "users_vulnerable", "depends", "depends_vulnerable", "opens",
    "gain", "gain_low", "gain_high", "gain_p_holm", "verdict", "gain_decile", "slowest",
    "gain_slowest", "gain_slowest_low", "gain_slowest_high", "slowest_verdict", "gain_all",
    "fewer_left", "harm", "harm_low", "harm_high", "harm_verdict", "harm_worst_off", "hit",
    "harm_hit", "more_left", "cut_off", "cut_off_households", "cut_reason", "width_assumed",
    "edits", "geometry",
)  # fmt: skip
_ORDER = {FASTER: 0, UNDECIDED: 1, SLOWER: 2}


class Tried(NamedTuple):
    """Everything that was tried of one scenario.

    Attributes
    ----------
    today, base, who
        The place as it stands, what becomes of everybody, who is looked at.
    found, chosen
        What screening says, and the elements tried.
    trials
        One per element tried.
    """

    today: Today
    base: Outcome
    who: Reading
    found: Screened
    chosen: tuple[Candidate, ...]
    trials: tuple[Trial, ...]


def group_rows(tried: Tried, sure: Sureness) -> pd.DataFrame:
    """Return one row per element, action and group; p-values adjusted across elements."""
    listed: list[dict[str, Any]] = []
    for candidate, trial in zip(tried.chosen, tried.trials, strict=True):
        uses = _uses(tried, candidate.element)
        for action, outcome in ((IMPROVE, trial.better), (KNOCK_OUT, trial.gone)):
            for row in rows(tried.base, outcome, tried.who, sure):
                named = {"element": trial.element.code, "action": action}
                listed.append(named | row | uses.get(str(row["display"]), {}))
    table = pd.DataFrame(listed, columns=list(GROUPS[1:])).assign(p_holm=np.nan)
    for _, part in table.groupby(["action", "display"], sort=False):
        adjusted, verdicts = corrected(
            part["p_value"].to_numpy(dtype=np.float64), list(part["verdict"]), sure.confidence
        )
        table.loc[part.index, "p_holm"] = adjusted
        table.loc[part.index, "verdict"] = verdicts
    table.insert(0, "scenario", tried.today.scenario.code)
    return table


def _uses(tried: Tried, at: int) -> Mapping[str, dict[str, float]]:
    """Return for each group how many need an element, walk it, and how long they queue."""
    who, found = tried.today.who, tried.found
    needs = np.bincount(who.display, found.depends[at], minlength=len(who.displays))
    made = {
        display: {
            "depends": float(needs[index]),
            "users": float(found.users[at, index]),
            "queue_s": float(found.queue[at, index]),
        }
        for index, display in enumerate(who.displays)
    }
    whole = (needs.sum(), found.users[at].sum(), found.queue[at].sum())
    return made | {ALL: dict(zip(("depends", "users", "queue_s"), map(float, whole), strict=True))}


def element_rows(tried: Tried, groups: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return one row per element, ranked: what surely gains the worst-off most comes first.

    Of equal ones, that which gains the slowest group more, then everybody, then the one
    whose failure costs everybody more, then by code.
    """
    place = tried.today.place
    slowest = _slowest(groups)
    listed = [
        _identity(tried, number, candidate, trial)
        | _read(groups[groups["element"] == trial.element.code], slowest)
        | _lost(tried, trial)
        | {"geometry": shape(place, trial.element)}
        for number, (candidate, trial) in enumerate(
            zip(tried.chosen, tried.trials, strict=True), start=1
        )
    ]
    table = pd.DataFrame(listed, columns=[name for name in ELEMENTS if name != "rank"])
    table = table.assign(order=table["verdict"].map(_ORDER))
    signs = {"order": True, "gain": False, "gain_slowest": False, "gain_all": False,
             "harm": False, "element": True}  # fmt: skip
    table = table.sort_values(list(signs), ascending=list(signs.values()), kind="stable")
    table = table.assign(rank=np.arange(1, len(table) + 1), scenario=tried.today.scenario.code)
    crs = place["walks"].crs
    return gpd.GeoDataFrame(table[list(ELEMENTS)].reset_index(drop=True), crs=crs)


def _identity(tried: Tried, number: int, candidate: Candidate, trial: Trial) -> dict[str, Any]:
    found, at = tried.found, candidate.element
    displays = tried.today.place.catalogue.displays
    first = np.array([displays[code].vulnerable for code in tried.today.who.displays])
    needs = found.depends[at]
    return {
        "element": trial.element.code,
        "kind": trial.element.kind,
        "place": trial.element.place,
        "screened_by": candidate.by,
        "screen_rank": number,
        "queue_s": float(found.queue[at].sum()),
        "queue_vulnerable_s": float(found.queue[at] @ first),
        "users": float(found.users[at].sum()),
        "users_vulnerable": float(found.users[at] @ first),
        "depends": int(needs.sum()),
        "depends_vulnerable": int((needs & first[tried.today.who.display]).sum()),
        "opens": int(found.opens[at].sum()),
        "width_assumed": _assumed(trial),
        "edits": edits_text(trial.edits),
    }


def _assumed(trial: Trial) -> bool:
    """Return whether the width that is improved is not known."""
    column = WIDTHS[trial.element.kind]
    return any(edit.column == column and edit.was is None for edit in trial.edits)


def _slowest(groups: pd.DataFrame) -> str:
    """Return the group that takes longest today, the last by code on ties; "" of nobody."""
    own = groups[~groups["display"].isin([ALL, WORST, WORST_OFF])]
    level = own.groupby("display")["base"].mean()
    return "" if len(level) == 0 else str(sorted(level[level == level.max()].index)[-1])


def _read(groups: pd.DataFrame, slowest: str) -> dict[str, Any]:
    """Return gains and harms of one element; gains are seconds less, harms seconds more."""
    better = groups[groups["action"] == IMPROVE].set_index("display")
    gone = groups[groups["action"] == KNOCK_OUT].set_index("display")
    own = gone.drop(index=[ALL, WORST, WORST_OFF], errors="ignore")
    hit = str(own["difference"].idxmax()) if own["difference"].notna().any() else ""
    first, slow, harm = (_cells(t, d) for t, d in
                         ((better, WORST_OFF), (better, slowest), (gone, ALL)))  # fmt: skip
    return {
        "gain": 0.0 - first["difference"],
        "gain_low": 0.0 - first["high"],
        "gain_high": 0.0 - first["low"],
        "gain_p_holm": first["p_holm"],
        "verdict": first["verdict"],
        "gain_decile": 0.0 - _cells(better, WORST)["difference"],
        "slowest": slowest,
        "gain_slowest": 0.0 - slow["difference"],
        "gain_slowest_low": 0.0 - slow["high"],
        "gain_slowest_high": 0.0 - slow["low"],
        "slowest_verdict": slow["verdict"],
        "gain_all": 0.0 - _cells(better, ALL)["difference"],
        "fewer_left": 0.0 - _cells(better, ALL)["more_left"],
        "harm": harm["difference"],
        "harm_low": harm["low"],
        "harm_high": harm["high"],
        "harm_verdict": harm["verdict"],
        "harm_worst_off": _cells(gone, WORST_OFF)["difference"],
        "hit": hit,
        "harm_hit": _cells(gone, hit)["difference"],
        "more_left": _cells(gone, ALL)["more_left"],
    }


_NOBODY = {"difference": np.nan, "low": np.nan, "high": np.nan, "p_holm": np.nan,
           "more_left": np.nan, "verdict": UNDECIDED}  # fmt: skip


def _cells(table: pd.DataFrame, display: str) -> dict[str, Any]:
    if display not in table.index:
        return _NOBODY
    return {name: _unsigned(table.at[display, name]) for name in _NOBODY}


def _unsigned(value: Any) -> Any:
    """Return a value in which zero has no sign, so that its negative has none."""
    return value if isinstance(value, str) else float(value) + 0.0


def _lost(tried: Tried, trial: Trial) -> dict[str, Any]:
    """Return who is cut off when an element is gone, and the commonest reason."""
    why = Tally(trial.reasons.values())
    commonest = max(sorted(why), key=lambda reason: why[reason], default="")
    homes = np.unique(tried.today.who.household[trial.lost])
    return {
        "cut_off": int(trial.lost.sum()),
        "cut_off_households": len(homes),
        "cut_reason": commonest,
    }


def pair_rows(
    listed: Sequence[Mapping[str, Any]], scenario: str, confidence: float
) -> pd.DataFrame:
    """Return one row per two elements improved together, p-values adjusted across them."""
    table = pd.DataFrame(
        listed, columns=[name for name in PAIRS if name not in ("scenario", "p_holm")]
    )
    adjusted, verdicts = corrected(
        table["p_value"].to_numpy(dtype=np.float64), list(table["verdict"]), confidence
    )
    table = table.assign(p_holm=adjusted, verdict=verdicts, scenario=scenario)
    return table[list(PAIRS)]


def elements_of(tried: Tried) -> tuple[Element, ...]:
    """Return the elements that were tried, in order of screening."""
    return tuple(trial.element for trial in tried.trials)
