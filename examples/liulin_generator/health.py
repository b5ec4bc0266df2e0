"""Say what is true of each invented resident: care, aids, illness, means, telephone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from liulin_generator.luck import Luck, between, one_of, pick
from liulin_generator.people import Household, Person

Draw = Callable[[str], float]
Facts = dict[str, str]

_CARE = {
    # from age -> level of care needed -> share
    60: {"0": 0.93, "1": 0.05, "2": 0.015, "3": 0.005},
    70: {"0": 0.80, "1": 0.14, "2": 0.04, "3": 0.015, "4": 0.005},
    80: {"0": 0.56, "1": 0.25, "2": 0.11, "3": 0.055, "4": 0.025},
}
_ZONE_CARE = {"south": 2.0, "middle": 0.9, "north": 0.5}  # how much oftener care is needed
_GROUND_CARE = 1.6  # and on ground floors, where those who no longer climb have moved
_DISABLED = {"south": 0.02, "middle": 0.012, "north": 0.006}
_AIDS = {
    "0": {"none": 1.0},
    "1": {"none": 0.45, "stick": 0.55},
    "2": {"stick": 0.5, "frame": 0.3, "none": 0.2},
    "3": {"wheelchair_pushed": 0.62, "wheelchair_manual": 0.28, "frame": 0.1},
    "4": {"wheelchair_pushed": 0.5, "none": 0.5},
}


def facts_of(home: Household, luck: Luck) -> tuple[Facts, ...]:
    """Return the facts of everybody of a household, in its order."""
    return tuple(_facts(home, person, luck) for person in home.people)


def _facts(home: Household, person: Person, luck: Luck) -> Facts:
    def draw(purpose: str) -> float:
        return luck(purpose)[person.key]

    facts: Facts = {}
    likelier = _ZONE_CARE[home.zone] * (_GROUND_CARE if home.floor == 1 else 1.0)
    facts |= _care(person, likelier, draw) if person.age >= 60 else _younger(home, person, draw)
    facts |= _senses(person, draw)
    facts |= _illness(person, draw)
    facts |= _means(home, person, draw)
    return facts


def _care(person: Person, likelier: float, draw: Draw) -> Facts:
    """Return the care level of an older resident and the aid that goes with it."""
    shares = dict(_CARE[max(age for age in _CARE if age <= person.age)])
    for level in shares:
        shares[level] *= likelier if level != "0" else 1.0
    level = pick(draw("care"), shares)
    facts = {"care": level, "aid": pick(draw("aid"), _AIDS[level])}
    if level == "4":
        facts["bedridden"] = "yes" if facts["aid"] == "none" else "no"
    if person.age >= 75 and draw("cognition") < 0.06:
        facts["cognition"] = "yes"
    return facts


def _younger(home: Household, person: Person, draw: Draw) -> Facts:
    """Return disabilities of residents under 60; the child of an old parent has one oftener."""
    likely = 0.55 if home.kind == "elder_child" else _DISABLED[home.zone]
    if person.age < 7 or draw("disabled") >= likely:
        return {}
    kind = pick(draw("disability"), {"limb": 0.55, "mind": 0.3, "mental": 0.15})
    level = between(draw("grade"), 1, 4)
    if kind != "limb":
        return {kind: str(level)}
    aids = {1: "wheelchair_electric", 2: one_of(draw("aid"), ("crutches", "wheelchair_manual"))}
    return {"limb": str(level), "aid": aids.get(level, one_of(draw("aid"), ("none", "crutches")))}


def _senses(person: Person, draw: Draw) -> Facts:
    """Return graded loss of sight and hearing, 1 worst to 4."""
    facts: Facts = {}
    if draw("sight") < (0.05 if person.age >= 75 else 0.004):
        facts["sight"] = str(between(draw("sight grade"), 1, 4))
    if draw("hearing") < (0.06 if person.age >= 75 else 0.004):
        facts["hearing"] = str(between(draw("hearing grade"), 1, 4))
    return facts


def _illness(person: Person, draw: Draw) -> Facts:
    """Return chronic illness, devices that need power, dialysis and pregnancy."""
    facts: Facts = {}
    n = between(draw("chronic"), 0, 4) if person.age >= 65 else 0
    if person.age >= 45 and person.age < 65 and draw("chronic") < 0.25:
        n = 1
    if n:
        facts |= {"chronic": str(n), "medicine": "yes" if draw("medicine") < 0.7 else "no"}
    if person.age >= 70 and draw("device") < 0.02:
        facts["device"] = pick(
            draw("device kind"), {"oxygen": 0.8, "ventilator": 0.1, "suction": 0.1}
        )
    if person.age >= 45 and draw("dialysis") < 0.004:
        facts["dialysis"] = "3"
    if person.sex == "female" and 22 <= person.age <= 38 and draw("pregnant") < 0.06:
        facts["weeks"] = str(between(draw("weeks"), 8, 39))
    return facts


def _means(home: Household, person: Person, draw: Draw) -> Facts:
    """Return relief, telephone and language."""
    facts: Facts = {}
    poor = {"south": 0.11, "middle": 0.04, "north": 0.02}[home.zone]
    if person.relation == "户主" and home.tenure != "tenant" and draw("relief") < poor:
        facts["relief"] = pick(
            draw("relief kind"), {"dibao": 0.62, "edge": 0.2, "rigid": 0.12, "tekun": 0.06}
        )
    without = 0.0 if person.age < 60 else 0.22 if person.age < 75 else 0.5
    facts["phone"] = "no" if draw("smart") < without else "yes"
    if home.tenure == "tenant" and draw("language") < 0.06:
        facts["language"] = "dialect"
    return facts


def described(homes: tuple[Household, ...]) -> Mapping[str, Facts]:
    """Return person -> facts for all households."""
    luck = Luck([person.key for home in homes for person in home.people])
    return {
        person.key: facts
        for home in homes
        for person, facts in zip(home.people, facts_of(home, luck), strict=True)
    }
