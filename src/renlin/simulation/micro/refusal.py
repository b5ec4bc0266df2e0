"""Refuse what would make a micro run stuck, absurd or endless, before it starts."""

from __future__ import annotations

import numpy as np

from renlin.errors import Fault, Said
from renlin.simulation.micro.spot import LEAST_RUN_OUT, Spot
from renlin.simulation.micro.walkers import Walkers

MOST_WALKERS = 1_000
"""Beyond, one run costs minutes. Source: simulation reference 9.2."""
SQUEEZE = 0.05
"""m a disc needs beside itself: a radius of 0.40 m passes a door of 0.90 m, 0.44 never does.
Source: jupedsim; simulation reference 9.3."""
ROUNDING = 1e-6  # m


def missing() -> Fault:
    """Return what to install, as a fault."""
    return Fault(
        "renlin micro",
        Said("可选组件 micro（JuPedSim 1.4.2）", "the extra micro (JuPedSim 1.4.2)"),
        Said("没有安装", "not installed"),
        Said(
            "运行 pip install 'renlin[micro]'；不要图形界面就运行 "
            "pip install --no-deps 'jupedsim>=1.4.2,<2' 和 pip install 'deprecated<1.3'。",
            "Run pip install 'renlin[micro]'; or, without its graphical viewer, "
            "pip install --no-deps 'jupedsim>=1.4.2,<2' and pip install 'deprecated<1.3'.",
        ),
    )


def refusals(spot: Spot, walkers: Walkers) -> list[Fault]:
    """Return everything that would make a run stuck, absurd or endless, before it starts."""
    faults = []
    if len(walkers) > MOST_WALKERS:
        faults.append(_too_many(spot, len(walkers)))
    widest = float(walkers.radius.max(initial=0.0))
    if 2.0 * widest > spot.width - SQUEEZE + ROUNDING:
        faults.append(
            _too_wide(spot, widest, int((2.0 * walkers.radius > spot.width - SQUEEZE).sum()))
        )
    for side, used in ((spot.behind, ~walkers.back), (spot.before, walkers.back)):
        far = 0.0 if side.exit.is_empty else side.exit.distance(spot.passage)
        if used.any() and far < LEAST_RUN_OUT - ROUNDING:
            faults.append(_exit_in_door(spot, far))
    numbers = (walkers.time, walkers.speed, walkers.speed_on_stairs, walkers.radius)
    if not all(np.isfinite(column).all() for column in numbers):
        faults.append(_not_numbers(spot))
    return faults


def _too_many(spot: Spot, n: int) -> Fault:
    return Fault(
        spot.code,
        Said(f"至多 {MOST_WALKERS} 人", f"at most {MOST_WALKERS} persons"),
        Said(f"{n} 人", f"{n}"),
        Said(
            "微观检查只看一处；缩短时段，或用 renlin simulate 看整个社区。",
            "A micro check looks at one spot; take a shorter period, or renlin simulate for the "
            "whole community.",
        ),
        None,
        "persons",
    )


def _too_wide(spot: Spot, radius: float, n: int) -> Fault:
    return Fault(
        spot.code,
        Said(
            f"身体直径至多 {spot.width - SQUEEZE:.2f} 米（净宽 {spot.width:.2f} 米）",
            f"bodies of at most {spot.width - SQUEEZE:.2f} m (clear width {spot.width:.2f} m)",
        ),
        Said(f"{n} 人更宽，最宽 {2 * radius:.2f} 米", f"{n} wider, up to {2 * radius:.2f} m"),
        Said(
            "他们永远过不去，会把所有人堵住；放宽通道，或另给他们一条路。",
            "They never pass and would hold everybody up; widen the passage or give them "
            "another way.",
        ),
        None,
        "radius",
    )


def _exit_in_door(spot: Spot, far: float) -> Fault:
    return Fault(
        spot.code,
        Said(
            f"出口离通道至少 {LEAST_RUN_OUT:g} 米",
            f"an exit at least {LEAST_RUN_OUT:g} m from the passage",
        ),
        Said(f"{far:.2f} 米", f"{far:.2f} m"),
        Said(
            "出口放在门里，人一到门就消失，流量大得离谱；把出口放远。",
            "An exit in the door lets people vanish there and the flow comes out absurd; move "
            "it away.",
        ),
        None,
        "exit",
    )


def _not_numbers(spot: Spot) -> Fault:
    return Fault(
        spot.code,
        Said("时间、速度、半径都是数", "times, speeds and radii that are numbers"),
        Said("有缺失或无穷大的", "missing or infinite ones"),
        Said("没到过这里的人不放进来。", "Leave out who never comes here."),
        None,
        "walkers",
    )
