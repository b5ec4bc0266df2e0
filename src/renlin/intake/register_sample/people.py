"""Make households of persons: names, births, numbers, telephones, flats; twins among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from renlin.intake.register_sample.shares import (
    Floats,
    Ints,
    Texts,
    community_parts,
    given_names,
    homophones,
    kinds,
    pick,
    surnames,
)
from renlin.random_streams import draw

COMMUNITY = 1500
"""Persons of a community. Source: needs reference §3.4."""
SIZES = np.array([0.20, 0.38, 0.26, 0.12, 0.04])
"""Shares of households of 1 to 5; mean 2.4. Assumption, after needs reference §3.4."""
LAYOUT = (5, 6, 2)  # units of a building, storeys, flats of a storey. Assumption.
WHOLE = 0.25  # share of persons with a frequent given name as a whole. Assumption.
DOUBLE = 0.8  # share of the other given names that have two characters. Assumption.
DAY = "datetime64[D]"
TODAY = np.datetime64("2026-01-01", "D")
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.array(list("10X98765432"), dtype=object)


@dataclass(frozen=True)
class People:
    """Everybody there is, one row a person, and which hard case touches them.

    Attributes
    ----------
    table
        person, community, flat, head (row of the head of household), surname, given, sex,
        birth (date), number, phone.
    hard
        Hard case -> yes or no per person.
    """

    table: pd.DataFrame
    hard: dict[str, np.ndarray]


def people(n: int, *, seed: int, hard: bool) -> People:
    """Return ``n`` persons in households of one flat each, communities of about 1,500.

    Parameters
    ----------
    n
        Persons.
    seed
        Of everything; the same seed gives the same bytes.
    hard
        Whether twins, close relatives and namesakes occur.

    Assumption: sizes, ages and names as stated in this module and its catalogue tables.
    """
    ids = np.arange(n)
    sizes = pick(draw(seed, "register_size", ids), SIZES) + 1
    home = np.repeat(ids, sizes)[:n]
    head = np.r_[0, np.flatnonzero(np.diff(home)) + 1][home]
    place = ids - head
    share = {kind.code: kind.household + kind.other if hard else 0.0 for kind in kinds()}
    twin = (place == 3) & (draw(seed, "register_twin", home) < share["twin"])
    close = (place == 3) & ~twin & (draw(seed, "register_close", home) < share["close_relative"])
    sex = _sexes(seed, ids, head, place, twin)
    birth = _births(seed, ids, head, place, twin, close)
    surname = pick(draw(seed, "register_surname", ids), surnames()[1])
    surname = np.where(place >= 2, surname[head], surname)
    given = _given(seed, ids, sex)
    given, alike = _twin_names(seed, given, ids, twin, share["twin_homophone"])
    namesake = _namesakes(seed, ids, share["namesake"], (surname, given, sex, birth))
    table = pd.DataFrame(
        {
            "person": ids, "community": head // COMMUNITY, "flat": home, "head": head,
            "surname": surnames()[0][surname], "given": given,
            "sex": np.where(sex == 1, "男", "女"), "birth": birth,
            "number": numbers(seed, "register_number", ids, birth, sex),
            "phone": phones(seed, "register_phone", ids),
        }
    )  # fmt: skip
    sibling = np.r_[twin[1:], False] | twin
    near = np.r_[close[1:], False] | close
    both = np.r_[alike[1:], False] | alike
    cases = {
        "twin": sibling, "twin_homophone": both, "close_relative": near, "namesake": namesake,
    }  # fmt: skip
    return People(table, cases)


def community_names(n: int) -> Texts:
    """Return ``n`` names of communities, most of them ending in a number: 和平里2."""
    stems, endings = community_parts("stem"), community_parts("ending")
    at = np.arange(n)
    stem = stems[at % len(stems)]
    ending = endings[(at // len(stems)) % len(endings)]
    turn = at // (len(stems) * len(endings))
    number = np.where(turn > 0, (turn + 1).astype(str).astype(object), "")
    return np.asarray(stem + ending + number, dtype=object)


def addresses(flat: Ints, first: Ints) -> tuple[Ints, Ints, Ints]:
    """Return building, unit and room of each flat, counted from the community's ``first``."""
    units, storeys, doors = LAYOUT
    within = flat - first
    door, left = within % doors, within // doors
    storey, left = left % storeys, left // storeys
    return left // units + 1, left % units + 1, (storey + 1) * 100 + door + 1


def numbers(seed: int, purpose: str, ids: Ints, birth: np.ndarray, sex: np.ndarray) -> Texts:
    """Return 18-digit citizen numbers of no real region (code 3299), with check digits.

    Source: gb11643 (form and check digit).
    """
    luck = draw(seed, purpose, ids, count=2)
    digits = np.empty((len(ids), 17), dtype=np.int64)
    region = 329900 + (luck[:, 0] * 100).astype(np.int64)
    serial = (luck[:, 1] * 500).astype(np.int64) * 2 + sex
    days = ymd(birth)
    for at in range(6):
        digits[:, at] = region // 10 ** (5 - at) % 10
    for at in range(8):
        digits[:, 6 + at] = days // 10 ** (7 - at) % 10
    for at in range(3):
        digits[:, 14 + at] = serial // 10 ** (2 - at) % 10
    text = (region * 10**8 + days).astype(str).astype(object)
    tail = np.char.zfill(serial.astype(str), 3).astype(object)
    return np.asarray(text + tail + _CHECKS[digits @ _WEIGHTS % 11], dtype=object)


def phones(seed: int, purpose: str, ids: Ints) -> Texts:
    """Return mobile numbers of 11 digits, each id its own."""
    luck = draw(seed, purpose, ids)
    return np.asarray((13_000_000_000 + (luck * 6e9).astype(np.int64)).astype(str), dtype=object)


def ymd(days: np.ndarray) -> Ints:
    """Return dates as whole numbers, YYYYMMDD."""
    days = np.asarray(days, dtype=DAY)
    year = days.astype("datetime64[Y]").astype(np.int64) + 1970
    month = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
    return np.asarray(year * 10_000 + month * 100 + day, dtype=np.int64)


def _sexes(seed: int, ids: Ints, head: Ints, place: Ints, twin: np.ndarray) -> Ints:
    """Return 1 for male, 0 for female; the second of a household is of the other sex."""
    sex = (draw(seed, "register_sex", ids) < 0.5).astype(np.int64)
    sex = np.where(place == 1, 1 - sex[head], sex)
    same = draw(seed, "register_twin_sex", ids) < 2 / 3
    return np.where(twin & same, np.r_[sex[:1], sex[:-1]], sex)


def _births(
    seed: int, ids: Ints, head: Ints, place: Ints, twin: np.ndarray, close: np.ndarray
) -> np.ndarray:
    """Return dates of birth: heads 22 to 90 years, partners near, children a generation on."""
    luck = draw(seed, "register_birth", ids, count=2)
    own = TODAY - (365.25 * (22 + 68 * luck[:, 0])).astype("timedelta64[D]")
    partner = own[head] + (365.25 * 8 * (luck[:, 0] - 0.5)).astype("timedelta64[D]")
    child = own[head] + (365.25 * (20 + 18 * luck[:, 0])).astype("timedelta64[D]")
    birth = np.where(place == 0, own, np.where(place == 1, partner, child))
    birth = np.where(
        birth >= TODAY, TODAY - (3650 * luck[:, 1]).astype("timedelta64[D]") - 1, birth
    )
    before = np.r_[birth[:1], birth[:-1]]
    near = before + (300 + 240 * luck[:, 1]).astype("timedelta64[D]")
    birth = np.where(close, np.minimum(near, TODAY - 1), birth)
    return np.where(twin, before, birth)


def _given(seed: int, ids: Ints, sex: Ints) -> Texts:
    luck = draw(seed, "register_given", ids, count=4)
    made = np.empty(len(ids), dtype=object)
    for code, word in ((1, "male"), (0, "female")):
        at = np.flatnonzero(sex == code)
        own = luck[at]
        whole, parts = given_names(word, "whole"), given_names(word, "part")
        first, second = (parts[0][pick(own[:, k], parts[1])] for k in (1, 2))
        built = first + np.where(own[:, 3] < DOUBLE, second, "")
        made[at] = np.where(own[:, 0] < WHOLE, whole[0][pick(own[:, 1], whole[1])], built)
    return made


def _twin_names(
    seed: int, given: Texts, ids: Ints, twin: np.ndarray, share: float
) -> tuple[Texts, np.ndarray]:
    """Return given names of twins that share a character, some of which sound alike."""
    given, alike = given.copy(), np.zeros(len(ids), dtype=bool)
    luck = draw(seed, "register_twin_name", ids)
    for at in np.flatnonzero(twin):
        other = given[at - 1]
        sounding = other[:-1] + homophones().get(other[-1], other[-1])
        if luck[at] < share and sounding != other:
            given[at], alike[at] = sounding, True
        else:
            own = given[at][-1]
            given[at] = other[0] + (own if own != other[-1] or len(other) == 1 else own * 2)
    return given, alike


def _namesakes(seed: int, ids: Ints, share: float, traits: tuple[np.ndarray, ...]) -> np.ndarray:
    """Give some persons the name, sex and birth of a stranger; return who is concerned."""
    concerned = np.zeros(len(ids), dtype=bool)
    copies = np.flatnonzero(draw(seed, "register_namesake", ids) < share)
    if len(copies) == 0:
        return concerned
    luck: Floats = draw(seed, "register_namesake_of", copies)
    models = (luck * len(ids)).astype(np.int64)
    for trait in traits:
        trait[copies] = trait[models].copy()
    concerned[copies] = concerned[models] = True
    return concerned
