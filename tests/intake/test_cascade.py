"""The cascade links what is proven, refuses what is contradicted, and asks about the rest."""

import numpy as np
import pandas as pd
import pytest

from renlin.intake.cascade import Caution, link_keys
from renlin.intake.register_keys import KEYS
from renlin.intake.remainder import shipped_model, weigh

CAUTION = Caution(chance=1e-4, shared_phone=6, slips=2, merge=0.95, review=0.5)
WEI = {"hanzi": "李伟", "pinyin": "li wei", "birth": "19700305", "sex": "male"}
HOME = {"address": "院|3|2|501", "building": "院|3", "community": "院"}


def keys(*records):
    table = pd.DataFrame([{**dict.fromkeys(KEYS), **record} for record in records])
    return table[list(KEYS)].astype("str")


def link(*registers, weighed=False, **told):
    model = shipped_model()
    scale = (lambda a, b: weigh(a, b, model)) if weighed else None
    return link_keys([keys(*r) for r in registers], CAUTION, weigh=scale, **told)


def persons(*registers, **options):
    return link(*registers, **options).persons["person"].tolist()


def crowd(n):
    """Return ``n`` others, all different."""
    return [
        {"hanzi": f"人{i}", "pinyin": f"ren {i}", "birth": f"19{50 + i % 40}0101"} for i in range(n)
    ]


def test_one_valid_number_is_one_person_whatever_else_moved():
    a = {**WEI, "number": "n1", "number_text": "n1", "phone": "1"}
    b = {"hanzi": "李伟", "pinyin": "li wei", "number": "n1", "number_text": "n1", "phone": "2"}
    assert persons([a], [b]) == [0, 0]


def test_one_number_under_two_names_is_two_persons():
    a = {**WEI, "number": "n1", "number_text": "n1"}
    b = {"hanzi": "王芳", "pinyin": "fang wang", "number": "n1", "number_text": "n1"}
    assert persons([a], [b]) == [0, 1]


@pytest.mark.parametrize(
    "other",
    [
        {"sex": "female"},
        {"number": "n2", "number_text": "n2"},
        {"hanzi": "李玮"},
    ],
)
def test_name_and_birth_do_not_link_what_something_contradicts(other):
    a = {**WEI, "number": "n1", "number_text": "n1"}
    assert persons([a], [{**WEI, **other}]) == [0, 1]


def test_a_name_that_sounds_alike_is_one_person_when_the_flat_agrees_too():
    assert persons([{**WEI, **HOME}], [{**WEI, **HOME, "hanzi": "李玮"}]) == [0, 0]


def test_a_twin_whose_name_sounds_alike_is_left_to_people():
    twin = {**WEI, **HOME, "hanzi": "李玮", "pinyin": "li wei"}
    third = {**WEI, **HOME, "hanzi": "李薇"}
    assert persons([{**WEI, **HOME}, twin], [third]) == [0, 1, 2]


def test_two_of_one_name_born_the_same_day_are_not_told_apart_by_it():
    one = {**WEI, "number": "n1", "number_text": "n1"}
    other = {**WEI, "number": "n2", "number_text": "n2"}
    assert persons([one, other], [WEI]) == [0, 1, 2]


def test_a_link_on_name_and_birth_alone_is_made_and_shown_to_people():
    found = link([WEI], [WEI])
    assert found.persons["person"].tolist() == [0, 0]
    assert found.doubts[["row", "with_row", "state"]].to_numpy().tolist() == [[1, 0, "merged"]]
    assert len(link([{**WEI, "phone": "1"}], [{**WEI, "phone": "1"}]).doubts) == 0


def test_a_borrowed_number_does_not_make_parent_and_child_one():
    parent = {**WEI, "number": "n1", "number_text": "n1"}
    child = {**parent, "birth": "20010809"}
    assert persons([parent], [child]) == [0, 1]


def test_a_common_name_and_birth_need_something_beside_them():
    others = [{**WEI, "birth": f"1960{m:02}01"} for m in range(1, 13)]
    born = [{**row, "birth": WEI["birth"]} for row in crowd(12)]
    city = [WEI, *others, *born]
    assert persons(city, [WEI])[-1] == len(city)
    beside = [{**WEI, "phone": "1"}, *others, *born]
    assert persons(beside, [{**WEI, "phone": "1"}])[-1] == 0


def test_a_worker_s_telephone_links_nobody():
    worker = [{**row, "phone": "9"} for row in crowd(10)]
    a = {"hanzi": "李伟", "pinyin": "li wei", "phone": "9"}
    assert persons([*worker, a], [a])[-1] == 11


def test_father_and_child_of_one_flat_and_telephone_are_two_persons():
    father = {**WEI, **HOME, "phone": "1"}
    child = {**HOME, "hanzi": "李微", "pinyin": "li wei", "birth": "19990101", "phone": "1"}
    assert persons([father], [child], weighed=True) == [0, 1]


def test_who_lives_now_in_a_flat_is_not_who_lived_there_before():
    before = {**WEI, **HOME}
    now = {**HOME, "hanzi": "赵敏", "pinyin": "min zhao", "birth": "19880808", "sex": "female"}
    assert persons([now], [before], weighed=True) == [0, 1]


def test_people_join_what_nothing_links_and_split_what_everything_links():
    a, b = {"hanzi": "甲", "pinyin": "jia"}, {"hanzi": "乙", "pinyin": "yi"}
    assert persons([a], [b], same=[(1, 0)]) == [0, 0]
    sure = {**WEI, "number": "n1", "number_text": "n1"}
    assert persons([sure], [sure]) == [0, 0]
    assert persons([sure], [sure], apart=[(1, 0)]) == [0, 1]


def test_a_split_pair_is_not_asked_about_again():
    found = link([{**WEI, **HOME}], [{**WEI, **HOME}], weighed=True, apart=[(0, 1)])
    assert found.persons["person"].tolist() == [0, 1]
    assert len(found.doubts) == 0


def test_a_wrong_digit_of_a_birth_beside_the_same_flat_is_weighed_and_joined():
    a = [{**WEI, **HOME, "phone": "13900000001"}, *crowd(60)]
    b = [{**WEI, **HOME, "birth": "19700306", "phone": "13800000002"}]
    found = link(a, b, weighed=True)
    row = found.persons.iloc[-1]
    assert (row["person"], row["step"]) == (0, "weighed")
    assert row["probability"] >= CAUTION.merge


def test_what_is_weighed_shows_its_weights_and_no_value():
    a = [{**WEI, **HOME}, *crowd(60)]
    b = [{"hanzi": "李伟", "pinyin": "li wei", "building": "院|3", "community": "院"}]
    doubts = link(a, b, weighed=True).doubts
    assert doubts["state"].tolist() == ["open"]
    assert doubts["weight_name"].iloc[0] > 0
    assert not doubts.astype(str).apply(lambda c: c.str.contains("李|院|li wei")).any().any()


def test_nobody_in_no_register():
    assert len(link_keys([], CAUTION).persons) == 0
    assert len(link_keys([keys({}).iloc[:0]], CAUTION).persons) == 0


def test_records_of_nothing_but_blanks_stay_alone():
    assert persons([{}, {}], [{}], weighed=True) == [0, 1, 2]


def test_the_order_of_rows_changes_no_link():
    a = [{**WEI, **HOME}, *crowd(20)]
    b = [*crowd(20)[5:], {**WEI, "address": HOME["address"]}]
    straight = np.array(persons(a, b))
    turned = np.array(persons(a[::-1], b[::-1]))
    back = np.r_[turned[: len(a)][::-1], turned[len(a) :][::-1]]
    same = straight[:, None] == straight[None, :]
    assert (same == (back[:, None] == back[None, :])).all()
