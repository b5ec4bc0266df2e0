"""Sites chosen over published tables, held against the optima published for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from renlin.errors import Infeasible
from renlin.intake.plain_table import read_whole_table
from renlin.space.siting import Problem, Siting, Terms, read_tables, site
from renlin.verification.published.places import absent, placed
from renlin.verification.published.stated import Band, Files, Got, Kind, PublishedCase

Model = Literal["p-median", "mclp", "lscp", "lscp-b", "p-center", "kolm-pollak", "epsilon", "floor"]


class SiteBand(Band):
    """A band of one figure of the best plan of ``model``; ``refused`` is 1 where there is none."""

    measure: Literal[
        "mean", "max", "n_sites", "covered_demands", "uncovered_demands",
        "covered_demands_share", "covered_persons", "covered_persons_share", "twice_covered",
        "objective", "gap", "refused",
    ]  # fmt: skip
    model: Model
    p: int | None = None
    radius: float | None = None

    @property
    def asked(self) -> tuple[str, Terms]:
        """Return the model and its terms."""
        return self.model, Terms(p=self.p, radius=self.radius)


class SiteCase(PublishedCase):
    """``demand``, ``sites`` and ``costs`` are tables as ``renlin site`` reads them."""

    kind: Literal["site"]
    demand: str
    sites: str
    costs: str
    expect: tuple[SiteBand, ...] = Field(min_length=1)


def run(stated: SiteCase, files: Files) -> Iterator[Got]:
    """Yield what every band got; none is run when a file of the case is not there."""
    names = (stated.demand, stated.sites, stated.costs)
    lost = absent(files, list(names))
    paths = [placed(files, name) for name in names]
    if lost is not None:
        yield from (Got(band, float("nan"), _of(band), not_run=lost) for band in stated.expect)
        return
    tables = [read_whole_table(path) for path in paths if path is not None]
    problem = read_tables(*tables, files=names).problem
    plans: dict[tuple[str, Terms], Siting | None] = {}
    for band in stated.expect:
        if band.asked not in plans:
            plans[band.asked] = _plan(problem, band)
        yield Got(band, _value(band, plans[band.asked], problem), _of(band))


def _plan(problem: Problem, band: SiteBand) -> Siting | None:
    try:
        return site(problem, *band.asked)
    except Infeasible:
        return None


def _value(band: SiteBand, plan: Siting | None, problem: Problem) -> float:
    if band.measure == "refused":
        return float(plan is None)
    if plan is None:
        return float("nan")
    if band.measure in ("objective", "gap"):
        return float(getattr(plan, band.measure))
    if band.measure == "twice_covered":
        opened = [site in plan.opened for site in problem.sites]
        return float((problem.within(band.radius or 0.0)[:, opened].sum(axis=1) > 1).sum())
    return float(plan.figures[band.measure])


def _of(band: SiteBand) -> str:
    asked = {"p": band.p, "radius": band.radius}
    told = "; ".join(f"{name}={value:g}" for name, value in asked.items() if value is not None)
    return f"{band.model}; {told}" if told else band.model


KIND = Kind(SiteCase, run)
