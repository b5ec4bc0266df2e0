"""Stage 2 · 应灾空间研判: where the place fails whom.

Risk from dated inspections, reach on foot at each group's own pace, and honest
silence where the map is in pieces.
"""

from renlin.space.assess import Space, assess

__all__ = ["Space", "assess"]
