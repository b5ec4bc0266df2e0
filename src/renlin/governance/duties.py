"""Find gaps and overlaps in the responsibility list, task by task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.settings import Settings
from renlin.governance.responsible import exists, for_phase

PHASES = ("inspect", "warn", "respond", "recover")
AT_NIGHT = ("warn", "respond")
"""Phases in which minutes count, so that somebody must stand in from 22:00 to 06:00."""
OK, GAP, OVERLAP, NOBODY = "ok", "gap", "overlap", "nobody_acts"
NO_DEPUTY, OVER_LOAD = "no_deputy", "over_load"
WORST_FIRST = (GAP, OVERLAP, NOBODY, NO_DEPUTY, OVER_LOAD, OK)
COLUMNS = (
    "hazard",
    "phase",
    "status",
    "accountable",
    "responsible",
    "deputy",
    "duties",
    "wrong",
    "suggested",
    "suggested_basis",
    "without_basis",
    "text_zh",
    "text_en",
)
EVENTS = {
    "stair_fire": "fire",
    "building_fire": "fire",
    "earthquake": "earthquake",
    "aftershock": "earthquake",
    "flood": "flood",
    "local_incident": "gas",
    "collapse": "collapse",
    "crowding": "crowding",
    "power_cut": "power_cut",
    "heat": "heat",
    "kept_at_home": "health",
    "personal_incident": "personal",
}
"""Mechanism of a scenario -> hazard the list calls it."""


def check_duties(
    duties: pd.DataFrame, hazards: Iterable[str], catalogue: Catalogue, settings: Settings
) -> pd.DataFrame:
    """Return one row per hazard and phase with what is wrong with its duties.

    Of every task exactly one body must be accountable (``gap`` when none that exists here,
    ``overlap`` when several, in one row or over rows of one task); somebody must act
    (``nobody_acts``); to warn and to respond needs somebody else as deputy at night
    (``no_deputy``); no body may be accountable for more than ``duty_load_cap`` rows
    (``over_load``). The worst status of any task is shown; a phase without a task is a gap.

    Parameters
    ----------
    duties
        Layer ``duties``.
    hazards
        Hazards that need duties: found by inspection and struck by scenarios. Those the
        list itself names come on top.

    Returns
    -------
    ``wrong`` the tasks that are not in order, ``suggested`` the body worked out for a gap,
    ``without_basis`` the rows that name no law.

    Source: governance reference A02 and §9, test 2.
    """
    wanted = sorted({*hazards, *duties["hazard"].dropna()})
    heavy = _overloaded(duties, catalogue.number("duty_load_cap"))
    rows = [_row(hazard, phase, duties, heavy, settings) for hazard in wanted for phase in PHASES]
    table = pd.DataFrame(rows, columns=[c for c in COLUMNS if not c.startswith("text_")])
    for language in ("zh", "en"):
        words = [catalogue.word(f"duty_status_{status}", language) for status in table["status"]]
        table[f"text_{language}"] = pd.Series(words, index=table.index, dtype="str")
    return table


def _overloaded(duties: pd.DataFrame, cap: float) -> set[str]:
    counted = Counter(body for cell in duties["accountable"] for body in _bodies(cell))
    return {body for body, n in counted.items() if n > cap}


def _row(
    hazard: str, phase: str, duties: pd.DataFrame, heavy: set[str], settings: Settings
) -> dict[str, Any]:
    here = duties[(duties["hazard"] == hazard) & (duties["phase"] == phase)]
    by_task = {
        str(task): _status(part, phase, heavy, settings)
        for task, part in here.groupby(here["task"].str.strip())
    }
    status = min(by_task.values(), key=WORST_FIRST.index, default=GAP)
    party = for_phase(phase, settings)
    return {
        "hazard": hazard,
        "phase": phase,
        "status": status,
        "accountable": _joined(here["accountable"]),
        "responsible": _joined(here["responsible"]),
        "deputy": _joined(here["deputy"]),
        "duties": ";".join(sorted(here["duty"].astype(str))),
        "wrong": ";".join(sorted(task for task, found in by_task.items() if found != OK)),
        "suggested": party.body if status == GAP else "",
        "suggested_basis": party.basis if status == GAP else "",
        "without_basis": int(here["basis"].isna().sum()),
    }


def _status(task: pd.DataFrame, phase: str, heavy: set[str], settings: Settings) -> str:
    """Return the worst that is wrong with one task."""
    bodies = {body for cell in task["accountable"] for body in _bodies(cell)}
    real = {body for body in bodies if exists(body, settings)}
    if not real:
        return GAP
    if len(bodies) > 1:
        return OVERLAP
    if not any(_bodies(cell) for cell in task["responsible"]):
        return NOBODY
    deputies = {body for cell in task["deputy"] for body in _bodies(cell)}
    if phase in AT_NIGHT and not deputies - bodies:
        return NO_DEPUTY
    return OVER_LOAD if bodies & heavy else OK


def _bodies(cell: Any) -> list[str]:
    return [] if pd.isna(cell) else [part.strip() for part in str(cell).split(";") if part.strip()]


def _joined(cells: pd.Series) -> str:
    return ";".join(sorted({body for cell in cells for body in _bodies(cell)}))
