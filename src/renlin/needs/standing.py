"""Let people confirm, change or refuse what the rules propose, and set tiers by hand.

What the rules propose is kept beside what stands. A decision that no longer fits (its time
is over, evidence or rules have changed) falls back to the proposal and says why. Nobody is
lowered by one signature, and whoever refuses a tier set by machine is heard by a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from renlin.catalogue.decisions import NO_TIER
from renlin.catalogue.load import Catalogue
from renlin.catalogue.rules import LEVEL_EN, LEVEL_ZH
from renlin.errors import DataFault, Fault, Said, raise_all

FIRST_DATA_ROW = 2
ADDED = ("proposed_sure", "proposed_possible", "standing", "standing_zh", "standing_en")
REVIEW = (
    "person", "household", "matter", "record", "tier_proposed", "tier_possible", "tier_asked",
    "role", "since", "until", "reason_zh", "reason_en", "rank",
)  # fmt: skip
OVERRIDES = (
    "override", "person", "tier", "role", "second_role", "evidence", "since", "until", "effect",
    "effect_zh", "effect_en",
)  # fmt: skip
MATTERS = ("refused", "asks_to_lower", "evidence_changed", "rules_changed", "tier_differs",
           "over", "nobody")  # fmt: skip
"""What a person must look at, most pressing first."""
SAID: Mapping[str, Said] = {
    "proposed": Said("规则的建议，还没有人确认", "proposed by the rules, confirmed by nobody yet"),
    "confirmed": Said("已由人确认", "confirmed by a person"),
    "changed": Said("已由人改定", "changed by a person"),
    "overridden": Said("按个案由人定级", "set by a person for this case"),
    "refused": Said(
        "本人不同意由机器定级，等人复核；机器的等级不用，照护仍按最高可能安排",
        "the resident refuses a tier set by machine and waits for a person; it is not used, "
        "protection follows the highest possible tier",
    ),
    "asks_to_lower": Said(
        "有人要求降低等级，只有一方签字，不生效",
        "somebody asks to lower the tier with one signature only: no effect",
    ),
    "evidence_changed": Said(
        "确认以后情况有新的记录或已过期，退回建议",
        "evidence is newer than the confirmation or has run out since: a proposal again",
    ),
    "rules_changed": Said(
        "确认以后规则换了版本，退回建议", "the rules have a new version: a proposal again"
    ),
    "tier_differs": Said(
        "规则现在建议的等级与确认时不同，退回建议",
        "the rules now propose another tier than was confirmed: a proposal again",
    ),
    "over": Said("期限已过，不再有效", "its time is over"),
    "nobody": Said("名册里没有这个人", "nobody of this key is on record"),
    "applied": Said("生效", "in effect"),
    "later": Said("还没到起始日", "not yet in effect"),
    "undone": Said("已撤销", "undone"),
    "superseded": Said("有更新的一条", "a newer one counts"),
}


@dataclass(frozen=True)
class Standing:
    """What stands: tiers, what a person must look at, and every override with its effect."""

    tiers: pd.DataFrame
    review: pd.DataFrame
    overrides: pd.DataFrame


class _Told(NamedTuple):
    """What one record does: the state of the tier, and the tier it sets if any."""

    state: str
    tier: int | None = None


def checked(confirmations: pd.DataFrame, overrides: pd.DataFrame) -> None:
    """Refuse decisions that contradict themselves.

    Raises
    ------
    DataFault
        With every fault: a change without its tier, a tier beside another decision, an
        end before the start, a second signature by the same role.
    """
    faults = [*_bad_confirmations(confirmations), *_bad_overrides(overrides)]
    raise_all(faults, DataFault)


def stand(
    tiers: pd.DataFrame,
    confirmations: pd.DataFrame,
    overrides: pd.DataFrame,
    evidence: pd.DataFrame,
    reviews: Mapping[str, int],
    versions: Mapping[str, str],
    catalogue: Catalogue,
    day: pd.Timestamp,
) -> Standing:
    """Return what stands on ``day`` once people have decided.

    The newest confirmation of a resident counts, then the newest override on top of it. A
    tier set by hand raises the sure and the possible tier; it lowers them only with two
    signatures of different roles. A refused tier is not used as sure; the possible tier,
    which orders protection, stays.

    Parameters
    ----------
    tiers
        As ``assessment.assess`` makes them.
    confirmations, overrides
        Tables of the community.
    evidence
        ``needs.evidence``: columns subject, indicator, state, observed_on, age_days, fact.
    reviews
        ``file#tier`` -> days after which the rule asks for a review.
    versions
        Rule set -> its version today.
    catalogue
        Expiry of the indicators.
    day
        Survey date.

    Raises
    ------
    DataFault
        When a decision contradicts itself (:func:`checked`).

    Source: reference needs 4.4; PIPL article 24.
    """
    checked(confirmations, overrides)
    made = _with_proposals(tiers)
    place = {str(person): at for at, person in enumerate(made["person"])}
    moved = _moved(evidence, catalogue)
    rows = _records(made)
    review: list[dict[str, Any]] = []
    for record in _newest(confirmations, "decided_on", day):
        at = place.get(record["person"])
        if at is None:
            review.append(_listed(record, None, "nobody", "confirmation"))
            continue
        told = _confirmed(record, rows[at], reviews, versions, moved, day)
        _settle(rows[at], told, record)
        if told.state in MATTERS:
            review.append(_listed(record, rows[at], told.state, "confirmation"))
    effects = _overridden(overrides, rows, place, review, day)
    found = pd.DataFrame(rows, columns=list(made.columns)).astype(made.dtypes.to_dict())
    return Standing(found, _ranked(review), effects)


def _with_proposals(tiers: pd.DataFrame) -> pd.DataFrame:
    """Return the tiers with what the rules propose kept beside, nobody having decided."""
    words = SAID["proposed"]
    made = tiers.assign(proposed_sure=tiers["sure"], proposed_possible=tiers["possible"])
    for name, text in zip(ADDED[2:], ("proposed", words.zh, words.en), strict=True):
        made[name] = pd.Series(text, index=made.index, dtype="str")
    return made


def _newest(table: pd.DataFrame, column: str, day: pd.Timestamp) -> list[dict[str, Any]]:
    """Return the newest record in force of each person, oldest key first."""
    active = table[(table["state"].fillna("active") == "active") & (table[column] <= day)]
    order = active.sort_values([column, str(table.columns[0])], kind="stable")
    return _records(order.drop_duplicates("person", keep="last").sort_values("person"))


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def _moved(
    evidence: pd.DataFrame, catalogue: Catalogue
) -> dict[str, tuple[pd.Timestamp, list[pd.Timestamp]]]:
    """Return subject -> day of its newest statement, and the days evidence ran out.

    Statements that carry a fact only: what is read from tables every time has no news.
    """
    stated = evidence[evidence["fact"].notna() & evidence["observed_on"].notna()]
    limits = {code: entry.expiry.value for code, entry in catalogue.indicators.items()}
    found: dict[str, tuple[pd.Timestamp, list[pd.Timestamp]]] = {}
    for row in _records(stated[["subject", "indicator", "state", "observed_on"]]):
        newest, ends = found.get(row["subject"], (row["observed_on"], []))
        if row["state"] == "expired":
            ends.append(row["observed_on"] + pd.Timedelta(days=limits[row["indicator"]]))
        found[row["subject"]] = max(newest, row["observed_on"]), ends
    return found


def _confirmed(
    record: Mapping[str, Any],
    row: Mapping[str, Any],
    reviews: Mapping[str, int],
    versions: Mapping[str, str],
    moved: Mapping[str, tuple[pd.Timestamp, list[pd.Timestamp]]],
    day: pd.Timestamp,
) -> _Told:
    """Return what a confirmation does today."""
    since, until = record["decided_on"], record["until"]
    over = pd.notna(until) and until < day
    if record["decision"] == "refused":
        return _Told("over" if over else "refused")
    days = reviews.get(f"{row['file']}#{row['rule']}")
    if over or (pd.isna(until) and days is not None and since + pd.Timedelta(days=days) < day):
        return _Told("over")
    ruleset = _text(record["ruleset"])
    if ruleset and versions.get(ruleset) != _text(record["version"]):
        return _Told("rules_changed")
    if int(record["tier"]) != int(row["proposed_sure"]):
        return _Told("tier_differs")
    for subject in (row["person"], row["household"]):
        newest, ends = moved.get(subject, (since, []))
        if newest > since or any(since <= end < day for end in ends):
            return _Told("evidence_changed")
    if record["decision"] == "confirmed":
        return _Told("confirmed")
    return _set_by_hand(record, int(record["tier_set"]), row, "changed")


def _set_by_hand(record: Mapping[str, Any], tier: int, row: Mapping[str, Any], state: str) -> _Told:
    """Return the tier a person sets; lowering it asks for two signatures.

    A refused tier still counts here: to object is not to be set lower by one person.
    """
    stood = int(row["proposed_sure"] if row["standing"] == "refused" else row["sure"])
    if tier > stood and not _text(record["second_role"]):
        return _Told("asks_to_lower", tier)
    return _Told(state, tier)


def _settle(row: dict[str, Any], told: _Told, record: Mapping[str, Any]) -> None:
    """Write into ``row`` what stands now."""
    state = told.state
    if told.tier is not None and state in ("changed", "overridden"):
        lower = told.tier > int(
            row["sure"] if row["standing"] != "refused" else row["proposed_sure"]
        )
        row["sure"] = told.tier
        row["possible"] = told.tier if lower else min(int(row["possible"]), told.tier)
        _reworded(row, told.tier, record, state)
    elif state == "refused":
        row["sure"] = NO_TIER
    row["indicated"] = min(max(int(row["indicated"]), int(row["possible"])), int(row["sure"]))
    kept = ("confirmed", "changed", "refused", "overridden")
    row["standing"] = state if state in kept or state == "asks_to_lower" else "expired"
    row["standing_zh"], row["standing_en"] = SAID[state]
    row["confirmed_by"] = (
        record["role"] if state in ("confirmed", "changed", "overridden") else None
    )


def _reworded(row: dict[str, Any], tier: int, record: Mapping[str, Any], state: str) -> None:
    """Say first who set the tier, then what the rules said."""
    role = _text(record["role"])
    row["reason_zh"] = (
        f"{SAID[state].zh}（{role}）：{LEVEL_ZH[tier]}。规则的说法：{row['reason_zh']}"
    )
    row["reason_en"] = f"{SAID[state].en}: {LEVEL_EN[tier]}. By the rules: {row['reason_en']}"


def _overridden(
    overrides: pd.DataFrame,
    rows: list[dict[str, Any]],
    place: Mapping[str, int],
    review: list[dict[str, Any]],
    day: pd.Timestamp,
) -> pd.DataFrame:
    """Lay overrides on top, note what a person must look at, return each with its effect."""
    live = overrides[overrides["until"].isna() | (overrides["until"] >= day)]
    chosen = {str(one["override"]): one for one in _newest(live, "since", day)}
    made = []
    for record in _records(overrides):
        effect = _effect(record, chosen, day)
        at = place.get(record["person"])
        if at is None and effect != "undone":
            effect = "nobody"
        if effect == "applied" and at is not None:
            told = _set_by_hand(record, int(record["tier"]), rows[at], "overridden")
            effect = "applied" if told.state == "overridden" else told.state
            if told.state == "overridden":
                _settle(rows[at], told, record)
        if effect in MATTERS:
            row = None if at is None else rows[at]
            review.append(_listed(record, row, effect, "override"))
        words = SAID[effect]
        made.append({**record, "effect": effect, "effect_zh": words.zh, "effect_en": words.en})
    return _typed(pd.DataFrame(made, columns=list(OVERRIDES)), ("since", "until"), ("tier",))


def _effect(
    record: Mapping[str, Any], chosen: Mapping[str, Mapping[str, Any]], day: pd.Timestamp
) -> str:
    if _text(record["state"]) == "undone":
        return "undone"
    if pd.notna(record["until"]) and record["until"] < day:
        return "over"
    if record["since"] > day:
        return "later"
    return "applied" if str(record["override"]) in chosen else "superseded"


def _listed(
    record: Mapping[str, Any], row: Mapping[str, Any] | None, matter: str, key: str
) -> dict[str, Any]:
    """Return one line of what a person must look at."""
    asked = record["tier_set"] if key == "confirmation" else record["tier"]
    return {
        "person": record["person"],
        "household": None if row is None else row["household"],
        "matter": matter,
        "record": record[key],
        "tier_proposed": pd.NA if row is None else row["proposed_sure"],
        "tier_possible": pd.NA if row is None else row["proposed_possible"],
        "tier_asked": asked,
        "role": record["role"],
        "since": record["decided_on" if key == "confirmation" else "since"],
        "until": record["until"],
        "reason_zh": SAID[matter].zh,
        "reason_en": SAID[matter].en,
    }


def _ranked(review: list[dict[str, Any]]) -> pd.DataFrame:
    """Return what a person must look at: by matter, then the higher possible tier first."""
    made = pd.DataFrame(review, columns=list(REVIEW[:-1]))
    made = _typed(made, ("since", "until"), ("tier_proposed", "tier_possible", "tier_asked"))
    order = made.assign(at=made["matter"].map({name: at for at, name in enumerate(MATTERS)}))
    order = order.sort_values(
        ["at", "tier_possible", "person", "record"], kind="stable", na_position="first"
    ).drop(columns="at")
    return order.reset_index(drop=True).assign(rank=range(1, len(order) + 1))[list(REVIEW)]


def _typed(made: pd.DataFrame, dates: tuple[str, ...], whole: tuple[str, ...]) -> pd.DataFrame:
    types: dict[str, str] = {str(name): "str" for name in made}
    types |= dict.fromkeys(dates, "datetime64[s]") | dict.fromkeys(whole, "Int64")
    return made.astype({name: kind for name, kind in types.items() if name in made})


def _bad_confirmations(table: pd.DataFrame) -> Iterator[Fault]:
    place = "layers/confirmations.csv"
    for row, record in enumerate(_records(table), start=FIRST_DATA_ROW):
        changed, given = record["decision"] == "changed", pd.notna(record["tier_set"])
        if changed != given:
            expected = Said("只在改定时写核定等级", "tier_set where the decision is changed, only")
            got = Said("写了" if given else "没有写", "given" if given else "nothing")
            remedy = Said("写上等级，或改决定。", "Give the tier or correct the decision.")
            yield Fault(place, expected, got, remedy, row, "tier_set")
        yield from _bad_record(record, "decided_on", place, row)


def _bad_overrides(table: pd.DataFrame) -> Iterator[Fault]:
    for row, record in enumerate(_records(table), start=FIRST_DATA_ROW):
        yield from _bad_record(record, "since", "layers/overrides.csv", row)


def _bad_record(record: Mapping[str, Any], since: str, place: str, row: int) -> Iterator[Fault]:
    if pd.notna(record["until"]) and record["until"] < record[since]:
        expected = Said("不早于起始日的日期", "a day not before the start")
        got = Said("更早的日期", "an earlier day")
        yield Fault(place, expected, got, Said("改正日期。", "Correct it."), row, "until")
    if _text(record["second_role"]) and record["second_role"] == record["role"]:
        expected = Said("另一个角色", "another role")
        got = Said("同一个角色", "the same role")
        remedy = Said("由另一个角色签字。", "Let another role sign.")
        yield Fault(place, expected, got, remedy, row, "second_role")


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value).strip()  # type: ignore[call-overload]
