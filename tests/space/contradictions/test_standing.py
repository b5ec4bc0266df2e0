"""What people decide on a contradiction is written, dated, undone, and never lost."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.community.drawn import drawn, entrance, willow
from tests.space.contradictions.clashing import clash
from tests.space.needs_fixture import needs
from tests.space.street import ground, street

from renlin.errors import DataFault
from renlin.space.contradictions.deciding import Decision, decided, undone
from renlin.space.contradictions.standing import history, newest, standing

KEY, SEEN, TODAY = "no_manager:square", pd.Timestamp("2026-09-01"), pd.Timestamp("2026-11-01")
FOUND = pd.DataFrame({"contradiction": [KEY], "observed_on": [SEEN]})
EMPTY = drawn()["objections"]


def said(action="closed", day="2026-10-01", key=KEY, **words):
    known = {"role": "社区主任", "reason": "定了街道", "evidence": "纪要 3"} | words
    return Decision(key, action, day=pd.Timestamp(day), **known)


def written(*decisions):
    made = EMPTY
    for decision in decisions:
        made = decided(made, decision, FOUND, today=TODAY)
    return made


def stands(objections, seen=SEEN):
    return standing(FOUND["contradiction"], pd.Series([seen]), objections).iloc[0]


def test_nothing_said_is_open():
    assert stands(EMPTY) == "open"


def test_a_role_contests_and_another_closes_and_the_newest_stands():
    made = written(said("contested", "2026-09-15"), said("closed", "2026-10-01"))
    assert stands(made) == "closed"
    assert history(made, pd.Series({KEY: "closed"}))["outcome"].tolist() == ["replaced", "closed"]


def test_what_is_seen_later_than_its_closing_is_open_again():
    made = written(said("closed", "2026-10-01"))
    assert stands(made, pd.Timestamp("2026-10-01")) == "closed"
    assert stands(made, pd.Timestamp("2026-10-02")) == "reopened"


def test_an_undone_decision_stays_on_record_and_has_no_effect():
    made = written(said("closed"))
    taken_back = undone(made, made["objection"].iloc[0])
    assert len(taken_back) == 1
    assert stands(taken_back) == "open"
    assert history(taken_back, pd.Series({KEY: "open"}))["outcome"].tolist() == ["undone"]


def test_a_decision_whose_contradiction_the_rules_no_longer_find_is_told():
    made = written(said("closed"))
    told = history(made, pd.Series(dtype="object"))
    assert told["outcome"].tolist() == ["no_longer_found"]


@given(st.lists(st.sampled_from(["contested", "closed"]), min_size=1, max_size=5))
def test_only_one_decision_stands_and_every_one_is_kept(actions):
    made = pd.concat(
        [
            written(said(action, f"2026-10-{day:02d}"))
            for day, action in enumerate(actions, start=1)
        ],
        ignore_index=True,
    )
    assert len(newest(made)) == 1
    assert newest(made)["action"].tolist() == actions[-1:]
    assert len(history(made, pd.Series({KEY: "closed"}))) == len(actions)


FAULTS = [
    (said(key="no_manger:square"), "contradiction"),
    (said(role=" "), "role"),
    (said(reason=""), "reason"),
    (said(evidence=""), "evidence"),
    (said(day="2026-11-02"), "decided_on"),
    (said(day="2026-08-31"), "decided_on"),
    (said(action="gone"), "action"),
]


@pytest.mark.parametrize(("decision", "column"), FAULTS)
def test_a_decision_that_cannot_stand_is_refused_by_its_column(decision, column):
    with pytest.raises(DataFault) as error:
        decided(EMPTY, decision, FOUND, today=TODAY)
    assert [fault.column for fault in error.value.faults] == [column]


def test_all_faults_of_a_decision_are_told_at_once():
    wrong = said(key="x", role="", reason="", evidence="", day="2030-01-01")
    with pytest.raises(DataFault) as error:
        decided(EMPTY, wrong, FOUND, today=TODAY)
    columns = {fault.column for fault in error.value.faults}
    assert columns == {"contradiction", "role", "reason", "evidence", "decided_on"}


def test_the_same_decision_is_not_written_twice_and_an_unknown_one_not_undone():
    made = written(said())
    with pytest.raises(DataFault, match="on record"):
        decided(made, said(), FOUND, today=TODAY)
    with pytest.raises(DataFault, match="o-"):
        undone(made, "o-unknown")


def test_to_contest_needs_no_proof():
    assert stands(written(said("contested", evidence=""))) == "contested"


class TestInAPlace:
    PEOPLE = (("a", "h", "adult"), ("b", "g", "stick"))

    def found(self, place):
        return clash(place, needs(place, *self.PEOPLE))

    def closing(self, key, day):
        row = {"objection": "o-1", "contradiction": key, "action": "closed", "role": "街道",
               "decided_on": day, "reason": "定了", "evidence": "纪要", "state": "active"}  # fmt: skip
        return [row]

    def test_what_is_closed_comes_last_and_nobody_bears_it(self):
        key = "no_manager:square"
        before = self.found(street(spaces=[ground()]))
        after = self.found(street(spaces=[ground()], objections=self.closing(key, "2026-12-31")))
        row = after.contradictions.table.set_index("contradiction").loc[key]
        assert row["standing"] == "closed"
        assert row["rank"] == len(after.contradictions.table)
        told = set(after.contradiction_people.table["contradiction"])
        assert key in set(before.contradiction_people.table["contradiction"])
        assert key not in told
        assert after.objections.table["outcome"].tolist() == ["closed"]

    def test_a_later_observation_opens_it_again(self):
        place = street(
            spaces=[ground(observed_on="2026-10-10")],
            objections=self.closing("no_manager:square", "2026-10-01"),
        )
        row = (
            self.found(place)
            .contradictions.table.set_index("contradiction")
            .loc["no_manager:square"]
        )
        assert row["standing"] == "reopened"

    def test_a_decision_on_what_is_no_longer_there_is_kept(self):
        place = street(objections=self.closing("no_manager:gone", "2026-10-01"))
        assert self.found(place).objections.table["outcome"].tolist() == ["no_longer_found"]


class TestWhatWorkshopsSay:
    def stated(self, **facts):
        row = {"correction": "c1", "workshop": "w", "kind": "space", "subject": "A-1", "field": "handrail",
               "is": "none", "n_asked": 10, "n_yes": 9, "method": "看", "held_on": "2026-10-01",
               "signed_by": "主持人", "why": "看过", "state": "active"}  # fmt: skip
        return [row | facts]

    def door(self, corrections, **facts):
        place = street(
            entrances=[entrance("A-1", "A", 0, 4, handrail="both", **facts)],
            corrections=corrections,
        )
        found = clash(place, needs(place, ("a", "h", "stick"))).contradictions.table
        return found.set_index("contradiction")

    def test_a_newer_statement_stands_for_the_layer_and_is_the_evidence(self):
        row = self.door(self.stated()).loc["need_unmet:A-1:handrail_slow"]
        assert row["source"] == "workshop"
        assert row["evidence"] == "entrances/A-1; corrections/c1"
        assert 0 < row["confidence"] <= 0.9

    @pytest.mark.parametrize(
        ("statement", "facts"),
        [
            ({"n_yes": 5}, {}),
            ({"state": "undone"}, {}),
            ({}, {"observed_on": "2026-10-02"}),
        ],
    )
    def test_a_minority_an_undone_one_and_an_older_one_do_not(self, statement, facts):
        table = self.door(self.stated(**statement), **facts)
        assert "need_unmet:A-1:handrail_slow" not in table.index

    def test_words_that_fit_no_column_are_a_row_of_their_own(self):
        table = self.door(self.stated(**{"field": "noise", "is": "整夜响"}))
        row = table.loc["told_by_residents:A-1:c1"]
        assert (row["source"], row["dimension"], row["persons"]) == ("workshop", "use", 1)
        assert "整夜响" not in " ".join(map(str, row))


def test_older_rows_are_less_sure():
    day = willow().settings.survey_date
    fresh = street(spaces=[ground(observed_on=f"{day}")])
    old = street(spaces=[ground(observed_on="2020-01-01")])
    sure = [
        clash(place, needs(place, ("a", "h", "adult")))
        .contradictions.table.set_index("contradiction")
        .loc["no_manager:square", "confidence"]
        for place in (fresh, old)
    ]
    assert sure[0] == 1.0 > sure[1]
