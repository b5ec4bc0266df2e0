"""Ask whether the layers of a community agree with each other.

Opening a folder already checks every cell against its schema. This room checks
across tables: what contradicts (an error) and what weakens an answer (a remark).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from renlin.community.check_places import places_disagree
from renlin.community.check_survey import surveys_disagree
from renlin.community.community import TABLES, Community
from renlin.community.layers import SUFFIXES
from renlin.community.remarks import Remark, gathered
from renlin.community.tables import FIRST_DATA_ROW
from renlin.errors import Fault, Said, did_you_mean, nearest

__all__ = ["Remark", "check"]

ROLES = {
    "entrance": "entrances",
    "building": "buildings",
    "walk": "walks",
    "space": "spaces",
    "household": "households",
    "facility": "facilities",
    "gate": "gates",
}
"""Word a scenario's role begins with -> table its place is a row of."""
STOREY = "floor"
"""Role that gives a storey, not a row of a table."""
SPANS = (
    ("persons", "since", "until"),
    ("households", "since", "until"),
    ("residences", "since", "until"),
    ("hazards", "inspected_on", "closed_on"),
    ("sensors", "installed_on", "last_seen"),
)
"""Table, and two of its dates of which the second cannot come first."""


def check(place: Community) -> list[Remark]:
    """Return every disagreement between the layers of ``place``, errors first."""
    remarks = [
        *places_disagree(place),
        *surveys_disagree(place),
        *_named_places(place),
        *_dates(place),
        *_pairs(place),
        *_residents(place),
        *_scenario_places(place),
        *_study(place),
        *_files_not_read(place),
    ]
    return sorted(remarks, key=_order)


def _order(remark: Remark) -> tuple[bool, str, int, str]:
    fault = remark.fault
    return remark.level != "error", fault.place, fault.row or 0, fault.column or ""


def _named_places(place: Community) -> Iterator[Remark]:
    """Yield inspections and sensors at places that are in no layer."""
    keys = {name: set(place[name].iloc[:, 0]) for name in TABLES}
    for table in ("hazards", "sensors"):
        for number, (where, key) in enumerate(
            zip(place[table]["place_table"], place[table]["place"], strict=True),
            start=FIRST_DATA_ROW,
        ):
            if key in keys.get(where, ()):
                continue
            expected = Said(f"{where} 里有的编号", f"a key of {where}")
            got = Said("没有这个编号", "no such key")
            remedy = Said("改正 place 或 place_table。", "Correct place or place_table.")
            fault = Fault(f"layers/{table}", expected, got, remedy, number, "place")
            yield Remark("error", fault)


def _dates(place: Community) -> Iterator[Remark]:
    for table, start, stop in SPANS:
        frame = place[table]
        for at in frame.index[(frame[stop] < frame[start]).fillna(False)]:
            expected = Said(f"不早于 {start}", f"no earlier than {start}")
            got = Said("更早的日期", "an earlier date")
            remedy = Said("核对两个日期。", "Check both dates.")
            number = int(at) + FIRST_DATA_ROW
            yield Remark("error", Fault(f"layers/{table}", expected, got, remedy, number, stop))
    day = pd.Timestamp(place.settings.survey_date)
    later = place["hazards"]["inspected_on"] > day
    yield from gathered(
        "layers/hazards",
        [int(at) + FIRST_DATA_ROW for at in place["hazards"].index[later.fillna(False)]],
        expected=Said(f"不晚于调查日 {day.date()}", f"no later than the survey, {day.date()}"),
        got=Said("以后的检查，不计入", "later inspection, not counted"),
        remedy=Said("改 survey_date，或核对日期。", "Move survey_date, or check the date."),
        column="inspected_on",
    )


def _pairs(place: Community) -> Iterator[Remark]:
    helpers, pairs = place["helpers"], place["pairs"]
    row = {name: n for n, name in enumerate(helpers["helper"], start=FIRST_DATA_ROW)}
    load = pairs.groupby("helper")["household"].nunique()
    accepted = dict(zip(helpers["helper"], helpers["capacity"].astype("float64"), strict=True))
    over = [row[str(name)] for name, n in load.items() if n > accepted.get(str(name), float("nan"))]
    yield from gathered(
        "layers/helpers",
        over,
        expected=Said("不超过本人答应的户数", "no more households than they accept"),
        got=Said("超过了", "more than that"),
        remedy=Said("给这位帮手减担子。", "Lighten this helper's load."),
        column="capacity",
    )
    proposed = pairs.index[pairs["agreed_on"].isna()]
    yield from gathered(
        "layers/pairs",
        [int(at) + FIRST_DATA_ROW for at in proposed],
        expected=Said("双方同意的结对", "pairs both have agreed to"),
        got=Said("还没有同意的日期", "no date of agreement yet"),
        remedy=Said("问过再填；在此之前不算数。", "Ask, then fill it in; until then it is unsure."),
        column="agreed_on",
    )


def _residents(place: Community) -> Iterator[Remark]:
    households = place["households"]
    live_in = set(place["persons"]["household"])
    found = (
        (
            "layers/households",
            households["dwelling"].isna(),
            "dwelling",
            Said("每户有住房", "a dwelling for every household"),
            Said("没有住房", "without a dwelling"),
            Said("补查地址；在此之前位置未知。", "Ask for the address; until then it is unknown."),
        ),
        (
            "layers/households",
            ~households["household"].isin(live_in),
            "household",
            Said("每户有人", "somebody in every household"),
            Said("没有人", "without anybody"),
            Said("补人，或删去这一户。", "Add them, or delete the household."),
        ),
        (
            "layers/dwellings",
            place["dwellings"]["floor"].isna(),
            "floor",
            Said("每套住房有楼层", "a storey for every dwelling"),
            Said("楼层未知", "storey unknown"),
            Said("补查楼层；在此之前可达性未知。", "Ask for it; until then reach is unknown."),
        ),
    )
    for file, which, column, expected, got, remedy in found:
        rows = [int(at) + FIRST_DATA_ROW for at in which.index[which]]
        yield from gathered(file, rows, expected=expected, got=got, remedy=remedy, column=column)


def _scenario_places(place: Community) -> Iterator[Remark]:
    for scenario in place.scenarios.values():
        for role, key in scenario.places.items():
            if role == STOREY:
                continue
            table = ROLES.get(role.split("_")[0])
            if table is not None and key in set(place[table].iloc[:, 0]):
                continue
            expected = (
                Said(f"角色 {'、'.join(ROLES)}", f"a role: {', '.join(ROLES)}")
                if table is None
                else Said(f"{table} 里有的编号", f"a key of {table}")
            )
            got = Said("没有这个编号", "no such key") if table else Said(role, role)
            remedy = Said("改正 places。", "Correct places.")
            file = f"scenarios/{scenario.code}.toml"
            fault = Fault(file, expected, got, remedy, None, f"places.{role}")
            yield Remark("error", fault)


def _study(place: Community) -> Iterator[Remark]:
    """Yield schemes and scenarios the study names and the folder does not hold."""
    study = place.study
    if study is None:
        return
    named: tuple[tuple[str, tuple[str, ...], Mapping[str, object]], ...] = (
        ("schemes", study.schemes, place.schemes),
        ("scenarios", study.scenarios, place.scenarios),
        ("main_scenario", (study.main_scenario,), place.scenarios),
        ("plan_scenarios", study.plan_scenarios, place.scenarios),
    )
    for column, codes, known in named:
        for code in (one for one in codes if one not in known):
            expected = Said("文件夹里有的代码", "a code of a file in the folder")
            remedy = did_you_mean(code, known)
            fault = Fault("study.toml", expected, Said(code, code), remedy, None, column)
            yield Remark("error", fault)


def _files_not_read(place: Community) -> Iterator[Remark]:
    """Yield files among the layers that no table is read from."""
    for file in place.inputs:
        folder, _, name = file.rpartition("/")
        stem = name.split(".")[0]
        if folder != "layers" or stem in (*TABLES, "notes") or not name.endswith(SUFFIXES):
            continue
        meant = nearest(stem, TABLES)
        expected = Said("层的名字", "the name of a layer")
        got = Said("没有读的文件", "a file that is not read")
        remedy = (
            Said("可以留着，不起作用。", "It may stay; it has no effect.")
            if meant is None
            else Said(
                f"可以留着；若指「{meant}」，并入那一层。",
                f"It may stay; if {meant} is meant, add it there.",
            )
        )
        yield Remark("remark", Fault(file, expected, got, remedy))
