"""Say how far each value of the catalogue may be off: the design space of the outer loop.

What is varied is what is *not known*, never what differs from person to person:

- A single number may lie anywhere from its ``low`` to its ``high``. It is drawn from the
  triangle over them whose peak is the catalogue's value: the catalogue states a most
  plausible value and bounds, and a uniform draw would forget the value where it lies off
  the middle (johnson1997).
- A number with a distribution describes how persons differ; its bounds are theirs. Persons
  keep being drawn from it. What is in doubt is its location: the catalogue's parameters
  ``location_doubt_a`` to ``_c`` say by how many standard deviations between persons, by
  the confidence of the entry. The whole distribution is scaled with it, so that the
  coefficient of variation stays and no speed becomes negative. Triangle as above.
- Counts stay whole, shares stay within 0 to 1.
- A number without bounds (a definition, a standard) is not varied; how many of those the
  simulation reads is said in the provenance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, gamma, sqrt
from typing import Literal

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Value
from renlin.errors import Fault, Said, SchemeFault, did_you_mean, raise_all

WHOLE = frozenset({"households", "runs", "stops", "storey", "storeys", "teams", "trips"})
"""Units that come in whole numbers."""
SHARE = "share"
Kind = Literal["range", "location"]


@dataclass(frozen=True)
class Doubt:
    """One value of the catalogue that may be other than it says.

    Attributes
    ----------
    name
        As :mod:`renlin.study.uncertainty.held` names it.
    value
        As it stands in the catalogue.
    kind
        ``range``: the number itself; ``location``: where its distribution lies.
    low, high
        Bounds of ``value.value`` in its unit, closed.
    """

    name: str
    value: Value
    kind: Kind
    low: float
    high: float

    @property
    def one_sided(self) -> bool:
        """Return whether the catalogue's value is one of the bounds: draws lie on one side."""
        return self.value.value in (self.low, self.high)

    def number(self, share: float) -> float:
        """Return the number below which ``share`` of the draws lie.

        Inverse of the triangle with ends ``a``, ``b`` and peak ``c``: up to the share
        ``F = (c - a) / (b - a)`` it is ``a + sqrt(share (b - a)(c - a))``, beyond it
        ``b - sqrt((1 - share)(b - a)(b - c))``.

        Source: johnson1997.
        """
        a, b = self.low, self.high
        c = min(max(self.value.value, a), b)
        if share * (b - a) <= c - a:
            drawn = a + sqrt(share * (b - a) * (c - a))
        else:
            drawn = b - sqrt((1.0 - share) * (b - a) * (b - c))
        return float(round(drawn)) if self.value.unit in WHOLE else drawn

    def moved(self, own: Value, number: float) -> Value:
        """Return ``own`` when the catalogue's number is ``number`` instead.

        ``own`` is the catalogue's value itself or what a scheme made of it. A scheme that
        goes part of the way to a bound goes the same part of the way from the new number,
        so that what was meant as an improvement stays one. Distributions are scaled.
        """
        if self.kind == "location":
            return scaled(own, number / self.value.value)
        return own.model_copy(update={"value": self._carried(own.value, number)})

    def _carried(self, own: float, number: float) -> float:
        stated = self.value.value
        if own == stated:
            return number
        bound = self.high if own > stated else self.low
        if bound == stated:
            return own
        return number + (own - stated) / (bound - stated) * (bound - number)


def doubts(
    values: Mapping[str, Value], read: Iterable[str], catalogue: Catalogue
) -> dict[str, Doubt]:
    """Return what may be varied of the values that were read, sorted by name.

    Parameters
    ----------
    values
        Name -> value of the catalogue, see :func:`renlin.study.uncertainty.held.values_of`.
    read
        Names the simulation read.
    catalogue
        Gives ``location_doubt_a``, ``_b`` and ``_c``.

    Source: johnson1997; helton2003 for ranges as the statement of what is not known.
    """
    found = {name: _doubt(name, values[name], catalogue) for name in sorted(set(read))}
    return {name: doubt for name, doubt in found.items() if doubt is not None}


def narrowed(
    known: Mapping[str, Doubt], values: Mapping[str, Value], wanted: Sequence[str]
) -> dict[str, Doubt]:
    """Return the doubts a study names: whole names, or what names begin with; all when none.

    Parameters
    ----------
    known
        What may be varied here.
    values
        All values of the catalogue: a name among them that is not read here is passed over.

    Raises
    ------
    SchemeFault
        For every name that the catalogue does not have, and when nothing is left.
    """
    faults = [_stranger(name, values) for name in wanted if not _under(values, name)]
    raise_all(faults, SchemeFault)
    chosen = {
        name: doubt
        for name, doubt in known.items()
        if not wanted or any(_within(name, branch) for branch in wanted)
    }
    if not chosen:
        raise SchemeFault(_nothing_left(known, wanted))
    return chosen


def scaled(value: Value, factor: float) -> Value:
    """Return the distribution of ``factor`` times the draw of ``value``.

    The spread of a lognormal is that of the logarithm and stays; a shift stays too.
    """
    update: dict[str, float] = {"value": value.value * factor}
    for bound in ("low", "high"):
        stated = getattr(value, bound)
        if stated is not None:
            moved = (stated - value.shift) * factor + value.shift
            update[bound] = min(moved, 1.0) if value.unit == SHARE else moved
    if value.sd is not None and value.distribution == "normal":
        update["sd"] = value.sd * factor
    return value.model_copy(update=update)


def _doubt(name: str, value: Value, catalogue: Catalogue) -> Doubt | None:
    if value.distribution != "point":
        return _location(name, value, catalogue)
    if value.low is None or value.high is None or value.low == value.high:
        return None
    low, high = min(value.low, value.value), max(value.high, value.value)
    if value.unit == SHARE:
        low, high = max(low, 0.0), min(high, 1.0)
    return Doubt(name, value, "range", low, high)


def _location(name: str, value: Value, catalogue: Catalogue) -> Doubt | None:
    """Return how far the location may be off: standard deviations between persons."""
    doubt = catalogue.number(f"location_doubt_{value.confidence.lower()}")
    if value.distribution == "lognormal":
        by = exp(doubt * float(value.sd or 0.0))
        low, high = value.value / by, value.value * by
    else:
        off = doubt * _relative_spread(value)
        low, high = value.value * (1.0 - off), value.value * (1.0 + off)
    return Doubt(name, value, "location", low, high) if low < high else None


def _relative_spread(value: Value) -> float:
    """Return standard deviation over mean, before cutting; 0 where the mean is 0."""
    if value.value <= 0.0:
        return 0.0
    if value.distribution == "uniform":
        return (float(value.high or 0.0) - float(value.low or 0.0)) / sqrt(12.0) / value.value
    shape = float(value.shape or 1.0)
    if value.distribution == "gamma":
        return 1.0 / sqrt(shape)
    if value.distribution == "weibull":
        return sqrt(gamma(1.0 + 2.0 / shape) / gamma(1.0 + 1.0 / shape) ** 2 - 1.0)
    return float(value.sd or 0.0) / value.value


def _within(name: str, branch: str) -> bool:
    return name == branch or name.startswith(branch.rstrip("/") + "/")


def _under(values: Mapping[str, Value], branch: str) -> bool:
    return any(_within(name, branch) for name in values)


def _stranger(name: str, values: Mapping[str, Value]) -> Fault:
    branches = {own.rsplit("/", 1)[0] for own in values}
    expected = Said("目录里的值，如 classes/adult", "a value of the catalogue, as classes/adult")
    remedy = did_you_mean(name, sorted({*values, *branches}))
    return Fault("study.toml", expected, Said(name, name), remedy, None, "uncertainty.vary")


def _nothing_left(known: Mapping[str, Doubt], wanted: Sequence[str]) -> Fault:
    listed = ", ".join(wanted) or "-"
    some = ", ".join(list(known)[:3]) or "-"
    return Fault(
        "study.toml",
        Said("至少一个有上下限、推演要读的值", "a value with bounds that the simulation reads"),
        Said(f"{listed}：一个也没有", f"{listed}: none"),
        Said(f"这里可以变的有 {some} 等。", f"Here may be varied: {some}, ..."),
        None,
        "uncertainty.vary",
    )
