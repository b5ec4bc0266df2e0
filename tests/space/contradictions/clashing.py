"""Find contradictions by what they rest on, and nothing else: many small streets are drawn."""

from renlin.space.access.assess import coverage
from renlin.space.access.residents import living
from renlin.space.contradictions.assess import Clashes, assess_contradictions
from renlin.space.risk.assess import by_building_today
from renlin.space.risk.stock import stock


def clash(place, needs) -> Clashes:
    people = living(place, needs)
    held = stock(place["buildings"], place["entrances"], place["dwellings"])
    risk = by_building_today(place, held)
    covered = coverage(place, needs, people)
    return assess_contradictions(place, people, covered, risk.hazard, risk.inspections)
