"""Check what every ground offers in an emergency: yes, no or unknown, and the cheapest fix.

应急功能适配. A survey of the ground goes before what the layers around it say; what neither
says is unknown, with the question to ask on site, never a yes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from renlin.catalogue.ground_kinds import GroundCheck
from renlin.catalogue.load import Catalogue
from renlin.space.grounds.around import Around

YES, NO, UNKNOWN = "yes", "no", "unknown"
COLUMNS = ("space", "check", "rank", "answer", "hazards", "value", "needed", "unit", "evidence",
           "standard", "clause", "verified", "fix", "cost", "cost_low", "cost_high", "cost_source",
           "lever", "question_zh", "question_en")  # fmt: skip
FIRE_WAYS = ("road", "lane")
ROOFED = ("hall",)


@dataclass(frozen=True)
class Answer:
    """What was found of one check: answer, measured value, rows it rests on."""

    answer: str
    evidence: str = ""
    value: float = float("nan")


def fitness(around: Around, catalogue: Catalogue) -> pd.DataFrame:
    """Return one row per space and check, in the order of the list.

    ``fix`` is the cheapest module or response that mends a ``no``; ``lever`` what it moves
    in the model, "" where its effect is not simulated.
    """
    listed = sorted(catalogue.ground_checks.values(), key=lambda one: (one.order, one.code))
    spaces = [{str(k): v for k, v in row.items()} for row in around.spaces.to_dict("records")]
    looked = {one.code: _look(one, around, catalogue) for one in listed}
    rows = [
        _row(str(space["space"]), rank, one, looked[one.code](space), catalogue)
        for space in sorted(spaces, key=lambda row: str(row["space"]))
        for rank, one in enumerate(listed, start=1)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def cheapest(codes: list[str], catalogue: Catalogue) -> tuple[str, Any]:
    """Return the cheapest of modules and responses, and its cost; unknown costs come last."""
    found = []
    for code in codes:
        entry: Any = catalogue.modules.get(code) or catalogue.responses.get(code)
        if entry is not None:
            cost = entry.cost
            found.append((np.inf if cost is None else cost.value, code, cost))
    if not found:
        return "", None
    _, code, cost = min(found, key=lambda one: one[:2])
    return code, cost


def _row(
    space: str, rank: int, check: GroundCheck, found: Answer, catalogue: Catalogue
) -> dict[str, Any]:
    standard = catalogue.standards.get(check.standard)
    fix, cost = cheapest(check.fixes, catalogue) if found.answer == NO else ("", None)
    entry: Any = catalogue.modules.get(fix) or catalogue.responses.get(fix)
    nan = float("nan")
    return {
        "space": space,
        "check": check.code,
        "rank": rank,
        "answer": found.answer,
        "hazards": ";".join(check.hazards),
        "value": found.value,
        "needed": standard.value if standard else nan,
        "unit": standard.unit if standard else "",
        "evidence": found.evidence,
        "standard": check.standard,
        "clause": f"{standard.standard} {standard.clause}" if standard else "",
        "verified": bool(standard.verified) if standard else False,
        "fix": fix,
        "cost": nan if cost is None else cost.value,
        "cost_low": nan if cost is None or cost.low is None else cost.low,
        "cost_high": nan if cost is None or cost.high is None else cost.high,
        "cost_source": "" if cost is None else cost.source,
        "lever": "" if entry is None else str(entry.lever),
        "question_zh": check.question_zh if found.answer == UNKNOWN else "",
        "question_en": check.question_en if found.answer == UNKNOWN else "",
    }


def _look(check: GroundCheck, around: Around, catalogue: Catalogue) -> Any:
    """Return the function that answers a check for a space."""
    looks = {
        "width": _Width, "slope": _Slope, "fire_lane": _FireLane, "falling": _Falling,
        "hazards": _Hazards, "column": _Listed,
    }  # fmt: skip
    return looks[check.looks_at](check, around, catalogue)


class _Look:
    """One check with the layers it looks at."""

    def __init__(self, check: GroundCheck, around: Around, catalogue: Catalogue) -> None:
        self.check = check
        self.around = around
        self.catalogue = catalogue
        standard = catalogue.standards.get(check.standard)
        self.needed = standard.value if standard else float("nan")

    def ways(self, space: dict[str, Any]) -> pd.DataFrame:
        return self.around.ways[str(space["space"])]


class _Width(_Look):
    """The widest way in: surveyed, else of the walks at the edge."""

    def __call__(self, space: dict[str, Any]) -> Answer:
        """Return whether it is wide enough."""
        if _known(space[self.check.column]):
            return self._judge(float(space[self.check.column]), f"spaces/{space['space']}")
        ways = self.ways(space)
        wide = ways[ways["width"].notna()]
        if len(wide) == 0:
            return Answer(UNKNOWN)
        best = wide.iloc[_largest(wide["width"])]
        value = float(best["width"])
        if value < self.needed and len(wide) < len(ways):
            return Answer(UNKNOWN, f"walks/{best['walk']}", value)
        return self._judge(value, f"walks/{best['walk']}")

    def _judge(self, value: float, evidence: str) -> Answer:
        return Answer(YES if value >= self.needed else NO, evidence, value)


class _Slope(_Look):
    """The gentlest way in without steps."""

    def __call__(self, space: dict[str, Any]) -> Answer:
        """Return whether it is gentle enough."""
        if _known(space[self.check.column]):
            value = float(space[self.check.column])
            return Answer(_within(value, self.needed), f"spaces/{space['space']}", value)
        ways = self.ways(space)
        ways = ways[ways["kind"] != "steps"]
        known = ways[ways["slope"].notna()]
        if len(known) == 0:
            return Answer(UNKNOWN)
        steep = known["slope"].astype("float64").abs()
        value, best = float(steep.min()), known["walk"].iloc[_largest(-steep)]
        if value > self.needed and len(known) < len(ways):
            return Answer(UNKNOWN, f"walks/{best}", value)
        return Answer(_within(value, self.needed), f"walks/{best}", value)


def _within(value: float, most: float) -> str:
    return YES if value <= most + 1e-9 else NO


class _FireLane(_Look):
    """The widest lane or road that leads to the ground."""

    def __call__(self, space: dict[str, Any]) -> Answer:
        """Return whether a fire engine can come."""
        lanes = self.ways(space)
        lanes = lanes[lanes["kind"].isin(FIRE_WAYS)]
        if len(lanes) == 0:
            return Answer(UNKNOWN)
        known = lanes[lanes["width"].notna()]
        if len(known) == 0:
            return Answer(UNKNOWN, f"walks/{lanes['walk'].iloc[0]}")
        best = known.iloc[_largest(known["width"])]
        value, evidence = float(best["width"]), f"walks/{best['walk']}"
        if value >= self.needed:
            return Answer(YES, evidence, value)
        return Answer(NO if len(known) == len(lanes) else UNKNOWN, evidence, value)


class _Falling(_Look):
    """How much of the ground lies beyond the fall zones."""

    def __call__(self, space: dict[str, Any]) -> Answer:
        """Return whether enough of it does; unknown where heights decide."""
        if space["kind"] in ROOFED:
            return Answer(UNKNOWN)
        share = dict(self.around.clear_share.loc[str(space["space"])])
        least = self.catalogue.number("fall_clear_share")
        evidence = "buildings"
        if share["low"] >= least:
            return Answer(YES, evidence, float(share["low"]))
        answer = NO if share["high"] < least else UNKNOWN
        return Answer(answer, evidence, float(share["high"]))


class _Hazards(_Look):
    """Open hazards beside the ground that can hurt those who wait there."""

    FAMILIES = ("fire", "gas", "structure")

    def __call__(self, space: dict[str, Any]) -> Answer:
        """Return no where one is open, yes where all found were closed, else unknown."""
        rows = self.around.dangers[str(space["space"])]
        entries = self.catalogue.hazards
        family = [entries[k].family if k in entries else "" for k in rows["kind"].astype(str)]
        rows = rows[np.isin(np.array(family, dtype=object), self.FAMILIES)]
        if len(rows) == 0:
            return Answer(UNKNOWN)
        still = rows[rows["closed_on"].isna()]
        if len(still):
            return Answer(
                NO, f"hazards/{sorted(still['hazard'].astype(str))[0]}", float(len(still))
            )
        return Answer(YES, f"hazards/{sorted(rows['hazard'].astype(str))[0]}", 0.0)


class _Listed(_Look):
    """A column of the ground, else a facility within reach, else the ways at its edge."""

    def __init__(self, check: GroundCheck, around: Around, catalogue: Catalogue) -> None:
        super().__init__(check, around, catalogue)
        near = catalogue.number("ground_facility_reach")
        reach = self.needed if check.facility and self.needed == self.needed else near
        self.served = around.within(check.facility, reach) if check.facility else {}

    def __call__(self, space: dict[str, Any]) -> Answer:
        """Return what the first of them that says anything says."""
        name = str(space["space"])
        if self.check.column and _known(space[self.check.column]):
            return Answer(YES if bool(space[self.check.column]) else NO, f"spaces/{name}")
        if self.check.column == "shade" and space["kind"] in ROOFED:
            return Answer(YES, f"spaces/{name}")
        if self.check.facility:
            return self._facility(name)
        return self._walks(space) if self.check.walk_column else Answer(UNKNOWN)

    def _facility(self, name: str) -> Answer:
        near, column = self.served[name], self.check.facility_column
        if len(near) == 0:
            told = self.around.surveyed(self.check.facility)
            return Answer(NO if told else UNKNOWN, "facilities" if told else "")
        if not column:
            return Answer(
                YES, f"facilities/{near['facility'].iloc[0]}", float(near["apart"].iloc[0])
            )
        fits = near[near[column].fillna(False).astype(bool)]
        if len(fits):
            return Answer(
                YES, f"facilities/{fits['facility'].iloc[0]}", float(fits["apart"].iloc[0])
            )
        doubtful = near[near[column].isna()]
        answer = UNKNOWN if len(doubtful) else NO
        return Answer(answer, f"facilities/{near['facility'].iloc[0]}")

    def _walks(self, space: dict[str, Any]) -> Answer:
        ways, column = self.ways(space), self.check.walk_column
        said = _step_free(ways) if column == "steps" else ways[column]
        holds = ways[said.fillna(False).astype(bool)]
        if len(holds):
            return Answer(YES, f"walks/{holds['walk'].iloc[0]}")
        if len(ways) == 0 or said.isna().any():
            return Answer(UNKNOWN)
        return Answer(NO, f"walks/{ways['walk'].iloc[0]}")


def _step_free(ways: pd.DataFrame) -> pd.Series:
    """Return of each way whether it has no steps; missing where nobody counted."""
    none = (ways["steps"].astype("Int64") == 0).astype("boolean")
    return none.mask(ways["kind"] == "steps", False)


def _largest(values: pd.Series) -> int:
    """Return the position of the greatest value, the first of several."""
    return int(values.to_numpy(dtype=np.float64).argmax())


def _known(value: Any) -> bool:
    return not pd.isna(value)
