"""Stage 4 · 多元协同共治: who does what for whom, with evidence.

One household one plan, simulated and not only printed; paired help; responses chosen
by rules; a responsibility list with its gaps and overlaps.
"""

from renlin.governance.govern import Governed, govern
from renlin.governance.pair import Pairs, pair

__all__ = ["Governed", "Pairs", "govern", "pair"]
