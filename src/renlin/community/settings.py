"""Read what a community, its policy, its scenarios and its study declare."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from renlin.errors import Fault, RenlinError, Said, SchemeFault, did_you_mean


class Declared(BaseModel):
    """Refuse unknown keys and never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


D = TypeVar("D", bound=Declared)


class Settings(Declared):
    """What ``community.toml`` says.

    ``crs`` is the projected system (metres) of the layers; ``datum`` that of the
    map they came from; ``coordinates`` says how x and y of the CSV layers are given.
    """

    code: str
    name: str
    name_en: str
    kind: Literal["courtyard", "work_unit", "modern"]
    datum: Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
    crs: str
    coordinates: Literal["projected", "lonlat"] = "projected"
    survey_date: dt.date
    holder: str
    jurisdiction: str = ""
    property_manager: bool | None = None
    owner_unit: str = ""
    phone: str = ""
    """Number on duty day and night, printed on the cards."""
    k_persons: int = Field(default=10, ge=1)
    k_households: int = Field(default=3, ge=1)
    attribution: str = ""
    synthetic: bool = False
    sample: bool = False
    """True: every output carries 示例数据."""


class Policy(Declared):
    """The value choices: never hidden in code, printed with every result.

    Attributes
    ----------
    epsilon
        The worst group must come within this share of its best attainable value.
    majority_loss
        Greatest mean loss, s, that the reference group may bear.
    reference
        Display group the gap is taken against.
    worst_share
        Share of persons that counts as the worst-off.
    confidence
        Confidence of intervals.
    value_weight
        What the efficiency-first view weighs by.
    tiers
        Rule files in force, in order.
    services
        Facility kinds whose reach is assessed.
    risk_percentile
        A building counts as of high risk from this quantile of the known risks.
    hour
        Clock hour at which gates and facilities must be open to be reached; None asks by
        day, with every gate open that is not kept locked.
    door_round_order
        Whom staff tell first when they go from door to door: the highest ``tier``, or who
        has the least time to spare (``lead``, see the warning order).
    decided_by, decided_on
        Who set these and when.
    """

    epsilon: float = Field(ge=0)
    majority_loss: float = Field(ge=0)
    reference: str
    worst_share: float = Field(gt=0, lt=1)
    confidence: float = Field(gt=0, lt=1)
    value_weight: Literal["floor_area", "owner_occupied", "persons"]
    tiers: tuple[str, ...]
    services: tuple[str, ...]
    risk_percentile: float = Field(gt=0, lt=1)
    hour: float | None = Field(default=None, ge=0, lt=24)
    door_round_order: Literal["tier", "lead"] = "tier"
    speed_density: dict[str, str]
    decided_by: str
    decided_on: dt.date
    source: str


class Blow(Declared):
    """One more event of a scenario: its kind, when it comes, and where.

    ``after`` counts seconds from the start of the scenario; ``on`` switches it off.
    """

    kind: str
    after: float = Field(default=0.0, ge=0)
    on: bool = True
    places: dict[str, str] = Field(default_factory=dict)
    parameters: dict[str, float] = Field(default_factory=dict)


class Scenario(Declared):
    """What strikes the community: a kind of the catalogue at a place and an hour."""

    format: Literal[1] = 1
    """Version of the file's format, see ``docs/scenarios.md``."""
    code: str
    zh: str
    en: str
    kind: str
    hour: float = Field(ge=0, lt=24)
    horizon: float = Field(gt=0)
    """Seconds simulated; who has not arrived then is counted as not evacuated."""
    on: bool = True
    """False leaves out the first event, so that only those of ``also`` strike."""
    places: dict[str, str] = Field(default_factory=dict)
    """Role -> id, such as ``entrance = "b03-2"``."""
    parameters: dict[str, float] = Field(default_factory=dict)
    """Overrides of the kind's catalogue parameters."""
    also: tuple[Blow, ...] = ()
    """Further events that strike in the same runs."""
    note: str = ""


Cell = bool | int | float | str | None


class Edit(Declared):
    """One change: of a cell (set), of a row (add, remove) or of a parameter.

    ``was`` is the value that must stand there now; None means unknown or absent.
    Geometry in ``row`` is written as WKT in the projected system.
    """

    lever: str
    op: Literal["set", "add", "remove", "parameter"]
    table: str = ""
    key: str
    column: str = ""
    was: Cell = None
    now: Cell = None
    row: dict[str, Cell] = Field(default_factory=dict)
    why: str = ""


class Scheme(Declared):
    """An ordered list of edits with its cost and the view it takes."""

    code: str
    zh: str
    en: str
    view: Literal["universal", "equity", "other"] = "other"
    description: str = ""
    description_en: str = ""
    cost: float | None = Field(default=None, ge=0)
    cost_source: str = "assumption"
    edit: tuple[Edit, ...] = ()


class Uncertainty(Declared):
    """How the parameters of the catalogue are varied, see ``renlin vary``.

    Attributes
    ----------
    draws
        Tables of parameters; ``outer_draws`` of the catalogue when None.
    seeds
        Runs under each table; ``outer_seeds`` when None.
    scenarios
        Scenarios that are run; the main one when empty.
    vary
        Names of the values varied, such as ``parameters/older_alone_factor``, or what
        names begin with, such as ``classes/adult``; all with bounds when empty.
    """

    draws: int | None = Field(default=None, gt=1, le=5000)
    seeds: int | None = Field(default=None, gt=1, le=1000)
    scenarios: tuple[str, ...] = ()
    vary: tuple[str, ...] = ()


class Study(Declared):
    """What is run together: schemes × scenarios × seeds."""

    schemes: tuple[str, ...] = ()
    scenarios: tuple[str, ...]
    main_scenario: str
    seeds: int = Field(gt=1, le=1000)
    most_seeds: int | None = Field(default=None, gt=1, le=1000)
    """Runs of a scenario at most, while its comparisons are not sure enough; None: seeds."""

    @field_validator("most_seeds")
    @classmethod
    def _not_fewer(cls, most: int | None, info: ValidationInfo) -> int | None:
        if most is not None and most < info.data.get("seeds", 0):
            raise ValueError("most_seeds must not be fewer than seeds")
        return most

    dual_view_seeds: int = Field(default=12, gt=1, le=1000)
    budget: float | None = Field(default=None, gt=0)
    replay_scheme: str = "base"
    plan_scenarios: tuple[str, ...] = ()
    """Scenarios whose simulation fills the household plans; all when empty."""
    uncertainty: Uncertainty = Field(default_factory=Uncertainty)
    key_elements: int = Field(default=0, ge=0, le=200)
    """Spatial elements tried in the main scenario of a run; 0 leaves them to ``renlin keys``."""
    key_seeds: int | None = Field(default=None, gt=1, le=1000)
    """Paired runs per element tried; None: parameter ``key_element_runs``."""


def read_declared(path: Path, model: type[D], *, kind: type[RenlinError] = SchemeFault) -> D:
    """Read one TOML file into ``model``; unknown keys are refused with the nearest word.

    Raises
    ------
    SchemeFault
        (or ``kind``) with all faults of the file.
    """
    try:
        fields = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise kind(_absent(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        got = _not_toml(error)
        remedy = Said("改正该行。", "Correct that line.")
        raise kind(Fault(_place(path), Said("TOML 格式", "TOML"), got, remedy)) from error
    return declare(fields, model, _place(path), kind=kind)


def _place(path: Path) -> str:
    """Return the file as faults name it: with its folder when one folder holds many."""
    many = path.parent.name in ("schemes", "scenarios")
    return f"{path.parent.name}/{path.name}" if many else path.name


def _not_toml(error: Exception) -> Said:
    if isinstance(error, UnicodeDecodeError):
        return Said("不是 UTF-8 的文字", "text that is not UTF-8")
    where = re.search(r"line (\d+)", str(error))
    zh = f"第 {where.group(1)} 行写错" if where else "文件中途断了"
    return Said(zh, str(error))


def declare(
    fields: dict[str, Any], model: type[D], place: str, *, kind: type[RenlinError] = SchemeFault
) -> D:
    """Return ``fields`` as ``model``, or raise all faults of them."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise kind([_fault(item, model, place) for item in error.errors()]) from error


def _fault(item: Any, model: type[Declared], place: str) -> Fault:
    path = ".".join(str(part) for part in item["loc"])
    expected = _expected(item)
    remedy = Said("改正这一项。", "Correct this entry.")
    got = Said(*[repr(item.get("input"))[:LONGEST_QUOTE]] * 2)
    if item["type"] == "extra_forbidden":
        known = _fields_at(model, item["loc"][:-1])
        expected = Said("、".join(known), ", ".join(known))
        got = Said(f"不认识的 {item['loc'][-1]}", f"unknown key {item['loc'][-1]}")
        remedy = did_you_mean(str(item["loc"][-1]), known)
    elif item["type"] == "missing":
        got = Said("没有", "nothing")
        remedy = Said("加上这一项。", "Add this entry.")
    return Fault(place, expected, got, remedy, None, path)


def _expected(item: Any) -> Said:
    """Return what an entry must be, in both languages."""
    bounds = item.get("ctx") or {}
    if item["type"] == "missing":
        return Said("有这一项", "this entry")
    if item["type"] == "literal_error":
        words = str(bounds["expected"])
        return Said(words.replace(" or ", "、").replace(", ", "、"), words)
    for name, zh, en in _BOUNDS:
        if name in bounds:
            return Said(zh.format(bounds[name]), en.format(bounds[name]))
    zh = next((zh for start, zh in _KINDS.items() if item["type"].startswith(start)), "")
    told = str(item["msg"]).removeprefix("Value error, ")
    return Said(zh or told, told)


_BOUNDS = (
    ("ge", "不小于 {}", "at least {}"),
    ("gt", "大于 {}", "more than {}"),
    ("le", "不大于 {}", "at most {}"),
    ("lt", "小于 {}", "less than {}"),
)
_KINDS = {
    "bool": "true 或 false",
    "date": "日期，如 2026-03-05",
    "dict": "一张表",
    "float": "数",
    "int": "整数",
    "list": "列表",
    "model": "一张表",
    "string": "文字",
    "tuple": "列表",
}
LONGEST_QUOTE = 60


def _fields_at(model: type[Declared], loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys known at ``loc``, which may lie inside a list of entries."""
    for part in loc:
        if part not in model.model_fields:  # a row of a list, or a key of one's own
            continue
        inner = model.model_fields[part].annotation
        found = [one for one in (inner, *get_args(inner)) if _declares(one)]
        if not found:
            break
        model = found[0]
    return list(model.model_fields)


def _declares(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Declared)


def _absent(path: Path) -> Fault:
    return Fault(
        path.name,
        Said("有这个文件", "the file"),
        Said("没有", "nothing there"),
        Said("用 renlin new 建一个社区文件夹。", "Make a community folder with renlin new."),
    )
