"""A trace chooses the rows and columns that tell most, and says each thing once."""

import json

import pandas as pd
import pytest

from renlin.errors import DataFault
from renlin.finding import Lineage, find, save
from renlin.report.explain import explain
from renlin.report.explain_lines import lines

PEOPLE = ("lin", "wu", "zhao", "chen", "he")
ENTRIES = {
    "indicators/lives_alone": ("独居", "某条例", "True"),
    "indicators/adl_level": ("能力等级", "某标准", "False"),
    "indicators/age": ("年龄", "assumption", "False"),
    "classes/adult": ("成人", "某文献", "False"),
    "classes/child": ("儿童", "某文献", "False"),
}


def facts():
    rows = [
        ("lin", "lives_alone", "true", "known", "civil", "registers/civil.csv", 2, "2026-09-01"),
        ("lin", "adl_level", "3", "known", "civil", "registers/civil.csv", 2, "2026-06-01"),
        ("wu", "lives_alone", "false", "known", "grid", "registers/grid.csv", 5, "2026-03-01"),
        ("zhao", "age", "82", "known", "hukou", "registers/hukou.csv", 9, "2026-03-01"),
    ]
    names = ["subject", "indicator", "value", "state", "source", "file", "row", "observed_on"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(observed_on=pd.to_datetime(table["observed_on"]))


@pytest.fixture
def out(tmp_path):
    """Return results of five residents, worked by hand: evidence, tiers, groups, times."""
    every = ("indicators/lives_alone", "indicators/adl_level", "indicators/age")
    evidence = find(
        "needs.evidence",
        facts(),
        key=["subject", "indicator"],
        inputs={"facts": "f00d"},
        lineage={"value": Lineage("newest statement", every)},
    )
    tiers = find(
        "needs.tiers",
        pd.DataFrame(
            {
                "person": PEOPLE,
                "sure": pd.array([1, 4, 3, None, 2], dtype="Int64"),
                "possible": pd.array([1, 4, 2, 1, 2], dtype="Int64"),
                "display": ["over_80", "general", "over_80", "general", "general"],
                "ruleset": "elderly",
                "version": "2026.1",
                "rule": "一级",
                "reason_zh": ["（独居）", "", "", "", ""],
            }
        ),
        key=["person"],
        parents=[evidence],
        lineage=dict.fromkeys(
            ("sure", "possible"),
            Lineage("highest tier", every, (("needs.evidence", "person", "subject"),)),
        ),
    )
    behind = (("needs.tiers", "display", "display"),)
    groups = find(
        "needs.groups",
        pd.DataFrame(
            {
                "measure": ["sure", "sure", "sure"],
                "display": ["all", "general", "over_80"],
                "n": [5, 3, 2],
                "value": [2.5, 3.0, 2.0],
                "note": ["a|b", "", ""],
            }
        ),
        key=["measure", "display"],
        parents=[tiers],
        lineage={"value": Lineage("mean", (), behind)},
    )
    seeds = find(
        "simulation.groups",
        pd.DataFrame(
            [(s, seed, d, t) for s in ("base", "a") for seed in (0, 1) for d, t in
             (("all", 10.0 + seed), ("over_80", 20.0 + seed))],
            columns=["scheme", "seed", "display", "mean_time"],
        ),
        key=["scheme", "seed", "display"],
        parents=[tiers],
        inputs={"walks": "beef"},
        lineage={"mean_time": Lineage("mean seconds", ("classes",), behind)},
    )  # fmt: skip
    compared = find(
        "simulation.comparison",
        pd.DataFrame(
            [("a", d, 1.0, 2.0) for d in ("all", "gap", "over_80")],
            columns=["scheme", "display", "base", "value"],
        ),
        key=["scheme", "display"],
        parents=[seeds],
        lineage=dict.fromkeys(
            ("base", "value"), Lineage("paired", (), (("simulation.groups", "display", "display"),))
        ),
    )
    for finding in (evidence, tiers, groups, seeds, compared):
        save(finding, tmp_path / "findings")
    told = {
        code: {"code": code, "zh": zh, "source": source, "verified": verified}
        for code, (zh, source, verified) in ENTRIES.items()
    }
    path = tmp_path / "findings" / "catalogue.json"
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return tmp_path


def steps(node):
    yield node
    for child in node.children:
        yield from steps(child)


def told(node, language="zh"):
    return "\n".join(lines(node, language))


def test_a_tier_leads_to_the_rows_of_its_facts_those_of_its_reason_first(out):
    node = explain(out, "needs.tiers", row="lin", column="sure")
    assert (node.row, node.value) == ({"person": "lin"}, 1)
    assert [(c.row["indicator"], c.row["file"], c.row["row"]) for c in node.children] == [
        ("lives_alone", "registers/civil.csv", 2),
        ("adl_level", "registers/civil.csv", 2),
    ]
    assert node.children[0].row["observed_on"] == "2026-09-01"
    assert node.children[0].inputs == {"facts": "f00d"}


def test_the_rule_that_decided_a_row_is_told_with_its_version(out):
    assert (
        explain(out, "needs.tiers", row="lin", column="sure").rule
        == "highest tier; elderly 2026.1 一级"
    )


def test_a_fact_cites_only_the_entry_of_its_own_indicator(out):
    node = explain(out, "needs.tiers", row="lin", column="sure").children[0]
    assert [entry["code"] for entry in node.entries] == ["indicators/lives_alone"]


def test_nothing_known_is_told_as_no_such_row_with_the_tables_looked_in(out):
    node = explain(out, "needs.tiers", row="chen", column="sure")
    assert node.value is None
    assert [(c.finding, c.rows, c.inputs) for c in node.children] == [
        ("needs.evidence", 0, {"facts": "f00d"})
    ]
    assert "needs.evidence（没有这样的行）" in told(node)
    assert "sure = 未知" in told(node)
    assert "sure = unknown" in told(node, "en")


def test_an_aggregate_shows_the_span_and_counts_the_rest_and_the_unknown(out):
    node = explain(out, "needs.groups", row="sure|all", column="value")
    shown = [child for child in node.children if not child.rest]
    assert [child.value for child in shown] == [1, 3, 4]
    assert [child.column for child in shown] == ["sure"] * 3
    rest = node.children[-1]
    assert (rest.rest, rest.rows, rest.unknown) == (True, 2, 1)
    assert "… 另有 2 行 needs.tiers（全部行里 1 行未知）" in told(node)


def test_a_group_rests_on_the_rows_of_its_own_group(out):
    node = explain(out, "needs.groups", row="sure|over_80", column="value")
    assert [child.row["person"] for child in node.children] == ["lin", "zhao"]


def test_the_whole_row_is_followed_where_the_parent_has_it_and_to_every_group_where_not(out):
    whole = explain(out, "simulation.comparison", row="a|all", column="value")
    assert {child.row["display"] for child in whole.children} == {"all"}
    gap = explain(out, "simulation.comparison", row="a|gap", column="value")
    assert {child.row["display"] for child in gap.children if not child.rest} == {"all", "over_80"}


def test_key_columns_that_both_tables_have_must_agree_and_base_means_the_base(out):
    value = explain(out, "simulation.comparison", row="a|over_80", column="value")
    assert {child.row["scheme"] for child in value.children} == {"a"}
    base = explain(out, "simulation.comparison", row="a|over_80", column="base")
    assert {child.row["scheme"] for child in base.children} == {"base"}


def test_a_part_of_the_catalogue_cited_whole_gives_all_its_entries_by_source(out):
    node = explain(out, "simulation.groups", row="a|0|all", column="mean_time")
    assert [entry["code"] for entry in node.entries] == ["classes/adult", "classes/child"]
    assert "依据: 某文献（未核实） – classes/adult, classes/child" in told(node)


def test_sources_are_marked_verified_not_verified_or_assumed(out):
    text = told(explain(out, "needs.tiers", row="lin", column="sure"))
    assert "某条例（已核实） – indicators/lives_alone" in text
    assert "某标准（未核实） – indicators/adl_level" in text
    assert "假设 – indicators/age" in text
    assert "assumption – indicators/age" in told(
        explain(out, "needs.tiers", row="wu", column="sure"), "en"
    )


def test_what_was_said_once_is_not_said_again(out):
    text = told(explain(out, "simulation.comparison", row="a|over_80", column="value"))
    assert text.count("规则: mean seconds") == 1
    assert text.count("读入: facts f00d") == 1
    assert text.count("needs.evidence [subject=lin, indicator=lives_alone") == 1


def test_a_column_without_a_way_of_its_own_leads_to_what_its_table_was_made_from(out):
    node = explain(out, "needs.groups", row="sure|general", column="note")
    assert node.rule == ""
    assert {child.finding for child in node.children} == {"needs.tiers"}


def test_a_row_shows_all_its_cells_and_one_trace_for_those_made_alike(out):
    node = explain(out, "needs.tiers", row="lin")
    assert [(c.column, c.value, bool(c.children)) for c in node.children] == [
        ("sure", 1, True), ("possible", 1, False),
    ]  # fmt: skip


def test_a_finding_alone_shows_what_it_was_made_from_each_table_once(out):
    node = explain(out, "simulation.comparison")
    named = [step.finding for step in steps(node)]
    assert named == ["simulation.comparison", "simulation.groups", "needs.tiers", "needs.evidence"]
    assert "（共 3 行）" in told(node)
    column = explain(out, "needs.tiers", column="sure")
    assert (column.column, column.rule) == ("sure", "highest tier")


def test_a_finding_is_found_by_name_by_id_and_in_its_own_folder(out):
    named = explain(out, "needs.tiers", row="lin", column="sure")
    assert explain(out, named.id, row="lin", column="sure") == named
    assert explain(out / "findings", "needs.tiers", row="lin", column="sure") == named


@pytest.mark.parametrize(
    ("arguments", "offered"),
    [
        (("needs.teirs", None, None), "needs.tiers"),
        (("F-0000000000", None, None), "needs.tiers"),
        (("needs.tiers", "linn", None), "lin"),
        (("needs.groups", "sure|generl", None), "sure|general"),
        (("needs.groups", "sur|over80", None), "sure|over_80"),
        (("needs.groups", "sure", None), "sure|all"),
        (("needs.groups", "sure|all|more", None), "sure|all"),
        (("needs.tiers", "lin", "sur"), "sure"),
        (("needs.tiers", None, "posible"), "possible"),
    ],
)
def test_what_is_not_there_is_told_with_the_nearest(out, arguments, offered):
    finding, row, column = arguments
    with pytest.raises(DataFault) as caught:
        explain(out, finding, row=row, column=column)
    assert offered in caught.value.faults[0].remedy.en


def test_no_fault_repeats_what_the_user_typed_as_a_row(out):
    with pytest.raises(DataFault) as caught:
        explain(out, "needs.tiers", row="王芳")
    assert "王芳" not in caught.value.text("zh")


def test_a_key_that_holds_the_sign_between_keys_is_found(out):
    table = pd.DataFrame({"combination": ["a|b", "c"], "kind": ["x", "y"], "n": [3, 4]})
    save(find("needs.combinations", table, key=["combination", "kind"]), out / "findings")
    assert explain(out, "needs.combinations", row="a|b|x", column="n").value == 3


def test_a_folder_without_findings_and_a_damaged_catalogue_are_told(out, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataFault, match="renlin run"):
        explain(tmp_path / "empty", "needs.tiers")
    (out / "findings" / "catalogue.json").write_text("{")
    with pytest.raises(DataFault, match=r"catalogue\.json"):
        explain(out, "needs.tiers", row="lin", column="sure")


def test_the_tree_is_plain_for_machines(out):
    value = explain(out, "needs.groups", row="sure|all", column="value").plain()
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    assert json.loads(text)["children"][0]["row"] == {"person": "lin"}
    assert set(value) == {
        "finding", "id", "row", "column", "value", "rule", "entries", "rows", "unknown", "children",
        "inputs", "rest",
    }  # fmt: skip
