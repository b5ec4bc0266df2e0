"""Invent what simulation, governance and study would return for the sample place."""

from __future__ import annotations

import json
import math

import geopandas as gpd
import numpy as np
import pandas as pd
from tests.report.sample_needs import residents

from renlin.finding import Finding, Lineage, find
from renlin.random_streams import draw
from renlin.study.paradox import paradox

STATUS = {
    "ok": "有一个负责单位", "gap": "没有人负责", "overlap": "不止一个单位负责同一件事",
    "no_deputy": "夜里没有代班",
}  # fmt: skip
SEEDS = 30
PLAN = {"universal": "widen", "equity": "chairs"}
HORIZON = 1800.0
MEANS = {
    "base": (8.2, 13.1, 19.6, 14.4, 15.2, 9.0, 11.0, 9.4),
    "widen": (6.7, 12.8, 21.1, 14.0, 15.6, 7.6, 10.2, 7.9),
    "chairs": (7.6, 10.9, 14.8, 11.7, 12.9, 8.3, 9.8, 8.8),
    "lights": (7.6, 12.4, 17.3, 13.2, 13.6, 8.3, 10.0, 8.6),
    "ramps": (8.0, 11.2, 14.3, 11.9, 12.8, 8.6, 10.1, 9.0),
    "gate-south": (8.4, 11.6, 13.9, 12.0, 12.9, 8.9, 10.4, 9.3),
}
SPREAD = {"general": 0.12, "wheelchair": 0.9, "low_vision": 0.9}


def simulation_findings(place) -> dict[str, Finding]:
    people = residents(place)
    sizes = people["display"].value_counts()
    groups = _groups(sizes)
    tables = {
        "simulation.groups": (groups, ["scheme", "scenario", "seed", "display"]),
        "simulation.comparison": (_comparison(groups), ["scheme", "scenario", "display"]),
        "simulation.clearance": (_clearance(sizes), ["scheme", "scenario", "display", "minute"]),
        "simulation.households": (_households(people), ["scheme", "scenario", "household"]),
        "simulation.reach": (_reach(sizes), ["scheme", "scenario", "display", "channel"]),
        "simulation.links": (_links(place), ["scheme", "scenario", "link"]),
        "simulation.shelters": (_shelters(), ["scheme", "scenario", "facility"]),
        "simulation.replay": (_replay(place, people), ["frame", "entity"]),
    }
    return {name: _finding(name, table, key) for name, (table, key) in tables.items()}


def study_findings(place, found) -> dict[str, Finding]:
    flag = paradox(found["simulation.groups"], place.policy)
    comparison = found["simulation.comparison"].table
    tables = {
        "study.dual_view": (_dual_view(comparison), ["row"]),
        "study.price": (_price(comparison), ["display"]),
        "study.portfolios": (_portfolios(), ["measure"]),
    }
    made = {name: _finding(name, table, key) for name, (table, key) in tables.items()}
    return {flag.name: flag, **made}


def governance_findings(place, found) -> dict[str, Finding]:
    people = residents(place)
    homes = found["needs.households"].table
    chosen = homes[homes["sure"] == 1].sort_values("household")
    tables = {
        "governance.plans": (_plans(chosen), ["household", "scenario"]),
        "governance.pairs": (_pairs(chosen), ["household", "role"]),
        "governance.shortages": (_shortages(chosen), ["household"]),
        "governance.responses": (_responses(people, found), ["response", "place"]),
        "governance.duties": (_duties(), ["hazard", "phase"]),
    }
    return {name: _finding(name, table, key) for name, (table, key) in tables.items()}


def _finding(name: str, table: pd.DataFrame, key: list[str], **parameters: str) -> Finding:
    lineage = {c: Lineage(f"invented for {name}") for c in table.columns if c not in key}
    return find(
        name, table, key=key, lineage=lineage, seeds=range(SEEDS), privacy="internal",
        parameters={"sample": True, "scheme": "chairs", "scenario": "fire-stair", **parameters},
    )  # fmt: skip


def _groups(sizes: pd.Series) -> pd.DataFrame:
    displays = list(_order())
    rows = []
    for scheme, means in MEANS.items():
        for scenario, shift in (("fire-stair", 1.0), ("quake", 1.15)):
            luck = draw(7, f"sample.luck.{scenario}", range(SEEDS))
            own = draw(7, f"sample.own.{scheme}.{scenario}", range(SEEDS))
            for seed in range(SEEDS):
                values = []
                for display, mean in zip(displays, means, strict=True):
                    spread = SPREAD.get(display, 0.4)
                    value = (
                        60 * shift * (mean + (luck[seed] - 0.5) + spread * 3 * (own[seed] - 0.5))
                    )
                    values.append(value)
                    rows.append(_group_row(scheme, scenario, seed, display, sizes[display], value))
                total = float(np.average(values, weights=[sizes[d] for d in displays]))
                rows.append(_group_row(scheme, scenario, seed, "all", sizes.sum(), total))
                worst = _group_row(
                    scheme, scenario, seed, "worst_decile", sizes.sum() // 10, max(values)
                )
                rows.append(worst)
    return pd.DataFrame(rows)


def _group_row(scheme, scenario, seed, display, n, value):
    late = 1 / (1 + math.exp(-(value / 60 - 24.5)))
    return {
        "scheme": scheme,
        "scenario": scenario,
        "seed": seed,
        "display": display,
        "n": int(n),
        "mean_time": value,
        "p90": value * 1.4,
        "not_evacuated": round(late * n, 1) if display == "wheelchair" else 0.0,
        "unsafe_time": value,
    }


def _order() -> tuple[str, ...]:
    return (
        "general", "over_80", "wheelchair", "stick_slow", "low_vision", "hard_of_hearing",
        "pregnant_infant", "tenant",
    )  # fmt: skip


def _comparison(groups: pd.DataFrame) -> pd.DataFrame:
    wide = groups.pivot_table(
        index=["scheme", "scenario", "seed"], columns="display", values="mean_time"
    )
    wide["gap"] = wide[list(_order())].max(axis=1) - wide["general"]
    n = groups.drop_duplicates("display").set_index("display")["n"]
    rows = []
    for (scheme, scenario), part in wide.groupby(["scheme", "scenario"]):
        if scheme == "base":
            continue
        base = wide.loc["base", scenario]
        for display in [*_order(), "all", "worst_decile", "gap"]:
            difference = part[display].to_numpy() - base[display].to_numpy()
            half = 2.045 * difference.std(ddof=1) / math.sqrt(SEEDS)
            mean = float(difference.mean())
            verdict = "undecided" if abs(mean) <= half else ("faster" if mean < 0 else "slower")
            rows.append(
                {
                    "scheme": scheme,
                    "scenario": scenario,
                    "display": display,
                    "n": int(n.get(display, n["all"])),
                    "base": float(base[display].mean()),
                    "value": float(part[display].mean()),
                    "difference": mean,
                    "low": mean - half,
                    "high": mean + half,
                    "verdict": verdict,
                    "p_better": float((difference < 0).mean()),
                }
            )
    return pd.DataFrame(rows)


def _clearance(sizes: pd.Series) -> pd.DataFrame:
    rows = []
    for scheme, means in MEANS.items():
        for scenario in ("fire-stair", "quake"):
            for display, mean in [*zip(_order(), means, strict=True), ("all", means[0] + 1)]:
                top = 1.0 if mean < 19 else 0.97 if mean < 20 else 0.9
                width = 0.9 + mean / 11
                for minute in range(31):

                    def curve(shift, minute=minute, mean=mean, width=width, top=top):
                        start = 1 / (1 + math.exp((mean + shift) / width))
                        share = 1 / (1 + math.exp(-(minute - mean - shift) / width))
                        return top * max(0.0, (share - start) / (1 - start))

                    rows.append(
                        {
                            "scheme": scheme,
                            "scenario": scenario,
                            "display": display,
                            "minute": minute,
                            "share": curve(0),
                            "low": curve(1.1),
                            "high": curve(-1.1),
                        }
                    )
    return pd.DataFrame(rows)


def _households(people: pd.DataFrame) -> pd.DataFrame:
    homes = (
        people.groupby("household")
        .agg(n=("person", "size"), display=("display", "max"), floor=("floor", "max"))
        .reset_index()
    )
    parts = []
    for scheme in ("base", "chairs"):
        for scenario in ("fire-stair", "quake"):
            slow = np.where(homes["display"] == "wheelchair", 540.0, 120.0)
            table = homes[["household", "n"]].copy()
            table["scheme"], table["scenario"] = scheme, scenario
            table["premove_p50"], table["wait_p50"] = 60.0, np.where(slow > 200, 180.0, 0.0)
            table["prepare_p50"], table["stairs_p50"] = (
                np.where(slow > 200, 120.0, 20.0),
                12 * homes["floor"] * slow / 120,
            )
            table["lanes_p50"], table["queue_p50"] = 190.0, 30.0
            steps = [
                "premove_p50",
                "wait_p50",
                "prepare_p50",
                "stairs_p50",
                "lanes_p50",
                "queue_p50",
            ]
            table["p50"] = table[steps].sum(axis=1)
            table["p90"] = table["p50"] * 1.27
            table["arrived_share"], table["n_runs"] = np.where(slow > 200, 28 / 30, 1.0), SEEDS
            table["helper_p50"], table["helper_used_share"] = (
                np.where(slow > 200, 240.0, np.nan),
                np.where(slow > 200, 1.0, 0.0),
            )
            table["destination"], table["route"], table["reason"] = "s1", "", ""
            parts.append(table)
    return pd.concat(parts, ignore_index=True)


def _reach(sizes: pd.Series) -> pd.DataFrame:
    """Tell half of every group by telephone, a quarter at the door, a quarter by nothing."""
    shares = {"message": 0.5, "door_round": 0.25, "none": 0.25, "alarm": 0.0, "nobody_home": 0.2}
    people = {"all": int(sizes.sum()), **{str(d): int(n) for d, n in sizes.items()}}
    return pd.DataFrame(
        [
            {"scheme": scheme, "scenario": scenario, "display": display, "channel": channel,
             "persons": n * share}
            for scheme in MEANS for scenario in ("fire-stair", "quake")
            for display, n in people.items() for channel, share in shares.items()
        ]
    )  # fmt: skip


def _links(place) -> gpd.GeoDataFrame:
    walks = place["walks"]
    table = gpd.GeoDataFrame({"link": walks["walk"]}, geometry=list(walks.geometry), crs=walks.crs)
    return table.assign(
        scheme="base", scenario="fire-stair", persons=420.0, max_density=1.6, queue_s=900.0
    )


def _shelters() -> pd.DataFrame:
    rows = [
        {
            "scheme": scheme,
            "scenario": scenario,
            "facility": "s1",
            "capacity": 900,
            "p50": 840.0,
            "p95": 900.0,
            "full_share": 0.4,
        }
        for scheme in ("base", "widen", "chairs")
        for scenario in ("fire-stair", "quake")
    ]
    return pd.DataFrame(rows)


def _replay(place, people: pd.DataFrame) -> pd.DataFrame:
    doors = place["entrances"].set_index("entrance")["geometry"]
    homes = people.drop_duplicates("household").reset_index(drop=True)
    end = place["facilities"].set_index("facility").loc["s1", "geometry"]
    mean = dict(zip(_order(), MEANS["chairs"], strict=True))
    luck = draw(9, "sample.replay", homes["household"])
    rows = []
    for frame in range(61):
        now = frame * 30.0
        for k, (entrance, display) in enumerate(
            zip(homes["entrance"], homes["display"], strict=True)
        ):
            arrive = 60 * mean[display] * (0.6 + 0.8 * luck[k])
            leave = arrive * 0.45
            done = min(1.0, max(0.0, (now - leave) / (arrive - leave)))
            state = "before" if done == 0 else "arrived" if done == 1 else "walking"
            x, y = _along(doors[entrance], end, done)
            rows.append(
                (
                    frame,
                    f"e{k:04d}",
                    now,
                    x + 8 * (luck[k] - 0.5),
                    y + 6 * (luck[-k] - 0.5),
                    display,
                    state,
                )
            )
    return pd.DataFrame(rows, columns=["frame", "entity", "t", "x", "y", "display", "state"])


def _along(start, end, share: float) -> tuple[float, float]:
    corner = (end.x - 30, start.y - 6 + 0.1 * (end.x - start.x))
    first = math.dist((start.x, start.y), corner)
    second = math.dist(corner, (end.x, end.y))
    walked = share * (first + second)
    if walked <= first:
        part = walked / first
        return start.x + part * (corner[0] - start.x), start.y + part * (corner[1] - start.y)
    part = (walked - first) / second
    return corner[0] + part * (end.x - corner[0]), corner[1] + part * (end.y - corner[1])


def _dual_view(comparison: pd.DataFrame) -> pd.DataFrame:
    chosen = comparison[comparison["scenario"] == "fire-stair"].set_index(["scheme", "display"])
    value = {view: chosen.loc[scheme]["value"] for view, scheme in PLAN.items()}
    base = chosen.loc["widen"]["base"]
    figures = [
        ("budget", 860000.0, 860000.0, "yuan", None),
        ("cost", 842000.0, 857000.0, "yuan", None),
        *(
            (row, value["universal"][d], value["equity"][d], "s", base[d])
            for row, d in (
                ("mean", "all"),
                ("worst", "wheelchair"),
                ("gap", "gap"),
                ("worst_decile", "worst_decile"),
            )
        ),
        ("worse_off", 31.0, 0.0, "persons", 0.0),
        ("undecided", 35.0, 0.0, "persons", 0.0),
        ("not_evacuated", 4.2, 1.6, "persons", 3.1),
    ]
    rows = [
        {"row": row, "universal": a, "equity": b, "unit": unit, "base": base, "person": a * 0.99,
         "better": "" if base is None or a == b else "universal" if a < b else "equity",
         "note": "wheelchair" if row == "worst" else ""}
        for row, a, b, unit, base in figures
    ]  # fmt: skip
    return pd.DataFrame(rows).astype({"base": "float64", "person": "float64"})


def _price(comparison: pd.DataFrame) -> pd.DataFrame:
    chosen = comparison[comparison["scenario"] == "fire-stair"].set_index(["scheme", "display"])
    rows = []
    for display in ["all", *_order()]:
        a, b = chosen.loc[("widen", display)], chosen.loc[("chairs", display)]
        over, base = b["value"] - a["value"], b["difference"]
        rows.append(
            {"display": display, "n": int(a["n"]), "against_universal": over,
             "universal_low": over - 9, "universal_high": over + 9, "against_base": base,
             "base_low": b["low"], "base_high": b["high"]}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _portfolios() -> pd.DataFrame:
    rows = [
        ("m1", "拓宽主通道", 420000.0, -52.0, True, False),
        ("m2", "北门常开", 22000.0, -20.0, True, True),
        ("m3", "搬运椅", 96000.0, -8.0, False, True),
        ("m4", "结对帮扶", 44000.0, -11.0, False, True),
        ("m5", "坡道分流", 380000.0, -9.0, False, True),
        ("m6", "楼道照明", 400000.0, -14.0, True, False),
    ]
    table = pd.DataFrame(
        rows, columns=["measure", "name", "cost", "mean_change", "universal", "equity"]
    )
    return table.assign(person=table["universal"], status="optimal")


def _plans(chosen: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for home, floor in zip(chosen["household"], chosen["floor"], strict=True):
        steps = [
            {"pictogram": "helper", "zh": "等人来", "en": "wait for your helper", "seconds": 240.0},
            {"pictogram": "oxygen", "zh": "准备好再走", "en": "prepare", "seconds": 120.0},
            {
                "pictogram": "stairs",
                "zh": "下楼",
                "en": "down the stairs",
                "seconds": 60.0 * int(floor),
            },
            {"pictogram": "shelter", "zh": "到安全处", "en": "to the safe place", "seconds": 180.0},
        ]
        for scenario, kind, go, zh, en in (
            ("fire-stair", "stair_fire", "stay", "闻到烟味、听到报警或有人敲门", "smell of smoke"),
            ("quake", "earthquake", "wait_then_go", "摇晃停下", "the shaking stops"),
        ):
            rows.append(
                {"household": home, "scenario": scenario, "kind": kind, "tier": 1, "go": go,
                 "trigger_zh": zh, "trigger_en": en, "p50": 540.0 + 60 * int(floor),
                 "p90": 780.0 + 60 * int(floor), "arrived_share": 28 / 30, "n_runs": SEEDS,
                 "destination": "s1", "route": "", "primary": "p000", "second": "p001",
                 "backup": "duty", "helper_p50": 240.0, "helper_used_share": 28 / 30,
                 "steps": json.dumps(steps, ensure_ascii=False), "take": "oxygen;medicine;phone",
                 "needs": "carry_two;pair", "review_on": pd.Timestamp("2027-05-01"), "reason": ""}
            )  # fmt: skip
    return pd.DataFrame(rows)


def _pairs(chosen: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for k, home in enumerate(chosen["household"]):
        for role, helper, seconds in (
            ("primary", "p000", 230.0),
            ("second", "p001", 350.0),
            ("backup", "duty", 540.0),
        ):
            if role == "second" and k % 9 == 8:
                continue
            rows.append(
                {"household": home, "role": role, "helper": helper, "time_to_door": seconds,
                 "building": None if role == "backup" else "b06" if role == "primary" else "b07",
                 "night": True, "day": True, "strong": True, "status": "new"}
            )  # fmt: skip
    return pd.DataFrame(rows)


def _shortages(chosen: pd.DataFrame) -> pd.DataFrame:
    lacking = chosen.reset_index(drop=True).iloc[8::9]
    table = lacking[["household", "building", "entrance"]].assign(tier=1, need="carry", carry=True)
    return table.assign(helpers=1, backup=0, strong=1, night=0)


def _responses(people, found) -> pd.DataFrame:
    points = found["space.points"]
    rows = []
    for k, (response, place_id, state, zh, en) in enumerate(
        (
            (
                "gate_hours",
                "west",
                "recommended",
                "西门夜里留一个人能推开的锁",
                "a push-bar lock on the west gate at night",
            ),
            (
                "carry_chair",
                "b12",
                "recommended",
                "12 号楼放两把搬运椅",
                "two carry chairs in block 12",
            ),
            (
                "pairing",
                "b15",
                "recommended",
                "15 号楼补四对结对邻居",
                "four more pairs of neighbours in block 15",
            ),
            ("widen", "row-3", "undecided", "第四排通道拓宽到 4 米", "widen lane 4 to 4 m"),
        )
    ):
        rows.append(
            {
                "response": response,
                "place": place_id,
                "trigger": "high_risk_low_cover",
                "evidence": f"{points.id}; p0{k + 1}",
                "persons": 40 - 7 * k,
                "display": "wheelchair",
                "owner": "社区",
                "review_on": "2027-05-01",
                "lever": "net.gate.open_hours",
                "cost_low": 3000.0 * (k + 1),
                "cost_high": 8000.0 * (k + 1),
                "cost_unit": "yuan",
                "basis": "",
                "order": "buffer",
                "dimension": "spatial",
                "state": state,
                "text_zh": zh,
                "text_en": en,
            }
        )
    return pd.DataFrame(rows)


def _duties() -> pd.DataFrame:
    phases = ("inspect", "warn", "respond", "recover")
    states = {
        "fire": ("ok", "ok", "overlap", "ok"), "flood": ("ok", "no_deputy", "ok", "gap"),
        "earthquake": ("gap", "ok", "ok", "ok"), "gas": ("ok", "ok", "ok", "ok"),
    }  # fmt: skip
    rows = [
        {
            "hazard": hazard,
            "phase": phase,
            "status": status,
            "accountable": ""
            if status == "gap"
            else "街道;社区"
            if status == "overlap"
            else "社区",
            "responsible": "帮手",
            "deputy": "",
            "duties": "",
            "text_zh": STATUS[status],
            "text_en": status,
        }
        for hazard, row in states.items()
        for phase, status in zip(phases, row, strict=True)
    ]
    return pd.DataFrame(rows)
