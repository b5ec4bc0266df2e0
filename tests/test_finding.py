"""A finding's id follows what made it and nothing else."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from renlin.errors import DataFault
from renlin.finding import Lineage, content_hash, find, open_finding, save

PEOPLE = pd.DataFrame({"person": ["lin", "wu"], "age": pd.array([84, 30], dtype="Int64")})


def tiers(table=PEOPLE, **changes):
    return find("needs.tiers", table, key=["person"], inputs={"persons": PEOPLE}, **changes)


def test_the_same_work_gives_the_same_id():
    assert tiers().id == tiers().id


def test_the_order_of_rows_does_not_change_content_or_id():
    turned = PEOPLE.iloc[::-1]
    assert tiers(turned).content == tiers().content
    assert tiers(turned).id == tiers().id


@pytest.mark.parametrize(
    "change",
    [
        {"policy": {"epsilon": 0.2}},
        {"seeds": [1]},
        {"parameters": {"n": 3}},
        {"catalogue": {"classes": "x"}},
    ],
)
def test_policy_seeds_parameters_and_catalogue_change_the_id(change):
    assert tiers(**change).id != tiers().id


def test_a_changed_input_changes_the_id():
    older = PEOPLE.assign(age=pd.array([85, 30], dtype="Int64"))
    changed = find("needs.tiers", PEOPLE, key=["person"], inputs={"persons": older})
    assert changed.id != tiers().id


def test_a_child_stays_the_same_when_its_parent_comes_out_the_same():
    older = PEOPLE.assign(age=pd.array([85, 30], dtype="Int64"))
    parent = find("needs.tiers", PEOPLE, key=["person"], inputs={"persons": older})
    child = find("needs.list", PEOPLE, key=["person"], parents=[tiers()])
    assert find("needs.list", PEOPLE, key=["person"], parents=[parent]).id == child.id


def test_a_synthetic_parent_makes_its_children_synthetic():
    parent = tiers(synthetic=True)
    assert find("needs.list", PEOPLE, key=["person"], parents=[parent]).provenance.synthetic


def test_unknown_and_zero_have_different_content():
    known = pd.DataFrame({"v": [0.0]})
    unknown = pd.DataFrame({"v": [float("nan")]})
    assert content_hash(known) != content_hash(unknown)
    assert content_hash(pd.DataFrame({"v": [""]})) != content_hash(pd.DataFrame({"v": [None]}))


def test_a_key_used_twice_is_refused():
    with pytest.raises(ValueError, match="not unique"):
        find("needs.tiers", pd.concat([PEOPLE, PEOPLE]), key=["person"])


def test_a_lineage_may_cite_parents_only():
    with pytest.raises(ValueError, match="which are no parents"):
        tiers(lineage={"age": Lineage("from birth", (), (("x", "person", "subject"),))})


def test_a_finding_comes_back_from_disk_as_it_went(tmp_path):
    told = find("x", PEOPLE.rename(columns={"person": "subject"}), key=["subject"])
    made = tiers(
        parents=[told],
        lineage={"age": Lineage("from birth", ("indicators/age",), (("x", "person", "subject"),))},
        seeds=[1, 2],
    )
    back = open_finding(save(made, tmp_path))
    assert back.id == made.id
    assert back.content == made.content
    assert back.provenance == made.provenance


def test_shapes_come_back_from_disk_with_their_system(tmp_path):
    shapes = gpd.GeoDataFrame({"building": ["A"]}, geometry=[Point(1, 2)], crs="EPSG:32650")
    back = open_finding(save(find("space.points", shapes, key=["building"]), tmp_path))
    assert back.table.crs == shapes.crs
    assert back.content == content_hash(shapes)


def test_saving_twice_gives_the_same_bytes(tmp_path):
    first = save(tiers(), tmp_path / "a").read_bytes()
    assert save(tiers(), tmp_path / "b").read_bytes() == first


@pytest.mark.parametrize("content", [b"", b"not parquet"])
def test_a_file_that_is_no_finding_is_refused(tmp_path, content):
    path = tmp_path / "x.parquet"
    path.write_bytes(content)
    with pytest.raises(DataFault, match="written by this program"):
        open_finding(path)
