"""检验: run published cases through the public simulation and print one page.

A case is a folder: ``case.toml`` with the source, the expected bands and where each comes
from, beside plain tables of nodes, links and persons. Anyone can add one.
"""

from renlin.verification.cases import Case, read_case
from renlin.verification.verify import SHIPPED, verify

__all__ = ["SHIPPED", "Case", "read_case", "verify"]
