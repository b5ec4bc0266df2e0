"""Name layers, entries and values behind a finding of this stage."""

from __future__ import annotations

from collections.abc import Iterable

from renlin.community.community import Community

Parents = tuple[tuple[str, str, str], ...]
"""Finding, own column, its column."""


def entries(part: str, codes: Iterable[object]) -> tuple[str, ...]:
    """Return catalogue entries as a lineage names them."""
    return tuple(f"{part}/{code}" for code in dict.fromkeys(codes))


def inputs(place: Community, *tables: str) -> dict[str, str]:
    """Return layer -> its hash."""
    return {name: place.hashes[name] for name in tables}


def digests(place: Community, *parts: str) -> dict[str, str]:
    """Return part of the catalogue -> its digest."""
    return {part: place.catalogue.digest(part) for part in parts}


def numbers(place: Community, codes: Iterable[str]) -> dict[str, float]:
    """Return parameter -> its value."""
    return {code: place.catalogue.number(code) for code in codes}
