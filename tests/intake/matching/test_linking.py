"""Linked tables: right pairs, said why, whatever the tables hold."""

import json
import os
import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from tests.intake.matching.record_sets import duplicated, papers, restaurants, two_tables

from renlin.errors import DataFault
from renlin.intake.matching import (
    check_labelled,
    guess,
    link_tables,
    load,
    pairs_of_clusters,
    predict,
    read_spec,
    scored,
    stated,
    train,
)


@cache
def linked_persons(seed=0):
    a, b, truth = two_tables(150, 0.2, 7, overlap=0.6)
    spec = guess(a, b)
    spec = spec.model_copy(update={"training": spec.training.model_copy(update={"seed": seed})})
    return a, b, truth, spec, link_tables(a, b, spec)


def at_merge(linked, truth, *, ordered):
    return scored(linked.pairs, truth, thresholds=[0.95], ordered=ordered).iloc[0]


def test_two_tables_nobody_described_are_linked_with_hardly_an_error():
    *_, truth, _, linked = linked_persons()
    found = at_merge(linked, truth, ordered=True)
    assert linked.output == "one_to_one"
    assert found["precision"] >= 0.99
    assert found["recall"] >= 0.97


@pytest.mark.parametrize("rate", [0.05, 0.2, 0.4])
def test_duplicates_are_found_at_any_rate_of_errors(rate):
    table, truth = duplicated(60, rate, 3)
    linked = link_tables(table, None, guess(table))
    found = at_merge(linked, truth, ordered=False)
    assert found["precision"] >= 0.99
    assert found["recall"] >= 0.95


def test_a_table_without_duplicates_gives_no_pairs():
    table, _ = duplicated(100, 0.2, 3, copies=0)
    assert len(link_tables(table, None, guess(table)).pairs) == 0


def test_tables_that_share_nobody_give_hardly_a_pair():
    a, b, _ = two_tables(120, 0.1, 4, overlap=0.0)
    linked = link_tables(a, b, guess(a, b))
    assert (linked.pairs["probability"] >= 0.95).sum() <= 1


def test_restaurants_without_dates_are_linked():
    a, b, truth = restaurants(120, 50, 5)
    found = at_merge(link_tables(a, b, guess(a, b)), truth, ordered=True)
    assert found["precision"] >= 0.99
    assert found["recall"] >= 0.9


def test_papers_are_linked_by_their_words():
    a, b, truth = papers(100, 70, 5)
    found = at_merge(link_tables(a, b, guess(a, b)), truth, ordered=True)
    assert found["precision"] >= 0.99
    assert found["recall"] >= 0.9


def test_the_same_input_and_seed_give_the_same_bytes():
    a, b, _, spec, linked = linked_persons()
    again = link_tables(a, b, spec)
    assert again.pairs.to_csv() == linked.pairs.to_csv()
    assert again.model == linked.model


def test_the_order_of_rows_does_not_matter():
    a, b, _, spec, linked = linked_persons()
    turned = link_tables(a.iloc[::-1].reset_index(drop=True), b, spec)
    columns = ["id_a", "id_b"]
    assert set(map(tuple, turned.pairs[columns].to_numpy())) == set(
        map(tuple, linked.pairs[columns].to_numpy())
    )


def test_prior_and_factors_multiply_to_the_probability():
    *_, linked = linked_persons()
    row = linked.pairs.iloc[0]
    odds = linked.model.prior / (1 - linked.model.prior)
    for column in linked.pairs.columns[linked.pairs.columns.str.startswith("bayes_")]:
        odds *= row[column]
    assert row["probability"] == pytest.approx(odds / (1 + odds))


def test_a_model_holds_no_value_and_gives_the_same_pairs_when_read_back(tmp_path):
    a, b, _, spec, linked = linked_persons()
    path = tmp_path / "model.json"
    linked.model.save(path)
    text = path.read_text(encoding="utf-8")
    for column in ("given_name", "surname", "date_of_birth", "soc_sec_id", "address_1"):
        for value in {*a[column], *b[column]} - {""}:
            assert f'"{value}"' not in text
    assert link_tables(a, b, spec, load(path)).pairs.equals(linked.pairs)
    assert json.loads(text)["format"] == "renlin link model 1"


def test_a_reason_tells_fields_and_weights_and_no_value():
    a, b, *_, linked = linked_persons()
    told = " ".join([*linked.pairs["reason"], *linked.pairs["reason_en"]])
    assert "一致：" in told
    assert "nearly agree:" in told
    values = {str(v) for t in (a, b) for c in ("surname", "soc_sec_id", "address_1") for v in t[c]}
    assert not any(re.search(rf"\b{re.escape(v)}\b", told) for v in values if len(v) > 3)


def test_the_model_of_another_spec_is_refused():
    a, b, _, spec, linked = linked_persons()
    fewer = spec.model_copy(update={"fields": spec.fields[:3]})
    with pytest.raises(DataFault) as caught:
        predict((a, b), fewer, linked.model)
    assert "postcode" in caught.value.text("en")


def test_exchanged_names_are_one_person_and_said_so():
    people = [("anna", "berg"), ("carl", "dahl"), ("eva", "falk"), ("gustav", "holm")]
    table = pd.DataFrame(
        [(f"r{i}", g, s, f"19{50 + i}0101") for i, (g, s) in enumerate(people)]
        + [("x", "berg", "anna", "19500101")],
        columns=["id", "given_name", "surname", "dob"],
    )
    spec = stated({**guess(table).model_dump(), "prior": {"probability": 0.1}})
    best = link_tables(table, None, spec).pairs.iloc[0]
    assert (best["id_a"], best["id_b"]) == ("r0", "x")
    assert "seem exchanged" in best["reason_en"]


def test_labels_teach_how_true_pairs_look():
    a, b, truth, spec, _ = linked_persons()
    taught = train((a, b), spec, labels=truth)
    exact = taught.comparisons["soc_sec_id"][0]
    agree = (
        truth.merge(a, left_on="id_a", right_on="rec_id")
        .merge(b, left_on="id_b", right_on="rec_id", suffixes=("_a", "_b"))
        .query("soc_sec_id_a == soc_sec_id_b and soc_sec_id_a != ''")
    )
    known = (b.set_index("rec_id").loc[truth["id_b"], "soc_sec_id"] != "").sum()
    assert exact.m == pytest.approx(len(agree) / known, abs=0.04)


PERSONS = {
    "id": "id",
    "fields": [{"name": "surname", "kind": "surname"}, {"name": "dob", "kind": "date"}],
}


def persons(*rows):
    return pd.DataFrame(rows, columns=["id", "surname", "dob"], dtype=object)


@pytest.mark.parametrize(
    "table",
    [
        persons(),
        persons(("1", "lin", "1950-01-01")),
        persons(("1", None, None), ("2", "", "")),
        persons(*((str(i), "lin", "1950-01-01") for i in range(30))),
        persons(("1", "=cmd|' /C calc'!A0", "x"), ("2", "l" * 50_000, "1950-01-01")),
        persons(("1", "lin", 19500101), ("2", 3.5, "1950-01-01")),
    ],
    ids=["empty", "one", "all unknown", "constant", "odd cells", "mixed"],
)
def test_odd_tables_are_linked_without_an_error(table):
    for other in (None, table):
        linked = link_tables(table, other, stated(PERSONS))
        assert linked.pairs["probability"].between(0, 1).all()
        assert (linked.pairs["probability"] < 0.95).all() or len(table) > 1


def test_too_few_records_say_that_nothing_was_learnt():
    table = persons(
        ("1", "lin", "1950-01-01"), ("2", "lin", "1950-01-01"), ("3", "wu", "1960-02-02")
    )
    model = train((table, None), stated(PERSONS))
    assert "Too few records" in model.notes[0].en
    assert model.prior == pytest.approx(1 / 3)


def test_ids_twice_and_columns_missing_are_all_told_at_once():
    table = persons(("1", "lin", ""), ("1", "wu", ""), ("", "li", "")).rename(
        columns={"surname": "surnames"}
    )
    with pytest.raises(DataFault) as caught:
        link_tables(table, None, stated(PERSONS))
    text = caught.value.text("en")
    assert "rows 2-3" in text
    assert "row 4" in text
    assert "Did you mean surnames" in text
    assert "lin" not in text.replace("link", "")


def test_rules_that_give_too_many_pairs_are_refused_with_the_number():
    table = persons(*((str(i), "lin", f"19{i:02}-01-01") for i in range(50)))
    spec = stated({**PERSONS, "blocking": {"rules": [["surname"]], "most_pairs": 100}})
    with pytest.raises(DataFault) as caught:
        link_tables(table, None, spec)
    assert "1,225 pairs" in caught.value.text("en")


def test_the_cascade_links_what_is_unique_on_both_sides_only():
    a = persons(("1", "lin", "1950-01-01"), ("2", "wu", "1960-02-02"), ("3", "wu", "1960-02-02"))
    b = persons(("x", "lin", "1950-01-01"), ("y", "wu", "1960-02-02"))
    spec = stated({**PERSONS, "cascade": [{"name": "both", "fields": ["surname", "dob"]}]})
    sure = link_tables(a, b, spec).pairs.query("probability == 1")
    assert sure[["id_a", "id_b"]].to_numpy().tolist() == [["1", "x"]]
    assert "deterministic" in sure["reason_en"].item()


def decided(*rows):
    return pd.DataFrame(rows, columns=["id_a", "id_b", "decision"])


def test_decisions_overrule_and_taking_them_back_restores_the_pairs():
    a, b, _, spec, linked = linked_persons()
    first = linked.pairs.iloc[0]
    no = link_tables(
        a, b, spec, linked.model, decisions=decided((first.id_a, first.id_b, "different"))
    )
    gone = (no.pairs["id_a"] == first.id_a) & (no.pairs["id_b"] == first.id_b)
    assert not gone.any()
    yes = link_tables(a, b, spec, linked.model, decisions=decided(("a149", "b149", "same")))
    kept = yes.pairs.query("id_a == 'a149' and id_b == 'b149'")
    assert kept["probability"].item() == 1.0
    assert kept["decision"].item() == "same"
    ask = link_tables(a, b, spec, linked.model, decisions=decided((first.id_a, first.id_b, "ask")))
    assert first.id_a in set(ask.review["id_a"])
    assert link_tables(a, b, spec, linked.model, decisions=decided()).pairs.equals(linked.pairs)


def test_further_writings_of_a_name_are_compared_too():
    rows = [(str(i), f"王{c}", f"wang {p}", "1950-01-01") for i, (c, p) in enumerate(
        [("明", "ming"), ("鸣", "ming"), ("丽", "li"), ("强", "qiang")])]  # fmt: skip
    table = pd.DataFrame(rows, columns=["id", "hanzi", "pinyin", "dob"])
    spec = stated({
        "id": "id", "prior": {"probability": 0.2}, "thresholds": {"review": 0.1},
        "fields": [{"name": "name", "kind": "name", "column": "hanzi", "also": {"pinyin": "pinyin"},
                    "levels": ["exact", "exact @pinyin"]}, {"name": "dob", "kind": "date"}],
        "blocking": {"rules": [["name@pinyin"]]},
    })  # fmt: skip
    found = link_tables(table, None, spec).pairs
    assert found[["id_a", "id_b", "level_name"]].to_numpy().tolist() == [["0", "1", "near"]]


def shared():
    told = os.environ.get("RENLIN_DATA")
    beside = Path(__file__).resolve().parents[4] / "shared" / "data"
    folder = (Path(told) if told else beside) / "needs" / "linkage"
    return folder if folder.is_dir() else None


needs_data = pytest.mark.skipif(
    shared() is None, reason="no labelled records: set RENLIN_DATA to the data folder"
)


@needs_data
def test_fake_1000_is_linked_at_precision_99_without_a_spec():
    from renlin.intake.matching.files import read, read_labels

    table = read(shared() / "fake_1000.csv")
    spec = guess(table)
    assert spec.fields == read_spec("fake").fields
    truth = read_labels(shared() / "fake_1000_labels.csv")
    assert len(truth) == 2031
    found = check_labelled((table, None), spec, truth).set_index("threshold").loc[0.95]
    assert found["precision"] >= 0.99
    assert found["recall"] >= 0.95


@needs_data
def test_febrl_3_is_linked_at_precision_999_and_recall_98():
    from renlin.intake.matching.files import read

    table = read(shared() / "febrl_dataset3.csv")
    owners = [re.match(r"rec-(\d+)-", r).group(1) for r in table["rec_id"]]
    truth = pairs_of_clusters(table["rec_id"].tolist(), owners)
    assert len(truth) == 6538
    found = (
        check_labelled((table, None), read_spec("febrl"), truth).set_index("threshold").loc[0.95]
    )
    assert found["precision"] >= 0.999
    assert found["recall"] >= 0.98
