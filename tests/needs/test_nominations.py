"""Whom residents can call on, by their own word: it moves capacity, and unknown stays unknown."""

import pandas as pd
import pytest

from renlin.needs import identify

CODE = "helpers_within_30min"


@pytest.fixture
def ask(willow):
    """Return Willow where these answers were given: (person, answer, other, day) each."""

    def asked(*rows, direction="to_person"):
        table = willow["nominations"]
        made = pd.DataFrame(
            [
                {"nomination": f"x{n}", "person": person, "kind": "help_soon", "answer": answer,
                 "other": other, "direction": direction, "held_on": pd.Timestamp(day),
                 "source": "visit"}
                for n, (person, answer, other, day) in enumerate(rows)
            ],
            columns=table.columns,
        ).astype(table.dtypes.to_dict())  # fmt: skip
        return willow.with_tables(nominations=made)

    return asked


def test_a_household_counts_whom_its_members_named_each_once(ask, value):
    place = ask(
        ("he-1", "resident", "wu", "2026-10-10"),
        ("he-2", "resident", "wu", "2026-10-10"),
        ("he-2", "resident", "lin", "2026-10-10"),
        ("he-2", "outside", None, "2026-10-10"),
    )
    assert value(place, "he-1", CODE) == 3.0


def test_nobody_is_none_and_not_asked_is_unknown(ask, value):
    place = ask(("zhao", "nobody", None, "2026-10-10"))
    assert value(place, "zhao", CODE) == 0.0
    assert value(place, "wang", CODE) is None


def test_no_answer_is_unknown(ask, value, state):
    place = ask(("zhao", "silent", None, "2026-10-10"))
    assert value(place, "zhao", CODE) is None
    assert state(place, "hu-zhao", CODE) == "unknown"


def test_a_member_of_the_own_household_comes_from_nowhere(ask, value):
    assert value(ask(("he-1", "resident", "he-2", "2026-10-10")), "he-1", CODE) == 0.0


def test_who_says_she_would_help_makes_nobody_safe(ask, value):
    place = ask(("wu", "resident", "zhao", "2026-10-10"), direction="to_other")
    assert value(place, "zhao", CODE) is None


def test_the_newest_day_counts_and_old_answers_expire(ask, value):
    place = ask(("zhao", "resident", "wu", "2026-08-01"), ("zhao", "nobody", None, "2026-10-10"))
    assert value(place, "zhao", CODE) == 0.0
    assert value(ask(("zhao", "resident", "wu", "2025-08-01")), "zhao", CODE) is None


def test_somebody_to_call_on_raises_capacity_and_nobody_lowers_it(ask):
    def capacity(*rows):
        table = identify(ask(*rows)).profiles.table.set_index("person")
        return table.loc["zhao", ["response", "adaptive"]].tolist()

    unknown = capacity()
    some = capacity(("zhao", "resident", "wu", "2026-10-10"))
    none = capacity(("zhao", "nobody", None, "2026-10-10"))
    assert some[0] > none[0]
    assert some[0] >= unknown[0] >= none[0]
    assert some[1] > none[1]


def test_saying_nobody_never_lowers_how_urgent_somebody_is(ask):
    before, after = (
        identify(place).tiers.table.set_index("person")
        for place in (ask(), ask(("zhao", "nobody", None, "2026-10-10")))
    )
    assert (after["sure"] <= before["sure"]).all()
    assert (after["possible"] <= before["possible"]).all()
