"""Complete lists: not being on one is knowledge, with a source and a date."""

import pandas as pd
import pytest


@pytest.fixture
def vouch(willow):
    """Return Willow with a disability list that its holder vouches for."""

    def vouched(indicator="vision_level", value="5", *, named=(), doubtful=(), day="2026-10-01"):
        row = {
            "vouched": "v1", "register": "disability", "file": "disability.xlsx",
            "indicator": indicator, "value": value, "as_of": pd.Timestamp(day),
        }  # fmt: skip
        more = {name: None for name in willow["vouched"].columns if name not in row}
        table = pd.DataFrame([row | more], columns=willow["vouched"].columns)
        changed = {"vouched": table.astype(willow["vouched"].dtypes.to_dict())}
        for name, persons in (("links", named), ("doubtful", doubtful)):
            columns = willow[name].columns
            rows = [
                dict.fromkeys(columns)
                | {
                    columns[0]: f"r{n}",
                    "person": person,
                    "file": "disability.xlsx[Sheet1]",
                    "row": n + 2,
                }
                for n, person in enumerate(persons)
            ]
            made = pd.DataFrame(rows, columns=columns).astype(willow[name].dtypes.to_dict())
            changed[name] = made
        return willow.with_tables(**changed)

    return vouched


def test_who_is_not_on_a_complete_list_is_known_not_to_be(vouch, learned, value):
    place = vouch(named=["wang"])
    assert value(place, "wu", "vision_level") == 5
    evidence = learned(place).evidence
    row = evidence[(evidence["subject"] == "wu") & (evidence["indicator"] == "vision_level")].iloc[
        0
    ]
    assert (row["source"], row["file"], row["fact"]) == (
        "disability: not listed", "disability.xlsx", "v1",
    )  # fmt: skip


def test_who_is_named_or_may_be_named_is_not_concluded_about(vouch, value):
    place = vouch(named=["wu"], doubtful=["feng-1"])
    assert value(place, "wu", "vision_level") is None
    assert value(place, "feng-1", "vision_level") is None


def test_a_list_of_the_registered_says_nothing_of_the_unregistered(vouch, value):
    assert value(vouch(), "chen-1", "vision_level") is None


def test_absence_never_speaks_against_what_somebody_stated(vouch, value):
    place = vouch("lives_alone", "false")
    assert value(place, "lin", "lives_alone") is True
    assert value(place, "wang", "lives_alone") is None


def test_an_old_list_has_expired_like_any_evidence(vouch, state):
    assert state(vouch(day="2024-01-01"), "wu", "vision_level") == "expired"


def test_a_household_is_silent_only_when_none_of_its_residents_is_named(vouch, value):
    place = vouch("has_kit", "no", named=["sun-3"])
    assert value(place, "sun-1", "has_kit") is None
    assert value(place, "feng-1", "has_kit") is False
