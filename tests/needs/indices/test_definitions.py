"""A definition states everything, and what it states cannot contradict itself."""

from pathlib import Path

import pytest

from renlin.errors import CatalogueFault
from renlin.needs.indices import read_definition
from renlin.needs.indices.checks import faults_of


def faults(fields, defined, catalogue):
    return list(faults_of(defined(fields), "x.toml", catalogue))


def test_every_shipped_definition_is_whole_and_cites_a_known_source(catalogue):
    assert len(catalogue.indices) >= 15
    for name in catalogue.indices:
        found = read_definition(name, catalogue)
        assert found.code == name
        assert found.source in catalogue.sources


def test_an_overlay_may_add_and_replace_definitions(tmp_path):
    from renlin.catalogue.load import load

    (tmp_path / "indices").mkdir()
    text = 'extends = "svi_2020"\ncode = "mine"\n'
    (tmp_path / "indices" / "mine.toml").write_text(text, encoding="utf-8")
    assert read_definition("mine", load(tmp_path)).edition == "2020"


def test_a_definition_laid_over_another_changes_only_what_it_states(tmp_path, catalogue):
    path = tmp_path / "mine.toml"
    path.write_text(
        'extends = "svi_2020"\ncode = "mine"\n[flags]\nat_least = 0.8\n', encoding="utf-8"
    )
    found, below = read_definition(str(path), catalogue), read_definition("svi_2020", catalogue)
    assert found.flags.at_least == 0.8
    assert found.flags.total_column == "F_TOTAL"
    assert found.variables == below.variables


def test_a_definition_that_extends_itself_is_refused(tmp_path, catalogue):
    path = tmp_path / "mine.toml"
    path.write_text('extends = "mine.toml"\n', encoding="utf-8")
    with pytest.raises(CatalogueFault, match="extends"):
        read_definition(str(path), catalogue)


def test_an_unknown_name_offers_the_nearest(catalogue):
    with pytest.raises(CatalogueFault, match="Did you mean svi_20"):
        read_definition("svi_2021", catalogue)


def test_an_unknown_key_offers_the_nearest(fields, defined):
    fields["waights"] = fields.pop("weights")
    with pytest.raises(CatalogueFault, match="weights"):
        defined(fields)


def test_a_bare_entropy_is_refused_and_told_what_to_name(fields, defined):
    fields["weights"] = {"how": "entropy"}
    with pytest.raises(CatalogueFault, match="normalisation, directed, shift"):
        defined(fields)


@pytest.mark.parametrize("how", ["critic", "ahp"])
def test_other_weights_from_data_name_their_variant_too(fields, defined, how):
    fields["weights"] = {"how": how}
    with pytest.raises(CatalogueFault, match="names its variant"):
        defined(fields)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"do": "percentile", "ties": "min"}, "convention"),
        (
            {"do": "percentile", "ties": "min", "convention": "(rank-1)/(n-1)", "digits": 2},
            "knows no digits",
        ),
        ({"do": "round"}, "digits"),
        ({"do": "min_max", "low": 2, "high": 1}, "low below high"),
        ({"do": "shuffle"}, "shuffle"),
    ],
)
def test_a_step_states_its_own_keys_and_no_others(fields, defined, step, said):
    fields["score"]["steps"] = [step]
    with pytest.raises(CatalogueFault, match=said):
        defined(fields)


def changed(fields, change):
    change(fields)
    return fields


CONTRADICTIONS = {
    "two roundings of one number": (
        lambda f: f.update(value_digits=1, score={**f["score"], "steps": [{"do": "round", "digits": 2}, *f["score"]["steps"]]}),
        "one rounding of one number",
    ),
    "a name twice": (lambda f: f["variables"].append(f["variables"][0]), "each name once"),
    "one column for two things": (lambda f: f["ranking"].update(column="total"), "each name once"),
    "a name without braces": (lambda f: f["score"].update(column="S"), "holds {}"),
    "a circle": (lambda f: f.update(formula={"E_A": "E_B", "E_B": "E_A"}), "circle"),
    "no formula": (lambda f: f.update(formula={"E_A": "E_B if 1 else 2"}), "columns, numbers"),
    "a step formula of other columns": (
        lambda f: f["score"].update(steps=[{"do": "formula", "formula": "y + 1"}], reversal="negate_value"),
        "a formula of x and n",
    ),
    "nothing to take one minus of": (
        lambda f: f["score"].update(steps=[{"do": "z", "ddof": 0}]),
        "for 1 minus x",
    ),
    "weights that do not sum": (
        lambda f: f.update(weights={"how": "stated", "sum_to": 1.0}),
        "weights that sum to 1, got 2",
    ),
    "themes that are none": (lambda f: f["overall"].update(of="themes"), "themes, or of"),
    "topsis of themes": (
        lambda f: f["overall"].update(of="themes", how="topsis", normalisation="vector"),
        "of = \"variables\"",
    ),
    "ranks of a column that is not there": (
        lambda f: f["ranking"].update(of="score_column"),
        "overall.score_column",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "said"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_what_contradicts_itself_is_told(fields, defined, catalogue, change, said):
    found = faults(changed(fields, change), defined, catalogue)
    assert any(said in fault.text("en") for fault in found), [f.text("en") for f in found]
    assert all(fault.text("zh") for fault in found)


def test_all_faults_are_told_at_once(fields, defined, catalogue):
    for change, _ in list(CONTRADICTIONS.values())[1:5]:
        change(fields)
    assert len({fault.column for fault in faults(fields, defined, catalogue)}) >= 3


def themed(fields, *variables):
    theme = {"code": "T", "zh": "主题", "en": "theme", "variables": list(variables),
             "how": "sum", "column": "sum_T"}  # fmt: skip
    fields["themes"] = [theme]
    fields["overall"]["of"] = "themes"
    return fields


def test_a_variable_outside_all_themes_and_one_nobody_knows_are_told(fields, defined, catalogue):
    found = faults(themed(fields, "E_A", "E_C"), defined, catalogue)
    text = "\n".join(fault.text("en") for fault in found)
    assert "E_B in 0" in text
    assert "got E_C. Did you mean E_" in text


def judged(fields, judgements, series="saaty_1980"):
    fields["variables"].append({"name": "E_C", "zh": "丙", "en": "c", "direction": 1})
    fields["weights"] = {"how": "ahp", "random_index": series, "judgements": judgements}
    return fields


def test_judgements_beyond_a_tenth_are_refused_with_the_ratio(fields, defined, catalogue):
    """a over b 9, b over c 9, but c over a 9: nobody can mean that."""
    found = faults(
        judged(fields, {"E_A": {"E_B": 9, "E_C": 1 / 9}, "E_B": {"E_C": 9}}), defined, catalogue
    )
    assert [fault.column for fault in found] == ["weights.judgements"]
    assert "consistency ratio of at most 0.1" in found[0].text("en")


def test_the_bound_of_consistency_cannot_be_loosened(fields, defined):
    fields["weights"] = {
        "how": "ahp",
        "random_index": "x",
        "judgements": {"a": {"b": 1}},
        "most_inconsistent": 0.2,
    }
    with pytest.raises(CatalogueFault, match="most_inconsistent"):
        defined(fields)


@pytest.mark.parametrize(
    ("judgements", "series", "said"),
    [
        ({"E_A": {"E_B": 3}, "E_B": {"E_C": 2}}, "saaty_1980", "judgement above 0 of E_A : E_C"),
        ({"E_A": {"E_B": 3, "E_C": -5}, "E_B": {"E_C": 2}}, "saaty_1980", "above 0"),
        ({"E_A": {"E_B": 3, "E_C": 5}, "E_B": {"E_C": 2, "E_A": 2}}, "saaty_1980", "reciprocal"),
        ({"E_A": {"E_B": 3, "E_C": 5}, "E_B": {"E_D": 2}}, "saaty_1980", "got E_D"),
        ({"E_A": {"E_B": 3, "E_C": 5}, "E_B": {"E_C": 2}}, "saaty", "a series for 3"),
    ],
)
def test_judgements_are_whole_and_reciprocal(fields, defined, catalogue, judgements, series, said):
    found = faults(judged(fields, judgements, series), defined, catalogue)
    assert any(said in fault.text("en") for fault in found), [f.text("en") for f in found]


def test_a_definition_file_that_is_no_toml_or_no_utf8_is_a_fault(tmp_path, catalogue):
    for name, data in (("a.toml", b"code = "), ("b.toml", 'zh = "指数"'.encode("gb18030"))):
        Path(tmp_path / name).write_bytes(data)
        with pytest.raises(CatalogueFault):
            read_definition(str(tmp_path / name), catalogue)
