"""Run a community through the four stages and answer with both views.

The chain: who needs what → where the place fails whom → who helps whom (so that help
can be simulated) → what would happen under every scheme → who does what. Each stage
reads the findings of the ones before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from renlin.community.community import Community
from renlin.community.scheme import apply
from renlin.community.settings import Scenario, Study
from renlin.errors import Fault, Said, SchemeFault, did_you_mean, raise_all
from renlin.governance import govern, pair
from renlin.governance.govern import WORLD
from renlin.governance.pair import Pairs
from renlin.needs import identify
from renlin.needs.identify import Needs
from renlin.simulation import (
    KeyElements,
    PersonTimes,
    Rescue,
    Simulated,
    WarningOrder,
    key_elements,
    person_times,
    rescue,
    simulate,
    warning_order,
)
from renlin.simulation.ensemble import default_workers
from renlin.space import Space, assess
from renlin.study.beside import both
from renlin.study.dual_view import DualView, dual_view
from renlin.study.paradox import paradox
from renlin.study.results import Results, gather
from renlin.study.times import BASE, Times

Progress = Callable[[str, int, int], None]
RESERVED = (BASE, WORLD)
"""Worlds every run has: as it stands, and with the proposed pairs."""
N_STEPS = 6


def silent(what: str, done: int, total: int) -> None:
    """Report nothing."""


def run(
    place: Community,
    *,
    progress: Progress = silent,
    workers: int | None = None,
    keep: Path | None = None,
) -> Results:
    """Run all four stages on ``place`` and return every finding.

    Parameters
    ----------
    place
        A community with a study (``study.toml``).
    progress
        Called with what is done, how far it is and of how many; raising from it stops
        the run, and nothing but ``keep`` has been written.
    workers, keep
        Processors used, and where finished blocks of runs are kept so that a run that was
        stopped goes on, see :func:`renlin.simulation.simulate`. From two on, stage 2, dual
        view and key elements have a process of their own beside the simulation, see
        :func:`renlin.study.beside.both`; results stay the same.

    Raises
    ------
    SchemeFault
        When the community has no study, or the study names what is not there.
    """
    study_of(place)
    n = workers or default_workers()
    progress("主体需求识别 needs", 0, N_STEPS)
    needs = identify(place)
    progress("结对 pairing", 1, N_STEPS)
    pairs = pair(place, needs)
    (simulated, warned), (space, views, keys, ways_in) = both(
        lambda: _simulated(place, needs, pairs, progress, workers=n - n // 2, keep=keep),
        lambda told: _beside(place, needs, told, workers=max(n // 2, 1), keep=keep),
        workers=n,
        progress=progress,
    )
    progress("多元协同共治 governance", 5, N_STEPS)
    governed = govern(place, needs, space, simulated, pairs=pairs)
    flags = paradox(simulated.groups, place.policy)
    progress("结论 findings", N_STEPS, N_STEPS)
    stages = [needs, space, pairs, simulated, warned, ways_in, governed, flags]
    return Results(place, gather(*stages, *(one for one in (views, keys) if one is not None)))


def _simulated(
    place: Community,
    needs: Needs,
    pairs: Pairs,
    progress: Progress,
    *,
    workers: int,
    keep: Path | None,
) -> tuple[Simulated, WarningOrder]:
    """Return what would happen under every scheme, and who is to be warned first."""
    study, scenarios = study_of(place), chosen_scenarios(place)
    tried = worlds(place, study.schemes) | {WORLD: pairs.community(place)}
    progress("灾中过程模拟 simulation", 2, N_STEPS)
    simulated = simulate(
        place, needs, schemes=tried, scenarios=scenarios, seeds=range(study.seeds),
        most=study.most_seeds, progress=progress, workers=workers, keep=keep,
    )  # fmt: skip
    warned = warning_order(
        place, needs, schemes={BASE: place, WORLD: tried[WORLD]}, scenarios=scenarios,
        progress=progress,
    )  # fmt: skip
    return simulated, warned


def _beside(
    place: Community, needs: Needs, progress: Progress, *, workers: int, keep: Path | None
) -> tuple[Space, DualView | None, KeyElements | None, Rescue]:
    """Return what asks nothing of the schemes' simulation.

    Stage 2, table 1, key elements, and how rescuers get in at the hour of the main scenario.
    """
    progress("应灾空间研判 space", 3, N_STEPS)
    space = assess(place, needs)
    progress("双视角 dual view", 4, N_STEPS)
    light = partial(person_times, progress=progress, workers=workers, keep=keep)
    views = _both_views(place, needs, range(study_of(place).seeds), light)
    hour = place.scenarios[study_of(place).main_scenario].hour
    keys = keys_of_study(place, needs, progress)
    return space, views, keys, rescue(place, needs, hour=hour)


def study_of(place: Community) -> Study:
    """Return what is to be run.

    Raises
    ------
    SchemeFault
        With every scheme and scenario the study names that is not there; when a scheme
        takes a name the program gives away itself; when there is no study.
    """
    study = place.study
    if study is None:
        raise SchemeFault(_no_study())
    plans = [code for code in study.plan_scenarios if code not in study.scenarios]
    faults = [
        *_missing(place.schemes, study.schemes, "schemes"),
        *_missing(place.scenarios, (*study.scenarios, study.main_scenario), "scenarios"),
        *(_not_run(code, study.scenarios) for code in plans),
        *(_reserved(code) for code in RESERVED if code in place.schemes),
    ]
    raise_all(faults, SchemeFault)
    return study


def chosen_scenarios(place: Community) -> list[Scenario]:
    """Return the scenarios the study names."""
    return [place.scenarios[code] for code in study_of(place).scenarios]


def keys_of_study(place: Community, needs: Needs, progress: Progress) -> KeyElements | None:
    """Return the key elements of the main scenario; None when the study asks for none."""
    study = study_of(place)
    if study.key_elements == 0:
        return None
    return key_elements(
        place,
        needs,
        scenarios=[place.scenarios[study.main_scenario]],
        seeds=range(study.key_seeds or int(place.catalogue.number("key_element_runs"))),
        most=study.key_elements,
        progress=progress,
    )


def _both_views(
    place: Community, needs: Needs, seeds: Sequence[int], light: Callable[..., PersonTimes]
) -> DualView | None:
    """Return table 1 played, None without a budget; ``light`` gives the times of worlds."""
    study = place.study
    if study is None or study.budget is None:
        return None
    scenario = place.scenarios[study.main_scenario]

    def times(tried: Mapping[str, Community], chosen: Sequence[int]) -> Times:
        found = light(place, needs, schemes=tried, scenario=scenario, seeds=chosen)
        return Times(found.persons, found.time, found.arrived)

    return dual_view(
        place,
        needs,
        times,
        budget=study.budget,
        screening=range(study.seeds, study.seeds + study.dual_view_seeds),
        seeds=seeds,
    )


def worlds(place: Community, schemes: Sequence[str]) -> dict[str, Community]:
    """Return the community as it stands and under each scheme, code -> community."""
    return {BASE: place} | {code: apply(place.schemes[code], place) for code in schemes}


def _missing(known: Mapping[str, object], wanted: Iterable[str], what: str) -> Iterator[Fault]:
    for name in dict.fromkeys(wanted):
        if name not in known:
            expected = Said(f"{what}/ 里有的代码", f"a code under {what}/")
            remedy = did_you_mean(name, known)
            yield Fault("study.toml", expected, Said(name, name), remedy, None, what)


def _not_run(code: str, run_here: Sequence[str]) -> Fault:
    expected = Said("scenarios 里也有的情景", "a scenario that scenarios names too")
    remedy = did_you_mean(code, run_here)
    return Fault("study.toml", expected, Said(code, code), remedy, None, "plan_scenarios")


def _reserved(code: str) -> Fault:
    return Fault(
        f"schemes/{code}.toml",
        Said("别的代码", "another code"),
        Said(f"{code}：程序自己要用", f"{code}, which the program uses itself"),
        Said("给方案换一个代码。", "Give the scheme another code."),
        None,
        "code",
    )


def _no_study() -> Fault:
    return Fault(
        "study.toml",
        Said("要跑的方案、情景和次数", "the schemes, scenarios and seeds to run"),
        Said("没有这个文件", "no such file"),
        Said("在社区文件夹里写一个。", "Write one in the community folder."),
    )
