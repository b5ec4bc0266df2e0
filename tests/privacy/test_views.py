"""A role sees the rows and columns of its task and nothing else."""

import pandas as pd
import pytest

from renlin.catalogue.load import load
from renlin.errors import PrivacyFault
from renlin.privacy.views import Reader, view

TABLE = pd.DataFrame(
    {
        "person": ["a", "b"],
        "building": ["1", "2"],
        "lives_alone": [True, False],
        "bedridden": [True, pd.NA],
        "identity_number": ["x", "y"],
    }
)


@pytest.fixture(scope="module")
def known():
    found = load()
    return found.fields, found.roles


def test_a_grid_worker_sees_the_own_buildings_and_nothing_medical(known):
    seen = view(TABLE, Reader("grid_worker", "rescue", ("1",)), *known)
    assert seen["person"].tolist() == ["a"]
    assert list(seen.columns) == ["person", "lives_alone"]


def test_a_community_worker_sees_all_that_the_purpose_needs(known):
    seen = view(TABLE, Reader("community_worker", "rescue"), *known)
    assert list(seen.columns) == ["person", "lives_alone", "bedridden"]
    linking = view(TABLE, Reader("community_worker", "link"), *known)
    assert list(linking.columns) == ["person", "identity_number"]


@pytest.mark.parametrize("role", ["committee", "planner", "public"])
def test_who_sees_counts_only_is_refused_single_records(known, role):
    with pytest.raises(PrivacyFault):
        view(TABLE, Reader(role, "rescue"), *known)


def test_an_unknown_role_is_refused_with_the_nearest_one(known):
    with pytest.raises(PrivacyFault) as caught:
        view(TABLE, Reader("grid_workr", "rescue"), *known)
    assert "grid_worker" in caught.value.faults[0].remedy.en
