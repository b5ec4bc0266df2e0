"""Shape a register: its rows, its luck, and what is true of whom they are about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from liulin_generator import cast
from liulin_generator.health import described
from liulin_generator.luck import Luck, between
from liulin_generator.people import Household, Person, households, persons

NOBODY = ""
CAST_SEEN = 100  # days
AS_OF = {
    "household": dt.date(2026, 10, 31),
    "civil": dt.date(2026, 9, 30),
    "medical": dt.date(2026, 10, 20),
    "grid": dt.date(2026, 10, 30),
}
"""Day each register was exported."""


@dataclass(frozen=True)
class Entry:
    """One row of a register: whom it is about and its cells by heading."""

    person: str
    cells: dict[str, str]

    def changed(self, **cells: str) -> Entry:
        """Return the row with some cells written anew."""
        return replace(self, cells={**self.cells, **cells})


@dataclass(frozen=True)
class Register:
    """One register: headings in order and rows in order."""

    name: str
    headings: tuple[str, ...]
    entries: tuple[Entry, ...]


@cache
def truth() -> Mapping[str, dict[str, str]]:
    """Return person -> what is true of them."""
    drawn = described(households())
    return {key: facts | cast.FACTS.get(key, {}) for key, facts in drawn.items()}


@cache
def homes() -> Mapping[str, Household]:
    """Return household key -> household."""
    return {home.key: home for home in households()}


@cache
def luck() -> Luck:
    """Return the luck of every resident in the registers."""
    return Luck([person.key for person in persons()])


def address(home: Household) -> str:
    """Return the address in full."""
    building, unit = int(home.unit[1:3]), home.unit[4:]
    return f"柳林新村{building}号楼{unit}单元{home.door}室"


def visited(person: Person, purpose: str, days: int, *, newest: dt.date, at_least: int = 2) -> str:
    """Return a day, ``at_least`` and up to ``days`` more before the newest, of a look.

    Nobody was looked in on before they came; the cast was visited of late.
    """
    span = min(days, CAST_SEEN) if person.key in cast.FACTS else days
    back = at_least + between(luck()(purpose)[person.key], 0, span)
    came = homes()[person.household].since
    return max(newest - dt.timedelta(days=back), min(came, newest)).isoformat()


COURSE_ENDED = "2026-05-01"
"""Day the yearly course for residents of 80 and over was dropped; invented."""


def five_questions(person: Person, day: str) -> str:
    """Return the share of five questions on safety a resident of 60 and over had right."""
    if person.age < 60:
        return ""
    old = person.age >= 80
    level = (0.45 if day >= COURSE_ENDED else 0.7) if old else 0.62
    right = round(5 * level + 2 * (luck()("five questions")[person.key] - 0.5))
    return f"{min(max(right, 0), 5) / 5:.1f}"
