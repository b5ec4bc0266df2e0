"""Make findings of the tables: what was read, what was in force, how each column came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.community.settings import Scenario
from renlin.finding import Finding, Lineage, content_hash, find
from renlin.simulation.comparison import compare
from renlin.simulation.ensemble import Ensemble
from renlin.simulation.event import Event, events
from renlin.simulation.observation import PHASES
from renlin.simulation.people_tables import (
    clearance_rows,
    group_rows,
    household_rows,
    person_rows,
    reach_rows,
)
from renlin.simulation.place_tables import link_rows, route_rows, shelter_rows, stay_rows
from renlin.simulation.population import Residents
from renlin.simulation.replay import COLUMNS as REPLAY_COLUMNS
from renlin.simulation.replay import STAFF
from renlin.simulation.waiting import Waiting

TABLES = (
    "buildings", "conversions", "dwellings", "entrances", "facilities", "gates", "hazards",
    "helpers", "households", "pairs", "sensors", "spaces", "ties", "uses", "walks", "ways_in",
)  # fmt: skip
"""Community tables the simulation reads."""
CATALOGUE = (
    "bottlenecks", "casualties", "classes", "debris", "depth_speed", "devices", "displays",
    "facilities", "fragility", "parameters", "premovement", "presence", "scenarios", "slow_share",
    "speed_density", "standards", "structures",
)  # fmt: skip
KEYS = {
    "groups": ("scheme", "scenario", "seed", "display"),
    "persons": ("scheme", "scenario", "person"),
    "households": ("scheme", "scenario", "household"),
    "clearance": ("scheme", "scenario", "display", "minute"),
    "reach": ("scheme", "scenario", "display", "channel"),
    "links": ("scheme", "scenario", "link"),
    "routes": ("scheme", "scenario", "display", "link"),
    "stays": ("scheme", "scenario", "display", "node"),
    "shelters": ("scheme", "scenario", "facility"),
    "comparison": ("scheme", "scenario", "display"),
}
PRIVACY = {"persons": "personal", "households": "personal"}
SPEEDS = tuple(f"parameters/{name}" for name in ("pair_speed_factor", "carry_speed_stairs"))
_GROUP = (("needs.profiles", "display", "display"),)
_PERSON = (("needs.profiles", "person", "person"),)
_HOUSEHOLD = (("needs.households", "household", "household"),)
_SEEDS = (("simulation.groups", "display", "display"),)
_MEAN = (
    "mean seconds from the start to safety over who is in the community; 0 where one is safe "
    "already, the horizon for who does not get there"
)
_RULES: Mapping[str, tuple[tuple[tuple[str, ...], str, tuple[tuple[str, str, str], ...]], ...]] = {
    "groups": (
        (("mean_time",), _MEAN, _GROUP),
        (("p90",), "90th percentile over persons of the seconds to safety", _GROUP),
        (("not_evacuated",), "persons not safe at the horizon, counted, never dropped", _GROUP),
        (("unsafe_time",), "mean seconds spent where the event makes it unsafe", _GROUP),
        (
            ("n", "away", "unplaced", "sheltered"),
            "presence by hour: in the community, away, home not known, safe where they are; "
            "n + away + unplaced is the register",
            _GROUP,
        ),
    ),
    "persons": (
        (("mean_time", "p90", "arrived_share", "n_runs", "reason"), "over the runs in which the "
         "person is in the community; reason: the commonest of the runs without arrival", _PERSON),
    ),
    "households": (
        (
            ("p50", "p90", "arrived_share", "n_runs", "reason", "destination", "route"),
            "by the member at home who takes longest; route of the run with the median time",
            _HOUSEHOLD,
        ),
        (
            tuple(f"{name}_p50" for name in PHASES),
            "median seconds of each phase of the entity that comes last",
            _HOUSEHOLD,
        ),
        (
            ("helper_p50", "helper_used_share", "rescued_share"),
            "median arrival of the first helper; share of runs helped by helpers, by rescuers",
            _HOUSEHOLD,
        ),
        (("n",), "persons of the household on the register", _HOUSEHOLD),
    ),
    "clearance": (
        (("share", "low", "high"), "share of those in the community who are safe by the minute; "
         "mean and 5-95 per cent over the runs", _GROUP),
    ),
    "reach": ((("persons",), "persons in households first reached by the channel", _GROUP),),
    "links": (
        (("persons", "max_density", "queue_s"), "mean over the runs: persons who walked it, "
         "greatest density, person-seconds in the queue", ()),
    ),
    "routes": ((("persons",), "mean persons of the group who walked the link", _GROUP),),
    "stays": ((("person_seconds",), "mean person-seconds at the node after setting out", _GROUP),),
    "shelters": (
        (("capacity", "p50", "p95", "full_share", "turned_away"), "persons inside at the end; "
         "capacity as stated, else area over area per person", ()),
    ),
    "comparison": (
        (
            ("base", "value", "difference", "low", "high", "verdict", "p_better", "p_value",
             "p_holm", "n"),
            "scheme minus base paired by seed: paired t, for worst tenth and gap BCa bootstrap; "
            "undecided when the interval spans zero, or no more so after Holm across schemes",
            _SEEDS,
        ),
    ),
}  # fmt: skip


class Part(NamedTuple):
    """What one ensemble leaves behind: its tables, and what its runs counted."""

    scheme: str
    scenario: str
    tables: dict[str, pd.DataFrame]
    counts: dict[str, float]


def tabulate(made: Ensemble, who: Residents, worst_share: float, horizon: float) -> Part:
    """Return the tables of one ensemble, so that its runs can be forgotten."""
    tables = {
        "groups": group_rows(made, who, worst_share),
        "persons": person_rows(made, who),
        "households": household_rows(made, who, _facilities(made)),
        "clearance": clearance_rows(made, who, horizon),
        "links": link_rows(made),
        "routes": route_rows(made, who),
        "stays": stay_rows(made, who),
        "shelters": shelter_rows(made),
    }
    if not isinstance(made.made, Waiting):
        tables["reach"] = reach_rows(made, who)
    return Part(made.scheme, made.scenario, tables, _counted(made))


def findings(
    place: Community,
    needs: NeedsFindings,
    schemes: Mapping[str, Community],
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    parts: Sequence[Part],
) -> dict[str, Finding]:
    """Return all findings but the replay, name (without ``simulation.``) -> finding."""
    keep = partial(
        find,
        inputs=inputs_of(schemes),
        catalogue={part: place.catalogue.digest(part) for part in CATALOGUE},
        policy=_policy(place),
        parameters=_manifest(place, scenarios, parts),
        seeds=seeds,
        synthetic=place.synthetic,
    )
    behind = [needs.profiles, needs.indicators, needs.households]
    found: dict[str, Finding] = {}
    for name in KEYS:
        if name == "comparison":
            continue
        table = _joined([part.tables[name] for part in parts if name in part.tables], name)
        if name == "links":
            table = _located(table, place)
        privacy: Any = PRIVACY.get(name, "internal")
        found[name] = keep(
            f"simulation.{name}", table, key=KEYS[name], parents=behind, privacy=privacy,
            lineage=_lineage(name),
        )  # fmt: skip
    table = compare(
        found["groups"].table,
        reference=place.policy.reference,
        confidence=place.policy.confidence,
        n_draws=int(place.catalogue.number("bootstrap_draws")),
    )
    found["comparison"] = keep(
        "simulation.comparison", table, key=KEYS["comparison"], parents=[found["groups"]],
        lineage=_lineage("comparison"),
    )  # fmt: skip
    return found


def _located(table: pd.DataFrame, place: Community) -> gpd.GeoDataFrame:
    crs = place["walks"].crs
    plain = pd.DataFrame(table)
    shapes = list(plain["geometry"]) if "geometry" in plain else []
    return gpd.GeoDataFrame(
        plain.drop(columns="geometry", errors="ignore"), geometry=shapes, crs=crs
    )


def _facilities(made: Ensemble) -> tuple[str, ...]:
    return () if isinstance(made.made, Waiting) else made.made.scene.site.there.facilities


def _joined(tables: Sequence[pd.DataFrame], name: str) -> pd.DataFrame:
    filled = [pd.DataFrame(table) for table in tables if len(table)]
    if filled:
        return pd.concat(filled, ignore_index=True)
    return pd.DataFrame(tables[0]) if tables else pd.DataFrame(columns=list(KEYS[name]))


def inputs_of(schemes: Mapping[str, Community]) -> dict[str, str]:
    """Return table -> content hash of what is simulated; of schemes only what they change."""
    base = schemes["base"]
    found = {name: content_hash(base[name]) for name in TABLES}
    for code, world in sorted(schemes.items()):
        for name in TABLES:
            if world[name] is not base[name]:
                changed = content_hash(world[name])
                if changed != found[name]:
                    found[f"{code}:{name}"] = changed
        if world.catalogue is not base.catalogue:
            for part in ("bottlenecks", "parameters", "premovement", "scenarios"):
                digest = world.catalogue.digest(part)
                if digest != base.catalogue.digest(part):
                    found[f"{code}:{part}"] = digest
    return found


def _policy(place: Community) -> dict[str, Any]:
    names = (
        "reference", "worst_share", "confidence", "speed_density", "door_round_order", "decided_by"
    )  # fmt: skip
    return {name: getattr(place.policy, name) for name in names}


def _manifest(
    place: Community, scenarios: Sequence[Scenario], parts: Sequence[Part]
) -> dict[str, Any]:
    """Return what was in force: numbers of each event, and what its runs counted."""
    stated = {scenario.code: _stated(scenario, place) for scenario in scenarios}
    return {"scenarios": stated, "runs": {f"{p.scheme}/{p.scenario}": p.counts for p in parts}}


def _stated(scenario: Scenario, place: Community) -> dict[str, Any]:
    """Return the numbers of every event of a scenario; further ones under ``also``."""
    first, *others = [_numbers(event) for event in events(scenario, place.catalogue)]
    return {**first, "also": others} if others else first


def _numbers(event: Event) -> dict[str, Any]:
    own = event.scenario
    return {
        "kind": own.kind,
        "hour": own.hour,
        "horizon": own.horizon,
        **({"after": event.after} if event.after else {}),
        "places": dict(own.places),
        **{name: value.value for name, value in event.values.items()},
    }


def _counted(made: Ensemble) -> dict[str, float]:
    names = sorted({name for run in made.runs for name in run.counts})
    mean = {
        name: float(np.mean([run.counts.get(name, 0.0) for run in made.runs])) for name in names
    }
    if not isinstance(made.made, Waiting):
        gridlock = [run.places.gridlock for run in made.runs if run.places is not None]
        ground, live = made.made.scene.site.ground, made.made.scene.site.live
        mean["gridlock"] = float(np.mean(gridlock))
        mean["widths_assumed"] = float(ground.assumed.sum())
        mean["floors_assumed"] = float(live.guessed.sum())
        mean["shelters_of_unknown_capacity"] = float(
            (made.made.scene.site.there.capacity < 0).sum()
        )
    return mean


def _lineage(name: str) -> dict[str, Lineage]:
    entries = ("classes", "scenarios", *SPEEDS)
    return {
        column: Lineage(rule, entries, parents)
        for columns, rule, parents in _RULES[name]
        for column in columns
    }


class Played(NamedTuple):
    """A replay, and which run it is."""

    table: pd.DataFrame
    manifest: dict[str, Any]


def nothing_to_replay() -> Played:
    """Return the replay of events in which nobody moves."""
    return Played(pd.DataFrame(columns=list(REPLAY_COLUMNS)), {})


def replay_finding(place: Community, needs: NeedsFindings, played: Played) -> Finding:
    """Return the replay of one named run as a finding."""
    rule = f"position of the entity in the named run; {STAFF} is on no register"
    return find(
        "simulation.replay",
        played.table,
        key=["frame", "entity"],
        inputs={name: content_hash(place[name]) for name in TABLES},
        parents=[needs.profiles],
        catalogue={part: place.catalogue.digest(part) for part in CATALOGUE},
        parameters=played.manifest,
        seeds=[played.manifest["seed"]] if played.manifest else [],
        synthetic=place.synthetic,
        privacy="personal",
        lineage={name: Lineage(rule, ("classes",)) for name in ("x", "y", "t", "state")},
    )
