"""Measure what the design promises; ``python -m benchmarks`` prints one table."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One line of the table.

    ``bar`` is what the design asks for, in words, or empty.
    """

    what: str
    measured: str
    bar: str = ""
