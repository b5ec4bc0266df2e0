"""Door, building, court, community, district: what each holds, passes up and keeps."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.community.drawn import box, building, drawn, entrance, facility, willow
from tests.space.street import ground

from renlin.catalogue.ground_kinds import LEVELS
from renlin.space.grounds.courts import courts, mobility, units
from renlin.space.grounds.tiers import balance, capacities
from renlin.space.grounds.usable import usable

CATALOGUE = willow().catalogue
NIGHT = 2
AT_HOME = CATALOGUE.presence["general", NIGHT].value


def unit(n, building="A", court="", display="general", sure="", possible=""):
    return {"building": building, "court": court, "display": display, "sure": sure,
            "possible": possible, "n": n}  # fmt: skip


def told(rows, held, function="gather"):
    """Return the balance at night by level, for everybody."""
    full = {level: held.get(level, {}) for level in LEVELS}
    table = balance(pd.DataFrame(rows), {(function, NIGHT): full}, CATALOGUE)
    return table[table["display"] == "all"].set_index("level")


def both(n):
    return (float(n), float(n))


class TestPassingUp:
    def test_what_a_court_cannot_hold_goes_to_the_community(self):
        table = told(
            [unit(100, court="c")], {"court": {"c": both(30)}, "community": {"all": both(40)}}
        )
        here = 100 * AT_HOME
        assert table.loc["court", "served_least"] == 30
        assert table.loc["community", "came_least"] == pytest.approx(here - 30)
        assert table.loc["district", "passed_least"] == pytest.approx(here - 70)

    def test_a_full_court_does_not_take_the_people_of_another(self):
        rows = [unit(100, court="c"), unit(10, court="d")]
        table = told(rows, {"court": {"c": both(30), "d": both(500)}})
        assert table.loc["court", "served_least"] == pytest.approx(30 + 10 * AT_HOME)

    def test_who_has_no_court_goes_straight_up(self):
        table = told([unit(100)], {"court": {"c": both(500)}, "community": {"all": both(500)}})
        assert table.loc["court", "served_least"] == 0
        assert table.loc["community", "served_least"] == pytest.approx(100 * AT_HOME)

    def test_who_cannot_go_down_stays_at_the_door_and_is_counted_there(self):
        table = told(
            [unit(10, sure="door", possible="door"), unit(10)], {"community": {"all": both(99)}}
        )
        assert table.loc["door", "stuck_least"] == pytest.approx(10 * AT_HOME)
        assert table.loc["community", "came_least"] == pytest.approx(10 * AT_HOME)

    def test_who_stays_in_the_court_has_its_places_first(self):
        rows = [unit(10, court="c", sure="court", possible="court"), unit(90, court="c")]
        table = told(rows, {"court": {"c": both(10)}})
        assert table.loc["court", "stuck_least"] == pytest.approx(0.0, abs=1e-9)
        short = told(rows, {"court": {"c": both(5)}})
        assert short.loc["court", "stuck_least"] == pytest.approx(10 * AT_HOME - 5)

    def test_of_whom_nobody_knows_stay_at_one_end_and_go_at_the_other(self):
        table = told([unit(10, possible="court")], {"community": {"all": both(99)}})
        assert table.loc["court", "stuck_least"] == pytest.approx(10 * AT_HOME)
        assert table.loc["court", "stuck_most"] == 0
        assert table.loc["community", "served_most"] == pytest.approx(10 * AT_HOME)

    def test_an_unknown_capacity_is_a_range(self):
        table = told([unit(10)], {"district": {"all": (0.0, 10.0)}})
        assert table.loc["district", "passed_least"] == pytest.approx(10 * AT_HOME)
        assert table.loc["district", "passed_most"] == pytest.approx(0.0, abs=1e-9)

    def test_groups_add_up_to_everybody(self):
        rows = [
            unit(10, court="c"),
            unit(4, court="c", display="wheelchair", sure="door", possible="door"),
        ]
        full = {level: {} for level in LEVELS} | {"court": {"c": both(5)}}
        table = balance(pd.DataFrame(rows), {("gather", NIGHT): full}, CATALOGUE)
        amounts = [
            c for c in table if c.rpartition("_")[0] in ("came", "served", "stuck", "passed")
        ]
        split = table[table["display"] != "all"].groupby("level")[amounts].sum()
        whole = table[table["display"] == "all"].set_index("level")[amounts]
        pd.testing.assert_frame_equal(split, whole.loc[split.index], check_exact=False)


@st.composite
def towns(draw):
    n = draw(st.integers(1, 8))
    stays = st.sampled_from(["", "door", "court"])
    rows = []
    for _ in range(n):
        sure = draw(stays)
        possible = sure or draw(stays)
        rows.append(
            unit(draw(st.integers(1, 40)), draw(st.sampled_from("AB")), draw(st.sampled_from(["", "c", "d"])),
                 draw(st.sampled_from(["general", "wheelchair"])), sure, possible)
        )  # fmt: skip
    held = {}
    for level, names in (("door", ["all"]), ("building", ["A", "B", "*"]), ("court", ["c", "d"]),
                         ("community", ["all"]), ("district", ["all"])):  # fmt: skip
        held[level] = {}
        for name in names:
            if draw(st.booleans()):
                least = draw(st.integers(0, 60))
                held[level][name] = (float(least), float(least + draw(st.integers(0, 60))))
    return rows, held


@settings(max_examples=60, deadline=None)
@given(towns())
def test_nobody_is_lost_or_made_between_the_levels(town):
    table = told(*town)
    for end in ("least", "most"):
        came, served, stuck, passed = (
            table[f"{a}_{end}"].loc[list(LEVELS)].to_numpy()
            for a in ("came", "served", "stuck", "passed")
        )
        assert served + stuck + passed == pytest.approx(came)
        assert came[1:] == pytest.approx(passed[:-1])
        here = sum(row["n"] * CATALOGUE.presence[row["display"], NIGHT].value for row in town[0])
        assert came[0] == pytest.approx(here)
        assert served.sum() + stuck.sum() + passed[-1] == pytest.approx(here)
        assert (np.array([served, stuck, passed]) >= -1e-9).all()
    assert table["served_most"].sum() >= table["served_least"].sum() - 1e-9


@settings(max_examples=30, deadline=None)
@given(towns(), st.integers(1, 50))
def test_more_room_in_the_community_never_leaves_more_people_over(town, more):
    rows, held = town
    wider = {
        **held,
        "community": {"all": tuple(x + more for x in held["community"].get("all", (0.0, 0.0)))},
    }
    assert told(rows, wider).loc["district", "passed_least"] <= (
        told(rows, held).loc["district", "passed_least"] + 1e-9
    )


class TestWhoGoesUp:
    def goers(self, state, reason):
        return pd.DataFrame([{"person": "p", "state": state, "reason": reason}])

    @pytest.mark.parametrize(
        ("state", "reason", "sure", "possible"),
        [
            ("covered", "", "", ""),
            ("not_covered", "stairs", "door", "door"),
            ("not_covered", "too_far", "court", "court"),
            ("unknown", "network_gap", "", "court"),
            ("unknown", "lift", "", "door"),
        ],
    )
    def test_where_a_resident_stays(self, state, reason, sure, possible):
        row = mobility(self.goers(state, reason)).iloc[0]
        assert (row["sure"], row["possible"]) == (sure, possible)

    def test_who_was_never_asked_about_may_stay(self):
        people = pd.DataFrame([{"person": "p", "display": "general", "entrance": None}])
        none = pd.DataFrame({"person": pd.Series([], dtype="str"), "state": "", "reason": ""})
        homes = pd.DataFrame({"building": pd.Series(dtype="str"), "court": pd.Series(dtype="str")})
        row = units(people, none, homes).iloc[0]
        assert (row["building"], row["court"], row["sure"], row["possible"], row["n"]) == (
            "",
            "",
            "",
            "court",
            1,
        )


def place(**rows):
    usual = {
        "buildings": [building("A", 0, 4), building("B", 200, 4)],
        "entrances": [entrance("A-1", "A", 0, 4), entrance("B-1", "B", 200, 4)],
        "spaces": [ground(space="yard", kind="courtyard", geometry=box(-10, -20, 10, 0),
                          usable_share=0.5, emergency_use="allowed")],
    }  # fmt: skip
    return drawn(**(usual | rows))


def held(made, function="gather", hour=NIGHT, n=50):
    free = usable(made["spaces"], made["uses"])
    return capacities(
        free, made["spaces"], made["facilities"], made["buildings"], n, made.catalogue
    )[function, hour]


class TestCapacities:
    def test_a_door_belongs_to_the_court_beside_it_and_a_far_one_to_none(self):
        made = place()
        assert courts(made["entrances"], made["spaces"], made.catalogue)["court"].tolist() == [
            "yard",
            "",
        ]

    def test_a_yard_of_200_usable_m2_gathers_400(self):
        assert held(place())["court"] == {"yard": (400.0, 400.0)}

    def test_a_yard_nobody_decided_about_may_hold_nobody_and_a_forbidden_one_surely_does(self):
        def yard(use):
            return held(place(spaces=[ground(space="yard", kind="courtyard", geometry=box(-10, -20, 10, 0),
                                             usable_share=0.5, emergency_use=use)]))["court"]["yard"]  # fmt: skip

        assert yard("undecided") == (0.0, 400.0)
        assert yard("forbidden") == (0.0, 0.0)

    def test_a_clinic_closed_at_night_holds_nobody(self):
        made = place(
            facilities=[facility("k", "clinic", 0, 0, capacity=30, open_hours="08:00-17:00")]
        )
        assert held(made, "clinic", 2)["community"] == {}
        assert held(made, "clinic", 9)["community"] == {"all": (30.0, 30.0)}

    def test_a_clinic_of_unknown_size_may_hold_nobody_or_everybody(self):
        made = place(facilities=[facility("k", "clinic", 0, 0)])
        assert held(made, "clinic")["community"] == {"all": (0.0, 50.0)}

    def test_a_toilet_serves_its_court_and_one_without_a_court_the_community(self):
        made = place(
            facilities=[facility("near", "toilet", 0, -5), facility("far", "toilet", 300, 0)]
        )
        found = held(made, "toilets")
        assert found["court"] == {"yard": (20.0, 50.0)}
        assert found["community"] == {"all": (20.0, 50.0)}

    def test_ground_that_counts_is_not_counted_again_as_a_shelter(self):
        made = place(
            spaces=[
                ground(
                    space="school", kind="school_yard", usable_share=1.0, emergency_use="allowed"
                )
            ],
            facilities=[facility("s", "shelter", 100, 0, capacity=900, space="school")],
        )
        assert held(made, "shelter")["community"] == {"all": (266.0, 266.0)}

    def test_a_district_nobody_counted_may_hold_everybody(self):
        assert held(place())["district"] == {"all": (0.0, 50.0)}
