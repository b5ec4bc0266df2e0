"""Write persons down as a register would, with errors, each of which is remembered."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from renlin.intake.names import pinyin_of
from renlin.intake.register_sample.people import (
    People,
    addresses,
    community_names,
    phones,
    ymd,
)
from renlin.intake.register_sample.shares import Ints, Texts, homophones, kinds
from renlin.random_streams import draw

COLUMNS = ("name", "identity_number", "sex", "birth_date", "address", "phone")
_NUMERALS = np.array(list("零一二三四五六七八九十"), dtype=object)
_FULL = str.maketrans("0123456789-#", "０１２３４５６７８９－＃")


@dataclass
class Writer:
    """Write one register; every error made is a bit of ``errors``.

    Attributes
    ----------
    register
        ``household`` or another; decides which shares apply and the luck of each record.
    rows
        Row of each record's person in the population.
    """

    everybody: People
    register: str
    rows: Ints
    seed: int
    hard: bool
    errors: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.errors = np.zeros(len(self.rows), dtype=np.int64)
        self.table = self.everybody.table
        self.bits = {kind.code: 1 << at for at, kind in enumerate(kinds())}
        self.shares = {
            kind.code: (
                0.0
                if kind.hard and not self.hard
                else kind.household
                if self.register == "household"
                else kind.other
            )
            for kind in kinds()
        }
        for code, who in self.everybody.hard.items():
            self.mark(code, who[self.rows])

    def mark(self, code: str, where: np.ndarray) -> np.ndarray:
        """Remember an error of some records."""
        self.errors[where] |= self.bits[code]
        return where

    def struck(self, code: str) -> np.ndarray:
        """Return the records an error of this register strikes."""
        luck = draw(self.seed, f"register_{self.register}_{code}", self.rows)
        return self.mark(code, luck < self.shares[code])

    def shared(self, code: str) -> np.ndarray:
        """Return the records whose persons every register has wrong in the same way."""
        share = next(kind.other for kind in kinds() if kind.code == code) if self.hard else 0.0
        return self.mark(code, draw(self.seed, f"register_{code}", self.rows) < share)

    def luck(self, purpose: str, count: int = 1) -> np.ndarray:
        """Return this register's luck of each record."""
        return draw(self.seed, f"register_{self.register}_{purpose}", self.rows, count=count)

    def column(self, name: str) -> np.ndarray:
        """Return a column of the population for the persons of the records."""
        return self.table[name].to_numpy()[self.rows]

    def record(self) -> pd.DataFrame:
        """Return the register: the columns of :data:`COLUMNS` as text, "" where missing."""
        births = self._births()
        made = {
            "name": self._names(),
            "identity_number": self._numbers(),
            "sex": self._sexes(),
            "birth_date": births,
            "address": self._addresses(),
            "phone": self._phones(),
        }
        return pd.DataFrame(made)

    def _sexes(self) -> Texts:
        sex = self.column("sex").astype(object)
        sex = np.where(self.struck("sex_wrong"), np.where(sex == "男", "女", "男"), sex)
        return np.where(self.struck("sex_missing"), "", sex)

    def _names(self) -> Texts:
        surname, given = self.column("surname").astype(object), self.column("given").astype(object)
        other = given.copy()
        for at in np.flatnonzero(self.struck("homophone")):
            last = given[at][-1]
            other[at] = given[at][:-1] + homophones().get(last, last)
        self.errors[other == given] &= ~self.bits["homophone"]
        names = np.asarray(surname + other, dtype=object)
        turned = self.luck("pinyin_order") < 0.3  # share of given name first; assumption
        for at in np.flatnonzero(self.struck("name_pinyin")):
            names[at] = _latin(surname[at], other[at], bool(turned[at]))
        return names

    def _numbers(self) -> Texts:
        text = self.column("number").astype(object).copy()
        wrong = self.shared("repeated_id")
        text[wrong] = _mistyped(text[wrong], draw(self.seed, "register_slip", self.rows[wrong]))
        borrowed = self.struck("id_borrowed")
        text[borrowed] = self.table["number"].to_numpy()[self.column("head")[borrowed]]
        slip = self.struck("id_typo") & ~wrong
        text[slip] = _mistyped(text[slip], self.luck("slip")[slip])
        old = self.struck("id_15") & ~slip & (ymd(self.column("birth")) < 20_000_000)
        text[old] = [t[:6] + t[8:17] for t in text[old]]
        foreign = self.struck("passport")
        passports = (10_000_000 + self.luck("passport_number") * 9e7).astype(np.int64)
        text[foreign] = "E" + passports[foreign].astype(str).astype(object)
        text[self.struck("id_missing")] = ""
        return text

    def _births(self) -> Texts:
        days = ymd(self.column("birth"))
        wrong = self.shared("repeated_birth")
        days = np.where(wrong & (days % 100 < 28), days + 1, days)
        slip = self.struck("birth_typo") & (days % 10 < 8) & (days % 100 < 28)
        self.errors[~slip] &= ~self.bits["birth_typo"]
        days = np.where(slip, days + 1, days)
        month, day = days // 100 % 100, days % 100
        swap = self.struck("birth_swapped") & (day <= 12) & (day != month)
        self.errors[~swap] &= ~self.bits["birth_swapped"]
        days = np.where(swap, days // 10_000 * 10_000 + day * 100 + month, days)
        text = days.astype(str).astype(object)
        text[self.struck("birth_missing")] = ""
        return text

    def _phones(self) -> Texts:
        text = self.column("phone").astype(object).copy()
        heads = self.table["phone"].to_numpy()[self.column("head")]
        lent = self.struck("phone_shared")
        text[lent] = heads[lent]
        changed = self.struck("phone_changed")
        text[changed] = phones(self.seed, f"register_{self.register}_new", self.rows)[changed]
        wrong = self.shared("repeated_phone")
        other = (draw(self.seed, "register_other", self.rows) * len(self.table)).astype(np.int64)
        text[wrong] = self.table["phone"].to_numpy()[other[wrong]]
        proxy = self.struck("phone_proxy")
        text[proxy] = phones(self.seed, "register_worker", self.column("community"))[proxy]
        text[self.struck("phone_missing")] = ""
        return text

    def _addresses(self) -> Texts:
        flat = self.column("flat")
        moved = self.struck("moved")
        went = (self.luck("moved_to") * len(self.table)).astype(np.int64)
        to = self.table["flat"].to_numpy()[went]
        community = np.where(
            moved, self.table["community"].to_numpy()[went], self.column("community")
        )
        flat = np.where(moved, to, flat)
        first = np.zeros(int(self.table["community"].max()) + 1, dtype=np.int64)
        every = self.table.drop_duplicates("community")
        first[every["community"].to_numpy()] = every["flat"].to_numpy()
        names = community_names(len(first))[community]
        building, unit, room = addresses(flat, first[community])
        text = _styled(names, (building, unit, room), self.luck("style"))
        part = self.struck("address_partial")
        text[part] = names[part] + building[part].astype(str).astype(object) + "号楼"
        text[self.struck("address_missing")] = ""
        return text


def _styled(names: Texts, at: tuple[Ints, Ints, Ints], luck: np.ndarray) -> Texts:
    """Return addresses in the six styles registers use."""
    b, u, r = (part.astype(str).astype(object) for part in at)
    spoken = np.array([_spoken(k) for k in range(int(at[0].max(initial=0)) + 1)], dtype=object)
    said, unit = spoken[at[0]], _NUMERALS[np.minimum(at[1], 10)]
    styles = (
        names + b + "号楼" + u + "单元" + r,
        names + b + "栋" + u + "单元" + r + "室",
        names + " " + b + "-" + u + "-" + r,
        names + said + "号楼" + unit + "单元" + r + "室",
        names + _full_width(" " + b + "#楼 " + u + "门 " + r + "号"),
        names + b + "幢" + u + "单元" + r + "号",
    )
    return np.asarray(np.choose((luck * len(styles)).astype(np.int64), styles), dtype=object)


def _full_width(texts: Texts) -> Texts:
    known = {text: str(text).translate(_FULL) for text in set(texts.tolist())}
    return np.array([known[text] for text in texts.tolist()], dtype=object)


def _spoken(number: int) -> str:
    """Return a number below 1000 in Chinese numerals."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{_NUMERALS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else str(_NUMERALS[tens])) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (str(_NUMERALS[ones]) if ones else "")


def _latin(surname: str, given: str, turned: bool) -> str:
    """Return a name in Latin letters, given name first if ``turned``."""
    first, *rest = _syllables(surname, given)
    family, own = first.capitalize(), "".join(rest).capitalize()
    return f"{own} {family}" if turned else f"{family} {own}"


def _syllables(surname: str, given: str) -> tuple[str, str]:
    key, _ = pinyin_of(surname + given)
    alone = pinyin_of(surname + "一")[0].split(" ")
    family = next((part for part in alone if part != "yi"), "yi")
    parts = key.split(" ")
    own = next((part for part in parts if part != family), family)
    return family, own


def _mistyped(numbers_: Texts, luck: np.ndarray) -> Texts:
    """Return numbers with one digit wrong or two neighbours exchanged."""
    made = []
    for text, u in zip(numbers_.tolist(), luck.tolist(), strict=True):
        at = 6 + int(u * 1e3) % 10
        if int(u * 1e6) % 3 and text[at] != text[at + 1]:
            made.append(text[:at] + text[at + 1] + text[at] + text[at + 2 :])
        else:
            made.append(
                text[:at] + str((int(text[at]) + 1 + int(u * 1e7) % 8) % 10) + text[at + 1 :]
            )
    return np.array(made, dtype=object)
