"""The prior is never made of pairs counted twice, nor of a mixture that has no true part."""

import pandas as pd
import pytest
from tests.intake.matching import record_sets

from renlin.errors import DataFault
from renlin.intake.matching import guess, link_tables, load, stated, train
from renlin.intake.matching.blocking import n_pairs_of_any
from renlin.intake.matching.prepared import prepare

TABLE = pd.DataFrame({
    "name": ["lin mei", "lin mei", "chen bo", "chen an", "wu"],
    "city": ["east", "east", "west", "west", "south"],
})  # fmt: skip


def spec(*rules, **more):
    fields = [{"name": "name", "kind": "text"}, {"name": "city", "kind": "category"}]
    return stated({"fields": fields, "prior": {"rules": rules, "recall": 1.0}, **more})


@pytest.mark.parametrize(
    ("rules", "pairs"),
    [
        ([("name",)], 1),
        ([("city",)], 2),
        ([("name",), ("city",)], 2),  # the pair of Lin agrees on both
        ([("name:words",)], 2),  # Lin by two words, Chen by one
        ([("name:words",), ("city",), ("name",)], 2),
    ],
)
def test_a_pair_that_several_rules_find_counts_once(rules, pairs):
    prepared = prepare((TABLE, None), spec(*rules))
    assert n_pairs_of_any(prepared, prepared.spec.prior.rules) == pairs
    assert train((TABLE, None), prepared.spec).prior == pytest.approx(pairs / 10)


def test_rules_of_the_prior_that_give_too_many_pairs_are_refused():
    with pytest.raises(DataFault, match=r"prior\.rules"):
        train(
            (TABLE, None),
            spec(("name",), ("city",), blocking={"most_pairs": 2, "rules": [["name"]]}),
        )


@pytest.fixture(scope="module")
def weak():
    people = record_sets.persons(400, 311)
    return people[["given_name", "surname", "address_1", "suburb"]]


@pytest.fixture(scope="module")
def linked(weak):
    return link_tables(weak, None, guess(weak))


def test_weak_fields_without_duplicates_merge_nobody(linked):
    assert not (linked.pairs["probability"] >= 0.95).any()
    assert linked.clusters["cluster"].is_unique


def test_parts_that_cannot_be_told_apart_are_said_and_kept_in_the_model(linked, tmp_path):
    assert not linked.model.told_apart
    assert any("told apart" in note.en for note in linked.model.notes)
    linked.model.save(tmp_path / "m.json")
    assert load(tmp_path / "m.json") == linked.model
