"""Who is there: day and night with bounds; who came, who left; nobody vanishes."""

import pandas as pd
import pytest

from renlin.catalogue.models import Value
from renlin.needs.population import HOURS, population, records_of

DAY = pd.Timestamp("2026-11-01")


def rate(value, low, high):
    return Value(value=value, low=low, high=high, unit="share", source="assumption")


PRESENCE = {
    ("tenant", hour): rate(0.2 if hour in HOURS["day"] else 0.8, 0.1, 0.9) for hour in range(24)
}


def people(n, stale=0, display="tenant", other=""):
    ids = [f"p{number}" for number in range(n)]
    profiles = pd.DataFrame({"person": ids, "display": display, "display_possible": other})
    return profiles, pd.DataFrame({"person": ids, "stale": [number < stale for number in range(n)]})


def test_expectation_and_bounds_are_sums_of_shares():
    table = population(*people(10), PRESENCE).set_index(["period", "display"])
    day, night = table.loc[("day", "tenant")], table.loc[("night", "tenant")]
    assert (day["persons"], night["persons"]) == (pytest.approx(2.0), pytest.approx(8.0))
    assert (day["low"], day["high"]) == (pytest.approx(1.0), pytest.approx(9.0))
    assert table.loc[("day", "all"), "n"] == 10


def test_a_stale_record_widens_the_interval_and_is_counted():
    row = (
        population(*people(10, stale=4), PRESENCE)
        .set_index(["period", "display"])
        .loc[("day", "tenant")]
    )
    assert (row["n_unknown"], row["low"], row["high"]) == (
        4,
        pytest.approx(0.6),
        pytest.approx(9.0),
    )


def test_a_group_without_rates_is_bounded_by_nobody_and_all():
    row = population(*people(5, display="new"), PRESENCE).iloc[0]
    assert pd.isna(row["persons"])
    assert (row["low"], row["high"]) == (0.0, 5.0)


def test_who_may_belong_to_another_group_is_counted_as_undecided():
    row = population(*people(3, other="tenant;over_80"), PRESENCE).iloc[0]
    assert row["n_undecided"] == 3
    assert population(*people(3, other="tenant"), PRESENCE).iloc[0]["n_undecided"] == 0


def test_groups_sum_to_all_on_willow(found):
    table = found.population.table
    for _, part in table.groupby("period"):
        whole = part[part["display"] == "all"].iloc[0]
        groups = part[part["display"] != "all"]
        for column in ("n", "persons", "low", "high", "n_unknown"):
            assert groups[column].sum() == pytest.approx(whole[column])
    assert (table["low"] <= table["persons"]).all()
    assert (table["persons"] <= table["high"]).all()


def test_willows_two_tenants_are_fewer_by_day(found):
    table = found.population.table.set_index(["period", "display"])["persons"]
    assert table["day", "tenant"] == pytest.approx(
        2 * (2 * 0.75 + 4 * 0.25 + 2 * 0.3 + 4 * 0.3 + 4 * 0.6) / 16
    )
    assert table["night", "tenant"] == pytest.approx(2 * (2 * 0.8 + 6 * 0.85) / 8)


def history(**changes):
    row = {
        "person": "p1", "household": "h1", "origin": "registered", "until": pd.NaT,
        "since": pd.Timestamp("2020-01-01"), "seen_on": pd.Timestamp("2026-10-01"),
    }  # fmt: skip
    persons = pd.DataFrame([row | changes])
    for column in ("since", "until", "seen_on"):
        persons[column] = persons[column].astype("datetime64[s]")
    homes = pd.DataFrame({"household": ["h1"], "origin": ["unregistered"]})
    links = pd.DataFrame({"person": ["p1"], "file": ["police.csv"], "row": [7]})
    place = {"persons": persons, "households": homes, "links": links}
    return records_of(place, DAY, 365.0).iloc[0]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "present"),
        ({"until": pd.Timestamp("2026-10-31")}, "left"),
        ({"until": pd.Timestamp("2026-11-01")}, "present"),
        ({"since": pd.Timestamp("2026-11-02")}, "expected"),
    ],
)
def test_arrivals_and_departures_are_kept_with_their_dates(changes, state):
    assert history(**changes)["state"] == state


def test_a_record_has_an_age_and_one_without_any_date_is_stale():
    assert (history()["record_days"], history()["stale"]) == (31, False)
    assert history(seen_on=pd.Timestamp("2025-10-31"))["stale"]
    assert not history(seen_on=pd.Timestamp("2025-11-01"))["stale"]
    undated = history(seen_on=pd.NaT)
    assert pd.isna(undated["record_days"])
    assert undated["stale"]
    assert undated["household_origin"] == "unregistered"
    assert (undated["file"], undated["row"]) == ("police.csv", 7)
