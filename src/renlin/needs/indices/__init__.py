"""Composite indices: a definition is a versioned file, an index is what it makes of a table.

A published index comes out to the digit because every choice stands in the file: formulas,
direction and reversal, rounding at each step, ties, percentile convention, missing codes,
weights, aggregation, population floor, reference extent.
"""

from renlin.needs.indices.definitions import beside, read_definition
from renlin.needs.indices.index import STATE, Index, index
from renlin.needs.indices.stated import Definition
from renlin.needs.indices.uncertainty import uncertainty
from renlin.needs.indices.variables import read_formulas

__all__ = [
    "STATE", "Definition", "Index", "beside", "index", "read_definition", "read_formulas",
    "uncertainty",
]  # fmt: skip
