"""Draw how each resident moves in one run: the six behaviour parameters of every class.

Walking speed on the level, down and up stairs; companions come from the household; stops
and their duration; carried volume as body size and speed; reaction time. One number per
(seed, person, purpose), so that every scheme and every scenario meets the same person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import BehaviourClass, Value
from renlin.simulation.luck import Luck, sample
from renlin.simulation.population import Residents

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

ADULT = "adult"
"""Class of staff, of whom no register says more."""


@dataclass(frozen=True)
class Bodies:
    """What each person brings along in one run, shape (n_persons,) each.

    Attributes
    ----------
    level, down, up
        Free speed, m/s; on stairs along the slope.
    size
        Space of the person with what it carries, in persons.
    stops, dwell
        Rests on the way, and seconds of each.
    reaction, preparation
        Factor on pre-movement, and seconds of getting ready.
    """

    level: Floats
    down: Floats
    up: Floats
    size: Floats
    stops: Whole
    dwell: Floats
    reaction: Floats
    preparation: Floats


def bodies(who: Residents, catalogue: Catalogue, luck: Luck) -> Bodies:
    """Return how everybody moves in the run of ``luck``.

    Fast on the level is fast on stairs: one draw serves the three speeds. Luggage slows on
    the level by its volume and takes room everywhere.

    Source: simulation reference 4.1 to 4.3; classes of the catalogue.
    """
    pace = luck("person", "speed")

    def of(purpose: str, value: Callable[[BehaviourClass], Value]) -> Floats:
        return per_class(who, luck("person", purpose), value)

    litres = of("carried", lambda kind: kind.carried_l)
    return Bodies(
        level=per_class(who, pace, lambda k: k.speed_level) * luggage_factor(litres, catalogue),
        down=per_class(who, pace, lambda kind: kind.speed_down),
        up=per_class(who, pace, lambda kind: kind.speed_up),
        size=of("size", lambda k: k.size) + litres * catalogue.number("luggage_size_per_l"),
        stops=np.rint(of("stops", lambda kind: kind.n_stops)).astype(np.int64),
        dwell=of("dwell", lambda kind: kind.dwell),
        reaction=of("reaction", lambda kind: kind.reaction_factor),
        preparation=of("preparation", lambda kind: kind.preparation),
    )


def per_class(who: Residents, luck: Floats, value: Callable[[BehaviourClass], Value]) -> Floats:
    """Return one draw per person from the distribution of their class."""
    made = np.empty(who.n)
    for index in np.unique(who.kind):
        mine = who.kind == index
        made[mine] = sample(value(who.kinds[index]), luck[mine])
    return made


def luggage_factor(litres: Floats, catalogue: Catalogue) -> Floats:
    """Return the factor on level speed by carried volume: none, small, medium, large.

    Source: shanghai_metro for the factors; the bounds of volume are an assumption.
    """
    bounds = [0.0, catalogue.number("luggage_small_l"), catalogue.number("luggage_medium_l")]
    names = ("small", "medium", "large")
    factors = [1.0, *(catalogue.number(f"luggage_factor_{name}") for name in names)]
    return np.asarray(factors)[np.searchsorted(bounds, litres, side="left")]


def has_wheels(kind: BehaviourClass) -> bool:
    """Return whether a class that is carried on steps has wheels of its own for the level.

    A class with as many companions as carriers has none, and is carried everywhere.
    """
    return bool(kind.companions.value < kind.n_helpers)


def staff_speeds(catalogue: Catalogue, luck: Floats) -> Floats:
    """Return speeds of helpers no register describes, shape (n, 3): level, down, up."""
    kind = catalogue.classes[ADULT]
    values = (kind.speed_level, kind.speed_down, kind.speed_up)
    return np.stack([sample(value, luck) for value in values], axis=1)
