"""Let somebody fall at home: who notices, who comes, how long until the first help.

Nobody walks away from it, so nothing moves in the kernel. Each frail resident at home is
taken as the one who falls, each in a run of events of their own; the time to safety is the
time until the first help is at their side. The others are safe: time 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.community.community import Community
from renlin.community.settings import Scenario
from renlin.kernels.codes import HELP_HELPER, HELP_NONE, HELP_RESPONDER
from renlin.simulation.event import Event, resolve
from renlin.simulation.helping import Helpers, available, helpers
from renlin.simulation.luck import Keys, Luck, sample
from renlin.simulation.network import Ground
from renlin.simulation.observation import CODE, PHASES, Households, Persons, Run, last_of, spread
from renlin.simulation.population import Homes, Presence, Residents, homes, presence
from renlin.simulation.rescue import BY_AMBULANCE, delays
from renlin.simulation.waiting import Waiting, ways_home

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

COMERS = ("nobody", "household", "helper", "neighbour", "staff", "ambulance")
NOBODY, HOUSEHOLD, HELPER, TIED, STAFF, AMBULANCE = range(len(COMERS))
GIVES = {HOUSEHOLD: HELP_NONE, AMBULANCE: HELP_RESPONDER}
BUTTONS = ("button", "bracelet")
KEYS = "keys"
BOTH_WAYS = ("neighbour", "kin")


@dataclass(frozen=True)
class Fall(Waiting):
    """One scenario of a fall at home under one scheme.

    Attributes
    ----------
    far
        Seconds on foot from each helper to each household, (n_helpers, n_households).
    door
        Seconds from the street door to each household.
    inside
        Seconds an ambulance and its crew take from the street to that door.
    keys_at_hand
        Helpers who bring keys.
    tied
        Household, person tied to one of its members, seconds to its door; one row each.
    button
        Persons with a call button or bracelet, theirs or hung in the flat.
    frail
        Persons taken as those who fall.
    """

    event: Event
    place: Community
    who: Residents
    live: Homes
    agreed: Helpers
    far: Floats
    door: Floats
    inside: Floats
    keys_at_hand: Flags
    tied: Ties
    button: Flags
    frail: Flags
    keys: Mapping[str, Keys]

    def run(self, luck: Luck) -> Run:
        """Return who would be helped when, in the run of ``luck``."""
        return run_fall(self, luck)


class Ties(NamedTuple):
    """Ties between households: who may be called for whom, and how far they live."""

    household: Whole
    person: Whole
    far: Floats


def fall(place: Community, ground: Ground, who: Residents, scenario: Scenario) -> Fall:
    """Return the scenario in ``place`` with the ways of all who may come."""
    live = homes(place, ground, who, scenario.hour)
    agreed = helpers(place, ground, who, live, scenario.hour)
    to_home = ways_home(place, ground, live, scenario.hour)
    doors = np.array(
        [ground.walks.node_of.get(("entrances", name), -1) for name in live.entrances] + [-1]
    )
    skills = place["helpers"].sort_values("helper", kind="stable")["skills"].fillna("")
    return Fall(
        event=resolve(scenario, place.catalogue),
        place=place,
        who=who,
        live=live,
        agreed=agreed,
        far=to_home[:, agreed.node].T,
        door=to_home[np.arange(len(to_home)), doors[live.entrance]],
        inside=np.append(delays(ground, live, BY_AMBULANCE, place.catalogue, scenario.hour), 0.0)[
            live.entrance
        ],
        keys_at_hand=skills.str.split(";").map(lambda own: KEYS in own).to_numpy(dtype=bool),
        tied=_ties(place["ties"], who, live, to_home),
        button=who.button | _hung(place, who),
        frail=frail(who, place),
        keys={"helper": agreed.keys},
    )


def frail(who: Residents, place: Community) -> Flags:
    """Return the adults who are older or of unknown age, walk slowly or need help to walk."""
    number = place.catalogue.number
    slow = np.array([kind.slow_walker for kind in who.kinds])[who.kind]
    older = ~(who.age < number("older_age"))
    found: Flags = ~(who.age < number("adult_age")) & (
        older | slow | (who.per_kind("n_helpers") > 0)
    )
    return found


def _ties(table: pd.DataFrame, who: Residents, live: Homes, to_home: Floats) -> Ties:
    """Return for each household the persons of others who are tied to one of its members."""
    at = {person: index for index, person in enumerate(who.persons)}
    found: set[tuple[int, int]] = set()
    for person, other, kind in zip(table["person"], table["other"], table["kind"], strict=True):
        if person not in at or other not in at:
            continue
        pair = (at[str(person)], at[str(other)])
        for one, helper in (pair, pair[::-1]) if kind in BOTH_WAYS else (pair,):
            if who.household[one] != who.household[helper]:
                found.add((int(who.household[one]), helper))
    rows = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
    start = live.node[who.household[rows[:, 1]]]
    return Ties(rows[:, 0], rows[:, 1], to_home[rows[:, 0], start])


def _hung(place: Community, who: Residents) -> Flags:
    """Return the persons in whose flat a button or bracelet is registered."""
    sensors = place["sensors"]
    here = sensors["kind"].isin(BUTTONS) & (sensors["place_table"] == "dwellings")
    dwellings = set(sensors.loc[here, "place"])
    lived = place["households"].set_index("household")["dwelling"].reindex(who.households)
    return lived.isin(dwellings).to_numpy()[who.household]


class Help(NamedTuple):
    """The soonest help for each household, s after it was noticed, and of which kind."""

    time: Floats
    walk: Floats
    opening: Floats
    comer: Whole


def run_fall(made: Fall, luck: Luck) -> Run:
    """Return who would be helped when, in the run of ``luck``.

    ``t = notice + min over comers (call + way + door)``. An adult of the household who
    needs no help is at hand as soon as they notice. Agreed helpers and persons tied to the
    household come with a key; staff with one where they hold keys; the ambulance comes in
    from the street and forces the door.

    Source: simulation reference 5.6; parameters of ``personal_incident``.
    """
    who, catalogue, hour = made.who, made.place.catalogue, made.event.scenario.hour
    nobody_tied = np.zeros(len(who.households), dtype=bool)
    there = available(made.agreed, who, nobody_tied, catalogue, hour, luck)
    posted = np.zeros(who.n, dtype=bool)
    posted[made.agreed.person[there & (made.agreed.person >= 0)]] = True
    where = presence(who, made.live, catalogue, hour, luck, posted)
    notice, at_hand = _noticed(made, where, luck)
    outside = _help(made, where, there, luck)
    help_ = outside.time[who.household]
    time = np.where(at_hand, notice, notice + help_)
    comer = np.where(at_hand, HOUSEHOLD, outside.comer[who.household])
    horizon = made.event.scenario.horizon
    in_time = time < horizon
    fell = where.home & made.frail
    persons = _persons(fell, where, np.minimum(time, horizon), in_time, notice >= horizon)
    detail = (notice, at_hand, comer, outside)
    return Run(
        luck.seed,
        persons,
        _households(made, where, persons, detail),
        None,
        np.zeros(len(who.households), dtype=np.int8),
        _counts(fell, in_time, comer),
    )


def _noticed(made: Fall, where: Presence, luck: Luck) -> tuple[Floats, Flags]:
    """Return the seconds until each fall is noticed, and whether help is then at hand."""
    who, event, catalogue = made.who, made.event, made.place.catalogue
    adult = where.home & ~(who.age < catalogue.number("adult_age"))
    able = adult & (who.per_kind("n_helpers") == 0)
    others = [
        np.bincount(who.household, flag, minlength=len(who.households))[who.household] - flag
        for flag in (adult, able)
    ]
    drawn = luck("person", "notice")
    alone = np.minimum(sample(event.value("notice_alone"), drawn), event.number("visit_interval"))
    button = sample(event.value("notice_with_button"), drawn)
    seen = sample(event.value("notice_with_others"), drawn)
    by_self = np.where(made.button, np.minimum(button, alone), alone)
    return np.where(others[0] > 0, np.minimum(seen, by_self), by_self), others[1] > 0


def _help(made: Fall, where: Presence, there: Flags, luck: Luck) -> Help:
    """Return the soonest help from outside for each household."""
    event, n = made.event, len(made.who.households)
    key, forced = event.number("door_open_key"), event.number("door_open_forced")
    reads = sample(event.value("volunteer_notice"), luck("helper", "notice"))
    best = Help(
        event.number("ambulance_response") + made.inside + made.door + forced,
        made.inside + made.door,
        np.full(n, forced),
        np.full(n, AMBULANCE, dtype=np.int64),
    )
    for post in np.flatnonzero(there & made.agreed.staff):
        opening = key if made.keys_at_hand[post] else forced
        call = event.number("dispatch") + reads[post]
        best = _sooner(best, np.arange(n), call, made.far[post], opening, STAFF)
    calls = sample(event.value("volunteer_notice"), luck("person", "volunteer"))
    for one, person, far in zip(*made.tied, strict=True):
        if where.home[person]:
            best = _sooner(best, np.array([one]), calls[person], np.array([far]), key, TIED)
    for home, agreed in sorted(made.agreed.pairs.items()):
        for helper in agreed:
            if there[helper]:
                way = made.far[helper, [home]]
                best = _sooner(best, np.array([home]), reads[helper], way, key, HELPER)
    return best


def _sooner(best: Help, home: Whole, call: float, walk: Floats, opening: float, comer: int) -> Help:
    """Return ``best`` with one more who may come to the households ``home``."""
    time = call + walk + opening
    wins = time < best.time[home]
    mine = home[wins]
    best.time[mine], best.walk[mine] = time[wins], walk[wins]
    best.opening[mine], best.comer[mine] = opening, comer
    return best


def _persons(fell: Flags, where: Presence, time: Floats, in_time: Flags, unseen: Flags) -> Persons:
    """Return what became of everybody; who is in the community and did not fall is safe."""
    reason = np.where(in_time, CODE[""], np.where(unseen, CODE["not_noticed"], CODE["no_helper"]))
    gone = where.away | where.unplaced
    reason[~fell] = CODE["sheltered"]
    reason[where.away], reason[where.unplaced] = CODE["away"], CODE["unplaced"]
    lasting = np.where(gone, np.nan, np.where(fell, time, 0.0)).astype(np.float32)
    return Persons(lasting, (in_time | ~fell) & ~gone, reason.astype(np.int8), lasting.copy())


def _households(
    made: Fall,
    where: Presence,
    persons: Persons,
    detail: tuple[Floats, Flags, Whole, Help],
) -> Households:
    """Return each household by the member who would lie longest."""
    notice, at_hand, comer, outside = detail
    who, n = made.who, len(made.who.households)
    mine = np.flatnonzero(where.home)
    last = last_of(who.household[mine], (-mine, persons.time[mine]))
    chosen, home = mine[last], who.household[mine][last]
    phase = np.zeros((len(home), len(PHASES)), dtype=np.float32)
    horizon = made.event.scenario.horizon
    phase[:, PHASES.index("wait")] = np.where(made.frail, np.minimum(notice, horizon), 0.0)[chosen]
    fell = made.frail[chosen]
    outsiders = fell & ~at_hand[chosen] & persons.arrived[chosen]
    phase[outsiders, PHASES.index("prepare")] = outside.opening[home[outsiders]]
    phase[outsiders, PHASES.index("lanes")] = outside.walk[home[outsiders]]
    helped_in_time = fell & persons.arrived[chosen]
    came = np.where(helped_in_time, persons.time[chosen], np.nan)
    given = np.array([int(GIVES.get(code, HELP_HELPER)) for code in range(len(COMERS))])
    helped = np.where(helped_in_time, given[comer[chosen]], int(HELP_NONE))
    return Households(
        time=spread(n, home, persons.time[chosen], np.nan),
        arrived=spread(n, home, persons.arrived[chosen], False),
        reason=spread(n, home, persons.reason[chosen], CODE["away"]),
        phase=spread(n, home, phase, np.nan),
        helper_time=spread(n, home, came.astype("f4"), np.nan),
        helped_by=spread(n, home, helped.astype("i1"), 0),
        facility=np.full(n, -1, dtype=np.int16),
        moved=spread(n, home, np.ones(len(home), dtype=bool), False),
        start=np.zeros(n + 1, dtype=np.int64),
        route=np.zeros(0, dtype=np.int32),
    )


def _counts(fell: Flags, in_time: Flags, comer: Whole) -> dict[str, float]:
    """Return how many of those who fell are first helped by whom."""
    kinds = np.bincount(comer[fell & in_time], minlength=len(COMERS))
    kinds[NOBODY] = int((fell & ~in_time).sum())
    return {f"first_help_by_{name}": float(n) for name, n in zip(COMERS, kinds, strict=True)}
