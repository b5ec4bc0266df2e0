"""From everyday to emergency: who converts, how long it takes, what the simulator makes of it."""

import numpy as np
import pytest
from pydantic import ValidationError
from tests.community.drawn import willow
from tests.space.street import ground, street

from renlin.catalogue.ground_kinds import Conversion
from renlin.community.scheme import apply
from renlin.errors import SchemeFault
from renlin.space.grounds.assess import LUCK, _around
from renlin.space.grounds.conversion import as_scheme, convert

PLAN = {"conversion": "v", "space": "square", "template": "parking_cleared", "area": 300.0,
        "crew_day": 4, "crew_night": 2, "arrival_day": 5.0, "arrival_night": 20.0,
        "by": "停车公司", "source": "踏勘"}  # fmt: skip


def place(space=None, **facts):
    known = {"kind": "parking", "usable_share": 0.2, "entrance_width": 4.0}
    return street(spaces=[ground(**(known | (space or {})))], conversions=[PLAN | facts])


def done(made, seed=LUCK):
    return convert(made["conversions"], made["spaces"], _around(made), made.catalogue, seed=seed)


def plan(period="day", space=None, **facts):
    return done(place(space, **facts)).plans.set_index("period").loc[period]


class TestPlans:
    def test_the_critical_path_of_a_car_park_is_call_move_tow(self):
        row = plan()
        assert row["critical_minutes"] == 5 + 15 + 25 + 40
        assert row["crew_minutes"] == 85.0
        assert row["proof"] == "optimal"

    def test_two_people_at_night_come_later_and_cannot_tow_and_mark_at_once(self):
        row = plan("night")
        assert row["critical_minutes"] == 100.0
        assert row["crew_minutes"] == 20 + 15 + 25 + 8 + 40

    def test_nine_of_ten_take_no_longer_than_p90_and_it_lies_above_the_median(self):
        row = plan()
        assert row["p10"] < row["p50"] < row["p90"]
        steps = done(place()).steps.query("period == 'day'")
        assert steps["finish_p90"].max() <= row["p90"] + 1e-9

    def test_the_same_seed_gives_the_same_times_and_another_seed_others(self):
        assert plan()["p90"] == plan()["p90"]
        other = done(place(), seed=2).plans.set_index("period").loc["day"]
        assert other["p90"] != plan()["p90"]
        assert other["p90"] == pytest.approx(plan()["p90"], rel=0.05)

    def test_one_person_cannot_do_what_takes_two(self):
        row = plan(crew_day=1)
        assert (row["state"], row["crew_needed"]) == ("crew_short", 2.0)
        assert np.isnan(row["p90"])

    def test_an_unknown_crew_gives_no_time(self):
        assert plan(crew_day=None)["state"] == "crew_unknown"
        assert plan(arrival_day=None)["state"] == "crew_unknown"

    def test_a_tow_truck_that_does_not_fit_through_the_way_in_stops_the_plan(self):
        assert plan(space={"entrance_width": 3.0})["state"] == "no_access"
        assert plan(space={"entrance_width": 3.5})["access"] == "yes"

    def test_an_unmeasured_way_in_leaves_access_unknown(self):
        from tests.community.drawn import walk

        made = street(
            spaces=[ground(kind="parking", usable_share=0.2)], conversions=[PLAN],
            way=[walk("street", (0, 0), (100, 0), width=None)],
        )  # fmt: skip
        assert set(done(made).plans["access"]) == {"unknown"}

    def test_a_plan_for_another_kind_of_ground_is_none(self):
        assert plan(space={"kind": "hall"})["state"] == "wrong_kind"

    def test_without_a_stated_area_what_is_surely_usable_counts(self):
        row = plan(area=None, space={"usable_share": None})
        assert (row["area"], row["area_high"], row["persons"]) == (0.0, 400.0, 0.0)

    def test_ground_opens_step_by_step_until_all_of_it_is_open(self):
        steps = done(place()).steps.query("period == 'day'").sort_values("finish")
        assert steps["area_open"].is_monotonic_increasing
        assert steps["area_open"].iloc[-1] == 300.0
        assert steps.set_index("step").loc["move", "persons_open"] == 0.6 * 300 / 0.5

    def test_no_plan_no_row(self):
        made = street(spaces=[ground()])
        assert len(done(made).plans) == len(done(made).steps) == 0


class TestTemplates:
    TIMES = {"value": 2.0, "low": 1.0, "high": 3.0, "unit": "min", "source": "assumption"}

    def made(self, **steps):
        step = {
            "zh": "步",
            "en": "step",
            "minutes": self.TIMES,
            "crew": 1,
            "role_zh": "人",
            "role_en": "who",
        }
        return Conversion(code="c", zh="转", en="turn", source="assumption", kinds=[],
                          steps={code: step | facts for code, facts in steps.items()})  # fmt: skip

    def test_steps_that_wait_for_each_other_are_refused(self):
        with pytest.raises(ValidationError, match="circle"):
            self.made(a={"after": ["b"], "opens": 1.0}, b={"after": ["a"]})

    def test_a_step_that_waits_for_a_stranger_is_refused(self):
        with pytest.raises(ValidationError, match="unknown"):
            self.made(a={"after": ["z"], "opens": 1.0})

    def test_shares_that_do_not_open_the_whole_ground_are_refused(self):
        with pytest.raises(ValidationError, match="sum to 1"):
            self.made(a={"opens": 0.5})

    def test_times_in_the_wrong_order_are_refused(self):
        with pytest.raises(ValidationError, match="low <= value"):
            self.made(a={"opens": 1.0, "minutes": self.TIMES | {"value": 9.0}})

    def test_every_shipped_plan_can_be_done_by_ten(self):
        for code, template in willow().catalogue.conversions.items():
            row = plan(template=code, crew_day=10, space={"kind": template.kinds[0]})
            assert row["state"] == "ready", code


class TestTheClock:
    """Willow's school ground: the only shelter, now with a plan of conversion."""

    def converted(self, minutes=None):
        made = willow()
        spaces = made["spaces"].assign(entrance_width=6.0, opening_minutes=minutes)
        row = PLAN | {"space": "ground", "template": "school_yard_opened"}
        drawn = street(spaces=[ground()], conversions=[PLAN])["conversions"]
        plans = drawn.assign(**{k: v for k, v in row.items() if k in drawn})
        return made.with_tables(spaces=spaces, conversions=plans)

    def test_the_scheme_sets_opening_minutes_to_the_p90_of_the_hour(self):
        made = self.converted(5.0)
        plans = done(made).plans
        for night in (False, True):
            after = apply(as_scheme(plans, made["spaces"], night=night), made)
            p90 = plans.set_index("period").loc["night" if night else "day", "p90"]
            assert after["spaces"].set_index("space").loc[
                "ground", "opening_minutes"
            ] == pytest.approx(p90, abs=0.05)

    def test_a_plan_that_cannot_start_moves_nothing(self):
        made = self.converted(5.0)
        plans = done(made).plans.assign(state="crew_short")
        assert as_scheme(plans, made["spaces"], night=True).edit == ()

    def test_a_scheme_drawn_for_another_opening_time_is_refused(self):
        made = self.converted(5.0)
        scheme = as_scheme(done(made).plans, made["spaces"], night=True)
        with pytest.raises(SchemeFault):
            apply(scheme, self.converted(7.0))
