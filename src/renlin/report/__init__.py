"""Write what one run found for people: a report, household cards, maps, layers, a summary."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from renlin.report.cards import write_cards
    from renlin.report.dossier import write_report
    from renlin.report.layers import write_geopackage
    from renlin.report.openmap.page import write_maps
    from renlin.report.summary import write_summary

_VERBS = {
    "write_cards": "renlin.report.cards",
    "write_geopackage": "renlin.report.layers",
    "write_maps": "renlin.report.openmap.page",
    "write_report": "renlin.report.dossier",
    "write_summary": "renlin.report.summary",
}

__all__ = ["write_cards", "write_geopackage", "write_maps", "write_report", "write_summary"]


def __getattr__(name: str) -> Any:
    """Import a verb when it is first asked for."""
    if name in _VERBS:
        return getattr(import_module(_VERBS[name]), name)
    raise AttributeError(f"module 'renlin.report' has no attribute {name!r}")
