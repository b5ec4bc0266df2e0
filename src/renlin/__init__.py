"""Renlin 韧邻: who is least protected, why, what would happen, what to do first.

The four stages and the folder are reached as attributes and imported on first
use, so that ``import renlin`` stays light::

    import renlin as rl
    place = rl.open_community("liulin")
    needs = rl.needs.identify(place)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from renlin.version import VERSION

__version__ = VERSION

if TYPE_CHECKING:
    from renlin import equity, governance, intake, needs, report, simulation, space, study
    from renlin.community.folder import open_community, save_community
    from renlin.community.scheme import read_scheme

_ROOMS = ("equity", "governance", "intake", "needs", "report", "simulation", "space", "study")
_VERBS = {
    "open_community": "renlin.community.folder",
    "read_scheme": "renlin.community.scheme",
    "save_community": "renlin.community.folder",
}

__all__ = [
    "equity",
    "governance",
    "intake",
    "needs",
    "open_community",
    "read_scheme",
    "report",
    "save_community",
    "simulation",
    "space",
    "study",
]


def __getattr__(name: str) -> Any:
    """Import a room or verb when it is first asked for."""
    if name in _ROOMS:
        return import_module(f"renlin.{name}")
    if name in _VERBS:
        return getattr(import_module(_VERBS[name]), name)
    raise AttributeError(f"module 'renlin' has no attribute {name!r}")
