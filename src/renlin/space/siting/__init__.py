"""Choose where to open shelters, clinics or posts: for the mean, for the worst-off, for both.

Rooms: ``problem`` (who, where, how far), ``search`` (exchanges and a proven bound), ``forms``
(programmes of whole numbers), ``models`` (one answer each), ``rooms`` (the same where sites
hold only so many), ``serving`` (who goes where), ``answer`` (what it means), ``frontier``
(plans side by side), ``study`` and ``assess`` (a community's own grounds), ``tables``
(problems out of plain tables).
"""

from renlin.space.siting.answer import Siting, site
from renlin.space.siting.frontier import changed, frontier, stability, today
from renlin.space.siting.models import MODELS
from renlin.space.siting.problem import Problem, Terms, stated
from renlin.space.siting.tables import Read, read_tables

__all__ = [
    "MODELS",
    "Problem",
    "Read",
    "Siting",
    "Terms",
    "changed",
    "frontier",
    "read_tables",
    "site",
    "stability",
    "stated",
    "today",
]
