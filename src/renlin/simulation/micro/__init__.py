"""Micro check 微观检查: one gate, lane, yard or stair flight, body by body.

An optional extra (``pip install 'renlin[micro]'``); nothing else of the simulation needs it.
"""

from renlin.simulation.micro.check import check, rehearse
from renlin.simulation.micro.overlay import (
    bottleneck_rows,
    slow_share_rows,
    with_capacity,
    write_overlay,
)

__all__ = [
    "bottleneck_rows",
    "check",
    "rehearse",
    "slow_share_rows",
    "with_capacity",
    "write_overlay",
]
