"""主体需求识别: who needs what, with the reason, the unknown and what would change it.

Steps take and return tables and do not know one another; ``identify`` introduces them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from renlin.needs.identify import Needs, identify

__all__ = ["Needs", "identify"]


def __getattr__(name: str) -> Any:
    """Import the stage when it is first asked for."""
    if name in __all__:
        from renlin.needs import identify as room

        return getattr(room, name)
    raise AttributeError(f"module 'renlin.needs' has no attribute {name!r}")
