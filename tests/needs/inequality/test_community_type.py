"""Community types: each recognised from its layers, unclear when the data do not tell."""

import pandas as pd
import pytest

from renlin.catalogue.load import load
from renlin.needs.inequality.community_type import features, recognise, type_risks


@pytest.fixture(scope="module")
def catalogue():
    return load()


def layers(floors=None, year=None, structure=None, lift=None, tenure=None, n=6):
    buildings = pd.DataFrame(
        {"floors": pd.array([floors] * n, dtype="Int64"), "year_built": pd.array([year] * n, dtype="Int64"),
         "structure": [structure] * n, "lift": pd.array([lift] * n, dtype="boolean"),
         "use": ["dwelling"] * n, "owner": [None] * n}
    )  # fmt: skip
    return {
        "buildings": buildings,
        "gates": pd.DataFrame({"keyholder": pd.array([], dtype="str")}),
        "households": pd.DataFrame({"tenure": [tenure] * n}),
    }


def read(catalogue, place, declared="work_unit"):
    shown = features(place, catalogue.community_features)
    return recognise(shown, catalogue.community_types, declared=declared, margin=0.8)


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("courtyard", layers(1, 1930, "brick_timber", False, "public_tenant")),
        ("work_unit", layers(5, 1978, "brick_concrete", False, "owner")),
        ("modern", layers(18, 2012, "rc_wall", True, "owner")),
    ],
)
def test_each_type_is_recognised_from_its_layers(catalogue, kind, place):
    table = read(catalogue, place)
    assert set(table["recognised"]) == {kind}
    assert table["posterior"].sum() == pytest.approx(1.0)
    assert table["doubt"].any() == (kind != "work_unit")


def test_where_nothing_is_known_the_type_is_unclear_and_the_prior_stays(catalogue):
    table = read(catalogue, layers())
    assert set(table["recognised"]) == {"unclear"}
    assert table["posterior"].tolist() == pytest.approx([1 / 3] * 3, abs=1e-5)
    assert not table["doubt"].any()


def test_what_is_unknown_lowers_the_confidence(catalogue):
    full, part = layers(5, 1978, "brick_concrete", False, "owner"), layers(5)
    sure, less = (
        read(catalogue, p).set_index("type").loc["work_unit", "posterior"] for p in (full, part)
    )
    assert less < sure


def test_a_mixture_of_halves_is_not_named_more_surely_than_either(catalogue):
    a, b = layers(1, 1930, "brick_timber", False), layers(18, 2012, "rc_wall", True)
    mixed = {name: pd.concat([a[name], b[name]], ignore_index=True) for name in a}
    assert read(catalogue, mixed)["posterior"].max() < 0.999


def hazards(*rows):
    return pd.DataFrame(rows, columns=["kind", "closed_on"]).assign(
        closed_on=lambda t: pd.to_datetime(t["closed_on"])
    )


def states(catalogue, place, found):
    shown = features(place, catalogue.community_features)
    table = type_risks(shown, catalogue.community_types, found)
    return table.set_index(["type", "risk"])["state"]


def test_a_risk_nobody_looked_for_is_unknown_and_an_open_finding_shows_it(catalogue):
    place = layers(5, 1978)
    none = states(catalogue, place, hazards())
    assert none["courtyard", "flooding"] == "unknown"
    assert (
        states(catalogue, place, hazards(("drainage", None)))["courtyard", "flooding"] == "present"
    )
    closed = hazards(("drainage", "2026-01-01"), ("flood_point", "2026-01-01"))
    assert states(catalogue, place, closed)["courtyard", "flooding"] == "absent"


def test_every_feature_has_a_likelihood_under_every_type_and_every_kind_exists(catalogue):
    for kind in catalogue.community_types.values():
        assert set(kind.likelihood) == set(catalogue.community_features)
        for risk in kind.risks:
            assert set(risk.hazards) <= set(catalogue.hazards)
            assert set(risk.features) <= set(catalogue.community_features)
