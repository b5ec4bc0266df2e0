"""Give away records of residents that are coarse enough for nobody to stand out, or refuse."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, model_validator

from renlin.community.folder import open_community
from renlin.community.settings import Declared, read_declared
from renlin.community.staging import staged
from renlin.errors import DataFault, Fault, Said
from renlin.needs import identify
from renlin.privacy.microdata import Bands, Bar, Kinds, Release, Step, released
from renlin.report.publication import chosen_features, residents

MOST_CHOICES = 20_000
"""Combinations of steps that are tried: more would take minutes, and a reader nothing from."""


class Feature(Declared):
    """How one feature is made coarser: bands of a number, or kinds of a word, fine to coarse."""

    bands: tuple[tuple[float, ...], ...] = ()
    kinds: tuple[dict[str, str], ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Feature:
        if self.bands and self.kinds:
            raise ValueError("bands or kinds, not both")
        if any(len(cuts) == 0 or list(cuts) != sorted(set(cuts)) for cuts in self.bands):
            raise ValueError("cuts of a band must rise")
        return self

    def steps(self) -> list[Step]:
        """Return the steps, fine to coarse."""
        return [*map(Bands, self.bands), *map(Kinds, self.kinds)]


class Hierarchy(Declared):
    """What is released, how it may be made coarser, and what it must come to.

    ``persons`` and ``values`` can only ask for more than the catalogue does.
    """

    features: dict[str, Feature]
    sensitive: tuple[str, ...] = Field(min_length=1)
    persons: int = Field(default=1, ge=1)
    values: int = Field(default=1, ge=1)
    left_out: float = Field(default=0.0, ge=0.0, lt=1.0)


def release_records(folder: Path, hierarchy: Path, out: Path) -> Release:
    """Write records of the community as ``hierarchy`` declares to ``out`` and return them.

    No key, name, household or date is among them, and their order tells nothing.

    Parameters
    ----------
    hierarchy
        TOML file: features with their steps, what is sensitive, the share left out at most.

    Raises
    ------
    SchemeFault
        When the file cannot be read.
    DataFault
        When a feature is not known, or is sensitive and to be made coarser at once.
    PrivacyFault
        When no choice of steps makes the records coarse enough; nothing is written then.
    """
    stated = read_declared(hierarchy, Hierarchy)
    _checked(stated, hierarchy.name)
    place = open_community(folder)
    people = residents(identify(place))
    people = chosen_features(people, (*stated.features, *stated.sensitive))
    number = place.catalogue.number
    bar = Bar(
        max(int(number("release_persons")), stated.persons),
        place.settings.k_households,
        max(int(number("publish_values")), stated.values),
        stated.left_out,
    )
    steps = {name: feature.steps() for name, feature in stated.features.items()}
    made = released(people, steps, stated.sensitive, bar)
    with staged(out.parent) as fresh:
        made.table.to_csv(fresh / out.name, index=False, lineterminator="\n")
    return made


def _checked(stated: Hierarchy, place: str) -> None:
    faults = [
        Fault(
            place,
            Said("要合并的，或敏感的", "a feature to be made coarser, or a sensitive one"),
            Said("两处都写了", "both"),
            Said("只留一处。", "Keep one."),
            column=name,
        )
        for name in stated.sensitive
        if name in stated.features
    ]
    if (n := _choices(stated.features)) > MOST_CHOICES:
        faults.append(
            Fault(
                place,
                Said(f"至多 {MOST_CHOICES} 种合并办法", f"at most {MOST_CHOICES} choices of steps"),
                Said(str(n), str(n)),
                Said("少写几项或几步。", "Name fewer features or steps."),
            )
        )
    if faults:
        raise DataFault(faults)


def _choices(features: Mapping[str, Feature]) -> int:
    n = 1
    for feature in features.values():
        n *= len(feature.steps()) + 2
    return n
