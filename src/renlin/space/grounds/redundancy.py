"""Compare the room on every refuge with what its people need, and say who finds it full.

公共空间安全冗余度: usable m2 per person by hour against cited standards.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Standard
from renlin.equity.intervals import newcombe, wilson
from renlin.space.access.groups import EVERYBODY, GAP
from renlin.space.access.states import COVERED, NOT_COVERED
from renlin.space.grounds.goers import NOWHERE, present

Floats = npt.NDArray[np.float64]
PASS, FAIL, UNKNOWN, NOBODY = "pass", "fail", "unknown", "nobody"
PER_PERSON = "m2/person"
MOMENT = ["day", "hour"]
LEFT = ("standard", "display", "day", "hour", "n", "present", "placed", "left",
        "left_high", "no_way", "unknown", "left_share", "low", "high")  # fmt: skip


def by_hour(free: pd.DataFrame, wanted: pd.DataFrame) -> pd.DataFrame:
    """Return room and people of every space by kind of day and hour.

    Adds to ``free``: persons, persons_low, persons_high; ``m2_per_person`` of the surely
    usable ground at the usual number, NaN where the ground is unknown; ``m2_low`` and
    ``m2_high`` at the bounds of both, those already on the ground counted in ``m2_low``;
    infinite where nobody comes.
    """
    joined = free.merge(
        wanted.rename(columns={"ground": "space"}), on=["space", "hour"], how="left"
    )
    people = ["persons", "persons_low", "persons_high"]
    joined[people] = joined[people].fillna(0.0)
    known = joined["free_low"] == joined["free_high"]
    usual = _per(joined["free_high"], joined["persons"])
    joined["m2_per_person"] = np.where(known, usual, np.nan)
    joined["m2_low"] = _per(joined["free_low"], joined["persons_high"] + joined["on_site"])
    joined["m2_high"] = _per(joined["free_high"], joined["persons_low"])
    return joined.reset_index(drop=True)


def _per(area: pd.Series, people: pd.Series) -> Floats:
    room, n = area.to_numpy(dtype=np.float64), people.to_numpy(dtype=np.float64)
    each: Floats = np.divide(room, n, out=np.full(len(n), np.inf), where=n > 0)
    return each


def standards(catalogue: Catalogue) -> list[Standard]:
    """Return the standards of area per person, least first."""
    found = [one for one in catalogue.standards.values() if one.unit == PER_PERSON]
    return sorted(found, key=lambda one: (one.value, one.code))


def verdicts(hours: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return pass, fail or unknown for every space somebody goes to, by standard.

    The binding moment is that of least room per person (greatest free area taken where it
    is unknown); the first of several in the week. ``firm``: the verdict is the same at both
    ends of what is unknown. ``density`` is persons per m2 at that moment.
    """
    columns = ["space", "standard", "needed", "state", "firm", *MOMENT, "m2_per_person", "m2_low",
               "m2_high", "persons", "free_low", "free_high", "density", "n_hours_failed",
               "clause", "verified"]  # fmt: skip
    rows = []
    for space, own in hours.groupby("space", sort=True):
        if not (own["persons_high"] > 0).any():
            continue
        room = own["free_high"] / own["persons"].where(own["persons"] > 0)
        worst = own.iloc[int(room.fillna(np.inf).to_numpy().argmin())]
        rows += [_verdict(str(space), own, worst, one) for one in standards(catalogue)]
    return pd.DataFrame(rows, columns=columns)


def _verdict(space: str, own: pd.DataFrame, worst: pd.Series, one: Standard) -> dict[str, Any]:
    n, low, high = (float(worst[c]) for c in ("persons", "free_low", "free_high"))
    least, most = float(worst["m2_low"]), float(worst["m2_high"])
    sure = low / n if n > 0 else np.inf
    hopeful = high / n if n > 0 else np.inf
    state = PASS if sure >= one.value else FAIL if hopeful < one.value else UNKNOWN
    failed = (own["free_high"] < one.value * own["persons"]) & (own["persons"] > 0)
    return {
        "space": space,
        "standard": one.code,
        "needed": one.value,
        "state": state,
        "firm": least >= one.value if state == PASS else most < one.value,
        "day": worst["day"],
        "hour": int(worst["hour"]),
        "m2_per_person": worst["m2_per_person"],
        "m2_low": least,
        "m2_high": most,
        "persons": n,
        "free_low": low,
        "free_high": high,
        "density": n / low if low > 0 else np.inf if n > 0 else 0.0,
        "n_hours_failed": int(failed.sum()),
        "clause": f"{one.standard} {one.clause}",
        "verified": one.verified,
    }


def left_out(
    goers: pd.DataFrame, hours: pd.DataFrame, catalogue: Catalogue, *, reference: str, level: float
) -> pd.DataFrame:
    """Return who is left without a place, by standard and group, with the gap.

    At the moment at which most are left: each ground holds its free area divided by the
    standard, residents come in the order in which they reach it, and those of one time
    share what is left of it. ``left`` counts expected persons at the usual presence who
    find no place even if all ground nobody measured were free, ``left_high`` those if none
    of it were. ``no_way`` reach no ground, of ``unknown`` nobody knows.
    ``placed + left + no_way + unknown = present``. The gap is the share of the worst-off
    group minus that of the reference group, with its interval.
    """
    if len(goers) == 0:
        return pd.DataFrame(columns=list(LEFT))
    rows = [
        row
        for one in standards(catalogue)
        for row in _standard(one, goers, hours, catalogue, reference, level)
    ]
    return pd.DataFrame(rows, columns=list(LEFT))


def _standard(
    one: Standard, goers: pd.DataFrame, hours: pd.DataFrame, catalogue: Catalogue, reference: str,
    level: float,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    day, hour = worst_moment(hours, one.value)
    row_of, (_, usual, _) = present(catalogue, goers["display"])
    weight = usual[goers["display"].map(row_of).to_numpy(dtype=np.int64), hour]
    there = hours[(hours["day"] == day) & (hours["hour"] == hour)].set_index("space")
    sure = _placed(goers, weight, there["free_low"] / one.value)
    hopeful = _placed(goers, weight, there["free_high"] / one.value)
    comes = (goers["ground"] != NOWHERE).to_numpy() & (goers["state"] == COVERED).to_numpy()
    people = pd.DataFrame({
        "display": goers["display"], "n": 1, "present": weight,
        "placed": np.where(comes, hopeful, 0.0),
        "left": np.where(comes, weight - hopeful, 0.0),
        "left_high": np.where(comes, weight - sure, 0.0),
        "no_way": np.where((goers["state"] == NOT_COVERED).to_numpy(), weight, 0.0),
    })  # fmt: skip
    people["unknown"] = people["present"] - people["placed"] - people["left"] - people["no_way"]
    summed = people.groupby("display").sum()
    summed.loc[EVERYBODY] = summed.sum()
    base = {"standard": one.code, "day": day, "hour": hour}
    made = {str(d): _row(base, str(d), own, level) for d, own in summed.iterrows()}
    yield from made.values()
    yield _gap(base, made, reference, level)


def worst_moment(hours: pd.DataFrame, needed: float) -> tuple[str, int]:
    """Return the moment at which most people exceed the room; of several the fullest one."""
    short = (hours["persons"] - hours["free_high"] / needed).clip(lower=0.0)
    shown = hours.assign(short=short).groupby(MOMENT, sort=True)[["short", "persons"]].sum()
    if len(shown) == 0:
        return "weekday", 0
    day, hour = max(shown.index, key=lambda at: (*shown.loc[at], at[0] == "weekday", -at[1]))
    return str(day), int(hour)


def _placed(goers: pd.DataFrame, weight: Floats, places: pd.Series) -> Floats:
    """Return the expected persons of each row who find a place, in order of arrival."""
    held = goers["ground"].map(places).fillna(0.0).to_numpy(dtype=np.float64)
    coming = weight * ((goers["ground"] != NOWHERE) & (goers["state"] == COVERED)).to_numpy()
    arrivals = pd.DataFrame(
        {"ground": goers["ground"], "time": goers["time"].fillna(np.inf), "n": coming, "held": held}
    )
    waves = arrivals.groupby(["ground", "time"], sort=True).agg(
        n=("n", "sum"), held=("held", "first")
    )
    before = waves.groupby("ground")["n"].cumsum() - waves["n"]
    room = (waves["held"] - before).clip(lower=0.0)
    waves["share"] = np.where(
        waves["n"] > 0, (room / waves["n"].where(waves["n"] > 0)).clip(upper=1.0), 0.0
    )
    keys = pd.MultiIndex.from_frame(arrivals[["ground", "time"]])
    share: Floats = waves["share"].reindex(keys).to_numpy(dtype=np.float64)
    return coming * share


def _row(base: dict[str, Any], display: str, own: pd.Series, level: float) -> dict[str, Any]:
    asked = float(own["placed"] + own["left"])
    left = float(own["left"])
    share = wilson(round(left), round(asked), level=level)
    told = left / asked if asked > 0 else np.nan
    return base | {
        "display": display,
        "n": int(own["n"]),
        "present": float(own["present"]),
        "placed": float(own["placed"]),
        "left": left,
        "left_high": float(own["left_high"]),
        "no_way": float(own["no_way"]),
        "unknown": max(float(own["unknown"]), 0.0),
        "left_share": told,
        "low": float(np.fmin(share.low, told)),
        "high": float(np.fmax(share.high, told)),
    }


def _gap(
    base: dict[str, Any], made: dict[str, dict[str, Any]], reference: str, level: float
) -> dict[str, Any]:
    """Return worst group minus reference as a row of its own; it counts nobody again."""
    row: dict[str, Any] = dict.fromkeys(LEFT, np.nan) | base | {"display": GAP, "n": 0}
    row |= dict.fromkeys(("present", "placed", "left", "left_high", "no_way", "unknown"), 0.0)
    others = [own for name, own in made.items() if name not in (EVERYBODY, reference)]
    others = [own for own in others if own["left_share"] == own["left_share"]]
    standing = made.get(reference)
    if standing is None or not others or standing["left_share"] != standing["left_share"]:
        return row
    worst = max(others, key=lambda own: (own["left_share"], own["display"]))
    counts = [(round(own["left"]), round(own["placed"] + own["left"])) for own in (worst, standing)]
    gap = newcombe(*counts[0], *counts[1], level=level)
    told = worst["left_share"] - standing["left_share"]
    return row | {"left_share": told, "low": min(gap.low, told), "high": max(gap.high, told)}
