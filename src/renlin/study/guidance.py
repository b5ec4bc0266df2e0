"""Advise ways and order warnings for the community of a folder, beside the results of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from renlin.community.community import Community
from renlin.community.settings import Scenario
from renlin.errors import DataFault, Fault, Said, SchemeFault, did_you_mean
from renlin.finding import Finding
from renlin.governance import pair
from renlin.governance.govern import WORLD
from renlin.needs import identify
from renlin.simulation import advise, circulation, warning_effect, warning_order
from renlin.simulation.event import PERSONAL
from renlin.study.chain import chosen_scenarios, silent, study_of
from renlin.study.results import Results, gather, reopen
from renlin.study.times import BASE

Progress = Callable[[str, int, int], None]
PROFILES = "needs.profiles"


def advised_of(
    place: Community,
    *,
    scenario: str | None = None,
    compliance: float | None = None,
    progress: Progress = silent,
) -> Results:
    """Run stage 1 and advise ways in one scenario, the study's main one unless it is named.

    Raises
    ------
    SchemeFault
        When the scenario is not there, or nobody moves in it.
    """
    needs = identify(place)
    found = advise(
        place, needs, scenario=scenario_of(place, scenario), seeds=range(study_of(place).seeds),
        compliance=compliance, progress=progress,
    )  # fmt: skip
    return Results(place, gather(needs, found))


def warned_of(
    place: Community, *, scenario: str | None = None, progress: Progress = silent
) -> Results:
    """Run stage 1, order warnings with and without the proposed pairs, and try the order.

    The order is made for every scenario of the study; what it does when door rounds follow
    it is tried in ``scenario``, the study's main one unless it is named.

    Raises
    ------
    SchemeFault
        When the scenario is not there.
    """
    chosen = scenario_of(place, scenario)
    needs = identify(place)
    paired = {BASE: place, WORLD: pair(place, needs).community(place)}
    named = chosen_scenarios(place)
    listed = [*named, *([chosen] if chosen.code not in {s.code for s in named} else [])]
    order = warning_order(place, needs, schemes=paired, scenarios=listed, progress=progress)
    effect = warning_effect(
        place, needs, scenario=chosen, seeds=range(study_of(place).seeds), progress=progress
    )
    return Results(place, gather(needs, order, effect))


def circulated_of(
    place: Community, *, scenario: str | None = None, lanes: int = 2, progress: Progress = silent
) -> Results:
    """Run stage 1 and try measures of circulation, with the proposed pairs agreed.

    They are judged in ``scenario``, the study's main one unless it is named, and in the
    first fall at home of the folder, when there is one.

    Raises
    ------
    SchemeFault
        When the scenario is not there, or nobody moves in it.
    """
    needs, chosen = identify(place), scenario_of(place, scenario)
    kinds = place.catalogue.scenarios
    falls = [
        one
        for _, one in sorted(place.scenarios.items())
        if kinds[one.kind].mechanism == PERSONAL and not one.also
    ]
    found = circulation(
        pair(place, needs).community(place), needs, scenario=chosen,
        fall=falls[0] if falls else None, seeds=range(study_of(place).seeds), lanes=lanes,
        progress=progress,
    )  # fmt: skip
    return Results(place, gather(needs, found))


def scenario_of(place: Community, code: str | None) -> Scenario:
    """Return the scenario ``code``, or the study's main one.

    Raises
    ------
    SchemeFault
        When the folder has no such scenario.
    """
    wanted = study_of(place).main_scenario if code is None else code
    if wanted not in place.scenarios:
        expected = Said("scenarios/ 里有的代码", "a code under scenarios/")
        remedy = did_you_mean(wanted, place.scenarios)
        raise SchemeFault(Fault("scenarios/", expected, Said(wanted, wanted), remedy))
    return place.scenarios[wanted]


def beside(results: Results, out: Path) -> Results:
    """Return ``results`` together with those kept in ``out``, new ones first.

    Raises
    ------
    DataFault
        When what is kept there was made from other residents: one page must not tell both.
    """
    kept: Mapping[str, Finding] = reopen(results.community, out).findings
    if PROFILES in kept and kept[PROFILES].id != results[PROFILES].id:
        expected = Said("同一批居民的结果", "results of the same residents")
        got = Said("名册变过以后的另一批", "results from before the registers changed")
        remedy = Said(
            "先运行 renlin run，或换一个 --out。", "Run renlin run first, or choose another --out."
        )
        raise DataFault(Fault(f"{out.name}/findings", expected, got, remedy))
    return Results(results.community, {**kept, **results.findings})
