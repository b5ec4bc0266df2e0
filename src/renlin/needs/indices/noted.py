"""Gather faults, remarks and facts while the parts of an index are worked out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from renlin.errors import Fault, Said
from renlin.needs.indices.steps import Impossible

_CORRECT = Said("改正表或定义。", "Correct the table or the definition.")


@dataclass
class Noted:
    """What was noted on the way.

    Attributes
    ----------
    place
        The table as named in faults.
    faults, notes, facts
        What must be corrected, what a reader must know, what the weights tell.
    """

    place: str
    faults: list[Fault] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def impossible(self, column: str, expected: Said, got: Said) -> None:
        """Note a column that cannot be worked out."""
        self.faults.append(Fault(self.place, expected, got, _CORRECT, None, column))

    def failed(self, column: str, error: Impossible) -> None:
        """Note the step that a column could not take."""
        self.impossible(column, error.expected, error.got)

    def note(self, zh: str, en: str) -> None:
        """Note what a reader must know, once."""
        said = Said(zh, en)
        if said not in self.notes:
            self.notes.append(said)
