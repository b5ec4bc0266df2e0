"""Luck belongs to the person: order, count of others and workers cannot change it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.random_streams import draw, philox


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ([0, 0, 0, 0], (0, 0), ["6627e8d5", "e169c58d", "bc57ac4c", "9b00dbd8"]),
        ([0xFFFFFFFF] * 4, (0xFFFFFFFF,) * 2, ["408f276d", "41c83b0e", "a20bc7c6", "6d5451fd"]),
        (
            [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
            (0xA4093822, 0x299F31D0),
            ["d16cfe09", "94fdcceb", "5001e420", "24126ea1"],
        ),
    ],
)
def test_the_generator_gives_the_published_known_answers(counter, key, expected):
    words = philox(np.array([counter], dtype=np.uint64), key)[0]
    assert [f"{int(word):08x}" for word in words] == expected


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=20, unique=True), st.randoms()
)
def test_the_same_person_has_the_same_luck_wherever_they_stand(ids, shuffler):
    luck = dict(zip(ids, draw(3, "reaction", ids), strict=True))
    shuffled = list(ids)
    shuffler.shuffle(shuffled)
    assert draw(3, "reaction", shuffled).tolist() == [luck[one] for one in shuffled]


def test_a_longer_draw_begins_with_the_shorter_one():
    assert np.array_equal(draw(1, "a", ["p"], count=5)[0, :3], draw(1, "a", ["p"], count=3)[0])


def test_numbers_are_uniform_and_purposes_and_seeds_are_independent():
    n = 20_000
    ids = np.arange(n)
    first, second, other = draw(1, "a", ids), draw(1, "b", ids), draw(2, "a", ids)
    assert first.min() >= 0.0
    assert first.max() < 1.0
    # 4 standard errors of a uniform mean and of a correlation of n pairs
    assert abs(first.mean() - 0.5) < 4 / np.sqrt(12 * n)
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(n)
    assert abs(np.corrcoef(first, other)[0, 1]) < 4 / np.sqrt(n)


def test_whole_numbers_and_texts_are_both_ids():
    assert draw(1, "a", [1, 2]).shape == (2,)
    assert draw(1, "a", ["1", "2"]).shape == (2,)


def test_nobody_gets_no_numbers():
    assert draw(1, "a", np.array([], dtype=np.int64), count=3).shape == (0, 3)
