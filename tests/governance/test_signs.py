"""What a household needs and takes, in pictograms, and only what is surely so."""

import pandas as pd
from tests.governance.planted import needs_of, profile, street

from renlin.governance.signs import needs_of as signs_of
from renlin.governance.signs import take_of
from renlin.report.pictograms import ALIASES, names


def found(*profiles, told=None):
    needs = needs_of(street(), *profiles, told=told)
    return needs.indicators.table, needs.profiles.table


def test_who_is_carried_in_a_wheelchair_and_breathes_by_a_device_shows_both():
    tables = found(
        profile("p-h", "h", needs_help="carry", helpers=2),
        told={"p-h": {"walking_aid": "wheelchair_pushed", "power_device": "concentrator"}},
    )
    assert signs_of(*tables)["h"] == ("wheelchair", "oxygen-device")
    assert take_of(tables[0], pd.Series(["h"]))["h"] == ("oxygen", "medicine", "phone")


def test_who_is_carried_without_a_wheelchair_shows_the_stair():
    tables = found(profile("p-h", "h", needs_help="carry", helpers=2))
    assert signs_of(*tables)["h"] == ("stairs-down",)


def test_signs_of_all_residents_of_a_household_come_together_the_most_pressing_first():
    tables = found(
        profile("a", "h", display="general"), profile("b", "h", needs_help="assist", helpers=1),
        told={"a": {"hearing_level": 1, "age": 1}, "b": {"vision_level": 2}},
    )  # fmt: skip
    assert signs_of(*tables)["h"] == ("walking-stick", "blind", "deaf", "infant")


def test_what_is_not_known_is_not_shown_and_takes_the_usual_three():
    tables = found(profile("p-h", "h"))
    assert signs_of(*tables) == {}
    assert take_of(tables[0], pd.Series(["h"]))["h"] == ("medicine", "phone", "water")


def test_no_impairment_is_no_sign():
    tables = found(profile("p-h", "h"), told={"p-h": {"vision_level": 5, "hearing_level": 5}})
    assert signs_of(*tables) == {}


def test_a_device_that_does_not_breathe_asks_for_no_oxygen():
    tables = found(profile("p-h", "h"), told={"p-h": {"power_device": "home_dialysis"}})
    assert signs_of(*tables) == {}
    assert "oxygen" not in take_of(tables[0], pd.Series(["h"]))["h"]


def test_every_sign_and_thing_to_take_has_a_pictogram():
    signs = {"wheelchair", "stairs-down", "walking-stick", "oxygen-device", "blind", "deaf", "help",
             "infant", "pregnant"}  # fmt: skip
    things = {"oxygen", "infant", "medicine", "phone", "water"}
    known = names() | set(ALIASES)
    assert (signs | things) - known == set()
