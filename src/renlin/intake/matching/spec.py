"""Say what is compared between two tables, how, and what becomes of it: ``link.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from renlin.community.settings import Declared, declare, read_declared
from renlin.errors import DataFault, Fault, Said, did_you_mean
from renlin.intake.matching.level import beside, parsed

Kind = Literal[
    "given_name", "surname", "name", "date", "id_number", "phone", "email", "postcode",
    "address", "house_number", "category", "text", "number",
]  # fmt: skip
Clean = Literal["plain", "letters", "words", "signs", "digits", "date", "number"]
Output = Literal["auto", "one_to_one", "one_to_many", "many_to_many", "clusters"]
CATALOGUE = Path(__file__).parents[2] / "catalogue" / "linking"


class LinkField(Declared):
    """One thing compared.

    Attributes
    ----------
    name
        Word for it in the result.
    column, column_a, column_b
        Its heading; ``column`` when both tables use one.
    kind
        Decides cleaning and levels where these are not stated.
    clean
        Steps that make writings alike, in order.
    levels
        From most to least alike, such as ``"jaro_winkler 0.92 | damerau_levenshtein 1"``.
    term_frequency
        Whether agreeing on a rare value counts more.
    also
        Word -> heading of a further writing of the same thing (pinyin of a name, building
        of an address), for levels such as ``"exact @pinyin"`` and keys ``"name@pinyin"``.
    """

    name: str = Field(min_length=1)
    kind: Kind
    column: str | None = None
    column_a: str | None = None
    column_b: str | None = None
    clean: tuple[Clean, ...] | None = None
    levels: tuple[str, ...] | None = Field(default=None, min_length=1)
    term_frequency: bool | None = None
    also: dict[str, str] = Field(default_factory=dict)

    @field_validator("levels")
    @classmethod
    def _readable(cls, levels: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for level in levels or ():
            parsed(level)
        return levels

    @model_validator(mode="after")
    def _stated(self) -> LinkField:
        for name in beside(self.levels or ()):
            if name not in self.also:
                raise ValueError(f"@{name} is not under also: {did_you_mean(name, self.also).en}")
        return self

    def heading(self, side: Literal["a", "b"]) -> str:
        """Return the heading of the field in table ``side``."""
        own = self.column_a if side == "a" else self.column_b
        return own or self.column or self.name

    def steps(self) -> tuple[str, ...]:
        """Return the cleaning steps, stated or of the kind."""
        return self.clean if self.clean is not None else tuple(kinds()["kinds"][self.kind]["clean"])

    def alike(self) -> tuple[str, ...]:
        """Return the levels of likeness, stated or of the kind."""
        stated = self.levels
        return stated if stated is not None else tuple(kinds()["kinds"][self.kind]["levels"])

    def weighs_rarity(self) -> bool:
        """Tell whether agreeing on a rare value counts more."""
        stated = self.term_frequency
        return bool(kinds()["kinds"][self.kind]["term_frequency"]) if stated is None else stated


class Step(Declared):
    """One step of the deterministic cascade: all ``fields`` equal, unique on both sides."""

    name: str
    fields: tuple[str, ...] = Field(min_length=1)


class Blocking(Declared):
    """Which pairs are compared: those that agree on one rule at least.

    A key is a field, ``field:3`` (its first characters), ``field:year``, ``field:words``
    (one rare word in common) or ``one~other`` (two fields exchanged).
    """

    rules: tuple[tuple[str, ...], ...] | None = None
    exhaustive_pairs: int | None = Field(default=None, ge=0)
    most_pairs: int | None = Field(default=None, ge=1)


class Prior(Declared):
    """How likely two records are one, before looking.

    ``probability`` states it; ``rules`` with ``recall`` count the pairs that agree on a
    rule and divide by the share of true pairs such rules find; nothing lets it be learnt.
    """

    probability: float | None = Field(default=None, gt=0, lt=1)
    rules: tuple[tuple[str, ...], ...] = ()
    recall: float | None = Field(default=None, gt=0, le=1)


class Training(Declared):
    """How the weights are learnt."""

    blocks: tuple[tuple[str, ...], ...] | None = None
    sample_pairs: int | None = Field(default=None, ge=1)
    seed: int = 0


class Thresholds(Declared):
    """From where pairs are one, go to people, and are kept at all."""

    merge: float | None = Field(default=None, gt=0, le=1)
    review: float | None = Field(default=None, gt=0, le=1)
    keep: float | None = Field(default=None, ge=0, lt=1)
    chain: float | None = Field(default=None, ge=0, le=1)

    def value(self, name: Literal["merge", "review", "keep", "chain"]) -> float:
        """Return a threshold, stated or of the catalogue."""
        stated = getattr(self, name)
        return float(kinds()["thresholds"][name] if stated is None else stated)


class Spec(Declared):
    """What ``link.toml`` says.

    Attributes
    ----------
    id, id_a, id_b
        Heading of the records' ids; without one, rows are counted from 1.
    fields
        What is compared.
    exchange
        Pairs of fields that are sometimes written in each other's place.
    output
        What one record may be linked to; ``auto`` decides by what is found.
    """

    id: str | None = None
    id_a: str | None = None
    id_b: str | None = None
    output: Output = "auto"
    fields: tuple[LinkField, ...] = Field(min_length=1)
    exchange: tuple[tuple[str, str], ...] | None = None
    cascade: tuple[Step, ...] = ()
    blocking: Blocking = Blocking()
    prior: Prior = Prior()
    training: Training = Training()
    thresholds: Thresholds = Thresholds()

    @model_validator(mode="after")
    def _known(self) -> Spec:
        names = [field.name for field in self.fields]
        if len(set(names)) < len(names):
            raise ValueError("two fields have one name")
        rules = [*(self.blocking.rules or ()), *(self.training.blocks or ()), *self.prior.rules]
        used = [part for rule in rules for key in rule for part in names_in(key)]
        used += [n for step in self.cascade for n in step.fields]
        used += [n for pair in self.exchange or () for n in pair]
        for name in used:
            if name not in names:
                raise ValueError(f"no field {name}: {did_you_mean(name, names).en}")
        if self.thresholds.value("review") > self.thresholds.value("merge"):
            raise ValueError("review must not exceed merge")
        return self

    def id_heading(self, side: Literal["a", "b"]) -> str | None:
        """Return the heading of the ids in table ``side``."""
        return (self.id_a if side == "a" else self.id_b) or self.id

    def column(self, i: int, beside: str = "") -> str:
        """Return the column of field ``i`` in the database, or of a writing besides it."""
        return f"f{i}x{list(self.fields[i].also).index(beside)}" if beside else f"f{i}"

    def exchanged(self) -> tuple[tuple[str, str], ...]:
        """Return the pairs of fields that may stand in each other's place."""
        if self.exchange is not None:
            return self.exchange
        given = [f.name for f in self.fields if f.kind == "given_name"]
        family = [f.name for f in self.fields if f.kind == "surname"]
        return ((given[0], family[0]),) if given and family else ()


def names_in(key: str) -> list[str]:
    """Return the fields a key of a rule uses.

    Examples
    --------
    >>> names_in("surname:3"), names_in("given~surname"), names_in("name@pinyin")
    (['surname'], ['given', 'surname'], ['name'])
    """
    return [part.split("@")[0] for part in key.split(":")[0].split("~")]


@cache
def kinds() -> dict[str, Any]:
    """Return ``catalogue/linking/kinds.toml``."""
    return tomllib.loads((CATALOGUE / "kinds.toml").read_text(encoding="utf-8"))


def shipped() -> dict[str, Path]:
    """Return name -> file of the specs that come with the program."""
    return {p.stem: p for p in sorted(CATALOGUE.glob("*.toml")) if p.stem != "kinds"}


def read_spec(name: str | Path) -> Spec:
    """Return the spec of a file, or a shipped one by its name.

    Raises
    ------
    DataFault
        With all faults of the file; a name nobody knows, with the nearest.
    """
    known = shipped()
    path = known.get(str(name), Path(name))
    if not path.exists():
        expected = Said(f"文件，或 {'、'.join(known)}", f"a file, or one of {', '.join(known)}")
        got = Said("没有这个文件", "no such file")
        raise DataFault(Fault(Path(name).name, expected, got, did_you_mean(str(name), known)))
    return read_declared(path, Spec, kind=DataFault)


def stated(fields: dict[str, Any], place: str = "link.toml") -> Spec:
    """Return a spec from plain values, or raise all their faults."""
    return declare(fields, Spec, place, kind=DataFault)


def written(spec: Spec) -> str:
    """Return the spec as TOML that reads back equal."""
    body = spec.model_dump(exclude_none=True, exclude_defaults=True)
    lines = [f"{k} = {_toml(v)}" for k, v in body.items() if not _is_table(v)]
    for key, value in body.items():
        if isinstance(value, dict):
            lines += ["", f"[{key}]", *(f"{k} = {_toml(v)}" for k, v in value.items())]
        elif _is_table(value):
            for item in value:
                lines += ["", f"[[{key}]]", *(f"{k} = {_toml(v)}" for k, v in item.items())]
    return "\n".join(lines) + "\n"


def _is_table(value: object) -> bool:
    many = isinstance(value, tuple | list) and bool(value) and isinstance(value[0], dict)
    return isinstance(value, dict) or many


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        plain = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + "".join(c if c >= " " else f"\\u{ord(c):04x}" for c in plain) + '"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return repr(value)
