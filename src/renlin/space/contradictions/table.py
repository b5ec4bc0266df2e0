"""Find where space and need contradict each other, by declared rules with evidence.

Three dimensions: use, management, planning. Each rule names what is needed, what is
offered and who can mend it; a missing value gives a ``no_data`` row, never a pass. There
is no score: severity only orders the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from renlin.space.contradictions import management, planning, use
from renlin.space.contradictions.ground import Clash, Ground

COLUMNS = (
    "contradiction",
    "rank",
    "space",
    "dimension",
    "rule",
    "subject",
    "state",
    "needed",
    "offered",
    "gap",
    "unit",
    "persons",
    "severity",
    "evidence",
    "responsible",
    "remedy",
    "standard",
    "clause",
    "binding",
)
FOUND, NO_DATA = "found", "no_data"
ORDER = {"management": 0, "use": 1, "planning": 2}
"""Management comes first: a key or an opening rule is cheap."""
Rule = Callable[[Ground], Iterator[Clash]]
RULES: tuple[tuple[str, str, Rule], ...] = (
    ("taken_at_need", "use", use.taken_at_need),
    ("crowded", "use", use.crowded),
    ("group_excluded", "use", use.group_excluded),
    ("way_taken", "use", use.way_taken),
    ("no_manager", "management", management.no_manager),
    ("two_managers", "management", management.two_managers),
    ("use_forbidden", "management", management.use_forbidden),
    ("use_undecided", "management", management.use_undecided),
    ("locked_at_night", "management", management.locked_at_night),
    ("locked_at_night", "management", management.gates_not_stated),
    ("no_keyholder", "management", management.no_keyholder),
    ("slow_to_open", "management", management.slow_to_open),
    ("fire_lane_narrow", "planning", planning.fire_lane_narrow),
    ("accessible_narrow", "planning", planning.accessible_narrow),
    ("ramp_steep", "planning", planning.ramp_steep),
    ("shelter_small", "planning", planning.shelter_small),
    ("beyond_radius", "planning", planning.beyond_radius),
)


def contradictions(ground: Ground) -> pd.DataFrame:
    """Return every contradiction, management remedies before building works.

    ``severity = min(1, gap / needed) x share of residents concerned x their mean risk``,
    0-1. The risk is the upper bound of the share of residents harmed in a year: where
    nobody has inspected, nothing is known to be harmless. Rows without data carry severity NaN.

    Source: space reference §6.
    """
    everybody = max(ground.everybody().persons, 1)
    made = [
        _row(rule, dimension, clash, ground, everybody)
        for rule, dimension, find in RULES
        for clash in find(ground)
    ]
    table = pd.DataFrame(made, columns=list(COLUMNS))
    cheap = table["dimension"].map(ORDER)
    ordered = table.assign(rank=cheap).sort_values(
        ["rank", "severity", "contradiction"], ascending=[True, False, True], na_position="last"
    )
    return ordered.assign(rank=range(1, len(ordered) + 1)).reset_index(drop=True)


def _row(rule: str, dimension: str, clash: Clash, ground: Ground, everybody: int) -> dict[str, Any]:
    missing = pd.isna(clash.offered)
    share = clash.concerned.persons / everybody
    part = min(1.0, clash.gap / clash.needed) if clash.needed else 1.0
    standard = ground.catalogue.standards.get(clash.standard)
    named = (rule, clash.space, clash.subject, NO_DATA if missing else "")
    return {
        "contradiction": ":".join(part for part in named if part),
        "space": clash.space,
        "dimension": dimension,
        "rule": rule,
        "subject": clash.subject,
        "state": NO_DATA if missing else FOUND,
        "needed": clash.needed,
        "offered": clash.offered,
        "gap": clash.gap,
        "unit": clash.unit,
        "persons": clash.concerned.persons,
        "severity": float("nan") if missing else part * share * clash.concerned.risk,
        "evidence": clash.evidence,
        "responsible": clash.responsible,
        "remedy": clash.remedy,
        "standard": clash.standard,
        "clause": f"{standard.standard} {standard.clause}" if standard else "",
        "binding": standard.binding if standard else "",
    }
