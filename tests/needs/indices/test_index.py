"""An index is what its definition says, on tables small enough to work by hand."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.catalogue.load import load
from renlin.errors import DataFault
from renlin.needs.indices import STATE, index, read_definition, read_formulas


@cache
def shipped():
    """Return the shipped catalogue, for tests that draw their tables."""
    return load()


@pytest.fixture
def made(defined, catalogue):
    """Return an index of columns under fields."""

    def of(fields, formulas=None, **columns):
        return index(
            pd.DataFrame(columns), defined(fields), catalogue, place="t.csv", formulas=formulas
        )

    return of


def told(error):
    return [(fault.row, fault.column) for fault in error.value.faults]


def test_more_is_worse_or_better_as_stated(fields, made):
    """B is income: the poorest of three is worst. Scores .5 and 1, 1 and 0, 0 and .5."""
    found = made(fields, unit=["x", "y", "z"], E_A=[2, 3, 1], E_B=[10, 30, 20])
    assert found.table["S_A"].tolist() == [0.5, 1.0, 0.0]
    assert found.table["S_B"].tolist() == [1.0, 0.0, 0.5]
    assert found.table["total"].tolist() == [0.75, 0.5, 0.25]
    assert found.table["rank"].tolist() == [1, 2, 3]


def test_one_minus_the_rank_and_the_rank_of_the_negated_differ_in_ties(fields, made):
    """Incomes 1, 1, 2. One minus: 1, 1, 0. Negated -2 < -1 = -1: 1/2, 1/2, 0."""
    columns = {"unit": ["x", "y", "z"], "E_A": [1, 2, 3], "E_B": [1, 1, 2]}
    assert made(fields, **columns).table["S_B"].tolist() == [1.0, 1.0, 0.0]
    fields["score"]["reversal"] = "rank_of_negated"
    assert made(fields, **columns).table["S_B"].tolist() == [0.5, 0.5, 0.0]


def test_rounding_before_the_rank_makes_ties(fields, made):
    columns = {"unit": ["x", "y", "z"], "E_A": [1.01, 1.04, 2.0], "E_B": [3, 2, 1]}
    assert made(fields, **columns).table["S_A"].tolist() == [0.0, 0.5, 1.0]
    fields["value_digits"] = 1
    assert made(fields, **columns).table["S_A"].tolist() == [0.0, 0.0, 1.0]


def test_a_missing_code_is_unknown_and_the_unit_is_not_ranked(fields, made):
    """n counts the two known values, so that 5 is worst of them: 1."""
    found = made(fields, unit=["x", "y", "z"], E_A=["-999", "5", "4"], E_B=[1, 2, 3]).table
    assert np.isnan(found["E_A"][0])
    assert found["S_A"].tolist()[1:] == [1.0, 0.0]
    assert found[STATE].tolist() == ["unknown", "ranked", "ranked"]
    assert np.isnan(found["rank"][0])


def test_an_unknown_variable_may_be_left_out_of_the_mean_when_stated(fields, made):
    fields["overall"]["missing"] = "skip"
    found = made(fields, unit=["x", "y", "z"], E_A=["", "5", "4"], E_B=[1, 2, 3]).table
    assert found["total"][0] == 1.0
    assert found[STATE].tolist() == ["ranked"] * 3


def test_units_below_the_floor_are_not_ranked_and_change_no_other_rank(fields, made):
    fields["units"]["floor"] = {"column": "people"}
    rows = {
        "unit": ["x", "y", "z", "w"],
        "E_A": [1, 2, 9, 9],
        "E_B": [2, 1, 9, 9],
        "people": [5, 5, 0, ""],
    }
    found = made(fields, **rows).table
    assert found[STATE].tolist() == ["ranked", "ranked", "below_floor", "below_floor"]
    alone = made(fields, **{name: cells[:2] for name, cells in rows.items()}).table
    assert found["rank"][:2].tolist() == alone["rank"].tolist()
    assert found.loc[2:, ["S_A", "total", "rank"]].isna().all().all()


def test_a_floor_without_its_column_is_a_fault_unless_optional(fields, made):
    fields["units"]["floor"] = {"column": "people"}
    rows = {"unit": ["x", "y"], "E_A": [1, 2], "E_B": [2, 1]}
    with pytest.raises(DataFault, match="people"):
        made(fields, **rows)
    fields["units"]["floor"]["optional"] = True
    assert made(fields, **rows).table[STATE].tolist() == ["ranked"] * 2


def test_ranks_are_taken_within_the_group_when_one_is_stated(fields, made):
    fields["units"]["within"] = ["state"]
    found = made(
        fields, unit=list("abcd"), state=["N", "N", "S", ""], E_A=[1, 2, 9, 9], E_B=[2, 1, 1, 1]
    )
    assert found.table["S_A"].tolist()[:2] == [0.0, 1.0]
    assert found.table[STATE].tolist() == ["ranked", "ranked", "unknown", "unknown"]
    assert any("fewer than two" in note.en for note in found.notes)
    assert any("without a group" in note.en for note in found.notes)


def test_numbers_of_groups_are_the_same_as_words_and_as_decimals(fields, made):
    fields["units"]["within"] = ["ST"]
    found = made(fields, unit=list("abc"), ST=["42", "42.0", 42], E_A=[1, 2, 3], E_B=[3, 2, 1])
    assert found.table["S_A"].tolist() == [0.0, 0.5, 1.0]


def test_keys_are_mended_as_stated(fields, made):
    fields["units"].update(key=["GEOID"], key_after="US", key_lengths=[5])
    found = made(fields, GEOID=["0500000US42001", "42003.0", "1005"], E_A=[1, 2, 3], E_B=[1, 2, 3])
    assert found.table["GEOID"].tolist() == ["42001", "42003", "01005"]


def test_every_fault_of_a_table_is_told_at_once_with_row_and_column(fields, made):
    with pytest.raises(DataFault) as error:
        made(fields, unit=["x", "x", ""], E_A=["1", "many", "inf"], E_B=["1", "2", "3"])
    assert told(error) == [(3, "E_A"), (3, "unit"), (4, "E_A"), (4, "unit")]
    assert "many" not in str(error.value)


def test_an_unknown_column_offers_the_nearest(fields, made):
    with pytest.raises(DataFault, match="Did you mean E_AA"):
        made(fields, unit=["x"], E_AA=[1], E_B=[1])


def test_a_table_without_rows_or_key_is_a_fault(fields, made):
    with pytest.raises(DataFault, match="rows of data"):
        made(fields, unit=[], E_A=[], E_B=[])
    with pytest.raises(DataFault, match="a key column"):
        made(fields, E_A=[1], E_B=[1])


def test_many_faults_of_one_column_become_a_few_lines(fields, made):
    with pytest.raises(DataFault) as error:
        made(fields, unit=range(100), E_A=["x"] * 100, E_B=[1] * 100)
    assert len(error.value.faults) == 21
    assert "80 more" in str(error.value)


def test_a_column_in_another_case_is_found_and_two_like_ones_are_not_guessed(fields, made):
    assert len(made(fields, UNIT=["x", "y"], **{"e a": [1, 2], "E_B": [1, 2]}).table) == 2
    with pytest.raises(DataFault, match="E_A"):
        made(fields, unit=["x"], **{"e a": [1], "e-a": [2], "E_B": [1]})


def test_a_variable_not_in_the_table_is_worked_out_and_its_helpers_shown(fields, made):
    fields["formula"] = {"E_A": "share * 100", "share": "old / people"}
    found = made(fields, unit=["x", "y"], old=[1, 1], people=[4, 2], E_B=[1, 2]).table
    assert found["share"].tolist() == [0.25, 0.5]
    assert found["E_A"].tolist() == [25, 50]


def test_a_column_in_the_table_counts_before_its_formula(fields, made):
    fields["formula"] = {"E_A": "old * 100"}
    found = made(fields, unit=["x", "y"], old=[1, 1], E_A=[7, 8], E_B=[1, 2]).table
    assert found["E_A"].tolist() == [7, 8]


def test_what_a_formula_lacks_is_named(fields, made):
    fields["formula"] = {"E_A": "old / people * 100"}
    with pytest.raises(DataFault, match="column E_A, or people to work it out"):
        made(fields, unit=["x"], old=[1], E_B=[1])


def test_adjuncts_whose_columns_are_not_there_are_passed_over_and_said(fields, made):
    fields["formula"] = {"adjunct": "nothing + 1"}
    found = made(fields, unit=["x", "y"], E_A=[1, 2], E_B=[1, 2])
    assert any("adjunct" in note.en for note in found.notes)


def test_a_table_of_formulas_replaces_those_of_the_definition(fields, made):
    table = pd.DataFrame({"x2020_variable_name": ["E_A", "note", None], "theme": [1.0, 5.0, 0.0],
                          "x2020_table_field_calculation": ["old +old", "", "zz"]})  # fmt: skip
    formulas, faults = read_formulas(table, "f.csv")
    assert faults == []
    found = made(fields, formulas, unit=["x", "y"], old=[1, 2], E_B=[1, 2])
    assert found.table["E_A"].tolist() == [2, 4]


def test_faults_of_a_table_of_formulas_are_told_together():
    table = pd.DataFrame(
        {"name": ["A", "A", "B", "C", "D"], "formula": ["x", "y", "open('f')", "D", "C"]}
    )
    _, faults = read_formulas(table, "f.csv")
    assert [(f.row, f.column) for f in faults] == [(3, "name"), (4, "B"), (None, "C")]
    assert read_formulas(pd.DataFrame({"a": [1]}), "f.csv")[1]


def test_a_constant_variable_tells_nobody_apart_and_is_said(fields, made):
    found = made(fields, unit=["x", "y"], E_A=[3, 3], E_B=[1, 2])
    assert found.table["S_A"].tolist() == [0.0, 0.0]
    assert any("E_A is the same" in note.en for note in found.notes)


def test_weights_from_data_that_nowhere_differ_are_a_fault(fields, made):
    fields["weights"] = {"how": "critic", "directed": True}
    with pytest.raises(DataFault, match="variables that differ"):
        made(fields, unit=["x", "y"], E_A=[3, 3], E_B=[1, 1])


def test_negative_columns_have_no_geometric_mean(fields, made):
    fields["score"] = {"steps": [{"do": "z", "ddof": 0}], "reversal": "negate_value"}
    fields["overall"]["how"] = "geometric"
    with pytest.raises(DataFault, match="geometric"):
        made(fields, unit=["x", "y"], E_A=[3, 4], E_B=[1, 2])


def test_ranks_beyond_the_units_of_the_table_are_a_part_of_a_nation(fields, made):
    fields["score"] = {"steps": [{"do": "share_of_rank"}], "reversal": "in_steps"}
    rows = {"unit": ["x", "y"], "E_A": [1, 300], "E_B": [1, 2]}
    with pytest.raises(DataFault, match="ranks of 1 to 2"):
        made(fields, **rows)
    fields["score"]["steps"][0]["n"] = 300
    assert made(fields, **rows).table["total"][0] == 1.0


def test_a_flag_stands_at_the_bound_and_an_unknown_one_is_not_zero(fields, made):
    fields["flags"] = {"at_least": 0.5, "column": "F_{}", "total_column": "F_TOTAL"}
    found = made(fields, unit=["x", "y", "z"], E_A=[1, 2, 3], E_B=["", "", ""]).table
    assert found["F_A"].tolist() == [0, 1, 1]
    assert found["F_B"].isna().all()
    assert found["F_TOTAL"].tolist() == [0, 1, 1]


def test_a_count_with_an_unknown_flag_is_unknown_where_the_definition_says_so(fields, made):
    fields["flags"] = {"at_least": 0.5, "missing": "missing", "column": "F_{}",
                       "total_column": "F_TOTAL"}  # fmt: skip
    found = made(fields, unit=["x", "y", "z"], E_A=[1, 2, 3], E_B=[1, 5, ""]).table
    own = found["F_A"] + found["F_B"]
    assert found["F_TOTAL"].isna().tolist() == [False, False, True]
    assert found["F_TOTAL"].tolist()[:2] == own.tolist()[:2]


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(6)))
def test_the_order_of_rows_never_matters(order):
    stated = read_definition("svi_2018", shipped())
    rng = np.arange(6)
    columns = {one.name: (rng * (7 + at)) % 5 for at, one in enumerate(stated.variables)}
    table = pd.DataFrame({"FIPS": [f"4200{i}" for i in rng], **columns})
    whole = index(table, stated, shipped()).table
    other = index(table.iloc[list(order)].reset_index(drop=True), stated, shipped()).table
    pd.testing.assert_frame_equal(other.sort_values("FIPS").reset_index(drop=True), whole)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 4), st.integers(1, 3))
def test_worsening_one_unit_never_betters_its_rank(who, by):
    stated = read_definition("svi_2022", shipped())
    columns = {
        one.name: [(i * 3 + at) % 5 for i in range(5)] for at, one in enumerate(stated.variables)
    }
    table = pd.DataFrame({"FIPS": [f"4200{i}" for i in range(5)], **columns})
    worse = table.copy()
    worse.loc[who, "EP_POV150"] += by
    before = index(table, stated, shipped()).table["EPL_POV150"][who]
    assert index(worse, stated, shipped()).table["EPL_POV150"][who] >= before


def test_tracts_without_residents_are_unknown_and_do_not_count(catalogue):
    stated = read_definition("svi_2020", catalogue)
    rows = {one.name: [1.0, 2.0, -999, 3.0] for one in stated.variables}
    table = pd.DataFrame({"FIPS": ["42001030101", "42001030102", "42001980000", "42001030103"],
                          "E_TOTPOP": [100, 200, 0, 300], **rows})  # fmt: skip
    found = index(table, stated, catalogue).table
    assert found["RPL_THEMES"].tolist()[:2] == [0.0, 0.5]
    assert found["RPL_THEMES"][3] == 1.0
    assert np.isnan(found["RPL_THEMES"][2])
    assert found[STATE][2] == "below_floor"


def test_one_unknown_variable_leaves_other_themes_ranked(catalogue):
    """As in Rio Arriba: income unknown, its theme and the whole too, the other themes not."""
    stated = read_definition("svi_2018", catalogue)
    rows = {one.name: [1.0, 2.0, 3.0] for one in stated.variables}
    rows["EP_PCI"] = [-999, 2.0, 3.0]
    found = index(pd.DataFrame({"FIPS": ["1", "2", "3"], **rows}), stated, catalogue).table
    assert found.loc[0, ["RPL_THEME1", "RPL_THEMES"]].isna().all()
    assert found.loc[0, ["RPL_THEME2", "RPL_THEME3", "RPL_THEME4"]].tolist() == [0, 0, 0]


def test_the_edition_of_2016_ranks_unrounded_variables(catalogue):
    rows = {one.name: [1.01, 1.04] for one in read_definition("svi_2016", catalogue).variables}
    table = pd.DataFrame({"FIPS": ["1", "2"], **rows})
    of = {year: index(table, read_definition(f"svi_{year}", catalogue), catalogue).table["EPL_POV"].tolist()
          for year in (2016, 2018)}  # fmt: skip
    assert of == {2016: [0.0, 1.0], 2018: [0.0, 0.0]}


def test_domain_scores_and_their_ranks_give_the_same_deprivation_index(catalogue):
    scores = {name: [9.0 + at, 5.0 - at, 7.0] for at, name in enumerate(
        ("Income", "Employment", "Education", "Health", "Crime", "Housing_and_Access", "Environment"))}  # fmt: skip
    by_score = pd.DataFrame(
        {"lsoa11_code": ["a", "b", "c"], **{f"{n}_score": v for n, v in scores.items()}}
    )
    by_rank = pd.DataFrame(
        {"lsoa11_code": ["a", "b", "c"], **{f"{n}_rank": [1, 3, 2] for n in scores}}
    )
    one = index(by_score, read_definition("imd_england_2019_scores", catalogue), catalogue).table
    other = index(by_rank, read_definition("imd_england_2019", catalogue), catalogue).table
    assert one["IMD_score"].tolist() == other["IMD_score"].tolist()
    assert one["IMD_rank"].tolist() == [1, 3, 2]
    assert one["IMD_score"][0] == pytest.approx(100.0)


def test_headings_of_the_published_workbook_are_known(catalogue):
    names = ("Income", "Employment", "Education, Skills and Training", "Health Deprivation and Disability",
             "Crime", "Barriers to Housing and Services", "Living Environment")  # fmt: skip
    heads = {f"{name} Rank (where 1 is most deprived)": [2, 1] for name in names}
    table = pd.DataFrame({"LSOA code (2011)": ["E1", "E2"], **heads})
    assert index(table, read_definition("imd_england_2015", catalogue), catalogue).table[
        "IMD_rank"
    ].tolist() == [2, 1]


def test_human_development_has_fixed_goalposts(catalogue):
    """52.5 years is half way from 20 to 85; schooling 9 of 18 and 7.5 of 15 is half; so is the
    geometric middle of 100 and 75,000 dollars: the index is one half, whoever else is there."""
    stated = read_definition("hdi", catalogue)
    table = pd.DataFrame({"country": ["x", "y"], "life_expectancy": [52.5, 90], "eys": [9, 20],
                          "mys": [7.5, 16], "gni_per_head": [np.sqrt(100 * 75000), 80000]})  # fmt: skip
    assert index(table, stated, catalogue).table["hdi"].tolist() == [0.5, 1.0]
    assert index(table[:1], stated, catalogue).table["hdi"].tolist() == [0.5]


def test_sovi_runs_from_a_file_and_warns(fields, made):
    fields["overall"].update(how="sovi")
    fields["score"] = {"steps": [{"do": "z", "ddof": 0}], "reversal": "negate_value"}
    found = made(fields, unit=range(8), E_A=[1, 3, 2, 5, 4, 8, 6, 7], E_B=[8, 5, 7, 4, 3, 1, 2, 0])
    assert any("not for decisions" in note.en for note in found.notes)
    assert found.facts["wrong_sign"] == []
    assert found.facts["stability"]["n_parts"] > 0
    with pytest.raises(DataFault, match="more whole units than variables"):
        made(fields, unit=range(2), E_A=[1, 3], E_B=[8, 5])
