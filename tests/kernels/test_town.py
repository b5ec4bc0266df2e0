"""The town of the benchmark is a valid case with every feature on."""

from __future__ import annotations

import numpy as np
from benchmarks.town import town

from renlin.kernels import codes as c
from renlin.kernels import movement
from renlin.kernels.validation import check_routes


def test_the_town_of_the_benchmark_uses_help_rests_smoke_and_shelters() -> None:
    case = town(400, side=5, horizon=1200.0)
    check_routes(case.network, case.routing)
    out = movement.run(*case._replace(parameters=case.parameters._replace(check=1)))
    assert (out.state == c.STATE_ARRIVED).mean() > 0.8
    behind_the_smoke = out.state == c.STATE_BLOCKED
    assert set(out.reason[behind_the_smoke]) <= {c.REASON_NO_ROUTE, c.REASON_CLOSED}
    assert (out.helped_by == c.HELP_HELPER).sum() > 5
    assert out.stops.sum() > 5
    assert out.unsafe_time.max() > 0
    assert len(np.unique(out.shelter[out.shelter >= 0])) >= 3


def test_another_seed_is_another_luck_on_the_same_ground() -> None:
    one, two = town(200, side=4, seed=1), town(200, side=4, seed=2)
    assert np.array_equal(one.network.length, two.network.length)
    assert not np.array_equal(one.entities.release, two.entities.release)
