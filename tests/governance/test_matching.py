"""Who is paired with whom: nobody left out first, then nobody waiting long."""

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array
from tests.governance.generator import blocks
from tests.governance.planted import chosen, eligible, wanted
from tests.governance.test_flows import deficiency

from renlin.catalogue.load import load
from renlin.governance.candidates import able
from renlin.governance.demand import Demand
from renlin.governance.matching import match

FAR, NEVER = 1000.0, np.inf
PARTS = [
    (np.reshape(cells, (2, 3)) == 1, np.reshape(cells, (2, 3)) == 2)
    for cells in product(range(3), repeat=6)
]
"""Every way to give three helpers a part in two households, or none."""


@pytest.fixture(scope="module")
def catalogue():
    return load()


@pytest.fixture(scope="module", params=[(20, 60, 90), (60, 300, 420)], ids=str)
def generated(request, catalogue):
    demand = blocks(*request.param)
    return demand, match(demand, catalogue)


def shuffled(demand, seed=3):
    """Return the same demand with rows of households and helpers in another order."""
    rng = np.random.default_rng(seed)
    a, b = rng.permutation(len(demand.households)), rng.permutation(len(demand.helpers))
    back_a = demand.households.iloc[a].sort_values("household").index.to_numpy()
    back_b = demand.helpers.iloc[b].sort_values("helper").index.to_numpy()
    return Demand(
        demand.households.iloc[a].sort_values("household").reset_index(drop=True),
        demand.helpers.iloc[b].sort_values("helper").reset_index(drop=True),
        demand.time[back_a][:, back_b], demand.placed[back_a], demand.pairs, demand.lost,
    )  # fmt: skip


# a generated community


def test_what_is_lacking_is_the_deficiency_of_the_greatest_flow(generated):
    demand, found = generated
    home, helper = eligible(demand)
    need = demand.households["need"].to_numpy()
    room = demand.helpers["capacity"].to_numpy().astype(int)
    assert found.helpers.sum() == deficiency(home, helper, need, room)


def test_with_too_few_helpers_too_what_is_lacking_is_the_deficiency(catalogue):
    demand = blocks(20, 120, 60)
    found = match(demand, catalogue)
    home, helper = eligible(demand)
    need = demand.households["need"].to_numpy()
    room = demand.helpers["capacity"].to_numpy().astype(int)
    assert found.helpers.sum() == deficiency(home, helper, need, room) > 0


def test_every_household_has_its_first_helpers_and_a_backup_or_lacks_them(generated):
    demand, found = generated
    n = len(demand.households)
    first = np.bincount(found.home[found.first], minlength=n)
    backup = np.bincount(found.home[~found.first], minlength=n)
    assert (first + found.helpers == demand.households["need"]).all()
    assert (backup + found.backup == 1).all()


def test_the_loss_of_any_one_helper_leaves_one_for_every_household(generated):
    demand, found = generated
    assert not found.helpers.any()
    assert not found.backup.any()
    for lost in np.unique(found.helper):
        stays = found.helper != lost
        assert len(np.unique(found.home[stays])) == len(demand.households)


def test_a_backup_is_of_another_building(generated):
    demand, found = generated
    theirs = demand.helpers["building"].to_numpy()[found.helper[~found.first]]
    own = demand.households["building"].to_numpy()[found.home[~found.first]]
    assert (theirs != own).all()


def test_who_must_be_carried_gets_strong_helpers(generated):
    demand, found = generated
    strong = demand.helpers["strong"].to_numpy(dtype=bool)[found.helper]
    carried = demand.households["carry"].to_numpy()[found.home]
    assert strong[carried & found.first].all()
    assert np.bincount(found.home[carried & found.first]).max() == 2


def test_no_helper_takes_more_than_they_said_a_backup_counting_half(generated):
    demand, found = generated
    load_of = np.bincount(
        found.helper, np.where(found.first, 1.0, 0.5), minlength=len(demand.helpers)
    )
    assert (load_of <= demand.helpers["capacity"]).all()


def test_the_choice_is_the_same_whatever_the_order_of_rows(generated, catalogue):
    demand, found = generated
    assert chosen(match(shuffled(demand), catalogue), demand) == chosen(found, demand)


def test_pairs_are_better_than_each_household_in_turn_taking_the_nearest(generated):
    demand, found = generated
    time = demand.time[found.home[found.first], found.helper[found.first]]
    lacking, longest, _ = greedy(demand)
    assert (found.helpers.sum(), time.max()) <= (lacking, longest)


def test_where_nobody_is_far_the_total_way_is_that_of_the_transport_programme(catalogue):
    demand = blocks(20, 60, 90)
    awake = demand.helpers.assign(night=pd.array([True] * 90, dtype="boolean"))
    near = replace(demand, helpers=awake, time=np.minimum(demand.time, 60.0))
    found = match(near, catalogue)
    time = near.time[found.home[found.first], found.helper[found.first]]
    assert time.max() == 60.0
    assert time.sum() == pytest.approx(transport(near))
    assert time.sum() < greedy(near)[2]


def greedy(demand):
    """Return lacking, longest and total seconds when each household takes the nearest left."""
    may, room, times = able(demand).first, demand.helpers["capacity"].to_numpy().copy(), []
    for h, need in enumerate(demand.households["need"]):
        free = [m for m in np.argsort(demand.time[h], kind="stable") if may[h, m] and room[m] >= 1]
        for m in free[:need]:
            room[m] -= 1
            times.append(demand.time[h, m])
    return int(demand.households["need"].sum()) - len(times), max(times), sum(times)


def transport(demand):
    """Return the least total seconds of first helpers, by SciPy's own linear programme."""
    home, helper = eligible(demand)
    n, m, k = len(demand.households), len(demand.helpers), len(home)
    of_home = csr_array((np.ones(k), (home, np.arange(k))), shape=(n, k))
    of_helper = csr_array((np.ones(k), (helper, np.arange(k))), shape=(m, k))
    room = demand.helpers["capacity"].to_numpy()
    found = linprog(
        demand.time[home, helper], A_ub=of_helper, b_ub=room, A_eq=of_home,
        b_eq=demand.households["need"].to_numpy(), bounds=(0, 1),
    )  # fmt: skip
    return found.fun


# the order of what counts, against every possible choice


class Worth:
    """What a choice is worth, in the order of what counts."""

    def __init__(self, demand):
        homes, helpers = demand.households, demand.helpers
        self.may, self.time = able(demand), demand.time
        self.need = homes["need"].to_numpy()
        self.rank, self.room = homes["priority"].to_numpy(), helpers["capacity"].to_numpy()
        self.carried = homes["carry"].to_numpy()
        self.awake = helpers["night"].to_numpy(dtype=bool)
        self.slow = demand.time + 600.0 * (
            self.carried[:, None] & ~helpers["strong"].to_numpy(dtype=bool)
        )
        self.levels = sorted(set(self.rank), reverse=True)

    def of(self, first, backup):
        """Return the worth of a choice, least is best; None when it is not allowed."""
        if (first & ~self.may.first).any() or (backup & ~self.may.backup).any():
            return None
        come, stand = first.sum(axis=1), backup.sum(axis=1)
        taken = first.sum(axis=0) + 0.5 * backup.sum(axis=0)
        if (come > self.need).any() or (stand > 1).any() or (taken > self.room).any():
            return None
        short, spare = self.need - come, 1 - stand
        away = (short == 0) & (self.need > 0) & ~(first & self.awake).any(axis=1)
        return (
            tuple(int(short[self.rank >= level].sum()) for level in self.levels),
            int(((short > 0) & self.carried & (self.need > 1)).sum()),
            float(self.rank @ spare), float(self.time[first].max(initial=0.0)), int(away.sum()),
            round(float(self.time[first].sum()), 6), round(float(self.slow[backup].sum()), 6),
        )  # fmt: skip


@st.composite
def small(draw):
    households = [
        ("h0", draw(st.integers(1, 2)), True, draw(st.sampled_from([2.0, 3.0])), "A"),
        ("h1", 1, False, draw(st.sampled_from([2.0, 3.0])), draw(st.sampled_from("AB"))),
    ]
    helpers = [
        (f"m{i}", "h1" if i == 2 and draw(st.booleans()) else None, draw(st.sampled_from("ABC")),
         draw(st.booleans()), draw(st.booleans()), draw(st.integers(0, 2)))
        for i in range(3)
    ]  # fmt: skip
    seconds = st.sampled_from([10.0, 20.0, 35.0, 50.0, NEVER])
    return wanted(households, helpers, draw(st.lists(seconds, min_size=6, max_size=6)))


@settings(max_examples=40, deadline=None)
@given(small())
def test_no_other_choice_is_worth_more_in_the_stated_order(demand):
    found = match(demand, loaded())
    first, backup = (np.zeros(demand.time.shape, dtype=bool) for _ in range(2))
    first[found.home[found.first], found.helper[found.first]] = True
    backup[found.home[~found.first], found.helper[~found.first]] = True
    worth_of = Worth(demand).of
    mine = worth_of(first, backup)
    every = [(one, worth_of(*one)) for one in PARTS]
    allowed = [(one, worth) for one, worth in every if worth is not None]
    assert mine[:-1] == min(worth[:-1] for _, worth in allowed)
    beside = [
        worth[-1] for (come, _), worth in allowed
        if (come == first).all() and worth[:-1] == mine[:-1]
    ]  # fmt: skip
    assert mine[-1] == min(beside)


@cache
def loaded():
    return load()


# single rules, by hand


def one(helpers, time, *, need=1, carry=False, pairs=(), households=None):
    homes = households or [("h", need, carry, 2.0, "A")]
    return wanted(homes, helpers, time, pairs)


def test_a_helper_is_never_of_the_same_household(catalogue):
    demand = one([("m", "h", "A", True, True, 3)], [1.0])
    found = match(demand, catalogue)
    assert chosen(found, demand) == []
    assert (found.helpers[0], found.backup[0]) == (1, 1)


def test_an_unknown_strength_lifts_nobody(catalogue):
    demand = one([("m", None, "B", None, True, 3)], [1.0], need=2, carry=True)
    found = match(demand, catalogue)
    assert chosen(found, demand) == [("h", "m", "backup")]
    assert found.helpers[0] == 2


def test_an_agreed_pair_is_kept_and_takes_the_helpers_room(catalogue):
    helpers = [("far", None, "B", True, True, 1), ("near", None, "B", True, True, 1)]
    demand = one(helpers, [FAR, 1.0], pairs=[("h", "far", "primary", True)])
    found = match(demand, catalogue)
    assert chosen(found, demand) == [("h", "near", "backup")]
    assert found.helpers[0] == 0


def test_an_agreed_backup_of_the_same_building_does_not_meet_the_need(catalogue):
    helpers = [("beside", None, "A", True, True, 1), ("other", None, "B", True, True, 2)]
    demand = one(helpers, [1.0, 5.0], pairs=[("h", "beside", "backup", True)])
    found = match(demand, catalogue)
    assert chosen(found, demand) == [("h", "other", "first")]
    assert found.backup[0] == 1


def test_two_agreed_bearers_who_cannot_lift_leave_two_lacking(catalogue):
    helpers = [("a", None, "B", False, True, 1), ("b", None, "B", False, True, 1)]
    agreed = [("h", "a", "primary", True), ("h", "b", "second", True)]
    found = match(one(helpers, [1.0, 1.0], need=2, carry=True, pairs=agreed), catalogue)
    assert found.helpers[0] == 2


def test_a_proposed_pair_is_kept_for_a_second_but_not_for_a_minute(catalogue):
    helpers = [("new", None, "B", True, True, 1), ("old", None, "B", True, True, 1)]
    helpers.append(("third", None, "B", True, True, 1))
    homes = [("far-off", 1, False, 2.0, "A"), ("h", 1, False, 2.0, "A")]
    before = [("h", "old", "primary", False)]
    far_off = [NEVER, NEVER, 500.0]
    stays = wanted(homes, helpers, [*far_off, 10.0, 10.5, NEVER], before)
    goes = wanted(homes, helpers, [*far_off, 10.0, 70.0, NEVER], before)
    assert ("h", "old", "first") in chosen(match(stays, catalogue), stays)
    assert ("h", "new", "first") in chosen(match(goes, catalogue), goes)


def test_first_helpers_are_moved_where_a_backup_would_else_be_lacking(catalogue):
    """The near helper of the other building must stand in: the far one beside cannot."""
    helpers = [("beside", None, "A", True, True, 1), ("other", None, "B", True, True, 1)]
    demand = one(helpers, [50.0, 10.0])
    found = match(demand, catalogue)
    assert chosen(found, demand) == [("h", "beside", "first"), ("h", "other", "backup")]


def test_the_first_tier_is_served_before_the_second_when_helpers_are_short(catalogue):
    homes = [("h0", 1, False, 2.0, "A"), ("h1", 1, False, 4.0, "A")]
    demand = wanted(homes, [("m", None, "B", True, True, 1)], [1.0, 90.0])
    assert chosen(match(demand, catalogue), demand) == [("h1", "m", "first")]


def test_two_bearers_go_to_one_household_rather_than_one_to_each(catalogue):
    homes = [("h0", 2, True, 3.0, "A"), ("h1", 2, True, 3.0, "A")]
    helpers = [("a", None, "B", True, True, 1), ("b", None, "B", True, True, 1)]
    demand = wanted(homes, helpers, [10.0, 20.0, 20.0, 10.0])
    found = match(demand, catalogue)
    assert sorted(found.helpers.tolist()) == [0, 2]


def test_a_night_without_anybody_is_told_apart_from_a_lacking_helper(catalogue):
    homes = [("h0", 1, False, 2.0, "A"), ("h1", 1, False, 2.0, "A")]
    demand = wanted(homes, [("m", None, "B", True, False, 1)], [1.0, NEVER])
    found = match(demand, catalogue)
    assert found.helpers.tolist() == [0, 1]
    assert found.night.tolist() == [1, 0]


def test_pruning_to_the_nearest_makes_no_shortage(catalogue):
    """Thirty households share thirty near helpers; only a far one can take the last."""
    n = 30
    homes = [(f"h{i:02d}", 1, False, 2.0, "A") for i in range(n + 1)]
    helpers = [(f"m{i:02d}", None, "A", True, True, 1) for i in range(n)]
    helpers.append(("zz-far", None, "A", True, True, 1))
    time = np.full((n + 1, n + 1), 10.0)
    time[:, -1] = FAR
    found = match(wanted(homes, helpers, time), catalogue)
    assert found.helpers.sum() == 0
    assert found.nearest > int(catalogue.number("pair_candidates"))


def test_nobody_to_pair_and_nobody_to_help_is_no_fault(catalogue):
    nobody = match(wanted([], [("m", None, "B", True, True, 1)], []), catalogue)
    alone = match(wanted([("h", 1, False, 2.0, "A")], [], []), catalogue)
    assert len(nobody.home) == 0
    assert alone.helpers.tolist() == [1]


def test_of_many_households_only_those_around_a_lacking_backup_are_chosen_anew(catalogue):
    """Forty houses like the one above, each with its own two helpers, 3 at most in one go."""
    n = 40
    homes = [(f"h{i:02d}", 1, False, 2.0, f"A{i}") for i in range(n)]
    helpers = [
        helper
        for i in range(n)
        for helper in (
            (f"m{i:02d}-beside", None, f"A{i}", True, True, 1),
            (f"m{i:02d}-other", None, f"B{i}", True, True, 1),
        )
    ]
    time = np.full((n, 2 * n), NEVER)
    for i in range(n):
        time[i, 2 * i : 2 * i + 2] = 50.0, 10.0
    demand = wanted(homes, helpers, time)
    number = catalogue.parameters["pair_together"].model_copy(update={"value": 3.0})
    few = replace(catalogue, parameters={**catalogue.parameters, "pair_together": number})
    found = match(demand, few)
    assert found.backup.sum() == 0
    assert chosen(found, demand) == chosen(match(demand, catalogue), demand)


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_chosen_part_by_part_nobody_lacks_more_than_chosen_in_one(catalogue, seed):
    demand = blocks(6, 40, 45, seed=seed)
    number = catalogue.parameters["pair_together"].model_copy(update={"value": 8.0})
    few = replace(catalogue, parameters={**catalogue.parameters, "pair_together": number})
    whole, parts = match(demand, catalogue), match(demand, few)
    assert parts.helpers.sum() == whole.helpers.sum()
    load_of = np.bincount(parts.helper, np.where(parts.first, 1.0, 0.5), minlength=45)
    assert (load_of <= demand.helpers["capacity"]).all()
    assert parts.backup.sum() >= whole.backup.sum()
    assert parts.status == "bound" or parts.backup.sum() == whole.backup.sum()
