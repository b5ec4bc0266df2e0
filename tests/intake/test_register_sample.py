"""Synthetic registers: nobody real, every error known, the same seed the same bytes."""

import numpy as np
import pandas as pd
import pytest

from renlin.catalogue.load import load
from renlin.intake.identity_number import read_number
from renlin.intake.linkage import caution_of
from renlin.intake.register_keys import keys_of_table
from renlin.intake.register_sample.sample import evaluate, sample
from renlin.intake.register_sample.shares import homophones, kinds, surnames
from renlin.intake.trial import linked, write_sample

N = 4000


@pytest.fixture(scope="module")
def hard():
    return sample(N, seed=3)


def struck(made, kind):
    bit = [k.code for k in kinds()].index(kind)
    return (made.truth["errors"].to_numpy() >> bit & 1).astype(bool)


def of(made, register):
    return (made.truth["register"] == register).to_numpy()


def test_the_same_seed_gives_the_same_registers(hard):
    again = sample(N, seed=3)
    for name, table in hard.registers.items():
        pd.testing.assert_frame_equal(table, again.registers[name])
    assert not sample(N, seed=4).registers["household"].equals(hard.registers["household"])


def test_every_kind_of_error_occurs(hard):
    bits = np.bitwise_or.reduce(hard.truth["errors"].to_numpy())
    assert [k.code for at, k in enumerate(kinds()) if not bits >> at & 1] == []


def test_independent_errors_know_no_hard_case():
    made = sample(N, seed=3, errors="independent")
    for kind in kinds():
        assert not (kind.hard and struck(made, kind.code).any())


def test_a_missing_number_is_empty_and_a_mistyped_one_fails_its_check(hard):
    civil = hard.registers["civil_affairs"]
    here = of(hard, "civil_affairs")
    gone = struck(hard, "id_missing")[here]
    assert (civil["identity_number"][gone] == "").all()
    assert (civil["identity_number"][~gone] != "").all()
    slip = struck(hard, "id_typo")[here] & ~gone & ~struck(hard, "passport")[here]
    slip &= ~struck(hard, "id_borrowed")[here] & ~struck(hard, "repeated_id")[here]
    assert not any(read_number(text).valid for text in civil["identity_number"][slip])


def test_twins_are_born_the_same_day_in_one_flat(hard):
    rows = hard.truth[of(hard, "household") & struck(hard, "twin")]
    births = hard.registers["household"]["identity_number"].str[6:14]
    assert len(rows) > 0
    near = rows["row"].to_numpy()
    told = [births[r] for r in near]
    assert sum(told.count(day) > 1 for day in told) >= 0.8 * len(told)


def test_shares_of_surnames_sum_to_one_and_homophones_sound_alike():
    assert surnames()[1].sum() == pytest.approx(1)
    assert all(one != other for one, other in homophones().items())


def test_six_styles_of_address_read_to_the_flat(hard):
    keys = keys_of_table(hard.registers["household"], hard.places)
    assert keys["address"].notna().mean() > 0.99


def test_a_name_that_ends_in_a_digit_is_told_by_the_buildings():
    made = sample(1500 * 260, seed=1, errors="independent")
    civil = made.registers["household"].tail(300).reset_index(drop=True)
    assert civil["address"].str.contains("2").any()
    keys = keys_of_table(civil, made.places)
    assert keys["address"].notna().mean() > 0.9


def test_quality_of_a_perfect_linkage_is_one_and_of_none_is_unknown():
    truth = pd.DataFrame({"person": [1, 1, 2], "errors": [0, 0, 0]})
    perfect = evaluate(np.array([5, 5, 6]), truth)
    assert (perfect.precision, perfect.recall, perfect.n_false) == (1.0, 1.0, 0)
    none = evaluate(np.array([0, 1, 2]), truth)
    assert np.isnan(none.precision)
    assert none.recall == 0.0
    wrong = evaluate(np.array([0, 1, 1]), truth)
    assert (wrong.precision, wrong.n_false, wrong.n_missed) == (0.0, 1, 1)


@pytest.mark.parametrize("errors", ["independent", "hard"])
def test_linkage_of_a_small_town_merges_nobody_falsely_without_asking(errors):
    made = sample(N, seed=11, errors=errors)
    found = linked(made, caution_of(load()))
    label = found.persons["person"].to_numpy()
    quality = evaluate(label, made.truth)
    assert quality.precision >= 0.999
    assert quality.recall >= 0.985
    asked = set(found.doubts.loc[found.doubts["state"] == "merged", "row"])
    who = made.truth["person"].to_numpy()
    first = pd.Series(who).groupby(label).transform("first").to_numpy()
    assert set(np.flatnonzero(who != first)) <= asked


def test_a_sample_written_names_the_error_kinds_of_each_row(tmp_path):
    write_sample(tmp_path / "s", 300, seed=1)
    truth = pd.read_csv(tmp_path / "s" / "truth.csv", dtype=str, keep_default_na=False)
    civil = pd.read_csv(tmp_path / "s" / "civil_affairs.csv", dtype=str, keep_default_na=False)
    own = truth[truth["register"] == "civil_affairs"]
    gone = own["errors"].str.contains("phone_missing").to_numpy()
    assert (civil["phone"][gone] == "").all()
    assert own["row"].iloc[0] == "2"


@pytest.mark.parametrize("n", [1, 2, 5])
def test_a_handful_of_persons_can_be_made_and_linked(n):
    made = sample(n, seed=1)
    assert len(linked(made, caution_of(load())).persons) == len(made.truth)
