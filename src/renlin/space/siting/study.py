"""Ask where a community should open a facility, and write the answer as a scheme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.community.scheme import apply
from renlin.community.settings import Edit, Scheme
from renlin.errors import Fault, Said, SchemeFault, did_you_mean
from renlin.space.access.coverage import service, sure_times
from renlin.space.access.residents import lifted, living, vulnerable
from renlin.space.siting.candidates import candidates
from renlin.space.siting.problem import Problem, Terms, stated

HIGHEST = 1


@dataclass(frozen=True, eq=False)
class Study:
    """The siting problem of one service in a community.

    Attributes
    ----------
    kind
        The service, a code of catalogue/facilities.
    problem
        Demands are residents alike in door, floor, class, help, group and tier; costs are
        seconds on foot in the careful view; their ids tell nothing. ``first``: surely of the
        highest tier, and within the limit of some site.
    limit
        Walking time within which the service counts as reached, s.
    prices
        What opening each site costs, yuan: built ones nothing, NaN where nobody has said. In
        ``problem`` an unknown price is 0: budgets are asked only where ``priced``.
    edits
        What would open each site that is not open.
    left_out
        Spaces that are no candidates, with the reason.
    homes
        One row per demand: ``demand``, ``entrance``, ``floor``, ``class``, ``mode``,
        ``display``, ``first``, ``vulnerable`` (as for points), ``n``,
        ``beyond`` (no site is within the limit). Personal: at
        one door this may be one resident.
    n_unplaced
        Residents whose door or floor is not known; they are in no demand.
    """

    kind: str
    problem: Problem
    limit: float
    prices: dict[str, float]
    edits: dict[str, Edit]
    left_out: dict[str, Said]
    homes: pd.DataFrame
    n_unplaced: int

    @property
    def n_first_beyond(self) -> int:
        """Return the residents of the highest tier whom no site reaches: no floor holds them.

        Room alone does not help them; a ramp, a lift or somebody who carries may.
        """
        beyond = self.homes["beyond"] & self.homes["first"]
        return int(self.homes.loc[beyond, "n"].sum())

    @property
    def priced(self) -> bool:
        """Return whether the price of every site is known."""
        return not any(np.isnan(price) for price in self.prices.values())

    def price(self, sites: Iterable[str]) -> float:
        """Return what opening ``sites`` costs, yuan; NaN where one of them has no price."""
        return float(sum(self.prices[name] for name in sites))

    def sizes(self, more: int, budget: float | None = None) -> list[Terms]:
        """Return the terms of the plans to lay out: today and up to ``more`` sites besides.

        Parameters
        ----------
        budget
            Yuan for all of them; None: no limit.

        Raises
        ------
        SchemeFault
            When there is a budget and grounds have no price; it names them.
        """
        if budget is not None and not self.priced:
            raise SchemeFault(_unpriced([k for k, v in self.prices.items() if np.isnan(v)]))
        built = int(self.problem.built.sum())
        most = min(built + more, len(self.problem.sites))
        return [
            Terms(p=p, radius=self.limit, budget=budget) for p in range(max(built, 1), most + 1)
        ]

    def scheme(self, sites: Iterable[str], *, code: str, zh: str, en: str) -> Scheme:
        """Return the scheme that opens ``sites``; those open already need no edit.

        Its cost is left open where one of the prices is not known.
        """
        chosen = tuple(self.edits[name] for name in sorted(sites) if name in self.edits)
        price = self.price(edit.key for edit in chosen)
        cost = None if np.isnan(price) else price
        return Scheme(code=code, zh=zh, en=en, view="equity", edit=chosen, cost=cost)


def study(place: Community, needs: NeedsFindings, kind: str) -> Study:
    """Return the problem of siting facilities of ``kind``.

    Every candidate is opened in a copy of the community, so that doors, gates and lanes
    join it as they would join the real one.

    Raises
    ------
    SchemeFault
        When the kind is unknown, has no walking limit, or there is neither a facility nor a
        candidate.
    """
    if kind not in place.catalogue.facilities:
        raise SchemeFault(_unknown(kind, list(place.catalogue.facilities)))
    found = candidates(place, kind)
    tried = apply(Scheme(code="candidates", zh="备选点", en="candidates", edit=found.edits), place)
    offered = service(kind, tried["facilities"], place.catalogue, hour=place.policy.hour)
    if offered is None or not len(offered.facilities):
        raise SchemeFault(_nothing(kind, offered is None))
    people = _people(place, needs)
    alike, seconds = sure_times(
        people, tried.network, offered, place.catalogue, lifts=lifted(place)
    )
    names = offered.facilities["facility"].astype(str).to_numpy()
    edits = {edit.key: edit for edit in found.edits}
    prices = {str(name): found.prices.get(str(name), 0.0) for name in names}
    room = np.where(np.isnan(offered.places), np.inf, offered.places)
    beyond = np.asarray(~(seconds <= offered.limit).any(axis=1), dtype=bool)
    alike = alike.assign(beyond=beyond, demand=[f"d{at:06d}" for at in range(len(alike))])
    problem = stated(
        alike["demand"], names, seconds, weight=alike["n"], group=alike["display"],
        first=alike["first"].to_numpy(dtype=bool) & ~beyond,
        built=[name not in edits for name in names], capacity=room,
        price=np.nan_to_num([prices[str(name)] for name in names]),
    )  # fmt: skip
    lost = len(people) - int(alike["n"].sum())
    return Study(kind, problem, offered.limit, prices, edits, found.left_out, alike, lost)


def _people(place: Community, needs: NeedsFindings) -> pd.DataFrame:
    found = living(place, needs)
    sure = found["person"].map(needs.tiers.table.set_index("person")["sure"])
    surely = sure.eq(HIGHEST).fillna(False).astype(bool)
    kept = found[["person", "display", "class", "entrance", "floor", "mode"]]
    return kept.assign(first=surely, vulnerable=vulnerable(kept["display"], sure, place.catalogue))


def _unknown(kind: str, known: list[str]) -> Fault:
    return Fault(
        "siting",
        Said("目录里的一类设施", "a kind of facility of the catalogue"),
        Said(kind, kind),
        did_you_mean(kind, known),
        column="service",
    )


def _unpriced(sites: list[str]) -> Fault:
    names = "、".join(sites)
    return Fault(
        "siting",
        Said("每块地的 opening_cost", "an opening_cost of every ground"),
        Said(f"{names} 没有", f"none of {', '.join(sites)}"),
        Said("请在 spaces、facilities 里补上，或不限预算。",
             "Add it to spaces and facilities, or set no budget."),
        column="budget",
    )  # fmt: skip


def _nothing(kind: str, no_limit: bool) -> Fault:
    got = (
        Said("目录没有给它步行时限", "none with a walking limit in the catalogue")
        if no_limit
        else Said("没有现成的，也没有可用的空间", "neither one that is open nor a space for it")
    )
    expected = Said(f"可以选址的 {kind}", f"{kind} that can be sited")
    remedy = Said("请补上 walk_limit、设施或空间。", "Add a walk_limit, facilities or spaces.")
    return Fault("siting", expected, got, remedy, column="service")
