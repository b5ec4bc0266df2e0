"""Read who lives behind a card's door and who comes: names only from the vault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from renlin.report.book import Book
from renlin.report.spacing import spaced
from renlin.report.tables import rows_of

Rows = list[dict[str, Any]]
ROLES = ("primary", "second", "backup")
BUTTONS = ("button", "bracelet")


@dataclass(frozen=True)
class Address:
    """Where a home is, as residents say it."""

    building: str
    entrance: str
    door: str
    floor: int | None


@dataclass(frozen=True)
class Helper:
    """Who comes in a role; without a name nobody was found yet."""

    role: str
    name: str
    building: str
    door: str
    seconds: float | None
    duty: bool


@dataclass(frozen=True)
class Home:
    """One household as its card needs it."""

    household: str
    name: str
    address: Address
    needs: tuple[tuple[str, str], ...]
    helpers: tuple[Helper, ...]
    help_kind: str
    has_button: bool


def homes(book: Book, households: list[str], identities: pd.DataFrame) -> list[Home]:
    """Return the homes in the order of their doors."""
    shelf = _Shelf(book, identities)
    made = [shelf.home(household) for household in households]
    return sorted(made, key=lambda home: shelf.order[home.household])


class _Shelf:
    """Tables of the community indexed once for all cards."""

    def __init__(self, book: Book, identities: pd.DataFrame) -> None:
        place = book.community
        self.book = book
        self.names = _names(identities)
        self.homes = place["households"].set_index("household")["dwelling"].to_dict()
        self.dwellings = place["dwellings"].set_index("dwelling").to_dict("index")
        self.doors = place["entrances"].set_index("entrance").to_dict("index")
        self.buildings = place["buildings"].set_index("building")["name"].to_dict()
        self.helpers = place["helpers"].set_index("helper").to_dict("index")
        self.home_of = place["persons"].set_index("person")["household"].to_dict()
        sensors = place["sensors"]
        self.buttons = set(sensors.loc[sensors["kind"].isin(BUTTONS), "place"])
        self.pairs = records(book.rows("governance.pairs"))
        self.profiles = records(_with_members(book))
        self.plans = records(book.rows("governance.plans"))
        self.first_of = {h: p for p, h in sorted(self.home_of.items(), reverse=True)}
        self.leaders = _leaders(book)
        self.order: dict[str, tuple[Any, ...]] = {}

    def home(self, household: str) -> Home:
        dwelling = self.homes.get(household)
        address = self.address(dwelling)
        own = self.profiles.get(household, [])
        kind = _kind(own)
        leader = self.leaders.get(household) or self.first_of.get(household, "")
        self.order[household] = (
            _natural(address.building), _natural(address.entrance), address.floor or 0,
            _natural(address.door), household,
        )  # fmt: skip
        helpers = tuple(self.helper(household, role) for role in ROLES)
        return Home(
            household, self.names.get(str(leader), ""), address, self.needs(household, own, kind),
            _kept(helpers, kind), kind, dwelling in self.buttons,
        )  # fmt: skip

    def address(self, dwelling: Any) -> Address:
        home = self.dwellings.get(dwelling, {})
        door = self.doors.get(home.get("entrance"), {})
        floor = home.get("floor")
        return Address(
            spaced(str(self.buildings.get(door.get("building"), ""))),
            spaced(str(door.get("name", ""))),
            str(home.get("door", "")),
            None if floor is None or pd.isna(floor) else int(floor),
        )

    def helper(self, household: str, role: str) -> Helper:
        row = next((r for r in self.pairs.get(household, []) if r["role"] == role), None)
        if row is None:
            return Helper(role, "", "", "", None, False)
        facts = self.helpers.get(row["helper"], {})
        duty = facts.get("kind") in ("staff", "professional")
        person = facts.get("person")
        own = (
            self.address(self.homes.get(self.home_of.get(person)))
            if isinstance(person, str)
            else None
        )
        name = self.names.get(str(person), "") if isinstance(person, str) else ""
        if not name:
            name = self.book.language.word("card_on_duty" if duty else "card_neighbour")
        seconds = row["time_to_door"]
        building = own.building if own is not None else ""
        if not building and isinstance(row.get("building"), str):
            building = spaced(str(self.buildings.get(row["building"], "")))
        return Helper(
            role, name, building, own.door if own is not None else "",
            None if pd.isna(seconds) else float(seconds), duty,
        )  # fmt: skip

    def needs(self, household: str, own: Rows, kind: str) -> tuple[tuple[str, str], ...]:
        """Return (sign, words) of what the household needs, the most pressing first."""
        made: list[tuple[str, str]] = []
        member = {name for row in own for name in self.book.groups if row.get(name) is True}
        member |= {str(row["display"]) for row in own}
        helpers = max((int(row.get("helpers_needed") or 0) for row in own), default=0)
        if kind == "carry":
            wheels = "wheelchair" in member
            words = ("carried" if wheels else "carried_two") if helpers >= 2 else "carried_one"
            made.append(("wheelchair" if wheels else "stairs-down", words))
        elif kind == "assist":
            made.append(("walking-stick", "assisted"))
        if _takes(self.plans.get(household, []), "oxygen"):
            made.append(("oxygen-device", "power"))
        made += [(sign, words) for group, sign, words in GROUPS if group in member]
        return tuple(dict.fromkeys(made))


GROUPS = (
    ("low_vision", "blind", "sight"), ("hard_of_hearing", "deaf", "hearing"),
    ("pregnant_infant", "infant", "infant"),
)  # fmt: skip


def _names(identities: pd.DataFrame) -> dict[str, str]:
    if len(identities) == 0:
        return {}
    known = identities.dropna(subset=["name"])
    return {
        str(p): str(n)
        for p, n in zip(known["person"], known["name"], strict=True)
        if str(n).strip()
    }


def records(table: pd.DataFrame) -> dict[str, Rows]:
    """Return household -> its rows, as plain dictionaries: cards are made by the hundred."""
    made: dict[str, Rows] = {}
    for row in rows_of(table):
        made.setdefault(str(row["household"]), []).append(row)
    return made


def _with_members(book: Book) -> pd.DataFrame:
    """Return profiles with one nullable column per overlapping group."""
    profiles = book.rows("needs.profiles")
    members = book.rows("needs.memberships")
    if len(profiles) == 0 or len(members) == 0:
        return profiles
    flags = [c for c in members.columns if c in book.groups]
    typed = members[["person", *flags]].astype(dict.fromkeys(flags, "boolean"))
    kept = profiles.drop(columns=[c for c in flags if c in profiles])
    return kept.merge(typed, on="person", how="left")


def _leaders(book: Book) -> dict[str, str]:
    table = book.rows("needs.households")
    if len(table) == 0:
        return {}
    return {
        str(h): str(p)
        for h, p in zip(table["household"], table["leader"], strict=True)
        if isinstance(p, str)
    }


def _kind(own: Rows) -> str:
    order = ("none", "guide", "assist", "carry")
    kinds = [str(row["needs_help"]) for row in own if row["needs_help"] in order]
    return max(kinds, key=order.index, default="none")


def _kept(helpers: tuple[Helper, ...], kind: str) -> tuple[Helper, ...]:
    """Return the boxes of the card: who needs nobody carried has no second one to find."""
    primary, second, backup = helpers
    return (primary, backup) if kind != "carry" and not second.name else helpers


def _takes(plans: Rows, item: str) -> bool:
    return any(item in str(row["take"] or "").split(";") for row in plans)


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts 2 号楼 before 10 号楼."""
    parts: list[tuple[int, str]] = []
    digits = ""
    for character in f"{text}\0":
        if character.isdigit():
            digits += character
            continue
        if digits:
            parts.append((int(digits), ""))
            digits = ""
        parts.append((-1, character))
    return tuple(parts)
