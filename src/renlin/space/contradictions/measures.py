"""Hold columns of layers against limits and words: most rules are rows of these two checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from renlin.catalogue.place_rules import ContradictionRule, Tested, parts
from renlin.space.contradictions.concerned import EVERYBODY
from renlin.space.contradictions.ground import (
    UNKNOWN,
    WAY_TAKEN,
    Clash,
    Ground,
    chosen,
    cited,
    numbers,
    rows,
    words,
)


def measured(ground: Ground, rule: Tested) -> Iterator[Clash]:
    """Yield rows whose number breaks the limit, and one row for all that nobody measured."""
    frame = ground.views[rule.table]
    limit = ground.limit(rule)
    value, asked = numbers(frame, rule.column), chosen(frame, rule.where)
    wrong = value < limit.value if limit.least else value > limit.value
    made = Clash("", limit.value, UNKNOWN, ground.nobody(), (), "", "", limit.unit, limit.standard,
                 limit.least)  # fmt: skip
    yield from _unknown(ground, rule, made, frame[_open(asked, value.isna(), wrong)])
    breached = frame[(asked == 1) & wrong]
    for row, offered in zip(rows(breached), value[breached.index], strict=True):
        taken = row.get("barrier") in WAY_TAKEN and rule.remedy == "widen"
        yield _at(ground, rule, made, row, float(offered), "clear_way" if taken else "")


def stated(ground: Ground, rule: Tested) -> Iterator[Clash]:
    """Yield rows whose word does not pass, and one row for all of which nobody says."""
    frame = ground.views[rule.table]
    word, asked = words(frame, rule.column), chosen(frame, rule.where)
    silent = word.isin(["", "unknown"])
    wrong = ~word.isin(rule.passing) & ~silent
    standard = next(iter(parts(rule.standard)), "")
    made = Clash("", 1.0, UNKNOWN, ground.nobody(), (), "", standard=standard)
    yield from _unknown(ground, rule, made, frame[_open(asked, silent, wrong)])
    for row in rows(frame[(asked == 1) & wrong]):
        yield _at(ground, rule, made, row, 0.0, "")


def need_unmet(ground: Ground, _: ContradictionRule) -> Iterator[Clash]:
    """Yield places that lack what a group needs, by the rows of ``place_needs``.

    The need of a group is asked only where somebody of the group is concerned.
    """
    for code, need in sorted(ground.catalogue.place_needs.items()):
        check = measured if need.standard or need.parameter else stated
        for clash in check(ground, need):
            concerned = ground.crowd.only(clash.concerned, need.group)
            if need.group != EVERYBODY and not concerned.persons:
                continue
            yield replace(
                clash,
                subject=code,
                group=need.group,
                phase=need.phase,
                concerned=concerned,
                hazards=need.hazards,
                remedy=clash.remedy or need.remedy,
            )


def _open(asked: pd.Series, silent: pd.Series, wrong: pd.Series) -> pd.Series:
    """Return what nobody can judge: asked without an answer, or wrong and perhaps asked."""
    return ((asked == 1) & silent) | ((asked == -1) & (silent | wrong))


def _at(
    ground: Ground, rule: Tested, made: Clash, row: dict[str, object], offered: float, remedy: str
) -> Clash:
    key = str(next(iter(row.values())))
    return Clash(
        key, made.needed, offered, ground.concern(rule, row), cited(rule.table, [key]),
        ground.answers(rule, row), remedy, made.unit, made.standard, made.least,
    )  # fmt: skip


def _unknown(ground: Ground, rule: Tested, made: Clash, frame: pd.DataFrame) -> Iterator[Clash]:
    """Yield one row for all rows of a layer that nobody can judge."""
    if len(frame) == 0:
        return
    listed = rows(frame)
    concerned = ground.crowd.joined(ground.concern(rule, row) for row in listed)
    who = {ground.answers(rule, row) for row in listed} - {""}
    remedy = "measure" if rule.standard or rule.parameter else "ask"
    yield Clash(
        rule.table, made.needed, UNKNOWN, concerned, cited(rule.table, frame.iloc[:, 0]),
        ";".join(sorted(who)), remedy, made.unit, made.standard, made.least,
    )  # fmt: skip
