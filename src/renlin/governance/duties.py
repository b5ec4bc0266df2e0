"""Find gaps and overlaps in the responsibility list."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

PHASES = ("inspect", "warn", "respond", "recover")
OK, GAP, OVERLAP, NOBODY, NO_DEPUTY = "ok", "gap", "overlap", "nobody_acts", "no_deputy"
COLUMNS = (
    "hazard",
    "phase",
    "status",
    "accountable",
    "responsible",
    "deputy",
    "duties",
    "text_zh",
    "text_en",
)


def check_duties(duties: pd.DataFrame, hazards: Iterable[str]) -> pd.DataFrame:
    """Return one row per hazard and phase with what is wrong with its duty.

    Exactly one body must be accountable (``gap`` when none, ``overlap`` when several, in
    one row or over rows of one task); somebody must act (``nobody_acts``); to warn and
    to respond needs a deputy for 22:00–06:00 (``no_deputy``). The worst status is shown.

    Parameters
    ----------
    duties
        Layer ``duties``.
    hazards
        Hazards and events that need duties: those found by inspection, those of the
        scenarios and those the list itself names.
    """
    wanted = sorted({*hazards, *duties["hazard"].dropna()})
    rows = [_row(hazard, phase, duties) for hazard in wanted for phase in PHASES]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(hazard: str, phase: str, duties: pd.DataFrame) -> dict[str, object]:
    here = duties[(duties["hazard"] == hazard) & (duties["phase"] == phase)]
    bodies = sorted({body for cell in here["accountable"].dropna() for body in _split(cell)})
    acting = sorted({body for cell in here["responsible"].dropna() for body in _split(cell)})
    deputies = here["deputy"].dropna()
    status = _status(phase, here, bodies, acting, len(deputies))
    zh, en = WORDS[status]
    return {
        "hazard": hazard,
        "phase": phase,
        "status": status,
        "accountable": ";".join(bodies),
        "responsible": ";".join(acting),
        "deputy": ";".join(sorted(set(deputies))),
        "duties": ";".join(here["duty"]),
        "text_zh": zh,
        "text_en": en,
    }


def _status(
    phase: str, here: pd.DataFrame, bodies: list[str], acting: list[str], n_deputies: int
) -> str:
    if not bodies:
        return GAP
    per_task = here.dropna(subset=["accountable"]).groupby("task")["accountable"].agg(";".join)
    if any(len(set(_split(cell))) > 1 for cell in per_task):
        return OVERLAP
    if not acting:
        return NOBODY
    if phase in ("warn", "respond") and n_deputies == 0:
        return NO_DEPUTY
    return OK


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


WORDS = {
    OK: ("有一个负责单位", "one body is accountable"),
    GAP: ("没有人负责", "nobody is accountable"),
    OVERLAP: ("不止一个单位负责同一件事", "more than one body is accountable for one task"),
    NOBODY: ("有人负责，没有人做", "somebody is accountable, nobody acts"),
    NO_DEPUTY: ("夜里没有代班", "no deputy at night"),
}
