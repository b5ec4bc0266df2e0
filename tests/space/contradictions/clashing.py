"""Find contradictions by the rooms they rest on, and no others: many small streets are drawn."""

from renlin.space.access.assess import assess_access
from renlin.space.access.residents import living
from renlin.space.contradictions.assess import Clashes, assess_contradictions
from renlin.space.risk.assess import assess_risk


def clash(place, needs) -> Clashes:
    people = living(place, needs)
    risk = assess_risk(place, people)
    access, _ = assess_access(place, needs, people)
    return assess_contradictions(place, people, access.coverage, risk.hazard, risk.inspections)
