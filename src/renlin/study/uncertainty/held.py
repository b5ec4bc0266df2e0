"""Find every value of the catalogue by its name, put others in its place, watch which are read.

A value is named by its part, its entry and, inside an entry, its field: ``parameters/
storey_height``, ``classes/adult/speed_level``, ``scenarios/flood/depth``,
``presence/general/2`` (group and hour).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from pydantic import PrivateAttr

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Model, Value

NUMBERS = frozenset({"value", "low", "high", "sd", "shape", "shift"})
"""Fields of a value that make it count as read."""


def values_of(catalogue: Catalogue) -> dict[str, Value]:
    """Return every value of the catalogue with its number, name -> value.

    Examples
    --------
    >>> from renlin.catalogue.load import load
    >>> values_of(load())["classes/adult/speed_level"].unit
    'm/s'
    """
    found: dict[str, Value] = {}
    for item in fields(catalogue):
        part = getattr(catalogue, item.name)
        if isinstance(part, Mapping):
            for code, entry in part.items():
                found |= dict(_inside(f"{item.name}/{_code(code)}", entry))
    return found


def with_values(catalogue: Catalogue, values: Mapping[str, Value]) -> Catalogue:
    """Return the catalogue with ``values`` in place of those of the same names."""
    touched = {name.split("/", 1)[0] for name in values}
    changed: dict[str, Any] = {
        part: {
            code: _put(f"{part}/{_code(code)}", entry, values)
            for code, entry in getattr(catalogue, part).items()
        }
        for part in sorted(touched)
    }
    return replace(catalogue, **changed)


def watched(catalogue: Catalogue, seen: Callable[[str], None]) -> Catalogue:
    """Return the catalogue with values that call ``seen`` with their name when they are read."""
    spies: dict[str, Value] = {
        name: _Watched.of(value, name, seen) for name, value in values_of(catalogue).items()
    }
    return with_values(catalogue, spies)


def _inside(name: str, entry: object) -> Iterator[tuple[str, Value]]:
    if isinstance(entry, Value):
        yield name, entry
    elif isinstance(entry, Model):
        for field_name in type(entry).model_fields:
            held = getattr(entry, field_name)
            if isinstance(held, Value):
                yield f"{name}/{field_name}", held
            elif isinstance(held, Mapping):
                for key, inner in held.items():
                    if isinstance(inner, Value):
                        yield f"{name}/{key}", inner


def _put(name: str, entry: Any, values: Mapping[str, Value]) -> Any:
    """Return ``entry`` with the values of ``values`` that belong to it."""
    if isinstance(entry, Value):
        return values.get(name, entry)
    if not isinstance(entry, Model) or not any(own in values for own, _ in _inside(name, entry)):
        return entry
    update: dict[str, Any] = {}
    for field_name in type(entry).model_fields:
        held = getattr(entry, field_name)
        if isinstance(held, Value):
            update[field_name] = values.get(f"{name}/{field_name}", held)
        elif isinstance(held, Mapping):
            update[field_name] = {
                key: values.get(f"{name}/{key}", inner) for key, inner in held.items()
            }
    return entry.model_copy(update=update)


def _code(code: object) -> str:
    return "/".join(map(str, code)) if isinstance(code, tuple) else str(code)


class _Watched(Value):
    """A value that tells when one of its numbers is read."""

    _tell: Callable[[], None] = PrivateAttr(default=lambda: None)

    @classmethod
    def of(cls, value: Value, name: str, seen: Callable[[str], None]) -> _Watched:
        made = cls.model_construct(**value.__dict__)
        made._tell = lambda: seen(name)
        return made

    def __getattribute__(self, name: str) -> Any:
        if name in NUMBERS:
            private = object.__getattribute__(self, "__pydantic_private__")
            if private:
                private["_tell"]()
        return super().__getattribute__(name)
