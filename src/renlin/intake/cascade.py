"""Link tables of keys by a transparent cascade: one definition for a street and a city.

The steps, each only on records still alone and only where the key is unique on both
sides: valid number, then name in pinyin with date of birth, telephone or flat. A link is
refused where anything contradicts it, and where the name and date of birth are too common
to be enough by themselves.

Source: needs reference §3.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

STEPS: dict[str, tuple[str, ...]] = {
    "identity": ("number",),
    "name_birth": ("pinyin", "birth"),
    "phone_name": ("pinyin", "phone"),
    "address_name": ("pinyin", "address"),
}
"""Step -> columns that must all be equal and known."""


@dataclass(frozen=True)
class Caution:
    """From where something is too common to show who somebody is.

    Attributes
    ----------
    chance
        Expected strangers with the same name and date of birth above which both together
        are not enough.
    shared_phone
        Different names on one telephone above which it is somebody's who helps many.
    slips
        Places in which two writings of one number may differ.
    merge, review
        Probabilities from which two records are one, and from which people look.
    """

    chance: float
    shared_phone: int
    slips: int
    merge: float
    review: float


Weigh = Callable[[pd.DataFrame, pd.DataFrame | None], pd.DataFrame]
"""Pairs of rows with ``row_a``, ``row_b``, ``probability``, ``level_*`` and ``weight_*``."""


@dataclass(frozen=True)
class Found:
    """What linking found.

    Attributes
    ----------
    persons
        person (0, 1, 2 … in order of first appearance), step and probability of every
        record, in the order of the registers' rows; the probability is missing where no
        weights were needed.
    doubts
        row, with_row, state (``open``: kept apart until people decide; ``merged``: merged,
        to be looked at), probability, ``level_*`` and ``weight_*`` of each pair for people.
    """

    persons: pd.DataFrame
    doubts: pd.DataFrame


def link_keys(
    registers: Sequence[pd.DataFrame],
    caution: Caution,
    *,
    weigh: Weigh | None = None,
    same: Iterable[tuple[int, int]] = (),
    apart: Iterable[tuple[int, int]] = (),
) -> Found:
    """Link the records of several registers to persons.

    1. What people decided. 2. The steps, against the persons known so far. 3. Repetitions
    within the register. 4. What is left is weighed; the best pair on both sides is one
    person from ``merge`` on if nothing speaks against it. The rest is for people.

    Parameters
    ----------
    registers
        Tables of keys, in order of trust.
    weigh
        Weighs the pairs of two tables of keys (index: the row), or of one with itself;
        without it nothing is weighed.
    same, apart
        Pairs of rows (counted over all registers) people decided about; later decisions
        of the same pair are the caller's to sort out.
    """
    if not registers or not sum(map(len, registers)):
        return Found(pd.DataFrame({"person": [], "step": [], "probability": []}), _no_doubts())
    work = _Work(registers, caution, tuple(same), tuple(apart))
    start = 0
    for number, table in enumerate(registers):
        rows = np.arange(start, start + len(table))
        work.take(rows, leading=number == 0)
        if weigh is not None:
            work.weigh(rows, weigh, leading=number == 0)
        start += len(table)
    work.join_decided()
    return Found(work.numbered(), work.doubts())


def _no_doubts() -> pd.DataFrame:
    return pd.DataFrame({"row": [], "with_row": [], "state": [], "probability": []})


COMPARED = ("number", "hanzi", "pinyin", "birth", "phone", "address", "sex")
"""Columns that can speak for or against a link."""


class _Work:
    """What is known while registers come in: the person of every row so far."""

    def __init__(
        self,
        registers: Sequence[pd.DataFrame],
        caution: Caution,
        same: tuple[tuple[int, int], ...],
        apart: tuple[tuple[int, int], ...],
    ) -> None:
        keys = pd.concat(list(registers), ignore_index=True)
        self.caution = caution
        self.code = {name: _coded(keys[name]) for name in keys.columns}
        self.digits = _digits(keys["number_text"])
        self.person = np.full(len(keys), -1, dtype=np.int64)
        self.step = np.full(len(keys), "", dtype=object)
        self.keys = keys
        self.probability = np.full(len(keys), np.nan)
        self.doubtful: list[pd.DataFrame] = []
        self.same = same
        self.apart = {pair for a, b in apart for pair in ((a, b), (b, a))}
        self.rows_apart = np.array(sorted({a for a, _ in self.apart}), dtype=np.int64)
        sizes = [len(table) for table in registers]
        self.register = np.repeat(np.arange(len(sizes)), sizes)
        largest = self.register == int(np.argmax(sizes)) if sizes else np.empty(0, dtype=bool)
        self.size = max(int(largest.sum()), 1)
        self.count = {
            name: np.bincount(
                self.code[name][largest & (self.code[name] >= 0)],
                minlength=self.code[name].max(initial=0) + 1,
            )
            for name in ("hanzi", "pinyin", "birth")
        }
        self._without_shared_phones()
        self.days = pd.to_numeric(keys["birth"], errors="coerce").fillna(0).to_numpy(np.int64)
        self.swapped_birth = _exchanged(keys["birth"])
        self.twin = self._twins()

    def take(self, rows: Ints, *, leading: bool) -> None:
        """Link the rows of one register to the persons known, and begin new ones."""
        self.here = rows
        self._decided(rows)
        for step, columns in STEPS.items():
            self._step(rows[self.person[rows] < 0], step, columns)
        for step in ("identity", "name_birth"):
            self._repetitions(rows[self.person[rows] < 0], step)
        alone = rows[self.person[rows] < 0]
        self.person[alone] = alone
        self.step[alone] = "first" if leading else "alone"
        self._resolve(rows)

    def weigh(self, rows: Ints, weigh: Weigh, *, leading: bool) -> None:
        """Weigh the rows of a register that stand alone, and join what is sure."""
        alone = rows[self.person[rows] == rows]
        if leading:
            plain = alone[self.code["number"][alone] < 0]
            numbered = alone[self.code["number"][alone] >= 0]
            own = self.keys.loc[plain]
            pairs = [weigh(own, None), weigh(self.keys.loc[numbered], own)]
        else:
            known = np.unique(self.person[: rows[0]])
            others = self._known_of(known)
            pairs = [weigh(others, self.keys.loc[alone])]
        found = self._admitted(pd.concat([p for p in pairs if len(p)] or pairs))
        if leading or len(found) == 0:
            self._doubt(found, "open")
            return
        sure, plainly = self._sure(found, rows)
        joined = found[sure]
        row = joined["row_b"].to_numpy()
        self.person[row] = joined["row_a"].to_numpy()
        self.step[row], self.probability[row] = "weighed", joined["probability"].to_numpy()
        self._doubt(found[sure & ~plainly], "merged")
        self._doubt(found[~sure & ~found["row_b"].isin(row).to_numpy()], "open")

    def _known_of(self, persons: Ints) -> pd.DataFrame:
        """Return what is known of persons: of each column the first value any record has."""
        members = np.flatnonzero(np.isin(self.person, persons))
        known = self.keys.loc[members].groupby(self.person[members]).first()
        return known.astype("str")

    def _admitted(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """Return the pairs for people or to join: the best of each row, none that is settled."""
        pairs = pairs[pairs["probability"] >= self.caution.review]
        one = pairs["row_b"].to_numpy(dtype=np.int64)
        other = pairs["row_a"].to_numpy(dtype=np.int64)
        settled = self._alike("number", one, other) == -1
        members = (
            [set(np.flatnonzero(self.person == k).tolist()) for k in other] if (self.apart) else []
        )
        for at, of in enumerate(members):
            settled[at] |= any((int(one[at]), member) in self.apart for member in of)
        left = pairs[~settled].sort_values(
            ["probability", "row_b", "row_a"], ascending=[False, True, True], kind="stable"
        )
        rival = left["row_b"].duplicated(keep=False).to_numpy()
        left = left.assign(rival=rival)
        best: pd.DataFrame = left.drop_duplicates("row_b").reset_index(drop=True)
        return best

    def _sure(self, pairs: pd.DataFrame, rows: Ints) -> tuple[Bools, Bools]:
        """Return which pairs are joined, and which of them on two proofs at least.

        Two people of one household share a telephone and a flat: the number or the date of
        birth must be among the proofs.
        """
        one = pairs["row_b"].to_numpy(dtype=np.int64)
        other = pairs["row_a"].to_numpy(dtype=np.int64)
        level = {
            name[6:]: pairs[name] for name in map(str, pairs.columns) if name.startswith("level_")
        }
        hanzi = self._alike("hanzi", one, other)
        number = level["number"].isin(["agree", "near"]).to_numpy()
        beside = (level["phone"] == "agree").to_numpy().astype(int)
        beside += (level["address"] == "agree").to_numpy()
        slip = (level["birth"] == "near").to_numpy() & (hanzi == 1) & (beside > 0)
        birth = (level["birth"] == "agree").to_numpy() | self._swapped(one, other) | slip
        proofs = number.astype(int) + birth + beside
        taken = np.isin(other, self.person[rows]) | pairs["row_a"].duplicated(keep=False)
        against = (
            self._far(one, other)
            | ((self._alike("sex", one, other) == -1) & ((proofs < 2) | (hanzi != 1)))
            | (hanzi == -1)
            | (level["name"] != "agree").to_numpy()
            | (self._has_twin(one, other) & (hanzi != 1))
        )
        fine = (number | birth) & ~against & ~taken & ~pairs["rival"].to_numpy()
        sure = fine & (pairs["probability"] >= self.caution.merge).to_numpy()
        return np.asarray(sure), np.asarray(proofs >= 2)

    def _doubt(self, pairs: pd.DataFrame, state: str) -> None:
        if len(pairs):
            named = pairs.rename(columns={"row_b": "row", "row_a": "with_row"})
            self.doubtful.append(named.assign(state=state).drop(columns="rival"))

    def doubts(self) -> pd.DataFrame:
        """Return the pairs for people, in order of rows, without those people joined."""
        if not self.doubtful:
            return _no_doubts()
        found = pd.concat(self.doubtful, ignore_index=True).sort_values("row", kind="stable")
        row, other = (found[c].to_numpy(dtype=np.int64) for c in ("row", "with_row"))
        one = (self.person[row] == self.person[other]) & (found["state"] == "open").to_numpy()
        left: pd.DataFrame = found[~one].reset_index(drop=True)
        return left

    def numbered(self) -> pd.DataFrame:
        """Return person, step and probability of every row."""
        codes, _ = pd.factorize(self.person)
        made = {"person": codes, "step": self.step, "probability": self.probability}
        return pd.DataFrame(made)

    def join_decided(self) -> None:
        """Join what people said is one and no register order could join before."""
        for one, other in self.same:
            a, b = self.person[one], self.person[other]
            if a != b:
                low, high = min(a, b), max(a, b)
                self.step[one] = "reviewed"
                self.person[self.person == high] = low

    def _decided(self, rows: Ints) -> None:
        mine = set(rows.tolist()) if self.same else set()
        for one, other in self.same:
            for row, known in ((one, other), (other, one)):
                if row in mine and known not in mine and self.person[known] >= 0:
                    self.person[row], self.step[row] = self.person[known], "reviewed"

    def _key(self, columns: tuple[str, ...], rows: Ints) -> Ints:
        """Return one number per row for the columns together, -1 where one is unknown."""
        key = self.code[columns[0]][rows]
        for name in columns[1:]:
            other = self.code[name][rows]
            known = (key >= 0) & (other >= 0)
            key = np.where(known, key * (self.code[name].max(initial=0) + 1) + other, -1)
        return key

    def _step(self, rows: Ints, step: str, columns: tuple[str, ...]) -> None:
        known = np.flatnonzero(self.person[: self.here[0]] >= 0) if len(self.here) else rows
        key, there = self._key(columns, rows), self._key(columns, known)
        there_pairs = pd.DataFrame({"key": there, "person": self.person[known]})
        there_pairs = there_pairs[there_pairs["key"] >= 0].drop_duplicates()
        there_pairs = there_pairs.drop_duplicates("key", keep=False)
        mine = pd.DataFrame({"key": key, "row": rows})[key >= 0]
        if step != "identity":
            mine = mine.drop_duplicates("key", keep=False)
        both = mine.merge(there_pairs, on="key")
        row, person = both["row"].to_numpy(), both["person"].to_numpy()
        self._join(row, person, step)

    def _repetitions(self, rows: Ints, step: str) -> None:
        """Join rows of one register that name one person twice, to the first of them."""
        key = self._key(STEPS[step], rows)
        rows, key = rows[key >= 0], key[key >= 0]
        _, first, of = np.unique(key, return_index=True, return_inverse=True)
        head = rows[first[of]]
        twice = head != rows
        each = np.arange(int(twice.sum()))
        fine = ~self._contradicted(rows[twice], head[twice], each, step)
        self.person[rows[twice][fine]] = -2 - head[twice][fine]
        self.step[rows[twice][fine]] = step

    def _resolve(self, rows: Ints) -> None:
        """Give repetitions the person of the row they repeat."""
        for _ in range(2):
            waiting = rows[self.person[rows] < -1]
            self.person[waiting] = self.person[-2 - self.person[waiting]]

    def _join(self, row: Ints, person: Ints, step: str) -> None:
        if len(row) == 0:
            return
        members = np.flatnonzero(np.isin(self.person, person))
        of = pd.DataFrame({"person": self.person[members], "member": members})
        each = np.arange(len(row))
        pairs = pd.DataFrame({"at": each, "row": row, "person": person}).merge(of, on="person")
        one, other, at = (pairs[name].to_numpy() for name in ("row", "member", "at"))
        fine = ~self._contradicted(one, other, at, step)
        if step == "name_birth":
            beside = self._near(one, other)
            for name in ("phone", "address", "number"):
                beside |= self._alike(name, one, other) == 1
            bare = fine & ~_any(beside, at, len(row))
            self._look_at(row[bare], person[bare])
        self.person[row[fine]], self.step[row[fine]] = person[fine], step

    def _look_at(self, row: Ints, person: Ints) -> None:
        """List links that rest on name and date of birth alone, which strangers may share."""
        levels = {f"level_{name}": "agree" for name in ("name", "birth")}
        made = pd.DataFrame({"row_b": row, "row_a": person, "probability": np.nan, "rival": False})
        self._doubt(made.assign(**levels), "merged")

    def _contradicted(self, one: Ints, other: Ints, at: Ints, step: str) -> Bools:
        """Return which links a step must not make.

        Parameters
        ----------
        one, other, at
            A row, a record of the person it may belong to, and the number of the link;
            a person has several records, of which one that agrees is enough.

        Returns
        -------
        Shape (number of links,).
        """
        n = int(at.max(initial=-1)) + 1
        alike = {name: _over(self._alike(name, one, other), at, n) for name in COMPARED}
        if step == "identity":
            bad = (alike["hanzi"] != 1) & (alike["pinyin"] != 1)
            bad |= _all(self._other_day_and_year(one, other), at, n)
        else:
            bad = _any(self._alike("number", one, other) == -1, at, n) | (alike["sex"] == -1)
            bad |= _any(self._far(one, other), at, n)
            differing = alike["hanzi"] == -1
            beside = (alike["phone"] == 1).astype(int) + (alike["address"] == 1)
            if step == "name_birth":
                common = _all(self._common(one, other), at, n)
                bad |= (differing | common) & (beside == 0)
            else:
                swapped = _any(self._swapped(one, other), at, n)
                bad |= (alike["birth"] == -1) & ~swapped
                bad |= differing & (alike["birth"] != 1) & (beside < 2)
            bad |= differing & _any(self._has_twin(one, other), at, n)
        if self.apart:
            told = np.flatnonzero(np.isin(one, self.rows_apart))
            wrong = [at[k] for k in told if (int(one[k]), int(other[k])) in self.apart]
            bad[wrong] = True
        return np.asarray(bad)

    def _alike(self, name: str, one: Ints, other: Ints) -> Ints:
        """Return 1 where a column agrees, -1 where it differs, 0 where one is unknown."""
        a, b = self.code[name][one], self.code[name][other]
        return np.where((a < 0) | (b < 0), 0, np.where(a == b, 1, -1))

    def _far(self, one: Ints, other: Ints) -> Bools:
        """Return where two numbers of 18 places differ in more than a slip explains."""
        a, b = self.digits[one], self.digits[other]
        written = (a[:, 17] != b"") & (b[:, 17] != b"")
        return np.asarray(written & ((a != b).sum(axis=1) > self.caution.slips))

    def _near(self, one: Ints, other: Ints) -> Bools:
        """Return where two numbers of 18 places are one but for a slip."""
        a, b = self.digits[one], self.digits[other]
        written = (a[:, 17] != b"") & (b[:, 17] != b"")
        return np.asarray(written & ((a != b).sum(axis=1) <= self.caution.slips))

    def _other_day_and_year(self, one: Ints, other: Ints) -> Bools:
        """Return where dates of birth share neither year nor day: no slip, another person."""
        a, b = self.days[one], self.days[other]
        known = (a > 0) & (b > 0)
        return np.asarray(known & (a // 10_000 != b // 10_000) & (a % 10_000 != b % 10_000))

    def _swapped(self, one: Ints, other: Ints) -> Bools:
        birth = self.code["birth"][one]
        return np.asarray((birth >= 0) & (birth == self.swapped_birth[other]))

    def _common(self, one: Ints, other: Ints) -> Bools:
        """Return where chance alone would bring strangers of this name and birth together.

        Expected others = (n_name − 1)(n_birth − 1) / n, counted over the register.
        """
        named = np.where(
            self._alike("hanzi", one, other) == 1,
            self.count["hanzi"][self.code["hanzi"][one]],
            self.count["pinyin"][self.code["pinyin"][one]],
        )
        born = self.count["birth"][self.code["birth"][one]]
        expected = np.maximum(named - 1, 0) * np.maximum(born - 1, 0) / self.size
        return np.asarray(expected > self.caution.chance)

    def _has_twin(self, one: Ints, other: Ints) -> Bools:
        """Return where somebody else of this flat or telephone was born the same day."""
        return np.asarray(self.twin[one] | self.twin[other])

    def _without_shared_phones(self) -> None:
        phone, name = self.code["phone"], self.code["pinyin"]
        pairs = pd.DataFrame({"phone": phone, "name": name})[(phone >= 0) & (name >= 0)]
        n = pairs.drop_duplicates()["phone"].value_counts()
        shared = n.index[n > self.caution.shared_phone].to_numpy()
        self.code["phone"] = np.where(np.isin(phone, shared), -1, phone)

    def _twins(self) -> Bools:
        """Return rows beside which the register has another name, born the same day.

        Beside: in the same flat or on the same telephone.
        """
        found = np.zeros(len(self.person), dtype=bool)
        rows = np.arange(len(self.person))
        name = np.where(self.code["hanzi"] >= 0, self.code["hanzi"], -2 - self.code["pinyin"])
        for beside in ("address", "phone"):
            key = self._key(("birth", beside), rows)
            table = pd.DataFrame({"register": self.register, "key": key, "name": name})
            names = table[key >= 0].drop_duplicates()
            several = names[names.duplicated(["register", "key"], keep=False)]
            found |= (
                table.merge(
                    several[["register", "key"]].drop_duplicates(), how="left", indicator=True
                )["_merge"]
                == "both"
            ).to_numpy()
        return found


def _any(true: Bools, at: Ints, n: int) -> Bools:
    return np.asarray(np.bincount(at[true], minlength=n) > 0)


def _all(true: Bools, at: Ints, n: int) -> Bools:
    return ~_any(~true, at, n)


def _over(alike: Ints, at: Ints, n: int) -> Ints:
    """Return per link 1 where any record agrees, else -1 where any differs, else 0."""
    return np.where(_any(alike == 1, at, n), 1, np.where(_any(alike == -1, at, n), -1, 0))


def _coded(column: pd.Series) -> Ints:
    return np.asarray(pd.factorize(column)[0], dtype=np.int64)


def _exchanged(births: pd.Series) -> Ints:
    """Return the code of each date with day and month exchanged, -2 where no row has it."""
    codes, texts = pd.factorize(births)
    known = {str(text): at for at, text in enumerate(texts)}
    other = [known.get(f"{t[:4]}{t[6:]}{t[4:6]}", -2) for t in map(str, texts)]
    return np.where(codes < 0, -2, np.array([*other, -2], dtype=np.int64)[codes])


def _digits(column: pd.Series) -> np.ndarray:
    """Return numbers of 18 places as single characters, shape (n, 18); others empty."""
    text = column.fillna("").to_numpy(dtype=object)
    fixed = np.array([t if len(t) == 18 and t.isascii() else "" for t in text], dtype="S18")
    return fixed.view("S1").reshape(len(text), 18)
