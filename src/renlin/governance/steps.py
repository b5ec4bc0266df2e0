"""Number the steps of a plan: pictogram, few words, median seconds where the runs tell them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from renlin.catalogue.load import Catalogue

Step = dict[str, Any]
HALF = 0.5
STAYING: Mapping[str, tuple[tuple[str, str], ...]] = {
    "stair_fire": (("button", "ring"), ("exit", "shut"), ("help", "wave"), ("helper", "helper")),
    "earthquake": (("button", "ring"), ("helper", "helper")),
    "flood": (("flood", "stay_up"), ("button", "ring"), ("helper", "helper")),
    "local_incident": (("gas", "window"), ("button", "ring"), ("helper", "helper")),
    "personal_incident": (("button", "ring"), ("helper", "helper")),
    "building_fire": (("button", "ring"), ("exit", "shut"), ("help", "wave"), ("helper", "helper")),
    **dict.fromkeys(
        ("aftershock", "collapse", "crowding", "power_cut", "heat", "kept_at_home"),
        (("button", "ring"), ("helper", "helper")),
    ),
}
"""Mechanism -> pictogram and word of each step of who stays."""


def going(run: Mapping[Any, Any], take: tuple[str, ...], catalogue: Catalogue) -> list[Step]:
    """Return the steps of who goes: until somebody comes or one is ready, down, to safety.

    Seconds are medians by phase; a phase that takes no time is no step. Where fewer than
    half of the runs arrive the way is told without times.

    Parameters
    ----------
    run
        Row of ``simulation.households``.
    """
    fetched = _more(run["helper_used_share"]) or _more(run["wait_p50"])
    before = _sum(run["premove_p50"], run["wait_p50"])
    ready = "oxygen" if "oxygen" in take else "prepare"
    way = _sum(*(run[f"{name}_p50"] for name in ("lanes", "queue", "rest", "blocked")))
    phases = (
        ("helper", "helper", before) if fetched else ("alarm", "alarm", before),
        (ready, "prepare", _sum(run["prepare_p50"])),
        ("stairs", "stairs", _sum(run["stairs_p50"])),
        ("shelter", "shelter", way),
    )
    arrives = not pd.isna(run["arrived_share"]) and run["arrived_share"] >= HALF
    return [
        _step(picture, word, seconds if arrives else None, catalogue)
        for picture, word, seconds in phases
        if not arrives or (seconds is not None and seconds > 0)
    ]


def staying(run: Mapping[Any, Any], mechanism: str, catalogue: Catalogue) -> list[Step]:
    """Return the steps of who stays: call, protect the home, be seen, wait for help.

    The wait is until the median helper comes; in a fall, until the median first help.
    """
    waits = mechanism in ("personal_incident", "kept_at_home")
    known = run["p50"] if waits else run["helper_p50"]
    comes = None if pd.isna(known) else float(known)
    return [
        _step(picture, word, comes if word == "helper" else None, catalogue)
        for picture, word in STAYING[mechanism]
    ]


def _step(picture: str, word: str, seconds: float | None, catalogue: Catalogue) -> Step:
    return {
        "pictogram": picture,
        "zh": catalogue.word(f"step_{word}", "zh"),
        "en": catalogue.word(f"step_{word}", "en"),
        "seconds": None if seconds is None else round(seconds, 1),
    }


def _more(value: Any) -> bool:
    return not pd.isna(value) and value > 0


def _sum(*parts: Any) -> float | None:
    """Return the sum of the known parts, None when none is known."""
    known = [float(part) for part in parts if not pd.isna(part)]
    return sum(known) if known else None
