"""Warning order: who needs how long, what the event leaves them, and whom staff tell first."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.simulation import court

from renlin.finding import content_hash
from renlin.simulation import warning_effect, warning_order
from renlin.simulation.warning import by_order

ARRIVAL = 260.0
OUT_OF_PATH = 3.0 + 1.0 + 10.0  # m from a ground-floor landing of A-1 to the end of its path
READY = 200.0  # s older residents need to get ready in these tests
FLOOD = court.scenario(
    "flood", 14.0, horizon=9000.0, places={"walk": "path-a"}, arrival=ARRIVAL, depth=0.3
)


def order(place, scenario, who=None, **schemes):
    found = warning_order(
        place, who or court.needs(), schemes={"base": place, **schemes}, scenarios=[scenario]
    )
    return found.warning_order.table.set_index(["scheme", "household"])


def quiet(place, **values):
    """Return ``place`` where nobody hears of anything but at the door, 30 s after 30 s."""
    silent = {"warning_reach": 0.0, "warning_reach_broadcast": 0.0, "neighbour_knock_share": 0.0}
    rounds = {"door_round_start": 0.0, "door_round_per_door": 30.0, "door_round_teams": 1.0}
    return court.numbers(place, **silent, **rounds, **values)


@pytest.fixture(scope="module")
def slow():
    """Return plain Willow near the water, where older residents take long to get ready."""
    place = court.kind(court.plain(), "older", preparation=court.point(READY))
    return court.numbers(place, hazard_reach=10.0)


@pytest.fixture(scope="module")
def flooded(slow):
    return order(slow, FLOOD)


def test_lead_is_the_time_until_past_the_water_less_the_time_until_it_comes(flooded):
    he = flooded.loc[("base", "hu-he")]
    needs = READY + OUT_OF_PATH / court.LEVEL
    assert he["needs_s"] == pytest.approx(needs, abs=1.0)
    assert he["available_s"] == ARRIVAL
    assert he["lead_s"] == pytest.approx(needs - ARRIVAL, abs=1.0)
    assert he["slack_s"] == -he["lead_s"]


def test_the_household_with_least_slack_comes_before_one_of_a_higher_tier(flooded):
    he, sun = (flooded.loc[("base", name)] for name in ("hu-he", "hu-sun"))
    assert sun["needs_s"] == pytest.approx(OUT_OF_PATH / court.LEVEL, abs=1.0)
    assert he["rank"] < sun["rank"]


def test_who_is_safe_at_home_is_told_to_stay_and_comes_last(flooded):
    stays = flooded[flooded["instruction"] == "stay"]
    assert "hu-zhou" in stays.index.get_level_values("household")
    assert stays["rank"].min() > flooded[flooded["instruction"] != "stay"]["rank"].max()
    assert stays["lead_s"].isna().all()


def test_among_those_who_stay_the_higher_tier_comes_first(flooded):
    sure = court.needs().households.table.set_index("household")["sure"]
    stays = flooded[flooded["instruction"] == "stay"].sort_values("rank")
    tiers = sure[stays.index.get_level_values("household")].to_numpy()
    assert (np.diff(tiers) >= 0).all()
    assert len(set(tiers)) > 1


def test_a_stair_on_fire_ends_when_it_is_no_longer_tenable():
    """By hand: the hall fills first and is left last, so it leaves the least time."""
    fire = court.scenario(
        "stair_fire", 14.0, places={"entrance": "A-1"},
        smoke_start=50.0, tenable_time=70.0, extinction_max=0.1,
    )  # fmt: skip
    row = order(court.plain(), fire, court.only("zhou-2")).loc[("base", "hu-zhou")]
    assert row["available_s"] == 50.0 + 70.0
    assert row["needs_s"] == pytest.approx(4 * court.FLIGHT / court.STAIRS + 3.0, abs=1.0)


def test_where_nothing_ends_there_is_no_lead_and_the_longest_way_comes_first():
    found = order(court.plain(), court.quake(), court.only("zhou-2", "he-1", "wu"))
    assert found["lead_s"].isna().all()
    assert found["available_s"].isna().all()
    assert not found["limited"].any()
    far = found.loc[("base", "hu-zhou"), "needs_s"]
    assert far == pytest.approx(court.TO_SHELTER + 4 * court.FLIGHT / court.STAIRS, abs=1.0)
    assert list(found.sort_values("needs_s", ascending=False)["rank"]) == [1, 2, 3]


def test_who_gets_nowhere_even_when_told_at_once_is_on_top_with_the_reason():
    place = court.pairs(court.without_staff(court.plain()))
    found = order(place, court.quake(), court.only("lin", "zhou-2"))
    lin = found.loc[("base", "hu-lin")]
    assert (lin["rank"], lin["instruction"], lin["reason"]) == (1, "unknown", "no_helper")
    assert (lin["missed_share"], np.isnan(lin["needs_s"])) == (1.0, True)
    assert pd.isna(lin["limited"])


def test_a_helper_turns_unknown_into_a_known_lead():
    bare = court.pairs(court.under(court.without_staff(court.plain()), "gate"))
    paired = court.pairs(
        bare, ("hu-lin", "zhou-helps", "primary"), ("hu-lin", "wu-helps", "second")
    )
    who = court.only("lin", "zhou-1", "wu")
    found = order(bare, court.quake(1.0), who, pairing=paired)
    assert found.loc[("base", "hu-lin"), "instruction"] == "unknown"
    lin = found.loc[("pairing", "hu-lin")]
    assert (lin["instruction"], lin["helped_share"], lin["missed_share"]) == ("leave", 1.0, 0.0)


def test_whom_nobody_ever_reaches_is_on_top_though_the_times_are_known(slow):
    place = quiet(slow, knock_heard_share=0.0, knock_heard_share_deaf=0.0)
    row = order(place, FLOOD, court.only("he-1", "he-2")).loc[("base", "hu-he")]
    assert (row["instruction"], row["reason"], row["channel"]) == ("unknown", "not_reached", "none")
    assert row["needs_s"] == pytest.approx(READY + OUT_OF_PATH, abs=1.0)


def test_a_home_nobody_can_place_is_unknown(slow):
    place = court.cell(slow, "households", "hu-he", "dwelling", None)
    row = order(place, FLOOD).loc[("base", "hu-he")]
    assert (row["instruction"], row["reason"]) == ("unknown", "unplaced")


def test_the_order_does_not_depend_on_rows_or_names(slow, flooded):
    homes = slow["households"].iloc[::-1].reset_index(drop=True)
    again = order(slow.with_tables(households=homes), FLOOD)
    assert content_hash(again.reset_index()) == content_hash(flooded.reset_index())


def test_by_tier_the_slow_are_told_too_late_and_by_lead_in_time(slow):
    """By hand: he needs 214 s before the water at 260 s, so the first door helps, the second not.

    sun (tier 2) and he (tier 3): staff are at the first door after 30 s, at the second after 60.
    """
    place, who = quiet(slow), court.only("he-1", "he-2", "sun-1", "sun-2", "sun-3")
    found = warning_effect(place, who, scenario=FLOOD, seeds=range(3)).table
    row = found.set_index(["display", "measure"])
    in_time = row.loc[("all", "persons_in_time")]
    assert (in_time["tier"], in_time["lead"], in_time["verdict"]) == (3.0, 5.0, "better")
    assert row.loc[("all", "persons_safe"), "difference"] == 0.0
    young = row.loc[("pregnant_infant", "mean_time")]
    assert young["difference"] == pytest.approx(30.0, abs=0.5)
    assert young["verdict"] == "worse"
    general = row.loc[("general", "mean_time")]
    assert general["low"] <= general["difference"] <= general["high"]


def test_the_default_policy_goes_by_tier(slow):
    assert slow.policy.door_round_order == "tier"
    who = court.only("he-1", "he-2", "sun-1", "sun-2", "sun-3")
    place = quiet(slow)
    plain = court.run(place, FLOOD, who=who)
    tier = court.run(by_order(place, "tier"), FLOOD, who=who)
    assert content_hash(plain.groups.table) == content_hash(tier.groups.table)


def test_a_round_by_lead_is_made_from_luck_no_study_uses(slow):
    place = by_order(quiet(slow), "lead")
    few = court.run(place, FLOOD, seeds=range(2)).times["base", "flood"]
    more = court.run(place, FLOOD, seeds=range(4)).times["base", "flood"]
    assert np.array_equal(few, more[:2], equal_nan=True)


def test_groups_count_everybody_once_by_instruction(slow):
    found = warning_order(
        slow, court.needs(), schemes={"base": slow}, scenarios=[FLOOD, court.quake()]
    ).warning_groups.table
    parts = found[["leave", "unknown", "stay", "nobody_home"]].sum(axis=1)
    assert (parts == found["n"]).all()
    whole = found[found["display"] == "all"]
    assert (whole["n"] == 21).all()


def test_a_fall_at_home_has_no_order_of_warning(slow):
    fall = court.scenario("personal_incident", 9.0, horizon=7200.0)
    found = warning_order(slow, court.needs(), schemes={"base": slow}, scenarios=[fall])
    assert len(found.warning_order.table) == len(found.warning_groups.table) == 0


def test_too_late_counts_who_is_told_after_the_last_moment(slow):
    place = quiet(slow)
    who = court.only("he-1", "he-2", "sun-1", "sun-2", "sun-3")
    found = warning_order(place, who, schemes={"base": place}, scenarios=[FLOOD])
    whole = found.warning_groups.table.set_index("display").loc["all"]
    assert (whole["limited"], whole["too_late"], whole["before_event"]) == (5, 2, 0)
