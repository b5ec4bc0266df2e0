"""Hold what a reader doubts about one value until its place in a file is known."""

from __future__ import annotations

from typing import NamedTuple

from renlin.errors import Fault, Said


class Doubt(NamedTuple):
    """Say what was expected, what stands there, and what to do; quote no value.

    A doubt never stops a reading by itself: whoever reads the file turns it into
    a fault with :meth:`at`, or keeps the value as unknown and lists the doubt.
    """

    expected: Said
    got: Said
    remedy: Said

    def at(self, place: str, row: int | None = None, column: str | None = None) -> Fault:
        """Return the doubt as a fault of ``place``."""
        return Fault(place, self.expected, self.got, self.remedy, row=row, column=column)
