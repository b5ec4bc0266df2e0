"""A spec says what is compared; what it gets wrong is told at once."""

import pytest

from renlin.errors import DataFault
from renlin.intake.matching.spec import kinds, read_spec, shipped, stated, written

FIELDS = [{"name": "surname", "kind": "surname"}, {"name": "dob", "kind": "date"}]


def told(fields):
    with pytest.raises(DataFault) as caught:
        stated(fields)
    return caught.value.text("en")


@pytest.mark.parametrize("name", ["febrl", "fake", "person"])
def test_shipped_specs_are_read_by_name_and_read_back_equal(name, tmp_path):
    spec = read_spec(name)
    path = tmp_path / "link.toml"
    path.write_text(written(spec), encoding="utf-8")
    assert read_spec(path) == spec


def test_everything_a_spec_can_say_reads_back_equal(tmp_path):
    spec = stated({
        "id_a": "a", "id_b": 'b"\\', "output": "one_to_many", "exchange": [],
        "fields": [{"name": "name", "kind": "name", "column_a": "姓名", "column_b": "name",
                    "levels": ["exact", "exact @pinyin"], "also": {"pinyin": "拼音"},
                    "term_frequency": False, "clean": []}, *FIELDS],
        "cascade": [{"name": "both", "fields": ["name", "dob"]}],
        "blocking": {"rules": [["name@pinyin", "dob:year"]], "most_pairs": 10},
        "prior": {"probability": 0.001}, "training": {"seed": 3},
        "thresholds": {"merge": 0.99},
    })  # fmt: skip
    path = tmp_path / "link.toml"
    path.write_text(written(spec), encoding="utf-8")
    assert read_spec(path) == spec


def test_an_unknown_key_is_refused_with_the_nearest():
    assert "Did you mean fields" in told({"field": FIELDS, "fields": FIELDS})


def test_all_faults_of_a_spec_are_told_at_once():
    text = told({"fields": [{"name": "x", "kind": "nam"}, {"nme": "y", "kind": "date"}]})
    assert "fields.0.kind" in text
    assert "fields.1.nme" in text


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ({"blocking": {"rules": [["surnam"]]}}, "surname"),
        ({"training": {"blocks": [["dbo"]]}}, "dob"),
        ({"cascade": [{"name": "s", "fields": ["surnane"]}]}, "surname"),
        ({"exchange": [["surname", "given"]]}, "no field given"),
        ({"thresholds": {"merge": 0.4, "review": 0.6}}, "must not exceed"),
    ],
)
def test_a_rule_on_a_field_that_is_not_there_is_refused(part, word):
    assert word in told({"fields": FIELDS, **part})


def test_a_name_nobody_ships_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(DataFault) as caught:
        read_spec("febrll")
    assert "Did you mean febrl" in caught.value.text("en")


def test_every_kind_has_levels_that_read_and_begin_with_equality():
    for kind in kinds()["kinds"]:
        spec = stated({"fields": [{"name": "x", "kind": kind}]})
        assert spec.fields[0].alike()[0] == "exact"
    assert set(shipped()) == {"fake", "febrl", "person"}
