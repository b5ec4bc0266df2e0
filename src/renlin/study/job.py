"""Prepare a folder and run as many stages as a command asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from renlin.community.community import Community
from renlin.community.folder import open_community
from renlin.community.settings import Scenario
from renlin.errors import DataFault, Fault, Said, SchemeFault, did_you_mean, raise_all
from renlin.intake.build import build, is_stale
from renlin.intake.folder_inspection import opened
from renlin.needs import identify
from renlin.simulation import key_elements, simulate
from renlin.space import assess
from renlin.study.chain import chosen_scenarios, run, silent, study_of, worlds
from renlin.study.paradox import paradox
from renlin.study.results import FOLDER, Results, gather, reopen
from renlin.study.uncertainty import vary

Progress = Callable[[str, int, int], None]
RESIDENTS = "needs.profiles"
"""Finding by which results of one state of a community are known."""
run_folder = run


def prepare(
    folder: Path,
    *,
    progress: Progress = silent,
    seeds: int | None = None,
    scenarios: Sequence[str] = (),
    key_seeds: int | None = None,
) -> Community:
    """Build the residents when the registers changed, then open the folder.

    Parameters
    ----------
    seeds
        Replaces the number of runs of ``study.toml``.
    scenarios
        Replace those of ``study.toml`` when any is named; the first is the main one.
    key_seeds
        Replaces the number of runs of each key element.

    Raises
    ------
    RenlinError
        With the faults of registers, layers and declarations together; nothing is written.
    """
    place = opened(folder, lambda: _built(folder, progress))
    stated: dict[str, object] = {}
    if seeds is not None:
        stated |= {"seeds": seeds, "most_seeds": None}
    if scenarios:
        stated |= {"scenarios": tuple(scenarios), "main_scenario": scenarios[0]}
        stated |= {"plan_scenarios": ()}
    if key_seeds is not None:
        stated["key_seeds"] = key_seeds
    if place.study is None or not stated:
        return place
    return replace(place, study=place.study.model_copy(update=stated))


def reopened(folder: Path, out: Path) -> Results:
    """Return the results kept in ``out`` for the community of ``folder``.

    Raises
    ------
    DataFault
        When ``out`` holds no findings.
    """
    results = reopen(open_community(folder), out)
    if not results.findings:
        expected = Said("结论表", "findings")
        got, remedy = Said("没有", "none"), Said("先运行 renlin run。", "Run renlin run first.")
        raise DataFault(Fault(f"{out.name}/findings", expected, got, remedy))
    return results


def _built(folder: Path, progress: Progress) -> None:
    if is_stale(folder):
        progress("整理名册 build", 0, 1)
        build(folder)


def needs_of(place: Community) -> Results:
    """Run stage 1."""
    return Results(place, gather(identify(place)))


def space_of(place: Community) -> Results:
    """Run stages 1 and 2."""
    needs = identify(place)
    return Results(place, gather(needs, assess(place, needs)))


def simulated_of(
    place: Community,
    *,
    progress: Progress = silent,
    workers: int | None = None,
    keep: Path | None = None,
) -> Results:
    """Run stages 1 and 3 with the study's schemes, and flag paradoxes.

    Parameters
    ----------
    progress, workers, keep
        As :func:`renlin.simulation.simulate` has them.
    """
    study = study_of(place)
    needs = identify(place)
    simulated = simulate(
        place,
        needs,
        schemes=worlds(place, study.schemes),
        scenarios=chosen_scenarios(place),
        seeds=range(study.seeds),
        most=study.most_seeds,
        progress=progress,
        workers=workers,
        keep=keep,
    )
    flags = paradox(simulated.groups, place.policy)
    return Results(place, gather(needs, simulated, flags))


def varied_of(
    place: Community,
    *,
    draws: int | None = None,
    seeds: int | None = None,
    scenarios: Sequence[str] = (),
    progress: Progress = silent,
) -> Results:
    """Run stage 1, and the study's schemes under many tables of parameters.

    Parameters
    ----------
    draws, seeds, scenarios
        In place of those of ``[uncertainty]`` in ``study.toml``.

    Raises
    ------
    SchemeFault
        When the study names what is not there, or nothing can be varied.
    """
    study = study_of(place)
    asked, number = study.uncertainty, place.catalogue.number
    codes = tuple(scenarios) or asked.scenarios or (study.main_scenario,)
    strangers = [code for code in dict.fromkeys(codes) if code not in place.scenarios]
    raise_all([_no_scenario(code, place) for code in strangers], SchemeFault)
    needs = identify(place)
    varied = vary(
        place,
        needs,
        schemes=worlds(place, study.schemes),
        scenarios=[place.scenarios[code] for code in dict.fromkeys(codes)],
        draws=draws or asked.draws or int(number("outer_draws")),
        seeds=range(seeds or asked.seeds or int(number("outer_seeds"))),
        only=asked.vary,
        progress=progress,
    )
    return Results(place, gather(varied, needs.profiles))


def beside(results: Results, out: Path) -> Results:
    """Return ``results`` with the findings kept in ``out``, whose place it takes where both are.

    Raises
    ------
    DataFault
        When those in ``out`` are of the community in another state: they do not go together.
    """
    if not (out / FOLDER).is_dir():
        return results
    kept = reopen(results.community, out).findings
    before = kept.get(RESIDENTS)
    if before is not None and before.id != results[RESIDENTS].id:
        raise DataFault(_outdated(out))
    return Results(results.community, {**kept, **results.findings})


def _outdated(out: Path) -> Fault:
    return Fault(
        f"{out.name}/findings",
        Said("这份资料的结果", "results of the folder as it is now"),
        Said("资料改动以前的结果", "results from before it changed"),
        Said(
            "先重新运行 renlin run，或换一个 --out。",
            "Run renlin run again, or take another --out.",
        ),
    )


def _no_scenario(code: str, place: Community) -> Fault:
    return Fault(
        "study.toml",
        Said("scenarios/ 里有的代码", "a code under scenarios/"),
        Said(code, code),
        did_you_mean(code, place.scenarios),
        None,
        "uncertainty.scenarios",
    )


def keys_of(
    place: Community,
    *,
    scenario: str | None = None,
    most: int | None = None,
    progress: Progress = silent,
) -> Results:
    """Run stage 1 and try out the key spatial elements.

    Parameters
    ----------
    scenario
        The one scenario to look at; all of the study when None.
    most
        Elements tried in each; parameter ``key_elements_screened`` when None. The runs of
        each are ``key_seeds`` of the study, else parameter ``key_element_runs``.

    Raises
    ------
    SchemeFault
        For a scenario that is not there.
    """
    number, study = place.catalogue.number, study_of(place)
    chosen = chosen_scenarios(place) if scenario is None else [_named(place, scenario)]
    needs = identify(place)
    found = key_elements(
        place,
        needs,
        scenarios=chosen,
        seeds=range(study.key_seeds or int(number("key_element_runs"))),
        most=most or int(number("key_elements_screened")),
        progress=progress,
    )
    return Results(place, gather(needs, found))


def _named(place: Community, code: str) -> Scenario:
    if code in place.scenarios:
        return place.scenarios[code]
    expected = Said("scenarios/ 里有的代码", "a code under scenarios/")
    remedy = did_you_mean(code, place.scenarios)
    raise SchemeFault(Fault("--scenario", expected, Said(code, code), remedy))
