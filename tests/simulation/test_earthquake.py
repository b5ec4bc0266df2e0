"""An earthquake: damage by fragility, blocked stairs, rubble by height, people hurt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr
from tests.simulation import court

from renlin.simulation.destinations import destinations
from renlin.simulation.earthquake import COLLAPSE, Earthquake, exceedance
from renlin.simulation.event import resolve
from renlin.simulation.frames import Frames
from renlin.simulation.luck import Luck, keys_of
from renlin.simulation.network import lay_out
from renlin.simulation.population import homes, residents
from renlin.simulation.strike import Site


def _quake(place=None, **values):
    place = place or court.willow()
    ground, who = lay_out(place), residents(court.willow(), court.needs())
    event = resolve(court.quake(14.0, **values), place.catalogue)
    live = homes(place, ground, who, 14.0)
    return Earthquake(Site(place, ground, who, live, event, destinations(place, ground, event)))


def _luck(quake, seed=0):
    live, who = quake.site.live, quake.site.who
    keys = {"building": keys_of(live.buildings), "entrance": keys_of(live.entrances)}
    return Luck(seed, {"person": who.keys, "household": who.household_keys, **keys})


class Fixed(Luck):
    """Luck in which chosen purposes come out as told."""

    def __init__(self, luck, **told):
        super().__init__(luck.seed, {}, luck)
        self.told = told

    def __call__(self, kind, purpose):
        drawn = super().__call__(kind, purpose)
        return np.full(drawn.shape, self.told[purpose]) if purpose in self.told else drawn


def test_damage_follows_the_fragility_of_the_structure():
    catalogue = court.willow().catalogue
    brick = catalogue.structures["brick_concrete"]
    row = catalogue.fragility["URMM_extensive"]
    spread = (row.beta_low + row.beta_high) / 2
    found = exceedance(brick, 5.0, 0.01, catalogue, 0.9)
    assert found[2] == pytest.approx(ndtr(np.log(0.01 / row.median) / spread))
    assert (np.diff(found) < 0).all()


def test_a_low_building_and_one_of_unknown_height_take_different_rows():
    catalogue = court.willow().catalogue
    brick = catalogue.structures["brick_concrete"]
    low, high, unknown = (exceedance(brick, n, 0.004, catalogue, 0.9) for n in (1.0, 6.0, np.nan))
    assert (unknown == high).all()
    assert not np.allclose(low, high)


def test_no_shaking_damages_nothing_and_stronger_shaking_never_damages_less():
    quakes = [_quake(peak_ground_acceleration=g) for g in (0.0, 0.1, 0.4)]
    damage = [quake.damage(_luck(quake, 5)) for quake in quakes]
    assert (damage[0] == 0).all()
    assert (damage[1] <= damage[2]).all()


def test_a_collapse_traps_its_residents_and_they_are_counted():
    quake = _quake(peak_ground_acceleration=0.6)
    strike = quake.strike(Fixed(_luck(quake), damage=0.0, collapse=0.0, hurt=0.99))
    assert (quake.damage(Fixed(_luck(quake), damage=0.0, collapse=0.0)) == COLLAPSE).all()
    assert (strike.lost == 2).all()
    assert strike.counts["collapsed"] == 3.0


def test_the_hurt_stay_behind_with_the_reason_casualty():
    quake = _quake(peak_ground_acceleration=0.6)
    strike = quake.strike(Fixed(_luck(quake), damage=0.0, collapse=0.99, hurt=0.0))
    assert (strike.lost == 1).all()


def test_rubble_reaches_as_far_as_height_times_its_share():
    place = court.cell(court.willow(), "buildings", "A", "height", 9.0)
    quake = _quake(place)
    links = quake.site.ground.walks.links
    here = quake.rubble.building == 0
    by_link = dict(zip(links["link"].iloc[quake.rubble.link[here]], quake.rubble.covered[here],
                       strict=True))  # fmt: skip
    assert not any(name.startswith("main") for name in by_link)
    tall = _quake(court.cell(court.willow(), "buildings", "A", "height", 24.0))
    covered = tall.rubble.covered[tall.rubble.building == 0]
    main = [
        c
        for c, at in zip(covered, tall.rubble.link[tall.rubble.building == 0], strict=True)
        if links["link"].iloc[at].startswith("main-west#3")
    ]
    assert main == [pytest.approx(24.0 * 2 / 3 - 10.0, abs=0.05)]


def test_a_lane_under_rubble_closes_when_less_than_a_footpath_is_left():
    quake = _quake(court.cell(court.willow(), "buildings", "A", "height", 24.0))
    fallen = np.array([True, False, False])
    shut, tight = quake._lanes(Frames(quake.site.ground), fallen)
    names = quake.site.ground.walks.links["link"].to_numpy()
    assert "main-west#3" in set(names[shut])
    assert (tight | ~shut).all()


def test_a_blocked_stair_holds_its_residents_and_says_so():
    place = court.plain()
    certain = {"stair_blocked_extensive": 1.0, "stair_blocked_complete": 1.0}
    everything = court.quake(14.0, peak_ground_acceleration=100.0, **certain)
    none_hurt = replace(place.catalogue, casualties={
        code: row.model_copy(update={f"severity_{n}": 0.0 for n in (1, 2, 3, 4)})
        for code, row in place.catalogue.casualties.items()
    }, structures={
        code: row.model_copy(update={"collapse_given_complete": court.point(0.0, "share")})
        for code, row in place.catalogue.structures.items()
    })  # fmt: skip
    place = replace(place, catalogue=none_hurt)
    found = court.run(place, everything, who=court.only("zhou-2"))
    row = court.person(found, "zhou-2")
    assert (row["reason"], row["arrived_share"]) == ("stair_closed", 0.0)


def test_self_protection_and_shaking_come_before_the_first_step():
    calm = court.run(court.plain(), court.quake(), who=court.only("zhou-2"))
    later = court.run(
        court.plain(), court.quake(14.0, shaking=30.0, self_protection=20.0),
        who=court.only("zhou-2"),
    )  # fmt: skip
    gap = court.person(later, "zhou-2")["mean_time"] - court.person(calm, "zhou-2")["mean_time"]
    assert gap == pytest.approx(50.0, abs=0.1)


def test_time_inside_a_damaged_building_counts_as_unsafe():
    place = court.plain()
    calm = court.run(place, court.quake(), who=court.only("zhou-2")).groups.table
    assert (calm.query("display == 'all'")["unsafe_time"] == 0).all()
    quake = _quake(place, peak_ground_acceleration=0.6)
    strike = quake.strike(Fixed(_luck(quake), damage=0.0, collapse=0.99))
    assert strike.unsafe_inside.all()
