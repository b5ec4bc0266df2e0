"""Put one run together: who is where, who helps whom, and the kernel's entities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.simulation.behaviour import Bodies
from renlin.simulation.grouping import (
    NOT_MOVING,
    Grouping,
    group,
    helper_label,
    outdoor_label,
    party_label,
    visitor_label,
)
from renlin.simulation.helping import Assignment, assign, available
from renlin.simulation.luck import Luck, sample
from renlin.simulation.notification import Notice, first_told, notify
from renlin.simulation.population import Presence, presence
from renlin.simulation.scene import Scene
from renlin.simulation.strike import Strike

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Crew:
    """Who moves with whom in one run.

    Attributes
    ----------
    strike, notice, presence
        What the event does, who knows when, who is where.
    lost
        Persons who cannot leave at all, and why (index into ``LOST``; 0 none).
    ready
        Seconds of pre-movement of every household before anything that is its own.
    grouping, trips
        Households and parties; which helper goes to which parties.
    label
        Sorted label of each entity; its position is the entity's number and its rank.
    entity
        Per person: its entity, -1 when it does not move.
    party
        Entity of each party.
    helper
        Helper -> its entity, for helpers under way.
    visitors
        Entity of each visitor, in the order of the strike's crowds.
    bodies
        How everybody moves.
    """

    strike: Strike
    notice: Notice
    presence: Presence
    lost: npt.NDArray[np.int8]
    ready: Floats
    grouping: Grouping
    trips: Assignment
    label: Whole
    entity: Whole
    party: Whole
    helper: dict[int, int]
    visitors: Whole
    bodies: Bodies

    @property
    def n(self) -> int:
        """Return the number of entities."""
        return len(self.label)


def crew(scene: Scene, bodies: Bodies, luck: Luck) -> Crew:
    """Return who moves with whom in the run of ``luck``.

    Helpers who set out leave their own household's entity; nobody is counted twice, and
    everybody at home who must and can leave is in one entity.
    """
    site, who, catalogue = scene.site, scene.site.who, scene.site.place.catalogue
    hour = scene.event.scenario.hour
    strike = scene.strike(luck)
    there = available(scene.agreed, who, scene.tied, catalogue, hour, luck)
    resident = scene.agreed.person >= 0
    hurt = np.append((strike.lost > 0) & (strike.lost_from == 0.0), False)[scene.agreed.person]
    there &= ~(resident & hurt)
    posted = np.zeros(who.n, dtype=bool)
    posted[scene.agreed.person[there & resident]] = True
    where = presence(who, site.live, catalogue, hour, luck, posted)
    notice = first_told(
        strike.alerts, [notify(site, alert, where.home, luck) for alert in strike.alerts]
    )
    ready = _premovement(strike, notice, luck)
    lost = _lost(strike, (notice.time + ready)[who.household])
    able = where.home & (lost == 0)
    made = group(who, scene.can, able & strike.leaves[who.household], scene.watch)
    trips = assign(made.parties, scene.can, scene.agreed, there)
    known = Known(strike, notice, where, lost, ready)
    return _numbered(scene, known, made, trips, bodies)


class Known(NamedTuple):
    """What one run settles before anybody moves."""

    strike: Strike
    notice: Notice
    presence: Presence
    lost: npt.NDArray[np.int8]
    ready: Floats


def _premovement(strike: Strike, notice: Notice, luck: Luck) -> Floats:
    """Return the base of pre-movement of every household, by the alert that told it."""
    drawn = luck("household", "premovement")
    row = np.arange(len(drawn))
    of_alert = []
    for alert in strike.alerts:
        base = np.stack([sample(case, drawn) for case in alert.cases])
        of_alert.append(base[alert.case, row])
    return np.asarray(np.stack(of_alert)[notice.alert, row])


def _lost(strike: Strike, ready: Floats) -> npt.NDArray[np.int8]:
    """Return who is lost: struck at home, not yet ready to leave when it came."""
    at_home = (np.asarray(strike.lost_from) == 0.0) | (ready >= strike.lost_from)
    return np.where(at_home, strike.lost, 0).astype(np.int8)


def _numbered(
    scene: Scene, known: Known, made: Grouping, trips: Assignment, bodies: Bodies
) -> Crew:
    """Return the crew with entities numbered by label."""
    strike, _, where, _, _ = known
    who = scene.site.who
    label = made.label.copy()
    out = np.flatnonzero(where.outdoors) if strike.outdoors_leave else np.zeros(0, dtype=np.int64)
    label[out] = outdoor_label(who, out)
    going = np.array(sorted(trips.trips), dtype=np.int64)
    person = scene.agreed.person[going]
    label[person[person >= 0]] = helper_label(who, going[person >= 0])
    staff = helper_label(who, going[person < 0])
    crowd = visitor_label(who, scene.agreed.n, sum(len(v.node) for v in strike.visitors))
    labels = np.unique(np.concatenate([label[label >= 0], staff, crowd]))
    entity = np.where(label >= 0, np.searchsorted(labels, np.maximum(label, 0)), NOT_MOVING)
    centres = [party_label(who, party.centre) for party in made.parties]
    of_helper = np.searchsorted(labels, helper_label(who, going))
    return Crew(
        **known._asdict(),
        grouping=made._replace(label=label),
        trips=trips,
        label=labels,
        entity=entity,
        party=np.searchsorted(labels, np.array(centres, dtype=np.int64)),
        helper={int(h): int(e) for h, e in zip(going, of_helper, strict=True)},
        visitors=np.searchsorted(labels, crowd),
        bodies=bodies,
    )
