"""Stage 4 · 多元协同共治: who does what for whom, with evidence.

One household one plan, simulated and not only printed; paired help; responses chosen
by rules; a responsibility list with its gaps and overlaps.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from renlin.governance.govern import Governed, govern
    from renlin.governance.pair import Pairs, pair

_ROOMS = {"Governed": "govern", "govern": "govern", "Pairs": "pair", "pair": "pair"}

__all__ = ["Governed", "Pairs", "govern", "pair"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name in _ROOMS:
        return getattr(import_module(f"renlin.governance.{_ROOMS[name]}"), name)
    raise AttributeError(f"module 'renlin.governance' has no attribute {name!r}")
