"""Load the catalogue once, lay a community's own entries over it, check every source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from renlin.catalogue import (
    assets,
    community_kinds,
    evidence,
    field_register,
    ground_kinds,
    maps,
    models,
    participation,
    place_rules,
)
from renlin.catalogue.hazard_family import HazardFamily
from renlin.catalogue.read import read_bib, read_rows, read_toml
from renlin.errors import CatalogueFault, Fault, Said, did_you_mean, raise_all

M = TypeVar("M", bound=models.Model)

TOML_PARTS: dict[str, type[models.Entry]] = {
    "classes": models.BehaviourClass,
    "displays": models.DisplayGroup,
    "indicators": models.Indicator,
    "needs": models.Need,
    "supplies": models.Supply,
    "hazard_families": HazardFamily,
    "hazards": models.Hazard,
    "facilities": models.Facility,
    "scenarios": models.ScenarioKind,
    "responses": models.Response,
    "devices": models.CarryDevice,
    "registers": models.RegisterColumn,
    "structures": models.Structure,
    "forms": participation.WorkshopForm,
    "wishes": participation.Wish,
    "recruitments": participation.Recruitment,
    "attitude_items": participation.AttitudeItem,
    "community_features": community_kinds.TypeFeature,
    "community_types": community_kinds.CommunityType,
    "conversions": ground_kinds.Conversion,
    "ground_checks": ground_kinds.GroundCheck,
    "ground_functions": ground_kinds.GroundFunction,
    "modules": ground_kinds.Module,
}
CSV_PARTS: dict[str, type[models.Model]] = {
    "standards": models.Standard,
    "speed_density": models.SpeedDensityRow,
    "slow_share": models.SlowShareRow,
    "bottlenecks": models.BottleneckRow,
    "levers": models.Lever,
    "words": models.Word,
    "answers": models.Answer,
    "speeds": evidence.SpeedRow,
    "fragility": evidence.FragilityRow,
    "casualties": evidence.CasualtyRow,
    "debris": evidence.DebrisRow,
    "depth_speed": evidence.DepthSpeedRow,
    "tags": maps.TagRow,
    "margins": maps.MarginRow,
    "household_types": maps.HouseholdType,
    "fields": field_register.FieldEntry,
    "purposes": field_register.Purpose,
    "roles": field_register.Role,
    "random_index": models.RandomIndexRow,
    "failure_curves": assets.FailureCurve,
    "quake_repairs": assets.QuakeRepair,
    "asset_incidents": assets.AssetIncident,
    "clearances": assets.Clearance,
    "ground_floor_uses": assets.GroundFloorUse,
    "contradiction_rules": place_rules.ContradictionRule,
    "place_needs": place_rules.PlaceNeed,
    "remedies": place_rules.Remedy,
    "guidance": place_rules.Guidance,
}
BY_SHARE = ("slow_share", "bottlenecks")
"""Parts with one row per code and share of slow walkers."""


@dataclass(frozen=True)
class Catalogue:
    """Everything we know, by part and code; frozen after loading.

    Attributes
    ----------
    classes, displays, indicators, needs, supplies, hazards, hazard_families, facilities, scenarios,
    responses, devices, registers, structures, forms, wishes, recruitments, attitude_items,
    community_features, community_types, conversions, ground_checks, ground_functions, modules
        Entries of the TOML file of that name, code -> entry. A boolean indicator also
        understands every word of ``answers``.
    parameters
        Single numbers that belong to no entry, code -> Value.
    premovement
        Pre-movement time by case, code -> Value.
    presence
        Share of a display group at home by hour, (group, hour) -> Value.
    standards, speed_density, slow_share, bottlenecks, levers, words, answers, speeds, fragility,
    casualties, debris, depth_speed, tags, margins, household_types, fields, purposes, roles,
    failure_curves, quake_repairs, asset_incidents, clearances, ground_floor_uses,
    contradiction_rules, place_needs, remedies, guidance
        Rows of the CSV file of that name.
    tables
        Schema of every table: table -> tuple of Column.
    tier_files
        Text of each tier rule file: name -> YAML text.
    indices
        Text of each definition of a composite index: name -> TOML text.
    random_index
        Random index of pairwise judgements by series and size.
    sources
        Cited works: key -> Source.
    origins
        (part, code) -> ``"package"`` or ``"overlay"``.
    """

    classes: Mapping[str, models.BehaviourClass]
    displays: Mapping[str, models.DisplayGroup]
    indicators: Mapping[str, models.Indicator]
    needs: Mapping[str, models.Need]
    supplies: Mapping[str, models.Supply]
    hazards: Mapping[str, models.Hazard]
    facilities: Mapping[str, models.Facility]
    scenarios: Mapping[str, models.ScenarioKind]
    responses: Mapping[str, models.Response]
    devices: Mapping[str, models.CarryDevice]
    registers: Mapping[str, models.RegisterColumn]
    structures: Mapping[str, models.Structure]
    parameters: Mapping[str, models.Value]
    premovement: Mapping[str, models.Value]
    presence: Mapping[tuple[str, int], models.Value]
    standards: Mapping[str, models.Standard]
    speed_density: Mapping[str, models.SpeedDensityRow]
    slow_share: tuple[models.SlowShareRow, ...]
    levers: Mapping[str, models.Lever]
    words: Mapping[str, models.Word]
    answers: Mapping[str, models.Answer]
    speeds: Mapping[str, evidence.SpeedRow]
    fragility: Mapping[str, evidence.FragilityRow]
    casualties: Mapping[str, evidence.CasualtyRow]
    debris: Mapping[str, evidence.DebrisRow]
    depth_speed: Mapping[str, evidence.DepthSpeedRow]
    tables: Mapping[str, tuple[models.Column, ...]]
    tier_files: Mapping[str, str]
    sources: Mapping[str, models.Source]
    origins: Mapping[tuple[str, str], str] = field(default_factory=dict)
    tags: Mapping[str, maps.TagRow] = field(default_factory=dict)
    margins: Mapping[str, maps.MarginRow] = field(default_factory=dict)
    household_types: Mapping[str, maps.HouseholdType] = field(default_factory=dict)
    bottlenecks: tuple[models.BottleneckRow, ...] = ()
    fields: Mapping[str, field_register.FieldEntry] = field(default_factory=dict)
    purposes: Mapping[str, field_register.Purpose] = field(default_factory=dict)
    roles: Mapping[str, field_register.Role] = field(default_factory=dict)
    failure_curves: Mapping[str, assets.FailureCurve] = field(default_factory=dict)
    quake_repairs: Mapping[str, assets.QuakeRepair] = field(default_factory=dict)
    asset_incidents: Mapping[str, assets.AssetIncident] = field(default_factory=dict)
    clearances: Mapping[str, assets.Clearance] = field(default_factory=dict)
    ground_floor_uses: Mapping[str, assets.GroundFloorUse] = field(default_factory=dict)
    indices: Mapping[str, str] = field(default_factory=dict)
    random_index: Mapping[str, models.RandomIndexRow] = field(default_factory=dict)
    forms: Mapping[str, participation.WorkshopForm] = field(default_factory=dict)
    wishes: Mapping[str, participation.Wish] = field(default_factory=dict)
    recruitments: Mapping[str, participation.Recruitment] = field(default_factory=dict)
    attitude_items: Mapping[str, participation.AttitudeItem] = field(default_factory=dict)
    hazard_families: Mapping[str, HazardFamily] = field(default_factory=dict)
    community_features: Mapping[str, community_kinds.TypeFeature] = field(default_factory=dict)
    community_types: Mapping[str, community_kinds.CommunityType] = field(default_factory=dict)
    contradiction_rules: Mapping[str, place_rules.ContradictionRule] = field(default_factory=dict)
    place_needs: Mapping[str, place_rules.PlaceNeed] = field(default_factory=dict)
    remedies: Mapping[str, place_rules.Remedy] = field(default_factory=dict)
    guidance: Mapping[str, place_rules.Guidance] = field(default_factory=dict)
    conversions: Mapping[str, ground_kinds.Conversion] = field(default_factory=dict)
    ground_checks: Mapping[str, ground_kinds.GroundCheck] = field(default_factory=dict)
    ground_functions: Mapping[str, ground_kinds.GroundFunction] = field(default_factory=dict)
    modules: Mapping[str, ground_kinds.Module] = field(default_factory=dict)

    def number(self, code: str) -> float:
        """Return the value of parameter ``code``; a number without a row is refused."""
        if code not in self.parameters:
            raise CatalogueFault(
                Fault(
                    "parameters.toml",
                    Said(f"参数 {code}", f"parameter {code}"),
                    Said("没有这一条", "no such entry"),
                    did_you_mean(code, self.parameters),
                )
            )
        return self.parameters[code].value

    def word(self, code: str, language: str) -> str:
        """Return the word ``code`` in ``language`` (``"zh"`` or ``"en"``)."""
        if code not in self.words:
            raise CatalogueFault(
                Fault(
                    "words.csv",
                    Said(f"词 {code}", f"word {code}"),
                    Said("没有这一条", "no such entry"),
                    did_you_mean(code, self.words),
                )
            )
        entry = self.words[code]
        return entry.zh if language == "zh" else entry.en

    def digest(self, part: str, code: str | None = None) -> str:
        """Return the content hash of a part, or of one entry of it."""
        whole = getattr(self, part)
        chosen = whole if code is None else whole[code]
        return blake2b(repr(_plain(chosen)).encode(), digest_size=8).hexdigest()


def load(overlay: Path | None = None) -> Catalogue:
    """Load the shipped catalogue and lay the files of ``overlay`` over it.

    Parameters
    ----------
    overlay
        A community's ``catalogue/`` folder; entries replace those of the same
        code whole, new codes are added.

    Raises
    ------
    CatalogueFault
        With every fault of every file: unknown keys, missing sources, bad bounds.
    """
    shipped = Path(str(files("renlin.catalogue")))
    folders = [shipped] + ([overlay] if overlay is not None and overlay.is_dir() else [])
    return _Reader(folders).catalogue()


class _Reader:
    """Gather the faults of all files of all folders while reading them."""

    def __init__(self, folders: list[Path]) -> None:
        self.folders = folders
        self.faults: list[Fault] = []
        self.origins: dict[tuple[str, str], str] = {}
        self.sources = self._sources()

    def catalogue(self) -> Catalogue:
        toml = {part: self._entries(part, model) for part, model in TOML_PARTS.items()}
        rows = {part: self._rows(part, model) for part, model in CSV_PARTS.items()}
        parameters = self._values("parameters")
        premovement = self._values("premovement")
        presence = self._presence()
        slow, narrow = (
            tuple(sorted(rows.pop(part).values(), key=lambda r: (r.code, r.share)))
            for part in BY_SHARE
        )
        made: dict[str, Any] = {**toml, **rows}
        made["indicators"] = _understanding(made["indicators"], made["answers"])
        tables = self._tables()
        tiers = self._texts("tiers", "*.y*ml")
        indices = {Path(name).stem: text for name, text in self._texts("indices", "*.toml").items()}
        raise_all(self.faults, CatalogueFault)
        return Catalogue(
            **made,
            slow_share=slow,
            bottlenecks=narrow,
            parameters=parameters,
            premovement=premovement,
            presence=presence,
            tables=tables,
            tier_files=tiers,
            indices=indices,
            sources=self.sources,
            origins=self.origins,
        )

    def _each(self, name: str) -> Iterator[tuple[str, Path]]:
        for index, folder in enumerate(self.folders):
            path = folder / name
            if path.is_file():
                yield ("package" if index == 0 else "overlay"), path

    def _sources(self) -> dict[str, models.Source]:
        found: dict[str, models.Source] = {}
        for _, path in self._each("sources.bib"):
            for key, fields in read_bib(path).items():
                known = {k: v for k, v in fields.items() if k in models.Source.model_fields}
                made = self._make(models.Source, known, path.name, key)
                if made is not None:
                    found[key] = made
        return found

    def _entries(self, part: str, model: type[models.Entry]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for origin, path in self._each(f"{part}.toml"):
            for code, body in read_toml(path).items():
                made = self._make(model, {"code": code, **_table(body)}, path.name, code)
                if made is not None:
                    found[code] = made
                    self.origins[part, code] = origin
        return found

    def _values(self, part: str) -> dict[str, models.Value]:
        found: dict[str, models.Value] = {}
        for origin, path in self._each(f"{part}.toml"):
            for code, body in read_toml(path).items():
                made = self._make(models.Value, _table(body), path.name, code)
                if made is not None:
                    found[code] = made
                    self.origins[part, code] = origin
        return found

    def _rows(self, part: str, model: type[M]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for origin, path in self._each(f"{part}.csv"):
            for number, row in enumerate(read_rows(path), start=2):
                fields = {k: v for k, v in row.items() if v not in ("", None)}
                made = self._make(model, fields, path.name, row.get("code", ""), number)
                if made is not None:
                    code = f"{row['code']}@{row['share']}" if part in BY_SHARE else row["code"]
                    found[code] = made
                    self.origins[part, code] = origin
        return found

    def _presence(self) -> dict[tuple[str, int], models.Value]:
        found: dict[tuple[str, int], models.Value] = {}
        for _, path in self._each("presence.csv"):
            for number, row in enumerate(read_rows(path), start=2):
                fields = {
                    "value": row["share"],
                    "low": row["low"],
                    "high": row["high"],
                    "unit": "share",
                    "source": row["source"],
                    "confidence": row["confidence"],
                }
                made = self._make(models.Value, fields, path.name, row["group"], number)
                if made is not None:
                    for hour in range(int(row["from_hour"]), int(row["to_hour"])):
                        found[row["group"], hour] = made
        return found

    def _tables(self) -> dict[str, tuple[models.Column, ...]]:
        found: dict[str, tuple[models.Column, ...]] = {}
        for folder in self.folders:
            for path in sorted((folder / "tables").glob("*.csv")):
                columns = []
                for number, row in enumerate(read_rows(path), start=2):
                    fields: dict[str, Any] = {**row, "required": row["required"] == "yes"}
                    made = self._make(
                        models.Column, fields, f"tables/{path.name}", row["column"], number
                    )
                    if made is not None:
                        columns.append(made)
                found[path.stem] = tuple(columns)
        return found

    def _texts(self, part: str, pattern: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for folder in self.folders:
            for path in sorted((folder / part).glob(pattern)):
                text = self._text(part, path)
                if text is not None:
                    found[path.name] = text
        return found

    def _text(self, part: str, path: Path) -> str | None:
        """Return a file as text; None, with a fault, for another coding or ending."""
        place = f"{part}/{path.name}"
        if path.suffix == ".yml":
            got, remedy = Said(path.suffix, path.suffix), Said("改名。", "Rename it.")
            self.faults.append(Fault(place, Said("以 .yaml 结尾的文件名", ".yaml"), got, remedy))
            return None
        whole = path.read_bytes()
        try:
            return whole.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = whole[: error.start].count(b"\n") + 1
            got = Said("别的编码（可能是 GBK）", "another coding, perhaps GBK")
            remedy = Said("用 UTF-8 另存。", "Save it as UTF-8.")
            self.faults.append(Fault(place, Said("UTF-8 文字", "UTF-8 text"), got, remedy, line))
            return None

    def _make(
        self, model: type[M], fields: dict[str, Any], name: str, code: str, row: int | None = None
    ) -> M | None:
        try:
            made = model.model_validate(fields)
        except ValidationError as error:
            self.faults.extend(_as_faults(error, model, name, code, row))
            return None
        self.faults.extend(self._unsourced(made, name, code, row))
        return made

    def _unsourced(
        self, made: models.Model, name: str, where: str, row: int | None
    ) -> Iterator[Fault]:
        for field_name, value in _walk(made, where):
            known = value == models.ASSUMPTION or value in self.sources
            if not known:
                yield Fault(
                    name,
                    Said("sources.bib 里的出处或 assumption", "a key of sources.bib or assumption"),
                    Said(value or "空", value or "nothing"),
                    did_you_mean(value, self.sources),
                    row,
                    field_name,
                )


def _understanding(
    indicators: Mapping[str, models.Indicator], answers: Mapping[str, models.Answer]
) -> dict[str, models.Indicator]:
    """Give every boolean indicator the common words for yes and no beside its own."""
    common = {word: answer.value for word, answer in answers.items()}
    return {
        code: entry.model_copy(update={"values": {**common, **entry.values}})
        if entry.kind == "boolean"
        else entry
        for code, entry in indicators.items()
    }


def _table(body: object) -> dict[str, Any]:
    return dict(body) if isinstance(body, Mapping) else {"value": body}


def _walk(made: models.Model, where: str) -> Iterator[tuple[str, str]]:
    """Yield every ``source`` of an entry and of the values inside it."""
    for name in type(made).model_fields:
        value = getattr(made, name)
        if name in ("source", "source_rate"):
            yield f"{where}.{name}", value
        elif isinstance(value, models.Value):
            yield from _walk(value, f"{where}.{name}")
        elif isinstance(value, dict):
            for key, inner in value.items():
                if isinstance(inner, models.Value):
                    yield from _walk(inner, f"{where}.{name}.{key}")
        elif isinstance(value, list):
            for at, inner in enumerate(value):
                if isinstance(inner, community_kinds.TypeRisk):
                    yield from _walk(inner, f"{where}.{name}[{at}]")


def _as_faults(
    error: ValidationError, model: type[models.Model], name: str, code: str, row: int | None
) -> Iterator[Fault]:
    for item in error.errors():
        path = ".".join(str(part) for part in item["loc"])
        remedy = Said("改正这一条。", "Correct this entry.")
        if item["type"] == "extra_forbidden":
            remedy = did_you_mean(str(item["loc"][-1]), model.model_fields)
        got = "" if item["type"] == "missing" else repr(item.get("input"))[:60]
        yield Fault(
            name,
            Said(item["msg"], item["msg"]),
            Said(got or "没有", got or "nothing"),
            remedy,
            row,
            f"{code}.{path}" if path else code,
        )


def _plain(value: object) -> object:
    if isinstance(value, models.Model):
        return value.model_dump()
    if isinstance(value, Mapping):
        return {
            str(key): _plain(inner)
            for key, inner in sorted(value.items(), key=lambda kv: str(kv[0]))
        }
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value
