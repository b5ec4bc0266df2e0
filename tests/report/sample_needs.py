"""Invent what the needs and space stages would return for the sample place."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import LineString
from tests.report.sample_place import groups

from renlin.finding import Finding, Lineage, find
from renlin.random_streams import draw

REACH = {
    "general": 0.02, "over_80": 0.08, "wheelchair": 0.55, "stick_slow": 0.14, "low_vision": 0.1,
    "hard_of_hearing": 0.02, "pregnant_infant": 0.05, "tenant": 0.02,
}  # fmt: skip
"""Share of each group that does not walk to the shelter in time."""
SOUTH = {"b11-3", "b11-4", "b12-1", "b12-2", "b14-1", "b14-2", "b15-1", "b15-2", "b15-3"}
OFF_NETWORK = {"b13-3", "b13-4", "b16-1", "b16-2"}


def residents(place) -> pd.DataFrame:
    """Return one row per person with home, unit, block, floor."""
    homes = place["households"].merge(place["dwellings"], on="dwelling")
    homes = homes.merge(place["entrances"][["entrance", "building"]], on="entrance")
    keep = ["household", "entrance", "building", "floor"]
    persons = place["persons"][["person", "household"]]
    return persons.assign(display=groups(persons["person"])).merge(homes[keep], on="household")


def needs_findings(place) -> dict[str, Finding]:
    people = residents(place)
    tiers = _tiers(people)
    tables = {
        "needs.tiers": (tiers, ["person"]),
        "needs.households": (_households(people, tiers), ["household"]),
        "needs.profiles": (_profiles(people), ["person"]),
        "needs.totals": (_totals(people), ["item", "display"]),
        "needs.list": (_list(people, tiers), ["household", "item"]),
        "needs.work_list": (_work_list(tiers), ["subject", "indicator"]),
        "needs.population": (_population(people), ["period", "display"]),
        "needs.groups": (_groups(people, tiers), ["measure", "display"]),
        "needs.corrections": (_corrections(), ["correction"]),
    }
    return {name: _finding(name, table, key) for name, (table, key) in tables.items()}


def space_findings(place) -> dict[str, Finding]:
    people = residents(place)
    hazard = _hazard(place)
    coverage = _coverage(people)
    tables = {
        "space.hazard": (hazard, ["building"]),
        "space.coverage": (coverage, ["person", "service"]),
        "space.coverage_groups": (_coverage_groups(coverage), ["service", "display"]),
        "space.points": (_points(place, people, hazard, coverage), ["point"]),
        "space.paper_only": (_paper_only(place), ["entrance", "display", "service"]),
        "space.network_gaps": (_gaps(place, people), ["gap"]),
        "space.contradictions": (_contradictions(), ["contradiction"]),
    }
    return {name: _finding(name, table, key) for name, (table, key) in tables.items()}


def _finding(name: str, table: pd.DataFrame, key: list[str]) -> Finding:
    numbers = [c for c in table.columns if c not in key and c != "geometry"]
    lineage = {column: Lineage(f"invented for {name}") for column in numbers}
    return find(name, table, key=key, lineage=lineage, parameters={"sample": True})


def _tiers(people: pd.DataFrame) -> pd.DataFrame:
    chance = draw(2, "sample.tier", people["person"])
    frail = people["display"].isin(["wheelchair", "low_vision"]).to_numpy()
    old = people["display"].isin(["over_80", "stick_slow"]).to_numpy()
    sure = np.select([frail & (chance < 0.5), (frail | old) & (chance < 0.6), old], [1, 2, 3], 4)
    unknown = draw(2, "sample.unknown", people["person"]) < 0.09
    possible = np.where(unknown, np.maximum(1, sure - 2), sure)
    words = {
        1: ("独居、下楼要人抬、没有手机", "alone, carried on stairs, no phone"),
        2: ("走得慢，住四楼以上", "slow, on the fourth floor or above"),
        3: ("八十岁以上", "80 or older"), 4: ("没有命中规则", "no rule applies"),
    }  # fmt: skip
    return pd.DataFrame(
        {
            "person": people["person"], "sure": sure, "possible": possible,
            "missing": np.where(unknown, "has_smart_device;adl_level", ""),
            "ruleset": "triple", "version": "1", "rule": [f"r{t}" for t in sure],
            "reason_zh": [words[t][0] for t in sure], "reason_en": [words[t][1] for t in sure],
            "change_zh": np.where(unknown, "问清有没有手机", ""), "confirmed_by": None,
        }
    )  # fmt: skip


def _households(people: pd.DataFrame, tiers: pd.DataFrame) -> pd.DataFrame:
    joined = people.merge(tiers, on="person").sort_values(["household", "sure", "person"])
    first = joined.drop_duplicates("household")
    table = joined.groupby("household").agg(
        sure=("sure", "min"), possible=("possible", "min"), n_persons=("person", "size")
    )
    keep = ["household", "reason_zh", "reason_en", "person", "entrance", "building", "floor"]
    return table.reset_index().merge(
        first[keep].rename(columns={"person": "leader"}), on="household"
    )


def _profiles(people: pd.DataFrame) -> pd.DataFrame:
    carried = people["display"] == "wheelchair"
    guided = people["display"] == "low_vision"
    helped = people["display"] == "stick_slow"
    return pd.DataFrame(
        {
            "person": people["person"],
            "household": people["household"],
            "class": people["display"],
            "display": people["display"],
            "prevention": 0.5,
            "response": 0.4,
            "recovery": 0.6,
            "slow": carried | helped,
            "helpers_needed": np.where(carried, 2, np.where(guided, 1, 0)),
            "needs_help": np.select(
                [carried, guided, helped], ["carry", "guide", "assist"], "none"
            ),
        }
    )


def _totals(people: pd.DataFrame) -> pd.DataFrame:
    items = {
        "water_drinking": ("l", 9.0, None), "food": ("kg", 2.4, None),
        "medicine": ("pieces", 1.0, ["over_80", "wheelchair", "stick_slow"]),
        "oxygen": ("l", 40.0, ["wheelchair"]), "flash_alarm": ("pieces", 1.0, ["hard_of_hearing"]),
        "infant_food": ("kg", 1.5, ["pregnant_infant"]),
    }  # fmt: skip
    rows = []
    for item, (unit, rate, only) in items.items():
        chosen = people if only is None else people[people["display"].isin(only)]
        for display, part in [("all", chosen), *chosen.groupby("display")]:
            rows.append(
                {"item": item, "display": display, "quantity": rate * len(part), "unit": unit,
                 "n_persons": len(part), "n_households": part["household"].nunique()}
            )  # fmt: skip
    return pd.DataFrame(rows)


def _list(people: pd.DataFrame, tiers: pd.DataFrame) -> pd.DataFrame:
    homes = people.merge(tiers, on="person").groupby("household")["sure"].min()
    rows = [
        {"household": home, "item": item, "kind": "service", "quantity": 1.0, "unit": "次"}
        for home in homes[homes == 1].index
        for item in ("carried_down", "oxygen_power")
    ]
    return pd.DataFrame(rows)


def _work_list(tiers: pd.DataFrame) -> pd.DataFrame:
    open_rows = tiers[tiers["missing"] != ""]
    rows = [
        {
            "subject": person,
            "indicator": indicator,
            "matters": int(sure - possible),
            "who_could_tell_zh": who,
        }
        for person, sure, possible in zip(
            open_rows["person"], open_rows["sure"], open_rows["possible"], strict=True
        )
        for indicator, who in (("has_smart_device", "网格员"), ("adl_level", "社区医生"))
    ]
    table = pd.DataFrame(rows)
    table["household"] = table["subject"].str.split("-").str[0]
    return table.assign(rank=table["matters"].rank(method="min", ascending=False).astype(int))


def _population(people: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for period, share in (("night", 0.97), ("day", 0.58)):
        for display, part in [("all", people), *people.groupby("display")]:
            n = round(len(part) * share)
            rows.append(
                {
                    "period": period,
                    "display": display,
                    "persons": n,
                    "low": n * 0.95,
                    "high": n * 1.05,
                    "n_unknown": 12 if display == "all" else 0,
                }
            )
    return pd.DataFrame(rows)


def _groups(people: pd.DataFrame, tiers: pd.DataFrame) -> pd.DataFrame:
    joined = people.merge(tiers, on="person")
    joined["top"] = joined["sure"] <= 2
    joined["open"] = joined["missing"] != ""
    rows = []
    for measure, column in (("tier_1_2_share", "top"), ("unknown_share", "open")):
        values = {}
        for display, part in [("all", joined), *joined.groupby("display")]:
            values[display] = part[column].mean()
            rows.append(
                {
                    "measure": measure,
                    "display": display,
                    "n": len(part),
                    "value": values[display],
                    "low": max(0, values[display] - 0.03),
                    "high": min(1, values[display] + 0.03),
                    "n_unknown": int(part["open"].sum()),
                }
            )
        gap = max(values.values()) - values["general"]
        rows.append(
            {
                "measure": measure,
                "display": "gap",
                "n": len(joined),
                "value": gap,
                "low": gap - 0.04,
                "high": gap + 0.04,
                "n_unknown": 0,
            }
        )
    return pd.DataFrame(rows)


def _corrections() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "correction": "c1",
                "workshop": "elders-2026-10",
                "kind": "prevalence",
                "held_on": "2026-10-10",
                "field": "has_smart_device",
                "method": "座谈",
                "n_asked": 24,
                "n_yes": 15,
                "before": 0.38,
                "before_low": 0.30,
                "before_high": 0.46,
                "after": 0.49,
                "after_low": 0.42,
                "after_high": 0.56,
                "tiers_changed": 14,
                "undone": False,
            },
            {
                "correction": "c2",
                "workshop": "disability-2026-10",
                "kind": "prevalence",
                "held_on": "2026-10-12",
                "field": "adl_level",
                "method": "入户",
                "n_asked": 12,
                "n_yes": 4,
                "before": 0.11,
                "before_low": 0.07,
                "before_high": 0.15,
                "after": 0.13,
                "after_low": 0.09,
                "after_high": 0.17,
                "tiers_changed": 3,
                "undone": False,
            },
        ]
    )


def _hazard(place) -> gpd.GeoDataFrame:
    table = place["buildings"][["building", "geometry"]].copy()
    table = table[table["building"] != "k1"].reset_index(drop=True)
    number = table["building"].str[1:].astype(int)
    noise = draw(3, "sample.hazard", table["building"])
    table["risk"] = np.clip(0.12 + 0.045 * number + 0.25 * (noise - 0.5), 0.05, 0.95)
    table.loc[table["building"] == "b16", "risk"] = np.nan
    table["low"], table["high"] = table["risk"] - 0.08, table["risk"] + 0.08
    table["quality"], table["n_open"] = 0.7, (table["risk"].fillna(0) * 9).round().astype(int)
    table["newest"] = "2026-10-11"
    for step, family in enumerate(("fire", "electric", "structure", "flood", "access", "gas")):
        table[family] = np.clip(table["risk"] * (0.6 + 0.12 * step), 0, 1)
    return table


def _coverage(people: pd.DataFrame) -> pd.DataFrame:
    chance = draw(4, "sample.cover", people["person"])
    far = people["entrance"].isin(SOUTH).to_numpy() * 0.35 + np.array(
        [REACH[d] for d in people["display"]]
    )
    state = np.where(chance < far, "not_covered", "covered")
    state = np.where(people["entrance"].isin(OFF_NETWORK), "unknown", state)
    table = people[["person", "display", "entrance", "floor"]].copy()
    table["service"], table["class"] = "shelter", table["display"]
    table["state"], table["reason"] = state, np.where(state == "not_covered", "too_far", "")
    table["time_optimistic"] = 180 + 300 * chance
    table["time_pessimistic"] = table["time_optimistic"] * 1.2
    table["facility"], table["straight_m"], table["walk_m"], table["limit"] = (
        "s1",
        140.0,
        310.0,
        360.0,
    )
    table["capacity_ratio"] = 1.2
    return table


def _coverage_groups(coverage: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for display, part in [("all", coverage), *coverage.groupby("display")]:
        counts = part["state"].value_counts()
        known = {s: int(counts.get(s, 0)) for s in ("covered", "not_covered", "unknown")}
        share = known["covered"] / len(part)
        rows.append(
            {
                "service": "shelter",
                "display": display,
                "n": len(part),
                **known,
                "covered_share": share,
                "low": share,
                "high": share + known["unknown"] / len(part),
            }
        )
    shares = {row["display"]: row["covered_share"] for row in rows}
    gap = shares["general"] - min(shares.values())
    rows.append(
        {
            "service": "shelter",
            "display": "gap",
            "n": len(coverage),
            "covered": 0,
            "not_covered": 0,
            "unknown": 0,
            "covered_share": gap,
            "low": gap - 0.05,
            "high": gap + 0.06,
        }
    )
    return pd.DataFrame(rows)


def _points(place, people, hazard, coverage) -> gpd.GeoDataFrame:
    doors = place["entrances"].set_index("entrance")["geometry"]
    risk = hazard.set_index("building")["risk"]
    chosen = ["b12-1", "b15-2", "b11-4", "b14-1", "b12-2", "b15-1"]
    rows = []
    for rank, entrance in enumerate(chosen, start=1):
        here = people[people["entrance"] == entrance]
        rows.append(
            {
                "point": f"p{rank:02d}",
                "entrance": entrance,
                "building": entrance[:3],
                "rank": rank,
                "risk": risk[entrance[:3]],
                "persons": len(here),
                "unserved_vulnerable": 4 + rank % 3,
                "tier1": rank % 2,
                "tier2": 2 + rank % 3,
                "stable": rank < 5,
                "cause": ("too_far", "stairs", "gate_locked", "too_narrow")[rank % 4],
                "fix": (
                    "gap_too_far",
                    "carry_household_without_pair",
                    "gate_locked_in_need",
                    "passage_too_narrow",
                )[rank % 4],
                "display_worst": "wheelchair",
                "geometry": doors[entrance],
            }
        )
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=place["entrances"].crs)


def _paper_only(place) -> gpd.GeoDataFrame:
    doors = place["entrances"].set_index("entrance")["geometry"]
    rows = [
        {
            "entrance": entrance,
            "display": "wheelchair",
            "service": "shelter",
            "facility": "s1",
            "persons": 14 + i,
            "straight_m": s,
            "walk_m": w,
            "time": w / 0.69,
            "limit": 360.0,
            "radius": 150.0,
            "state": "not_covered",
            "cause": "gate_locked",
            "would_change_zh": "南墙开一道门",
            "would_change_en": "a gate in the south wall",
            "geometry": doors[entrance],
        }
        for i, (entrance, s, w) in enumerate(
            (("b14-1", 118.0, 323.0), ("b14-2", 112.0, 343.0), ("b11-4", 85.0, 312.0))
        )
    ]
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=place["entrances"].crs)


def _gaps(place, people) -> gpd.GeoDataFrame:
    doors = place["entrances"].set_index("entrance")["geometry"]
    rows = []
    for number, units in enumerate((("b13-3", "b13-4"), ("b16-1", "b16-2")), start=1):
        door = doors[units[0]]
        line = LineString([door, (door.x + 9, door.y - 7)])
        rows.append(
            {
                "gap": f"g{number}",
                "n_nodes": 14,
                "length": 36.0,
                "n_entrances": 2,
                "persons": int(people["entrance"].isin(units).sum()),
                "bridged": False,
                "distance_to_main": line.length,
                "geometry": line,
            }
        )
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=place["entrances"].crs)


def _contradictions() -> pd.DataFrame:
    known = {
        "rank": 1, "subject": "", "group": "all", "hazards": "", "phase": "", "state": "found",
        "standing": "open", "unit": "", "severity": 0.4, "source": "layer", "said_by": "",
        "observed_on": pd.Timestamp("2026-09-01"), "confidence": 0.9, "remedy_kind": "rule",
        "cost": 1250.0, "cost_unit": "yuan/gate", "standard": "", "clause": "",
        "binding": "recommended", "clause_verified": True,
    }  # fmt: skip
    return pd.DataFrame(
        [
            known
            | {
                "contradiction": "slow_to_open:ground",
                "space": "ground",
                "dimension": "management",
                "rule": "slow_to_open",
                "unit": "min",
                "needed": 10.0,
                "offered": 15.0,
                "gap": 5.0,
                "persons": 900,
                "evidence": "spaces/ground",
                "responsible": "小学",
                "remedy": "faster_opening",
            },
            known
            | {
                "contradiction": "need_unmet:A-1:handrail_slow",
                "rank": 2,
                "space": "A-1",
                "dimension": "planning",
                "rule": "need_unmet",
                "subject": "handrail_slow",
                "group": "stick_slow",
                "standing": "contested",
                "needed": 1.0,
                "offered": 0.0,
                "gap": 1.0,
                "persons": 2,
                "evidence": "entrances/A-1",
                "responsible": "街道",
                "remedy": "handrails",
                "remedy_kind": "works",
            },
            known
            | {
                "contradiction": "fire_lane_low:walks:no_data",
                "rank": 3,
                "space": "walks",
                "dimension": "planning",
                "rule": "fire_lane_low",
                "state": "no_data",
                "unit": "m",
                "needed": 4.0,
                "offered": float("nan"),
                "gap": float("nan"),
                "severity": float("nan"),
                "persons": 900,
                "evidence": "walks/main",
                "responsible": "",
                "remedy": "measure",
                "remedy_kind": "ask",
                "standard": "fire_lane_height",
                "clause_verified": False,
            },
        ]
    )
