"""Keep everybody at home in a public-health emergency: who brings supplies, who cares, when.

Nobody leaves. Agreed helpers look after their own households; staff go from door to door,
first to those who need care, then with supplies to all, highest tier first. Every care
visit is a contact that may carry the infection on. The time to safety of a person is that
of the first visit they need: care for who needs help, supplies for the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.community.community import Community
from renlin.community.settings import Scenario
from renlin.kernels.codes import HELP_HELPER, HELP_NONE
from renlin.simulation.event import Event, resolve
from renlin.simulation.helping import Helpers, helpers
from renlin.simulation.luck import Keys, Luck, sample
from renlin.simulation.network import Ground
from renlin.simulation.observation import CODE, PHASES, Households, Persons, Run, last_of, spread
from renlin.simulation.population import Homes, Residents, homes
from renlin.simulation.waiting import Waiting, ways_home

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
NOBODY = -1


class Served(NamedTuple):
    """When each household is first visited, and by whom; (n_households,) each.

    ``supplies`` and ``care`` in s, infinite: never; ``walk`` s of the way to the first
    visit that counts; ``carer`` and ``bringer`` the helper, -1: nobody; ``visits`` in the
    order in which each helper made them: helper, household, whether for care.
    """

    supplies: Floats
    care: Floats
    walk: Floats
    carer: Whole
    bringer: Whole
    visits: tuple[tuple[int, int, bool], ...]


@dataclass(frozen=True)
class KeptAtHome(Waiting):
    """One emergency with people kept at home under one scheme.

    Attributes
    ----------
    to_home
        Seconds on foot from every node to each household's door, (n_households, n_nodes + 1).
    cares
        Households with somebody who needs daily help.
    frail
        Persons who need that help.
    """

    event: Event
    place: Community
    who: Residents
    live: Homes
    agreed: Helpers
    to_home: Floats
    cares: Flags
    frail: Flags
    keys: Mapping[str, Keys]

    def run(self, luck: Luck) -> Run:
        """Return who would be visited when, in the run of ``luck``.

        Source: assumptions of the catalogue, marked so, under ``kept_at_home``.
        """
        served = _served(self, luck)
        need = np.where(self.frail, served.care[self.who.household], np.nan)
        time = np.where(self.frail, need, served.supplies[self.who.household])
        persons = _persons(self, time)
        counts = {
            "care_visits": float(np.isfinite(served.care[self.cares]).sum()),
            "supply_drops": float(np.isfinite(served.supplies).sum()),
            "households_exposed": float(_exposed(self, served, luck).sum()),
            "helpers_well": float(_well(self, luck).sum()),
        }
        channel = np.zeros(len(self.who.households), dtype=np.int8)
        return Run(luck.seed, persons, _households(self, persons, served), None, channel, counts)


def kept_at_home(
    place: Community, ground: Ground, who: Residents, scenario: Scenario
) -> KeptAtHome:
    """Return the emergency in ``place`` with the ways of all who may come."""
    live = homes(place, ground, who, scenario.hour)
    agreed = helpers(place, ground, who, live, scenario.hour)
    event = resolve(scenario, place.catalogue)
    frail = (who.per_kind("n_helpers") > 0) | who.at_risk[event.kind.code]
    return KeptAtHome(
        event=event,
        place=place,
        who=who,
        live=live,
        agreed=agreed,
        to_home=ways_home(place, ground, live, scenario.hour),
        cares=who.any_of(frail),
        frail=frail,
        keys={"helper": agreed.keys},
    )


def _well(made: KeptAtHome, luck: Luck) -> Flags:
    """Return the helpers who are neither ill nor kept at home themselves."""
    kept = luck("helper", "kept_at_home") < made.event.number("helper_kept_share")
    return np.asarray((made.agreed.node >= 0) & ~kept)


class _Rounds:
    """Send helpers from door to door, each as soon as it is free."""

    def __init__(self, made: KeptAtHome, well: Flags, start: Floats) -> None:
        self.made = made
        n = len(made.who.households)
        self.free = np.where(well, start, np.inf)
        self.at = made.agreed.node.copy()
        self.supplies, self.care = np.full(n, np.inf), np.full(n, np.inf)
        self.walk = np.full(n, np.nan)
        self.carer, self.bringer = np.full(n, NOBODY), np.full(n, NOBODY)
        self.visits: list[tuple[int, int, bool]] = []

    def visit(self, helper: int, home: int, stays: float, *, care: bool) -> None:
        """Let ``helper`` walk on to the door of ``home`` and stay there."""
        walk = float(self.made.to_home[home, self.at[helper]])
        if not np.isfinite(walk) or not np.isfinite(self.free[helper]):
            return
        there = self.free[helper] + walk
        if care:
            self.care[home], self.carer[home] = there, helper
        else:
            self.supplies[home], self.bringer[home] = there, helper
        if np.isnan(self.walk[home]):
            self.walk[home] = walk
        self.free[helper] = there + stays
        self.at[helper] = self.made.live.node[home]
        self.visits.append((helper, home, care))

    def fetch(self, helper: int, reload: float) -> None:
        """Send ``helper`` back to its post for the next load."""
        node, post = self.at[helper], self.made.agreed.node[helper]
        home = np.flatnonzero(self.made.live.node == node)
        if len(home):
            self.free[helper] += float(self.made.to_home[home[0], post]) + reload
            self.at[helper] = post


def _served(made: KeptAtHome, luck: Luck) -> Served:
    """Return who is visited when: agreed pairs first, then staff by tier."""
    event, agreed = made.event, made.agreed
    starts = sample(event.value("organised_after"), luck("helper", "organised"))
    rounds = _Rounds(made, _well(made, luck), starts)
    stay, drop = event.number("care_visit"), event.number("drop_time")
    placed = made.live.node >= 0
    for home, own in sorted(agreed.pairs.items()):
        for helper in own[:1] if placed[home] else ():
            rounds.visit(helper, home, stay if made.cares[home] else drop, care=made.cares[home])
    staff = np.flatnonzero(agreed.staff)
    order = np.argsort(made.who.turn, kind="stable")
    for home in order[made.cares[order] & placed[order]]:
        if np.isinf(rounds.care[home]) and len(staff):
            rounds.visit(_soonest(rounds, staff, int(home)), int(home), stay, care=True)
    load = max(int(event.number("drops_per_trip")), 1)
    carried = dict.fromkeys(map(int, staff), 0)
    for home in order[placed[order]]:
        if np.isinf(rounds.supplies[home]) and len(staff):
            helper = _soonest(rounds, staff, int(home))
            if carried[helper] == load:
                rounds.fetch(helper, event.number("reload_time"))
                carried[helper] = 0
            rounds.visit(helper, int(home), drop, care=False)
            carried[helper] += 1
    return Served(
        rounds.supplies, rounds.care, rounds.walk, rounds.carer, rounds.bringer,
        tuple(rounds.visits),
    )  # fmt: skip


def _soonest(rounds: _Rounds, staff: Whole, home: int) -> int:
    """Return the member of staff who can be at ``home`` first."""
    comes = rounds.free[staff] + rounds.made.to_home[home, rounds.at[staff]]
    return int(staff[comes.argmin()])


def _exposed(made: KeptAtHome, served: Served, luck: Luck) -> Flags:
    """Return the households the infection reaches through visits.

    Some have it at the start. A care visit passes it on in either direction with
    ``contact_risk``, a drop at the door does not.
    """
    event = made.event
    ill = luck("household", "infected") < event.number("infected_share")
    catches = luck("household", "contact") < event.number("contact_risk")
    carriers: set[int] = set()
    exposed = ill.copy()
    for helper, home, care in served.visits:
        if not care:
            continue
        if exposed[home] and luck("helper", "contact")[helper] < event.number("contact_risk"):
            carriers.add(helper)
        elif helper in carriers and catches[home]:
            exposed[home] = True
    return exposed & ~ill


def _persons(made: KeptAtHome, time: Floats) -> Persons:
    """Return what became of everybody; who lives nobody knows where is not placed."""
    horizon, who = made.event.scenario.horizon, made.who
    placed = (made.live.node >= 0)[who.household]
    in_time = placed & (time < horizon)
    spent = np.where(placed, np.minimum(time, horizon), np.nan)
    within = np.where(
        made.frail, made.event.number("care_within"), made.event.number("supplies_within")
    )
    reason = np.where(in_time, CODE[""], CODE["no_helper"])
    reason[~placed] = CODE["unplaced"]
    unsafe = np.where(placed, np.maximum(spent - within, 0.0), np.nan)
    return Persons(
        spent.astype(np.float32), in_time, reason.astype(np.int8), unsafe.astype(np.float32)
    )


def _households(made: KeptAtHome, persons: Persons, served: Served) -> Households:
    """Return each household by the member who waits longest."""
    who, n = made.who, len(made.who.households)
    mine = np.flatnonzero(~np.isnan(persons.time))
    last = last_of(who.household[mine], (-mine, persons.time[mine]))
    chosen, home = mine[last], who.household[mine][last]
    time = persons.time[chosen]
    came = persons.arrived[chosen]
    walk = np.where(came, np.nan_to_num(served.walk[home]), 0.0)
    phase = np.zeros((len(home), len(PHASES)), dtype=np.float32)
    phase[:, PHASES.index("lanes")] = walk
    phase[:, PHASES.index("wait")] = time - walk
    return Households(
        time=spread(n, home, time, np.nan),
        arrived=spread(n, home, came, False),
        reason=spread(n, home, persons.reason[chosen], CODE["unplaced"]),
        phase=spread(n, home, phase, np.nan),
        helper_time=spread(n, home, np.where(came, time, np.nan).astype("f4"), np.nan),
        helped_by=spread(n, home, np.where(came, int(HELP_HELPER), int(HELP_NONE)).astype("i1"), 0),
        facility=np.full(n, -1, dtype=np.int16),
        moved=spread(n, home, np.ones(len(home), dtype=bool), False),
        start=np.zeros(n + 1, dtype=np.int64),
        route=np.zeros(0, dtype=np.int32),
    )
