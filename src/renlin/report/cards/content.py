"""Say what stands on each card: never a diagnosis, a number, a key place, income or points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import pandas as pd

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.cards.floors import floor_words
from renlin.report.cards.people import Address, Helper, Home, Rows, homes, records
from renlin.report.cards.way import Places, Way, places_of, way
from renlin.report.pictograms import ALIASES
from renlin.report.spacing import width

NAME = 35.0
HAZARDS = ("fire_home", "fire_elsewhere", "earthquake", "flood", "gas")
SIGNS = {
    "fire_home": "fire", "fire_elsewhere": "fire", "earthquake": "earthquake", "flood": "flood",
    "gas": "gas",
}  # fmt: skip
KINDS = {"fire_elsewhere": "stair_fire", "earthquake": "earthquake", "flood": "flood"}
"""Row of the card -> mechanism of the scenario whose plan fills it."""
ALWAYS_GO = ("fire_home", "gas")
"""Fire and gas in one's own home: out at once, whatever else the plans say."""
OFF_MAP = "network_gap"
"""Reason of a run: the map has no way from this door to the others."""
TEXT = 15.5
"""Size of a line of advice in points; longer lines are set smaller, not cut."""
LINE = 20.4
"""Ems that fit in a line of advice at that size."""


@dataclass(frozen=True)
class Sheet:
    """One card, every word final."""

    kicker: str
    name: str
    name_size: float
    home: str
    address: str
    address_size: float
    needs: list[dict[str, Any]]
    number: str
    version: str
    bell: dict[str, Any]
    phones: list[dict[str, Any]]
    who_title: str
    helpers: list[dict[str, Any]]
    way_title: str
    way_note: str
    steps: list[dict[str, Any]]
    half_before: str
    half: str
    half_after: str
    most_before: str
    most: str
    most_after: str
    hazard_title: str
    hazards: list[dict[str, Any]]
    take_title: str
    take: list[dict[str, Any]]
    signatures: list[str]
    foot: str

    def plain(self) -> dict[str, Any]:
        """Return the card as plain data."""
        return asdict(self)


def cards(book: Book, identities: pd.DataFrame) -> list[Sheet]:
    """Return the cards of all households with a plan, by building, stair, storey and door."""
    plans = book.rows("governance.plans")
    if len(plans) == 0:
        return []
    found = homes(book, list(dict.fromkeys(plans["household"])), identities)
    by_home = records(plans)
    build = partial(_card, book, places_of(book))
    return [
        build(number, home, by_home[home.household]) for number, home in enumerate(found, start=1)
    ]


def _card(book: Book, places: Places, number: int, home: Home, plans: Rows) -> Sheet:
    word, code = book.language.word, book.language.code
    led = way(book, home, plans, places)
    address = spoken_address(book, home.address)
    totals = _totals(book, led)
    return Sheet(
        kicker=word("card_kicker"),
        name=home.name or "＿＿＿＿＿＿",
        name_size=fitted(home.name, NAME, 5.2),
        home=word("card_home") if code == "zh" and home.name else "",
        address=address,
        address_size=fitted(address, 17.0, 15.0),
        needs=[_need(book, need) for need in home.needs[:3]],
        number=word("card_number").format(n=f"{number:04d}"),
        version=word("card_version").format(date=book.community.settings.survey_date),
        bell=_bell(book, home),
        phones=_phones(book),
        who_title=word("card_who_helps"),
        helpers=[_helper(book, helper, home) for helper in home.helpers],
        way_title=word("card_how_to_go"),
        way_note=led.note,
        steps=led.steps,
        **totals,
        hazard_title=word("card_go_or_wait"),
        hazards=_hazards(book, home, led, _decisions(book, plans)),
        take_title=word("card_take_three"),
        take=[_take(book, item) for item in led.take],
        signatures=[
            word("card_signed_resident"),
            *(h.name for h in home.helpers[:2] if h.name and not h.duty),
            word("card_signed_community"),
        ],
        foot=_foot(book, led),
    )


def fitted(text: str, size: float, ems: float) -> float:
    """Return the size at which ``text`` is no wider than ``ems`` at the wanted size."""
    wide = width(text, 1.0)
    return size if wide <= ems else max(11.0, round(size * ems / wide, 1))


def spoken_address(book: Book, address: Address) -> str:
    """Return an address as it is said: 6 号楼 3 单元 502，五楼."""
    word = book.language.word
    told = f"{address.building} {address.entrance} {address.door}".strip()
    if address.floor is None:
        return book.language.set(told)
    return book.language.set(told + word("comma") + floor_words(book, address.floor))


def _need(book: Book, need: tuple[str, str]) -> dict[str, Any]:
    sign, code = need
    return {
        "sign": ALIASES.get(sign, sign),
        "lines": book.language.word(f"card_need_{code}").split("|"),
    }


def _bell(book: Book, home: Home) -> dict[str, Any]:
    word = book.language.word
    sign, first = ("button", "bell") if home.has_button else ("phone", "phone")
    title = word(f"card_first_{first}")
    return {
        "sign": sign, "title": title, "size": fitted(title, 27.0, 7.2),
        "lines": word(f"card_{first}_lines").split("|"),
    }  # fmt: skip


def _phones(book: Book) -> list[dict[str, Any]]:
    word = book.language.word
    duty = book.community.settings.phone or "＿＿＿＿"
    listed = ((word("card_duty_phone"), duty), (word("card_fire_ambulance"), "119 / 120"))
    return [
        {"name": name, "number": number, "size": fitted(number, 18.0, 6.2)}
        for name, number in listed
    ]


def _helper(book: Book, helper: Helper, home: Home) -> dict[str, Any]:
    word, code = book.language.word, book.language.code
    name = helper.name or word("card_nobody_yet")
    line = []
    if helper.building == home.address.building and helper.door:
        line.append(word("card_same_building").format(door=helper.door))
    elif helper.building and not helper.duty:
        line.append(helper.building)
    if helper.seconds is not None:
        minutes = numbers.whole_minutes(helper.seconds, code)
        line.append(word("card_in_minutes").format(minutes=minutes))
    if not helper.name:
        line = [word("card_to_be_found")]
    told = book.language.set(word("comma").join(line))
    return {
        "role": word(f"role_{helper.role}"), "name": name, "size": fitted(name, 21.5, 6.4),
        "line": told, "line_size": fitted(told, 12.5, 11.4),
    }  # fmt: skip


def _totals(book: Book, led: Way) -> dict[str, str]:
    """Return the line of times; where the runs do not arrive, how many of ten do."""
    word, code = book.language.word, book.language.code
    empty = dict.fromkeys(
        ("half_before", "half", "half_after", "most_before", "most", "most_after"), ""
    )
    if led.half is None:
        return {**empty, "half_before": _seldom(book, led)}
    made = {
        **empty,
        "half_before": word("card_half_before"),
        "half": numbers.whole_minutes(led.half, code),
        "half_after": word("card_within"),
    }
    if led.most is None:
        return {**made, "most_before": _seldom(book, led), "most": " "}
    return {
        **made,
        "most_before": word("card_most_before"),
        "most": numbers.whole_minutes(led.most, code),
        "most_after": word("card_within"),
    }


def _seldom(book: Book, led: Way) -> str:
    """Say how seldom the runs arrive; where the map has no way out, that it must be seen to."""
    if led.arrived == 0:
        off_map = led.reason == OFF_MAP
        return book.language.word("card_off_map" if off_map else "card_never")
    return book.language.word("card_seldom").format(n=led.in_ten)


def _decisions(book: Book, plans: Rows) -> dict[str, str]:
    """Return mechanism -> go, stay or wait_then_go; the most careful plan of each counts."""
    catalogue = book.community.catalogue
    careful = ("stay", "wait_then_go", "go")
    made: dict[str, str] = {}
    for row in plans:
        kind = catalogue.scenarios.get(str(row.get("kind", "")))
        scenario = book.community.scenarios.get(str(row["scenario"]))
        if kind is None and scenario is not None:
            kind = catalogue.scenarios.get(scenario.kind)
        if kind is None or str(row["go"]) not in careful:
            continue
        known = made.get(kind.mechanism)
        go = str(row["go"])
        if known is None or careful.index(go) < careful.index(known):
            made[kind.mechanism] = go
    return made


def _hazards(
    book: Book, home: Home, led: Way, decisions: Mapping[str, str]
) -> list[dict[str, Any]]:
    return [_hazard(book, row, home, led, decisions) for row in HAZARDS]


def _hazard(
    book: Book, row: str, home: Home, led: Way, decisions: Mapping[str, str]
) -> dict[str, Any]:
    word = book.language.word
    kind = "go" if row in ALWAYS_GO else decisions.get(KINDS[row], "ask")
    bell = "bell" if home.has_button else "phone"
    helper = next((h.name for h in home.helpers if h.name), "")
    who = "helped" if helper else "alone"
    options = (
        f"card_{row}_{kind}_{who}",
        f"card_{row}_{kind}_{bell}",
        f"card_{row}_{kind}",
        "card_ask",
    )
    chosen = next(option for option in options if option in book.language.words)
    floor = "" if home.address.floor is None else floor_words(book, home.address.floor)
    text = word(chosen).format(
        helper=helper, floor=floor, place=led.place or word("card_safe_place")
    )
    action, name = word(f"card_action_{kind}"), word(f"card_row_{row}")
    return {
        "sign": SIGNS[row],
        "name": name,
        "name_size": fitted(name, 15.5, 4.9),
        "kind": kind,
        "action": action,
        "action_size": fitted(action, 16.0, 4.5),
        "text": book.language.set(text),
        "size": fitted(text, TEXT, LINE),
    }


def _take(book: Book, item: str) -> dict[str, Any]:
    told = book.language.said(f"take_{item}", item)
    return {"sign": ALIASES.get(item, item), "word": told, "size": fitted(told, 17.0, 5.0)}


def _foot(book: Book, led: Way) -> str:
    word = book.language.word
    parts = []
    if led.n_runs and not (led.arrived == 0 and led.reason == OFF_MAP):
        parts.append(
            word("card_runs").format(
                runs=led.n_runs, arrived=led.arrived, place=led.place or word("card_safe_place")
            )
        )
    parts += [word("card_no_liability_line"), word("card_review").format(date=led.review)]
    joined = "" if book.language.code == "zh" else " "
    return book.language.set(joined.join(parts))
