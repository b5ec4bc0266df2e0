"""Records of a community are released as a file declares, or refused with nothing written."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from renlin.errors import DataFault, PrivacyFault, SchemeFault
from renlin.privacy.publishing import k_anonymity, l_diversity
from renlin.report.publication import publish_counts
from renlin.report.release import release_records

WILLOW = Path(__file__).parents[1] / "places" / "willow"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(WILLOW, tmp_path / "willow")


def stated(tmp_path, text):
    path = tmp_path / "hierarchy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_written_has_classes_of_five_and_no_key_of_anybody(folder, tmp_path):
    text = (
        'sensitive = ["lives_alone"]\n[features.age]\nbands = [[18, 60], [60]]\n[features.female]\n'
    )
    out = tmp_path / "r.csv"
    made = release_records(folder, stated(tmp_path, text), out)
    table = pd.read_csv(out, dtype="str")
    assert list(table.columns) == ["age", "female", "lives_alone"]
    assert k_anonymity(table, ["age", "female"]) >= 5
    assert l_diversity(table, ["age", "female"], "lives_alone") >= 2
    assert len(table) + made.left_out == 21


def test_what_cannot_be_made_coarse_enough_is_refused_and_nothing_is_written(folder, tmp_path):
    text = 'sensitive = ["possible"]\npersons = 22\n[features.age]\n'
    with pytest.raises(PrivacyFault) as caught:
        release_records(folder, stated(tmp_path, text), tmp_path / "r.csv")
    assert "22" in caught.value.faults[0].expected.en
    assert not (tmp_path / "r.csv").exists()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('sensitive = ["possibel"]\n[features.age]\n', DataFault),
        ('sensitive = ["age"]\n[features.age]\n', DataFault),
        ('sensitive = ["possible"]\n[features.person]\n', DataFault),
        ("sensitive = []\n[features.age]\n", SchemeFault),
        ('sensitive = ["possible"]\n[features.age]\nbands = [[60, 18]]\n', SchemeFault),
        ('sensitive = ["possible"]\n[features.age]\nband = [[18]]\n', SchemeFault),
        ('sensitive = ["possible"]\nleft_out = 1.5\n[features.age]\n', SchemeFault),
        ("sensitive = [\n", SchemeFault),
    ],
)
def test_a_file_that_cannot_work_is_refused(folder, tmp_path, text, kind):
    with pytest.raises(kind):
        release_records(folder, stated(tmp_path, text), tmp_path / "r.csv")
    assert not (tmp_path / "r.csv").exists()


def test_entrances_and_buildings_are_counted_in_one_table(folder, tmp_path):
    made = publish_counts(folder, "entrance", "possible", tmp_path / "t.csv").table
    rows = set(made["row"])
    assert {"A", "B", "total"} <= rows
    assert any(row.startswith("A/") for row in rows)
    assert made.loc[made["row"] != "total", "hidden"].any()
