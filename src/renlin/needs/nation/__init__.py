"""Judge all residents of a country, district by district: tiers, ranks, scores, counts."""

from renlin.needs.nation.merging import merge
from renlin.needs.nation.public import publish
from renlin.needs.nation.run import Nation, judge

__all__ = ["Nation", "judge", "merge", "publish"]
