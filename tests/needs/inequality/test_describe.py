"""Findings of inequality on Willow: who came, who is compared, and that no resident is named."""

import pandas as pd
import pytest

from renlin.needs import identify


@pytest.fixture(scope="module")
def renewed(willow):
    renewals = pd.DataFrame(
        {"renewal": ["r"], "name": ["lift"], "began_on": [pd.Timestamp("2025-01-01")],
         "ended_on": [pd.Timestamp("2025-12-31")], "source": ["notice"]}
    ).astype(willow["renewals"].dtypes.to_dict())  # fmt: skip
    spending = pd.DataFrame(
        {"spending": ["s"], "year": [2025], "place": ["A"], "purpose": ["roof"],
         "amount": [1100.0], "source": ["account"]}
    ).astype(willow["spending"].dtypes.to_dict())  # fmt: skip
    return identify(willow.with_tables(renewals=renewals, spending=spending))


def test_who_stayed_is_at_the_risk_of_before_when_nobody_left(renewed):
    rows = renewed.remaining.table
    assert rows["n_before"].tolist() == [19, 19]
    assert rows["n_remain"].tolist() == [19, 19]
    assert rows["difference"].tolist() == pytest.approx([0.0, 0.0], abs=1e-12)
    assert not rows["alert"].any()


def test_groups_of_a_few_show_no_figures(renewed):
    few = renewed.movers.table[renewed.movers.table["small"]]
    assert "tenant" in set(few["display"])
    assert few["n_came"].isna().all()


def test_money_is_laid_on_the_heads_of_its_building(renewed):
    """Building A: Lin, two He, three Sun, Zhao, two Qian, two Zhou; 1100 over 11."""
    row = renewed.spending.table.set_index("side").loc["A"]
    assert (row["persons"], row["per_head"]) == (11.0, 100.0)


def test_every_group_and_measure_has_a_gap(found, willow):
    gaps = found.gaps.table
    assert set(gaps["display"]) == set(willow.catalogue.displays)
    assert {"exposure", "sensitivity", "adaptive"} <= set(gaps["measure"])
    assert gaps["few_clusters"].all()


def test_no_finding_of_inequality_names_a_resident(renewed, willow):
    people = {*willow["persons"]["person"], *willow["households"]["household"]}
    for name in ("gaps", "inequality", "movers", "remaining", "spending", "disagreement", "series"):
        cells = {str(cell) for cell in getattr(renewed, name).table.to_numpy().ravel()}
        assert not cells & people


def test_without_the_layers_their_findings_are_empty(found):
    for name in ("movers", "remaining", "spending", "disagreement", "series"):
        assert len(getattr(found, name).table) == 0
