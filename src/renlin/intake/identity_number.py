"""Read the number of an identity document and say how far it can be trusted.

A wrong check digit makes a number weak evidence; it never removes the person.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from renlin.errors import Said
from renlin.intake.characters import LONGEST_VALUE, half_width, is_missing, without_blanks
from renlin.intake.dates import OLDEST, age_on
from renlin.intake.reading import Doubt

Kind = Literal[
    "citizen", "citizen_15", "residence_permit", "permanent_resident", "passport",
    "travel_permit", "masked", "damaged", "unknown", "missing",
]  # fmt: skip
Sex = Literal["female", "male"]

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_REGIONS = frozenset(
    str(code)
    for block in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55))
    for code in block
) | {"61", "62", "63", "64", "65", "71", "81", "82", "83"}
"""First two digits in use: provinces; 81-83 are 港澳台居民居住证. Source: gb11643."""
_FOREIGN = "9"  # first digit of the 18-digit 外国人永久居留身份证. Source: gb11643.
_CENTURY = "19"  # 15-digit numbers were issued until 1999
_PASSPORT = re.compile(r"(?=.*\d{5})[A-Z]{1,3}\d{5,9}|(?=.*\d{5})[A-Z0-9]{7,9}")
_TRAVEL = re.compile(r"[HM]\d{8}(\d{2})?")
_OLD_FOREIGN = re.compile(r"[A-Z]{3}\d{12}")
_SCIENTIFIC = re.compile(r"([1-9])(?:\.(\d*))?E\+?(1[4-9])")
_MASKED = re.compile(r"(?=.*[*#?])[0-9X*#?]{6,18}|\d{3,}X{3,}[0-9X]*")

_CITIZEN = Said("18 位公民身份号码", "an 18-digit citizen number")
_CHECK = Said("请核对证件。", "Check the document.")


@dataclass(frozen=True)
class IdentityNumber:
    """What one document number says.

    Parameters
    ----------
    kind
        Kind of document; ``damaged`` lost digits in a spreadsheet, ``masked`` hides some.
    valid
        True when nothing about the number is wrong. Only 18-digit numbers carry a check
        digit; the others are valid when their form and date are.
    text
        The number in half-width capitals without blanks; never shown.
    birth, sex
        As the number says them, None when it does not or cannot be believed.
    reasons
        What is wrong or doubtful, without the number.
    """

    kind: Kind
    valid: bool
    text: str = field(repr=False)
    birth: dt.date | None = field(default=None, repr=False)
    sex: Sex | None = field(default=None, repr=False)
    reasons: tuple[Doubt, ...] = ()

    @property
    def key(self) -> str | None:
        """Return the text two registers can be linked by, None unless valid.

        A valid 15-digit number gives its 18-digit form.
        """
        if not self.valid:
            return None
        if self.kind == "citizen_15":
            return eighteen(self.text)
        return self.text

    @property
    def evidence(self) -> Literal["strong", "weak", "none"]:
        """Return how far the number alone shows who somebody is.

        Strong: an 18-digit number with a right check digit. Weak: any other number
        that is there. None: missing, damaged or masked.
        """
        if self.valid and len(self.text) == len(_WEIGHTS) + 1:
            return "strong"
        return "none" if self.kind in ("missing", "damaged", "masked") else "weak"


def check_digit(first_17: str) -> str:
    """Return the last character of an 18-digit number.

    c = 10X98765432[Σ wᵢ dᵢ mod 11] with digits dᵢ and weights wᵢ = 2^(18-i) mod 11.

    Source: gb11643 (ISO 7064, MOD 11-2).

    Examples
    --------
    >>> check_digit("11010519491231002")
    'X'
    """
    return _CHECKS[sum(w * int(d) for w, d in zip(_WEIGHTS, first_17, strict=True)) % 11]


def eighteen(fifteen: str) -> str:
    """Return the 18-digit form of a 15-digit number: 19 inserted, check digit added."""
    first_17 = fifteen[:6] + _CENTURY + fifteen[6:]
    return first_17 + check_digit(first_17)


def read_number(text: str | None, *, as_of: dt.date | None = None) -> IdentityNumber:
    """Return what a document number says; nothing is raised, everything is a reason.

    Full-width digits, blanks, a leading apostrophe and a small x are read as meant. A
    number in scientific form, or of 18 digits ending in 000, was turned to a float: it is
    ``damaged`` and never valid, even if the check digit happens to fit.

    Parameters
    ----------
    text
        The cell.
    as_of
        Day the register was exported; a birth after it, or more than the
        longest human life before it, is a reason.

    Source: gb11643.

    Examples
    --------
    >>> number = read_number("11010519491231002x")
    >>> number.kind, number.valid, number.sex, number.birth.year
    ('citizen', True, 'female', 1949)
    """
    if text is None or is_missing(text):
        return IdentityNumber("missing", False, "")
    plain = (
        without_blanks(half_width(text[:LONGEST_VALUE])).upper().replace("×", "X").strip("'`‘’\"\t")
    )
    digits = plain[:-2] if re.fullmatch(r"\d+\.0", plain) else plain
    if re.fullmatch(r"\d{17}[\dX]", digits):
        return _eighteen_digits(digits, plain != digits, as_of)
    if re.fullmatch(r"\d{15}", digits):
        return _fifteen_digits(digits, as_of)
    return _other(digits)


def repeated(numbers: Iterable[IdentityNumber]) -> tuple[tuple[int, ...], ...]:
    """Return the positions of records that share one valid number, group by group.

    A number twice is two records of one person or a typing error: people decide.
    """
    places: dict[str, list[int]] = {}
    for position, number in enumerate(numbers):
        if number.key is not None:
            places.setdefault(number.key, []).append(position)
    return tuple(tuple(group) for group in places.values() if len(group) > 1)


def _eighteen_digits(text: str, was_float: bool, as_of: dt.date | None) -> IdentityNumber:
    kind: Kind = "citizen"
    if text[0] == _FOREIGN:
        kind = "permanent_resident"
    elif text[0] == "8":
        kind = "residence_permit"
    birth, reasons = _birth(text[6:14], as_of)
    if was_float or text.endswith("000"):
        return IdentityNumber("damaged", False, text, birth, None, (_damaged(),))
    if kind != "permanent_resident" and text[:2] not in _REGIONS:
        got = Said("不存在的地区码", "a region code that does not exist")
        reasons = [*reasons, Doubt(_CITIZEN, got, _CHECK)]
    if check_digit(text[:17]) != text[17]:
        got = Said("校验位不符", "a check digit that does not fit")
        reasons = [*reasons, Doubt(_CITIZEN, got, _CHECK)]
    sex: Sex = "male" if int(text[16]) % 2 else "female"
    valid = not reasons
    return IdentityNumber(kind, valid, text, birth, sex, tuple(reasons))


def _fifteen_digits(text: str, as_of: dt.date | None) -> IdentityNumber:
    birth, reasons = _birth(_CENTURY + text[6:12], as_of)
    if text[:2] not in _REGIONS:
        got = Said("不存在的地区码", "a region code that does not exist")
        reasons = [*reasons, Doubt(_CITIZEN, got, _CHECK)]
    sex: Sex = "male" if int(text[14]) % 2 else "female"
    valid = not reasons
    old = Doubt(
        _CITIZEN,
        Said("15 位旧号码", "an old 15-digit number"),
        Said(
            "没有校验位，请补录 18 位号码。", "It has no check digit: record the 18-digit number."
        ),
    )
    return IdentityNumber("citizen_15", valid, text, birth, sex, (*reasons, old))


def _other(text: str) -> IdentityNumber:
    """Read documents that are no citizen number, and numbers that lost digits."""
    scientific = _SCIENTIFIC.fullmatch(text)
    if scientific:
        return IdentityNumber("damaged", False, text, _kept_birth(scientific), None, (_damaged(),))
    if _MASKED.fullmatch(text):
        got = Said("隐去部分数字的号码", "a number with digits hidden")
        remedy = Said("请向来源单位要完整号码。", "Ask its source for the whole number.")
        return IdentityNumber("masked", False, text, reasons=(Doubt(_CITIZEN, got, remedy),))
    if _OLD_FOREIGN.fullmatch(text):
        return IdentityNumber("permanent_resident", True, text)
    if _TRAVEL.fullmatch(text):
        return IdentityNumber("travel_permit", True, text)
    if _PASSPORT.fullmatch(text) and not text.isdigit():
        return IdentityNumber("passport", True, text)
    got = Said(f"{len(text)} 个字符，不是已知证件", f"{len(text)} characters of no known document")
    if text.isdigit():
        got = Said(f"{len(text)} 位数字", f"{len(text)} digits")
    return IdentityNumber("unknown", False, text, reasons=(Doubt(_CITIZEN, got, _CHECK),))


def _birth(eight: str, as_of: dt.date | None) -> tuple[dt.date | None, list[Doubt]]:
    """Return the date in a number, and why it cannot be one."""
    try:
        birth = dt.date(int(eight[:4]), int(eight[4:6]), int(eight[6:]))
    except ValueError:
        got = Said("不存在的出生日期", "a birth date that does not exist")
        return None, [Doubt(_CITIZEN, got, _CHECK)]
    if as_of is not None and birth > as_of:
        got = Said("晚于登记日期的出生日期", "a birth date after the register's date")
        return None, [Doubt(_CITIZEN, got, _CHECK)]
    if as_of is not None and age_on(birth, as_of) > OLDEST:
        got = Said("不可能的年龄", "an impossible age")
        return None, [Doubt(_CITIZEN, got, _CHECK)]
    return birth, []


def _kept_birth(scientific: re.Match[str]) -> dt.date | None:
    """Return the birth date when all 15 kept digits are written out, else None.

    With fewer digits the last one shown is rounded and may be the day.
    """
    digits = scientific[1] + (scientific[2] or "")
    if len(digits) < 15 or scientific[3] != "17":
        return None
    return _birth(digits[6:14], None)[0]


def _damaged() -> Doubt:
    return Doubt(
        _CITIZEN,
        Said(
            "被表格软件转成浮点数、末几位丢失的号码",
            "a number whose last digits a spreadsheet lost",
        ),
        Said(
            "请把该列设为文本后从原系统重新导出。",
            "Format the column as text and export it again from the original system.",
        ),
    )
