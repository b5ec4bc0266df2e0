"""Put residents together who walk together: households, and parties around who needs help.

A household leaves as one and at the pace of its slowest. Who must be carried, led or
looked after is the centre of a party of its own: able members of the household first,
helpers from outside for what is then missing. Nobody is counted twice, nobody is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.catalogue.load import Catalogue
from renlin.simulation.population import Residents

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

NOT_MOVING = -1
HELP = {"none": 0, "guide": 1, "assist": 2, "carry": 3}
NO_HELP, GUIDE, ASSIST, CARRY = range(4)


@dataclass(frozen=True)
class Roles:
    """What each resident can and cannot do, for one community at one hour.

    Attributes
    ----------
    need
        Helpers needed to get out from home.
    help
        Kind of help: 0 none, 1 guide, 2 assist, 3 carry.
    centre
        Is a party of its own: needs help, or rolls.
    rolls
        Leaves on own wheels, without steps on the way.
    carrier, guide
        Can carry, can lead or look after somebody of the household.
    infant, child, adult
        Carried in arms; under way with an adult only; grown up (also when not known).
    """

    need: Whole
    help: Whole
    centre: Flags
    rolls: Flags
    carrier: Flags
    guide: Flags
    infant: Flags
    child: Flags
    adult: Flags


def roles(who: Residents, catalogue: Catalogue, step_free: Flags) -> Roles:
    """Return the roles of everybody.

    Parameters
    ----------
    step_free
        Persons who could get from home to safety by themselves as their class moves.

    Notes
    -----
    Who is carried on steps and has a way without steps leaves on wheels: pushed by as many
    as the class has companions, or alone. A class with as many companions as carriers has
    no wheels, and is carried everywhere.
    """
    kinds = who.kinds
    help_ = np.array([HELP[kind.help] for kind in kinds])[who.kind]
    carriers = who.per_kind("n_helpers")
    on_wheels = np.array([kind.takes_steps != "yes" for kind in kinds])[who.kind]
    pushers = np.array([int(kind.companions.value) for kind in kinds])[who.kind]
    rolls = on_wheels & step_free & (pushers < carriers)
    need = np.where(rolls, pushers, carriers)
    slow = np.array([kind.slow_walker for kind in kinds])[who.kind]
    adult = ~(who.age < catalogue.number("adult_age"))
    able = adult & (help_ == NO_HELP) & ~on_wheels
    return Roles(
        need=need,
        help=help_,
        centre=(need > 0) | on_wheels,
        rolls=rolls,
        carrier=able & ~slow & ~(who.age >= catalogue.number("carrier_age")),
        guide=able,
        infant=who.age <= catalogue.number("infant_age"),
        child=who.age <= catalogue.number("child_with_adult_age"),
        adult=adult,
    )


class Party(NamedTuple):
    """Somebody who needs help, with who of the household goes along.

    ``lacks`` says how many helpers must come from outside.
    """

    centre: int
    household: int
    members: tuple[int, ...]
    lacks: int


class Grouping(NamedTuple):
    """Who moves with whom; a household that walks together is labelled by its number.

    Attributes
    ----------
    label
        Per person: the entity it belongs to; -1 when it does not move.
    parties
        Those around somebody who needs help or rolls, in the order in which help is given.
    in_arms
        Persons who are carried by a member of their household.
    """

    label: Whole
    parties: tuple[Party, ...]
    in_arms: Flags


def party_label(who: Residents, centre: int) -> int:
    """Return the label of the party around a person."""
    return len(who.households) + centre


def outdoor_label(who: Residents, person: Whole) -> Whole:
    """Return the label of somebody who is out of doors."""
    return len(who.households) + who.n + person


def helper_label(who: Residents, helper: Whole | int) -> Whole:
    """Return the label of a helper under way."""
    return np.asarray(len(who.households) + 2 * who.n + np.asarray(helper))


def visitor_label(who: Residents, n_helpers: int, n: int) -> Whole:
    """Return the labels of ``n`` visitors, who are on no register."""
    return np.asarray(len(who.households) + 2 * who.n + n_helpers + np.arange(n))


def group(who: Residents, can: Roles, leaves: Flags, members: Mapping[int, Whole]) -> Grouping:
    """Return who moves with whom among the persons at home who leave.

    Parameters
    ----------
    leaves
        Persons at home who must leave and can.
    members
        Household -> its persons, for households that have somebody who needs help or is a
        young child; see :func:`households_to_watch`.
    """
    label = np.where(leaves, who.household, NOT_MOVING)
    in_arms = leaves & can.infant
    parties: list[Party] = []
    for household in _watched(who, can, leaves, members):
        here = [int(p) for p in members[household] if leaves[p]]
        found = _parties(here, household, can)
        for party in found:
            label[list(party.members)] = party_label(who, party.centre)
            if can.infant[party.centre] and can.help[party.centre] == NO_HELP:
                in_arms[party.centre] = False
        parties += found
    return Grouping(label, tuple(parties), in_arms)


def _watched(who: Residents, can: Roles, leaves: Flags, members: Mapping[int, Whole]) -> list[int]:
    """Return the households that need parties in this run, in the order of help."""
    adult = who.any_of(leaves & can.adult & ~can.centre)
    need = who.any_of(leaves & can.centre) | (who.any_of(leaves & can.child) & ~adult)
    found = np.flatnonzero(need)
    return [int(h) for h in found[np.argsort(who.turn[found], kind="stable")] if int(h) in members]


def households_to_watch(who: Residents, can: Roles) -> dict[int, Whole]:
    """Return household -> persons, where somebody needs help or is a young child."""
    watched = np.flatnonzero(who.any_of(can.centre | can.child))
    order = np.argsort(who.household, kind="stable")
    start = np.searchsorted(who.household[order], watched)
    stop = np.searchsorted(who.household[order], watched, side="right")
    return {
        int(home): order[a:b].astype(np.int64)
        for home, a, b in zip(watched, start, stop, strict=True)
    }


def _parties(here: list[int], household: int, can: Roles) -> list[Party]:
    """Return the parties of one household; who is in none walks with the household."""
    centres = sorted((p for p in here if can.centre[p]), key=lambda p: (-int(can.help[p]), p))
    free = [p for p in here if not can.centre[p]]
    found: list[Party] = []
    for centre in centres:
        wanted = int(can.need[centre])
        fit = can.carrier if can.help[centre] == CARRY and not can.rolls[centre] else can.guide
        with_ = [p for p in free if fit[p]][:wanted]
        free = [p for p in free if p not in with_]
        found.append(Party(centre, household, (centre, *with_), wanted - len(with_)))
    return _with_children(found, free, household, can)


def _with_children(found: list[Party], free: list[int], household: int, can: Roles) -> list[Party]:
    """Put children who would be left without an adult into a party, or make them one."""
    if not free or any(can.adult[p] for p in free):
        return found
    young = [p for p in free if can.child[p]]
    if not young:
        return found
    if found:
        first = found[0]
        return [first._replace(members=(*first.members, *young)), *found[1:]]
    infants = [p for p in young if can.infant[p]]
    walking = [p for p in free if p not in infants]
    if infants and not walking:
        return [Party(infants[0], household, tuple(young), 1)]
    return found
