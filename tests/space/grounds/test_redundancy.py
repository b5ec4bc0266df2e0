"""Room on public grounds by the hour: obstacles, other uses, who comes, who finds it full."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.community.drawn import drawn, facility, willow
from tests.space.street import ground, street

from renlin.space.access.refuges import refuges
from renlin.space.grounds.goers import demand, first_refuge
from renlin.space.grounds.redundancy import by_hour, left_out, verdicts, worst_moment
from renlin.space.grounds.usable import usable

CATALOGUE = willow().catalogue


def use(**facts):
    known = {"use": "u", "space": "square", "group": "摊贩", "purpose": "早市",
             "hours": "06:00-09:30", "days": "daily", "persons": 40, "area_taken": 100.0,
             "observed_on": "2026-09-20", "source": "踏勘"}  # fmt: skip
    return known | facts


def free(space=None, uses=(), **facts):
    place = drawn(spaces=[ground(**({"usable_share": 0.5} | facts))], uses=list(uses))
    return usable(place["spaces"], place["uses"]).set_index(["day", "hour"])


def goer(person, display="general", where="square", state="covered", time=60.0):
    return {"person": person, "display": display, "entrance": "A-1", "ground": where,
            "state": state, "reason": "", "time": time}  # fmt: skip


def hours_of(area, low=None):
    """Return a ground of one free area at every hour of both kinds of day."""
    at = pd.MultiIndex.from_product([["weekday", "weekend"], range(24)], names=["day", "hour"])
    told = pd.DataFrame({"space": "square", "free_high": area, "free_low": area if low is None else low},
                        index=at)  # fmt: skip
    return told.assign(area=area, taken=0.0, on_site=0.0, open=True).reset_index()


class TestUsableGround:
    def test_half_of_a_square_of_400_m2_is_free_when_nobody_uses_it(self):
        assert free().loc[("weekday", 3), ["free_low", "free_high"]].tolist() == [200.0, 200.0]

    def test_stalls_take_their_ground_until_half_past_nine_and_no_longer(self):
        table = free(uses=[use()])["free_low"]
        assert table[("weekday", 5)] == 200.0
        assert table[("weekday", 9)] == 100.0
        assert table[("weekday", 10)] == 200.0

    def test_a_use_of_weekends_leaves_weekdays_alone(self):
        table = free(uses=[use(days="weekend")])["free_low"]
        assert (table[("weekday", 7)], table[("weekend", 7)]) == (200.0, 100.0)

    def test_uses_of_one_moment_add_up_and_never_leave_less_than_nothing(self):
        table = free(uses=[use(), use(use="v", area_taken=150.0)])["free_low"]
        assert table[("weekday", 7)] == 0.0

    def test_a_use_over_midnight_is_there_on_both_sides_of_it(self):
        table = free(uses=[use(hours="22:00-02:00")])["taken"]
        assert table["weekday"].tolist() == [100.0, 100.0, *[0.0] * 20, 100.0, 100.0]

    def test_ground_nobody_measured_is_neither_free_nor_taken(self):
        table = free(usable_share=None)
        assert table.loc[("weekday", 3), ["free_low", "free_high"]].tolist() == [0.0, 400.0]

    def test_a_use_of_unknown_size_may_take_all_that_is_left(self):
        table = free(uses=[use(area_taken=None)])
        assert table.loc[("weekday", 7), ["free_low", "free_high"]].tolist() == [0.0, 200.0]

    def test_the_area_of_the_outline_counts_where_none_is_stated(self):
        assert free(area=100.0)["area"].iloc[0] == 100.0
        assert free()["area"].iloc[0] == 400.0

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.floats(0, 500), max_size=4), st.floats(0, 1))
    def test_more_uses_never_leave_more_ground(self, taken, share):
        uses = [use(use=f"u{n}", area_taken=area) for n, area in enumerate(taken)]
        before, after = free(usable_share=share), free(uses=uses, usable_share=share)
        assert (after["free_low"] <= before["free_low"]).all()
        assert (after["free_low"] >= 0).all()


class TestWhoGoesThere:
    def test_of_two_refuges_the_one_reached_sooner_is_the_first(self):
        place = street(facilities=[
            facility("near", "assembly_point", 20, 0), facility("far", "shelter", 100, 0, capacity=9),
        ])  # fmt: skip
        rows = pd.DataFrame([
            {"person": "p", "service": kind, "display": "general", "entrance": "A-1",
             "state": "covered", "reason": "", "facility": name, "time_pessimistic": time,
             "time_optimistic": time}
            for kind, name, time in (("shelter", "far", 90.0), ("assembly_point", "near", 20.0))
        ])  # fmt: skip
        found = first_refuge(rows, refuges(place["facilities"], place.catalogue))
        assert found[["ground", "time"]].to_numpy().tolist() == [["near", 20.0]]

    def test_whom_nothing_covers_goes_nowhere(self):
        place = street()
        rows = pd.DataFrame([{
            "person": "p", "service": "shelter", "display": "general", "entrance": "A-1",
            "state": "not_covered", "reason": "stairs", "facility": "s",
            "time_pessimistic": np.inf, "time_optimistic": np.inf,
        }])  # fmt: skip
        found = first_refuge(rows, refuges(place["facilities"], place.catalogue))
        assert found["ground"].tolist() == [""]

    def test_ten_residents_at_home_by_their_share_of_the_hour(self):
        people = pd.DataFrame([goer(f"p{n}") for n in range(10)])
        told = demand(people, CATALOGUE).set_index("hour")
        usual = CATALOGUE.presence["general", 2]
        assert told.loc[2, "persons"] == pytest.approx(10 * usual.value)
        assert told.loc[2, "persons_low"] == pytest.approx(10 * usual.low)
        assert told.loc[9, "persons"] == pytest.approx(10 * CATALOGUE.presence["general", 9].value)

    def test_who_may_come_only_raises_the_upper_bound(self):
        people = pd.DataFrame([goer("p"), goer("q", state="unknown")])
        told = demand(people, CATALOGUE).set_index("hour").loc[2]
        high = CATALOGUE.presence["general", 2].high
        assert told["persons"] == pytest.approx(CATALOGUE.presence["general", 2].value)
        assert told["persons_high"] == pytest.approx(2 * high)


def judged(area, n, low=None, standard="shelter_area_emergency"):
    people = pd.DataFrame([goer(f"p{i}") for i in range(n)])
    hours = by_hour(hours_of(area, low), demand(people, CATALOGUE))
    return verdicts(hours, CATALOGUE).set_index("standard").loc[standard]


class TestVerdict:
    def test_ten_people_need_five_m2_and_pass_on_them(self):
        assert judged(5.0, 10)["state"] == "pass"

    def test_the_hour_at_which_most_are_home_binds(self):
        row = judged(5.0, 10)
        most = max(range(24), key=lambda h: CATALOGUE.presence["general", h].value)
        assert (row["day"], row["hour"]) == ("weekday", most)
        assert row["m2_per_person"] == pytest.approx(
            5.0 / (10 * CATALOGUE.presence["general", most].value)
        )

    def test_four_m2_fail_for_ten_and_the_density_is_told(self):
        row = judged(4.0, 10)
        assert row["state"] == "fail"
        assert row["density"] == pytest.approx(row["persons"] / 4.0)
        assert row["n_hours_failed"] > 0

    def test_unknown_ground_is_unknown_where_it_decides(self):
        assert judged(50.0, 10, low=0.0)["state"] == "unknown"
        assert np.isnan(judged(50.0, 10, low=0.0)["m2_per_person"])

    def test_unknown_ground_fails_where_even_all_of_it_is_too_little(self):
        assert judged(3.0, 10, low=0.0)["state"] == "fail"

    def test_a_ground_nobody_goes_to_gets_no_verdict(self):
        assert len(verdicts(by_hour(hours_of(9.0), demand(pd.DataFrame([goer("p", where="")]),
                                                          CATALOGUE)), CATALOGUE)) == 0  # fmt: skip

    def test_every_standard_of_area_per_person_is_asked_and_says_whether_it_was_checked(self):
        people = pd.DataFrame([goer("p")])
        table = verdicts(by_hour(hours_of(9.0), demand(people, CATALOGUE)), CATALOGUE)
        asked = {c for c, one in CATALOGUE.standards.items() if one.unit == "m2/person"}
        assert set(table["standard"]) == asked
        assert not table["verified"].any()

    @settings(max_examples=30, deadline=None)
    @given(st.floats(0, 100), st.floats(0, 100))
    def test_more_ground_never_turns_a_pass_into_a_fail(self, one, other):
        order = ["fail", "unknown", "pass"]
        small, large = (judged(area, 10)["state"] for area in sorted((one, other)))
        assert order.index(small) <= order.index(large)


def out(people, area, low=None, standard="shelter_area_emergency"):
    goers = pd.DataFrame(people)
    hours = by_hour(hours_of(area, low), demand(goers, CATALOGUE))
    table = left_out(goers, hours, CATALOGUE, reference="general", level=0.95)
    return table[table["standard"] == standard].set_index("display")


class TestWhoIsLeftOut:
    def test_those_who_arrive_last_find_it_full(self):
        people = [goer(f"q{n}", time=10.0) for n in range(10)]
        people += [goer(f"s{n}", "stick_slow", time=500.0) for n in range(10)]
        table = out(people, 5.0)
        assert table.loc["stick_slow", "left"] > table.loc["general", "left"]
        assert table.loc["all", "placed"] == pytest.approx(10.0)
        assert table.loc["gap", "left_share"] > 0.5

    def test_those_of_one_time_share_the_last_places(self):
        table = out(
            [goer(f"q{n}") for n in range(5)] + [goer(f"s{n}", "stick_slow") for n in range(5)], 2.0
        )
        assert table.loc["general", "left_share"] == pytest.approx(
            table.loc["stick_slow", "left_share"]
        )

    def test_unknown_ground_leaves_a_range(self):
        row = out([goer(f"q{n}") for n in range(10)], 50.0, low=0.0).loc["all"]
        assert row["left"] == 0.0
        assert row["left_high"] == pytest.approx(row["present"])

    def test_nobody_is_lost_between_the_counts(self):
        people = [goer("a"), goer("b", state="unknown"), goer("c", where="", state="not_covered"),
                  goer("d", "wheelchair", where="", state="unknown", time=np.nan)]  # fmt: skip
        table = out(people, 0.25)
        parts = table[["placed", "left", "no_way", "unknown"]].sum(axis=1)
        rows = table.index != "gap"
        assert parts[rows].to_numpy() == pytest.approx(table.loc[rows, "present"].to_numpy())
        assert table.loc["all", "n"] == 4

    @settings(max_examples=15, deadline=None)
    @given(st.permutations(range(8)))
    def test_the_order_of_rows_changes_nothing(self, order):
        people = [
            goer(f"p{n}", "general" if n % 2 else "wheelchair", time=float(n // 3))
            for n in range(8)
        ]
        one, other = out(people, 2.0), out([people[n] for n in order], 2.0)
        pd.testing.assert_frame_equal(one.sort_index(), other.sort_index())

    def test_the_interval_holds_the_share(self):
        table = out([goer(f"q{n}", time=float(n)) for n in range(9)], 2.0)
        shown = table.drop(index="gap")
        assert (
            (shown["low"] <= shown["left_share"]) & (shown["left_share"] <= shown["high"])
        ).all()

    def test_the_fullest_moment_is_chosen_where_nobody_is_short(self):
        people = pd.DataFrame([goer("p")])
        hours = by_hour(hours_of(900.0), demand(people, CATALOGUE))
        most = max(range(24), key=lambda h: CATALOGUE.presence["general", h].value)
        assert worst_moment(hours, 0.5) == ("weekday", most)
