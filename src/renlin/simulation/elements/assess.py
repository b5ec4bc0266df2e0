"""Introduce the rooms to each other: screen, try out, rank, and hand on findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.community.settings import Scenario
from renlin.errors import Fault, Said, SchemeFault
from renlin.finding import Finding, Lineage, content_hash, find
from renlin.kernels import movement
from renlin.simulation.elements.gains import Sureness, outcome_of, reading
from renlin.simulation.elements.listing import elements
from renlin.simulation.elements.passable import only_way, opens_to
from renlin.simulation.elements.screen import candidates, screen
from renlin.simulation.elements.tables import (
    ELEMENTS,
    GROUPS,
    PAIRS,
    Tried,
    element_rows,
    group_rows,
    pair_rows,
)
from renlin.simulation.elements.trials import pairs, trial
from renlin.simulation.elements.worlds import Today
from renlin.simulation.ensemble import Counter, Progress, Seeds, draw_seeds, run_all
from renlin.simulation.event import ALONE
from renlin.simulation.network import Ground, lay_out
from renlin.simulation.observation import stage
from renlin.simulation.population import Residents, residents
from renlin.simulation.scenario_checks import check_scenarios
from renlin.simulation.scene import limits_of, scene
from renlin.simulation.traced import CATALOGUE, TABLES

WHAT = "关键空间要素 key elements"
PARAMETERS = ("capacity", "pairs", "runs", "vulnerable_weight", "widening")


@dataclass(frozen=True)
class KeyElements:
    """Which elements matter most to whom.

    Attributes
    ----------
    key_elements
        ``simulation.key_elements``: every element tried, ranked by what improving it gains
        the worst-off, with what its failure costs and the edits of the improvement.
    key_groups
        ``simulation.key_groups``: the same by group.
    key_pairs
        ``simulation.key_pairs``: the first few improved two together.
    """

    key_elements: Finding
    key_groups: Finding
    key_pairs: Finding


class Parts(NamedTuple):
    """The three tables of one scenario."""

    elements: pd.DataFrame
    groups: pd.DataFrame
    pairs: pd.DataFrame


def key_elements(
    place: Community,
    needs: NeedsFindings,
    *,
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    most: int,
    progress: Progress | None = None,
) -> KeyElements:
    """Return the key spatial elements of ``place``: improved and removed one at a time.

    Elements are screened by queues, by who has no other way, by who might have one were it
    improved and by use, each weighted to the vulnerable groups. Each is then improved as a
    scheme would and, apart from that, closed, under the same luck. They are ranked by the
    seconds that improving gains those who take longest today.

    Parameters
    ----------
    place
        The community as it stands.
    needs
        Findings of needs identification for it.
    scenarios
        What strikes; an incident in which nobody walks has no elements.
    seeds
        Numbers of the paired runs, two or more.
    most
        Elements tried in each scenario; parameter ``key_elements_screened`` by custom.
    progress
        Called with what is done, runs done and runs in all; raising from it stops the job.

    Raises
    ------
    SchemeFault
        For a scenario that cannot work, fewer than two seeds or a repeated one, or no
        element to try.

    Source: simulation reference 7.2; features E14; holm1979; efron1987.

    Examples
    --------
    >>> import renlin as rl
    >>> place = rl.open_community("tests/places/willow")
    >>> found = key_elements(
    ...     place,
    ...     rl.needs.identify(place),
    ...     scenarios=[place.scenarios["quake"]],
    ...     seeds=range(4),
    ...     most=3,
    ... )
    >>> len(found.key_elements.table)
    3
    """
    _check(place, scenarios, seeds, most)
    movement.warm()
    who, ground = residents(place, needs), lay_out(place)
    kinds = place.catalogue.scenarios
    moving = [one for one in scenarios if kinds[one.kind].mechanism not in ALONE]
    drawn = draw_seeds(who, place.catalogue, seeds)
    together = int(place.catalogue.number("key_element_pairs"))
    tries = 1 + 2 * most + together * (together - 1) // 2
    count = Counter(WHAT, len(moving) * len(seeds) * tries, progress)
    parts = [_scenario(place, (who, ground, one), drawn, most, count) for one in moving]
    return _findings(place, needs, scenarios, seeds, parts)


def _check(
    place: Community, scenarios: Sequence[Scenario], seeds: Sequence[int], most: int
) -> None:
    check_scenarios(scenarios, place)
    if len(set(seeds)) < max(len(seeds), 2):
        expected = Said("两个以上的种子，不重复", "two seeds or more, each once")
        raise SchemeFault(_fault("key_seeds", expected, len(seeds)))
    if most < 1:
        raise SchemeFault(_fault("key_elements", Said("1 以上", "1 or more"), most))


def _fault(column: str, expected: Said, got: int) -> Fault:
    remedy = Said("改正后再跑。", "Correct it.")
    return Fault("study.toml", expected, Said(f"{got}", f"{got}"), remedy, None, column)


def _scenario(
    place: Community,
    given: tuple[Residents, Ground, Scenario],
    drawn: Seeds,
    most: int,
    count: Counter,
) -> Parts:
    """Return the tables of one scenario."""
    who, ground, scenario = given
    limit = limits_of(place, ground, who)
    own = stage(scene(place, ground, limit, who, scenario))
    today = Today(place, who, scenario, limit, own, elements(ground))
    runs = run_all(own, drawn, whole=True, count=count)
    base = outcome_of(runs)
    read = reading(base, who, place.policy.worst_share)
    ways = only_way(own.scene, today.elements), opens_to(own.scene, today.elements)
    found = screen(runs, today.elements, *ways)
    chosen = candidates(found, _weights(place, who), who.display, most)
    listed = [today.elements.listed[one.element] for one in chosen]
    trials = tuple(trial(today, base, element, drawn, count) for element in listed)
    sure = Sureness(place.policy.confidence, int(place.catalogue.number("bootstrap_draws")))
    tried = Tried(today, base, read, found, chosen, trials)
    groups = group_rows(tried, sure)
    ranked = element_rows(tried, groups)
    best = _best(place, ranked, {one.element.code: one for one in trials})
    both = list(pairs(today, base, best, (drawn, read, sure), count))
    return Parts(ranked, groups, pair_rows(both, scenario.code, sure.confidence))


def _weights(place: Community, who: Residents) -> np.ndarray:
    """Return how much a person of each group counts in screening."""
    more = place.catalogue.number("key_element_vulnerable_weight")
    first = [place.catalogue.displays[code].vulnerable for code in who.displays]
    return np.where(np.array(first), more, 1.0)


def _best(place: Community, ranked: pd.DataFrame, trials: dict[str, Any]) -> list[Any]:
    """Return the first few elements that can be improved, to be improved two together."""
    most = int(place.catalogue.number("key_element_pairs"))
    return [trials[code] for code in ranked["element"][ranked["edits"] != ""].head(most)]


KEYS = {
    "key_elements": ("scenario", "element"),
    "key_groups": ("scenario", "element", "action", "display"),
    "key_pairs": ("scenario", "first", "second"),
}


def _findings(
    place: Community,
    needs: NeedsFindings,
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    parts: Sequence[Parts],
) -> KeyElements:
    number = place.catalogue.number
    keep = partial(
        find,
        inputs={name: content_hash(place[name]) for name in TABLES},
        catalogue={part: place.catalogue.digest(part) for part in (*CATALOGUE, "levers")},
        policy={name: getattr(place.policy, name) for name in ("worst_share", "confidence")},
        parameters={
            "scenarios": {one.code: one.model_dump(mode="json") for one in scenarios},
            **{name: number(f"key_element_{name}") for name in PARAMETERS},
        },
        seeds=seeds,
        synthetic=place.synthetic,
    )
    behind = [needs.profiles, needs.indicators, needs.households]
    groups = keep(
        "simulation.key_groups", _joined([part.groups for part in parts], GROUPS),
        key=KEYS["key_groups"], parents=behind, lineage=_GROUPS,
    )  # fmt: skip
    table = gpd.GeoDataFrame(
        _joined([pd.DataFrame(part.elements) for part in parts], ELEMENTS),
        geometry="geometry",
        crs=place["walks"].crs,
    )
    listed = keep(
        "simulation.key_elements", table, key=KEYS["key_elements"], parents=[groups, *behind],
        lineage=_ELEMENTS,
    )  # fmt: skip
    both = keep(
        "simulation.key_pairs", _joined([part.pairs for part in parts], PAIRS),
        key=KEYS["key_pairs"], parents=[listed], lineage=_PAIRS,
    )  # fmt: skip
    return KeyElements(listed, groups, both)


def _joined(tables: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(columns))


Made = dict[str, Lineage]
Parent = tuple[str, str, str]


def _made(rule: str, catalogue: tuple[str, ...], parent: Parent, *columns: str) -> Made:
    return {column: Lineage(rule, catalogue, (parent,)) for column in columns}


_ENTRIES = ("classes", "parameters/key_element_widening", "parameters/key_element_capacity")
_GROUP = ("needs.profiles", "display", "display")
_OF = ("simulation.key_groups", "scenario+element", "scenario+element")
_FIRST = ("simulation.key_elements", "scenario+first", "scenario+element")
_GROUPS = (
    _made(
        "element improved, or closed, less today, paired by seed: paired t, for the worst-off "
        "BCa bootstrap; undecided when the interval spans zero, or no more so after Holm across "
        "elements",
        _ENTRIES, _GROUP, "n", "base", "value", "difference", "low", "high", "p_value", "p_holm",
        "verdict",
    )
    | _made("persons not safe at the horizon, mean over the runs, and how many more", _ENTRIES,
            _GROUP, "not_evacuated", "more_left")
    | _made("persons who have a way to safety today, alone or helped, and none without the element",
            ("classes",), _GROUP, "depends")
    | _made("mean over the runs: persons who walk it, person-seconds in the queue", ("classes",),
            _GROUP, "users", "queue_s")
)  # fmt: skip
_ELEMENTS = (
    _made("order: surely gains the worst-off, seconds gained by the worst-off, by the slowest "
          "group, by all, seconds its failure costs, code", _ENTRIES, _OF, "rank")
    | _made("the list it was taken from: queue, only way, would open, use, each weighted to "
            "the vulnerable", ("parameters/key_element_vulnerable_weight", "displays"), _OF,
            "screened_by", "screen_rank")
    | _made("seconds less when improved, those who take longest today; they are read from the "
            "other runs", _ENTRIES, _OF, "gain", "gain_low", "gain_high", "gain_p_holm", "verdict")
    | _made("seconds less when improved: slowest share of each world, slowest group, all", _ENTRIES,
            _OF, "gain_decile", "slowest", "gain_slowest", "gain_slowest_low",
            "gain_slowest_high", "slowest_verdict", "gain_all", "fewer_left")
    | _made("seconds more when closed: all, those who take longest today, the group hit hardest",
            ("classes",), _OF, "harm", "harm_low", "harm_high", "harm_verdict", "harm_worst_off",
            "hit", "harm_hit", "more_left")
    | _made("who has a way to safety today, alone or helped, and none once it is closed; the "
            "commonest reason over the households", ("classes",), _OF, "cut_off",
            "cut_off_households", "cut_reason")
    | _made("persons without another way, persons without a way to whom it might open one, users "
            "and queue, of all and of the vulnerable groups", ("displays",), _OF, "depends",
            "depends_vulnerable", "opens", "users", "users_vulnerable",
            "queue_s", "queue_vulnerable_s")
    | _made("the improvement as edits of a scheme", _ENTRIES, _OF, "edits", "width_assumed")
)  # fmt: skip
_PAIRS = _made(
    "gain of both improved less the sum of each, those who take longest today, paired by seed",
    _ENTRIES, _FIRST, "gain_first", "gain_second", "gain_both", "interaction", "low", "high",
    "p_value", "p_holm", "verdict",
)  # fmt: skip
