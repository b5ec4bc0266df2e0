"""Make identity numbers, phones and birth dates that belong to nobody."""

from __future__ import annotations

import datetime as dt

LOCAL_REGION = "329901"
OTHER_REGIONS = ("349901", "419901", "369901", "339901", "519901")
"""Provinces exist; no prefecture 99 does, so no such number was ever issued."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
PHONE_PREFIX = "1540000"
"""154 is not among the prefixes given to subscribers."""


def identity_number(region: str, born: dt.date, serial: int, sex: str) -> str:
    """Return an 18-digit number with a valid checksum; odd serials are male."""
    order = (serial * 2 + (1 if sex == "male" else 0)) % 1000
    order += 2 if order % 100 == 0 else 0  # 00 before a check digit 0 looks like a lost float
    body = f"{region}{born:%Y%m%d}{order:03d}"
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """Return the last character of GB 11643 for the first 17 digits."""
    return _CHECKS[sum(w * int(d) for w, d in zip(_WEIGHTS, body, strict=True)) % 11]


def old_number(number: str) -> str:
    """Return the 15-digit form that was issued before 1999."""
    return number[:6] + number[8:17]


def phone(serial: int) -> str:
    """Return a phone number of the fictional range."""
    return f"{PHONE_PREFIX}{serial % 10_000:04d}"


def birth_date(age: int, on: dt.date, u: float) -> dt.date:
    """Return a date on which somebody of ``age`` on day ``on`` may have been born."""
    newest = dt.date(on.year - age, on.month, min(on.day, 28))
    return newest - dt.timedelta(days=int(u * 365))
