"""Run schemes × scenarios × seeds, keep the findings, and answer with both views."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from renlin.study.chain import run
    from renlin.study.results import Results

_ROOMS = {"run": "chain", "Results": "results"}

__all__ = ["Results", "run"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name in _ROOMS:
        return getattr(import_module(f"renlin.study.{_ROOMS[name]}"), name)
    raise AttributeError(f"module 'renlin.study' has no attribute {name!r}")
