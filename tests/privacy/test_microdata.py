"""Records are given away coarse enough for nobody to stand out, or not at all."""

import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.errors import PrivacyFault
from renlin.privacy.microdata import Bands, Bar, Kinds, released
from renlin.privacy.publishing import k_anonymity, l_diversity

STEPS = {"age": [Bands((20, 40)), Bands((40,))], "job": [Kinds({"cook": "food", "baker": "food"})]}
BAR = Bar(persons=2, households=1, values=2, left_out=0.0)


def records(*rows):
    table = pd.DataFrame(rows, columns=["age", "job", "ill"])
    return table.assign(household=[f"h{n}" for n in range(len(table))])


def test_records_are_made_coarser_only_as_far_as_it_takes():
    told = records((21, "cook", "x"), (22, "baker", "y"), (51, "cook", "x"), (52, "baker", "y"))
    made = released(told, STEPS, ["ill"], BAR)
    assert made.steps == {"age": 1, "job": 1}
    assert made.table.values.tolist() == [
        ["20-<40", "food", "x"], ["20-<40", "food", "y"],
        [">=40", "food", "x"], [">=40", "food", "y"],
    ]  # fmt: skip
    assert list(made.table.columns) == ["age", "job", "ill"]


def test_a_class_that_shares_its_sensitive_value_is_merged_on():
    told = records((21, "cook", "x"), (22, "cook", "x"), (51, "cook", "y"), (52, "cook", "y"))
    assert released(told, STEPS, ["ill"], BAR).steps == {"age": 3, "job": 0}


def test_persons_of_one_home_do_not_hide_one_another():
    told = records(*[(21, "cook", v) for v in "xyxy"]).assign(household="h")
    with pytest.raises(PrivacyFault):
        released(told, STEPS, ["ill"], Bar(2, 2, 2, 0.0))


def test_where_all_share_the_sensitive_value_nothing_is_given():
    with pytest.raises(PrivacyFault):
        released(records((21, "cook", "x"), (22, "cook", "x")), STEPS, ["ill"], BAR)
    with pytest.raises(PrivacyFault):
        released(records().astype(object), STEPS, ["ill"], BAR)


def test_a_few_who_stand_out_may_be_left_out_instead():
    told = records(*[(21, "cook", v) for v in "xyxyxyxyx"], (99, "judge", "x"))
    made = released(told, STEPS, ["ill"], Bar(2, 1, 2, 0.1))
    assert (made.steps, made.left_out, len(made.table)) == ({"age": 0, "job": 0}, 1, 9)


def test_a_missing_value_is_a_value_of_its_own():
    told = records((None, "cook", "x"), (None, "cook", None), (21, "cook", "x"), (21, "cook", "y"))
    made = released(told, STEPS, ["ill"], BAR)
    assert sorted(set(made.table["age"])) == ["21.0", "unknown"]


ROWS = st.lists(st.tuples(st.integers(18, 60), st.sampled_from(["cook", "baker", "judge"]),
                          st.sampled_from("xyz")), min_size=1, max_size=12)  # fmt: skip


@given(ROWS)
@settings(deadline=None, max_examples=60)
def test_what_is_given_meets_the_bar_and_no_fewer_steps_would(rows):
    """Every choice of steps is tried by hand, with its own way of making values coarse."""
    told = records(*rows)
    ages = [str, lambda a: "<20" if a < 20 else "20-<40" if a < 40 else ">=40",
            lambda a: "<40" if a < 40 else ">=40", lambda a: "*"]  # fmt: skip
    jobs = [str, lambda j: "food" if j in ("cook", "baker") else j, lambda j: "*"]
    fine = [
        a + j
        for a, j in itertools.product(range(4), range(3))
        for coarse in [told.assign(age=told["age"].map(ages[a]), job=told["job"].map(jobs[j]))]
        if k_anonymity(coarse, ["age", "job"]) >= 2
        and l_diversity(coarse, ["age", "job"], "ill") >= 2
    ]
    if not fine:
        with pytest.raises(PrivacyFault):
            released(told, STEPS, ["ill"], BAR)
        return
    made = released(told, STEPS, ["ill"], BAR)
    assert sum(made.steps.values()) == min(fine)
    assert k_anonymity(made.table, ["age", "job"]) >= 2
    assert l_diversity(made.table, ["age", "job"], "ill") >= 2
    assert len(made.table) == len(told)
