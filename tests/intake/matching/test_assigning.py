"""Who stands together is settled from the most likely pair down."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from renlin.intake.matching.assigning import assigned, grouped, settled, with_implied


def pairs(*rows):
    frame = pd.DataFrame(rows, columns=["row_a", "row_b", "probability"])
    by = ["probability", "row_a", "row_b"]
    return frame.sort_values(by, ascending=[False, True, True]).reset_index(drop=True)


def listed(frame):
    return list(zip(frame["row_a"], frame["row_b"], strict=True))


def test_each_record_keeps_its_best_partner():
    found = assigned(pairs((0, 0, 0.99), (0, 1, 0.98), (1, 0, 0.97), (1, 1, 0.6)), "one_to_one")
    assert listed(found) == [(0, 0), (1, 1)]


def test_one_to_many_lets_a_keep_several_and_b_one():
    found = assigned(pairs((0, 0, 0.99), (0, 1, 0.98), (1, 1, 0.97)), "one_to_many")
    assert listed(found) == [(0, 0), (0, 1)]


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), unique=True, max_size=30))
def test_one_to_one_never_uses_a_record_twice(keys):
    found = assigned(pairs(*((a, b, 0.9) for a, b in keys)), "one_to_one")
    assert found["row_a"].is_unique
    assert found["row_b"].is_unique


def test_records_that_follow_from_two_sure_pairs_are_one_group():
    scored = pairs((0, 1, 0.99), (1, 2, 0.98), (0, 2, 0.6))
    groups, implied = grouped(scored, 4, merge=0.95, chain=0.5)
    assert groups.tolist() == [0, 0, 0, 3]
    made = with_implied(scored.assign(implied=False), groups, implied, merge=0.95)
    assert made.loc[made["implied"], ["row_a", "row_b", "probability"]].to_numpy().tolist() == [
        [0, 2, 0.98]
    ]


def test_one_likely_pair_does_not_chain_two_persons_together():
    inner = [
        (0, 1, 0.999),
        (0, 2, 0.999),
        (1, 2, 0.999),
        (3, 4, 0.999),
        (3, 5, 0.999),
        (4, 5, 0.999),
    ]
    scored = pairs(*inner, (2, 3, 0.96))
    groups, implied = grouped(scored, 6, merge=0.95, chain=0.35)
    assert groups.tolist() == [0, 0, 0, 3, 3, 3]
    made = with_implied(scored.assign(implied=False), groups, implied, merge=0.95)
    refused = made[(made["row_a"] == 2) & (made["row_b"] == 3)]
    assert 0.94 < refused["probability"].item() < 0.95


def test_a_decision_keeps_two_records_apart_whatever_joins_them():
    scored = pairs((0, 1, 0.99), (1, 2, 0.99))
    groups, _ = grouped(scored, 3, merge=0.95, chain=0.0, apart={(0, 2)})
    assert groups.tolist() == [0, 0, 2]


def test_auto_means_one_to_one_until_many_have_several_partners():
    single = pairs(*((i, i, 0.99) for i in range(20)))
    several = pairs(*((i // 2, i, 0.99) for i in range(20)))
    assert settled(single, two=True, output="auto", merge=0.95) == "one_to_one"
    assert settled(several, two=True, output="auto", merge=0.95) == "one_to_many"
    assert settled(single, two=False, output="auto", merge=0.95) == "clusters"
    assert settled(several, two=True, output="one_to_one", merge=0.95) == "one_to_one"
