"""Prepare a folder and run as many stages as a command asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from renlin.community.community import Community
from renlin.community.folder import open_community
from renlin.intake.build import build, is_stale
from renlin.needs import identify
from renlin.simulation import simulate
from renlin.space import assess
from renlin.study.paradox import paradox
from renlin.study.results import Results, gather
from renlin.study.run import chosen_scenarios, run, silent, study_of, worlds

Progress = Callable[[str, int, int], None]
run_folder = run


def prepare(folder: Path, *, progress: Progress = silent, seeds: int | None = None) -> Community:
    """Build the residents when the registers changed, then open the folder.

    Parameters
    ----------
    seeds
        Replaces the number of runs of ``study.toml``.
    """
    if is_stale(folder):
        progress("整理名册 build", 0, 1)
        build(folder)
    place = open_community(folder)
    if place.study is not None and seeds is not None:
        return replace(place, study=place.study.model_copy(update={"seeds": seeds}))
    return place


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
        progress=progress,
    )
    flags = paradox(simulated.groups, place.policy)
    return Results(place, gather(needs, simulated, flags))
