"""Introduce the rooms of the circulation, try the measures, and hand on findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.community.scheme import apply
from renlin.community.scheme_text import edits_text
from renlin.community.settings import Scenario
from renlin.errors import Fault, Said, SchemeFault, raise_all
from renlin.finding import Finding, Lineage, find
from renlin.simulation.circulation.lanes import NOTICED
from renlin.simulation.circulation.measures import CHARGING, Measure, measures
from renlin.simulation.circulation.state import VEHICLES, State, approaches, per_person, state
from renlin.simulation.circulation.tables import (
    GROUP_LINEAGE,
    STOP_LINEAGE,
    group_rows,
    stop_rows,
)
from renlin.simulation.comparison import BASE, GAP
from renlin.simulation.ensemble import Progress
from renlin.simulation.event import ALONE, PERSONAL
from renlin.simulation.network import lay_out
from renlin.simulation.people_tables import ALL
from renlin.simulation.population import homes, residents
from renlin.simulation.simulate import Simulated, simulate
from renlin.simulation.traced import CATALOGUE, inputs_of

WHAT = "微循环 circulation"
EVACUATION, FIRST_HELP = "evacuation", "first_help"
STAIR_FIRE = "stair_fire"
MEASURES = ("measure", "kind", "places", "unit", "zh", "en", "edits")
EFFECTS = (
    "measure", "kind", "outcome", "scenario", "display", "n", "before", "after", "difference",
    "low", "high", "p_holm", "verdict",
)  # fmt: skip
FASTER, SLOWER, SAME = "faster", "slower", "same"


@dataclass(frozen=True)
class Rescue:
    """How rescuers from outside get to people's doors.

    Attributes
    ----------
    rescue_groups
        ``simulation.rescue_groups``: seconds from the street to the door, by vehicle and
        group, with the gap to all others and its interval.
    rescue_stops
        ``simulation.rescue_stops``: lanes and gates before which crews go on on foot.
    """

    rescue_groups: Finding
    rescue_stops: Finding


@dataclass(frozen=True)
class Circulation(Rescue):
    """What opening lanes, sharing vehicles and moving charging out would do, by group.

    Attributes
    ----------
    circulation_measures
        ``simulation.circulation_measures``: what was tried, as edits of a scheme.
    circulation
        ``simulation.circulation``: by measure, outcome and group: before, after, difference.
    """

    circulation_measures: Finding
    circulation: Finding


def rescue(place: Community, needs: NeedsFindings, *, hour: float) -> Rescue:
    """Return how long rescuers take from the street to every door at ``hour``, by group.

    A fire engine and an ambulance drive as far as lanes let them, what stands there taken
    off; then the crew walks. Whom no way in is known for is counted apart.

    Raises
    ------
    SchemeFault
        For an hour that is none.

    Source: features F7.

    Examples
    --------
    >>> import renlin as rl
    >>> place = rl.open_community("tests/places/willow")
    >>> found = rescue(place, rl.needs.identify(place), hour=14.0)
    >>> found.rescue_stops.table["place"].tolist()
    ['east', 'east']
    """
    if not 0 <= hour < 24:
        expected, got = Said("0 到 24 之间", "0 to 24"), Said(f"{hour}", f"{hour}")
        remedy = Said("写一个钟点，例如 2。", "Give an hour, such as 2.")
        raise SchemeFault(Fault("hour", expected, got, remedy))
    return _rescue(_state(place, needs, hour), needs)


def circulation(
    place: Community,
    needs: NeedsFindings,
    *,
    scenario: Scenario,
    fall: Scenario | None,
    seeds: Sequence[int],
    lanes: int = 2,
    progress: Progress | None = None,
    workers: int | None = None,
) -> Circulation:
    """Return what measures of circulation do to rescue and evacuation times, by group.

    Tried one at a time under the same luck: opening lanes and gates to the fire engine
    (cleared where that is enough, widened where not), a stand of shared vehicles with
    charging points, and a charging shed where e-bikes are found charging in the stair. The
    shed is judged by a fire that starts with its own chance in the unit with most homes of
    those; all others by ``scenario``. Rescue is the way of each vehicle from the street, the
    same in every run, and the first help in ``fall``.

    Parameters
    ----------
    place, needs, progress, workers
        As :func:`renlin.simulation.simulate` has them.
    scenario
        An event in which people move.
    fall
        A fall at home; None leaves first help out.
    seeds
        Numbers of the paired runs, two or more.
    lanes
        Openings of lanes tried, at most.

    Raises
    ------
    SchemeFault
        For a scenario in which nobody moves or that cannot work, a fall that is none, and
        fewer than two seeds or one that stands twice; with all of these at once.

    Source: features F7; student1908; holm1979.
    """
    raise_all([*_faults(place, scenario, fall, seeds)], SchemeFault)
    now = _state(place, needs, scenario.hour)
    tried = measures(now, lanes)
    worlds = {one.code: apply(one.scheme, place) for one in tried}
    run = partial(simulate, place, needs, seeds=seeds, progress=progress, workers=workers)
    parts = [
        _ways(now, tried, worlds),
        *(
            _played(run(schemes={BASE: place, **_of(worlds, group)}, scenarios=events), group, fall)
            for group, events in _rounds(tried, scenario, fall)
        ),
    ]
    keep = _keep(now, needs, parameters=_asked(scenario, fall, lanes), seeds=seeds)
    return _findings(now, needs, keep, tried, pd.concat(parts, ignore_index=True))


def _faults(
    place: Community, scenario: Scenario, fall: Scenario | None, seeds: Sequence[int]
) -> Iterator[Fault]:
    kinds = place.catalogue.scenarios
    if kinds[scenario.kind].mechanism in ALONE:
        expected = Said("有人走动的情景", "an event in which people move")
        remedy = Said("换一个情景。", "Choose another scenario.")
        yield Fault("scenario", expected, Said(scenario.zh, scenario.en), remedy)
    if fall is not None and kinds[fall.kind].mechanism != PERSONAL:
        expected = Said("有人在家摔倒的情景", "an event in which somebody falls at home")
        remedy = Said("换一个情景，或不写。", "Choose another scenario, or none.")
        yield Fault("fall", expected, Said(fall.zh, fall.en), remedy)
    if len(set(seeds)) < max(len(seeds), 2):
        expected = Said("两个以上的种子，不重复", "two seeds or more, each once")
        got = Said(f"{len(seeds)} 个，不同的 {len(set(seeds))} 个",
                   f"{len(seeds)}, of which {len(set(seeds))} differ")  # fmt: skip
        yield Fault("seeds", expected, got, Said("改正后再跑。", "Correct it."))


def _asked(scenario: Scenario, fall: Scenario | None, lanes: int) -> dict[str, Any]:
    """Return what was asked for, as the findings remember it."""
    first_help = "" if fall is None else fall.model_dump_json()
    return {"scenario": scenario.model_dump_json(), "fall": first_help, "lanes": lanes}


def _state(place: Community, needs: NeedsFindings, hour: float) -> State:
    ground, who = lay_out(place), residents(place, needs)
    return state(place, ground, who, homes(place, ground, who, hour), hour)


def _rounds(
    tried: Sequence[Measure], scenario: Scenario, fall: Scenario | None
) -> list[tuple[list[Measure], list[Scenario]]]:
    """Return which measures are played in which events."""
    shed = [one for one in tried if one.kind == CHARGING]
    others = [one for one in tried if one.kind != CHARGING]
    events = [scenario] if fall is None else [scenario, fall]
    rounds = [(others, events)] if others else []
    return rounds + [([one], [_burning(scenario, one.unit)]) for one in shed]


def _burning(scenario: Scenario, unit: str) -> Scenario:
    """Return a fire in the stair of ``unit`` that starts by the draw of each run."""
    return Scenario(
        code=f"fire-{unit}", zh=f"{unit} 楼梯间起火", en=f"fire in the stair of {unit}",
        kind=STAIR_FIRE, hour=scenario.hour, horizon=scenario.horizon,
        places={"entrance": unit}, parameters={"ignition_drawn": 1.0},
    )  # fmt: skip


def _of(worlds: Mapping[str, Community], group: Sequence[Measure]) -> dict[str, Community]:
    return {one.code: worlds[one.code] for one in group}


def _played(found: Simulated, group: Sequence[Measure], fall: Scenario | None) -> pd.DataFrame:
    """Return what the measures did to times in the runs, by group; those of a fall until help."""
    kind = {one.code: one.kind for one in group}
    rows = found.comparison.table
    rows = rows[rows["scheme"].isin(list(kind))].rename(
        columns={"base": "before", "value": "after"}
    )
    waits = rows["scenario"] == ("" if fall is None else fall.code)
    told = rows.assign(
        measure=rows["scheme"],
        kind=rows["scheme"].map(kind),
        outcome=np.where(waits, FIRST_HELP, EVACUATION),
    )
    return told[list(EFFECTS)]


def _ways(now: State, tried: Sequence[Measure], worlds: Mapping[str, Community]) -> pd.DataFrame:
    """Return what the measures do to the way of each vehicle from the street, by group.

    Every resident whose door is known counts, and nothing is drawn: the difference is exact.
    """
    before = approaches(now, now.ground)
    groups = np.array(now.who.displays, dtype=object)[now.who.display]
    rows: list[dict[str, Any]] = []
    for one in tried:
        after = approaches(now, lay_out(worlds[one.code]))
        for kind in VEHICLES:
            first, second = (per_person(now, each[kind].seconds) for each in (before, after))
            both = np.isfinite(first) & np.isfinite(second)
            named = {"measure": one.code, "kind": one.kind, "outcome": kind, "scenario": ""}
            table = pd.DataFrame({"before": first, "after": second, "group": groups})[both]
            means = _means(table, now.place.policy.reference)
            rows += [
                named | {"display": display} | _exact(n, usual, new)
                for display, n, usual, new in means
            ]
    return pd.DataFrame(rows, columns=list(EFFECTS))


def _means(table: pd.DataFrame, reference: str) -> Iterator[tuple[str, int, float, float]]:
    """Yield persons and mean before and after: of all, of each group, and the gap.

    ``gap`` is the mean of the slowest group less that of the reference group.
    """
    if not len(table):
        return
    yield (ALL, len(table), float(table["before"].mean()), float(table["after"].mean()))
    means = {}
    for display, mine in table.groupby("group", sort=True):
        mean = float(mine["before"].mean()), float(mine["after"].mean())
        means[str(display)] = mean
        yield (str(display), len(mine), *mean)
    if reference in means:
        slowest = [max(side) for side in zip(*means.values(), strict=True)]
        usual = means[reference]
        yield (GAP, len(table), slowest[0] - usual[0], slowest[1] - usual[1])


def _exact(n: int, before: float, after: float) -> dict[str, Any]:
    moved = after - before if abs(after - before) > NOTICED else 0.0
    verdict = SAME if moved == 0 else FASTER if moved < 0 else SLOWER
    return {
        "n": n, "before": before, "after": after, "difference": moved, "low": moved,
        "high": moved, "p_holm": float("nan"), "verdict": verdict,
    }  # fmt: skip


def _keep(
    now: State, needs: NeedsFindings, *, parameters: Mapping[str, Any], seeds: Sequence[int] = ()
) -> Callable[..., Finding]:
    """Return what keeps a table with all that it was made from."""
    place = now.place
    return partial(
        find,
        inputs=inputs_of({BASE: place}),
        parents=[needs.profiles, needs.indicators, needs.households],
        catalogue={part: place.catalogue.digest(part) for part in CATALOGUE},
        policy={name: getattr(place.policy, name) for name in ("confidence", "reference")},
        synthetic=place.synthetic,
        parameters=parameters,
        seeds=seeds,
    )


def _rescue(now: State, needs: NeedsFindings) -> Rescue:
    ways = approaches(now, now.ground)
    keep = _keep(now, needs, parameters={"hour": now.hour})
    groups = group_rows(now, ways, seed=0, level=now.place.policy.confidence)
    return Rescue(
        keep("simulation.rescue_groups", groups, key=("vehicle", "display"), lineage=GROUP_LINEAGE),
        keep("simulation.rescue_stops", stop_rows(now, ways), key=("vehicle", "table", "place"),
             lineage=STOP_LINEAGE),
    )  # fmt: skip


def _findings(
    now: State,
    needs: NeedsFindings,
    keep: Callable[..., Finding],
    tried: Sequence[Measure],
    effects: pd.DataFrame,
) -> Circulation:
    listed = pd.DataFrame(
        [
            {"measure": one.code, "kind": one.kind, "places": ";".join(one.places),
             "unit": one.unit, "zh": one.said.zh, "en": one.said.en,
             "edits": edits_text(one.edits)}
            for one in tried
        ],
        columns=list(MEASURES),
    )  # fmt: skip
    made = _rescue(now, needs)
    return Circulation(
        made.rescue_groups,
        made.rescue_stops,
        keep("simulation.circulation_measures", listed, key=("measure",), lineage=_LISTED),
        keep("simulation.circulation", effects, key=("measure", "outcome", "scenario", "display"),
             lineage=_EFFECTS),
    )  # fmt: skip


_ENTRIES = ("classes", "scenarios", "standards/fire_lane_width", "parameters/rescue_speed_inside")
_GROUP = (("needs.profiles", "display", "display"),)


def _made(rule: str, *columns: str) -> dict[str, Lineage]:
    return {column: Lineage(rule, _ENTRIES, _GROUP) for column in columns}


_CHOSEN = Lineage(
    "lanes: most seconds of the fire engine saved per lane opened, the vulnerable counted more; "
    "vehicles beside the staffed facility nearest to those who are carried; a shed on free "
    "ground nearest to the unit with most homes where e-bikes are found charging",
    (
        *_ENTRIES,
        "parameters/key_element_vulnerable_weight",
        "parameters/circulation_vehicles",
        "parameters/ebikes_per_household",
    ),
)
_LISTED = dict.fromkeys(MEASURES[2:], _CHOSEN)
_EFFECTS = _made(
    "with the measure less without: runs paired by seed, Student's interval, Holm across "
    "measures; ways of vehicles from the street are the same in every run and exact",
    "n", "before", "after", "difference", "low", "high", "p_holm", "verdict",
)  # fmt: skip
