"""Say how fast a ground turns from its everyday to its emergency state, and what stops it.

平急两用: two states, a network of steps between them, a crew by day and by night.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.ground_kinds import Conversion
from renlin.catalogue.load import Catalogue
from renlin.community.settings import Edit, Scheme
from renlin.space.grounds import schedule
from renlin.space.grounds.around import Around
from renlin.space.grounds.usable import bounds

Floats = npt.NDArray[np.float64]
PERIODS = ("day", "night")
READY, CREW_SHORT, CREW_UNKNOWN = "ready", "crew_short", "crew_unknown"
NO_ACCESS, WRONG_KIND = "no_access", "wrong_kind"
STATED = "opening_minutes"
PLANS = ("conversion", "period", "space", "template", "state", "by", "crew", "crew_needed",
         "arrival", "critical_minutes", "crew_minutes", "p10", "p50", "p90", "stated_minutes",
         "area", "area_high", "persons", "proof", "access", "access_width",
         "way_width")  # fmt: skip
STEPS = ("conversion", "period", "step", "order", "space", "template", "after", "crew", "critical",
         "start", "finish", "finish_p10", "finish_p90", "opens", "area_open", "persons_open",
         "access")  # fmt: skip


@dataclass(frozen=True)
class Converted:
    """Plans by period, and their steps; tables with columns ``PLANS`` and ``STEPS``."""

    plans: pd.DataFrame
    steps: pd.DataFrame


def convert(
    plans: pd.DataFrame,
    spaces: gpd.GeoDataFrame,
    around: Around,
    catalogue: Catalogue,
    *,
    seed: int,
) -> Converted:
    """Return how long every plan takes by day and by night, and when how much is open.

    Minutes count from the alarm: the crew arrives first. ``critical_minutes`` is the most
    likely time with hands enough, ``crew_minutes`` with the crew there is; ``p90`` is
    kept by nine of ten simulated conversions. A crew that is unknown or too small, and
    equipment too wide for every way in, give no time. ``area`` is what is surely usable at the end.
    """
    grounds = {str(row["space"]): row for row in _rows(spaces)}
    rows, steps = [], []
    for plan in sorted(_rows(plans), key=lambda row: str(row["conversion"])):
        template = catalogue.conversions[str(plan["template"])]
        space = grounds[str(plan["space"])]
        for period in PERIODS:
            one = _Plan(plan, period, template, space, around, catalogue, seed)
            rows.append(one.row())
            steps += one.steps()
    return Converted(
        pd.DataFrame(rows, columns=list(PLANS)), pd.DataFrame(steps, columns=list(STEPS))
    )


class _Plan:
    """One plan in one period, scheduled once."""

    def __init__(
        self, plan: dict[str, Any], period: str, template: Conversion, space: dict[str, Any],
        around: Around, catalogue: Catalogue, seed: int,
    ) -> None:  # fmt: skip
        self.plan, self.period, self.template, self.space = plan, period, template, space
        codes = template.order or ()
        rows = {code: row for row, code in enumerate(codes)}
        entries = [template.steps[code] for code in codes]
        self.entries = entries
        self.work = schedule.Work(
            codes,
            tuple(tuple(sorted(rows[b] for b in entry.after)) for entry in entries),
            tuple(entry.crew for entry in entries),
        )
        self.mode = np.array([entry.minutes.value for entry in entries])
        self.crew = _whole(plan[f"crew_{period}"])
        arrival = plan[f"arrival_{period}"]
        self.arrival = float("nan") if pd.isna(arrival) else float(arrival)
        self.widths = _widths(around, str(space["space"]))
        self.per_person = catalogue.standards["shelter_area_emergency"].value
        self.catalogue, self.seed = catalogue, seed
        self.area = _area(plan, space)
        self.state = self._state()
        self.timed = self._timed() if self.state == READY else None

    def _state(self) -> str:
        if self.template.kinds and str(self.space["kind"]) not in self.template.kinds:
            return WRONG_KIND
        if self.crew is None or np.isnan(self.arrival):
            return CREW_UNKNOWN
        if self.crew < max(self.work.crew, default=0):
            return CREW_SHORT
        return NO_ACCESS if self._all_access() == "no" else READY

    def _timed(self) -> tuple[str, Floats, Floats, Floats]:
        """Return proof, starts and finishes at the most likely times, and drawn finishes."""
        crew, number = self.crew or 0, self.catalogue.number
        most = int(number("conversion_orders"))
        order, proof = schedule.best_order(self.work, self.mode, crew, most)
        start, finish = schedule.serial(self.work, order, self.mode[None, :], crew)
        points = {
            code: (float(m.low or 0.0), m.value, float(m.high or m.value))
            for code, m in (
                (c, e.minutes) for c, e in zip(self.work.codes, self.entries, strict=True)
            )
        }
        drawn = schedule.durations(
            points, self.seed, f"{self.plan['conversion']}", int(number("conversion_draws")),
            number("pert_shape"),
        )  # fmt: skip
        ends = schedule.serial(self.work, order, drawn, crew)[1] + self.arrival
        return proof, start[0] + self.arrival, finish[0] + self.arrival, ends

    def row(self) -> dict[str, Any]:
        """Return the plan as a row of ``PLANS``."""
        critical = float(schedule.critical_path(self.work, self.mode)[0].max(initial=0.0))
        made: dict[str, Any] = dict.fromkeys(("crew_minutes", "p10", "p50", "p90"), float("nan"))
        if self.timed is not None:
            _, _, finish, ends = self.timed
            whole = ends.max(axis=1)
            low, middle, high = np.quantile(whole, [0.1, 0.5, 0.9])
            made = {"crew_minutes": float(finish.max()), "p10": low, "p50": middle, "p90": high}
        needed = [e.access_width.value for e in self.entries if e.access_width is not None]
        stated = self.space[STATED]
        return made | {
            "conversion": str(self.plan["conversion"]),
            "period": self.period,
            "space": str(self.space["space"]),
            "template": self.template.code,
            "state": self.state,
            "by": "" if pd.isna(self.plan["by"]) else str(self.plan["by"]),
            "crew": float("nan") if self.crew is None else float(self.crew),
            "crew_needed": float(max(self.work.crew, default=0)),
            "arrival": self.arrival,
            "critical_minutes": critical + self.arrival,
            "stated_minutes": float("nan") if pd.isna(stated) else float(stated),
            "area": self.area[0],
            "area_high": self.area[1],
            "persons": np.floor(self.area[0] / self.per_person),
            "proof": "" if self.timed is None else self.timed[0],
            "access": self._all_access(),
            "access_width": max(needed, default=float("nan")),
            "way_width": self.widths[1],
        }

    def steps(self) -> list[dict[str, Any]]:
        """Return its steps as rows of ``STEPS``; times NaN where the plan cannot start."""
        _, critical = schedule.critical_path(self.work, self.mode)
        opened = self._opened()
        return [
            {
                "conversion": str(self.plan["conversion"]),
                "period": self.period,
                "step": code,
                "order": row + 1,
                "space": str(self.space["space"]),
                "template": self.template.code,
                "after": ";".join(entry.after),
                "crew": float(entry.crew),
                "critical": bool(critical[row]),
                "opens": entry.opens,
                "area_open": opened[row] * self.area[0],
                "persons_open": np.floor(opened[row] * self.area[0] / self.per_person),
                "access": self._access(entry.access_width.value) if entry.access_width else "",
                **self._times(row),
            }
            for row, (code, entry) in enumerate(zip(self.work.codes, self.entries, strict=True))
        ]

    def _times(self, row: int) -> dict[str, float]:
        if self.timed is None:
            return dict.fromkeys(("start", "finish", "finish_p10", "finish_p90"), float("nan"))
        _, start, finish, ends = self.timed
        low, high = np.quantile(ends[:, row], [0.1, 0.9])
        return {"start": start[row], "finish": finish[row], "finish_p10": low, "finish_p90": high}

    def _opened(self) -> Floats:
        """Return the share open when each step is done at the most likely times."""
        shares = np.array([entry.opens for entry in self.entries])
        if self.timed is None:
            return np.full(len(shares), np.nan)
        finish = self.timed[2]
        opened: Floats = (finish[None, :] <= finish[:, None] + schedule.SLACK) @ shares
        return opened

    def _all_access(self) -> str:
        """Return the worst answer of all its equipment, "" where it needs none."""
        needed = [e.access_width.value for e in self.entries if e.access_width is not None]
        return _worst([self._access(width) for width in needed])

    def _access(self, width: float) -> str:
        """Return whether equipment so wide comes in: yes, no or unknown."""
        known, widest = self.widths
        if widest >= width:
            return "yes"
        return "no" if known and widest == widest else "unknown"


def as_scheme(plans: pd.DataFrame, spaces: pd.DataFrame, *, night: bool) -> Scheme:
    """Return the edits that give every converted ground its opening time by p90.

    The simulator keeps a ground with a plan in its everyday state until that time has
    passed (:func:`renlin.simulation.destinations.destinations`). Grounds whose plan gives
    no time keep what stands there; of several plans of a ground the slowest counts, for it
    is ready only when all are.

    Parameters
    ----------
    plans
        Table of ``space.conversions``.
    night
        Whether the crew of the night converts.
    """
    period = PERIODS[int(night)]
    timed = plans[(plans["period"] == period) & (plans["state"] == READY)]
    slowest = timed.groupby("space", sort=True)["p90"].max()
    stands = dict(zip(spaces["space"].astype(str), spaces[STATED], strict=True))
    asked = [(str(space), round(float(minutes), 1)) for space, minutes in slowest.items()]
    edits = [
        Edit(
            lever="shelter.convert_min", op="set", table="spaces", key=space, column=STATED,
            was=None if pd.isna(stands[space]) else float(stands[space]),
            now=minutes, why="p90 of space.conversions",
        )
        for space, minutes in asked
        if pd.isna(stands[space]) or minutes != float(stands[space])
    ]  # fmt: skip
    names = {"day": ("白天", "by day"), "night": ("夜里", "at night")}[period]
    return Scheme(
        code=f"converted-{period}",
        zh=f"按转换预案开放（{names[0]}）",
        en=f"Grounds opened by their plans, {names[1]}",
        edit=tuple(edits),
    )


def _area(plan: dict[str, Any], space: dict[str, Any]) -> tuple[float, float]:
    if not pd.isna(plan["area"]):
        return float(plan["area"]), float(plan["area"])
    return bounds(space)


def _widths(around: Around, space: str) -> tuple[bool, float]:
    """Return whether all ways onto a ground are measured, and the widest known, m."""
    ways = around.ways[space]
    own = around.spaces.loc[around.spaces["space"] == space, "entrance_width"].iloc[0]
    if not pd.isna(own):
        return True, float(own)
    known = ways["width"].dropna().astype("float64")
    return len(ways) > 0 and len(known) == len(ways), float(known.max()) if len(known) else np.nan


def _worst(answers: list[str]) -> str:
    return next((a for a in ("no", "unknown", "yes") if a in answers), "")


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]
