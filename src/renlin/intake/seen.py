"""Hold what looking into a file found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from renlin.errors import Fault

Kind = Literal[
    "register", "map", "layer", "finding", "community", "results", "declaration", "file"
]  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What a file or folder holds.

    Attributes
    ----------
    kind
        What it is.
    facts
        Name -> value, in the order to print; a value may be said in both languages.
    preview
        A small table without private values, or None.
    faults, doubts
        What must be corrected, and what can be lived with.
    """

    kind: Kind
    facts: Mapping[str, object] = field(default_factory=dict)
    preview: pd.DataFrame | None = None
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()
