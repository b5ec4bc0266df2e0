"""Vary what is not known about the parameters, and ask whether the order of schemes stands."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from renlin.study.uncertainty.outer_loop import Varied, vary

_ROOMS = {"vary": "outer_loop", "Varied": "outer_loop"}

__all__ = ["Varied", "vary"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name in _ROOMS:
        return getattr(import_module(f"renlin.study.uncertainty.{_ROOMS[name]}"), name)
    raise AttributeError(f"module 'renlin.study.uncertainty' has no attribute {name!r}")
