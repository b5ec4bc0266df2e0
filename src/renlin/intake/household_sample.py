"""Spell out every household a household type allows: ages by band, sexes and tenure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from renlin.catalogue.load import Catalogue
from renlin.catalogue.maps import MEMBER_ROLES, HouseholdType
from renlin.errors import CatalogueFault, Fault, Said, did_you_mean
from renlin.intake.margins import band

Floats = npt.NDArray[np.float64]
TENURES = ("owner", "public_tenant", "tenant")
_OTHER = {"female": "male", "male": "female"}
_SAME, _BELOW, _PARENT = "head", "below", "parent"


@dataclass(frozen=True)
class Member:
    """One person of a household: role, age band (first, last), sex."""

    role: str
    low: int
    high: int
    sex: str


@dataclass(frozen=True)
class Sample:
    """Every household that may be chosen, once.

    Attributes
    ----------
    codes
        Type, members and tenure as one text; sorted, and the same for every seed.
    members
        Persons of each household.
    tenure
        How each is held.
    prior
        Shares before any margin is met, shape (n,), sum 1.
    """

    codes: tuple[str, ...]
    members: tuple[tuple[Member, ...], ...]
    tenure: tuple[str, ...]
    prior: Floats

    @property
    def size(self) -> Floats:
        """Return persons per household, shape (n,)."""
        return np.array([len(group) for group in self.members], dtype=float)


def household_sample(catalogue: Catalogue) -> Sample:
    """Return all households the types of the catalogue allow.

    A type's prior is shared equally among the households it spells out. Parents are at
    least ``parent_gap_least`` and at most ``parent_gap_most`` years older than their
    children, as far as their bands allow it to be told.

    Raises
    ------
    CatalogueFault
        With every type that cannot be read or allows no household.
    """
    rows: dict[str, tuple[tuple[Member, ...], str, float]] = {}
    faults: list[Fault] = []
    for entry in catalogue.household_types.values():
        try:
            groups = sorted(set(_groups(entry, catalogue)), key=_key)
        except _Unreadable as error:
            faults.append(error.fault(entry.code))
            continue
        if not groups:
            faults.append(_Unreadable(entry.members, MEMBER_ROLES).fault(entry.code))
            continue
        share = entry.prior / len(groups) / len(TENURES)
        for group, tenure in product(groups, TENURES):
            rows[f"{entry.code} {_key(group)} {tenure}"] = (group, tenure, share)
    if faults:
        raise CatalogueFault(faults)
    codes = tuple(sorted(rows))
    prior = np.array([rows[code][2] for code in codes])
    return Sample(
        codes,
        tuple(rows[code][0] for code in codes),
        tuple(rows[code][1] for code in codes),
        prior / prior.sum(),
    )


class _Unreadable(Exception):
    def __init__(self, text: str, known: tuple[str, ...]) -> None:
        super().__init__(text)
        self.text, self.known = text, known

    def fault(self, code: str) -> Fault:
        expected = Said("如 head:60-69;spouse:head", "such as head:60-69;spouse:head")
        got = Said(self.text, self.text)
        offer = did_you_mean(self.text, self.known)
        return Fault("household_types.csv", expected, got, offer, None, code)


def _groups(entry: HouseholdType, catalogue: Catalogue) -> Iterator[tuple[Member, ...]]:
    oldest = int(catalogue.number("age_oldest"))
    bands = _bands(catalogue, oldest)
    slots = []
    for part in entry.members.split(";"):
        role, _, words = part.strip().partition(":")
        if role not in MEMBER_ROLES:
            raise _Unreadable(role, MEMBER_ROLES)
        slots.append((role, tuple(word.strip() for word in words.split("|"))))
    free = [i for i, (role, words) in enumerate(slots) if not _partner(role, words)]
    for chosen in product(*(words for _, words in slots)):
        spans = _spans(chosen, slots, bands, oldest)
        if spans is None or not _generations(slots, spans, catalogue):
            continue
        for sexes in product(sorted(_OTHER), repeat=len(free)):
            by_slot = dict(zip(free, sexes, strict=True))
            yield _members(slots, spans, by_slot)


def _bands(catalogue: Catalogue, oldest: int) -> list[tuple[int, int]]:
    """Return every band that some type names, in order."""
    words = {
        word.strip()
        for entry in catalogue.household_types.values()
        for part in entry.members.split(";")
        for word in part.partition(":")[2].split("|")
    }
    return sorted(b for word in words if (b := band(word, oldest=oldest)) is not None)


def _partner(role: str, words: tuple[str, ...]) -> bool:
    """Return whether the sex follows from another member's."""
    return role == "spouse" or words == (_PARENT,)


def _spans(
    chosen: tuple[str, ...],
    slots: list[tuple[str, tuple[str, ...]]],
    bands: list[tuple[int, int]],
    oldest: int,
) -> list[tuple[int, int]] | None:
    """Return the age band of every slot; None when the band below does not exist."""
    spans: list[tuple[int, int]] = []
    for word, (role, _) in zip(chosen, slots, strict=True):
        if word == _SAME and role != "head":
            spans.append(spans[0])
        elif word == _BELOW:
            place = bands.index(spans[0])
            if place == 0:
                return None
            spans.append(bands[place - 1])
        elif word == _PARENT:
            spans.append(spans[-1])
        else:
            found = band(word, oldest=oldest)
            if found is None:
                raise _Unreadable(word, tuple(f"{low}-{high}" for low, high in bands))
            spans.append(found)
    return spans


_RANK = {"grandchild": 0, "child": 1, "head": 2, "spouse": 2, "parent": 3}


def _generations(
    slots: list[tuple[str, tuple[str, ...]]],
    spans: list[tuple[int, int]],
    catalogue: Catalogue,
) -> bool:
    """Return whether the bands allow every elder to be a parent of every younger one."""
    least = catalogue.number("parent_gap_least")
    most = catalogue.number("parent_gap_most")
    ranked = [
        (_RANK[role], span) for (role, _), span in zip(slots, spans, strict=True) if role in _RANK
    ]
    for rank, (low, high) in ranked:
        for other, (below_low, below_high) in ranked:
            gap = rank - other
            if gap > 0 and (high < below_low + gap * least or low > below_high + gap * most):
                return False
    return True


def _members(
    slots: list[tuple[str, tuple[str, ...]]],
    spans: list[tuple[int, int]],
    sexes: dict[int, str],
) -> tuple[Member, ...]:
    found: list[Member] = []
    for i, ((role, _), (low, high)) in enumerate(zip(slots, spans, strict=True)):
        partner = found[-1].sex if role == "parent" else (found[0].sex if found else "")
        sex = sexes[i] if i in sexes else _OTHER[partner]
        found.append(Member(role, low, high, sex))
    return tuple(found)


def _key(group: tuple[Member, ...]) -> str:
    return ",".join(f"{m.role[0]}{m.low}{m.sex[0]}" for m in group)
