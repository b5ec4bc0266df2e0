"""检验: run published cases through the public simulation and print one page.

A case is a folder: ``case.toml`` with the source, the expected bands and where each comes
from, beside plain tables of nodes, links and persons. Anyone can add one. What laboratories
measured is held against the same simulation, see :mod:`renlin.verification.laboratory`.
"""

from renlin.verification.cases import Case, read_case
from renlin.verification.laboratory import Laboratory, laboratory
from renlin.verification.verify import SHIPPED, left_out, verify

__all__ = ["SHIPPED", "Case", "Laboratory", "laboratory", "left_out", "read_case", "verify"]
