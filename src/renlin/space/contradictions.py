"""Find where space and need contradict each other, by declared rules with evidence.

Three dimensions: use, management, planning. Each rule names what is needed, what is
offered and who can mend it; a missing value gives a ``no_data`` row, never a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.passage import is_open

COLUMNS = (
    "contradiction",
    "space",
    "dimension",
    "rule",
    "needed",
    "offered",
    "gap",
    "persons",
    "severity",
    "evidence",
    "responsible",
    "remedy",
)


@dataclass(frozen=True)
class Ground:
    """What the rules may look at.

    Attributes
    ----------
    tables
        Layers by name.
    persons_at
        Space -> residents whose nearest shelter it holds.
    catalogue
        Standards and limits.
    """

    tables: Mapping[str, pd.DataFrame]
    persons_at: Mapping[str, int]
    catalogue: Catalogue


Row = dict[str, Any]
Rule = Callable[[Ground], Iterator[Row]]


def contradictions(ground: Ground) -> pd.DataFrame:
    """Return every contradiction, management remedies before building works.

    ``severity = min(1, gap / needed)`` times the share of residents it concerns; rows
    without data carry severity NaN.
    """
    rows = [
        {"rule": name, "dimension": dimension, **row}
        for name, dimension, rule in RULES
        for row in rule(ground)
    ]
    total = max(sum(ground.persons_at.values()), 1)
    made = []
    for row in rows:
        needed, gap = row["needed"], row["gap"]
        share = row["persons"] / total
        severity = (
            float("nan") if pd.isna(gap) else min(1.0, gap / needed if needed else 1.0) * share
        )
        made.append({**row, "contradiction": f"{row['rule']}:{row['space']}", "severity": severity})
    table = pd.DataFrame(made, columns=list(COLUMNS)).drop_duplicates("contradiction")
    order = {"management": 0, "use": 1, "planning": 2}
    rank = table["dimension"].map(order)
    return (
        table.assign(_rank=rank)
        .sort_values(["_rank", "severity", "contradiction"], ascending=[True, False, True])
        .drop(columns="_rank")
        .reset_index(drop=True)
    )


def _shelters(ground: Ground) -> pd.DataFrame:
    facilities = ground.tables["facilities"]
    return facilities[(facilities["kind"] == "shelter") & facilities["space"].notna()]


def _space(ground: Ground, name: str) -> dict[str, Any]:
    spaces = ground.tables["spaces"]
    row = spaces[spaces["space"] == name].to_dict("records")[0]
    return {str(key): value for key, value in row.items()}


def _row(
    ground: Ground,
    space: str,
    needed: float,
    offered: float,
    evidence: str,
    responsible: Any,
    remedy: str,
) -> Row:
    gap = float("nan") if pd.isna(offered) else max(needed - offered, 0.0)
    return {
        "space": space,
        "needed": needed,
        "offered": offered,
        "gap": gap,
        "persons": int(ground.persons_at.get(space, 0)),
        "evidence": evidence,
        "responsible": "" if pd.isna(responsible) else str(responsible),
        "remedy": remedy,
    }


def _taken(ground: Ground) -> Iterator[Row]:
    """Yield shelters whose ground is taken at the hour of need."""
    uses = ground.tables["uses"]
    for shelter in _shelters(ground).to_dict("records"):
        space = _space(ground, shelter["space"])
        here = uses[(uses["space"] == shelter["space"]) & uses["area_taken"].notna()]
        busiest = here.sort_values(["area_taken", "use"]).tail(1)
        if len(busiest) and not pd.isna(shelter["area"]) and not pd.isna(space["area"]):
            free = float(space["area"]) - float(busiest["area_taken"].iloc[0])
            if free < float(shelter["area"]):
                yield _row(
                    ground,
                    shelter["space"],
                    float(shelter["area"]),
                    free,
                    f"uses/{busiest['use'].iloc[0]}",
                    space["manager"],
                    "clear_on_call",
                )


def _crowded(ground: Ground) -> Iterator[Row]:
    """Yield shelters with less area than their residents need."""
    per_person = ground.catalogue.facilities["shelter"].area_per_person
    if per_person is None:
        return
    for shelter in _shelters(ground).to_dict("records"):
        persons = ground.persons_at.get(shelter["space"], 0)
        needed = persons * per_person.value
        area = shelter["area"]
        if persons and (pd.isna(area) or area < needed):
            yield _row(
                ground,
                shelter["space"],
                needed,
                area,
                f"facilities/{shelter['facility']}",
                _space(ground, shelter["space"])["owner"],
                "more_area",
            )


def _managers(count: Callable[[int], bool], remedy: str) -> Rule:
    def rule(ground: Ground) -> Iterator[Row]:
        for name in _emergency_spaces(ground):
            manager = _space(ground, name)["manager"]
            n = 0 if pd.isna(manager) else len([p for p in str(manager).split(";") if p.strip()])
            if count(n):
                yield _row(ground, name, 1.0, float(n), f"spaces/{name}", manager, remedy) | {
                    "gap": float(abs(n - 1))
                }

    return rule


def _emergency_spaces(ground: Ground) -> list[str]:
    """Return spaces that hold a shelter or are meant for emergency use."""
    spaces = ground.tables["spaces"]
    meant = spaces.loc[spaces["emergency_use"].isin(["allowed", "undecided"]), "space"]
    return sorted({*_shelters(ground)["space"], *meant})


def _forbidden(ground: Ground) -> Iterator[Row]:
    spaces = ground.tables["spaces"].set_index("space")
    for name in sorted(set(_shelters(ground)["space"])):
        if spaces["emergency_use"][name] == "forbidden":
            yield _row(ground, name, 1.0, 0.0, f"spaces/{name}", spaces["manager"][name], "rule")


def _locked(ground: Ground) -> Iterator[Row]:
    """Yield shelters and gates that are shut at the hour of need."""
    hour = ground.catalogue.number("need_hour")
    for name in sorted(set(_shelters(ground)["space"])):
        row = _space(ground, name)
        if not is_open(row["open_hours"], hour):
            yield _row(ground, name, 1.0, 0.0, f"spaces/{name}", row["manager"], "open_hours")
    for gate in ground.tables["gates"].to_dict("records"):
        if gate["locked"] is True or not is_open(gate["open_hours"], hour):
            remedy = "key" if pd.isna(gate["keyholder"]) else "open_hours"
            evidence = f"gates/{gate['gate']}"
            shut = _row(ground, gate["gate"], 1.0, 0.0, evidence, gate["keyholder"], remedy)
            yield shut | {"persons": sum(ground.persons_at.values())}


def _slow_to_open(ground: Ground) -> Iterator[Row]:
    limit = ground.catalogue.number("opening_minutes_limit")
    for name in sorted(set(_shelters(ground)["space"])):
        minutes = _space(ground, name)["opening_minutes"]
        if pd.isna(minutes) or minutes > limit:
            late = _row(
                ground,
                name,
                limit,
                float(minutes),
                f"spaces/{name}",
                _space(ground, name)["manager"],
                "faster_opening",
            )
            yield late | {"gap": float("nan") if pd.isna(minutes) else float(minutes) - limit}


def _narrow(kinds: tuple[str, ...], standard: str, remedy: str) -> Rule:
    def rule(ground: Ground) -> Iterator[Row]:
        needed = ground.catalogue.standards[standard].value
        everyone = sum(ground.persons_at.values())
        for walk in ground.tables["walks"].to_dict("records"):
            if walk["kind"] in kinds and not pd.isna(walk["width"]) and walk["width"] < needed:
                yield _row(
                    ground,
                    walk["walk"],
                    needed,
                    float(walk["width"]),
                    f"walks/{walk['walk']}; standards/{standard}",
                    walk["origin"],
                    remedy,
                ) | {"persons": everyone}

    return rule


def _steep(ground: Ground) -> Iterator[Row]:
    limit = ground.catalogue.standards["ramp_slope"].value
    everyone = sum(ground.persons_at.values())
    for walk in ground.tables["walks"].to_dict("records"):
        slope = walk["slope"]
        if walk["kind"] == "ramp" and not pd.isna(slope) and abs(slope) > limit:
            evidence = f"walks/{walk['walk']}; standards/ramp_slope"
            found = _row(
                ground, walk["walk"], limit, abs(float(slope)), evidence, walk["origin"], "rebuild"
            )
            yield found | {"persons": everyone, "gap": abs(float(slope)) - limit}


RULES: tuple[tuple[str, str, Rule], ...] = (
    ("taken_at_need", "use", _taken),
    ("crowded", "use", _crowded),
    ("no_manager", "management", _managers(lambda n: n == 0, "name_manager")),
    ("two_managers", "management", _managers(lambda n: n > 1, "one_manager")),
    ("use_forbidden", "management", _forbidden),
    ("locked_at_night", "management", _locked),
    ("slow_to_open", "management", _slow_to_open),
    ("fire_lane_narrow", "planning", _narrow(("road",), "fire_lane_width", "widen")),
    ("accessible_narrow", "planning", _narrow(("ramp",), "ramp_width", "widen")),
    ("ramp_steep", "planning", _steep),
)
