"""Coverage over the day: hours of gates and facilities, who is there, and the worst hour."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.community.drawn import facility, willow
from tests.space.street import covered, gate, people_of, street

from renlin.community.passage import is_open
from renlin.space.access.closing import closed
from renlin.space.access.hours import by_hour, over_the_day, patterns

CATALOGUE = willow().catalogue
PEOPLE = (("p", "h", "adult"), ("q", "g", "stick"))


def day(place, *, kinds=("shelter",), network=None, people=PEOPLE):
    return over_the_day(
        people_of(place, *people), network or place.network, place["facilities"], kinds, CATALOGUE
    )


def table(place, **how):
    found = by_hour(day(place, **how), CATALOGUE.presence, reference="general", level=0.95)
    return found.set_index(["service", "hour", "display"])


clock = st.tuples(st.integers(0, 23), st.integers(0, 23)).filter(lambda pair: pair[0] != pair[1])


@given(st.lists(clock, min_size=0, max_size=4))
@settings(max_examples=40, deadline=None)
def test_hours_of_one_pattern_open_the_same(pairs):
    texts = [f"{start:02d}:00-{stop:02d}:00" for start, stop in pairs]
    found = patterns([*texts, None, ""])
    assert set(found) == set(range(24))
    for hour, first in found.items():
        assert first <= hour
        assert all(is_open(text, hour) == is_open(text, first) for text in texts)
        same = [
            other
            for other in range(24)
            if all(is_open(text, hour) == is_open(text, other) for text in texts)
        ]
        assert first == min(same)


class TestByHand:
    def test_a_gate_shut_at_night_leaves_everybody_uncovered_at_night(self):
        found = table(street(gates=[gate(open_hours="06:00-22:00")]))
        share = found.xs("all", level="display")["covered_share"]["shelter"]
        assert share[5] == 0.0 == share[22]
        assert share[6] == 1.0 == share[21]
        worst = found.xs("all", level="display")["worst"]["shelter"]
        assert [hour for hour in range(24) if worst[hour]] == [0, 1, 2, 3, 4, 5, 22, 23]

    def test_a_clinic_counts_while_it_is_open(self):
        place = street(facilities=[facility("c", "clinic", 100, 0, open_hours="08:00-17:00")])
        share = table(place, kinds=("clinic",)).xs("all", level="display")["covered_share"]
        assert share["clinic"][8] == 1.0
        assert share["clinic"][17] == 0.0

    def test_without_hours_no_hour_is_worst(self):
        assert not table(street())["worst"].any()

    def test_each_hour_is_the_coverage_asked_for_that_hour(self):
        place = street(gates=[gate(open_hours="07:30-22:15")])
        found = day(place)
        states = found.states.set_index(["pattern", "person"])["state"]
        for hour in (0, 7, 8, 22, 23):
            asked = covered(place, *PEOPLE, hour=float(hour))["state"]
            at = found.pattern["shelter", hour]
            assert states[at].to_dict() == asked.to_dict()

    def test_who_is_expected_at_home_is_the_share_of_each_group(self):
        found = table(street())
        rate = CATALOGUE.presence
        adult, stick = rate["general", 10].value, rate["stick_slow", 10].value
        assert found.loc[("shelter", 10, "general"), "present"] == pytest.approx(adult)
        assert found.loc[("shelter", 10, "all"), "present"] == pytest.approx(adult + stick)

    def test_those_uncovered_are_counted_as_far_as_they_are_at_home(self):
        found = table(street(gates=[gate(open_hours="06:00-22:00")]))
        rate = CATALOGUE.presence["general", 3].value
        assert found.loc[("shelter", 3, "general"), "present_uncovered"] == pytest.approx(rate)
        assert found.loc[("shelter", 12, "general"), "present_uncovered"] == 0.0

    def test_a_way_the_scenario_closes_counts_at_every_hour(self):
        place = street()
        shut = closed(place.network, ["street"])
        share = table(place, network=shut).xs("all", level="display")["covered_share"]["shelter"]
        assert (share == 0.0).all()

    def test_the_three_states_are_everybody_at_every_hour(self):
        found = table(street(gates=[gate(open_hours="06:00-22:00")])).xs("all", level="display")
        assert (found[["covered", "not_covered", "unknown"]].sum(axis=1) == found["n"]).all()
        assert (found["n"] == 2).all()

    def test_no_service_gives_no_rows(self):
        assert len(table(street(), kinds=())) == 0
