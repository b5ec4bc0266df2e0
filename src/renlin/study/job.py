"""Prepare a folder and run as many stages as a command asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from renlin.community.community import Community
from renlin.community.folder import open_community
from renlin.errors import DataFault, Fault, Said
from renlin.intake.build import build, is_stale
from renlin.intake.folder_inspection import opened
from renlin.needs import identify
from renlin.simulation import simulate
from renlin.space import assess
from renlin.study.chain import chosen_scenarios, run, silent, study_of, worlds
from renlin.study.paradox import paradox
from renlin.study.results import Results, gather, reopen

Progress = Callable[[str, int, int], None]
run_folder = run


def prepare(
    folder: Path,
    *,
    progress: Progress = silent,
    seeds: int | None = None,
    scenarios: Sequence[str] = (),
) -> Community:
    """Build the residents when the registers changed, then open the folder.

    Parameters
    ----------
    seeds
        Replaces the number of runs of ``study.toml``.
    scenarios
        Replace those of ``study.toml`` when any is named; the first is the main one.

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


def simulated_of(place: Community, *, progress: Progress = silent) -> Results:
    """Run stages 1 and 3 with the study's schemes, and flag paradoxes."""
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
    )
    flags = paradox(simulated.groups, place.policy)
    return Results(place, gather(needs, simulated, flags))
