"""Name the parts of helpers: who comes first, who stands in."""

from __future__ import annotations

PRIMARY, SECOND, BACKUP = "primary", "second", "backup"
FIRST_ROLES = (PRIMARY, SECOND)
ROLES = (PRIMARY, SECOND, BACKUP)


def part_of(role: str) -> str:
    """Return the role of the layer ``pairs`` behind a numbered one, such as ``second-3``."""
    return role.split("-")[0]
