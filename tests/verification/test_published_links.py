"""Linkage is held against labels it never saw, in one table and in two."""

import pandas as pd
import pytest

from renlin.errors import DataFault
from renlin.verification.published import published

CASE = """kind = "link"
zh = "小例"
en = "small"
source = "by hand"
table = "a.csv"
spec = "spec.toml"
{truth}
[[expect]]
measure = "precision"
low = 1.0
source = "by hand"
[[expect]]
measure = "recall"
low = 0.5
source = "by hand"
"""
SPEC = """id = "id"
[[fields]]
name = "surname"
kind = "surname"
[[fields]]
name = "dob"
kind = "date"
[[fields]]
name = "phone"
kind = "phone"
"""
NAMES = ["anderson", "baker", "chapman", "dawson", "ellison", "fletcher", "gibson", "harper",
         "irving", "jackson", "kendall", "lawson", "mercer", "norton", "osborne", "palmer"]  # fmt: skip


@pytest.fixture
def case(tmp_path):
    folder = tmp_path / "cases" / "small"
    folder.mkdir(parents=True)
    rows = [
        {"id": f"p{n}-{copy}", "surname": name, "dob": f"19{40 + n}-0{1 + n % 9}-1{n % 9}",
         "phone": f"139000000{n:02d}"}
        for n, name in enumerate(NAMES)
        for copy in ("x", "y")
    ]  # fmt: skip
    pd.DataFrame(rows).to_csv(folder / "a.csv", index=False)
    (folder / "spec.toml").write_text(SPEC, encoding="utf-8")
    (folder / "case.toml").write_text(CASE.format(truth="cluster = '^(p\\d+)-'"), encoding="utf-8")
    return folder


def test_pairs_are_scored_by_the_person_their_ids_name(case):
    found = pd.DataFrame(published(case.parent, None))
    assert found["verdict"].tolist() == ["within", "within"]
    assert found["got"].tolist() == [1.0, 1.0]


def test_two_tables_are_linked_across_only(case):
    whole = pd.read_csv(case / "a.csv")
    whole[whole["id"].str.endswith("x")].to_csv(case / "a.csv", index=False)
    whole[whole["id"].str.endswith("y")].to_csv(case / "b.csv", index=False)
    text = (case / "case.toml").read_text(encoding="utf-8")
    (case / "case.toml").write_text(
        text.replace('table = "a.csv"', 'table = "a.csv"\nother = "b.csv"'), encoding="utf-8"
    )
    assert pd.DataFrame(published(case.parent, None))["verdict"].tolist() == ["within"] * 2


def test_labels_in_a_file_count_as_the_truth(case):
    (case / "case.toml").write_text(CASE.format(truth='labels = "l.csv"'), encoding="utf-8")
    missing = pd.DataFrame(published(case.parent, None))
    assert missing["verdict"].tolist() == ["not_run"] * 2
    labels = pd.DataFrame({"id_a": ["p0-x", "p1-x"], "id_b": ["p0-y", "p2-x"], "label": [1, 1]})
    labels.to_csv(case / "l.csv", index=False)
    found = pd.DataFrame(published(case.parent, None)).set_index("measure")
    assert found.loc["recall", "got"] == 0.5
    assert found.loc["precision", "verdict"] == "outside"


@pytest.mark.parametrize("truth", ["", "cluster = 'q(\\d+)'", "cluster = 'p'", "cluster = '('"])
def test_a_case_without_a_truth_is_refused(case, truth):
    (case / "case.toml").write_text(CASE.format(truth=truth), encoding="utf-8")
    with pytest.raises(DataFault):
        list(published(case.parent, None))
