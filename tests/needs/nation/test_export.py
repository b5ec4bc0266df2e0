"""A community's findings become national rows that say the same and name nobody."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.needs.nation.conftest import read

import renlin as rl
from renlin.errors import PrivacyFault
from renlin.needs import identify
from renlin.needs.identify import rules_in_force
from renlin.needs.nation import judge
from renlin.needs.nation.district import Cells
from renlin.needs.nation.export import national_rows, stepped, write_rows


@pytest.fixture(scope="module")
def willow():
    place = rl.open_community("tests/places/willow")
    return place, identify(place)


def rows(willow, names):
    place, found = willow
    return national_rows(
        found.indicators.table, found.evidence.table, names, rules_in_force(place),
        place.catalogue, community="willow",
    )  # fmt: skip


def pseudonyms(found):
    table = found.indicators.table
    keys = sorted({*table["person"], *table["household"]})
    return {key: f"x{at:04d}" for at, key in enumerate(keys)}


def test_the_country_gives_a_community_the_tiers_it_gave_itself(willow, tmp_path):
    place, found = willow
    names = pseudonyms(found)
    write_rows(rows(willow, names), tmp_path / "in", city="c", district="d")
    judge(
        tmp_path / "in", tmp_path / "out", rules_in_force(place), place.catalogue,
        cells=Cells(10, 3),
    )  # fmt: skip
    judged = read(tmp_path / "out/residents/city=c/district=d/residents.parquet")
    judged = judged.set_index("person")
    own = found.tiers.table
    mine = judged.loc[own["person"].map(names)]
    assert mine["sure"].tolist() == own["sure"].tolist()
    assert mine["possible"].tolist() == own["possible"].tolist()


def test_who_has_no_pseudonym_is_refused_and_not_named(willow):
    with pytest.raises(PrivacyFault) as caught:
        rows(willow, {})
    assert "lin" not in caught.value.text("en").split()


@settings(deadline=None)
@given(st.lists(st.floats(0, 120), min_size=1, max_size=30))
def test_a_step_never_crosses_a_threshold(values):
    cuts = [0.0, 1.0, 6.0, 80.0]
    given_ = np.array(values)
    made = stepped(given_, 0.0, 120.0, cuts)
    for cut in cuts:
        assert (np.sign(made - cut) == np.sign(given_ - cut)).all()
    assert (np.abs(made - given_) <= 0.12 + 1e-9).all()
