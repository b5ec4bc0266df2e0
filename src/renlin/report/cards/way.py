"""Read the way of one household: the plan to print, its steps, times and what to take."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.cards.floors import han
from renlin.report.cards.people import Home, Rows
from renlin.report.pictograms import ALIASES
from renlin.report.spacing import width
from renlin.report.tables import rows_of

Places = dict[str, tuple[str, str]]
MOST_STEPS = 4
WORDS = 7.0
"""Ems of the words of a step. Source: visual language §9, words of at most 7 characters."""
STEP = 16.5
NOTE, NOTE_EMS = 12.0, 9.4
TEN = 10


@dataclass(frozen=True)
class Way:
    """What the card says of the way; times in seconds, None where the runs do not say.

    ``reason`` is why the runs that did not arrive did not, most often.
    """

    note: str
    steps: list[dict[str, Any]]
    half: float | None
    most: float | None
    in_ten: int
    n_runs: int
    arrived: int
    place: str
    reason: str
    take: tuple[str, ...]
    review: str


def way(book: Book, home: Home, plans: Rows, places: Places) -> Way:
    """Return the way of the plan that is printed: out after an earthquake before any other."""
    row = printed(book, plans)
    place, short = places.get(str(row["destination"]), ("", ""))
    share = float(row["arrived_share"]) if numbers.known(row["arrived_share"]) else 0.0
    n_runs = int(row["n_runs"]) if numbers.known(row["n_runs"]) else 0
    return Way(
        _note(book, home, row),
        _steps(book, home, row, short),
        _known(row["p50"]),
        _known(row["p90"]),
        round(share * TEN),
        n_runs,
        round(share * n_runs),
        place,
        str(row["reason"]),
        tuple(t for t in str(row["take"] or "").split(";") if t)[:3],
        str(row["review_on"])[:10],
    )


def printed(book: Book, plans: Rows) -> dict[str, Any]:
    """Return the plan whose way is printed: one that goes, earthquakes first, then in order."""
    catalogue, scenarios = book.community.catalogue, book.community.scenarios
    order = {code: i for i, code in enumerate(scenarios)}

    def rank(row: Any) -> tuple[int, int, int]:
        scenario = scenarios.get(str(row["scenario"]))
        kind = catalogue.scenarios.get(scenario.kind) if scenario is not None else None
        quake = kind is not None and kind.mechanism == "earthquake"
        return (row["go"] == "stay", not quake, order.get(str(row["scenario"]), len(order)))

    return min(plans, key=rank)


def _known(value: Any) -> float | None:
    return float(value) if numbers.known(value) else None


def places_of(book: Book) -> Places:
    """Return facility -> (name, name short enough for a step: that of its space)."""
    place, made = book.community, {}
    spaces = dict(zip(place["spaces"]["space"], place["spaces"]["name"], strict=True))
    for row in rows_of(place["facilities"][["facility", "name", "space"]]):
        name = book.language.set(str(row["name"]))
        made[str(row["facility"])] = (name, book.language.set(str(spaces.get(row["space"], name))))
    return made


def _note(book: Book, home: Home, row: Any) -> str:
    word = book.language.word
    trigger = book.language.set(str(row[f"trigger_{book.language.code}"]))
    told = word("card_trigger").format(trigger=trigger)
    helped = home.help_kind != "none" and any(h.name for h in home.helpers)
    return book.language.set(told + (word("card_with_you") if helped else ""))


def _steps(book: Book, home: Home, row: Any, place: str) -> list[dict[str, Any]]:
    listed = json.loads(row["steps"]) if isinstance(row["steps"], str) and row["steps"] else []
    made = []
    for one in listed[:MOST_STEPS]:
        code = str(one["pictogram"])
        words, note = _words(book, home, code, place, str(one[book.language.code]))
        seconds = one.get("seconds")
        minutes = numbers.whole_minutes(float(seconds), book.language.code) if seconds else ""
        made.append(
            {
                "sign": ALIASES.get(code, code),
                "words": words,
                "size": _size(words),
                "note": note,
                "note_size": _note_size(note),
                "minutes": minutes.replace("分钟", "分"),
            }
        )
    return made or [
        {
            "sign": "phone",
            "words": book.language.word("card_step_none"),
            "size": STEP,
            "note": "",
            "note_size": NOTE,
            "minutes": "",
        }
    ]


def _words(book: Book, home: Home, code: str, place: str, told: str) -> tuple[str, str]:
    """Return the words of a step and the line under them."""
    word = book.language.word
    if code == "helper":
        name = next((h.name for h in home.helpers if h.name), "")
        words = word("card_step_helper").format(name=name) if name else told
        return book.language.set(words), word("card_step_helper_note")
    if code in ("stairs", "stairs-down"):
        floor = home.address.floor
        kind = home.help_kind if home.help_kind in ("carry", "assist", "guide") else "walk"
        shown = ""
        if floor is not None and floor > 1:
            shown = han(floor) if book.language.code == "zh" else str(floor)
        key = f"card_step_{kind}" + ("" if shown else "_unknown")
        return word(key).format(floor=shown), word(f"card_step_{kind}_note")
    if code == "shelter":
        to = word("card_step_to").format(place=place or word("card_safe_place"))
        fits = width(to, 1.0) <= WORDS or book.language.code == "en"
        return (to if fits else word("card_step_to_safe")), "" if fits else place
    key = f"card_step_{code}"
    if key in book.language.words:
        return word(key), book.language.said(f"{key}_note", " ")
    return told, ""


def _note_size(note: str) -> float:
    wide = width(note, 1.0)
    return NOTE if wide <= NOTE_EMS else max(9.0, round(NOTE * NOTE_EMS / wide, 1))


def _size(words: str) -> float:
    wide = width(words, 1.0)
    return STEP if wide <= WORDS else max(11.0, round(STEP * WORDS / wide, 1))
