"""One cell is walked back to register rows, rules and sources."""

import json

import pandas as pd
import pytest
from tests.community.drawn import willow

from renlin.errors import DataFault
from renlin.finding import Lineage, find, save
from renlin.needs import identify
from renlin.report.explain import explain
from renlin.report.explain_lines import lines
from renlin.space import assess
from renlin.study.results import Results, gather, keep

SOURCES = {
    "hazards/wiring": {"code": "hazards/wiring", "source": "Rong 2024", "verified": "False"},
    "parameters/point_tier": {
        "code": "parameters/point_tier",
        "source": "assumption",
        "verified": "True",
    },
}


def evidence(n=1):
    table = pd.DataFrame(
        {
            "subject": [f"p{k}" for k in range(n)], "indicator": "adl_level", "value": "3", "source": "civil",
            "file": "civil_affairs.csv", "row": range(2, n + 2), "observed_on": "2026-06-01", "state": "known",
        }
    )  # fmt: skip
    made = Lineage("newest fact in force")
    return find("needs.evidence", table, key=["subject", "indicator"], lineage={"value": made})


def profiles(facts, n=1):
    table = pd.DataFrame(
        {"person": [f"p{k}" for k in range(n)], "display": "stick_slow", "entrance": "A-1"}
    )
    made = Lineage(
        "first class that holds",
        ("parameters/point_tier",),
        (("needs.evidence", "person", "subject"),),
    )
    return find("needs.profiles", table, key=["person"], parents=[facts], lineage={"display": made})


def groups(
    people, rows=(("shelter", "stick_slow", 1), ("shelter", "all", 1), ("shelter", "gap", 0))
):
    table = pd.DataFrame(rows, columns=["service", "display", "n"])
    made = Lineage(
        "residents by group",
        ("hazards/wiring", "moon/dust"),
        (("needs.profiles", "display", "display"),),
    )
    return find(
        "space.groups", table, key=["service", "display"], parents=[people], lineage={"n": made}
    )


@pytest.fixture
def shelf(tmp_path):
    """Return a results folder of three findings, each made from the one before."""

    def put(n=1, **changes):
        facts = evidence(n)
        people = profiles(facts, n)
        for finding in (facts, people, changes.get("groups", groups(people))):
            save(finding, tmp_path / "findings")
        (tmp_path / "findings/catalogue.json").write_text(json.dumps(SOURCES), encoding="utf-8")
        return tmp_path

    return put


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Return the findings of needs and space on Willow, written by a run."""
    folder = tmp_path_factory.mktemp("run")
    stages = identify(willow())
    keep(Results(willow(), gather(stages, assess(willow(), stages))), folder)
    return folder


class TestOneCell:
    def test_a_cell_leads_to_the_row_of_the_register(self, shelf):
        top = explain(shelf(), "space.groups", row="shelter|stick_slow", column="n")
        assert (top.value, top.rule) == (1, "residents by group")
        (person,) = top.children
        assert (person.finding, person.column, person.value) == (
            "needs.profiles",
            "display",
            "stick_slow",
        )
        (fact,) = person.children
        assert fact.row == {
            "subject": "p0", "indicator": "adl_level", "source": "civil", "file": "civil_affairs.csv", "row": 2,
            "observed_on": "2026-06-01", "state": "known",
        }  # fmt: skip
        assert (fact.column, fact.value, fact.rule) == ("value", "3", "newest fact in force")

    def test_sources_are_cited_and_what_the_catalogue_lacks_is_marked(self, shelf):
        top = explain(shelf(), "space.groups", row="shelter|stick_slow", column="n")
        assert [entry["source"] for entry in top.entries] == ["Rong 2024", "?"]
        told = list(lines(top, "en"))
        assert "  source: Rong 2024 (not verified) – hazards/wiring" in told
        assert "    source: assumption – parameters/point_tier" in told

    def test_everybody_and_the_gap_rest_on_every_group(self, shelf):
        for row in ("shelter|all", "shelter|gap"):
            assert len(explain(shelf(), "space.groups", row=row, column="n").children) == 1

    def test_many_rows_are_shown_by_a_few_and_counted(self, shelf):
        top = explain(shelf(n=9), "space.groups", row="shelter|stick_slow", column="n")
        shown = [child for child in top.children if not child.rest]
        (rest,) = (child for child in top.children if child.rest)
        assert 0 < len(shown) < 9
        assert len(shown) + rest.rows == 9

    def test_rows_match_by_several_columns_at_once(self, shelf):
        people = profiles(evidence())
        made = Lineage("r", (), (("needs.profiles", "display+entrance", "display+entrance"),))
        table = pd.DataFrame(
            {"display": ["stick_slow"] * 2, "entrance": ["A-1", "B-1"], "n": [1, 0]}
        )
        both = find("space.groups", table, key=["entrance"], parents=[people], lineage={"n": made})
        folder = shelf(groups=both)
        (person,) = explain(folder, "space.groups", row="A-1", column="n").children
        (nobody,) = explain(folder, "space.groups", row="B-1", column="n").children
        assert person.row == {"person": "p0"}
        assert nobody.is_none

    def test_without_a_column_every_traced_one_is_told(self, shelf):
        cells = explain(shelf(), "space.groups", row="shelter|stick_slow").children
        assert [cell.column for cell in cells] == ["n"]

    def test_what_is_unknown_is_told_as_unknown(self, shelf):
        table = pd.DataFrame({"display": ["stick_slow"], "n": pd.array([None], dtype="Int64")})
        bare = find("space.groups", table, key=["display"])
        top = explain(shelf(groups=bare), "space.groups", row="stick_slow", column="n")
        assert top.value is None
        assert next(lines(top, "en")).endswith("n = unknown")
        assert next(lines(top, "zh")).endswith("n = 未知")


class TestTheWholeTable:
    def test_a_finding_is_told_with_its_parents_and_rows(self, shelf):
        top = explain(shelf(n=5), "space.groups")
        assert (top.rows, top.children[0].rows, top.children[0].children[0].rows) == (3, 5, 5)

    def test_a_finding_is_found_by_its_id(self, shelf):
        folder = shelf()
        by_name = explain(folder, "needs.profiles")
        assert explain(folder, by_name.id) == by_name

    def test_the_findings_folder_itself_may_be_given(self, shelf):
        folder = shelf()
        assert explain(folder / "findings", "space.groups") == explain(folder, "space.groups")


class TestWhatIsNotThere:
    @pytest.mark.parametrize(
        ("ask", "offer"),
        [
            ({"finding": "space.group"}, "Did you mean space.groups?"),
            ({"finding": "space.groups", "row": "shelter|stick_slo"}, "shelter|stick_slow"),
            ({"finding": "space.groups", "row": "shelter"}, "shelter"),
            ({"finding": "space.groups", "row": "shelter|all", "column": "m"}, "expected a column"),
        ],
    )
    def test_the_nearest_is_offered(self, shelf, ask, offer):
        with pytest.raises(DataFault) as caught:
            explain(shelf(), **ask)
        assert offer in caught.value.text("en")

    def test_a_table_without_rows_says_there_is_no_such_row(self, shelf):
        empty = groups(profiles(evidence()), rows=())
        with pytest.raises(DataFault) as caught:
            explain(shelf(groups=empty), "space.groups", row="a|b")
        assert "no such row" in caught.value.text("en")

    def test_a_file_of_somebody_else_is_refused(self, shelf):
        folder = shelf()
        (folder / "findings/other.parquet").write_bytes(b"PAR1")
        with pytest.raises(DataFault):
            explain(folder, "other")


class TestText:
    def test_lines_are_indented_and_in_the_language_asked(self, shelf):
        top = explain(shelf(n=9), "space.groups", row="shelter|stick_slow", column="n")
        zh, en = list(lines(top, "zh")), list(lines(top, "en"))
        assert len(zh) == len(en)
        assert zh[0].startswith("F-")
        assert any(line.startswith("  F-") for line in en)
        assert any("另有" in line for line in zh)
        assert any("more rows" in line for line in en)

    def test_the_tree_is_plain_data(self, shelf):
        plain = explain(shelf(), "space.groups", row="shelter|stick_slow", column="n").plain()
        again = json.loads(json.dumps(plain, ensure_ascii=False))
        assert again["children"][0]["children"][0]["row"]["file"] == "civil_affairs.csv"


class TestWillow:
    """From a cell of the space stage down to what people wrote."""

    def walked(self, node):
        yield node
        for child in node.children:
            yield from self.walked(child)

    @pytest.mark.parametrize(
        ("finding", "row", "column"),
        [
            ("space.coverage", "lin|shelter", "state"),
            ("space.coverage_groups", "shelter|wheelchair", "covered_share"),
            ("space.points", "pt-A-1", "unserved_vulnerable"),
            ("space.points", "pt-A-1", "score"),
            ("space.paper_only", "A-1|wheelchair|shelter", "time"),
        ],
    )
    def test_who_is_not_covered_leads_to_a_row_of_a_register_and_to_sources(
        self, kept, finding, row, column
    ):
        nodes = list(self.walked(explain(kept, finding, row=row, column=column)))
        files = {node.row["file"] for node in nodes if "file" in node.row}
        assert files & {"civil_affairs.csv", "grid.csv", "medical.csv"}
        assert nodes[0].rule
        sources = [entry for node in nodes for entry in node.entries]
        assert sources
        assert not [entry for entry in sources if entry["source"] == "?"]

    def test_a_risk_leads_to_the_rows_of_the_inspections(self, kept):
        nodes = list(self.walked(explain(kept, "space.hazard", row="A", column="risk")))
        rows = [(node.row["file"], node.row["row"]) for node in nodes if "file" in node.row]
        assert set(rows) == {("layers/hazards.csv", 2), ("layers/hazards.csv", 5)}

    def test_a_point_leads_to_both_risk_and_reach(self, kept):
        found = {
            node.finding
            for node in self.walked(explain(kept, "space.points", row="pt-A-1", column="rank"))
        }
        assert {"space.hazard", "space.inspections", "space.coverage", "needs.evidence"} <= found
