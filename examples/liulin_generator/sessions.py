"""Write what two meetings, the collected cases and the visits brought, as the program reads it.

The corrections of single residents and the count of c02 stand in ``layers/corrections.csv``
under the same names; here is who took part, what was wished, which cases speak against a
rule and who may be on no register.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Iterator
from hashlib import sha256
from itertools import combinations
from math import exp
from typing import Any

from liulin_generator.luck import Luck
from liulin_generator.people import households
from liulin_generator.pseudonyms import KEY, person_pseudonym
from liulin_generator.workshops import ELDERS, FORUM, PHONES, PHONES_SEEN

CASES, VISIT = "cases-2026-10-20", "visit-2026-10-24"
RULE, RULE_VERSION = "elderly.yaml", "2026.1"
"""Rule the cases speak against, and its version in October 2026."""
DIGEST = "sample"
"""The sample was read from no file."""
WISHES = ("door_ramp", "gate_open", "big_plaza", "knock_first")
LIKED = {
    "general": (0.0, -0.6, 1.0, -0.4),
    "over_80": (0.9, 0.6, 0.2, 1.0),
    "wheelchair": (2.4, 0.5, -1.6, 0.0),
    "stick_slow": (1.4, 0.8, -0.9, 0.2),
    "low_vision": (0.6, 0.0, -0.4, 0.9),
    "hard_of_hearing": (0.2, 0.1, 0.0, 1.4),
}
"""Log-odds with which each group puts a wish first; invented."""
NAMED, SEEN, BOTH = 7, 6, 4
"""Residents on no register: named at the workshop, seen on the visit, on both lists."""
VISITED = {
    ("under_60", "alone", "owner", "no"): (9, 3),
    ("under_60", "alone", "tenant", "no"): (11, 2),
    ("under_60", "together", "owner", "no"): (22, 9),
    ("under_60", "together", "tenant", "no"): (14, 2),
    ("60_79", "together", "owner", "no"): (16, 5),
    ("60_79", "alone", "owner", "yes"): (7, 1),
    ("60_79", "together", "tenant", "yes"): (5, 0),
    ("80_over", "alone", "owner", "yes"): (8, 1),
    ("80_over", "together", "owner", "no"): (8, 1),
}
"""Cell -> residents visited, of these with an emergency kit; invented."""


def files() -> dict[str, bytes]:
    """Return file name -> content of every session."""
    from renlin.intake.sessions.store import toml

    return {f"{one['session']}.toml": toml(one).encode() for one in _sessions()}


def _sessions() -> Iterator[dict[str, Any]]:
    yield {
        **_head(ELDERS, "elders", "2026-10-12", "职工食堂大厅", "invited", "举手", "议事会主持人"),
        "participants": _came(
            all=41, over_80=23, stick_slow=11, wheelchair=4, tenant=2, hard_of_hearing=3
        ),
        "preferences": list(_ballots(ELDERS, general=18, over_80=19, wheelchair=4)),
        "mentions": _mentions("workshop", range(NAMED)),
    }
    yield {
        **_head(
            FORUM,
            "disability",
            "2026-10-19",
            "老年活动中心",
            "volunteers",
            "两两比较",
            "恳谈会主持人",
        ),
        "participants": _came(all=20, wheelchair=9, stick_slow=3, low_vision=1, hard_of_hearing=1),
        "preferences": list(
            _ballots(FORUM, wheelchair=9, stick_slow=3, low_vision=1, hard_of_hearing=1)
        ),
    }
    yield {
        **_head(CASES, "cases", "2026-10-20", "居委会", "referred", "逐个谈", "社区社工"),
        "participants": _came(all=4),
        "statements": list(_cases()),
    }
    yield {
        **_head(VISIT, "cases", "2026-10-24", "入户", "door_to_door", "上门逐个问", "网格员"),
        "participants": _came(all=sum(n for n, _ in VISITED.values())),
        "answers": [
            {"field": "has_kit", "age_band": age, "living": living, "tenure": tenure,
             "impairment": impairment, "n_asked": n, "n_yes": yes}
            for (age, living, tenure, impairment), (n, yes) in VISITED.items()
        ],
        "mentions": _mentions("visit", range(NAMED - BOTH, NAMED - BOTH + SEEN)),
    }  # fmt: skip
    yield {
        **_head(PHONES, "cases", "2026-10-26", "入户", "door_to_door", "上门看手机", "网格员"),
        "participants": _came(all=PHONES_SEEN, over_80=PHONES_SEEN),
    }


def _head(
    session: str, form: str, day: str, venue: str, recruitment: str, method: str, signed_by: str
) -> dict[str, Any]:
    return {
        "session": session,
        "form": form,
        "held_on": dt.date.fromisoformat(day),
        "venue": venue,
        "recruitment": recruitment,
        "method": method,
        "signed_by": signed_by,
        "state": "active",
        "digest": DIGEST,
    }


def _came(**counts: int) -> list[dict[str, Any]]:
    return [{"display": display, "n": n} for display, n in counts.items()]


def _ballots(session: str, **voters: int) -> Iterator[dict[str, Any]]:
    """Yield one answer per voter and pair of wishes."""
    people = [f"{group}-{n}" for group, count in voters.items() for n in range(count)]
    luck = Luck([f"{session}/{person}" for person in people])
    for number, person in enumerate(people, start=1):
        group = person.rpartition("-")[0]
        liked = dict(zip(WISHES, LIKED[group], strict=True))
        for first, second in combinations(WISHES, 2):
            chance = 1 / (1 + exp(liked[second] - liked[first]))
            u = luck(f"{first}/{second}")[f"{session}/{person}"]
            preferred = first if u < chance else second
            yield {"voter": f"{number:02d}", "display": group, "first": first, "second": second,
                   "preferred": preferred}  # fmt: skip


def _cases() -> Iterator[dict[str, Any]]:
    """Yield four old residents who are alone by day though somebody lives with them."""
    homes = [home for home in households() if home.kind == "elder_child" and home.registered]
    for home in homes[:4]:
        yield {
            "kind": "rule",
            "subject": person_pseudonym(home.people[0]),
            "field": "lives_alone",
            "rule": RULE,
            "rule_version": RULE_VERSION,
            "direction": "higher",
            "why": "白天家里没有别人",
        }


def _mentions(listed: str, numbers: range) -> list[dict[str, Any]]:
    """Return marks as the intake makes them; the people behind them are invented."""
    return [{"listed": listed, "token": _mark(number), "registered": False} for number in numbers]


def _mark(number: int) -> str:
    return f"M-{hmac.new(KEY.encode(), f'mention|{number}'.encode(), sha256).hexdigest()[:10]}"
