"""Change points: found where planted, alarms on pure noise as often as stated."""

from itertools import combinations

import numpy as np
import pytest

from renlin.equity.change_points import _search, segment
from renlin.errors import DataFault
from renlin.random_streams import draw


def noise(seed, n_points, size, share):
    luck = draw(seed, "test series", np.arange(n_points), count=size).reshape(n_points, -1)
    return (luck < share).sum(axis=1).astype(float)


def test_a_step_is_found_where_it_is():
    found = segment(
        np.array([5.0, 6, 5, 20, 21, 19]), np.full(6, 30.0), alarm=0.05, level=0.95, seed=1
    )
    assert [change.at for change in found.changes] == [3]


def test_series_without_change_raise_alarms_as_often_as_stated():
    """200 series; with a rate of 5 % more than 20 alarms would come about once in 1,000."""
    size = np.full(10, 40.0)
    alarms = sum(
        bool(segment(noise(s, 10, 40, 0.3), size, alarm=0.05, level=0.95, seed=s).changes)
        for s in range(200)
    )
    assert 1 <= alarms <= 20


def test_a_planted_change_is_mostly_found():
    size = np.full(10, 40.0)
    found = 0
    for s in range(60):
        hits = np.r_[noise(s, 10, 40, 0.5)[:5], noise(s + 1000, 10, 40, 0.25)[:5]]
        places = [c.at for c in segment(hits, size, alarm=0.05, level=0.95, seed=s).changes]
        found += any(abs(at - 5) <= 1 for at in places)
    assert found >= 50


def test_the_search_is_exact():
    hits, n = np.array([1.0, 4, 2, 9, 3, 8, 8]), np.array([10.0, 9, 12, 10, 11, 9, 10])

    def fit(a, b):
        x, m = hits[a:b].sum(), n[a:b].sum()
        return 2 * sum(v * np.log(v / m) for v in (x, m - x) if v > 0)

    for k in (1, 2, 3):
        tried = [
            sum(fit(a, b) for a, b in zip((0, *cut), (*cut, 7), strict=True))
            for cut in combinations(range(1, 7), k)
        ]
        assert _search(hits[None], n, 3)[0][0, k - 1] == pytest.approx(max(tried) - fit(0, 7))


@pytest.mark.parametrize("hits", [[0.0] * 8, [20.0] * 8, [3.0, 4.0], []])
def test_constant_and_short_series_have_no_change(hits):
    found = segment(np.array(hits), np.full(len(hits), 20.0), alarm=0.05, level=0.95, seed=1)
    assert found.changes == ()


def test_more_hits_than_asked_are_refused():
    with pytest.raises(DataFault, match="whole numbers"):
        segment(np.array([1.0, 5, 2]), np.array([2.0, 4, 3]), alarm=0.05, level=0.95, seed=1)
