"""Counts for everybody: small cells hidden, noise in every cell there could be."""

import json
import shutil
from pathlib import Path

import pytest

from renlin.catalogue.load import load
from renlin.errors import DataFault, PrivacyFault
from renlin.report.publication import publish_counts

WILLOW = Path(__file__).parents[1] / "places" / "willow"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(WILLOW, tmp_path / "willow")


def test_in_a_court_of_few_every_cell_of_few_is_hidden(folder, tmp_path):
    made = publish_counts(folder, "display", "possible", tmp_path / "out" / "t.csv")
    shown = made.table[~made.table["hidden"]]
    assert ((shown["n"] >= 10) | (shown["n"] == 0)).all()
    assert made.hidden > 0
    assert (tmp_path / "out" / "t.csv").is_file()


def test_noise_is_in_every_cell_there_could_be_and_the_budget_is_spent(folder, tmp_path):
    made = publish_counts(folder, "display", "sure", tmp_path / "t.csv", epsilon=1.5)
    assert len(made.table) == 4 * len(load().displays)
    kept = json.loads((folder / "vault" / "published.json").read_text(encoding="utf-8"))
    assert kept == {"spent_thousandths": 1500}
    with pytest.raises(PrivacyFault):
        publish_counts(folder, "display", "sure", tmp_path / "u.csv", epsilon=1.0)
    assert not (tmp_path / "u.csv").exists()


def test_a_number_has_no_list_of_values_and_gets_no_noise(folder, tmp_path):
    with pytest.raises(PrivacyFault):
        publish_counts(folder, "display", "age", tmp_path / "t.csv", epsilon=0.5)
    assert not (folder / "vault").exists()


def test_an_unknown_feature_is_told_with_the_nearest_one(folder, tmp_path):
    with pytest.raises(DataFault, match="display"):
        publish_counts(folder, "displai", "sure", tmp_path / "t.csv")
