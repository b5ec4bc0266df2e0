"""Every entry says where it comes from, points only at what exists, and stands in order."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from renlin.catalogue import Catalogue, load, models
from renlin.catalogue.read import read_bib

FOLDER = Path(str(files("renlin.catalogue")))
TOML = (
    "classes", "community_features", "community_types", "conversions", "devices", "displays",
    "facilities", "forms", "ground_checks", "ground_functions", "hazards", "indicators", "modules",
    "needs", "parameters", "premovement", "recruitments", "responses", "scenarios", "structures", "supplies", "wishes",
)  # fmt: skip
CSV = (
    "answers", "casualties", "debris", "depth_speed", "fragility", "levers", "presence", "random_index",
    "slow_share", "speed_density", "speeds", "standards", "words",
)  # fmt: skip
MARKS = ("Read:", "Repository read:", "Excerpt:", "Not checked:")
HANZI = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def named(catalogue: Catalogue) -> Iterator[tuple[str, str, models.Entry]]:
    for part in TOML:
        for code, entry in getattr(catalogue, part).items():
            if isinstance(entry, models.Entry):
                yield part, code, entry


def numbers(catalogue: Catalogue) -> Iterator[tuple[str, models.Value]]:
    """Yield every number of every entry, with its place."""
    for part in TOML:
        for code, entry in getattr(catalogue, part).items():
            yield from _numbers(f"{part}.{code}", entry)
    for key, value in catalogue.presence.items():
        yield f"presence.{key}", value


def _numbers(place: str, value: object) -> Iterator[tuple[str, models.Value]]:
    if isinstance(value, models.Value):
        yield place, value
    elif isinstance(value, models.Model):
        for name in type(value).model_fields:
            yield from _numbers(f"{place}.{name}", getattr(value, name))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _numbers(f"{place}.{key}", inner)


def conditions(catalogue: Catalogue) -> Iterator[tuple[str, models.Condition]]:
    """Yield every condition outside the rule files, with its place."""
    for code, kind in catalogue.classes.items():
        yield from ((f"classes.{code}", one) for some in kind.when for one in some)
    for code, display in catalogue.displays.items():
        yield from ((f"displays.{code}", one) for some in display.member_when for one in some)
    for code, supply in catalogue.supplies.items():
        yield from ((f"supplies.{code}", one) for some in supply.when for one in some)
    for code, need in catalogue.needs.items():
        yield from ((f"needs.{code}", one) for some in need.when for one in some)
    for code, indicator in catalogue.indicators.items():
        scope = [one for some in indicator.applies_when for one in some]
        for one in (*indicator.risk_when, *indicator.met_when, *scope):
            yield f"indicators.{code}", one


def test_every_part_has_entries(catalogue: Catalogue) -> None:
    empty = [part for part in (*TOML, *CSV, "tables", "tier_files") if not getattr(catalogue, part)]

    assert empty == []


def test_every_entry_is_named_in_both_languages(catalogue: Catalogue) -> None:
    wrong = [
        f"{part}.{code}"
        for part, code, entry in named(catalogue)
        if not HANZI.search(entry.zh) or not entry.en.strip() or HANZI.search(entry.en)
    ]

    assert wrong == []


def test_every_assumption_says_why(catalogue: Catalogue) -> None:
    silent = [
        place
        for place, value in numbers(catalogue)
        if value.source == models.ASSUMPTION and not value.note and not place.startswith("presence")
    ]

    assert silent == []


def test_every_number_has_a_unit_and_lies_within_its_bounds(catalogue: Catalogue) -> None:
    wrong = [
        place
        for place, value in numbers(catalogue)
        if not value.unit
        or (value.low is not None and value.value + value.shift < value.low)
        or (value.high is not None and value.value + value.shift > value.high)
    ]

    assert wrong == []


def test_the_value_of_a_uniform_number_is_its_middle(catalogue: Catalogue) -> None:
    wrong = [
        place
        for place, value in numbers(catalogue)
        if value.distribution == "uniform"
        and abs(((value.low or 0.0) + (value.high or 0.0)) / 2 - value.value) > 1e-9
    ]

    assert wrong == []


def test_only_a_text_that_was_read_makes_an_entry_verified(catalogue: Catalogue) -> None:
    read = {key for key, source in catalogue.sources.items() if source.note.startswith("Read:")}
    rows = [
        (f"{part}.{code}", row)
        for part in ("standards", "speeds", "speed_density", "fragility", "debris", "depth_speed")
        for code, row in getattr(catalogue, part).items()
    ]
    entries = [(f"{part}.{code}", entry) for part, code, entry in named(catalogue)]
    found = (*entries, *numbers(catalogue), *rows)

    assert [place for place, one in found if one.verified and one.source not in read] == []


def test_every_source_says_whether_it_was_read() -> None:
    sources = read_bib(FOLDER / "sources.bib")
    silent = [key for key, source in sources.items() if not source["note"].startswith(MARKS)]

    assert silent == []


def test_every_source_has_one_entry() -> None:
    text = (FOLDER / "sources.bib").read_text(encoding="utf-8")
    keys = re.findall(r"^@\w+\{([^,]+),", text, re.MULTILINE)

    assert keys == sorted(set(keys))


@pytest.mark.parametrize("part", TOML)
def test_codes_of_a_toml_file_stand_in_order(part: str) -> None:
    codes = list(tomllib.loads((FOLDER / f"{part}.toml").read_text(encoding="utf-8")))

    assert codes == sorted(codes)


@pytest.mark.parametrize("part", CSV)
def test_codes_of_a_csv_file_stand_in_order_and_once(part: str) -> None:
    with (FOLDER / f"{part}.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    keys = {"slow_share": ("code", "share"), "presence": ("group", "from_hour")}.get(
        part, ("code",)
    )
    found = [
        tuple(float(row[key]) if key in ("share", "from_hour") else row[key] for key in keys)
        for row in rows
    ]

    assert found == sorted(set(found))


def fits(value: object, indicator: models.Indicator) -> bool:
    """Return whether an indicator can have that value."""
    if indicator.kind == "category":
        return value in indicator.levels
    if indicator.kind == "boolean":
        return isinstance(value, bool)
    low, high = indicator.low, indicator.high
    return low is not None and high is not None and low <= float(str(value)) <= high


def test_every_condition_names_an_indicator_and_a_value_it_can_have(catalogue: Catalogue) -> None:
    wrong = [
        f"{place}: {one.indicator} {one.value}"
        for place, one in conditions(catalogue)
        if one.indicator not in catalogue.indicators
        or not all(
            fits(value, catalogue.indicators[one.indicator])
            for value in (one.value if isinstance(one.value, list) else [one.value])
        )
    ]

    assert wrong == []


def test_every_class_is_shown_in_a_group_and_ranked_once(catalogue: Catalogue) -> None:
    ranks = Counter(kind.rank for kind in catalogue.classes.values())

    assert {kind.display for kind in catalogue.classes.values()} <= set(catalogue.displays)
    assert max(ranks.values()) == 1


def test_only_the_last_class_holds_for_everybody(catalogue: Catalogue) -> None:
    ranked = sorted(catalogue.classes.values(), key=lambda kind: kind.rank)

    assert [kind.code for kind in ranked if not kind.when] == [ranked[-1].code] == ["adult"]


def test_who_is_carried_has_helpers(catalogue: Catalogue) -> None:
    wrong = [
        code
        for code, kind in catalogue.classes.items()
        if (kind.help == "none") != (kind.n_helpers == 0)
        or (kind.takes_steps == "carried" and kind.n_helpers < 2)
    ]

    assert wrong == []


@pytest.mark.parametrize("motion", ["speed_level", "speed_down", "speed_up"])
def test_every_class_has_speeds_that_somebody_can_walk(catalogue: Catalogue, motion: str) -> None:
    speeds = {code: getattr(kind, motion) for code, kind in catalogue.classes.items()}
    wrong = [
        code
        for code, speed in speeds.items()
        if speed.unit != "m/s"
        or speed.low is None
        or speed.high is None
        or not 0.05 <= speed.low <= speed.value <= speed.high <= 2.5
    ]

    assert wrong == []


def test_nobody_goes_faster_on_stairs_than_on_the_level(catalogue: Catalogue) -> None:
    wrong = [
        code
        for code, kind in catalogue.classes.items()
        if code != "child_infant"  # the infant's own pace on the level, the carer's on stairs
        and not kind.speed_up.value <= kind.speed_level.value >= kind.speed_down.value
    ]

    assert wrong == []


def test_groups_keep_the_order_and_colours_of_the_visual_language(catalogue: Catalogue) -> None:
    ordered = sorted(catalogue.displays.values(), key=lambda group: group.order)

    assert [(group.code, group.token) for group in ordered] == [
        ("general", "g1"), ("over_80", "g2"), ("wheelchair", "g3"), ("stick_slow", "g4"),
        ("low_vision", "g5"), ("hard_of_hearing", "g6"), ("pregnant_infant", "g7"),
        ("tenant", "g8"),
    ]  # fmt: skip
    assert [group.code for group in ordered if not group.vulnerable] == ["general"]
    assert len({group.marker for group in ordered}) == 8


def test_presence_is_known_for_every_group_and_hour(catalogue: Catalogue) -> None:
    assert set(catalogue.presence) == {
        (group, hour) for group in catalogue.displays for hour in range(24)
    }


def test_every_need_scenario_facility_and_standard_named_exists(catalogue: Catalogue) -> None:
    missing = [
        *(n for i in catalogue.indicators.values() for n in i.needs if n not in catalogue.needs),
        *(
            s
            for h in catalogue.hazards.values()
            for s in h.scenarios
            if s not in catalogue.scenarios
        ),
        *(
            s
            for f in catalogue.facilities.values()
            for s in f.hazards
            if s not in catalogue.scenarios
        ),
        *(
            t
            for s in catalogue.scenarios.values()
            for t in s.targets
            if t not in catalogue.facilities
        ),
        *(
            f.standard
            for f in catalogue.facilities.values()
            if f.standard and f.standard not in catalogue.standards
        ),
    ]

    assert missing == []


def test_every_category_that_tables_allow_of_a_structure_has_an_entry(
    catalogue: Catalogue,
) -> None:
    (column,) = [c for c in catalogue.tables["buildings"] if c.column == "structure"]
    types = {row.type for row in catalogue.fragility.values()}

    assert set(column.allowed.split("|")) == set(catalogue.structures)
    assert {
        t for s in catalogue.structures.values() for t in (s.fragility_low, s.fragility_mid)
    } <= types


def test_a_heading_means_one_indicator_only(catalogue: Catalogue) -> None:
    heard = Counter(
        alias.lower()
        for code, indicator in catalogue.indicators.items()
        for alias in {code, *indicator.aliases}
    )

    assert [alias for alias, times in heard.items() if times > 1] == []


def test_every_word_of_a_register_becomes_a_value_of_its_indicator(catalogue: Catalogue) -> None:
    wrong = []
    for code, indicator in catalogue.indicators.items():
        for word, value in indicator.values.items():
            if indicator.kind == "boolean":
                fits = value in ("true", "false", "unknown")
            elif indicator.kind == "category":
                fits = value in indicator.levels
            else:
                fits = (indicator.low or 0.0) <= float(value) <= (indicator.high or 0.0)
            wrong += [] if fits else [f"{code}: {word} = {value}"]

    assert wrong == []


def test_a_boolean_indicator_understands_yes_no_and_not_known(catalogue: Catalogue) -> None:
    values = catalogue.indicators["lives_alone"].values

    assert {values[word] for word in ("是", "有", "Y", "1", "√")} == {"true"}
    assert {values[word] for word in ("否", "无", "N", "0", "×")} == {"false"}
    assert {values[word] for word in ("不详", "待查", "?", "/")} == {"unknown"}


def test_no_disability_is_never_a_severe_one(catalogue: Catalogue) -> None:
    for kind in ("vision", "hearing", "speech", "limb", "intellectual", "mental"):
        values = catalogue.indicators[f"{kind}_level"].values

        assert values["无"] == "5"
        assert values["一级"] == "1"


def test_every_word_has_chinese_and_english(catalogue: Catalogue) -> None:
    silent = [
        code
        for code, word in catalogue.words.items()
        if not word.zh.strip() or not word.en.strip() or HANZI.search(word.en)
    ]

    assert silent == []


def test_every_column_of_every_table_is_described_and_has_a_word(catalogue: Catalogue) -> None:
    wrong = []
    for table, columns in catalogue.tables.items():
        for column in columns:
            if not HANZI.search(column.zh) or not column.description.strip():
                wrong.append(f"{table}.{column.column}")
            word = catalogue.words.get(
                f"{table}.{column.column}", catalogue.words.get(column.column)
            )
            if word is None:
                wrong.append(f"{table}.{column.column}: no word")

    assert wrong == []


def test_responses_keep_the_ids_of_their_strategies(catalogue: Catalogue) -> None:
    letters = {
        "spatial": "SP", "social": "SO", "institutional": "IN", "technological": "TE",
        "planning": "P", "construction": "C", "governance": "G",
        "prevent": "1", "buffer": "2", "learn": "3", "transform": "4",
    }  # fmt: skip
    wrong = [
        code
        for code, one in catalogue.responses.items()
        if one.strategy[:-1]
        != f"{letters[one.dimension]}-{letters[one.phase]}-{letters[one.order]}"
    ]

    assert wrong == []
    assert not any(one.verified for one in catalogue.responses.values())


def test_responses_reach_every_dimension_in_every_phase(catalogue: Catalogue) -> None:
    found = {(one.dimension, one.phase) for one in catalogue.responses.values()}

    assert len(found) == 12


def test_each_trigger_belongs_to_one_response(catalogue: Catalogue) -> None:
    triggers = Counter(one.trigger for one in catalogue.responses.values())

    assert max(triggers.values()) == 1


def test_what_a_lever_moves_in_the_catalogue_exists(catalogue: Catalogue) -> None:
    missing = []
    for lever in catalogue.levers.values():
        for target in lever.parameters:
            part, code, *inner = target.split("/")
            known = getattr(catalogue, part)
            held = getattr(known.get(code), "parameters", {})
            there = not code or (inner[0] in held if inner else code in known)
            missing += [] if there else [f"{lever.code}: {target}"]
        missing += [
            f"{lever.code}: {kind}"
            for kind in lever.kinds.split("|")
            if kind and kind not in catalogue.hazards
        ]

    assert missing == []


def test_the_curves_that_the_shipped_policy_names_exist(catalogue: Catalogue) -> None:
    policy = tomllib.loads((FOLDER / "policy.toml").read_text(encoding="utf-8"))

    for link, code in policy["speed_density"].items():
        assert catalogue.speed_density[code].link == link
    assert set(policy["services"]) <= set(catalogue.facilities)
    assert policy["reference"] in catalogue.displays
